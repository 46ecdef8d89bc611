//! Opens a tracker or a forge by its sort, and says what each of them can do.

use crate::ForgeError;
use crate::access::Access;
use crate::check::CheckRun;
use crate::github::GitHub;
use crate::gitlab::GitLab;
use crate::http::{Client, Patience, Ways};
use crate::item::{Comment, Item, ItemLine, Rights};
use crate::jira::Jira;
use crate::linear::Linear;
use crate::moved::Moved;
use crate::pull::{Changes, Head, Opened, Pull, Status};
use crate::review::Reviews;
use crate::site::{Flavour, Site, Spot};
use std::path::PathBuf;

/// What has tickets.
pub trait Tracker {
    /// The item with its comments.
    ///
    /// # Errors
    /// Where the tracker does not answer, or has no such item.
    fn item(&self) -> Result<Item, ForgeError>;

    /// Open items, newest first, at most `most`.
    ///
    /// # Errors
    /// Where the tracker does not answer.
    fn open_items(&self, most: usize) -> Result<Vec<ItemLine>, ForgeError>;

    /// The comments of the item, oldest first.
    ///
    /// # Errors
    /// Where the tracker does not answer.
    fn comments(&self) -> Result<Vec<Comment>, ForgeError>;

    /// Whether the author of `comment` may write to the project. Programs may not, whatever they
    /// are allowed: their words are nobody's.
    ///
    /// # Errors
    /// Where the tracker has to be asked, and does not answer.
    fn may_write(&self, comment: &Comment) -> Result<bool, ForgeError> {
        Ok(!comment.is_bot && comment.rights == Rights::Writes)
    }

    /// Writes a comment, or puts `body` in place of the one that is named; returns its page.
    ///
    /// # Errors
    /// Where the tracker does not answer or the token may not write.
    fn write_comment(&self, in_place_of: Option<&str>, body: &str) -> Result<String, ForgeError>;

    /// Closes the item as done; whether the tracker has one way to do that.
    ///
    /// # Errors
    /// Where the tracker does not answer or the token may not write.
    fn close(&self) -> Result<bool, ForgeError>;

    /// Moves the item to the state that people there call `name`, in whatever case, or along the
    /// transition of that name.
    ///
    /// # Errors
    /// Where the tracker does not answer or the token may not write.
    fn move_to(&self, _name: &str) -> Result<Moved, ForgeError> {
        Ok(Moved::Stateless)
    }

    /// Who the token belongs to, as the tracker tells people apart; nothing where it belongs to a program without a name.
    ///
    /// # Errors
    /// Where the tracker does not answer.
    fn own_name(&self) -> Result<Option<String>, ForgeError>;
}

/// What became of a comment that stands once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Posted {
    /// It is new.
    Written(String),
    /// The one that was there was changed.
    Edited(String),
    /// The one that is there says so already.
    Unchanged,
}

impl dyn Tracker + '_ {
    /// Has one comment with `marker` say `body`: writes it, or edits the one that is there. A
    /// comment of somebody else that holds the marker is left alone.
    ///
    /// # Errors
    /// Where the tracker does not answer or the token may not write.
    pub fn comment_once(&self, marker: &str, body: &str) -> Result<Posted, ForgeError> {
        let whole = format!("<!-- {marker} -->\n{}\n", body.trim_end());
        let marked = whole.lines().next().unwrap_or_default();
        let me = self.own_name()?;
        let is_own = |comment: &Comment| match &me {
            Some(name) => comment.author_id == *name,
            None => comment.is_bot,
        };
        let comments = self.comments()?;
        let there = comments
            .iter()
            .find(|comment| comment.body.trim_start().starts_with(marked) && is_own(comment));
        match there {
            Some(there) if there.body.replace("\r\n", "\n").trim() == whole.trim() => {
                Ok(Posted::Unchanged)
            }
            Some(there) => {
                let page = self.write_comment(Some(&there.id), &whole)?;
                Ok(Posted::Edited(page))
            }
            None => Ok(Posted::Written(self.write_comment(None, &whole)?)),
        }
    }
}

/// What has pull requests.
pub trait Forge {
    /// The open pull request from `head`, if there is one. One from a branch of the same name in
    /// another repository is somebody else's.
    ///
    /// # Errors
    /// Where the forge does not answer.
    fn pull_of(&self, head: &Head) -> Result<Option<Opened>, ForgeError>;

    /// Opens one.
    ///
    /// # Errors
    /// Where the forge does not answer or the token may not write.
    fn open(&self, pull: &Pull) -> Result<Opened, ForgeError>;

