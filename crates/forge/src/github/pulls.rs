//! Opens and changes pull requests of GitHub and Gitea, and marks commits.

use super::{GitHub, wire};
use crate::ForgeError;
use crate::check::CheckRun;
use crate::http::Ask;
use crate::pull::{Changes, Head, Opened, Outcome, Pull, Status};
use crate::query::query;
use crate::tracker::Forge;
use serde_json::{Value, json};

/// What Gitea takes for a draft.
const GITEA_DRAFT: &str = "WIP: ";

impl Forge for GitHub {
    fn pull_of(&self, head: &Head) -> Result<Option<Opened>, ForgeError> {
        let path = match self.is_gitea() {
            true => "pulls?state=open&limit=50".to_owned(),
            false => {
                let own = self.spot.project.split('/').next().unwrap_or_default();
                let label = format!("{}:{}", head.owner().unwrap_or(own), head.branch);
                format!("pulls?state=open&per_page=100&head={}", query(&label))
            }
        };
        let all: Vec<wire::Pull> = self.client.list(&self.path(&path), 500)?;
        let found = all.into_iter().find(|pull| pull.is_from(head));
        Ok(found.map(|pull| self.told(pull.opened())))
    }

    fn open(&self, pull: &Pull) -> Result<Opened, ForgeError> {
        let mut body = json!({
            "head": pull.head.label(),
            "base": pull.base,
            "title": self.titled(&pull.title, pull.is_draft),
            "body": pull.body,
        });
        // Two repositories of one owner are told apart by their names.
        let (owner, _) = self.spot.project.split_once('/').unwrap_or_default();
        if let Some((of, name)) = pull
            .head
            .fork
            .as_deref()
            .and_then(|fork| fork.split_once('/'))
            && of == owner
        {
            body["head_repo"] = name.into();
        }
        if !self.is_gitea() {
            body["draft"] = Value::Bool(pull.is_draft);
        }
        let ask = Ask::post(self.path("pulls"), body);
        match self.client.send(&ask) {
            Ok(answer) => {
                let opened: wire::Pull = answer.json(&self.client.host())?;
                Ok(self.told(opened.opened()))
            }
            // The answer may have been lost on its way, and not the request.
            Err(error) => match self.pull_of(&pull.head) {
                Ok(Some(opened)) => Ok(opened),
                Ok(None) | Err(_) => Err(error),
            },
        }
    }

