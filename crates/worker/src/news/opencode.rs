//! Reads the lines of `opencode run --format json`. There is no last line: the end is the end.

use super::said::object;
use super::{News, Reader, about, number, spent, text, written};
use redgreen_core::work::Usage;
use serde_json::Value;

/// Whether the session was told already: every line names it.
#[derive(Debug, Default)]
pub(super) struct Lines {
    session: Option<String>,
}

impl Reader for Lines {
    fn line(&mut self, line: &str) -> Vec<News> {
        let Some((sort, value)) = object(line) else {
            return Vec::new();
        };
        let mut news = Vec::new();
        let session = text(&value, "/sessionID");
        if !session.is_empty() && self.session.as_deref() != Some(session) {
            self.session = Some(session.to_owned());
            news.push(News::Session(session.to_owned()));
        }
        let part = &value["part"];
        match sort.as_str() {
            "text" => news.push(News::Said(text(part, "/text").to_owned())),
            "tool_use" => news.extend(tool(part)),
            "step_finish" => news.push(step(part)),
            "error" => {
                let said = text(&value, "/error/data/message");
                let name = text(&value, "/error/name");
                let why = if said.is_empty() { name } else { said };
                news.push(News::Failed(why.to_owned()));
            }
            _ => {}
        }
        news
    }
}

fn tool(part: &Value) -> Vec<News> {
    let (tool, state) = (text(part, "/tool").to_owned(), &part["state"]);
    let (input, failed) = (&state["input"], text(state, "/status") == "error");
    let why = text(state, "/error");
    if failed && (why.contains("reject") || why.contains("rule which prevents")) {
        let wanted = format!("{tool} {}", about(input));
        let why = why.to_owned();
        return vec![News::Refused { wanted, why }];
    }
    let wrote = written(&tool, input).filter(|_| !failed);
    let about = about(input);
    wrote
        .into_iter()
        .chain([News::Used {
            tool,
            about,
            failed,
        }])
        .collect()
}

fn step(part: &Value) -> News {
    let tokens = &part["tokens"];
    let (cached, cache_written) = (
        number(tokens, "/cache/read"),
        number(tokens, "/cache/write"),
    );
    let usage = Usage {
        // Its own count leaves out what came from the cache.
        input: number(tokens, "/input") + cached + cache_written,
        cached,
        cache_written,
        output: number(tokens, "/output") + number(tokens, "/reasoning"),
    };
    spent(usage, 1, part["cost"].as_f64())
}
