//! Answers as GitLab's REST interface does.

use super::checks;
use super::reviews::gitlab as reviews;
use super::wire::{Reply, Request, decoded};
use super::{LOGIN, OWNER, PROJECT, REPOSITORY, State, TOKEN, page, parts};
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
        (verb, ["projects", id, rest @ ..]) => in_fork(state, request, (verb, &decoded(id), rest)),
        _ => complain(404, "404 Not Found"),
    }
}

/// A fork: what it is, and merge requests from it.
fn in_fork(
    state: &mut State,
    request: &Request,
    (verb, project, rest): (&str, &str, &[&str]),
) -> Reply {
    let owner = project.strip_suffix(&format!("/{REPOSITORY}"));
    let Some(owner) = owner.filter(|owner| state.forks.contains_key(*owner)) else {
        return complain(404, "404 Project Not Found");
    };
    match (verb, rest) {
        ("GET", []) => Reply::json(
            200,
            &json!({ "id": project_id(owner), "path_with_namespace": project }),
        ),
        ("POST", ["merge_requests"]) if request.body["target_project_id"] == project_id(OWNER) => {
            let mut asked = request.clone();
            asked.body["source_branch"] =
                format!("{owner}:{}", request.text("source_branch")).into();
            merges(state, &asked, &[])
        }
        _ => complain(404, "404 Not Found"),
    }
}

/// The id of the repository that `owner` has.
fn project_id(owner: &str) -> u64 {
    match owner == OWNER {
        true => 1,
        false => 1000 + owner.bytes().map(u64::from).sum::<u64>(),
    }
}

fn in_project(state: &mut State, request: &Request, rest: &[&str]) -> Reply {
    match (request.verb.as_str(), rest) {
        ("GET", []) => Reply::json(
            200,
            &json!({ "id": 1, "path_with_namespace": PROJECT, "default_branch": "main" }),
        ),
        (_, ["issues", ..]) => issues(state, request, rest),
        (_, ["members", ..] | ["merge_requests", _, "discussions", ..]) => {
            reviews::route(state, request, rest)
        }
        (_, ["pipelines" | "jobs", ..] | ["merge_requests", _, "pipelines"]) => {
            checks::gitlab(state, request, rest)
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
        (_, [of, number, "notes", ..]) if !has(state, of, parsed(number)) => {
            complain(404, "404 Not found")
        }
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
            let said =
                json!({ "id": state.comment_id(), "author": LOGIN, "body": request.text("body") });
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

fn has(state: &State, of: &str, number: u64) -> bool {
    let there = match of {
        "issues" => &state.issues,
        _ => &state.pulls,
    };
    there.contains_key(&number)
}

fn merges(state: &mut State, request: &Request, rest: &[&str]) -> Reply {
    let base = state.base.clone();
    match (request.verb.as_str(), rest) {
        ("GET", []) => {
            let wanted = request.query.get("source_branch").cloned();
            let fits = |kept: &&Value| {
                let (_, branch) = parts(kept["head"].as_str().unwrap_or_default());
                wanted.as_deref().is_none_or(|wanted| branch == wanted)
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
            // Merge requests have a row of numbers of their own, beside that of the issues.
            let number = state.pulls.keys().next_back().map_or(1, |last| last + 1);
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
    let (owner, branch) = parts(kept["head"].as_str().unwrap_or_default());
    let number = kept["number"].as_u64().unwrap_or(0);
    let ids = kept["reviewers"].as_array().cloned().unwrap_or_default();
    let reviewers = ids
        .iter()
        .map(|id| json!({ "id": id, "username": "reviewer" }));
    json!({
        "id": 2000 + number, "iid": number, "state": "opened", "title": kept["title"],
        "description": kept["body"], "draft": kept["draft"], "sha": kept["commit"],
        "source_project_id": project_id(owner), "target_project_id": project_id(OWNER),
        "source_branch": branch, "target_branch": kept["base"], "labels": kept["labels"],
        "reviewers": reviewers.collect::<Vec<_>>(),
        "web_url": format!("{base}/{PROJECT}/-/merge_requests/{number}"),
    })
}
