//! Opens and changes merge requests of GitLab, and marks commits.

use super::{GitLab, wire};
use crate::ForgeError;
use crate::http::Ask;
use crate::pull::{Changes, Head, Opened, Outcome, Pull, Status};
use crate::query::query;
use crate::tracker::Forge;
use serde_json::{Value, json};

impl Forge for GitLab {
    fn pull_of(&self, head: &Head) -> Result<Option<Opened>, ForgeError> {
        let asked = format!(
            "/merge_requests?state=opened&per_page=100&source_branch={}",
            query(&head.branch)
        );
        let all: Vec<wire::Merge> = self.client.list(&self.path(&asked), 100)?;
        let fork = match &head.fork {
            Some(fork) => Some(self.id_of(fork)?),
            None => None,
        };
        let found = all
            .into_iter()
            .find(|merge| merge.is_of(&head.branch, fork));
        Ok(found.map(wire::Merge::opened))
    }

    fn open(&self, pull: &Pull) -> Result<Opened, ForgeError> {
        let mut body = json!({
            "source_branch": pull.head.branch,
            "target_branch": pull.base,
            "title": titled(&pull.title, pull.is_draft),
            "description": pull.body,
        });
        // A merge request begins in the project that has the branch.
        let path = match &pull.head.fork {
            Some(fork) => {
                body["target_project_id"] = self.id_of(&self.spot.project)?.into();
                format!("projects/{}/merge_requests", query(fork))
            }
            None => self.path("/merge_requests"),
        };
        match self.client.send(&Ask::post(path, body)) {
            Ok(answer) => {
                let opened: wire::Merge = answer.json(&self.client.host())?;
                Ok(opened.opened())
            }
            // The answer may have been lost on its way, and not the request.
            Err(error) => match self.pull_of(&pull.head) {
                Ok(Some(opened)) => Ok(opened),
                Ok(None) | Err(_) => Err(error),
            },
        }
    }

    fn change(&self, opened: &Opened, changes: &Changes) -> Result<Vec<&'static str>, ForgeError> {
        let mut edit = serde_json::Map::new();
        let is_draft = changes.is_draft.unwrap_or(opened.is_draft);
        let title = changes.title.as_ref().unwrap_or(&opened.title);
        if is_draft != opened.is_draft || *title != opened.title {
            edit.insert("title".to_owned(), titled(title, is_draft).into());
        }
        if let Some(body) = changes.body.as_ref().filter(|body| **body != opened.body) {
            edit.insert("description".to_owned(), body.as_str().into());
        }
        if !changes.labels.is_empty() {
            edit.insert("add_labels".to_owned(), changes.labels.join(",").into());
        }
        let reviewers = self.reviewers(opened.number, &changes.reviewers)?;
        if !reviewers.is_empty() {
            edit.insert("reviewer_ids".to_owned(), json!(reviewers));
        }
        if !edit.is_empty() {
            let path = self.path(&format!("/merge_requests/{}", opened.number));
            self.client.send(&Ask::put(path, Value::Object(edit)))?;
        }
        // GitLab itself leaves out what one may not change, and does not say so.
        Ok(Vec::new())
    }

    fn tell(&self, commit: &str, status: &Status) -> Result<(), ForgeError> {
        let state = match status.outcome {
            Outcome::Pending => "pending",
            Outcome::Success => "success",
            Outcome::Failure => "failed",
            Outcome::Error => "canceled",
        };
        let mut body = json!({
            "state": state,
            "name": status.name,
            "description": status.cut(),
        });
        if let Some(address) = &status.address {
            body["target_url"] = address.as_str().into();
        }
        let path = self.path(&format!("/statuses/{commit}"));
        match self.client.send(&Ask::post(path, body)) {
            // GitLab refuses to say a second time what it knows already.
            Ok(_) | Err(ForgeError::Failed { status: 400, .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn default_branch(&self) -> Result<String, ForgeError> {
        let project: wire::Project = self.get(self.path(""))?;
        let none = || self.client.garbled("the project has no default branch");
        project.default_branch.ok_or_else(none)
    }
}

impl GitLab {
    /// The number by which GitLab knows a project.
    fn id_of(&self, project: &str) -> Result<u64, ForgeError> {
        let project: wire::Project = self.get(format!("projects/{}", query(project)))?;
        Ok(project.id)
    }

    /// The ids of people to ask, those who are asked already among them. GitLab's teams are groups
    /// and review nothing; a name that it does not know is left out.
    fn reviewers(&self, number: u64, wanted: &[String]) -> Result<Vec<u64>, ForgeError> {
        let people = wanted.iter().map(|name| name.trim_start_matches('@'));
        let people: Vec<&str> = people.filter(|name| !name.contains('/')).collect();
        if people.is_empty() {
            return Ok(Vec::new());
        }
        let merge: wire::Merge = self.get(self.path(&format!("/merge_requests/{number}")))?;
        let mut ids: Vec<u64> = merge.reviewers.iter().map(|user| user.id).collect();
        let before = ids.len();
        for name in people {
            let found: Vec<wire::User> = self.get(format!("users?username={}", query(name)))?;
            let id = found.first().map(|user| user.id);
            ids.extend(id.filter(|id| !ids.contains(id)));
        }
        Ok(if ids.len() == before { Vec::new() } else { ids })
    }
}

fn titled(title: &str, is_draft: bool) -> String {
    match is_draft {
        true => format!("{}{title}", wire::DRAFT),
        false => title.to_owned(),
    }
}
