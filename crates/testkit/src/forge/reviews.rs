//! Answers what reviewers, checks and jobs have said, as GitHub and GitLab do, and lets tests say it.

use super::wire::{Reply, Request};
use super::{FakeForge, LOGIN, PROJECT, State, github, gitlab, page};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::process::Command;

/// What was said of the pull requests.
#[derive(Default)]
pub(super) struct Reviewed {
    threads: Vec<Thread>,
    reviews: Vec<(u64, Value)>,
    checks: Vec<Check>,
    strangers: BTreeSet<String>,
}

struct Thread {
    pull: u64,
    root: u64,
    path: String,
    line: u64,
    is_resolved: bool,
    said: Vec<Value>,
}

struct Check {
    id: u64,
    name: String,
    branch: String,
    fails: bool,
    log: String,
}

impl FakeForge {
    /// Begins a thread beside a line; its id.
    pub fn thread(&self, pull: u64, author: &str, at: (&str, u64), body: &str) -> u64 {
        let mut state = self.lock();
        let root = state.id();
        let said = said(&state, root, author, body);
        state.reviewed.threads.push(Thread {
            pull,
            root,
            path: at.0.to_owned(),
            line: at.1,
            is_resolved: false,
            said: vec![said],
        });
        root
    }

    /// Says something more in a thread.
    pub fn say(&self, root: u64, author: &str, body: &str) -> &Self {
        let mut state = self.lock();
        let id = state.id();
        let said = said(&state, id, author, body);
        let thread = state
            .reviewed
            .threads
            .iter_mut()
            .find(|thread| thread.root == root);
        thread
            .unwrap_or_else(|| panic!("no thread {root}"))
            .said
            .push(said);
        drop(state);
        self
    }

    /// Closes a thread.
    pub fn resolve(&self, root: u64) -> &Self {
        let mut state = self.lock();
        for thread in &mut state.reviewed.threads {
            thread.is_resolved |= thread.root == root;
        }
        drop(state);
        self
    }

    /// What was said in a thread: author and text.
    pub fn said_in(&self, root: u64) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let state = self.lock();
        let thread = state
            .reviewed
            .threads
            .iter()
            .find(|thread| thread.root == root);
        let said = thread.map_or(&[][..], |thread| &thread.said);
        said.iter()
            .map(|said| (text(&said["author"]), text(&said["body"])))
            .collect()
    }

    /// Sends a review: `APPROVED`, `CHANGES_REQUESTED` or `COMMENTED`.
    pub fn review(&self, pull: u64, author: &str, opinion: &str, body: &str) -> &Self {
        let mut state = self.lock();
        let id = state.id();
        let mut said = said(&state, id, author, body);
        said["state"] = opinion.into();
        state.reviewed.reviews.push((pull, said));
        drop(state);
        self
    }

    /// From now on what `login` says is said by somebody who may not write to the repository.
    pub fn stranger(&self, login: &str) -> &Self {
        self.lock().reviewed.strangers.insert(login.to_owned());
        self
    }

    /// Lets the check `name` of the commits of `branch` fail, with that log, or pass.
    pub fn check(&self, branch: &str, name: &str, fails: bool, log: &str) -> &Self {
        let mut state = self.lock();
        let id = state.id();
        state.reviewed.checks.retain(|check| check.name != name);
        state.reviewed.checks.push(Check {
            id,
            name: name.to_owned(),
            branch: branch.to_owned(),
            fails,
            log: log.to_owned(),
        });
        drop(state);
        self
    }

    /// Merges a pull request as one commit, in the repository behind the forge.
    pub fn squash(&self, pull: u64) -> String {
        let mut state = self.lock();
        let bare = state
            .remote
            .clone()
            .unwrap_or_else(|| panic!("no repository"));
        let git = |args: &[&str]| {
            let mut git = Command::new("git");
            git.arg("--git-dir")
                .arg(&bare)
                .args(["-c", "user.name=forge"]);
            let done = git
                .args(["-c", "user.email=forge@example.com"])
                .args(args)
                .output();
            let done = done.unwrap_or_else(|e| panic!("git: {e}"));
            assert!(
                done.status.success(),
                "{}",
                String::from_utf8_lossy(&done.stderr)
            );
            String::from_utf8_lossy(&done.stdout).trim().to_owned()
        };
        let kept = state
            .pulls
            .get_mut(&pull)
            .unwrap_or_else(|| panic!("no pull {pull}"));
        let text = |key: &str| kept[key].as_str().unwrap_or_default().to_owned();
        let (head, base, title) = (text("head"), text("base"), text("title"));
        let tree = git(&["merge-tree", "--write-tree", &base, &head]);
        let message = format!("{title} (#{pull})");
        let commit = git(&["commit-tree", &tree, "-p", &base, "-m", &message]);
        git(&["update-ref", &format!("refs/heads/{base}"), &commit]);
        kept["state"] = "closed".into();
        commit
    }
}

fn said(state: &State, id: u64, author: &str, body: &str) -> Value {
    let is_stranger = state.reviewed.strangers.contains(author);
    json!({ "id": id, "author": author, "body": body, "stranger": is_stranger })
}

