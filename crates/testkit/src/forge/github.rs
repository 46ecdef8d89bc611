//! Answers as GitHub's REST interface does: the shapes of its published description.

use super::checks;
use super::reviews::github as reviews;
use super::wire::{Reply, Request};
use super::{LOGIN, PROJECT, REPOSITORY, State, TOKEN, page, parts};
use serde_json::{Value, json};

pub(super) const WHEN: &str = "2026-01-02T03:04:05Z";

pub(super) fn route(state: &mut State, request: &Request) -> Reply {
    let signed = request.header("authorization");
    if signed != format!("Bearer {TOKEN}") {
        let bare = signed.is_empty() && request.verb == "GET";
        if !bare || request.path.ends_with("/user") {
            return complain(401, "Bad credentials");
        }
    }
    let path = request.path.clone();
    let below = ["/api/v3/", "/"]
        .iter()
        .find_map(|base| path.strip_prefix(base));
    let parts: Vec<&str> = below.unwrap_or_default().split('/').collect();
    let [owner, name] = PROJECT.split('/').collect::<Vec<_>>()[..] else {
        return complain(500, "no project");
    };
    match (request.verb.as_str(), parts.as_slice()) {
        ("GET", ["user"]) if state.names_nobody => {
            complain(403, "Resource not accessible by integration")
        }
        ("GET", ["user"]) => Reply::json(200, &user(LOGIN)),
        ("POST", ["api", "graphql"]) => graphql(state, request),
        (_, ["repos", of, repo, rest @ ..]) if *of == owner && *repo == name => {
            in_repository(state, request, rest)
        }
        _ => complain(404, "Not Found"),
    }
}

fn in_repository(state: &mut State, request: &Request, rest: &[&str]) -> Reply {
    match (request.verb.as_str(), rest) {
        (
            "POST",
            ["issues", _, "labels"] | ["pulls", _, "requested_reviewers"] | ["statuses", _],
        ) if state.is_outsider => complain(403, "Must have admin rights to Repository."),
        ("GET", []) => Reply::json(
            200,
            &json!({ "full_name": PROJECT, "default_branch": "main" }),
        ),
        (_, ["issues", ..]) if !rest.ends_with(&["labels"]) => issues(state, request, rest),
        ("POST", ["issues", number, "labels"]) => {
            let Some(pull) = state.pulls.get_mut(&parsed(number)) else {
                return complain(404, "Not Found");
            };
            add(&mut pull["labels"], &request.body["labels"]);
            Reply::json(200, &json!([]))
        }
        ("GET" | "POST", ["pulls", _, "comments", ..])
        | ("PATCH", ["pulls", "comments", _])
        | ("GET", ["pulls", _, "reviews"]) => reviews::route(state, request, rest),
        (_, ["commits" | "actions" | "check-runs", ..]) => checks::github(state, request, rest),
        (_, ["pulls", rest @ ..]) => pulls(state, request, rest),
        ("POST", ["statuses", commit]) => {
            let reply = Reply::json(201, &status(&state.base, commit, &request.body));
            let told = ((*commit).to_owned(), request.body.clone());
            state.statuses.push(told);
            reply
        }
        _ => complain(404, "Not Found"),
    }
}

pub(super) fn issues(state: &mut State, request: &Request, rest: &[&str]) -> Reply {
    let base = state.base.clone();
    match (request.verb.as_str(), rest) {
        ("GET", ["issues"]) => {
            let all: Vec<Value> = state
                .issues
                .values()
                .rev()
                .map(|i| issue(state, i))
                .collect();
            page(&all, request, &base, 30)
        }
        ("GET", ["issues", number]) => match state.issues.get(&parsed(number)) {
            Some(found) => Reply::json(200, &issue(state, found)),
            None => complain(404, "Not Found"),
        },
        ("GET", ["issues", number, "comments"]) => {
            let number = parsed(number);
            let of = state.comments.iter().filter(|(of, _)| *of == number);
            let all: Vec<Value> = of.map(|(_, said)| comment(&base, number, said)).collect();
            page(&all, request, &base, 30)
        }
        ("POST", ["issues", number, "comments"]) => {
            let number = parsed(number);
            let author = if state.names_nobody {
                "github-actions[bot]"
            } else {
                LOGIN
            };
            let said =
                json!({ "id": state.comment_id(), "author": author, "body": request.text("body") });
            state.comments.push((number, said.clone()));
            Reply::json(201, &comment(&base, number, &said))
        }
        ("PATCH", ["issues", number]) => match state.issues.get_mut(&parsed(number)) {
            Some(found) => {
                found["state"] = request.body["state"].clone();
                let found = found.clone();
                Reply::json(200, &issue(state, &found))
            }
            None => complain(404, "Not Found"),
        },
        ("PATCH", ["issues", "comments", id]) => {
            let id = parsed(id);
            let there = state.comments.iter_mut().find(|(_, said)| said["id"] == id);
            match there {
                Some((number, said)) => {
                    said["body"] = request.body["body"].clone();
                    Reply::json(200, &comment(&base, *number, said))
                }
                None => complain(404, "Not Found"),
            }
        }
        _ => complain(404, "Not Found"),
    }
}

