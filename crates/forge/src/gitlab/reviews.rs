//! Reads what reviewers and jobs say of a merge request of GitLab, and answers in its discussions.

use super::{GitLab, wire};
use crate::ForgeError;
use crate::http::Ask;
use crate::review::{Checks, Failed, MOST, Review, Reviews, Said, Thread};
use crate::site::Spot;
use crate::tracker::Tracker as _;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The least access with which one may push: a developer's.
const DEVELOPER: u64 = 30;

#[derive(Debug, Deserialize)]
struct Discussion {
    id: String,
    #[serde(default)]
    individual_note: bool,
    #[serde(default)]
    notes: Vec<Note>,
}

#[derive(Debug, Deserialize)]
struct Note {
    id: u64,
    #[serde(default)]
    body: String,
    author: Option<wire::User>,
    #[serde(default)]
    system: bool,
    #[serde(default)]
    resolved: bool,
    position: Option<Position>,
}

#[derive(Clone, Debug, Deserialize)]
struct Position {
    new_path: Option<String>,
    new_line: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct Pipeline {
    id: u64,
    #[serde(default)]
    sha: String,
}

#[derive(Debug, Deserialize)]
struct Job {
    id: u64,
    name: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    allow_failure: bool,
    failure_reason: Option<String>,
    #[serde(default)]
    web_url: String,
}

impl Reviews for GitLab {
    fn review(&self, number: u64) -> Result<Review, ForgeError> {
        let merge: Value = self.get(self.path(&format!("/merge_requests/{number}")))?;
        let head = merge["sha"].as_str().unwrap_or_default().to_owned();
        let path = self.path(&format!(
            "/merge_requests/{number}/discussions?per_page=100"
        ));
        let all: Vec<Discussion> = self.client.list(&path, MOST)?;
        let mut review = Review {
            head,
            me: self.own_name()?,
            ..Review::default()
        };
        let mut known = BTreeMap::new();
        for discussion in all {
            let first = discussion.notes.first();
            let is_resolved = first.is_some_and(|note| note.resolved);
            let position = first.and_then(|note| note.position.clone());
            let mut said = Vec::new();
            for note in discussion.notes.into_iter().filter(|note| !note.system) {
                said.push(self.said(number, note, &mut known)?);
            }
            match discussion.individual_note {
                true => review.comments.extend(said),
                false if said.is_empty() => {}
                false => review.threads.push(Thread {
                    id: discussion.id,
                    path: position.as_ref().and_then(|at| at.new_path.clone()),
                    line: position.as_ref().and_then(|at| at.new_line),
                    is_resolved,
                    said,
                }),
            }
        }
        Ok(review)
    }

    fn checks(&self, number: u64, commit: &str) -> Result<Checks, ForgeError> {
        let path = self.path(&format!("/merge_requests/{number}/pipelines?per_page=20"));
        let pipelines: Vec<Pipeline> = self.client.list(&path, 20)?;
        let Some(pipeline) = pipelines
            .into_iter()
            .find(|pipeline| pipeline.sha == commit)
        else {
            return Ok(Checks::default());
        };
        let path = self.path(&format!("/pipelines/{}/jobs?per_page=100", pipeline.id));
        let jobs: Vec<Job> = self.client.list(&path, MOST)?;
        let mut checks = Checks::default();
        for job in jobs {
            match job.status.as_str() {
                "failed" if !job.allow_failure => {
                    let path = self.path(&format!("/jobs/{}/trace", job.id));
                    let log = checks.log(|| self.client.log(&path))?;
                    checks.failed.push(Failed {
                        id: job.id.to_string(),
                        name: job.name,
                        summary: job.failure_reason.unwrap_or_default(),
                        log,
                        address: job.web_url,
                    });
                }
                "created" | "pending" | "running" | "preparing" | "waiting_for_resource" => {
                    checks.waiting += 1;
                }
                _ => {}
            }
        }
        Ok(checks)
    }

    fn reply(
        &self,
        number: u64,
        thread: &str,
        in_place_of: Option<&str>,
        body: &str,
    ) -> Result<String, ForgeError> {
        let body = json!({ "body": body });
        let notes = self.path(&format!(
            "/merge_requests/{number}/discussions/{thread}/notes"
        ));
        let ask = match in_place_of {
            Some(id) => Ask::put(format!("{notes}/{id}"), body),
            None => Ask::post(notes, body),
        };
        let written: wire::Note = self.client.send(&ask)?.json(&self.client.host())?;
        Ok(self.page_of(number, written.id))
    }
}

impl GitLab {
    fn page_of(&self, number: u64, note: u64) -> String {
        let Spot { site, project, .. } = &self.spot;
        format!(
            "{}/{project}/-/merge_requests/{number}#note_{note}",
            site.web
        )
    }

    fn said(
        &self,
        number: u64,
        note: Note,
        known: &mut BTreeMap<u64, bool>,
    ) -> Result<Said, ForgeError> {
        let may_write = match &note.author {
            Some(author) => match known.get(&author.id) {
                Some(known) => *known,
                None => {
                    let may = self.is_developer(&author.id.to_string())?;
                    known.insert(author.id, may);
                    may
                }
            },
            None => false,
        };
        Ok(Said {
            id: note.id.to_string(),
            is_bot: note.author.as_ref().is_some_and(wire::User::is_bot),
            author: note
                .author
                .map(|author| author.username)
                .unwrap_or_default(),
            may_write,
            body: note.body,
            address: self.page_of(number, note.id),
        })
    }

    /// Whether the user may push to the project.
    pub(super) fn is_developer(&self, user: &str) -> Result<bool, ForgeError> {
        let ask = Ask::get(self.path(&format!("/members/all/{user}")));
        let Some(answer) = self.client.find(&ask)? else {
            return Ok(false);
        };
        let member: Value = answer.json(&self.client.host())?;
        Ok(member["access_level"].as_u64().unwrap_or(0) >= DEVELOPER)
    }
}
