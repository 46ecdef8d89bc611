//! Answers as GitLab's REST interface does.

use super::reviews;
use super::wire::{Reply, Request, decoded};
use super::{LOGIN, PROJECT, State, TOKEN, page};
use serde_json::{Value, json};

pub(super) const WHEN: &str = "2026-01-02T03:04:05.000Z";

pub(super) fn route(state: &mut State, request: &Request) -> Reply {
    if request.header("private-token") != TOKEN {
        return complain(401, "401 Unauthorized");
    }
    let path = request.path.strip_prefix("/api/v4/").unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    match (request.verb.as_str(), parts.as_slice()) {
        ("GET", ["user"]) => Reply::json(200, &user(LOGIN)),
        ("GET", ["users"]) => {
            let name = request.query.get("username").cloned().unwrap_or_default();
            let known = if name == "nobody" {
                json!([])
            } else {
                json!([user(&name)])
            };
            Reply::json(200, &known)
        }
        (_, ["projects", id, rest @ ..]) if decoded(id) == PROJECT => {
            in_project(state, request, rest)
        }
        _ => complain(404, "404 Not Found"),
    }
}

fn in_project(state: &mut State, request: &Request, rest: &[&str]) -> Reply {
    match (request.verb.as_str(), rest) {
        ("GET", []) => Reply::json(
            200,
            &json!({ "id": 1, "path_with_namespace": PROJECT, "default_branch": "main" }),
        ),
        (_, ["issues", ..]) => issues(state, request, rest),
        (_, ["members", ..] | ["pipelines", ..] | ["jobs", ..])
        | (_, ["merge_requests", _, "discussions" | "pipelines", ..]) => {
            reviews::gitlab(state, request, rest)
        }
        (_, [_, _, "notes", ..]) => issues(state, request, rest),
        (_, ["merge_requests", rest @ ..]) => merges(state, request, rest),
        ("POST", ["statuses", commit]) => {
            state
                .statuses
                .push(((*commit).to_owned(), request.body.clone()));
            Reply::json(201, &request.body)
        }
        _ => complain(404, "404 Not Found"),
    }
}

/// Issues, and what is said below them and below merge requests.
fn issues(state: &mut State, request: &Request, rest: &[&str]) -> Reply {
    let base = state.base.clone();
    match (request.verb.as_str(), rest) {
        ("GET", ["issues"]) => {
            let all: Vec<Value> = state
                .issues
                .values()
                .rev()
                .map(|i| issue(state, i))
                .collect();
            page(&all, request, &base, 20)
        }
        ("GET", ["issues", number]) => match state.issues.get(&parsed(number)) {
            Some(found) => Reply::json(200, &issue(state, found)),
            None => complain(404, "404 Not found"),
        },
        ("GET", ["issues" | "merge_requests", number, "notes"]) => {
            let number = parsed(number);
            let of = state.comments.iter().filter(|(of, _)| *of == number);
            let mut all: Vec<Value> = of.map(|(_, said)| note(said)).collect();
            all.push(json!({
                "id": 1, "body": "assigned to @ada", "system": true, "author": user("ada"),
                "created_at": WHEN,
            }));
            page(&all, request, &base, 20)
        }
        ("PUT", ["issues", number]) => match state.issues.get_mut(&parsed(number)) {
            Some(found) => {
                if request.body["state_event"] == "close" {
                    found["state"] = "closed".into();
                }
                let found = found.clone();
                Reply::json(200, &issue(state, &found))
            }
            None => complain(404, "404 Not found"),
        },
        ("POST", ["issues" | "merge_requests", number, "notes"]) => {
            let said = json!({ "id": state.id(), "author": LOGIN, "body": request.text("body") });
            state.comments.push((parsed(number), said.clone()));
            Reply::json(201, &note(&said))
        }
        ("PUT", ["issues" | "merge_requests", _, "notes", id]) => {
            let id = parsed(id);
            match state.comments.iter_mut().find(|(_, said)| said["id"] == id) {
                Some((_, said)) => {
                    said["body"] = request.body["body"].clone();
                    Reply::json(200, &note(said))
                }
                None => complain(404, "404 Not found"),
            }
        }
        _ => complain(404, "404 Not Found"),
    }
}

