//! Holds what a pull request is to every forge: GitHub's, GitLab's merge request, Gitea's.

/// The branch with a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Its name.
    pub branch: String,
    /// The repository that it is in, `ada/shop`, where that is not the one that it is for.
    pub fork: Option<String>,
}

impl Head {
    /// A branch of the repository that it is for.
    pub fn here(branch: impl Into<String>) -> Self {
        Self {
            branch: branch.into(),
            fork: None,
        }
    }

    /// Whose repository it is in, where that is a fork.
    pub(crate) fn owner(&self) -> Option<&str> {
        self.fork.as_deref()?.split('/').next()
    }

    /// The branch as GitHub and Gitea name it to the repository that it is for.
    pub(crate) fn label(&self) -> String {
        match self.owner() {
            Some(owner) => format!("{owner}:{}", self.branch),
            None => self.branch.clone(),
        }
    }
}

/// A pull request to be opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pull {
    /// The branch with the change.
    pub head: Head,
    /// The branch that it is for.
    pub base: String,
    /// One line.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// Whether it is not ready to be merged.
    pub is_draft: bool,
}

/// A pull request that is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// Its number.
    pub number: u64,
    /// Its id where the forge asks for another one than the number.
    pub node: String,
    /// Its page.
    pub address: String,
    /// The branch that it is for.
    pub base: String,
    /// One line.
    pub title: String,
    /// Markdown, as it stands there.
    pub body: String,
    /// Whether it is not ready to be merged.
    pub is_draft: bool,
}

/// What to change in an open pull request. What is empty stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The new title.
    pub title: Option<String>,
    /// The new body.
    pub body: Option<String>,
    /// Whether it is a draft from now on.
    pub is_draft: Option<bool>,
    /// Labels to add.
    pub labels: Vec<String>,
    /// People and teams (`@ada`, `@acme/team`) to ask for a review.
    pub reviewers: Vec<String>,
}

/// What became of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nobody knows yet.
    Pending,
    /// It is proven.
    Success,
    /// It is refuted.
    Failure,
    /// It could not be told.
    Error,
}

/// A mark beside a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// What became of it.
    pub outcome: Outcome,
    /// Whose mark it is: `redgreen/prove`.
    pub name: String,
    /// One line; forges take no more than 140 characters.
    pub words: String,
    /// Where to read more.
    pub address: Option<String>,
}

/// The most characters that every forge takes beside a commit.
const MOST_WORDS: usize = 140;

impl Status {
    /// The words, cut so that every forge takes them.
    pub(crate) fn cut(&self) -> String {
        let words = self.words.split_whitespace().collect::<Vec<_>>().join(" ");
        if words.chars().count() <= MOST_WORDS {
            return words;
        }
        let kept: String = words.chars().take(MOST_WORDS - 1).collect();
        format!("{kept}…")
    }
}
