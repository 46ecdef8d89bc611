//! Reads the lines of `vibe --output streaming` and the document that it leaves.

use super::said::{object, words};
use super::{News, Reader, about, number, spent, text, written};
use redgreen_core::work::Usage;
use serde_json::Value;

/// The lines; none depends on another.
#[derive(Debug)]
pub(super) struct Lines;

impl Reader for Lines {
    fn line(&mut self, line: &str) -> Vec<News> {
        let Some((sort, value)) = object(line) else {
            return Vec::new();
        };
        match sort.as_str() {
            "message" if text(&value, "/role") == "assistant" => {
                let said = words(&value["content"]);
                let said = (!said.is_empty()).then_some(News::Said(said));
                said.into_iter().collect()
            }
            "effect" => effect(&value),
            _ => Vec::new(),
        }
    }
}

/// Something that it did, or was kept from doing.
fn effect(value: &Value) -> Vec<News> {
    let names = ["/tool", "/name", "/kind", "/effect"];
    let tool = names.iter().map(|name| text(value, name));
    let tool = tool.into_iter().find(|name| !name.is_empty());
    let tool = tool.unwrap_or("effect").to_owned();
    let given = ["input", "args", "arguments"]
        .iter()
        .find_map(|key| value.get(key));
    let input = given.unwrap_or(value);
    let about = about(input);
    if matches!(text(value, "/decision"), "deny" | "denied" | "rejected") {
        let why = text(value, "/approvalSource").to_owned();
        let wanted = format!("{tool} {about}");
        return vec![News::Refused { wanted, why }];
    }
    let failed = value["error"].is_string();
    let wrote = written(&tool, input).filter(|_| !failed);
    wrote
        .into_iter()
        .chain([News::Used {
            tool,
            about,
            failed,
        }])
        .collect()
}

/// The report: what was used, what it cost, how it ended.
pub(super) fn document(value: &Value) -> Vec<News> {
    let first = |keys: [&str; 3]| {
        let found = keys.iter().map(|key| number(&value["usage"], key));
        found
            .into_iter()
            .find(|count| *count > 0)
            .unwrap_or_default()
    };
    let usage = Usage {
        input: first(["/input_tokens", "/prompt_tokens", "/session_prompt_tokens"]),
        cached: first([
            "/cached_tokens",
            "/cached_input_tokens",
            "/cache_read_tokens",
        ]),
        cache_written: 0,
        output: first([
            "/output_tokens",
            "/completion_tokens",
            "/session_completion_tokens",
        ]),
    };
    let money = ["/cost", "/usage/cost", "/cost/total"];
    let money = money.iter().find_map(|at| value.pointer(at)?.as_f64());
    vec![spent(usage, 1, money)]
}
