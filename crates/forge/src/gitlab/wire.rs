//! Holds the parts of GitLab's answers that are read. Everything may be missing but what names it.

use crate::item::{self, Rights};
use crate::pull::Opened;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(super) struct User {
    #[serde(default)]
    pub(super) id: u64,
    pub(super) username: String,
    #[serde(default)]
    bot: bool,
}

impl User {
    /// Whether it is a program.
    pub(super) fn is_bot(&self) -> bool {
        self.bot
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Issue {
    iid: u64,
    title: String,
    description: Option<String>,
    author: Option<User>,
    #[serde(default)]
    labels: Vec<String>,
    issue_type: Option<String>,
    #[serde(default)]
    state: String,
    #[serde(default)]
    pub(super) user_notes_count: u64,
    web_url: String,
}

impl Issue {
    pub(super) fn item(self) -> item::Item {
        // `issue` is every issue's type, and says nothing.
        let sort = self.issue_type.filter(|sort| sort != "issue");
        item::Item {
            name: format!("#{}", self.iid),
            address: self.web_url,
            title: self.title,
            body: self.description.unwrap_or_default(),
            author: self.author.map(|user| user.username).unwrap_or_default(),
            labels: self.labels.into_iter().map(unscoped).collect(),
            sort,
            is_closed: self.state == "closed",
            ..item::Item::default()
        }
    }

    pub(super) fn line(self) -> item::ItemLine {
        item::ItemLine {
            name: format!("#{}", self.iid),
            title: self.title,
            labels: self.labels,
            address: self.web_url,
        }
    }
}

/// `type::bug` as `type: bug`, the form that labels have elsewhere.
fn unscoped(label: String) -> String {
    label.replace("::", ": ")
}

#[derive(Debug, Deserialize)]
pub(super) struct Note {
    pub(super) id: u64,
    #[serde(default)]
    body: String,
    author: Option<User>,
    #[serde(default)]
    created_at: String,
    /// Written by GitLab itself: who assigned, who closed.
    #[serde(default)]
    pub(super) system: bool,
}

impl Note {
    pub(super) fn comment(self) -> item::Comment {
        let account = self.author.as_ref().map(|user| user.id.to_string());
        item::Comment {
            rights: account.map_or(Rights::Reads, Rights::Ask),
            address: String::new(),
            id: self.id.to_string(),
            is_bot: self.author.as_ref().is_some_and(|user| user.bot),
            author_id: self
                .author
                .as_ref()
                .map(|user| user.username.clone())
                .unwrap_or_default(),
            author: self.author.map(|user| user.username).unwrap_or_default(),
            at: self.created_at,
            body: self.body,
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Merge {
    iid: u64,
    web_url: String,
    title: String,
    description: Option<String>,
    #[serde(default)]
    draft: bool,
    target_branch: String,
    source_branch: String,
    source_project_id: Option<u64>,
    target_project_id: Option<u64>,
    #[serde(default)]
    pub(super) reviewers: Vec<User>,
}

impl Merge {
    /// Whether it is from `branch` of the project `fork`, else of the one that it is for.
    pub(super) fn is_of(&self, branch: &str, fork: Option<u64>) -> bool {
        let owed = fork.or(self.target_project_id);
        self.source_branch == branch && self.source_project_id == owed
    }

    pub(super) fn opened(self) -> Opened {
        Opened {
            number: self.iid,
            node: String::new(),
            address: self.web_url,
            base: self.target_branch,
            title: bare_title(&self.title).to_owned(),
            body: self.description.unwrap_or_default(),
            is_draft: self.draft,
        }
    }
}

/// The first words that make a draft of a merge request.
pub(super) const DRAFT: &str = "Draft: ";

/// `title` without the words that make a draft of it.
pub(super) fn bare_title(title: &str) -> &str {
    let marks = ["Draft: ", "[Draft] ", "(Draft) "];
    let bare = marks.iter().find_map(|mark| title.strip_prefix(mark));
    bare.unwrap_or(title)
}

#[derive(Debug, Deserialize)]
pub(super) struct Project {
    #[serde(default)]
    pub(super) id: u64,
    pub(super) default_branch: Option<String>,
}
