//! Answers what checks and jobs have come to, as the forges do, takes check runs as GitHub does, and
//! lets tests say it.

use super::wire::{Reply, Request};
use super::{FakeForge, PROJECT, State, github, gitlab, page};
use serde_json::{Value, json};

/// A check or job that tests speak of.
pub(super) struct Check {
    id: u64,
    pub(super) name: String,
    branch: String,
    pub(super) fails: bool,
    log: String,
}

impl FakeForge {
    /// Takes the token for one of an app, which may write check runs. A person's may not.
    pub fn as_app(&self) -> &Self {
        self.lock().is_app = true;
        self
    }

    /// The check runs that were written, as GitHub shows them, with all their `annotations`.
    pub fn check_runs(&self) -> Vec<Value> {
        self.lock().check_runs.clone()
    }

    /// Lets the check `name` of the commits of `branch` fail, with that log, or pass.
    pub fn check(&self, branch: &str, name: &str, fails: bool, log: &str) -> &Self {
        let mut state = self.lock();
        let id = state.comment_id();
        state.checks.retain(|check| check.name != name);
        state.checks.push(Check {
            id,
            name: name.to_owned(),
            branch: branch.to_owned(),
            fails,
            log: log.to_owned(),
        });
        drop(state);
        self
    }
}

impl Check {
    /// Whether it is one of `commit`: the tip of its branch.
    pub(super) fn is_of(&self, state: &State, commit: &str) -> bool {
        state.tip(&self.branch).as_deref() == Some(commit)
    }
}

fn runs(state: &State, commit: &str) -> Value {
    let of = state
        .checks
        .iter()
        .filter(|check| check.is_of(state, commit));
    let runs: Vec<Value> = of
        .map(|check| {
            json!({
                "id": check.id, "name": check.name, "node_id": "CR_1", "head_sha": commit,
                "external_id": "", "url": "", "details_url": "", "status": "completed",
                "html_url": format!("{}/{PROJECT}/actions/runs/1/job/{}", state.base, check.id),
                "conclusion": if check.fails { "failure" } else { "success" },
                "started_at": github::WHEN, "completed_at": github::WHEN,
                "output": { "title": null, "summary": null, "text": null,
                            "annotations_count": 0, "annotations_url": "" },
                "check_suite": { "id": 1 }, "app": { "id": 15368, "slug": "github-actions" },
                "pull_requests": [],
            })
        })
        .collect();
    json!({ "total_count": runs.len(), "check_runs": runs })
}

/// GitHub's check runs and statuses of a commit, its logs, and the check runs that are written.
pub(super) fn github(state: &mut State, request: &Request, rest: &[&str]) -> Reply {
    match (request.verb.as_str(), rest) {
        ("GET", ["commits", commit, "check-runs"]) => {
            let mut told = runs(state, commit);
            let name = request.query.get("check_name");
            let mine = state.check_runs.iter().rev();
            let mut mine = mine.filter(|run| run["head_sha"] == *commit);
            // Of several with one name GitHub shows the newest.
            let newest = mine.find(|run| name.is_none_or(|name| run["name"] == name.as_str()));
            if let (Some(all), Some(newest)) = (told["check_runs"].as_array_mut(), newest) {
                all.push(newest.clone());
            }
            Reply::json(200, &told)
        }
        ("GET", ["commits", commit, "status"]) => Reply::json(
            200,
            &json!({ "state": "success", "sha": commit, "total_count": 0, "statuses": [] }),
        ),
        ("GET", ["actions", "jobs", id, "logs"]) => log(state, id),
        ("POST" | "PATCH", ["check-runs", ..]) if !state.is_app => {
            github::complain(403, "You must authenticate via a GitHub App.")
        }
        ("POST", ["check-runs"]) => begin(state, &request.body),
        ("PATCH", ["check-runs", id]) => add(state, github::parsed(id), &request.body),
        _ => github::complain(404, "Not Found"),
    }
}

