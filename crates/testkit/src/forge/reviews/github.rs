//! Answers what reviewers have said, as GitHub does.

use super::super::wire::{Reply, Request};
use super::super::{PROJECT, State, github, page};
use super::{Thread, answered, edited, threads_of};
use serde_json::{Value, json};

/// What GitHub tells of the author of what was said.
pub(in crate::forge) fn association(kept: &Value) -> &'static str {
    match kept["stranger"].as_bool() {
        Some(true) => "NONE",
        Some(false) | None => "MEMBER",
    }
}

/// GitHub's side.
pub(in crate::forge) fn route(state: &mut State, request: &Request, rest: &[&str]) -> Reply {
    let base = state.base.clone();
    match (request.verb.as_str(), rest) {
        ("GET", ["pulls", number, "comments"]) => {
            let number = github::parsed(number);
            let all: Vec<Value> = threads_of(state, number)
                .flat_map(|thread| thread.said.iter().map(|said| beside(&base, thread, said)))
                .collect();
            page(&all, request, &base, 30)
        }
        ("POST", ["pulls", _, "comments", root, "replies"]) => {
            match answered(state, github::parsed(root), &request.text("body")) {
                Some((at, new)) => {
                    Reply::json(201, &beside(&base, &state.reviewed.threads[at], &new))
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
        _ => github::complain(404, "Not Found"),
    }
}

/// Which threads are resolved, as GraphQL tells it.
pub(in crate::forge) fn threads(state: &State, variables: &Value) -> Reply {
    let number = variables["number"].as_u64().unwrap_or(0);
    let nodes: Vec<Value> = threads_of(state, number)
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
