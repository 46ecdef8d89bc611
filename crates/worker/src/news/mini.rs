//! Reads the trajectory that mini-swe-agent leaves: one document, written again after each step.

use super::{News, about, number, spent, text};
use redgreen_core::work::{Spent, Usage};
use serde_json::Value;

/// Everything that the trajectory tells, in its order.
pub(super) fn document(value: &Value) -> Vec<News> {
    let mut news = Vec::new();
    for message in value["messages"].as_array().into_iter().flatten() {
        if text(message, "/role") != "assistant" {
            continue;
        }
        let said = text(message, "/content");
        if !said.is_empty() {
            news.push(News::Said(said.to_owned()));
        }
        for action in message["extra"]["actions"].as_array().into_iter().flatten() {
            let (tool, about, failed) = ("bash".to_owned(), about(action), false);
            news.push(News::Used {
                tool,
                about,
                failed,
            });
        }
        let usage = &message["extra"]["response"]["usage"];
        let cached = number(usage, "/prompt_tokens_details/cached_tokens");
        let total = Usage {
            input: number(usage, "/prompt_tokens"),
            cached,
            cache_written: 0,
            output: number(usage, "/completion_tokens"),
        };
        news.push(spent(
            total,
            1,
            message.pointer("/extra/cost").and_then(Value::as_f64),
        ));
    }
    let ended = text(value, "/info/exit_status");
    if !matches!(ended, "Submitted" | "") {
        news.push(News::Failed(format!("it ended with {ended}")));
    }
    let submission = text(value, "/info/submission");
    if !submission.trim().is_empty() {
        news.push(News::Said(submission.trim().to_owned()));
    }
    let counted: Vec<u32> = news.iter().filter_map(turns).collect();
    let calls = number(value, "/info/model_stats/api_calls");
    let missing = calls.saturating_sub(counted.iter().map(|turns| u64::from(*turns)).sum());
    if missing > 0 {
        // Answers that could not be read were paid for all the same.
        let turns = u32::try_from(missing).unwrap_or(u32::MAX);
        news.push(spent(Usage::default(), turns, None));
    }
    news
}

fn turns(news: &News) -> Option<u32> {
    match news {
        News::Spent(Spent { turns, .. }) => Some(*turns),
        News::Session(_)
        | News::Said(_)
        | News::Used { .. }
        | News::Wrote { .. }
        | News::Refused { .. }
        | News::Failed(_) => None,
    }
}