/// What GitHub tells of the author of what was said.
pub(super) fn association(kept: &Value) -> &'static str {
    match kept["stranger"].as_bool() {
        Some(true) => "NONE",
        Some(false) | None => "MEMBER",
    }
}

/// GitHub's side.
pub(super) fn github(state: &mut State, request: &Request, rest: &[&str]) -> Reply {
    let base = state.base.clone();
    match (request.verb.as_str(), rest) {
        ("GET", ["pulls", number, "comments"]) => {
            let number = github::parsed(number);
            let of = state
                .reviewed
                .threads
                .iter()
                .filter(|thread| thread.pull == number);
            let all: Vec<Value> = of
                .flat_map(|thread| thread.said.iter().map(|said| beside(&base, thread, said)))
                .collect();
            page(&all, request, &base, 30)
        }
        ("POST", ["pulls", _, "comments", root, "replies"]) => {
            let id = state.id();
            let root = github::parsed(root);
            let new = said(state, id, LOGIN, &request.text("body"));
            match state
                .reviewed
                .threads
                .iter_mut()
                .find(|thread| thread.root == root)
            {
                Some(thread) => {
                    thread.said.push(new.clone());
                    Reply::json(201, &beside(&base, thread, &new))
                }
                None => github::complain(404, "Not Found"),
            }
        }
        ("PATCH", ["pulls", "comments", id]) => {
            let id = github::parsed(id);
            match edited(state, id, &request.body["body"]) {
                Some((at, new)) => {
                    Reply::json(200, &beside(&base, &state.reviewed.threads[at], &new))
                }
                None => github::complain(404, "Not Found"),
            }
        }
        ("GET", ["pulls", number, "reviews"]) => {
            let number = github::parsed(number);
            let of = state
                .reviewed
                .reviews
                .iter()
                .filter(|(of, _)| *of == number);
            let all: Vec<Value> = of.map(|(_, said)| review(&base, number, said)).collect();
            page(&all, request, &base, 30)
        }
        ("GET", ["commits", commit, "check-runs"]) => Reply::json(200, &runs(state, commit)),
        ("GET", ["commits", commit, "status"]) => Reply::json(
            200,
            &json!({ "state": "success", "sha": commit, "total_count": 0, "statuses": [] }),
        ),
        ("GET", ["actions", "jobs", id, "logs"]) => log(state, id),
        _ => github::complain(404, "Not Found"),
    }
}

/// Puts `body` in place of what was said as `id`; the place of its thread, and what is said now.
fn edited(state: &mut State, id: u64, body: &Value) -> Option<(usize, Value)> {
    for (at, thread) in state.reviewed.threads.iter_mut().enumerate() {
        if let Some(said) = thread.said.iter_mut().find(|said| said["id"] == id) {
            said["body"] = body.clone();
            return Some((at, said.clone()));
        }
    }
    None
}

/// Which threads are resolved, as GraphQL tells it.
pub(super) fn threads(state: &State, variables: &Value) -> Reply {
    let number = variables["number"].as_u64().unwrap_or(0);
    let of = state
        .reviewed
        .threads
        .iter()
        .filter(|thread| thread.pull == number);
    let nodes: Vec<Value> = of
        .map(|thread| {
            json!({
                "isResolved": thread.is_resolved,
                "comments": { "nodes": [{ "databaseId": thread.root }] },
            })
        })
        .collect();
    let page = json!({ "hasNextPage": false, "endCursor": null });
    let threads = json!({ "reviewThreads": { "pageInfo": page, "nodes": nodes } });
    Reply::json(
        200,
        &json!({ "data": { "repository": { "pullRequest": threads } } }),
    )
}

/// GitHub's `pull-request-review-comment`.
fn beside(base: &str, thread: &Thread, kept: &Value) -> Value {
    let (id, number) = (&kept["id"], thread.pull);
    let api = format!("{base}/api/v3/repos/{PROJECT}/pulls");
    let page = format!("{base}/{PROJECT}/pull/{number}");
    let mut comment = json!({
        "id": id, "node_id": format!("PRRC_{id}"), "url": format!("{api}/comments/{id}"),
        "pull_request_review_id": 1, "diff_hunk": "@@ -1 +1 @@", "path": thread.path,
        "commit_id": "", "original_commit_id": "", "body": kept["body"],
        "user": github::user(kept["author"].as_str().unwrap_or_default()),
        "created_at": github::WHEN, "updated_at": github::WHEN,
        "html_url": format!("{page}#discussion_r{id}"), "pull_request_url": format!("{api}/{number}"),
        "author_association": association(kept), "line": thread.line,
        "original_line": thread.line, "side": "RIGHT",
        "_links": {
            "self": { "href": format!("{api}/comments/{id}") }, "html": { "href": page },
            "pull_request": { "href": format!("{api}/{number}") },
        },
    });
    if *id != thread.root {
        comment["in_reply_to_id"] = thread.root.into();
    }
    comment
}

