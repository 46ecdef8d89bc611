//! Reads the JSON lines that the reporter wrote.

use crate::js::thrown::{Frame, Thrown};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A test or suite that ended.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Done {
    pub(super) file: String,
    /// Its title; empty for a file as a whole.
    pub(super) name: String,
    pub(super) nesting: usize,
    pub(super) line: u32,
    pub(super) suite: bool,
    pub(super) passed: bool,
    pub(super) skip: Option<String>,
    pub(super) todo: Option<String>,
    pub(super) ms: Option<u64>,
    /// `testCodeFailure`, `testTimeoutFailure`, `hookFailed`, `cancelledByParent`, ..
    pub(super) failure: Option<String>,
    pub(super) error: Option<Thrown>,
    pub(super) exit: Option<i64>,
    pub(super) signal: Option<String>,
    /// The titles around it and its own.
    #[serde(skip)]
    pub(super) titles: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "ev", rename_all = "lowercase")]
enum Event {
    Start {},
    Source {
        file: String,
        source: String,
    },
    Begin {
        file: String,
        name: String,
        nesting: usize,
        #[serde(default)]
        line: u32,
    },
    Done(Box<Done>),
    Left {
        file: String,
    },
    Stderr {
        file: String,
        #[serde(default)]
        text: String,
    },
    End {
        lines: u64,
    },
}

#[derive(Deserialize)]
struct Line {
    #[serde(rename = "n")]
    nonce: String,
    #[serde(flatten)]
    event: Event,
}

/// Everything that one file did.
#[derive(Clone, Debug, Default)]
pub(super) struct File {
    /// Tests and suites, inner ones first.
    pub(super) done: Vec<Done>,
    /// Titles of what began and has not ended, outermost first, with their lines.
    pub(super) open: Vec<(String, u32)>,
    /// Whether a test that was made had not ended when the run did.
    pub(super) left: bool,
    pub(super) source: Option<String>,
    pub(super) stderr: String,
}

/// Everything that one run wrote.
#[derive(Clone, Debug, Default)]
pub(super) struct Run {
    pub(super) started: bool,
    pub(super) files: BTreeMap<String, File>,
    pub(super) lines: u64,
    /// How many lines were written in the end.
    pub(super) end: Option<u64>,
}

impl Run {
    /// Reads the lines that carry `nonce`; others are someone else's, or half a line.
    pub(super) fn read(bytes: &[u8], nonce: &str) -> Self {
        let mut run = Self::default();
        for line in bytes.split(|byte| *byte == b'\n') {
            match serde_json::from_slice::<Line>(line) {
                Ok(line) if line.nonce == nonce => run.take(line.event),
                Ok(_) | Err(_) => {}
            }
        }
        run
    }

    fn take(&mut self, event: Event) {
        self.lines += 1;
        match event {
            Event::Start {} => self.started = true,
            Event::Source { file, source } => {
                self.files.entry(file).or_default().source = Some(source);
            }
            Event::Begin {
                file,
                name,
                nesting,
                line,
            } => {
                let file = self.files.entry(file).or_default();
                file.open.truncate(nesting);
                file.open.push((name, line));
            }
            Event::Done(done) => {
                let file = self.files.entry(done.file.clone()).or_default();
                let mut done = *done;
                file.open.truncate(done.nesting + 1);
                let mut titles: Vec<String> = file
                    .open
                    .iter()
                    .take(done.nesting)
                    .map(|(title, _)| title.clone())
                    .collect();
                titles.push(done.name.clone());
                file.open.truncate(done.nesting);
                done.titles = titles;
                file.done.push(done);
            }
            Event::Left { file } => self.files.entry(file).or_default().left = true,
            Event::Stderr { file, text } => {
                let known = &mut self.files.entry(file).or_default().stderr;
                if known.len() < 60_000 {
                    known.push_str(&text);
                }
            }
            Event::End { lines } => self.end = Some(lines),
        }
    }
}

/// The error that node printed before it gave up a file. `place` puts a path into the tree.
pub(super) fn printed(stderr: &str, place: &dyn Fn(&str) -> String) -> Option<Thrown> {
    let lines: Vec<&str> = stderr.lines().collect();
    let head = |line: &&str| {
        let class = line.split([':', ' ']).next().unwrap_or_default();
        let plain = class.chars().all(|c| c.is_alphanumeric() || c == '_');
        plain && class.ends_with("Error") && line.contains(':')
    };
    let at = lines.iter().position(head)?;
    let (class, message) = lines[at].split_once(':')?;
    let name = class.split(' ').next().unwrap_or(class).to_owned();
    let frames = lines
        .iter()
        .skip(at + 1)
        .filter_map(|line| frame(line.trim(), place));
    let code = lines[at..].iter().find_map(|line| {
        let code = line.trim().strip_prefix("code: '")?;
        code.split('\'').next().map(str::to_owned)
    });
    let first = lines
        .first()
        .and_then(|line| frame(&format!("at {line}"), place));
    Some(Thrown {
        name,
        message: message.trim().to_owned(),
        code,
        frames: first.into_iter().chain(frames).collect(),
        ..Thrown::default()
    })
}

/// `at Object.<anonymous> (/repo/a.js:2:19)`, `at file:///repo/a.mjs:1`.
fn frame(line: &str, place: &dyn Fn(&str) -> String) -> Option<Frame> {
    let inner = line.strip_prefix("at ")?;
    let inner = inner
        .rsplit('(')
        .next()
        .unwrap_or(inner)
        .trim_end_matches(')');
    let plain = inner
        .trim_start_matches("async ")
        .trim_start_matches("file://");
    let mut parts = plain.rsplit(':');
    let last: u32 = parts.next()?.parse().ok()?;
    let rest = &plain[..plain.rfind(':')?];
    let (path, line) = match rest.rsplit_once(':') {
        Some((path, number)) if number.parse::<u32>().is_ok() => (path, number.parse().ok()?),
        Some(_) | None => (rest, last),
    };
    path.starts_with('/').then(|| Frame(place(path), line, 0))
}
