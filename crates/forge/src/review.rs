//! Holds what reviewers and checks say of a pull request, in the same words for every forge. All of
//! it is data.

use crate::ForgeError;
use crate::tracker::Posted;

/// The most comments, threads and reviews of one pull request that are read, each.
pub(crate) const MOST: usize = 500;

/// The most failed checks whose log is fetched.
const MOST_LOGS: usize = 10;

/// One thing that somebody said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Its id on the forge.
    pub id: String,
    /// Who said it.
    pub author: String,
    /// Whether that is a program, as the forge says.
    pub is_bot: bool,
    /// Whether its author has a part in the repository, as far as the forge tells: may write to it.
    pub may_write: bool,
    /// Its words.
    pub body: String,
    /// Its page.
    pub address: String,
}

/// A thread beside a line of the change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thread {
    /// Its id on the forge.
    pub id: String,
    /// The file.
    pub path: Option<String>,
    /// The line in it, where it is still there.
    pub line: Option<u64>,
    /// Whether somebody closed it.
    pub is_resolved: bool,
    /// What was said, oldest first.
    pub said: Vec<Said>,
}

/// What a review comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opinion {
    /// It may be merged.
    Approves,
    /// It may not be merged as it is.
    AsksForChanges,
    /// Neither.
    Comments,
}

/// Everything that was said of a pull request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Review {
    /// The commit that its branch is on, as the forge has it.
    pub head: String,
    /// Who the token belongs to; nothing where the forge does not tell.
    pub me: Option<String>,
    /// Threads beside lines.
    pub threads: Vec<Thread>,
    /// What stands below it.
    pub comments: Vec<Said>,
    /// What reviews say in their own words.
    pub reviews: Vec<(Opinion, Said)>,
}

/// A check that failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failed {
    /// Its id on the forge; empty where it has none.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it says of itself.
    pub summary: String,
    /// The end of its log; empty where the forge does not give it.
    pub log: String,
    /// Its page.
    pub address: String,
}

/// The checks of one commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checks {
    /// Those that failed.
    pub failed: Vec<Failed>,
    /// How many are not through yet.
    pub waiting: usize,
}

impl Checks {
    /// The log that `fetch` gives, for as many failed checks as anybody reads.
    ///
    /// # Errors
    /// Those of `fetch`.
    pub(crate) fn log(
        &self,
        fetch: impl FnOnce() -> Result<String, ForgeError>,
    ) -> Result<String, ForgeError> {
        match self.failed.len() < MOST_LOGS {
            true => fetch(),
            false => Ok(String::new()),
        }
    }
}

/// What has reviews.
pub trait Reviews {
    /// Everything that was said of the pull request.
    ///
    /// # Errors
    /// Where the forge does not answer.
    fn review(&self, number: u64) -> Result<Review, ForgeError>;

    /// The checks of `commit`, the head of the pull request.
    ///
    /// # Errors
    /// As [`Reviews::review`].
    fn checks(&self, number: u64, commit: &str) -> Result<Checks, ForgeError>;

    /// Answers in a thread, or puts `body` in place of the answer that is named; its page.
    ///
    /// # Errors
    /// Where the forge does not answer or the token may not write.
    fn reply(
        &self,
        number: u64,
        thread: &str,
        in_place_of: Option<&str>,
        body: &str,
    ) -> Result<String, ForgeError>;
}

/// The first line of an answer that bears `marker`.
fn marked(marker: &str) -> String {
    format!("<!-- {marker} -->")
}

impl Said {
    /// Whether this is an answer of redgreen's own: its first line is one of its markers, and it
    /// was written with the token of `me`.
    pub fn is_own(&self, me: Option<&str>) -> bool {
        let is_mine = match me {
            Some(me) => self.author == me,
            None => self.is_bot,
        };
        is_mine && self.body.trim_start().starts_with("<!-- redgreen:")
    }
}

impl dyn Reviews + '_ {
    /// Has one answer with `marker` in `thread` say `body`: writes it, or edits the one that is
    /// there.
    ///
    /// # Errors
    /// As [`Reviews::reply`].
    pub fn reply_once(
        &self,
        number: u64,
        (thread, me): (&Thread, Option<&str>),
        marker: &str,
        body: &str,
    ) -> Result<Posted, ForgeError> {
        let first = marked(marker);
        let whole = format!("{first}\n{}\n", body.trim_end());
        let own = |said: &&Said| said.is_own(me) && said.body.trim_start().starts_with(&first);
        match thread.said.iter().find(own) {
            Some(there) if there.body.replace("\r\n", "\n").trim() == whole.trim() => {
                Ok(Posted::Unchanged)
            }
            Some(there) => {
                let page = self.reply(number, &thread.id, Some(&there.id), &whole)?;
                Ok(Posted::Edited(page))
            }
            None => Ok(Posted::Written(
                self.reply(number, &thread.id, None, &whole)?,
            )),
        }
    }
}