    /// Changes what is open; what the token may not change though it may offer: whoever works in
    /// a fork may neither label nor call people.
    ///
    /// # Errors
    /// As [`Forge::open`].
    fn change(&self, opened: &Opened, changes: &Changes) -> Result<Vec<&'static str>, ForgeError>;

    /// Says of a commit what became of it.
    ///
    /// # Errors
    /// As [`Forge::open`].
    fn tell(&self, commit: &str, status: &Status) -> Result<(), ForgeError>;

    /// Writes a check run, once however often it is told; whether the forge has such.
    ///
    /// # Errors
    /// As [`Forge::open`]. GitHub takes none from the token of a person.
    fn check(&self, _run: &CheckRun) -> Result<bool, ForgeError> {
        Ok(false)
    }

    /// The branch that others start from.
    ///
    /// # Errors
    /// Where the forge does not answer.
    fn default_branch(&self) -> Result<String, ForgeError>;
}

/// How to open a tracker or forge.
#[derive(Clone, Debug, Default)]
pub struct Opening<'a> {
    /// How long to try.
    pub patience: Patience,
    /// Where answers are kept.
    pub cache: Option<PathBuf>,
    /// The tokens.
    pub access: Option<&'a Access>,
}

/// The tracker of `spot`.
///
/// # Errors
/// [`ForgeError::Refused`] where its address may not be connected to.
pub fn tracker(spot: &Spot, opening: &Opening<'_>) -> Result<Box<dyn Tracker>, ForgeError> {
    let client = client(&spot.site, opening)?;
    Ok(match spot.site.flavour {
        Flavour::GitHub | Flavour::Gitea => Box::new(GitHub::new(client, spot)),
        Flavour::GitLab => Box::new(GitLab::new(client, spot)),
        Flavour::Jira => Box::new(Jira::new(client, spot)),
        Flavour::Linear => Box::new(Linear::new(client, spot)),
    })
}

/// The comments of the pull request that `spot` names. To GitHub it is an issue like any other;
/// GitLab keeps them elsewhere.
///
/// # Errors
/// As [`tracker`].
pub fn pull_comments(spot: &Spot, opening: &Opening<'_>) -> Result<Box<dyn Tracker>, ForgeError> {
    match spot.site.flavour {
        Flavour::GitLab => {
            let client = client(&spot.site, opening)?;
            Ok(Box::new(GitLab::of_merge_request(client, spot)))
        }
        Flavour::GitHub | Flavour::Gitea | Flavour::Jira | Flavour::Linear => {
            tracker(spot, opening)
        }
    }
}

/// The forge of `spot`, whose item is of no meaning here.
///
/// # Errors
/// [`ForgeError::Unknown`] for trackers without repositories.
pub fn forge(spot: &Spot, opening: &Opening<'_>) -> Result<Box<dyn Forge>, ForgeError> {
    let client = client(&spot.site, opening)?;
    match spot.site.flavour {
        Flavour::GitHub | Flavour::Gitea => Ok(Box::new(GitHub::new(client, spot))),
        Flavour::GitLab => Ok(Box::new(GitLab::new(client, spot))),
        Flavour::Jira | Flavour::Linear => Err(ForgeError::Unknown {
            name: spot.site.web.clone(),
            why: "it has tickets and no repositories".to_owned(),
        }),
    }
}

/// The reviews of the pull requests of `spot`, whose item is of no meaning here.
///
/// # Errors
/// As [`forge`].
pub fn reviews(spot: &Spot, opening: &Opening<'_>) -> Result<Box<dyn Reviews>, ForgeError> {
    let client = client(&spot.site, opening)?;
    match spot.site.flavour {
        Flavour::GitHub | Flavour::Gitea => Ok(Box::new(GitHub::new(client, spot))),
        Flavour::GitLab => Ok(Box::new(GitLab::new(client, spot))),
        Flavour::Jira | Flavour::Linear => Err(ForgeError::Unknown {
            name: spot.site.web.clone(),
            why: "it has tickets and no reviews".to_owned(),
        }),
    }
}

fn client(site: &Site, opening: &Opening<'_>) -> Result<Client, ForgeError> {
    let auth = opening.access.map(|access| access.auth(site));
    let headers = match site.flavour {
        Flavour::GitHub => vec![
            ("accept", "application/vnd.github+json"),
            ("x-github-api-version", "2022-11-28"),
        ],
        Flavour::GitLab | Flavour::Gitea | Flavour::Jira | Flavour::Linear => {
            vec![("accept", "application/json")]
        }
    };
    Client::new(
        &site.api,
        Ways {
            auth: auth.unwrap_or_default(),
            headers,
            patience: opening.patience.clone(),
            cache: opening.cache.clone(),
            reach: site.reach(),
        },
    )
}
