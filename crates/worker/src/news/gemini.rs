//! Reads the lines of `gemini --output-format stream-json`, as its documents describe them.

use super::said::object;
use super::{News, Reader, about, number, spent, text, written};
use redgreen_core::work::Usage;
use serde_json::Value;
use std::collections::BTreeMap;

/// The calls that were not answered yet, by id, and the words that come in pieces.
#[derive(Debug, Default)]
pub(super) struct Lines {
    calls: BTreeMap<String, (String, Value)>,
    words: String,
}

impl Reader for Lines {
    fn line(&mut self, line: &str) -> Vec<News> {
        let Some((sort, value)) = object(line) else {
            return Vec::new();
        };
        if sort == "message" && text(&value, "/role") == "assistant" {
            self.words.push_str(text(&value, "/content"));
            return Vec::new();
        }
        let mut news = self.rest();
        match sort.as_str() {
            "init" => news.push(News::Session(text(&value, "/session_id").to_owned())),
            "tool_use" => {
                let call = (
                    text(&value, "/tool_name").to_owned(),
                    value["parameters"].clone(),
                );
                self.calls.insert(text(&value, "/tool_id").to_owned(), call);
            }
            "tool_result" => {
                let id = text(&value, "/tool_id");
                let (tool, input) = self.calls.remove(id).unwrap_or_default();
                let (about, failed) = (about(&input), text(&value, "/status") == "error");
                news.extend(written(&tool, &input).filter(|_| !failed));
                news.push(News::Used {
                    tool,
                    about,
                    failed,
                });
            }
            "error" => news.push(News::Said(text(&value, "/message").to_owned())),
            "result" => {
                let usage = Usage {
                    input: number(&value, "/stats/input_tokens"),
                    cached: number(&value, "/stats/cached"),
                    cache_written: 0,
                    output: number(&value, "/stats/output_tokens"),
                };
                news.push(spent(usage, 1, None));
                if text(&value, "/status") == "error" {
                    news.push(News::Failed(text(&value, "/error/message").to_owned()));
                }
            }
            _ => {}
        }
        news
    }

    fn rest(&mut self) -> Vec<News> {
        if self.words.is_empty() {
            return Vec::new();
        }
        vec![News::Said(std::mem::take(&mut self.words))]
    }
}
