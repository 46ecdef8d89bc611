//! Reads the lines of `codex exec --json`.

use super::said::object;
use super::{News, Reader, number, spent, text};
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
            "thread.started" => vec![News::Session(text(&value, "/thread_id").to_owned())],
            "item.completed" => item(&value["item"]),
            "turn.completed" => vec![usage(&value["usage"])],
            "turn.failed" => vec![News::Failed(text(&value, "/error/message").to_owned())],
            "error" => vec![News::Failed(text(&value, "/message").to_owned())],
            _ => Vec::new(),
        }
    }
}

fn item(item: &Value) -> Vec<News> {
    let failed = matches!(text(item, "/status"), "failed" | "declined");
    match text(item, "/type") {
        "agent_message" => vec![News::Said(text(item, "/text").to_owned())],
        "command_execution" => {
            let about = text(item, "/command").to_owned();
            if text(item, "/status") == "declined" {
                let why = "its own sandbox or rules".to_owned();
                return vec![News::Refused { wanted: about, why }];
            }
            let tool = "command".to_owned();
            vec![News::Used {
                tool,
                about,
                failed,
            }]
        }
        "file_change" => {
            let changes = item["changes"].as_array().cloned().unwrap_or_default();
            let paths = changes
                .iter()
                .map(|change| text(change, "/path").to_owned());
            if failed {
                let why = "its own sandbox or rules".to_owned();
                let refused = |wanted| News::Refused {
                    wanted,
                    why: why.clone(),
                };
                return paths.map(refused).collect();
            }
            paths.map(|path| News::Wrote { path }).collect()
        }
        "mcp_tool_call" => {
            let about = text(item, "/server").to_owned();
            let tool = text(item, "/tool").to_owned();
            vec![News::Used {
                tool,
                about,
                failed,
            }]
        }
        // An item of this sort is a warning: it went on.
        "error" => vec![News::Said(text(item, "/message").to_owned())],
        _ => Vec::new(),
    }
}

/// Tokens from the cache are among those read, and those of reasoning among those written.
fn usage(value: &Value) -> News {
    let usage = Usage {
        input: number(value, "/input_tokens"),
        cached: number(value, "/cached_input_tokens"),
        cache_written: number(value, "/cache_write_input_tokens"),
        output: number(value, "/output_tokens"),
    };
    spent(usage, 1, None)
}
