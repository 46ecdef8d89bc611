//! Speaks GitLab's REST interface.

mod merges;
mod reviews;
mod wire;

use crate::ForgeError;
use crate::http::{Ask, Client};
use crate::item::{Comment, Item, ItemLine, MOST_COMMENTS, Rights};
use crate::query::query;
use crate::site::Spot;
use crate::tracker::Tracker;
use serde_json::json;

/// A project on GitLab, and one issue in it.
pub(crate) struct GitLab {
    client: Client,
    spot: Spot,
    /// `issues` or `merge_requests`.
    of: &'static str,
}

impl GitLab {
    pub(crate) fn new(client: Client, spot: &Spot) -> Self {
        let (spot, of) = (spot.clone(), "issues");
        Self { client, spot, of }
    }

    /// The same for a merge request: what is said below it.
    pub(crate) fn of_merge_request(client: Client, spot: &Spot) -> Self {
        let (spot, of) = (spot.clone(), "merge_requests");
        Self { client, spot, of }
    }

    /// Below the project.
    fn path(&self, rest: &str) -> String {
        format!("projects/{}{rest}", query(&self.spot.project))
    }

    fn of_issue(&self, rest: &str) -> String {
        self.path(&format!("/{}/{}{rest}", self.of, self.spot.id))
    }

    fn note_page(&self, note: u64) -> String {
        let Spot { site, project, id } = &self.spot;
        format!("{}/{project}/-/{}/{id}#note_{note}", site.web, self.of)
    }

    fn get<T: serde::de::DeserializeOwned>(&self, path: String) -> Result<T, ForgeError> {
        self.client.send(&Ask::get(path))?.json(&self.client.host())
    }
}

impl Tracker for GitLab {
    fn item(&self) -> Result<Item, ForgeError> {
        let issue: wire::Issue = self.get(self.of_issue(""))?;
        let comments = match issue.user_notes_count {
            0 => Vec::new(),
            _ => self.comments()?,
        };
        let mut item = issue.item();
        item.comments = comments;
        Ok(item)
    }

    fn open_items(&self, most: usize) -> Result<Vec<ItemLine>, ForgeError> {
        let path = self.path("/issues?state=opened&per_page=100");
        let all: Vec<wire::Issue> = self.client.list(&path, most)?;
        Ok(all.into_iter().map(wire::Issue::line).collect())
    }

    fn comments(&self) -> Result<Vec<Comment>, ForgeError> {
        let path = self.of_issue("/notes?sort=asc&order_by=created_at&per_page=100");
        let all: Vec<wire::Note> = self.client.list(&path, MOST_COMMENTS)?;
        let said = all.into_iter().filter(|note| !note.system);
        let said = said.map(|note| Comment {
            address: self.note_page(note.id),
            ..note.comment()
        });
        Ok(said.collect())
    }

    fn may_write(&self, comment: &Comment) -> Result<bool, ForgeError> {
        Ok(!comment.is_bot
            && match &comment.rights {
                Rights::Writes => true,
                Rights::Reads => false,
                Rights::Ask(account) => self.is_developer(account)?,
            })
    }

    fn write_comment(&self, in_place_of: Option<&str>, body: &str) -> Result<String, ForgeError> {
        let body = json!({ "body": body });
        let ask = match in_place_of {
            Some(id) => Ask::put(self.of_issue(&format!("/notes/{id}")), body),
            None => Ask::post(self.of_issue("/notes"), body),
        };
        let written: wire::Note = self.client.send(&ask)?.json(&self.client.host())?;
        Ok(self.note_page(written.id))
    }

    fn close(&self) -> Result<bool, ForgeError> {
        let body = json!({ "state_event": "close" });
        self.client.send(&Ask::put(self.of_issue(""), body))?;
        Ok(true)
    }

    fn own_name(&self) -> Result<Option<String>, ForgeError> {
        Ok(Some(self.get::<wire::User>("user".to_owned())?.username))
    }
}
