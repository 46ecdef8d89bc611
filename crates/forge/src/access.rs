//! Finds tokens: in the environment, or by asking `gh` and `glab`. Each is for one host.

use crate::http::Auth;
use crate::site::{Flavour, Site};
use reqwest::Url;
use std::collections::BTreeMap;
use std::fmt;
use std::process::{Command, Stdio};

/// What the user's environment says of forges and tokens.
#[derive(Clone, Default)]
pub struct Access {
    vars: BTreeMap<String, String>,
    asks_programs: bool,
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "access with {} variables", self.vars.len())
    }
}

/// Every variable that is read, with what it says.
pub const VARIABLES: [(&str, &str); 19] = [
    ("GH_TOKEN", "token of GitHub"),
    ("GITHUB_TOKEN", "token of GitHub"),
    (
        "GH_ENTERPRISE_TOKEN",
        "token of the GitHub Enterprise at GH_HOST",
    ),
    (
        "GITHUB_ENTERPRISE_TOKEN",
        "token of the GitHub Enterprise at GH_HOST",
    ),
    ("GH_HOST", "host of a GitHub Enterprise"),
    ("GITHUB_SERVER_URL", "pages of GitHub, as its CI sets it"),
    ("GITHUB_API_URL", "interface of GitHub, as its CI sets it"),
    ("GITLAB_TOKEN", "token of GitLab"),
    ("GITLAB_ACCESS_TOKEN", "token of GitLab"),
    ("GITLAB_HOST", "host of a GitLab"),
    ("CI_SERVER_URL", "pages of GitLab, as its CI sets it"),
    ("GITEA_TOKEN", "token of the Gitea or Forgejo at GITEA_HOST"),
    ("GITEA_HOST", "host of a Gitea or Forgejo"),
    (
        "GITEA_ACTIONS",
        "says that CI is Gitea's or Forgejo's, which sets GitHub's variables",
    ),
    ("JIRA_SITE", "address of Jira"),
    ("JIRA_EMAIL", "user of Jira Cloud"),
    ("JIRA_API_TOKEN", "token of Jira"),
    ("LINEAR_API_KEY", "key of Linear"),
    (
        "LINEAR_API_URL",
        "interface of Linear, where it is elsewhere",
    ),
];

impl Access {
    /// What the environment of this process says.
    pub fn of_this_process() -> Self {
        let vars = VARIABLES.iter().filter_map(|(name, _)| {
            let value = std::env::var(name).ok()?;
            Some(((*name).to_owned(), value.trim().to_owned()))
        });
        Self {
            vars: vars.collect(),
            asks_programs: true,
        }
    }

    /// What `vars` say, and nobody else.
    pub fn of(vars: &[(&str, &str)]) -> Self {
        let vars = vars.iter();
        Self {
            vars: vars
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            asks_programs: false,
        }
    }

    pub(crate) fn var(&self, name: &str) -> Option<&str> {
        let value = self.vars.get(name).map(String::as_str);
        value.filter(|value| !value.is_empty())
    }

    fn first(&self, names: &[&str]) -> Option<String> {
        names
            .iter()
            .find_map(|name| self.var(name))
            .map(str::to_owned)
    }

    /// The forges that the environment names, each by the origin of its pages.
    pub(crate) fn sites(&self) -> Vec<(Flavour, String)> {
        // Gitea's CI sets the variables of GitHub's, for itself.
        let of_ci = match self.var("GITEA_ACTIONS") {
            Some(_) => Flavour::Gitea,
            None => Flavour::GitHub,
        };
        let named = [
            (of_ci, "GITHUB_SERVER_URL"),
            (Flavour::GitHub, "GH_HOST"),
            (Flavour::GitLab, "GITLAB_HOST"),
            (Flavour::GitLab, "CI_SERVER_URL"),
            (Flavour::Gitea, "GITEA_HOST"),
            (Flavour::Jira, "JIRA_SITE"),
        ];
        let sites = named
            .iter()
            .filter_map(|(flavour, name)| Some((*flavour, origin_of(self.var(name)?)?)));
        sites.collect()
    }

    fn names(&self, variable: &str, web: &str) -> bool {
        self.var(variable).and_then(origin_of).as_deref() == Some(web)
    }

