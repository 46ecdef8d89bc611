//! Reads the JSON lines that the programs beside a run wrote.

use crate::js::thrown::Thrown;
use serde::Deserialize;

/// One line.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Line {
    n: String,
    /// What happened.
    pub(super) ev: String,
    /// The number of a test of tape, and of the test around it.
    pub(super) k: u64,
    pub(super) up: Option<u64>,
    pub(super) titles: Vec<String>,
    pub(super) title: String,
    pub(super) ok: bool,
    pub(super) skip: bool,
    pub(super) todo: bool,
    /// Whether the test is expected to fail.
    pub(super) failing: bool,
    pub(super) ms: Option<u64>,
    pub(super) error: Option<Thrown>,
    text: Option<String>,
    lines: Option<usize>,
}

/// Everything that one process wrote.
#[derive(Clone, Debug, Default)]
pub(super) struct Run {
    pub(super) lines: Vec<Line>,
    pub(super) started: bool,
    /// The text of the file that ran.
    pub(super) source: Option<String>,
    /// `tape` where its tests are followed.
    pub(super) speaks: String,
    /// How many lines there were at the end.
    pub(super) end: Option<usize>,
    /// How many lines were found up to there.
    pub(super) until_end: usize,
}

impl Run {
    /// Reads the lines that carry `nonce`; others are someone else's, or half a line.
    pub(super) fn read(bytes: &[u8], nonce: &str) -> Self {
        let mut run = Self::default();
        for line in bytes.split(|byte| *byte == b'\n') {
            match serde_json::from_slice::<Line>(line) {
                Ok(line) if line.n == nonce => run.take(line),
                Ok(_) | Err(_) => {}
            }
        }
        run
    }

    fn take(&mut self, line: Line) {
        self.until_end += usize::from(self.end.is_none());
        match line.ev.as_str() {
            "start" => self.started = true,
            "source" => self.source = line.text,
            "speaks" => self.speaks = line.title,
            "end" => self.end = line.lines,
            _ => self.lines.push(line),
        }
    }

    /// Whether something of this kind happened.
    pub(super) fn has(&self, ev: &str) -> bool {
        self.lines.iter().any(|line| line.ev == ev)
    }
}
