//! Answers as Gitea's and Forgejo's REST interface does: like GitHub's, where it is like it.

use super::github::{self, complain, parsed};
use super::reviews::gitea as reviews;
use super::wire::{Reply, Request};
use super::{FakeForge, LOGIN, PROJECT, REPOSITORY, State, TOKEN, page, parts};
use serde_json::{Value, json};

/// Labels that the repository has beside those of its issues.
const LABELS: [&str; 2] = ["enhancement", "proven"];
/// A label that the organisation has.
const OF_ALL: (&str, u64) = ("security", 90);

impl FakeForge {
    /// A Gitea with the repository [`PROJECT`].
    pub fn gitea() -> Self {
        Self::start(route)
    }

    /// The variables that lead a program to it, with the token.
    pub fn gitea_variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("GITEA_HOST", self.address().to_owned()),
            ("GITEA_TOKEN", TOKEN.to_owned()),
        ]
    }
}

fn route(state: &mut State, request: &Request) -> Reply {
    let is_signed = request.header("authorization") == format!("token {TOKEN}");
    if !is_signed && (request.verb != "GET" || !request.header("authorization").is_empty()) {
        return complain(401, "token is required");
    }
    let path = request.path.strip_prefix("/api/v1/").unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    let [owner, name] = PROJECT.split('/').collect::<Vec<_>>()[..] else {
        return complain(500, "no project");
    };
    match (request.verb.as_str(), parts.as_slice()) {
        // The token of its CI has no scopes to lack: it is that of a user of its own.
        ("GET", ["user"]) if state.names_nobody => Reply::json(200, &user("gitea-actions")),
        ("GET", ["user"]) => Reply::json(200, &user(LOGIN)),
        ("GET", ["orgs", of, "labels"]) if *of == owner => {
            let (name, id) = OF_ALL;
            Reply::json(200, &json!([{ "id": id, "name": name }]))
        }
        (_, ["repos", of, repo, rest @ ..]) if *of == owner && *repo == name => {
            in_repository(state, request, rest)
        }
        _ => complain(404, "The target couldn't be found."),
    }
}

fn in_repository(state: &mut State, request: &Request, rest: &[&str]) -> Reply {
    match (request.verb.as_str(), rest) {
        ("GET", []) => Reply::json(
            200,
            &json!({ "full_name": PROJECT, "default_branch": "main" }),
        ),
        ("GET", ["assignees"]) => Reply::json(200, &reviews::writers(state)),
        ("GET", ["labels"]) => {
            let all: Vec<Value> = labels(state)
                .into_iter()
                .map(|(name, id)| json!({ "id": id, "name": name, "color": "ededed" }))
                .collect();
            page(&all, request, &state.base, 30)
        }
        ("POST", ["issues", number, "labels"]) => label(state, parsed(number), &request.body),
        // Its list of comments has no pages.
        ("GET", ["issues", number, "comments"]) => {
            let number = parsed(number);
            let base = state.base.clone();
            let of = state.comments.iter().filter(|(of, _)| *of == number);
            let all = of.map(|(_, kept)| comment(&base, number, kept));
            Reply::json(200, &Value::Array(all.collect()))
        }
        ("POST", ["issues", number, "comments"]) => {
            let author = if state.names_nobody {
                "gitea-actions"
            } else {
                LOGIN
            };
            let number = parsed(number);
            let kept = json!({
                "id": state.comment_id(), "author": author, "body": request.text("body"),
            });
            state.comments.push((number, kept.clone()));
            Reply::json(201, &comment(&state.base, number, &kept))
        }
        ("PATCH", ["issues", "comments", id]) if reviews::has(state, parsed(id)) => {
            reviews::edit(state, parsed(id), &request.body["body"])
        }
        (_, ["issues", ..]) => github::issues(state, request, rest),
        (_, ["pulls", _, "reviews", ..]) => reviews::route(state, request, rest),
        (_, ["pulls", rest @ ..]) => pulls(state, request, rest),
        ("POST", ["statuses", commit]) => {
            state
                .statuses
                .push(((*commit).to_owned(), request.body.clone()));
            Reply::json(201, &status(1, &request.body))
        }
        ("GET", ["commits", commit, "status"]) => combined(state, commit),
        _ => complain(404, "The target couldn't be found."),
    }
}

/// The labels of the repository with their ids.
fn labels(state: &State) -> Vec<(String, u64)> {
    let of_issues = state
        .issues
        .values()
        .filter_map(|issue| issue["labels"].as_array());
    let of_issues = of_issues.flatten().filter_map(Value::as_str);
    let mut names: Vec<&str> = LABELS.into_iter().chain(of_issues).collect();
    names.sort_unstable();
    names.dedup();
    let ids = names.into_iter().zip(1..);
    ids.map(|(name, id)| (name.to_owned(), id)).collect()
}

/// Labels are named by their ids, as in every version.
fn label(state: &mut State, number: u64, asked: &Value) -> Reply {
    let mut known = labels(state);
    known.push((OF_ALL.0.to_owned(), OF_ALL.1));
    let ids = asked["labels"].as_array().cloned().unwrap_or_default();
    let mut names = Vec::new();
    for id in ids {
        match known.iter().find(|(_, known)| id == *known) {
            Some((name, _)) => names.push(Value::from(name.as_str())),
            None => return complain(422, "json: cannot unmarshal into IssueLabelsOption.Labels"),
        }
    }
    let Some(pull) = state.pulls.get_mut(&number) else {
        return complain(404, "issue does not exist");
    };
    let there = pull["labels"].as_array_mut();
    if let Some(there) = there {
        names.retain(|name| !there.contains(name));
        there.extend(names);
    }
    Reply::json(200, &json!([]))
}

