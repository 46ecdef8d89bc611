//! Tells which forge a host is, and where its interface answers.

use crate::ForgeError;
use crate::access::{Access, origin_of};
use crate::address::Reach;
use crate::name::{self, Named};
use crate::remote::Remote;

/// The sorts of forges and trackers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// GitHub and GitHub Enterprise.
    GitHub,
    /// GitLab, of its maker or one's own.
    GitLab,
    /// Gitea and Forgejo.
    Gitea,
    /// Jira, Cloud or Data Center.
    Jira,
    /// Linear.
    Linear,
}

impl Flavour {
    /// Every flavour.
    pub const ALL: [Self; 5] = [
        Self::GitHub,
        Self::GitLab,
        Self::Gitea,
        Self::Jira,
        Self::Linear,
    ];

    /// Its name in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GitHub => "github",
            Self::GitLab => "gitlab",
            Self::Gitea => "gitea",
            Self::Jira => "jira",
            Self::Linear => "linear",
        }
    }

    /// The flavour of this name; `forgejo` is Gitea's.
    pub fn named(name: &str) -> Option<Self> {
        if name == "forgejo" {
            return Some(Self::Gitea);
        }
        Self::ALL.into_iter().find(|known| known.as_str() == name)
    }

    /// The variable that holds its token, for words of help.
    pub fn token_variable(self) -> &'static str {
        match self {
            Self::GitHub => "GITHUB_TOKEN",
            Self::GitLab => "GITLAB_TOKEN",
            Self::Gitea => "GITEA_TOKEN",
            Self::Jira => "JIRA_API_TOKEN",
            Self::Linear => "LINEAR_API_KEY",
        }
    }
}

/// One forge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// What sort it is.
    pub flavour: Flavour,
    /// Scheme, host and port of its pages.
    pub web: String,
    /// Where its interface begins.
    pub api: String,
    /// Whether the user's own environment or remote names it.
    pub is_configured: bool,
}

impl Site {
    /// How far its client may reach: what nobody configured must be a public host.
    pub(crate) fn reach(&self) -> Reach {
        match self.is_configured {
            true => Reach::Configured,
            false => Reach::Public,
        }
    }
}

/// What the project and its clone say of its forge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// What `origin` names.
    pub origin: Option<Remote>,
    /// The sort of forge that `origin` leads to, where its host does not tell.
    pub flavour: Option<Flavour>,
    /// The address of Jira.
    pub jira: Option<String>,
}

/// One item, and the forge that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The forge.
    pub site: Site,
    /// The repository; empty for trackers without repositories.
    pub project: String,
    /// Number or key.
    pub id: String,
}

/// Where the item `named` is.
///
/// # Errors
/// [`ForgeError::Unknown`] says what is missing; [`ForgeError::Refused`].
pub fn spot(named: &Named, told: &Told, access: &Access) -> Result<Spot, ForgeError> {
    match named {
        Named::Here(number) => {
            let (site, project) = home(&format!("#{number}"), told, access)?;
            let id = number.to_string();
            Ok(Spot { site, project, id })
        }
        Named::Of { project, number } => {
            let (site, _) = home(&format!("{project}#{number}"), told, access)?;
            Ok(Spot {
                site,
                project: project.clone(),
                id: number.to_string(),
            })
        }
        Named::Key(key) => Ok(Spot {
            site: keyed(key, told, access)?,
            project: String::new(),
            id: key.clone(),
        }),
        Named::Address(address) => {
            let place = name::place(address)?;
            Ok(Spot {
                site: site(&place.web, place.flavour, told, access)?,
                project: place.project,
                id: place.id,
            })
        }
    }
}

/// The forge that `origin` leads to, and the repository there.
///
/// # Errors
/// [`ForgeError::Unknown`] where there is no such remote, or its host does not tell what it is.
pub fn home(name: &str, told: &Told, access: &Access) -> Result<(Site, String), ForgeError> {
    let Some(origin) = &told.origin else {
        return Err(ForgeError::Unknown {
            name: name.to_owned(),
            why: "the project's remote (`origin`, or the one that `gh` names as the base) leads to no forge".to_owned(),
        });
    };
    let site = site(&origin.web, None, told, access)?;
    Ok((site, origin.project.clone()))
}

