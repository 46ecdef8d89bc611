//! Speaks Linear's GraphQL interface: a few questions and three changes.

use crate::ForgeError;
use crate::http::{Ask, Client};
use crate::item::{Comment, Item, ItemLine, Rights};
use crate::moved::{Moved, once, same};
use crate::site::Spot;
use crate::tracker::Tracker;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// One issue of Linear.
pub(crate) struct Linear {
    client: Client,
    spot: Spot,
}

#[derive(Debug, Deserialize)]
struct Nodes<T> {
    nodes: Vec<T>,
}

#[derive(Debug, Deserialize)]
struct Name {
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct User {
    id: String,
    #[serde(default)]
    display_name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawComment {
    id: String,
    #[serde(default)]
    body: String,
    user: Option<User>,
    #[serde(default)]
    created_at: String,
    #[serde(default)]
    url: String,
}

#[derive(Debug, Deserialize)]
struct Attachment {
    #[serde(default)]
    title: String,
    url: String,
}

#[derive(Debug, Deserialize)]
struct State {
    #[serde(rename = "type")]
    sort: String,
}

#[derive(Debug, Deserialize)]
struct Issue {
    id: String,
    identifier: String,
    title: String,
    description: Option<String>,
    url: String,
    creator: Option<User>,
    labels: Nodes<Name>,
    state: Option<State>,
    comments: Option<Nodes<RawComment>>,
    attachments: Option<Nodes<Attachment>>,
}

/// An issue of which the state alone was asked for, with those that its team has.
#[derive(Debug, Deserialize)]
struct Standing {
    id: String,
    state: Stage,
    team: Team,
}

#[derive(Debug, Deserialize)]
struct Team {
    states: Nodes<Stage>,
}

#[derive(Clone, Debug, Deserialize)]
struct Stage {
    id: String,
    name: String,
}

const STANDING: &str = "query($id: String!) { issue(id: $id) { id state { id name } \
    team { states(first: 250) { nodes { id name } } } } }";

const COMMENT: &str = "id body createdAt url user { id displayName }";

impl Linear {
    pub(crate) fn new(client: Client, spot: &Spot) -> Self {
        let spot = spot.clone();
        Self { client, spot }
    }

    /// Asks `query` and gives what it answers under `name`. GraphQL says with 200 what went wrong.
    fn ask<T: DeserializeOwned>(
        &self,
        name: &str,
        query: &str,
        variables: Value,
    ) -> Result<T, ForgeError> {
        let body = json!({ "query": query, "variables": variables });
        let answer = self.client.send(&Ask::post("", body))?;
        let mut told: Value = answer.json(&self.client.host())?;
        if let Some(error) = told.pointer("/errors/0") {
            let why = error["message"]
                .as_str()
                .unwrap_or("an error without words");
            let host = self.client.host();
            let is_missing = why.to_lowercase().contains("not found");
            return Err(match is_missing {
                true => ForgeError::Missing {
                    host,
                    what: self.spot.id.clone(),
                },
                false => ForgeError::Failed {
                    host,
                    what: name.to_owned(),
                    status: answer.status,
                    why: why.chars().take(300).collect(),
                },
            });
        }
        let found = told["data"][name].take();
        serde_json::from_value(found).map_err(|error| self.client.garbled(error.to_string()))
    }

    fn standing(&self) -> Result<Standing, ForgeError> {
        self.ask("issue", STANDING, json!({ "id": self.spot.id }))
    }

    fn updated(&self, query: &str, asked: &Value) -> Result<(), ForgeError> {
        #[derive(Deserialize)]
        struct Payload {
            success: bool,
        }
        let told: Payload = self.ask("issueUpdate", query, asked.clone())?;
        match told.success {
            true => Ok(()),
            false => Err(self
                .client
                .garbled("it did not move the issue, and not why")),
        }
    }

    fn issue(&self) -> Result<Issue, ForgeError> {
        let query = format!(
            "query($id: String!) {{ issue(id: $id) {{ id identifier title description url \
             creator {{ id displayName }} labels {{ nodes {{ name }} }} state {{ type }} \
             attachments {{ nodes {{ title url }} }} \
             comments(first: 250) {{ nodes {{ {COMMENT} }} }} }} }}"
        );
        self.ask("issue", &query, json!({ "id": self.spot.id }))
    }
}

impl Tracker for Linear {
    fn item(&self) -> Result<Item, ForgeError> {
        let issue = self.issue()?;
        let done = |state: State| matches!(state.sort.as_str(), "completed" | "canceled");
        let files = issue.attachments.into_iter().flat_map(|all| all.nodes);
        Ok(Item {
            name: issue.identifier,
            address: issue.url,
            title: issue.title,
            body: issue.description.unwrap_or_default(),
            author: issue
                .creator
                .map(|user| user.display_name)
                .unwrap_or_default(),
            labels: issue
                .labels
                .nodes
                .into_iter()
                .map(|label| label.name)
                .collect(),
            sort: None,
            is_closed: issue.state.is_some_and(done),
            comments: comments(issue.comments),
            attachments: files.map(|file| (file.title, file.url)).collect(),
            links: Vec::new(),
        })
    }

    fn open_items(&self, most: usize) -> Result<Vec<ItemLine>, ForgeError> {
        let team = self.spot.id.rsplit_once('-').map_or("", |(team, _)| team);
        let query = "query($team: String!, $most: Int!) { issues(first: $most, filter: { team: \
                     { key: { eq: $team } }, state: { type: { nin: [\"completed\", \"canceled\"] } } \
                     }) { nodes { id identifier title url labels { nodes { name } } } } }";
        let asked = json!({ "team": team, "most": most.min(100) });
        let found: Nodes<Issue> = self.ask("issues", query, asked)?;
        let line = |issue: Issue| ItemLine {
            name: issue.identifier,
            title: issue.title,
            labels: issue
                .labels
                .nodes
                .into_iter()
                .map(|label| label.name)
                .collect(),
            address: issue.url,
        };
        Ok(found.nodes.into_iter().map(line).collect())
    }

    fn comments(&self) -> Result<Vec<Comment>, ForgeError> {
        Ok(comments(self.issue()?.comments))
    }

    fn write_comment(&self, in_place_of: Option<&str>, body: &str) -> Result<String, ForgeError> {
        #[derive(Deserialize)]
        struct Written {
            comment: RawComment,
        }
        let written: Written = match in_place_of {
            Some(id) => {
                let query = format!(
                    "mutation($id: String!, $body: String!) {{ commentUpdate(id: $id, input: \
                     {{ body: $body }}) {{ comment {{ {COMMENT} }} }} }}"
                );
                self.ask("commentUpdate", &query, json!({ "id": id, "body": body }))?
            }
            None => {
                let query = format!(
                    "mutation($issue: String!, $body: String!) {{ commentCreate(input: \
                     {{ issueId: $issue, body: $body }}) {{ comment {{ {COMMENT} }} }} }}"
                );
                let issue = self.issue()?.id;
                self.ask(
                    "commentCreate",
                    &query,
                    json!({ "issue": issue, "body": body }),
                )?
            }
        };
        Ok(written.comment.url)
    }

    fn close(&self) -> Result<bool, ForgeError> {
        // Which of a team's states is the last one is the team's to say.
        Ok(false)
    }

    fn move_to(&self, name: &str) -> Result<Moved, ForgeError> {
        let now = self.standing()?;
        if same(&now.state.name, name) {
            return Ok(Moved::Already(now.state.name));
        }
        let all = now.team.states.nodes;
        let Some(wanted) = all.iter().find(|stage| same(&stage.name, name)) else {
            let names = all.into_iter().map(|stage| stage.name);
            return Ok(Moved::Unreachable(names.collect()));
        };
        let query = "mutation($id: String!, $state: String!) { issueUpdate(id: $id, input: \
                     { stateId: $state }) { success } }";
        let asked = json!({ "id": now.id, "state": wanted.id });
        once(
            || self.updated(query, &asked),
            || Ok(self.standing()?.state.id == wanted.id),
        )?;
        Ok(Moved::There(wanted.name.clone()))
    }

    fn own_name(&self) -> Result<Option<String>, ForgeError> {
        let me: User = self.ask("viewer", "query { viewer { id displayName } }", json!({}))?;
        Ok(Some(me.id))
    }
}

fn comments(raw: Option<Nodes<RawComment>>) -> Vec<Comment> {
    let said = raw.into_iter().flat_map(|all| all.nodes);
    let mut all: Vec<Comment> = said
        .map(|comment| Comment {
            // A workspace has members and guests who were let in, and no passers-by.
            rights: match &comment.user {
                Some(_) => Rights::Writes,
                None => Rights::Reads,
            },
            id: comment.id,
            author_id: comment
                .user
                .as_ref()
                .map(|user| user.id.clone())
                .unwrap_or_default(),
            author: comment
                .user
                .map(|user| user.display_name)
                .unwrap_or_default(),
            is_bot: false,
            address: comment.url,
            at: comment.created_at,
            body: comment.body,
        })
        .collect();
    all.sort_by(|one, other| one.at.cmp(&other.at));
    all
}
