//! Reads the lines of `pi --mode json`. Each message comes many times while it grows: only its end
//! counts.

use super::said::{object, words};
use super::{News, Reader, about, number, spent, text, written};
use redgreen_core::work::Usage;
use serde_json::Value;

/// The lines; none depends on another.
#[derive(Debug)]
pub(super) struct Lines;

impl Reader for Lines {
    fn line(&mut self, line: &str) -> Vec<News> {
        // The longest lines by far, and the most: not worth parsing.
        if line.starts_with("{\"type\":\"message_update\"") {
            return Vec::new();
        }
        let Some((sort, value)) = object(line) else {
            return Vec::new();
        };
        match sort.as_str() {
            "session" => vec![News::Session(text(&value, "/id").to_owned())],
            "message_end" if text(&value, "/message/role") == "assistant" => {
                message(&value["message"])
            }
            "tool_execution_start" => {
                let (tool, args) = (text(&value, "/toolName").to_owned(), &value["args"]);
                let (about, failed) = (about(args), false);
                let wrote = written(&tool, args).into_iter();
                wrote
                    .chain([News::Used {
                        tool,
                        about,
                        failed,
                    }])
                    .collect()
            }
            "tool_execution_end" if value["isError"] == true => vec![News::Used {
                tool: text(&value, "/toolName").to_owned(),
                about: words(&value["result"]["content"]),
                failed: true,
            }],
            _ => Vec::new(),
        }
    }
}

fn message(message: &Value) -> Vec<News> {
    let mut news = Vec::new();
    let said = words(&message["content"]);
    if !said.is_empty() {
        news.push(News::Said(said));
    }
    let usage = &message["usage"];
    let (cached, cache_written) = (number(usage, "/cacheRead"), number(usage, "/cacheWrite"));
    let total = Usage {
        // Its own count leaves out what came from the cache.
        input: number(usage, "/input") + cached + cache_written,
        cached,
        cache_written,
        output: number(usage, "/output"),
    };
    let money = message.pointer("/usage/cost/total").and_then(Value::as_f64);
    news.push(spent(total, 1, money));
    if text(message, "/stopReason") == "error" {
        news.push(News::Failed(text(message, "/errorMessage").to_owned()));
    }
    news
}
