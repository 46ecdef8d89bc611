//! Reads the lines that the launcher wrote into the facts of one session.

use serde::Deserialize;
use std::collections::BTreeMap;

/// An exception as the launcher saw it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Exc {
    /// Its class.
    pub(super) class: String,
    /// Its class and those above it.
    pub(super) kinds: Vec<String>,
    /// Its message.
    pub(super) msg: String,
    /// File, line, function, and whether the file is the tree's; innermost first.
    pub(super) frames: Vec<Frame>,
    /// The name that was missing, or the file that could not be loaded.
    pub(super) name: Option<String>,
    /// Who was asked for the name.
    pub(super) owner: Option<String>,
    /// Whether a file of the tree was to be loaded by its path.
    pub(super) relative: bool,
    /// Number of a system error.
    pub(super) errno: Option<i64>,
    /// What was raised before it.
    pub(super) behind: Option<Box<Exc>>,
    /// `setup`, `call`, `teardown`, `load`.
    pub(super) stage: String,
    /// Whether it is the launcher's own word that the test ran past its limit.
    pub(super) late: bool,
}

/// One frame of a backtrace.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Frame(
    pub(super) String,
    pub(super) u32,
    pub(super) String,
    pub(super) bool,
);

impl Exc {
    /// Whether it is of the class called `kind`, or of one below.
    pub(super) fn is(&self, kind: &str) -> bool {
        self.kinds.iter().any(|each| each == kind)
    }
}

/// A file that could not be loaded.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Unloaded {
    /// The file, from the root of the tree.
    pub(super) path: String,
    /// Whether the whole unit needs it.
    pub(super) whole: bool,
    /// Why.
    pub(super) exc: Exc,
}

/// How an example ended, in RSpec's words.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Done {
    /// `passed`, `failed`, `pending`.
    pub(super) status: String,
    /// Why it is pending.
    #[serde(default)]
    pub(super) reason: Option<String>,
    /// Milliseconds.
    #[serde(default)]
    pub(super) ms: u64,
}

/// An error outside of examples.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Outside {
    /// Where, in RSpec's words.
    pub(super) context: String,
    /// The example that ended last.
    #[serde(default)]
    pub(super) last: Option<String>,
    /// What.
    pub(super) exc: Exc,
}

#[derive(Deserialize)]
#[serde(tag = "ev", rename_all = "lowercase")]
enum Event {
    Start {
        #[serde(default)]
        bundler: Option<String>,
    },
    Missing {
        what: String,
    },
    Loading {
        path: String,
    },
    Unloaded(Box<Unloaded>),
    Collected {
        tests: Vec<(String, u32)>,
        other: Vec<String>,
    },
    Begin {
        id: String,
    },
    Called {},
    Raised {
        id: Option<String>,
        exc: Box<Exc>,
    },
    Done {
        id: String,
        #[serde(flatten)]
        done: Done,
    },
    Outside(Box<Outside>),
    Loaded {
        outside: Vec<(String, String)>,
    },
    Counted {
        #[serde(default)]
        counts: Vec<u64>,
    },
    End {
        exit: i32,
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

/// The last line of a session that came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End {
    /// The exit code that the process is about to have.
    pub(super) exit: i32,
    /// How many lines were written, this one too.
    pub(super) lines: u64,
}

/// The facts of one session.
#[derive(Debug, Default)]
pub(super) struct Session {
    pub(super) started: bool,
    /// Why Bundler does not serve.
    pub(super) bundler: Option<String>,
    pub(super) missing: Option<String>,
    /// The file whose loading began last.
    pub(super) loading: Option<String>,
    pub(super) unloaded: Vec<Unloaded>,
    /// Tests with their lines; nothing before they were known.
    pub(super) tests: Option<Vec<(String, u32)>>,
    /// Tests that the project's own filters leave out.
    pub(super) other: Vec<String>,
    pub(super) begun: Vec<String>,
    /// Whether the body of our own test ran.
    pub(super) called: bool,
    pub(super) raised: BTreeMap<String, Vec<Exc>>,
    pub(super) done: BTreeMap<String, Done>,
    /// How many examples ended, each time counted.
    pub(super) finished: u64,
    pub(super) outside: Vec<Outside>,
    /// Files of the project that came from outside the tree: name and path.
    pub(super) copies: Vec<(String, String)>,
    /// Examples, failures, pending, errors outside, as RSpec counted them.
    pub(super) counts: Vec<u64>,
    pub(super) end: Option<End>,
    pub(super) lines: u64,
}

impl Session {
    /// Reads the lines that carry `nonce`. Others are someone else's, or half a line of a process
    /// that died; that lines are missing shows in [`End::lines`].
    pub(super) fn read(bytes: &[u8], nonce: &str) -> Self {
        let mut session = Self::default();
        for line in bytes.split(|byte| *byte == b'\n') {
            match serde_json::from_slice::<Line>(line) {
                Ok(line) if line.nonce == nonce => {
                    session.lines += 1;
                    session.add(line.event);
                }
                Ok(_) | Err(_) => {}
            }
        }
        session
    }

    fn add(&mut self, event: Event) {
        match event {
            Event::Start { bundler } => {
                self.started = true;
                self.bundler = bundler;
            }
            Event::Missing { what } => self.missing = Some(what),
            Event::Loading { path } => self.loading = Some(path),
            Event::Unloaded(unloaded) => self.unloaded.push(*unloaded),
            Event::Collected { tests, other } => {
                self.tests = Some(tests);
                self.other = other;
            }
            Event::Begin { id } => self.begun.push(id),
            Event::Called {} => self.called = true,
            Event::Raised { id, exc } => {
                self.raised
                    .entry(id.unwrap_or_default())
                    .or_default()
                    .push(*exc);
            }
            Event::Done { id, done } => {
                self.finished += 1;
                self.done.insert(id, done);
            }
            Event::Outside(outside) => self.outside.push(*outside),
            Event::Loaded { outside } => self.copies = outside,
            Event::Counted { counts } => self.counts = counts,
            Event::End { exit, lines } => self.end = Some(End { exit, lines }),
        }
    }

    /// The test that began last and never ended.
    pub(super) fn running(&self) -> Option<&str> {
        let last = self.begun.last()?;
        (!self.done.contains_key(last)).then_some(last.as_str())
    }

    /// What kept every test from running: a hook before the suite.
    pub(super) fn before_suite(&self) -> Option<&Exc> {
        let hook = |each: &&Outside| each.context.contains("before(:suite)");
        self.outside.iter().find(hook).map(|each| &each.exc)
    }
}