pub(super) fn pulls(state: &mut State, request: &Request, rest: &[&str]) -> Reply {
    let base = state.base.clone();
    match (request.verb.as_str(), rest) {
        ("GET", []) => {
            let wanted = request.query.get("head").cloned();
            let fits = |pull: &&Value| {
                let (owner, branch) = parts(pull["head"].as_str().unwrap_or_default());
                let head = format!("{owner}:{branch}");
                pull["state"] == "open" && wanted.as_ref().is_none_or(|wanted| *wanted == head)
            };
            let all: Vec<Value> = state
                .pulls
                .values()
                .filter(fits)
                .map(|p| pull(&base, p))
                .collect();
            page(&all, request, &base, 30)
        }
        ("POST", []) => open(state, request),
        ("GET", [number]) => match state.pulls.get(&parsed(number)) {
            Some(there) => {
                let tip = state.tip(there["head"].as_str().unwrap_or_default());
                let mut shown = pull(&base, there);
                if let Some(tip) = tip {
                    shown["head"]["sha"] = tip.into();
                }
                Reply::json(200, &shown)
            }
            None => complain(404, "Not Found"),
        },
        ("PATCH", [number]) => match state.pulls.get_mut(&parsed(number)) {
            Some(there) => {
                for key in ["title", "body", "state", "base"] {
                    if let Some(value) = request.body.get(key) {
                        there[key] = value.clone();
                    }
                }
                Reply::json(200, &pull(&base, there))
            }
            None => complain(404, "Not Found"),
        },
        ("POST", [number, "requested_reviewers"]) => {
            let Some(there) = state.pulls.get_mut(&parsed(number)) else {
                return complain(404, "Not Found");
            };
            let asked = [&request.body["reviewers"], &request.body["team_reviewers"]];
            if asked.iter().any(|names| **names == json!([LOGIN])) {
                return complain(422, "Review cannot be requested from pull request author.");
            }
            for names in asked {
                add(&mut there["reviewers"], names);
            }
            Reply::json(201, &pull(&base, there))
        }
        _ => complain(404, "Not Found"),
    }
}

fn open(state: &mut State, request: &Request) -> Reply {
    let head = request.text("head");
    let Some(commit) = state.tip(&head) else {
        return complain(422, "Validation Failed: head does not exist");
    };
    let same = |pull: &Value| pull["head"] == head.as_str() && pull["state"] == "open";
    if state.pulls.values().any(same) {
        return complain(422, "A pull request already exists");
    }
    let number = state.number();
    let there = json!({
        "number": number, "state": "open", "title": request.body["title"],
        "body": request.body["body"], "draft": request.body["draft"].as_bool().unwrap_or(false),
        "head": head, "base": request.body["base"], "commit": commit,
        "labels": [], "reviewers": [],
    });
    let reply = Reply::json(201, &pull(&state.base, &there));
    state.pulls.insert(number, there);
    reply
}

fn graphql(state: &mut State, request: &Request) -> Reply {
    let query = request.text("query");
    if query.contains("reviewThreads") {
        return reviews::threads(state, &request.body["variables"]);
    }
    let node = request.body["variables"]["id"].as_str().unwrap_or_default();
    let number = parsed(node.trim_start_matches("PR_"));
    let is_draft = query.contains("convertPullRequestToDraft");
    match state.pulls.get_mut(&number) {
        Some(pull) => {
            pull["draft"] = is_draft.into();
            Reply::json(200, &json!({ "data": {} }))
        }
        None => Reply::json(
            200,
            &json!({ "errors": [{ "message": "Could not resolve to a node" }] }),
        ),
    }
}

fn add(to: &mut Value, names: &Value) {
    if let (Some(to), Some(names)) = (to.as_array_mut(), names.as_array()) {
        to.extend(names.iter().cloned());
    }
}

pub(super) fn parsed(number: &str) -> u64 {
    number.parse().unwrap_or(0)
}

pub(super) fn complain(status: u16, message: &str) -> Reply {
    let body = json!({
        "message": message, "documentation_url": "https://docs.github.com/rest",
        "status": status.to_string(),
    });
    Reply::json(status, &body)
        .with("x-ratelimit-limit", "5000")
        .with("x-ratelimit-remaining", "4999")
}

/// GitHub's `simple-user`.
pub(super) fn user(login: &str) -> Value {
    let api = format!("https://api.github.com/users/{login}");
    json!({
        "login": login, "id": 1, "node_id": "U_1", "avatar_url": "https://avatars.example/1",
        "gravatar_id": "", "url": api, "html_url": format!("https://github.com/{login}"),
        "followers_url": api, "following_url": api, "gists_url": api, "starred_url": api,
        "subscriptions_url": api, "organizations_url": api, "repos_url": api, "events_url": api,
        "received_events_url": api, "site_admin": false,
        "type": if login.ends_with("[bot]") { "Bot" } else { "User" },
    })
}

