//! Answers what reviewers have said, as Gitea and Forgejo do: each remark beside a line belongs to a
//! review, and those at one line are a conversation.

use super::super::gitea::user;
use super::super::github::{self, complain, parsed};
use super::super::wire::{Reply, Request};
use super::super::{LOGIN, PROJECT, State, page};
use super::{Thread, answered, edited, said, threads_of};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The review that a remark was sent with has this much more than the remark's id.
const REVIEW: u64 = 100_000;

/// Those who may write to the repository.
pub(in crate::forge) fn writers(state: &State) -> Value {
    let in_threads = state
        .reviewed
        .threads
        .iter()
        .flat_map(|thread| &thread.said);
    let alone = state.reviewed.reviews.iter().map(|(_, said)| said);
    let below = state.comments.iter().map(|(_, said)| said);
    let all = in_threads.chain(alone).chain(below);
    let names: BTreeSet<&str> = all
        .filter_map(|said| said["author"].as_str())
        .chain([LOGIN])
        .filter(|name| !state.reviewed.strangers.contains(*name))
        .collect();
    Value::Array(names.into_iter().map(user).collect())
}

/// Whether `id` is that of a remark beside a line.
pub(in crate::forge) fn has(state: &State, id: u64) -> bool {
    let mut all = state
        .reviewed
        .threads
        .iter()
        .flat_map(|thread| &thread.said);
    all.any(|said| said["id"] == id)
}

/// Puts `body` in place of a remark.
pub(in crate::forge) fn edit(state: &mut State, id: u64, body: &Value) -> Reply {
    let base = state.base.clone();
    match edited(state, id, body) {
        Some((at, new)) => Reply::json(200, &remark(&base, &state.reviewed.threads[at], &new)),
        None => complain(404, "The target couldn't be found."),
    }
}

pub(in crate::forge) fn route(state: &mut State, request: &Request, rest: &[&str]) -> Reply {
    let base = state.base.clone();
    match (request.verb.as_str(), rest) {
        ("GET", ["pulls", number, "reviews"]) => {
            let number = parsed(number);
            let mut all: Vec<Value> = Vec::new();
            for thread in threads_of(state, number) {
                all.extend(thread.said.iter().map(|said| {
                    let id = said["id"].as_u64().unwrap_or(0) + REVIEW;
                    let kept = json!({ "id": id, "author": said["author"], "body": "" });
                    review(&base, number, &kept, "COMMENT", 1)
                }));
            }
            let alone = state.reviewed.reviews.iter();
            all.extend(alone.filter(|(of, _)| *of == number).map(|(_, kept)| {
                let opinion = match kept["state"].as_str().unwrap_or_default() {
                    "CHANGES_REQUESTED" => "REQUEST_CHANGES",
                    "COMMENTED" => "COMMENT",
                    other => other,
                };
                review(&base, number, kept, opinion, 0)
            }));
            page(&all, request, &base, 30)
        }
        ("GET", ["pulls", number, "reviews", id, "comments"]) => {
            let wanted = parsed(id).saturating_sub(REVIEW);
            let mut all = Vec::new();
            for thread in threads_of(state, parsed(number)) {
                let of = thread.said.iter().filter(|said| said["id"] == wanted);
                all.extend(of.map(|said| remark(&base, thread, said)));
            }
            Reply::json(200, &Value::Array(all))
        }
        ("POST", ["pulls", number, "reviews"]) => sent(state, parsed(number), &request.body),
        _ => complain(404, "The target couldn't be found."),
    }
}

/// A review with its remarks. One at a line where a conversation is joins it.
fn sent(state: &mut State, number: u64, asked: &Value) -> Reply {
    let remarks = asked["comments"].as_array().cloned().unwrap_or_default();
    let is_empty = asked["body"].as_str().unwrap_or_default().is_empty() && remarks.is_empty();
    if asked["event"] != "COMMENT" || is_empty {
        return complain(422, "review event COMMENT requires a body or a comment");
    }
    let mut last = 0;
    for new in remarks {
        let body = new["body"].as_str().unwrap_or_default().to_owned();
        let line = new["new_position"].as_u64().unwrap_or(0);
        let path = new["path"].as_str().unwrap_or_default().to_owned();
        let mut there = threads_of(state, number);
        let root = there.find(|thread| thread.path == path && thread.line == line);
        let root = root.map(|thread| thread.root);
        drop(there);
        last = match root.and_then(|root| answered(state, root, &body)) {
            Some((_, kept)) => kept["id"].as_u64().unwrap_or(0),
            None => {
                let root = state.comment_id();
                let said = vec![said(state, root, LOGIN, &body)];
                let (pull, is_resolved) = (number, false);
                state.reviewed.threads.push(Thread {
                    pull,
                    root,
                    path,
                    line,
                    is_resolved,
                    said,
                });
                root
            }
        };
    }
    let kept = json!({ "id": last + REVIEW, "author": LOGIN, "body": asked["body"] });
    Reply::json(200, &review(&state.base, number, &kept, "COMMENT", 1))
}

fn review(base: &str, number: u64, kept: &Value, opinion: &str, remarks: u64) -> Value {
    let page = format!("{base}/{PROJECT}/pulls/{number}");
    json!({
        "id": kept["id"], "user": user(kept["author"].as_str().unwrap_or_default()),
        "team": null, "state": opinion, "body": kept["body"], "commit_id": "", "stale": false,
        "official": false, "dismissed": false, "comments_count": remarks,
        "submitted_at": github::WHEN, "updated_at": github::WHEN,
        "html_url": format!("{page}#issuecomment-{}", kept["id"]), "pull_request_url": page,
    })
}

/// Gitea's `PullReviewComment`.
fn remark(base: &str, thread: &Thread, kept: &Value) -> Value {
    let id = &kept["id"];
    let page = format!("{base}/{PROJECT}/pulls/{}", thread.pull);
    let is_first = *id == thread.root;
    let resolver = (thread.is_resolved && is_first).then(|| user("ada"));
    json!({
        "id": id, "body": kept["body"], "resolver": resolver,
        "user": user(kept["author"].as_str().unwrap_or_default()),
        "pull_request_review_id": id.as_u64().unwrap_or(0) + REVIEW,
        "path": thread.path, "position": thread.line, "original_position": 0, "diff_hunk": "",
        "commit_id": "", "original_commit_id": "", "created_at": github::WHEN,
        "updated_at": github::WHEN, "html_url": format!("{page}/files#issuecomment-{id}"),
        "pull_request_url": page,
    })
}