    /// How requests to `site` show who asks. A token that was given for another host is none.
    pub(crate) fn auth(&self, site: &Site) -> Auth {
        match site.flavour {
            Flavour::GitHub => bearer(self.github(&site.web)),
            Flavour::GitLab => header("private-token", self.gitlab(&site.web)),
            Flavour::Gitea => {
                let token = self.gitea(&site.web);
                token.map_or(Auth::Nobody, |token| Auth::Scheme("token", token))
            }
            Flavour::Jira => self.jira(&site.web),
            Flavour::Linear => header("authorization", self.first(&["LINEAR_API_KEY"])),
        }
    }

    fn github(&self, web: &str) -> Option<String> {
        let server = self.var("GITHUB_SERVER_URL").and_then(origin_of);
        let usual = server.unwrap_or_else(|| "https://github.com".to_owned());
        let is_usual = web == usual || web.ends_with(".ghe.com");
        let own = if is_usual {
            self.first(&["GH_TOKEN", "GITHUB_TOKEN"])
        } else if self.names("GH_HOST", web) {
            self.first(&["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"])
        } else {
            None
        };
        own.or_else(|| self.ask("gh", &["auth", "token", "--hostname", host_of(web)]))
    }

    fn gitea(&self, web: &str) -> Option<String> {
        if self.var("GITEA_ACTIONS").is_some() && self.names("GITHUB_SERVER_URL", web) {
            return self.first(&["GITEA_TOKEN", "GITHUB_TOKEN"]);
        }
        let is_bound = self.names("GITEA_HOST", web)
            || (self.var("GITEA_HOST").is_none() && web == "https://codeberg.org");
        self.first(&["GITEA_TOKEN"]).filter(|_| is_bound)
    }

    fn gitlab(&self, web: &str) -> Option<String> {
        let host = self.first(&["GITLAB_HOST", "CI_SERVER_URL"]);
        let usual = host.as_deref().and_then(origin_of);
        let usual = usual.unwrap_or_else(|| "https://gitlab.com".to_owned());
        let own = self.first(&["GITLAB_TOKEN", "GITLAB_ACCESS_TOKEN"]);
        own.filter(|_| web == usual)
            .or_else(|| self.ask("glab", &["config", "get", "token", "--host", host_of(web)]))
    }

    fn jira(&self, web: &str) -> Auth {
        let is_bound = match self.var("JIRA_SITE") {
            Some(_) => self.names("JIRA_SITE", web),
            None => web.starts_with("https://") && web.ends_with(".atlassian.net"),
        };
        match self.first(&["JIRA_API_TOKEN"]).filter(|_| is_bound) {
            None => Auth::Nobody,
            Some(token) => match self.var("JIRA_EMAIL") {
                Some(user) => Auth::Basic(user.to_owned(), token),
                None => Auth::Scheme("Bearer", token),
            },
        }
    }

    /// What `program` answers, if it is there and content.
    fn ask(&self, program: &str, words: &[&str]) -> Option<String> {
        if !self.asks_programs {
            return None;
        }
        let mut command = Command::new(program);
        command
            .args(words)
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        let said = command.output().ok().filter(|said| said.status.success())?;
        let token = String::from_utf8(said.stdout).ok()?.trim().to_owned();
        let is_one = !token.is_empty() && token.chars().all(|c| c.is_ascii_graphic());
        is_one.then_some(token)
    }
}

fn bearer(token: Option<String>) -> Auth {
    token.map_or(Auth::Nobody, |token| Auth::Scheme("Bearer", token))
}

fn header(name: &'static str, token: Option<String>) -> Auth {
    token.map_or(Auth::Nobody, |token| Auth::Header(name, token))
}

fn host_of(web: &str) -> &str {
    web.split_once("://").map_or(web, |(_, host)| host)
}

