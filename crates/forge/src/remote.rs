//! Reads the address of a git remote: which forge, which repository.

use crate::name::{is_project, web_of};
use reqwest::Url;

/// A repository on a forge, as a git remote names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remote {
    /// Scheme, host and port of its pages.
    pub web: String,
    /// The repository, with all groups that it stands in.
    pub project: String,
}

/// Hosts of SSH alone, with the host that they belong to.
const SSH_ONLY: [(&str, &str); 2] = [
    ("ssh.github.com", "github.com"),
    ("altssh.gitlab.com", "gitlab.com"),
];

/// What the remote at `address` is on a forge; nothing for paths of this machine.
pub fn remote(address: &str) -> Option<Remote> {
    let (web, path) = match address.split_once("://") {
        Some(("http" | "https", _)) => {
            let url = Url::parse(address).ok()?;
            (web_of(&url), url.path().to_owned())
        }
        Some(("ssh" | "git" | "git+ssh", _)) => {
            let url = Url::parse(address).ok()?;
            (web_of_host(url.host_str()?), url.path().to_owned())
        }
        Some(_) => return None,
        None => {
            let (host, path) = address.split_once(':')?;
            let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
            let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
            if host.len() < 2 || !host.chars().all(is_name) {
                return None;
            }
            (web_of_host(host), path.to_owned())
        }
    };
    let path = path.trim_matches('/');
    let project = path.strip_suffix(".git").unwrap_or(path).to_owned();
    is_project(&project).then_some(Remote { web, project })
}

fn web_of_host(host: &str) -> String {
    let host = host.to_lowercase();
    let known = SSH_ONLY.iter().find(|(ssh, _)| *ssh == host);
    format!("https://{}", known.map_or(host.as_str(), |(_, web)| web))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_remote_is_read() {
        let cases = [
            (
                "https://github.com/acme/shop.git",
                "https://github.com",
                "acme/shop",
            ),
            (
                "https://ada:secret@github.com/acme/shop",
                "https://github.com",
                "acme/shop",
            ),
            (
                "git@github.com:acme/shop.git",
                "https://github.com",
                "acme/shop",
            ),
            (
                "ssh://git@ssh.github.com:443/acme/shop.git",
                "https://github.com",
                "acme/shop",
            ),
            (
                "ssh://git@git.example:2222/a/b/c.git",
                "https://git.example",
                "a/b/c",
            ),
            (
                "http://git.example:3000/acme/shop.git/",
                "http://git.example:3000",
                "acme/shop",
            ),
            ("git.example:a/b/shop", "https://git.example", "a/b/shop"),
        ];
        for (address, web, project) in cases {
            let found = remote(address).unwrap_or_else(|| panic!("{address}"));
            assert_eq!(
                (found.web.as_str(), found.project.as_str()),
                (web, project),
                "{address}"
            );
        }
    }

    #[test]
    fn a_path_is_no_forge() {
        for address in [
            "/srv/git/shop.git",
            "../shop",
            "file:///srv/shop.git",
            "C:/x/y",
            "shop",
        ] {
            assert_eq!(remote(address), None, "{address}");
        }
    }
}