    fn change(&self, opened: &Opened, changes: &Changes) -> Result<Vec<&'static str>, ForgeError> {
        let number = opened.number;
        let mut edit = serde_json::Map::new();
        let is_draft = changes.is_draft.unwrap_or(opened.is_draft);
        let title = changes.title.as_ref().unwrap_or(&opened.title);
        if self.titled(title, is_draft) != self.titled(&opened.title, opened.is_draft) {
            edit.insert("title".to_owned(), self.titled(title, is_draft).into());
        }
        if let Some(body) = changes.body.as_ref().filter(|body| **body != opened.body) {
            edit.insert("body".to_owned(), body.as_str().into());
        }
        if !edit.is_empty() {
            let path = self.path(&format!("pulls/{number}"));
            self.client.send(&Ask::patch(path, Value::Object(edit)))?;
        }
        if is_draft != opened.is_draft && !self.is_gitea() {
            self.set_draft(opened, is_draft)?;
        }
        let mut left = Vec::new();
        for (what, done) in [
            ("labels", self.add_labels(number, &changes.labels)),
            ("reviewers", self.ask_reviewers(number, &changes.reviewers)),
        ] {
            match done {
                Ok(()) => {}
                Err(ForgeError::Forbidden { status: 403, .. } | ForgeError::Missing { .. }) => {
                    left.push(what);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(left)
    }

    fn tell(&self, commit: &str, status: &Status) -> Result<(), ForgeError> {
        let state = match status.outcome {
            Outcome::Pending => "pending",
            Outcome::Success => "success",
            Outcome::Failure => "failure",
            Outcome::Error => "error",
        };
        let mut body = json!({
            "state": state,
            "context": status.name,
            "description": status.cut(),
        });
        if let Some(address) = &status.address {
            body["target_url"] = address.as_str().into();
        }
        let path = self.path(&format!("statuses/{commit}"));
        self.client.send(&Ask::post(path, body)).map(drop)
    }

    fn check(&self, run: &CheckRun) -> Result<bool, ForgeError> {
        if self.is_gitea() {
            return Ok(false);
        }
        self.write_check(run).map(|()| true)
    }

    fn default_branch(&self) -> Result<String, ForgeError> {
        let path = format!("repos/{}", self.spot.project);
        let repository: wire::Repository = self.get(path)?;
        Ok(repository.default_branch)
    }
}

impl GitHub {
    /// The title as the forge has it: Gitea tells drafts by its first word.
    fn titled(&self, title: &str, is_draft: bool) -> String {
        match self.is_gitea() && is_draft && !title.starts_with(GITEA_DRAFT) {
            true => format!("{GITEA_DRAFT}{title}"),
            false => title.to_owned(),
        }
    }

    /// What is open, with Gitea's word for a draft read as one.
    fn told(&self, mut opened: Opened) -> Opened {
        if self.is_gitea()
            && let Some(title) = opened.title.strip_prefix(GITEA_DRAFT)
        {
            opened.is_draft = true;
            opened.title = title.to_owned();
        }
        opened
    }

    /// Adds labels. Gitea knows them by their ids.
    fn add_labels(&self, number: u64, names: &[String]) -> Result<(), ForgeError> {
        let labels = match (names, self.is_gitea()) {
            ([], _) => return Ok(()),
            (names, false) => json!(names),
            (names, true) => match self.label_ids(names)?.as_slice() {
                [] => return Ok(()),
                ids => json!(ids),
            },
        };
        let path = self.path(&format!("issues/{number}/labels"));
        let ask = Ask::post(path, json!({ "labels": labels }));
        self.client.send(&ask).map(drop)
    }

    /// REST cannot do this: only GraphQL has the two mutations.
    fn set_draft(&self, opened: &Opened, is_draft: bool) -> Result<(), ForgeError> {
        let name = match is_draft {
            true => "convertPullRequestToDraft",
            false => "markPullRequestReadyForReview",
        };
        let query = format!(
            "mutation($id: ID!) {{ {name}(input: {{pullRequestId: $id}}) {{ clientMutationId }} }}"
        );
        let body = json!({ "query": query, "variables": { "id": opened.node } });
        let path = self.graphql();
        let answer = self.client.send(&Ask::post(path, body))?;
        let told: Value = answer.json(&self.client.host())?;
        match told.get("errors") {
            Some(errors) => Err(ForgeError::Failed {
                host: self.client.host(),
                what: name.to_owned(),
                status: answer.status,
                why: errors.to_string().chars().take(300).collect(),
            }),
            None => Ok(()),
        }
    }

    /// GitHub Enterprise has its GraphQL beside `v3`, not below it.
    pub(super) fn graphql(&self) -> String {
        let api = &self.spot.site.api;
        match api.strip_suffix("/v3") {
            Some(base) => format!("{base}/graphql"),
            None => format!("{api}/graphql"),
        }
    }

    /// Asks those who may be asked. The author of a pull request may not review it, and a name
    /// that the forge does not know is no reason to lose the others.
    fn ask_reviewers(&self, number: u64, reviewers: &[String]) -> Result<(), ForgeError> {
        let path = self.path(&format!("pulls/{number}/requested_reviewers"));
        let bare = |name: &String| name.trim_start_matches('@').to_owned();
        for reviewer in reviewers.iter().map(bare) {
            let body = match reviewer.split_once('/') {
                Some((_, team)) => json!({ "team_reviewers": [team] }),
                None => json!({ "reviewers": [reviewer] }),
            };
            match self.client.send(&Ask::post(path.clone(), body)) {
                Ok(_)
                | Err(ForgeError::Failed { status: 422, .. } | ForgeError::Missing { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
