//! Holds what a tracker says of one item, in the same words for every tracker. All of it is data.

/// The most comments of one item that are read.
pub(crate) const MOST_COMMENTS: usize = 300;

/// An issue, a ticket, a story.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// As one names it here: `#12`, `owner/repo#12`, `PROJ-7`.
    pub name: String,
    /// Its page.
    pub address: String,
    /// Its title.
    pub title: String,
    /// Its text, in Markdown.
    pub body: String,
    /// Who wrote it.
    pub author: String,
    /// Its labels.
    pub labels: Vec<String>,
    /// Its type, where the tracker has types: `Bug`.
    pub sort: Option<String>,
    /// Whether it is done.
    pub is_closed: bool,
    /// What was said below it, oldest first.
    pub comments: Vec<Comment>,
    /// Names and addresses of files that hang on it.
    pub attachments: Vec<(String, String)>,
    /// Addresses and names that it is linked to outside of its text.
    pub links: Vec<String>,
}

/// One comment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comment {
    /// Its id on the tracker.
    pub id: String,
    /// Who wrote it, as the tracker tells people apart.
    pub author_id: String,
    /// Who wrote it, as people call them.
    pub author: String,
    /// Whether that is a program, as the tracker says.
    pub is_bot: bool,
    /// What its author may do there.
    pub rights: Rights,
    /// Its page.
    pub address: String,
    /// When, as the tracker says it.
    pub at: String,
    /// Its text.
    pub body: String,
}

/// What the author of a comment may do in the project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Rights {
    /// Write to it.
    Writes,
    /// Read it, or less, or nobody says.
    #[default]
    Reads,
    /// The tracker says so of this account when it is asked.
    Ask(String),
}

/// One line of a list of items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemLine {
    /// As one names it here.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Its labels.
    pub labels: Vec<String>,
    /// Its page.
    pub address: String,
}
