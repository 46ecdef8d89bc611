//! Reads what reviewers and checks say of a pull request of Gitea and Forgejo, and answers beside
//! lines: there a remark belongs to a review, and those at one line are a conversation.

use super::{GitHub, wire};
use crate::ForgeError;
use crate::http::Ask;
use crate::review::{MOST, Opinion, Review, Said, Thread};
use crate::tracker::Tracker as _;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Deserialize)]
struct Sent {
    id: u64,
    body: Option<String>,
    user: Option<wire::User>,
    #[serde(default)]
    state: String,
    #[serde(default)]
    dismissed: bool,
    #[serde(default)]
    comments_count: u64,
    #[serde(default)]
    html_url: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Remark {
    id: u64,
    body: Option<String>,
    user: Option<wire::User>,
    resolver: Option<wire::User>,
    #[serde(default)]
    path: String,
    /// The line in the new file; 0 for one of the old file.
    #[serde(default)]
    position: u64,
    #[serde(default)]
    original_position: u64,
    #[serde(default)]
    html_url: String,
}

#[derive(Debug, Deserialize)]
struct Label {
    id: u64,
    name: String,
}

/// Words of somebody, before it is told whether they may write.
struct Words {
    id: u64,
    user: Option<wire::User>,
    body: Option<String>,
    address: String,
}

impl Words {
    fn said(self, writers: &BTreeSet<String>) -> Said {
        let author = self.user.map(|user| user.login).unwrap_or_default();
        Said {
            id: self.id.to_string(),
            is_bot: false,
            may_write: writers.contains(&author),
            author,
            body: self.body.unwrap_or_default(),
            address: self.address,
        }
    }
}

impl GitHub {
    /// Everything that was said of the pull request.
    pub(super) fn gitea_review(&self, number: u64) -> Result<Review, ForgeError> {
        let pull: Value = self.get(self.path(&format!("pulls/{number}")))?;
        let head = pull["head"]["sha"].as_str().unwrap_or_default().to_owned();
        let writers = self.writers()?;
        let (reviews, remarks) = self.sent(number)?;
        let path = self.path(&format!("issues/{number}/comments?{}", self.paged()));
        let below: Vec<wire::Comment> = self.client.list(&path, MOST)?;
        Ok(Review {
            head,
            me: self.own_name()?,
            threads: threads(remarks, &writers),
            comments: below.into_iter().map(|said| said.said(&writers)).collect(),
            reviews: reviews
                .into_iter()
                .filter_map(|sent| opinion(sent, &writers))
                .collect(),
        })
    }

    /// Answers in a conversation: a review of one remark at the same line joins it.
    pub(super) fn gitea_reply(
        &self,
        number: u64,
        thread: &str,
        body: &str,
    ) -> Result<String, ForgeError> {
        let (_, remarks) = self.sent(number)?;
        let first = remarks
            .into_iter()
            .find(|remark| remark.id.to_string() == thread);
        let Some(first) = first else {
            return Err(ForgeError::Missing {
                host: self.client.host(),
                what: format!("remark {thread} of pull request {number}"),
            });
        };
        let mut remark = json!({ "path": first.path, "body": body });
        match first.position {
            0 => remark["old_position"] = first.original_position.into(),
            line => remark["new_position"] = line.into(),
        }
        let review = json!({ "event": "COMMENT", "body": "", "comments": [remark] });
        let path = self.path(&format!("pulls/{number}/reviews"));
        let sent: Sent = self
            .client
            .send(&Ask::post(path, review))?
            .json(&self.client.host())?;
        Ok(sent.html_url)
    }

    /// The ids of the labels `names`: those of the repository, then those of its organisation. A
    /// name that neither has is left out.
    pub(super) fn label_ids(&self, names: &[String]) -> Result<Vec<u64>, ForgeError> {
        let mut known: Vec<Label> = self.client.list(&self.path("labels?limit=50"), MOST)?;
        let has = |known: &[Label], name: &String| known.iter().any(|label| label.name == *name);
        if !names.iter().all(|name| has(&known, name)) {
            let owner = self.spot.project.split('/').next().unwrap_or_default();
            // A person has no labels of their own.
            let path = format!("orgs/{owner}/labels?limit=50");
            match self.client.list::<Label>(&path, MOST) {
                Ok(shared) => known.extend(shared),
                Err(ForgeError::Missing { .. } | ForgeError::Forbidden { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let id = |name: &String| known.iter().find(|label| label.name == *name);
        Ok(names.iter().filter_map(id).map(|label| label.id).collect())
    }

    /// Who may write to the repository: those whom an issue may be assigned to.
    pub(super) fn writers(&self) -> Result<BTreeSet<String>, ForgeError> {
        let path = self.path("assignees");
        let known: Vec<wire::User> = match self.get(path) {
            Ok(known) => known,
            Err(ForgeError::Missing { .. } | ForgeError::Forbidden { .. }) => Vec::new(),
            Err(error) => return Err(error),
        };
        Ok(known.into_iter().map(|user| user.login).collect())
    }

    /// The reviews of a pull request, and the remarks that were sent with them, oldest first.
    fn sent(&self, number: u64) -> Result<(Vec<Sent>, Vec<Remark>), ForgeError> {
        let base = self.path(&format!("pulls/{number}/reviews"));
        let reviews: Vec<Sent> = self.client.list(&format!("{base}?limit=50"), MOST)?;
        let mut remarks: Vec<Remark> = Vec::new();
        for review in reviews.iter().filter(|review| review.comments_count > 0) {
            if remarks.len() >= MOST {
                break;
            }
            remarks.extend(self.get::<Vec<Remark>>(format!("{base}/{}/comments", review.id))?);
        }
        remarks.sort_by_key(|remark| remark.id);
        Ok((reviews, remarks))
    }
}

/// The conversations, each named by the first remark at its line.
fn threads(remarks: Vec<Remark>, writers: &BTreeSet<String>) -> Vec<Thread> {
    let mut at_line: BTreeMap<(String, u64, u64), Thread> = BTreeMap::new();
    for remark in remarks {
        let line = (
            remark.path.clone(),
            remark.position,
            remark.original_position,
        );
        let thread = at_line.entry(line).or_insert_with(|| Thread {
            id: remark.id.to_string(),
            path: Some(remark.path.clone()),
            line: Some(remark.position).filter(|line| *line > 0),
            is_resolved: false,
            said: Vec::new(),
        });
        thread.is_resolved |= remark.resolver.is_some();
        let words = Words {
            id: remark.id,
            user: remark.user,
            body: remark.body,
            address: remark.html_url,
        };
        thread.said.push(words.said(writers));
    }
    let mut all: Vec<Thread> = at_line.into_values().collect();
    all.sort_by_key(|thread| thread.id.parse::<u64>().unwrap_or(0));
    all
}

/// A review with words of its own. One that was dismissed or not sent yet says nothing.
fn opinion(sent: Sent, writers: &BTreeSet<String>) -> Option<(Opinion, Said)> {
    let opinion = match sent.state.as_str() {
        "APPROVED" => Opinion::Approves,
        "REQUEST_CHANGES" => Opinion::AsksForChanges,
        "COMMENT" => Opinion::Comments,
        _ => return None,
    };
    let words = Words {
        id: sent.id,
        user: sent.user,
        body: sent.body,
        address: sent.html_url,
    };
    let said = words.said(writers);
    let speaks = !sent.dismissed && !said.body.trim().is_empty();
    speaks.then_some((opinion, said))
}
