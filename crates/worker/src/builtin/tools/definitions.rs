//! Names the tools to a model: few words, since every request carries them.

use serde_json::{Value, json};

/// A tool as a model is told of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub description: &'static str,
    /// The JSON schema of its arguments, an object.
    pub schema: Value,
}

/// Every tool, in the order in which requests name them. Always the same, so that the start of a
/// request stays the same.
pub fn definitions() -> Vec<Definition> {
    let text = || json!({"type": "string"});
    let count = || json!({"type": "integer"});
    let flag = || json!({"type": "boolean"});
    vec![
        tool(
            "read",
            "A file with line numbers, or a directory. Up to 400 lines at once: from, to.",
            json!({"path": text(), "from": count(), "to": count()}),
            &["path"],
        ),
        tool(
            "search",
            "Lines that match the regex pattern, as path:line:text. Without pattern: paths that match glob. Ignored files are left out.",
            json!({"pattern": text(), "glob": text(), "path": text()}),
            &[],
        ),
        tool(
            "edit",
            "Replaces old by new; old must be exact and stand in the file once, or all: true. New file: path and new. Or patch: *** Begin Patch format.",
            json!({"path": text(), "old": text(), "new": text(), "all": flag(), "patch": text()}),
            &[],
        ),
        tool(
            "run",
            "Runs a bash command in the worktree: no network, no input, 120 seconds unless said.",
            json!({"command": text(), "seconds": count()}),
            &["command"],
        ),
        tool(
            "ask",
            "Asks the person, for what only they can decide.",
            json!({
                "question": text(),
                "why": {"type": "string", "description": "what depends on it"},
                "default": {"type": "string", "description": "what you would do"},
            }),
            &["question", "why", "default"],
        ),
        tool(
            "criteria",
            "Says which test shows which criterion, and notes for the reviewer.",
            json!({
                "links": list(json!({"criterion": text(), "test": text()})),
                "notes": list(json!({"topic": {"enum": TOPICS, "type": "string"}, "text": text()})),
            }),
            &[],
        ),
        tool(
            "gate",
            "Lets redgreen judge the work as it stands, before you hand it in by ending your turn.",
            json!({}),
            &[],
        ),
    ]
}

/// The topics of notes, as [`redgreen_core::claim::Topic`] is written.
pub(super) const TOPICS: [&str; 8] = [
    "assumption",
    "design",
    "refactoring",
    "security",
    "performance",
    "environment",
    "documentation",
    "look-here",
];

fn tool(
    name: &'static str,
    description: &'static str,
    properties: Value,
    required: &[&str],
) -> Definition {
    let mut schema = json!({"type": "object", "properties": properties});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    Definition {
        name,
        description,
        schema,
    }
}

fn list(properties: Value) -> Value {
    let required: Vec<&String> = properties
        .as_object()
        .into_iter()
        .flat_map(|p| p.keys())
        .collect();
    let required = json!(required);
    json!({"type": "array", "items": {
        "type": "object", "properties": properties, "required": required,
    }})
}

impl Definition {
    /// The arguments in one line, for a model that got them wrong:
    /// `{"path": string, "from"?: integer}`.
    pub fn shape(&self) -> String {
        shape_of(&self.schema)
    }
}

fn shape_of(schema: &Value) -> String {
    let kind = schema["type"].as_str().unwrap_or("string");
    match kind {
        "array" => format!("[{}]", shape_of(&schema["items"])),
        "object" => {
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            let properties = schema["properties"].as_object();
            let parts: Vec<String> = properties
                .into_iter()
                .flatten()
                .map(|(name, inner)| {
                    let needed = required.iter().any(|other| other == name);
                    let mark = if needed { "" } else { "?" };
                    format!("\"{name}\"{mark}: {}", shape_of(inner))
                })
                .collect();
            format!("{{{}}}", parts.join(", "))
        }
        _ => match schema["enum"].as_array() {
            Some(words) => words
                .iter()
                .map(Value::to_string)
                .collect::<Vec<_>>()
                .join(" | "),
            None => kind.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use redgreen_core::claim::Topic;

    #[test]
    fn all_tools_together_are_short() {
        let all: Vec<Value> = definitions()
            .into_iter()
            .map(
                |d| json!({"name": d.name, "description": d.description, "input_schema": d.schema}),
            )
            .collect();
        let size = serde_json::to_string(&all).expect("is JSON").len();
        assert!(size < 2500, "{size} bytes");
    }

    #[test]
    fn every_topic_of_a_note_is_offered() {
        for topic in TOPICS {
            serde_json::from_value::<Topic>(json!(topic)).expect(topic);
        }
        let schema = serde_json::to_value(schemars::schema_for!(Topic)).expect("a schema");
        let known = schema["oneOf"].as_array().expect("one entry a topic");
        assert_eq!(known.len(), TOPICS.len());
    }

    #[test]
    fn a_shape_says_what_is_needed_and_what_may_be_left_out() {
        let all = definitions();
        assert_eq!(
            all[0].shape(),
            r#"{"from"?: integer, "path": string, "to"?: integer}"#
        );
        assert!(
            all[5]
                .shape()
                .contains(r#""links"?: [{"criterion": string, "test": string}]"#)
        );
        assert_eq!(all[6].shape(), "{}");
    }
}