/// GitHub's `pull-request-review`.
fn review(base: &str, number: u64, kept: &Value) -> Value {
    let id = &kept["id"];
    let page = format!("{base}/{PROJECT}/pull/{number}");
    let api = format!("{base}/api/v3/repos/{PROJECT}/pulls/{number}");
    json!({
        "id": id, "node_id": format!("PRR_{id}"), "body": kept["body"], "state": kept["state"],
        "user": github::user(kept["author"].as_str().unwrap_or_default()),
        "html_url": format!("{page}#pullrequestreview-{id}"), "pull_request_url": api,
        "_links": { "html": { "href": page }, "pull_request": { "href": api } },
        "submitted_at": github::WHEN, "commit_id": "", "author_association": association(kept),
    })
}

fn is_of(state: &State, check: &Check, commit: &str) -> bool {
    state.tip(&check.branch).as_deref() == Some(commit)
}

fn runs(state: &State, commit: &str) -> Value {
    let of = state
        .reviewed
        .checks
        .iter()
        .filter(|check| is_of(state, check, commit));
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

/// The log of a job, as text.
fn log(state: &State, id: &str) -> Reply {
    let id = github::parsed(id);
    match state.reviewed.checks.iter().find(|check| check.id == id) {
        Some(check) => Reply {
            status: 200,
            headers: vec![("content-type".to_owned(), "text/plain".to_owned())],
            body: check.log.clone().into_bytes(),
        },
        None => github::complain(404, "Not Found"),
    }
}

/// GitLab's side.
pub(super) fn gitlab(state: &mut State, request: &Request, rest: &[&str]) -> Reply {
    let base = state.base.clone();
    match (request.verb.as_str(), rest) {
        ("GET", ["members", "all", id]) => member(state, gitlab::parsed(id)),
        ("GET", ["merge_requests", number, "discussions"]) => {
            let number = gitlab::parsed(number);
            let of = state
                .reviewed
                .threads
                .iter()
                .filter(|thread| thread.pull == number);
            let mut all: Vec<Value> = of.map(discussion).collect();
            let plain = state.comments.iter().filter(|(of, _)| *of == number);
            all.extend(plain.map(|(_, kept)| {
                json!({ "id": format!("n{}", kept["id"]), "individual_note": true,
                        "notes": [gitlab::note(kept)] })
            }));
            page(&all, request, &base, 20)
        }
        ("POST", ["merge_requests", _, "discussions", thread, "notes"]) => {
            answered(state, thread, &request.text("body"))
        }
        ("PUT", ["merge_requests", _, "discussions", _, "notes", id]) => {
            match edited(state, gitlab::parsed(id), &request.body["body"]) {
                Some((_, new)) => Reply::json(200, &gitlab::note(&new)),
                None => gitlab::complain(404, "404 Note Not Found"),
            }
        }
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
            let all: Vec<Value> = state
                .reviewed
                .checks
                .iter()
                .map(|check| job(&base, check))
                .collect();
            page(&all, request, &base, 20)
        }
        ("GET", ["jobs", id, "trace"]) => log(state, id),
        _ => gitlab::complain(404, "404 Not Found"),
    }
}

/// Adds a note to a discussion.
fn answered(state: &mut State, thread: &str, body: &str) -> Reply {
    let id = state.id();
    let new = said(state, id, LOGIN, body);
    let root = gitlab::parsed(thread.trim_start_matches('d'));
    let threads = &mut state.reviewed.threads;
    match threads.iter_mut().find(|thread| thread.root == root) {
        Some(thread) => {
            thread.said.push(new.clone());
            Reply::json(201, &gitlab::note(&new))
        }
        None => gitlab::complain(404, "404 Discussion Not Found"),
    }
}

fn discussion(thread: &Thread) -> Value {
    let note = |kept: &Value| {
        let mut note = gitlab::note(kept);
        note["resolvable"] = true.into();
        note["resolved"] = thread.is_resolved.into();
        note["position"] = json!({
            "position_type": "text", "new_path": thread.path, "new_line": thread.line,
            "old_path": thread.path, "old_line": null,
        });
        note
    };
    let notes: Vec<Value> = thread.said.iter().map(note).collect();
    json!({ "id": format!("d{}", thread.root), "individual_note": false, "notes": notes })
}

/// A member with the rights of a developer; nobody where it is a stranger.
fn member(state: &State, id: u64) -> Reply {
    let of = |name: &String| gitlab::user(name)["id"] == id;
    if state.reviewed.strangers.iter().any(of) {
        return gitlab::complain(404, "404 Not found");
    }
    Reply::json(200, &json!({ "id": id, "access_level": 30 }))
}

fn job(base: &str, check: &Check) -> Value {
    json!({
        "id": check.id, "name": check.name, "stage": "test", "allow_failure": false,
        "status": if check.fails { "failed" } else { "success" },
        "failure_reason": if check.fails { Some("script_failure") } else { None },
        "web_url": format!("{base}/{PROJECT}/-/jobs/{}", check.id),
    })
}
