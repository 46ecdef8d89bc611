//! Answers what reviewers have said, as GitLab does.

use super::super::wire::{Reply, Request};
use super::super::{State, gitlab, page};
use super::{Thread, answered, edited, threads_of};
use serde_json::{Value, json};

/// GitLab's side.
pub(in crate::forge) fn route(state: &mut State, request: &Request, rest: &[&str]) -> Reply {
    let base = state.base.clone();
    match (request.verb.as_str(), rest) {
        ("GET", ["members", "all", id]) => member(state, gitlab::parsed(id)),
        ("GET", ["merge_requests", number, "discussions"]) => {
            let number = gitlab::parsed(number);
            let mut all: Vec<Value> = threads_of(state, number).map(discussion).collect();
            let plain = state.comments.iter().filter(|(of, _)| *of == number);
            all.extend(plain.map(|(_, kept)| {
                json!({ "id": format!("n{}", kept["id"]), "individual_note": true,
                        "notes": [gitlab::note(kept)] })
            }));
            page(&all, request, &base, 20)
        }
        ("POST", ["merge_requests", _, "discussions", thread, "notes"]) => {
            let root = gitlab::parsed(thread.trim_start_matches('d'));
            match answered(state, root, &request.text("body")) {
                Some((_, new)) => Reply::json(201, &gitlab::note(&new)),
                None => gitlab::complain(404, "404 Discussion Not Found"),
            }
        }
        ("PUT", ["merge_requests", _, "discussions", _, "notes", id]) => {
            match edited(state, gitlab::parsed(id), &request.body["body"]) {
                Some((_, new)) => Reply::json(200, &gitlab::note(&new)),
                None => gitlab::complain(404, "404 Note Not Found"),
            }
        }
        _ => gitlab::complain(404, "404 Not Found"),
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