/// What GitHub says against an output.
fn unfit(output: &Value) -> Option<&'static str> {
    let text = |of: &Value, key: &str| of[key].as_str().unwrap_or_default().to_owned();
    if text(output, "title").is_empty() || text(output, "summary").is_empty() {
        return Some("Invalid request. output needs a title and a summary.");
    }
    if text(output, "summary").len() > 65_535 {
        return Some("Only 65535 characters are allowed; summary");
    }
    let all = output["annotations"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    if all.len() > 50 {
        return Some("No more than 50 annotations are allowed per request.");
    }
    let fits = |one: &Value| {
        let level = text(one, "annotation_level");
        let is_level = ["notice", "warning", "failure"].contains(&level.as_str());
        let is_placed = one["start_line"].as_u64() > Some(0) && one["end_line"].as_u64() > Some(0);
        let is_worded = !text(one, "message").is_empty() && text(one, "title").len() <= 255;
        is_level && is_placed && is_worded && !text(one, "path").is_empty()
    };
    (!all.iter().all(fits)).then_some("Invalid request. An annotation is not one.")
}

fn begin(state: &mut State, asked: &Value) -> Reply {
    let is_ended = asked["status"] == "completed" && asked["conclusion"].is_string();
    if let Some(why) = unfit(&asked["output"]) {
        return github::complain(422, why);
    }
    if !is_ended || !asked["name"].is_string() || !asked["head_sha"].is_string() {
        return github::complain(
            422,
            "Invalid request. It lacks a name, a commit or a conclusion.",
        );
    }
    let id = state.comment_id();
    let output = &asked["output"];
    let said = output["annotations"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let run = json!({
        "id": id, "node_id": format!("CR_{id}"), "name": asked["name"],
        "head_sha": asked["head_sha"], "external_id": asked["external_id"], "url": "",
        "html_url": format!("{}/{PROJECT}/runs/{id}", state.base),
        "details_url": asked["details_url"], "status": "completed",
        "conclusion": asked["conclusion"], "started_at": github::WHEN,
        "completed_at": github::WHEN, "annotations": said,
        "output": { "title": output["title"], "summary": output["summary"], "text": null,
                    "annotations_count": said.len(), "annotations_url": "" },
        "check_suite": { "id": 1 }, "app": { "id": 1, "slug": "redgreen" }, "pull_requests": [],
    });
    state.check_runs.push(run.clone());
    Reply::json(201, &run)
}

/// Adds annotations to those that are there.
fn add(state: &mut State, id: u64, asked: &Value) -> Reply {
    if let Some(why) = unfit(&asked["output"]) {
        return github::complain(422, why);
    }
    let Some(run) = state.check_runs.iter_mut().find(|run| run["id"] == id) else {
        return github::complain(404, "Not Found");
    };
    let more = asked["output"]["annotations"].as_array().cloned();
    if let Some(all) = run["annotations"].as_array_mut() {
        all.extend(more.unwrap_or_default());
        let count = all.len();
        run["output"]["annotations_count"] = count.into();
    }
    Reply::json(200, run)
}

/// GitLab's pipelines and jobs.
pub(super) fn gitlab(state: &State, request: &Request, rest: &[&str]) -> Reply {
    let base = state.base.clone();
    match (request.verb.as_str(), rest) {
        ("GET", ["merge_requests", number, "pipelines"]) => {
            let kept = state.pulls.get(&gitlab::parsed(number));
            let head = kept
                .and_then(|kept| kept["head"].as_str())
                .unwrap_or_default();
            let sha = state.tip(head).unwrap_or_default();
            Reply::json(
                200,
                &json!([{ "id": 7, "sha": sha, "ref": head, "status": "failed" }]),
            )
        }
        ("GET", ["pipelines", _, "jobs"]) => {
            let all: Vec<Value> = state.checks.iter().map(|check| job(&base, check)).collect();
            page(&all, request, &base, 20)
        }
        ("GET", ["jobs", id, "trace"]) => log(state, id),
        _ => gitlab::complain(404, "404 Not Found"),
    }
}

/// The log of a job, as text.
fn log(state: &State, id: &str) -> Reply {
    let id = github::parsed(id);
    match state.checks.iter().find(|check| check.id == id) {
        Some(check) => Reply {
            status: 200,
            headers: vec![("content-type".to_owned(), "text/plain".to_owned())],
            body: check.log.clone().into_bytes(),
        },
        None => github::complain(404, "Not Found"),
    }
}

fn job(base: &str, check: &Check) -> Value {
    json!({
        "id": check.id, "name": check.name, "stage": "test", "allow_failure": false,
        "status": if check.fails { "failed" } else { "success" },
        "failure_reason": if check.fails { Some("script_failure") } else { None },
        "web_url": format!("{base}/{PROJECT}/-/jobs/{}", check.id),
    })
}