/// The tracker of keys: Linear where a key of it is there and no Jira is named.
fn keyed(key: &str, told: &Told, access: &Access) -> Result<Site, ForgeError> {
    let named = access.var("JIRA_SITE").or(told.jira.as_deref());
    if let Some(web) = named.and_then(origin_of) {
        return site(&web, Some(Flavour::Jira), told, access);
    }
    if access.var("LINEAR_API_KEY").is_some() {
        return site(LINEAR, Some(Flavour::Linear), told, access);
    }
    Err(ForgeError::Unknown {
        name: key.to_owned(),
        why: "neither JIRA_SITE nor LINEAR_API_KEY is set".to_owned(),
    })
}

const LINEAR: &str = "https://linear.app";

/// The forge whose pages are at `web`; `shape` is what the form of an address tells.
fn site(
    web: &str,
    shape: Option<Flavour>,
    told: &Told,
    access: &Access,
) -> Result<Site, ForgeError> {
    let of_env = access.sites().into_iter().find(|(_, known)| known == web);
    let is_origin = told.origin.as_ref().is_some_and(|origin| origin.web == web);
    let of_project = told.flavour.filter(|_| is_origin);
    let host = web.split_once("://").map_or(web, |(_, host)| host);
    let flavour = of_env
        .as_ref()
        .map(|(flavour, _)| *flavour)
        .or_else(|| well_known(host))
        .or(of_project)
        .or(shape)
        .or_else(|| hinted(host));
    let Some(flavour) = flavour else {
        return Err(ForgeError::Unknown {
            name: web.to_owned(),
            why: "nothing says which sort of forge it is".to_owned(),
        });
    };
    let is_jira = told.jira.as_deref().and_then(origin_of).as_deref() == Some(web);
    Ok(Site {
        flavour,
        web: web.to_owned(),
        api: api(flavour, web, access),
        // A project's own file may name a tracker on the public network, no door into this one.
        is_configured: of_env.is_some() || is_origin || (flavour == Flavour::Linear && !is_jira),
    })
}

fn well_known(host: &str) -> Option<Flavour> {
    match host {
        "github.com" => Some(Flavour::GitHub),
        "gitlab.com" => Some(Flavour::GitLab),
        "codeberg.org" | "gitea.com" => Some(Flavour::Gitea),
        "linear.app" => Some(Flavour::Linear),
        host if host.ends_with(".ghe.com") => Some(Flavour::GitHub),
        host if host.ends_with(".atlassian.net") => Some(Flavour::Jira),
        _ => None,
    }
}

/// What the first word of a host's name suggests: `gitlab.corp.example`.
fn hinted(host: &str) -> Option<Flavour> {
    let hints = [
        ("github", Flavour::GitHub),
        ("ghe", Flavour::GitHub),
        ("gitlab", Flavour::GitLab),
        ("gitea", Flavour::Gitea),
        ("forgejo", Flavour::Gitea),
        ("jira", Flavour::Jira),
    ];
    let first = host.split(['.', ':', '-']).next().unwrap_or_default();
    let hint = hints.iter().find(|(word, _)| first == *word);
    hint.map(|(_, flavour)| *flavour)
}

fn api(flavour: Flavour, web: &str, access: &Access) -> String {
    match flavour {
        Flavour::GitHub => github_api(web, access),
        Flavour::GitLab => format!("{web}/api/v4"),
        Flavour::Gitea => format!("{web}/api/v1"),
        Flavour::Jira => {
            // Data Center may live below a path.
            let named = access.var("JIRA_SITE").unwrap_or(web);
            let base = match origin_of(named).as_deref() == Some(web) && named.contains("://") {
                true => named.trim_end_matches('/'),
                false => web,
            };
            format!("{base}/rest/api/2")
        }
        Flavour::Linear => {
            let elsewhere = access.var("LINEAR_API_URL");
            elsewhere
                .unwrap_or("https://api.linear.app/graphql")
                .to_owned()
        }
    }
}

