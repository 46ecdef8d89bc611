//! Speaks Jira's REST interface, version 2: Cloud and Data Center answer it alike.

use crate::ForgeError;
use crate::http::{Ask, Client};
use crate::item::{Comment, Item, ItemLine, Rights};
use crate::moved::{Moved, once, same};
use crate::query::query;
use crate::site::Spot;
use crate::tracker::Tracker;
use crate::wiki;
use serde::Deserialize;
use serde_json::json;

/// One issue of Jira.
pub(crate) struct Jira {
    client: Client,
    spot: Spot,
}

#[derive(Debug, Deserialize)]
struct Name {
    #[serde(default)]
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct User {
    #[serde(default)]
    display_name: String,
    #[serde(default)]
    account_id: Option<String>,
    #[serde(default)]
    name: Option<String>,
}

impl User {
    /// How one asks for this account: Cloud knows ids, Data Center names.
    fn asked_for(&self) -> Option<String> {
        let id = self.account_id.as_ref().map(|id| ("accountId", id));
        let (key, value) = id.or(self.name.as_ref().map(|name| ("username", name)))?;
        Some(format!("{key}={}", query(value)))
    }

    /// What tells this user from others: names of people need not.
    fn id(&self) -> String {
        let id = self.account_id.clone().or_else(|| self.name.clone());
        id.unwrap_or_else(|| self.display_name.clone())
    }
}

#[derive(Debug, Deserialize)]
struct Attachment {
    filename: String,
    #[serde(default)]
    content: String,
}

#[derive(Debug, Deserialize)]
struct RawComment {
    id: String,
    #[serde(default)]
    body: String,
    author: Option<User>,
    #[serde(default)]
    created: String,
}

#[derive(Debug, Default, Deserialize)]
struct RawComments {
    #[serde(default)]
    comments: Vec<RawComment>,
}

#[derive(Debug, Deserialize)]
struct Category {
    #[serde(default)]
    key: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct State {
    #[serde(default)]
    name: String,
    status_category: Option<Category>,
}

/// An issue of which the state alone was asked for.
#[derive(Debug, Deserialize)]
struct Standing {
    fields: InState,
}

#[derive(Debug, Deserialize)]
struct InState {
    status: State,
}

#[derive(Debug, Deserialize)]
struct Transitions {
    transitions: Vec<Transition>,
}

#[derive(Debug, Deserialize)]
struct Transition {
    id: String,
    #[serde(default)]
    name: String,
    to: Name,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Link {
    inward_issue: Option<Keyed>,
    outward_issue: Option<Keyed>,
}

#[derive(Debug, Deserialize)]
struct Keyed {
    key: String,
}

#[derive(Debug, Deserialize)]
struct Fields {
    summary: String,
    description: Option<String>,
    #[serde(default)]
    labels: Vec<String>,
    issuetype: Option<Name>,
    reporter: Option<User>,
    status: Option<State>,
    #[serde(default)]
    attachment: Vec<Attachment>,
    #[serde(default)]
    comment: RawComments,
    #[serde(default)]
    issuelinks: Vec<Link>,
}

#[derive(Debug, Deserialize)]
struct Issue {
    key: String,
    fields: Fields,
}

#[derive(Debug, Deserialize)]
struct Found {
    issues: Vec<Issue>,
}

const FIELDS: &str =
    "summary,description,labels,issuetype,reporter,status,attachment,comment,issuelinks";

impl Jira {
    pub(crate) fn new(client: Client, spot: &Spot) -> Self {
        let spot = spot.clone();
        Self { client, spot }
    }

    fn issue(&self) -> Result<Issue, ForgeError> {
        let path = format!("issue/{}?fields={FIELDS}", self.spot.id);
        self.client.send(&Ask::get(path))?.json(&self.client.host())
    }

    /// The state that the issue is in, as people there call it.
    fn state(&self) -> Result<String, ForgeError> {
        let path = format!("issue/{}?fields=status", self.spot.id);
        let standing: Standing = self
            .client
            .send(&Ask::get(path))?
            .json(&self.client.host())?;
        Ok(standing.fields.status.name)
    }

    fn said(&self, raw: RawComments) -> Vec<Comment> {
        let said = raw.comments.into_iter();
        said.map(|comment| {
            let author = comment.author.as_ref();
            Comment {
                rights: author
                    .and_then(User::asked_for)
                    .map_or(Rights::Reads, Rights::Ask),
                author_id: author.map(User::id).unwrap_or_default(),
                address: self.comment_page(&comment.id),
                id: comment.id,
                author: comment
                    .author
                    .map(|user| user.display_name)
                    .unwrap_or_default(),
                is_bot: false,
                at: comment.created,
                body: wiki::markdown(&comment.body),
            }
        })
        .collect()
    }

    fn comment_page(&self, id: &str) -> String {
        format!("{}?focusedCommentId={id}", self.page(&self.spot.id))
    }

