//! Reads what an agent's hook says it is about to write, and words an early warning in its form.

use super::Agent;
use serde_json::{Value, json};

/// The tools of the known agents that write files. Any other is none of our business.
const WRITERS: [&str; 10] = [
    "Edit",
    "MultiEdit",
    "NotebookEdit",
    "Write",
    "apply_patch",
    "create",
    "edit",
    "replace",
    "str_replace",
    "write_file",
];

/// A file that is about to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The path as the agent wrote it.
    pub path: String,
    change: Change,
}

/// How its text changes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Change {
    Whole(String),
    Parts(Vec<Part>),
    Unknown,
}

/// A part that is replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    old: String,
    new: String,
    all: bool,
}

impl Edit {
    /// The text that a file of text `was` has afterwards, where that can be told.
    pub fn will(&self, was: Option<&str>) -> Option<String> {
        match &self.change {
            Change::Whole(text) => Some(text.clone()),
            Change::Parts(parts) => parts.iter().try_fold(was?.to_owned(), |text, part| {
                let is_there = !part.old.is_empty() && text.contains(&part.old);
                is_there.then(|| match part.all {
                    true => text.replace(&part.old, &part.new),
                    false => text.replacen(&part.old, &part.new, 1),
                })
            }),
            Change::Unknown => None,
        }
    }
}

/// What the event on a hook's standard input is about to write. An event of a form that is not
/// known writes nothing.
pub fn edits(event: &Value) -> Vec<Edit> {
    let field = |names: [&str; 2]| names.into_iter().find_map(|name| event.get(name));
    let tool = field(["tool_name", "toolName"]).and_then(Value::as_str);
    if !tool.is_some_and(|tool| WRITERS.contains(&tool)) {
        return Vec::new();
    }
    let given = match field(["tool_input", "toolArgs"]) {
        // Copilot sends its arguments as a text of JSON.
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
        Some(other) => other.clone(),
        None => Value::Null,
    };
    let text = |names: &[&str]| {
        let mut found = names.iter().filter_map(|name| given.get(name));
        found.find_map(Value::as_str).map(str::to_owned)
    };
    if let Some(path) = text(&["file_path", "path", "notebook_path", "filePath"]) {
        let change = change(&given, text(&["content", "file_text"]));
        return vec![Edit { path, change }];
    }
    let patch = text(&["command", "input", "patch"]).unwrap_or_default();
    patched(&patch)
}

fn change(given: &Value, whole: Option<String>) -> Change {
    if let Some(text) = whole {
        return Change::Whole(text);
    }
    let one = [given.clone()];
    let parts = match given.get("edits").and_then(Value::as_array) {
        Some(all) => all.as_slice(),
        None => &one,
    };
    let parts: Option<Vec<Part>> = parts.iter().map(part).collect();
    parts.map_or(Change::Unknown, Change::Parts)
}

fn part(given: &Value) -> Option<Part> {
    let text = |names: [&str; 2]| {
        let mut found = names.into_iter().filter_map(|name| given.get(name));
        found.find_map(Value::as_str).map(str::to_owned)
    };
    Some(Part {
        old: text(["old_string", "old_str"])?,
        new: text(["new_string", "new_str"])?,
        all: given.get("replace_all") == Some(&Value::Bool(true)),
    })
}

/// The files of a patch in the form of `apply_patch`.
fn patched(patch: &str) -> Vec<Edit> {
    let heads = ["*** Add File: ", "*** Update File: ", "*** Delete File: "];
    let path = |line: &str| {
        let line = line.trim();
        let mut paths = heads.iter().filter_map(|head| line.strip_prefix(head));
        paths.next().map(str::to_owned)
    };
    let paths = patch.lines().filter_map(path);
    let edits = paths.map(|path| Edit {
        path,
        change: Change::Unknown,
    });
    edits.collect()
}

/// A warning in the form of an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning(pub String);

/// What a hook of `agent` prints to keep it from writing, because of `why`. The exit code stays 0:
/// a redgreen that is missing, old or broken must never keep anybody from writing.
pub fn warning(agent: Agent, why: &str) -> Warning {
    let value = match agent {
        Agent::Claude | Agent::Codex | Agent::Opencode => json!({ "hookSpecificOutput": {
            "hookEventName": "PreToolUse",
            "permissionDecision": "deny",
            "permissionDecisionReason": why,
        } }),
        Agent::Gemini => json!({ "decision": "deny", "reason": why }),
        Agent::Copilot => json!({
            "permissionDecision": "deny",
            "permissionDecisionReason": why,
        }),
    };
    Warning(value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(event: &Value, was: Option<&str>, owed: &[(&str, Option<&str>)]) {
        let edits = edits(event);
        let found: Vec<(&str, Option<String>)> = edits
            .iter()
            .map(|edit| (edit.path.as_str(), edit.will(was)))
            .collect();
        let owed: Vec<(&str, Option<String>)> = owed
            .iter()
            .map(|(path, text)| (*path, text.map(str::to_owned)))
            .collect();
        assert_eq!(found, owed, "{event}");
    }

    #[test]
    fn what_each_agent_is_about_to_write_is_read() {
        let write = json!({ "tool_name": "Write", "tool_input": { "file_path": "/w/a.py", "content": "x" } });
        check(&write, Some("old"), &[("/w/a.py", Some("x"))]);
        let edit = json!({ "tool_name": "Edit", "tool_input": {
            "file_path": "a.py", "old_string": "b", "new_string": "c" } });
        check(&edit, Some("a b b"), &[("a.py", Some("a c b"))]);
        check(&edit, Some("nothing of it"), &[("a.py", None)]);
        check(&edit, None, &[("a.py", None)]);
        let many = json!({ "tool_name": "MultiEdit", "tool_input": { "file_path": "a.py", "edits": [
            { "old_string": "b", "new_string": "c", "replace_all": true },
            { "old_string": "c c", "new_string": "d" } ] } });
        check(&many, Some("b b"), &[("a.py", Some("d"))]);
        let gemini = json!({ "hook_event_name": "BeforeTool", "tool_name": "replace", "tool_input": {
            "file_path": "a.py", "old_string": "b", "new_string": "c" } });
        check(&gemini, Some("b"), &[("a.py", Some("c"))]);
        let copilot = json!({ "toolName": "edit",
            "toolArgs": "{\"path\":\"a.py\",\"old_str\":\"b\",\"new_str\":\"c\"}" });
        check(&copilot, Some("b"), &[("a.py", Some("c"))]);
        let codex = json!({ "tool_name": "apply_patch", "tool_input": { "command":
            "*** Begin Patch\n*** Update File: a.py\n@@\n-b\n+c\n*** Add File: b.py\n+x\n*** End Patch" } });
        check(&codex, Some("b"), &[("a.py", None), ("b.py", None)]);
    }

    #[test]
    fn an_event_that_writes_nothing_or_is_not_known_is_let_pass() {
        let read = json!({ "tool_name": "Read", "tool_input": { "file_path": "a.py" } });
        check(&read, None, &[]);
        check(
            &json!({ "tool_name": "Bash", "tool_input": { "command": "rm a" } }),
            None,
            &[],
        );
        check(&json!({ "tool_name": "Write" }), None, &[]);
        check(&json!([1]), None, &[]);
        check(&Value::Null, None, &[]);
        check(
            &json!({ "toolName": "edit", "toolArgs": "no json" }),
            None,
            &[],
        );
    }
}