fn github_api(web: &str, access: &Access) -> String {
    if access
        .var("GITHUB_SERVER_URL")
        .and_then(origin_of)
        .as_deref()
        == Some(web)
        && let Some(api) = access.var("GITHUB_API_URL")
    {
        return api.trim_end_matches('/').to_owned();
    }
    if web == "https://github.com" {
        return "https://api.github.com".to_owned();
    }
    match web.strip_prefix("https://") {
        Some(host) if host.ends_with(".ghe.com") => format!("https://api.{host}"),
        Some(_) | None => format!("{web}/api/v3"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::named;
    use crate::remote::remote;

    fn found(text: &str, origin: &str, vars: &[(&str, &str)]) -> Result<String, String> {
        let told = Told {
            origin: remote(origin),
            ..Told::default()
        };
        let named = named(text).expect("is the name of an item");
        let spot = spot(&named, &told, &Access::of(vars)).map_err(|error| error.to_string())?;
        let Spot { site, project, id } = spot;
        Ok(format!(
            "{} {} {project} {id}",
            site.flavour.as_str(),
            site.api
        ))
    }

    #[test]
    fn a_bare_number_is_of_the_forge_that_origin_leads_to() {
        let hub = found("#12", "git@github.com:acme/shop.git", &[]);
        assert_eq!(
            hub.as_deref(),
            Ok("github https://api.github.com acme/shop 12")
        );
        let lab = found("#12", "https://gitlab.corp.example/a/b/c.git", &[]);
        assert_eq!(
            lab.as_deref(),
            Ok("gitlab https://gitlab.corp.example/api/v4 a/b/c 12")
        );
        let vars = [("GH_HOST", "git.corp.example")];
        let ghe = found("x/y#3", "git@git.corp.example:acme/shop", &vars);
        assert_eq!(
            ghe.as_deref(),
            Ok("github https://git.corp.example/api/v3 x/y 3")
        );
        let tea = found("#1", "https://codeberg.org/acme/shop", &[]);
        assert_eq!(
            tea.as_deref(),
            Ok("gitea https://codeberg.org/api/v1 acme/shop 1")
        );
    }

    #[test]
    fn what_is_missing_is_said() {
        let no_origin = found("#12", "/srv/git/shop.git", &[]);
        assert!(
            no_origin
                .expect_err("no forge")
                .contains("leads to no forge")
        );
        let unknown = found("#12", "https://git.corp.example/acme/shop", &[]);
        assert!(
            unknown
                .expect_err("no forge")
                .contains("which sort of forge")
        );
        let key = found("PROJ-7", "/srv/git/shop.git", &[]);
        assert!(key.expect_err("no tracker").contains("JIRA_SITE"));
    }

    #[test]
    fn keys_are_of_jira_where_one_is_named_and_of_linear_else() {
        let jira = [
            ("JIRA_SITE", "https://jira.corp.example/jira/"),
            ("LINEAR_API_KEY", "k"),
        ];
        let found_jira = found("PROJ-7", "", &jira);
        let owed = "jira https://jira.corp.example/jira/rest/api/2  PROJ-7";
        assert_eq!(found_jira.as_deref(), Ok(owed));
        let linear = found("ENG-7", "", &[("LINEAR_API_KEY", "k")]);
        assert_eq!(
            linear.as_deref(),
            Ok("linear https://api.linear.app/graphql  ENG-7")
        );
    }

    #[test]
    fn a_host_that_nobody_configured_stays_on_the_public_network() {
        let told = Told::default();
        let named = named("http://10.0.0.7/a/b/-/issues/1").expect("an address");
        let spot = spot(&named, &told, &Access::default()).expect("a GitLab by its form");
        assert_eq!(spot.site.reach(), Reach::Public);
    }
}
