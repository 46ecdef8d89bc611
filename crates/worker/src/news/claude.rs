//! Reads the lines of `claude -p --output-format stream-json --verbose`.

use super::said::{object, words};
use super::{News, Reader, about, number, spent, text, written};
use redgreen_core::work::Usage;
use serde_json::Value;
use std::collections::BTreeMap;

/// The calls that were not answered yet, by id.
#[derive(Debug, Default)]
pub(super) struct Lines {
    calls: BTreeMap<String, (String, Value)>,
}

impl Reader for Lines {
    fn line(&mut self, line: &str) -> Vec<News> {
        let Some((sort, value)) = object(line) else {
            return Vec::new();
        };
        match sort.as_str() {
            "system" if text(&value, "/subtype") == "init" => {
                vec![News::Session(text(&value, "/session_id").to_owned())]
            }
            "assistant" => self.message(&value["message"]["content"]),
            "user" => self.results(&value["message"]["content"]),
            "result" => result(&value),
            _ => Vec::new(),
        }
    }
}

impl Lines {
    fn message(&mut self, content: &Value) -> Vec<News> {
        for block in content.as_array().into_iter().flatten() {
            if text(block, "/type") == "tool_use" {
                let call = (text(block, "/name").to_owned(), block["input"].clone());
                self.calls.insert(text(block, "/id").to_owned(), call);
            }
        }
        let said = words(content);
        if said.is_empty() {
            return Vec::new();
        }
        vec![News::Said(said)]
    }

    fn results(&mut self, content: &Value) -> Vec<News> {
        let mut news = Vec::new();
        for block in content.as_array().into_iter().flatten() {
            let Some((tool, input)) = self.calls.remove(text(block, "/tool_use_id")) else {
                continue;
            };
            let failed = block["is_error"].as_bool().unwrap_or_default();
            let about = about(&input);
            news.extend(written(&tool, &input).filter(|_| !failed));
            news.push(News::Used {
                tool,
                about,
                failed,
            });
        }
        news
    }
}

fn result(value: &Value) -> Vec<News> {
    let denials = value["permission_denials"].as_array().into_iter().flatten();
    let mut news: Vec<News> = denials
        .map(|denied| News::Refused {
            wanted: format!(
                "{} {}",
                text(denied, "/tool_name"),
                about(&denied["tool_input"])
            ),
            why: "its own permissions".to_owned(),
        })
        .collect();
    let usage = &value["usage"];
    let cached = number(usage, "/cache_read_input_tokens");
    let cache_written = number(usage, "/cache_creation_input_tokens");
    let total = Usage {
        // Its own count leaves out what came from the cache.
        input: number(usage, "/input_tokens") + cached + cache_written,
        cached,
        cache_written,
        output: number(usage, "/output_tokens"),
    };
    let turns = u32::try_from(number(value, "/num_turns")).unwrap_or(u32::MAX);
    news.push(spent(total, turns, value["total_cost_usd"].as_f64()));
    if value["is_error"].as_bool().unwrap_or_default() {
        let (said, sort) = (text(value, "/result"), text(value, "/subtype"));
        let why = if said.is_empty() { sort } else { said };
        news.push(News::Failed(why.to_owned()));
    }
    news
}