fn pulls(state: &mut State, request: &Request, rest: &[&str]) -> Reply {
    let base = state.base.clone();
    match (request.verb.as_str(), rest) {
        // It knows no filter by branch.
        ("GET", []) => {
            let open = state.pulls.values().filter(|pull| pull["state"] == "open");
            let all: Vec<Value> = open.map(|kept| pull(&base, kept)).collect();
            page(&all, request, &base, 30)
        }
        ("POST", []) => {
            let head = request.text("head");
            let same = |pull: &Value| pull["head"] == head.as_str() && pull["state"] == "open";
            let Some(commit) = state.tip(&head) else {
                return complain(404, "The target couldn't be found.");
            };
            if state.pulls.values().any(same) {
                return complain(409, "pull request already exists for these targets");
            }
            let number = state.number();
            let kept = json!({
                "number": number, "state": "open", "title": request.body["title"],
                "body": request.body["body"], "draft": is_draft(&request.text("title")),
                "head": head, "base": request.body["base"], "commit": commit,
                "labels": [], "reviewers": [],
            });
            state.pulls.insert(number, kept.clone());
            Reply::json(201, &pull(&base, &kept))
        }
        ("GET", [number]) => match state.pulls.get(&parsed(number)) {
            Some(kept) => {
                let mut shown = pull(&base, kept);
                let head = kept["head"].as_str().unwrap_or_default();
                if let Some(tip) = state.tip(head) {
                    shown["head"]["sha"] = tip.into();
                }
                Reply::json(200, &shown)
            }
            None => complain(404, "The target couldn't be found."),
        },
        ("PATCH", [number]) => match state.pulls.get_mut(&parsed(number)) {
            Some(kept) => {
                for key in ["title", "body", "state", "base"] {
                    if let Some(value) = request.body.get(key) {
                        kept[key] = value.clone();
                    }
                }
                kept["draft"] = is_draft(kept["title"].as_str().unwrap_or_default()).into();
                Reply::json(201, &pull(&base, kept))
            }
            None => complain(404, "The target couldn't be found."),
        },
        ("POST", [_, "requested_reviewers"]) => github::pulls(state, request, rest),
        _ => complain(404, "The target couldn't be found."),
    }
}

fn is_draft(title: &str) -> bool {
    title.starts_with("WIP:") || title.starts_with("[WIP]")
}

pub(super) fn user(login: &str) -> Value {
    json!({
        "id": 1, "login": login, "login_name": "", "full_name": login, "username": login,
        "html_url": format!("https://gitea.example/{login}"), "is_admin": false, "active": true,
    })
}

fn comment(base: &str, number: u64, kept: &Value) -> Value {
    let id = &kept["id"];
    json!({
        "id": id, "html_url": format!("{base}/{PROJECT}/issues/{number}#issuecomment-{id}"),
        "pull_request_url": "", "issue_url": format!("{base}/{PROJECT}/issues/{number}"),
        "user": user(kept["author"].as_str().unwrap_or_default()), "body": kept["body"],
        "assets": [], "created_at": github::WHEN, "updated_at": github::WHEN,
    })
}

fn pull(base: &str, kept: &Value) -> Value {
    let number = kept["number"].as_u64().unwrap_or(0);
    let head = kept["head"].as_str().unwrap_or_default();
    let (owner, branch) = parts(head);
    let end = |name: &str, owner: &str, sha: &Value| {
        json!({
            "label": name, "ref": name, "sha": sha, "repo_id": 1,
            "repo": { "id": 1, "name": REPOSITORY, "full_name": format!("{owner}/{REPOSITORY}") },
        })
    };
    let to = kept["base"].as_str().unwrap_or_default();
    json!({
        "id": 3000 + number, "number": number, "user": user(LOGIN), "title": kept["title"],
        "body": kept["body"], "labels": [], "state": kept["state"], "is_locked": false,
        "comments": 0, "draft": kept["draft"], "mergeable": true, "merged": false,
        "html_url": format!("{base}/{PROJECT}/pulls/{number}"),
        "base": end(to, "acme", &"".into()), "head": end(branch, owner, &kept["commit"]),
        "created_at": github::WHEN, "updated_at": github::WHEN,
    })
}

fn status(id: usize, told: &Value) -> Value {
    json!({
        "id": id, "status": told["state"], "target_url": told["target_url"],
        "description": told["description"], "context": told["context"],
        "creator": user(LOGIN), "created_at": github::WHEN, "updated_at": github::WHEN,
    })
}

/// What was said of a commit: the last word of each context, and what tests say of its branch.
fn combined(state: &State, commit: &str) -> Reply {
    let mut all: Vec<Value> = Vec::new();
    for (of, told) in &state.statuses {
        if of == commit {
            all.retain(|known| known["context"] != told["context"]);
            all.push(status(all.len() + 1, told));
        }
    }
    for check in &state.checks {
        if check.is_of(state, commit) {
            let told = json!({
                "context": check.name, "state": if check.fails { "failure" } else { "success" },
                "description": "Failing after 2s",
                "target_url": format!("/{PROJECT}/actions/runs/1/jobs/0"),
            });
            all.push(status(all.len() + 1, &told));
        }
    }
    let statuses = match all.is_empty() {
        true => Value::Null,
        false => Value::Array(all),
    };
    let body = json!({ "sha": commit, "state": "", "total_count": 0, "statuses": statuses });
    Reply::json(200, &body)
}