/// GitHub's `issue`.
pub(super) fn issue(state: &State, kept: &Value) -> Value {
    let number = kept["number"].as_u64().unwrap_or(0);
    let base = &state.base;
    let api = format!("{base}/api/v3/repos/{PROJECT}");
    let labels = kept["labels"].as_array().cloned().unwrap_or_default();
    let labels: Vec<Value> = labels
        .iter()
        .map(|name| {
            json!({
                "id": 1, "node_id": "L_1", "url": format!("{api}/labels/x"), "name": name,
                "description": null, "color": "ededed", "default": false,
            })
        })
        .collect();
    let comments = state
        .comments
        .iter()
        .filter(|(of, _)| *of == number)
        .count();
    json!({
        "id": 1000 + number, "node_id": format!("I_{number}"), "number": number,
        "url": format!("{api}/issues/{number}"), "repository_url": api,
        "labels_url": format!("{api}/issues/{number}/labels{{/name}}"),
        "comments_url": format!("{api}/issues/{number}/comments"),
        "events_url": format!("{api}/issues/{number}/events"),
        "html_url": format!("{base}/{PROJECT}/issues/{number}"),
        "state": kept["state"], "title": kept["title"], "body": kept["body"],
        "user": user("ada"), "labels": labels, "assignee": null, "assignees": [],
        "milestone": null, "locked": false, "comments": comments, "closed_at": null,
        "created_at": WHEN, "updated_at": WHEN, "author_association": "MEMBER",
    })
}

/// GitHub's `issue-comment`.
pub(super) fn comment(base: &str, number: u64, kept: &Value) -> Value {
    let id = &kept["id"];
    let api = format!("{base}/api/v3/repos/{PROJECT}");
    json!({
        "id": id, "node_id": format!("IC_{id}"), "url": format!("{api}/issues/comments/{id}"),
        "html_url": format!("{base}/{PROJECT}/issues/{number}#issuecomment-{id}"),
        "issue_url": format!("{api}/issues/{number}"), "body": kept["body"],
        "user": user(kept["author"].as_str().unwrap_or_default()),
        "created_at": WHEN, "updated_at": WHEN,
        "author_association": reviews::association(kept),
    })
}

/// GitHub's `pull-request`, with little of the two repositories in it.
pub(super) fn pull(base: &str, kept: &Value) -> Value {
    let number = kept["number"].as_u64().unwrap_or(0);
    let api = format!("{base}/api/v3/repos/{PROJECT}");
    let page = format!("{base}/{PROJECT}/pull/{number}");
    let end = |name: &Value, sha: &Value| {
        let (owner, branch) = parts(name.as_str().unwrap_or_default());
        json!({
            "ref": branch, "sha": sha, "label": format!("{owner}:{branch}"), "user": user(owner),
            "repo": { "id": 1, "name": REPOSITORY, "full_name": format!("{owner}/{REPOSITORY}") },
        })
    };
    let link = json!({ "href": api });
    let mut pull = json!({
        "id": number, "node_id": format!("PR_{number}"), "number": number,
        "url": format!("{api}/pulls/{number}"), "html_url": page,
        "diff_url": format!("{page}.diff"), "patch_url": format!("{page}.patch"),
        "issue_url": format!("{api}/issues/{number}"),
        "comments_url": format!("{api}/issues/{number}/comments"),
        "commits_url": format!("{api}/pulls/{number}/commits"),
        "review_comments_url": format!("{api}/pulls/{number}/comments"),
        "review_comment_url": format!("{api}/pulls/comments{{/number}}"),
        "statuses_url": format!("{api}/statuses/x"), "_links": {
            "self": link, "html": link, "issue": link, "comments": link, "commits": link,
            "review_comments": link, "review_comment": link, "statuses": link,
        },
        "state": kept["state"], "title": kept["title"], "body": kept["body"],
        "draft": kept["draft"], "user": user(LOGIN), "labels": [], "assignee": null,
        "milestone": null, "locked": false, "author_association": "MEMBER", "auto_merge": null,
        "head": end(&kept["head"], &kept["commit"]), "base": end(&kept["base"], &"".into()),
        "created_at": WHEN, "updated_at": WHEN, "closed_at": null, "merged_at": null,
        "merge_commit_sha": null,
    });
    let alone = json!({
        "merged": false, "mergeable": true, "mergeable_state": "clean", "merged_by": null,
        "maintainer_can_modify": false, "comments": 0, "review_comments": 0, "commits": 1,
        "additions": 1, "deletions": 0, "changed_files": 1,
    });
    if let (Some(pull), Some(alone)) = (pull.as_object_mut(), alone.as_object()) {
        pull.extend(alone.clone());
    }
    pull
}

/// GitHub's `status`.
fn status(base: &str, commit: &str, told: &Value) -> Value {
    json!({
        "url": format!("{base}/api/v3/repos/{PROJECT}/statuses/{commit}"), "id": 1,
        "node_id": "S_1", "avatar_url": null, "state": told["state"],
        "description": told["description"], "target_url": told["target_url"],
        "context": told["context"], "created_at": WHEN, "updated_at": WHEN,
        "creator": user(LOGIN),
    })
}
