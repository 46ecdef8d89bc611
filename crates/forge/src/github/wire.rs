//! Holds the parts of GitHub's answers that are read. Everything may be missing but what names it.

use crate::item::{self, Rights};
use crate::pull::{Head, Opened};
use crate::review::Said;
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Clone, Debug, Deserialize)]
pub(super) struct User {
    pub(super) login: String,
    #[serde(default, rename = "type")]
    sort: String,
}

impl User {
    /// Whether it is a program.
    pub(super) fn is_bot(&self) -> bool {
        self.sort == "Bot"
    }
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Label {
    Named { name: Option<String> },
    Bare(String),
}

impl Label {
    fn name(self) -> Option<String> {
        match self {
            Self::Named { name } => name,
            Self::Bare(name) => Some(name),
        }
    }
}

#[derive(Debug, Deserialize)]
struct Sort {
    name: String,
}

#[derive(Debug, Deserialize)]
struct Asset {
    name: String,
    browser_download_url: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Issue {
    number: u64,
    title: String,
    body: Option<String>,
    user: Option<User>,
    #[serde(default)]
    labels: Vec<Label>,
    #[serde(rename = "type")]
    sort: Option<Sort>,
    #[serde(default)]
    state: String,
    #[serde(default)]
    pub(super) comments: u64,
    html_url: String,
    pub(super) pull_request: Option<serde_json::Value>,
    /// Gitea's; GitHub keeps files as links in the text.
    #[serde(default)]
    assets: Vec<Asset>,
}

impl Issue {
    pub(super) fn item(self, _project: &str) -> item::Item {
        let files = self.assets.into_iter();
        item::Item {
            name: format!("#{}", self.number),
            address: self.html_url,
            title: self.title,
            body: self.body.unwrap_or_default(),
            author: self.user.map(|user| user.login).unwrap_or_default(),
            labels: self.labels.into_iter().filter_map(Label::name).collect(),
            sort: self.sort.map(|sort| sort.name),
            is_closed: self.state == "closed",
            attachments: files
                .map(|file| (file.name, file.browser_download_url))
                .collect(),
            ..item::Item::default()
        }
    }

    pub(super) fn line(self) -> item::ItemLine {
        item::ItemLine {
            name: format!("#{}", self.number),
            title: self.title,
            labels: self.labels.into_iter().filter_map(Label::name).collect(),
            address: self.html_url,
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Comment {
    id: u64,
    body: Option<String>,
    user: Option<User>,
    #[serde(default)]
    created_at: String,
    /// GitHub's; Gitea is asked who may write.
    author_association: Option<String>,
    pub(super) html_url: String,
}

/// What GitHub calls those who may write. To who may not administer, it tells nothing better.
pub(super) fn is_writer(association: &str) -> bool {
    ["OWNER", "MEMBER", "COLLABORATOR"].contains(&association)
}

impl Comment {
    /// The same below a pull request; `writers` may write to the repository.
    pub(super) fn said(self, writers: &BTreeSet<String>) -> Said {
        let is_bot = self.user.as_ref().is_some_and(User::is_bot);
        let author = self.user.map(|user| user.login).unwrap_or_default();
        Said {
            id: self.id.to_string(),
            is_bot,
            may_write: writers.contains(&author),
            author,
            body: self.body.unwrap_or_default(),
            address: self.html_url,
        }
    }

    pub(super) fn comment(self) -> item::Comment {
        let user = self.user;
        let login = user.as_ref().map(|user| user.login.clone());
        item::Comment {
            rights: match (&self.author_association, login) {
                (Some(association), _) if is_writer(association) => Rights::Writes,
                (None, Some(login)) => Rights::Ask(login),
                (Some(_), _) | (None, None) => Rights::Reads,
            },
            address: self.html_url,
            id: self.id.to_string(),
            is_bot: user.as_ref().is_some_and(|user| user.sort == "Bot"),
            author_id: user
                .as_ref()
                .map(|user| user.login.clone())
                .unwrap_or_default(),
            author: user.map(|user| user.login).unwrap_or_default(),
            at: self.created_at,
            body: self.body.unwrap_or_default(),
        }
    }
}

#[derive(Debug, Deserialize)]
struct End {
    #[serde(rename = "ref")]
    name: String,
    /// Nothing where it was deleted.
    repo: Option<Named>,
}

#[derive(Debug, Deserialize)]
struct Named {
    full_name: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Pull {
    pub(super) number: u64,
    #[serde(default)]
    node_id: String,
    html_url: String,
    title: String,
    body: Option<String>,
    #[serde(default)]
    draft: bool,
    head: End,
    base: End,
}

impl Pull {
    /// Whether it is from `head`. A repository that was renamed has its new name at both ends.
    pub(super) fn is_from(&self, head: &Head) -> bool {
        let of = |end: &End| end.repo.as_ref().map(|repo| repo.full_name.to_lowercase());
        let owed = match &head.fork {
            Some(fork) => Some(fork.to_lowercase()),
            None => of(&self.base),
        };
        self.head.name == head.branch && of(&self.head) == owed
    }

    pub(super) fn opened(self) -> Opened {
        Opened {
            number: self.number,
            node: self.node_id,
            address: self.html_url,
            base: self.base.name,
            title: self.title,
            body: self.body.unwrap_or_default(),
            is_draft: self.draft,
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Repository {
    pub(super) default_branch: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_from(head: &str) -> bool {
        let text = format!(
            r#"{{"number": 1, "html_url": "", "title": "", "head": {head}, "base": {{"ref": "main", "repo": {{"full_name": "acme/shop"}}}}}}"#
        );
        let pull: Pull = serde_json::from_str(&text).expect("is a pull request");
        pull.is_from(&Head::here("feature/1-x"))
    }

    #[test]
    fn a_pull_request_from_a_fork_is_not_the_one_from_a_branch_of_the_same_name() {
        assert!(is_from(
            r#"{"ref": "feature/1-x", "repo": {"full_name": "Acme/shop"}}"#
        ));
        assert!(!is_from(
            r#"{"ref": "feature/1-x", "repo": {"full_name": "mallory/shop"}}"#
        ));
        assert!(!is_from(
            r#"{"ref": "main", "repo": {"full_name": "acme/shop"}}"#
        ));
        // The fork that it came from was deleted.
        assert!(!is_from(r#"{"ref": "feature/1-x"}"#));
    }
}