/// The origin that a variable names, as an address or as a host alone.
pub(crate) fn origin_of(text: &str) -> Option<String> {
    let whole = match text.contains("://") {
        true => text.to_owned(),
        false => format!("https://{text}"),
    };
    Some(crate::name::web_of(&Url::parse(&whole).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auth(vars: &[(&str, &str)], flavour: Flavour, web: &str) -> String {
        let site = Site {
            flavour,
            web: web.to_owned(),
            api: String::new(),
            is_configured: true,
        };
        match Access::of(vars).auth(&site) {
            Auth::Nobody => "nobody".to_owned(),
            Auth::Scheme(scheme, token) => format!("{scheme} {token}"),
            Auth::Header(name, token) => format!("{name}: {token}"),
            Auth::Basic(user, token) => format!("{user}:{token}"),
        }
    }

    #[test]
    fn a_token_goes_to_the_host_that_it_is_for_and_to_no_other() {
        let (hub, lab) = (Flavour::GitHub, Flavour::GitLab);
        let token = [("GITHUB_TOKEN", "t"), ("GITLAB_TOKEN", "l")];
        assert_eq!(auth(&token, hub, "https://github.com"), "Bearer t");
        assert_eq!(auth(&token, hub, "https://github.evil.example"), "nobody");
        assert_eq!(auth(&token, hub, "http://github.com"), "nobody");
        assert_eq!(auth(&token, lab, "https://gitlab.com"), "private-token: l");
        assert_eq!(auth(&token, lab, "https://gitlab.evil.example"), "nobody");
    }

    #[test]
    fn a_host_that_the_environment_names_takes_the_token_from_the_usual_one() {
        let lab = [("GITLAB_TOKEN", "l"), ("GITLAB_HOST", "git.corp.example")];
        assert_eq!(
            auth(&lab, Flavour::GitLab, "https://git.corp.example"),
            "private-token: l"
        );
        assert_eq!(auth(&lab, Flavour::GitLab, "https://gitlab.com"), "nobody");
        let hub = [
            ("GH_HOST", "ghe.example"),
            ("GH_ENTERPRISE_TOKEN", "e"),
            ("GH_TOKEN", "t"),
        ];
        assert_eq!(
            auth(&hub, Flavour::GitHub, "https://ghe.example"),
            "Bearer e"
        );
        assert_eq!(
            auth(&hub, Flavour::GitHub, "https://github.com"),
            "Bearer t"
        );
        let ci = [
            ("GITHUB_SERVER_URL", "https://ghe.example"),
            ("GITHUB_TOKEN", "t"),
        ];
        assert_eq!(
            auth(&ci, Flavour::GitHub, "https://ghe.example"),
            "Bearer t"
        );
        assert_eq!(auth(&ci, Flavour::GitHub, "https://github.com"), "nobody");
    }

    #[test]
    fn ci_of_gitea_has_its_token_in_githubs_name() {
        let ci = [
            ("GITEA_ACTIONS", "true"),
            ("GITHUB_SERVER_URL", "https://git.corp.example"),
            ("GITHUB_TOKEN", "t"),
        ];
        let sites = Access::of(&ci).sites();
        assert_eq!(
            sites,
            [(Flavour::Gitea, "https://git.corp.example".to_owned())]
        );
        let gitea = Flavour::Gitea;
        assert_eq!(auth(&ci, gitea, "https://git.corp.example"), "token t");
        assert_eq!(auth(&ci, gitea, "https://codeberg.org"), "nobody");
        assert_eq!(auth(&ci, Flavour::GitHub, "https://github.com"), "nobody");
    }

    #[test]
    fn jira_without_a_named_site_gets_its_token_only_where_its_maker_is_host() {
        let token = [("JIRA_API_TOKEN", "j"), ("JIRA_EMAIL", "ada@acme.example")];
        let jira = Flavour::Jira;
        assert_eq!(
            auth(&token, jira, "https://acme.atlassian.net"),
            "ada@acme.example:j"
        );
        assert_eq!(auth(&token, jira, "https://jira.evil.example"), "nobody");
        let named = [
            ("JIRA_API_TOKEN", "j"),
            ("JIRA_SITE", "https://jira.corp.example/x"),
        ];
        assert_eq!(auth(&named, jira, "https://jira.corp.example"), "Bearer j");
        assert_eq!(auth(&named, jira, "https://acme.atlassian.net"), "nobody");
    }

    #[test]
    fn nothing_that_is_printed_for_debugging_holds_a_token() {
        let access = Access::of(&[("GH_TOKEN", "hunter2")]);
        assert!(!format!("{access:?}").contains("hunter2"));
        assert!(!format!("{:?}", Auth::Scheme("Bearer", "hunter2".to_owned())).contains("hunter2"));
    }
}
