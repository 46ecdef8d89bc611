//! Speaks GitHub's REST interface, and Gitea's, which is made after it.

mod checks;
mod gitea;
mod pulls;
mod reviews;
mod wire;

use crate::ForgeError;
use crate::http::{Ask, Client};
use crate::item::{Comment, Item, ItemLine, MOST_COMMENTS, Rights};
use crate::site::{Flavour, Spot};
use crate::tracker::Tracker;
use serde_json::json;

/// Who the CI of Gitea and of Forgejo is: names that no person can have there.
const GITEA_CI: [&str; 2] = ["gitea-actions", "forgejo-actions"];

/// A repository on GitHub or Gitea, and one issue in it.
pub(crate) struct GitHub {
    client: Client,
    spot: Spot,
}

impl GitHub {
    pub(crate) fn new(client: Client, spot: &Spot) -> Self {
        let spot = spot.clone();
        Self { client, spot }
    }

    /// Below the repository.
    fn path(&self, rest: &str) -> String {
        format!("repos/{}/{rest}", self.spot.project)
    }

    fn of_issue(&self, rest: &str) -> String {
        self.path(&format!("issues/{}{rest}", self.spot.id))
    }

    fn is_gitea(&self) -> bool {
        self.spot.site.flavour == Flavour::Gitea
    }

    /// How a page's length is asked for.
    fn paged(&self) -> &'static str {
        if self.is_gitea() {
            "limit=50"
        } else {
            "per_page=100"
        }
    }

    fn get<T: serde::de::DeserializeOwned>(&self, path: String) -> Result<T, ForgeError> {
        self.client.send(&Ask::get(path))?.json(&self.client.host())
    }
}

impl Tracker for GitHub {
    fn item(&self) -> Result<Item, ForgeError> {
        let issue: wire::Issue = self.get(self.of_issue(""))?;
        let comments = match issue.comments {
            0 => Vec::new(),
            _ => self.comments()?,
        };
        let project = self.spot.project.clone();
        let mut item = issue.item(&project);
        item.comments = comments;
        Ok(item)
    }

    fn open_items(&self, most: usize) -> Result<Vec<ItemLine>, ForgeError> {
        let path = match self.is_gitea() {
            true => self.path("issues?state=open&type=issues&limit=50"),
            false => self.path("issues?state=open&per_page=100"),
        };
        // Pull requests are issues too, to GitHub.
        let all: Vec<wire::Issue> = self.client.list(&path, most.saturating_mul(4))?;
        let lines = all.into_iter().filter(|issue| issue.pull_request.is_none());
        Ok(lines.take(most).map(wire::Issue::line).collect())
    }

    fn comments(&self) -> Result<Vec<Comment>, ForgeError> {
        let path = self.of_issue(&format!("/comments?{}", self.paged()));
        let all: Vec<wire::Comment> = self.client.list(&path, MOST_COMMENTS)?;
        let mut all: Vec<Comment> = all.into_iter().map(wire::Comment::comment).collect();
        for comment in all.iter_mut().filter(|_| self.is_gitea()) {
            comment.is_bot = GITEA_CI.contains(&comment.author_id.as_str());
        }
        Ok(all)
    }

    fn may_write(&self, comment: &Comment) -> Result<bool, ForgeError> {
        Ok(!comment.is_bot
            && match &comment.rights {
                Rights::Writes => true,
                Rights::Reads => false,
                Rights::Ask(login) => self.is_gitea() && self.writers()?.contains(login),
            })
    }

    fn write_comment(&self, in_place_of: Option<&str>, body: &str) -> Result<String, ForgeError> {
        let body = json!({ "body": body });
        let ask = match in_place_of {
            Some(id) => Ask::patch(self.path(&format!("issues/comments/{id}")), body),
            None => Ask::post(self.of_issue("/comments"), body),
        };
        let written: wire::Comment = self.client.send(&ask)?.json(&self.client.host())?;
        Ok(written.html_url)
    }

    fn close(&self) -> Result<bool, ForgeError> {
        let mut body = json!({ "state": "closed" });
        if !self.is_gitea() {
            body["state_reason"] = "completed".into();
        }
        self.client.send(&Ask::patch(self.of_issue(""), body))?;
        Ok(true)
    }

    fn own_name(&self) -> Result<Option<String>, ForgeError> {
        match self.get::<wire::User>("user".to_owned()) {
            Ok(user) => Ok(Some(user.login)),
            Err(error) => nameless(error, self.spot.site.flavour),
        }
    }
}

/// What it means that a token may not ask whose it is. The token of GitHub's CI belongs to a program,
/// which the forge calls one. Gitea tells no programs apart: without a name, own comments would be
/// taken for somebody else's and written once more each time.
fn nameless(error: ForgeError, flavour: Flavour) -> Result<Option<String>, ForgeError> {
    let may_not_ask = matches!(
        error,
        ForgeError::Forbidden { status: 403, .. } | ForgeError::Missing { .. }
    );
    match may_not_ask && flavour != Flavour::Gitea {
        true => Ok(None),
        false => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_without_a_name_is_a_program_of_github_and_too_small_for_gitea() {
        let refused = || ForgeError::Forbidden {
            host: "forge.example".to_owned(),
            what: "GET user".to_owned(),
            status: 403,
            why: "required=[read:user]".to_owned(),
        };
        assert!(matches!(nameless(refused(), Flavour::GitHub), Ok(None)));
        let said = nameless(refused(), Flavour::Gitea).map_err(|error| error.to_string());
        assert!(said.is_err_and(|said| said.contains("read:user")));
    }
}
