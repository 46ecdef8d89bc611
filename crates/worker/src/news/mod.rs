//! Reads what outside agents tell of their own work. All of it is claims: it is shown, it is kept
//! in the journal, and no gate hears of it.

mod claude;
mod codex;
mod gemini;
mod mini;
mod opencode;
mod pi;
mod plain;
mod said;
mod vibe;

use redgreen_core::work::{Spent, Usage};
use serde::Deserialize;
use serde_json::Value;

/// Something that an agent tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// The session's id, by which it can go on later.
    Session(String),
    /// Its words.
    Said(String),
    /// It used a tool.
    Used {
        /// The tool.
        tool: String,
        /// What for, in a few words.
        about: String,
        /// Whether that failed.
        failed: bool,
    },
    /// It changed a file.
    Wrote {
        /// Where, as it says.
        path: String,
    },
    /// What it spent since it told last.
    Spent(Spent),
    /// It was refused something, by its own rules or by us.
    Refused {
        /// What it wanted.
        wanted: String,
        /// Why not.
        why: String,
    },
    /// It could not go on.
    Failed(String),
}

/// How an agent writes down its work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Text for people: its last lines are its words.
    #[default]
    Plain,
    /// Lines of JSON as `codex exec --json` writes them.
    Codex,
    /// Lines of JSON as `claude --output-format stream-json` writes them.
    Claude,
    /// Lines of JSON as `opencode run --format json` writes them.
    Opencode,
    /// Lines of JSON as `pi --mode json` writes them.
    Pi,
    /// Lines of JSON as `vibe --output streaming` writes them; its report is one document.
    Vibe,
    /// Lines of JSON as `gemini --output-format stream-json` writes them.
    Gemini,
    /// The trajectory that mini-swe-agent leaves: one document.
    Mini,
}

/// Reads one agent's lines.
pub(crate) trait Reader {
    /// What `line` tells. A line of no known sort tells nothing.
    fn line(&mut self, line: &str) -> Vec<News>;

    /// What is known once there is no more to read.
    fn rest(&mut self) -> Vec<News> {
        Vec::new()
    }
}

/// A reader of `format`.
pub(crate) fn reader(format: Format) -> Box<dyn Reader> {
    match format {
        Format::Plain | Format::Mini => Box::new(plain::Lines::default()),
        Format::Codex => Box::new(codex::Lines),
        Format::Claude => Box::new(claude::Lines::default()),
        Format::Opencode => Box::new(opencode::Lines::default()),
        Format::Pi => Box::new(pi::Lines),
        Format::Vibe => Box::new(vibe::Lines),
        Format::Gemini => Box::new(gemini::Lines::default()),
    }
}

/// What the document that an agent left tells: one that is no such document tells nothing.
pub(crate) fn document(format: Format, text: &str) -> Vec<News> {
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        return Vec::new();
    };
    match format {
        Format::Mini => mini::document(&value),
        Format::Vibe => vibe::document(&value),
        Format::Plain
        | Format::Codex
        | Format::Claude
        | Format::Opencode
        | Format::Pi
        | Format::Gemini => Vec::new(),
    }
}

/// The text at `pointer`; empty where there is none.
fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// The number at `pointer`; 0 where there is none.
fn number(value: &Value, pointer: &str) -> u64 {
    value
        .pointer(pointer)
        .and_then(Value::as_u64)
        .unwrap_or_default()
}

/// What `turns` answers cost. Money that is not told, or told as nothing for tokens that were
/// used, is not known.
pub(crate) fn spent(usage: Usage, turns: u32, money: Option<f64>) -> News {
    let money = money.filter(|money| money.is_finite() && *money > 0.0);
    News::Spent(Spent {
        usage,
        turns,
        micros: money.map_or(0, micros),
        unpriced: if money.is_none() { turns } else { 0 },
        millis: 0,
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "money is positive and far below 2^53 millionths; a cast that does not fit saturates"
)]
fn micros(money: f64) -> u64 {
    (money * 1_000_000.0).round() as u64
}

/// A few words on what a tool was used for, from what it was given.
fn about(input: &Value) -> String {
    const TELLING: [&str; 10] = [
        "command",
        "cmd",
        "file_path",
        "filePath",
        "path",
        "pattern",
        "query",
        "url",
        "name",
        "description",
    ];
    let found = TELLING.iter().find_map(|key| match input.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Array(words) => {
            let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
            Some(words.join(" "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
    });
    found.unwrap_or_default()
}

/// The path that a tool which writes files was given, if this is one.
fn written(tool: &str, input: &Value) -> Option<News> {
    let tool = tool.to_ascii_lowercase();
    let writes = ["write", "edit", "patch", "replace", "create"];
    if !writes.iter().any(|word| tool.contains(word)) {
        return None;
    }
    let keys = ["file_path", "filePath", "path", "filepath"];
    let path = keys.iter().find_map(|key| input.get(key)?.as_str())?;
    Some(News::Wrote {
        path: path.to_owned(),
    })
}

#[cfg(test)]
mod tests;