    fn page(&self, key: &str) -> String {
        let base = self.spot.site.api.trim_end_matches("/rest/api/2");
        format!("{base}/browse/{key}")
    }
}

impl Tracker for Jira {
    fn item(&self) -> Result<Item, ForgeError> {
        let Issue { key, fields } = self.issue()?;
        let done = |state: State| state.status_category.is_some_and(|c| c.key == "done");
        let links = fields.issuelinks.into_iter();
        let links = links.flat_map(|link| [link.inward_issue, link.outward_issue]);
        let files = fields.attachment.into_iter();
        Ok(Item {
            address: self.page(&key),
            name: key,
            title: fields.summary,
            body: wiki::markdown(&fields.description.unwrap_or_default()),
            author: fields
                .reporter
                .map(|user| user.display_name)
                .unwrap_or_default(),
            labels: fields.labels,
            sort: fields.issuetype.map(|sort| sort.name),
            is_closed: fields.status.is_some_and(done),
            comments: self.said(fields.comment),
            attachments: files.map(|file| (file.filename, file.content)).collect(),
            links: links.flatten().map(|linked| linked.key).collect(),
        })
    }

    fn open_items(&self, most: usize) -> Result<Vec<ItemLine>, ForgeError> {
        let project = self
            .spot
            .id
            .rsplit_once('-')
            .map_or("", |(project, _)| project);
        let jql =
            format!("project = \"{project}\" AND statusCategory != Done ORDER BY created DESC");
        let asked = format!(
            "fields=summary,labels&maxResults={}&jql={}",
            most.min(100),
            query(&jql)
        );
        // Cloud has taken `search` away, Data Center does not have `search/jql`.
        let found = match self.client.find(&Ask::get(format!("search/jql?{asked}")))? {
            Some(answer) => answer,
            None => self.client.send(&Ask::get(format!("search?{asked}")))?,
        };
        let found: Found = found.json(&self.client.host())?;
        let line = |issue: Issue| ItemLine {
            address: self.page(&issue.key),
            name: issue.key,
            title: issue.fields.summary,
            labels: issue.fields.labels,
        };
        Ok(found.issues.into_iter().map(line).collect())
    }

    fn comments(&self) -> Result<Vec<Comment>, ForgeError> {
        Ok(self.said(self.issue()?.fields.comment))
    }

    /// Whoever an issue can be assigned to is one of the team: Jira has many ways to write, and says
    /// of none who may.
    fn may_write(&self, comment: &Comment) -> Result<bool, ForgeError> {
        let Rights::Ask(asked_for) = &comment.rights else {
            return Ok(false);
        };
        let key = query(&self.spot.id);
        let path = format!("user/assignable/search?issueKey={key}&{asked_for}&maxResults=50");
        match self.client.find(&Ask::get(path)) {
            Ok(Some(answer)) => {
                let known: Vec<User> = answer.json(&self.client.host())?;
                Ok(known.iter().any(|user| user.id() == comment.author_id))
            }
            Ok(None) | Err(ForgeError::Forbidden { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn write_comment(&self, in_place_of: Option<&str>, body: &str) -> Result<String, ForgeError> {
        let body = json!({ "body": wiki::markup(body) });
        let base = format!("issue/{}/comment", self.spot.id);
        let ask = match in_place_of {
            Some(id) => Ask::put(format!("{base}/{id}"), body),
            None => Ask::post(base, body),
        };
        let written: RawComment = self.client.send(&ask)?.json(&self.client.host())?;
        Ok(self.comment_page(&written.id))
    }

    fn close(&self) -> Result<bool, ForgeError> {
        // Which of a team's states is the last one is the team's to say.
        Ok(false)
    }

    fn move_to(&self, name: &str) -> Result<Moved, ForgeError> {
        let now = self.state()?;
        if same(&now, name) {
            return Ok(Moved::Already(now));
        }
        let path = format!("issue/{}/transitions", self.spot.id);
        let offered: Transitions = self
            .client
            .send(&Ask::get(path.clone()))?
            .json(&self.client.host())?;
        let offered = offered.transitions;
        // What a state is called is what people see; a transition may have a name of its own.
        let to_state = offered.iter().find(|way| same(&way.to.name, name));
        let way = to_state.or_else(|| offered.iter().find(|way| same(&way.name, name)));
        let Some(way) = way else {
            let mut names: Vec<String> = offered.into_iter().map(|way| way.to.name).collect();
            names.dedup();
            return Ok(Moved::Unreachable(names));
        };
        let ask = Ask::post(path, json!({ "transition": { "id": way.id } }));
        once(
            || self.client.send(&ask).map(drop),
            || Ok(same(&self.state()?, &way.to.name)),
        )?;
        Ok(Moved::There(way.to.name.clone()))
    }

    fn own_name(&self) -> Result<Option<String>, ForgeError> {
        let me: User = self
            .client
            .send(&Ask::get("myself"))?
            .json(&self.client.host())?;
        Ok(Some(me.id()))
    }
}