fn merges(state: &mut State, request: &Request, rest: &[&str]) -> Reply {
    let base = state.base.clone();
    match (request.verb.as_str(), rest) {
        ("GET", []) => {
            let wanted = request.query.get("source_branch").cloned();
            let fits = |kept: &&Value| {
                wanted
                    .as_deref()
                    .is_none_or(|wanted| kept["head"] == wanted)
            };
            let all: Vec<Value> = state
                .pulls
                .values()
                .filter(fits)
                .map(|m| merge(&base, m))
                .collect();
            page(&all, request, &base, 20)
        }
        ("POST", []) => {
            let head = request.text("source_branch");
            let Some(commit) = state.tip(&head) else {
                return complain(400, "source branch does not exist");
            };
            if state
                .pulls
                .values()
                .any(|kept| kept["head"] == head.as_str())
            {
                return complain(409, "Another open merge request already exists");
            }
            let number = state.id();
            let kept = json!({
                "number": number, "state": "open", "title": request.body["title"],
                "body": request.body["description"], "head": head, "commit": commit,
                "base": request.body["target_branch"], "labels": [], "reviewers": [],
                "draft": request.text("title").starts_with("Draft: "),
            });
            let reply = Reply::json(201, &merge(&base, &kept));
            state.pulls.insert(number, kept);
            reply
        }
        (verb, [number]) => {
            let Some(kept) = state.pulls.get_mut(&parsed(number)) else {
                return complain(404, "404 Not found");
            };
            if verb == "PUT" {
                edit(kept, &request.body);
            }
            let kept = kept.clone();
            let mut shown = merge(&base, &kept);
            if let Some(tip) = state.tip(kept["head"].as_str().unwrap_or_default()) {
                shown["sha"] = tip.into();
            }
            Reply::json(200, &shown)
        }
        _ => complain(404, "404 Not Found"),
    }
}

fn edit(kept: &mut Value, body: &Value) {
    if let Some(title) = body["title"].as_str() {
        kept["title"] = title.into();
        kept["draft"] = title.starts_with("Draft: ").into();
    }
    if let Some(text) = body.get("description") {
        kept["body"] = text.clone();
    }
    if let Some(labels) = body["add_labels"].as_str() {
        kept["labels"] = labels.split(',').collect();
    }
    if let Some(ids) = body.get("reviewer_ids") {
        kept["reviewers"] = ids.clone();
    }
}

pub(super) fn parsed(number: &str) -> u64 {
    number.parse().unwrap_or(0)
}

pub(super) fn complain(status: u16, message: &str) -> Reply {
    Reply::json(status, &json!({ "message": message })).with("ratelimit-remaining", "599")
}

/// A user, with an id that is made of the name's letters.
pub(super) fn user(name: &str) -> Value {
    let id: u64 = name.bytes().map(u64::from).sum();
    json!({ "id": id, "username": name, "name": name, "state": "active", "bot": false })
}

fn issue(state: &State, kept: &Value) -> Value {
    let number = kept["number"].as_u64().unwrap_or(0);
    let notes = state
        .comments
        .iter()
        .filter(|(of, _)| *of == number)
        .count();
    json!({
        "id": 1000 + number, "iid": number, "project_id": 1, "title": kept["title"],
        "description": kept["body"], "labels": kept["labels"],
        "state": if kept["state"] == "closed" { "closed" } else { "opened" },
        "author": user("ada"), "issue_type": "issue", "user_notes_count": notes,
        "created_at": WHEN, "updated_at": WHEN,
        "web_url": format!("{}/{PROJECT}/-/issues/{number}", state.base),
    })
}

pub(super) fn note(kept: &Value) -> Value {
    json!({
        "id": kept["id"], "body": kept["body"], "system": false, "created_at": WHEN,
        "author": user(kept["author"].as_str().unwrap_or_default()),
    })
}

fn merge(base: &str, kept: &Value) -> Value {
    let number = kept["number"].as_u64().unwrap_or(0);
    let ids = kept["reviewers"].as_array().cloned().unwrap_or_default();
    let reviewers = ids
        .iter()
        .map(|id| json!({ "id": id, "username": "reviewer" }));
    json!({
        "id": 2000 + number, "iid": number, "state": "opened", "title": kept["title"],
        "description": kept["body"], "draft": kept["draft"], "sha": kept["commit"],
        "source_branch": kept["head"], "target_branch": kept["base"], "labels": kept["labels"],
        "reviewers": reviewers.collect::<Vec<_>>(),
        "web_url": format!("{base}/{PROJECT}/-/merge_requests/{number}"),
    })
}
