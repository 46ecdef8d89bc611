//! Reads text that is meant for people: its last lines are the agent's words.

use super::{News, Reader};
use std::collections::VecDeque;

/// How many lines are kept.
const KEPT: usize = 10;

/// The last lines so far.
#[derive(Debug, Default)]
pub(super) struct Lines {
    last: VecDeque<String>,
}

impl Reader for Lines {
    fn line(&mut self, line: &str) -> Vec<News> {
        if !line.trim().is_empty() {
            if self.last.len() == KEPT {
                self.last.pop_front();
            }
            self.last
                .push_back(line.trim_end().chars().take(400).collect());
        }
        Vec::new()
    }

    fn rest(&mut self) -> Vec<News> {
        let lines: Vec<String> = self.last.drain(..).collect();
        if lines.is_empty() {
            return Vec::new();
        }
        vec![News::Said(lines.join("\n"))]
    }
}
