//! Reads how somebody names an item of a tracker: `#12`, `owner/repo#12`, `PROJ-7`, an address.

use crate::ForgeError;
use crate::site::Flavour;
use reqwest::Url;

/// An item of a tracker, as it was named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// `#12`: of the repository that `origin` names.
    Here(u64),
    /// `owner/repo#12`: of another repository on the same forge.
    Of {
        /// The repository, with all groups that it stands in.
        project: String,
        /// The number.
        number: u64,
    },
    /// `PROJ-7`: of Jira or Linear.
    Key(String),
    /// An address, as it stands in a browser.
    Address(String),
}

/// What `text` names, if it has one of those forms.
pub fn named(text: &str) -> Option<Named> {
    if text.contains("://") {
        return Some(Named::Address(text.to_owned()));
    }
    if let Some((project, number)) = text.rsplit_once('#') {
        let number = number_of(number)?;
        return match project {
            "" => Some(Named::Here(number)),
            project if is_project(project) => Some(Named::Of {
                project: project.to_owned(),
                number,
            }),
            _ => None,
        };
    }
    is_key(text).then(|| Named::Key(text.to_owned()))
}

fn number_of(text: &str) -> Option<u64> {
    let plain = !text.is_empty() && text.len() <= 12 && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// `owner/repo`, or on GitLab with groups in between.
pub(crate) fn is_project(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let parts: Vec<&str> = text.split('/').collect();
    let named =
        |part: &&str| !part.is_empty() && part.chars().all(plain) && part.chars().any(|c| c != '.');
    (2..=21).contains(&parts.len()) && parts.iter().all(named)
}

/// `PROJ-7`.
pub(crate) fn is_key(text: &str) -> bool {
    let Some((project, number)) = text.rsplit_once('-') else {
        return false;
    };
    let letter = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    project.starts_with(|c: char| c.is_ascii_uppercase())
        && project.len() <= 20
        && project.chars().all(letter)
        && number_of(number).is_some()
}

/// What an address of a browser leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Scheme, host and port.
    pub(crate) web: String,
    /// The forge that has addresses of this form, where only one has.
    pub(crate) flavour: Option<Flavour>,
    /// The repository; empty for trackers without repositories.
    pub(crate) project: String,
    /// The number or key.
    pub(crate) id: String,
}

/// Takes the address of an issue or pull request apart.
///
/// # Errors
/// [`ForgeError::Refused`] for what is no address of the web, [`ForgeError::Unknown`] for one that
/// has the form of no issue.
pub(crate) fn place(address: &str) -> Result<Place, ForgeError> {
    use crate::address::{Reach, checked};
    let url = checked(address, Reach::Configured)?;
    let web = web_of(&url);
    let parts: Vec<&str> = url
        .path()
        .split('/')
        .filter(|part| !part.is_empty())
        .collect();
    let found = match parts.as_slice() {
        [.., "browse", key] if is_key(key) => Some((Some(Flavour::Jira), String::new(), *key)),
        [_, "issue", key, ..] if is_key(key) => Some((Some(Flavour::Linear), String::new(), *key)),
        [project @ .., "-", "issues" | "work_items", number] => {
            Some((Some(Flavour::GitLab), project.join("/"), *number))
        }
        [project @ .., "issues" | "pull" | "pulls", number] => {
            Some((None, project.join("/"), *number))
        }
        _ => None,
    };
    let unknown = || ForgeError::Unknown {
        name: address.to_owned(),
        why: "it has the form of no issue of GitHub, GitLab, Gitea, Jira or Linear".to_owned(),
    };
    let (flavour, project, id) = found.ok_or_else(unknown)?;
    let fits = match flavour {
        Some(Flavour::Jira | Flavour::Linear) => true,
        Some(Flavour::GitHub | Flavour::GitLab | Flavour::Gitea) | None => {
            is_project(&project) && number_of(id).is_some()
        }
    };
    if !fits {
        return Err(unknown());
    }
    Ok(Place {
        web,
        flavour,
        project,
        id: id.to_owned(),
    })
}

/// Scheme, host and port of `url`, without a slash behind them.
pub(crate) fn web_of(url: &Url) -> String {
    url.origin().ascii_serialization()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_told_from_files() {
        assert_eq!(named("#12"), Some(Named::Here(12)));
        let of = |project: &str| {
            Some(Named::Of {
                project: project.to_owned(),
                number: 7,
            })
        };
        assert_eq!(named("acme/shop#7"), of("acme/shop"));
        assert_eq!(named("acme/web/shop#7"), of("acme/web/shop"));
        assert_eq!(named("PROJ-7"), Some(Named::Key("PROJ-7".to_owned())));
        for file in [
            "a.md",
            "a-7",
            "#",
            "x#y",
            "../x#1",
            "/etc/x#1",
            "-x#",
            "tickets/PROJ-7.md",
        ] {
            assert_eq!(named(file), None, "{file}");
        }
    }

    #[test]
    fn addresses_of_every_forge_are_taken_apart() {
        let cases = [
            (
                "https://github.com/acme/shop/issues/7",
                None,
                "acme/shop",
                "7",
            ),
            (
                "https://git.example:3000/acme/shop/pulls/7#note",
                None,
                "acme/shop",
                "7",
            ),
            (
                "https://gitlab.example/a/b/c/-/issues/7?x=1",
                Some(Flavour::GitLab),
                "a/b/c",
                "7",
            ),
            (
                "https://acme.atlassian.net/browse/PROJ-7",
                Some(Flavour::Jira),
                "",
                "PROJ-7",
            ),
            (
                "https://linear.app/acme/issue/ENG-7/limit-login",
                Some(Flavour::Linear),
                "",
                "ENG-7",
            ),
        ];
        for (address, flavour, project, id) in cases {
            let place = place(address).unwrap_or_else(|error| panic!("{address}: {error}"));
            assert_eq!(place.flavour, flavour, "{address}");
            assert_eq!((place.project.as_str(), place.id.as_str()), (project, id));
        }
        let port = place("https://git.example:3000/acme/shop/pulls/7").expect("is one");
        assert_eq!(port.web, "https://git.example:3000");
    }

    #[test]
    fn other_addresses_are_none() {
        for address in [
            "file:///etc/passwd",
            "https://github.com/acme/shop",
            "https://github.com/acme/shop/issues/new",
            "https://github.com/../../issues/1",
            "https://evil.example/issues/1",
        ] {
            assert!(place(address).is_err(), "{address}");
        }
    }
}
