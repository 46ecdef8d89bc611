//! Reads the lines that a launcher wrote into the facts of one session.

use serde::Deserialize;
use std::collections::BTreeMap;

/// An exception as the launcher saw it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Exc {
    /// Its class.
    pub(crate) class: String,
    /// Its class and those above it.
    pub(crate) kinds: Vec<String>,
    /// Its message.
    pub(crate) msg: String,
    /// File, line, function, and whether the file is the tree's; innermost first.
    pub(crate) frames: Vec<Frame>,
    /// The name that was missing, or the file that could not be loaded.
    pub(crate) name: Option<String>,
    /// Who was asked for the name.
    pub(crate) owner: Option<String>,
    /// Whether a file of the tree was to be loaded by its path.
    pub(crate) relative: bool,
    /// Number of a system error.
    pub(crate) errno: Option<i64>,
    /// What was raised before it.
    pub(crate) behind: Option<Box<Exc>>,
    /// `setup`, `call`, `teardown`, `load`.
    pub(crate) stage: String,
    /// Whether it is the launcher's own word that the test ran past its limit.
    pub(crate) late: bool,
}

/// One frame of a backtrace.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Frame(
    pub(crate) String,
    pub(crate) u32,
    pub(crate) String,
    pub(crate) bool,
);

impl Exc {
    /// Whether it is of the class called `kind`, or of one below.
    pub(crate) fn is(&self, kind: &str) -> bool {
        self.kinds.iter().any(|each| each == kind)
    }
}

/// A file that could not be loaded.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Unloaded {
    /// The file, from the root of the tree.
    pub(crate) path: String,
    /// Whether the whole unit needs it.
    pub(crate) whole: bool,
    /// Why.
    pub(crate) exc: Exc,
}

/// How a test ended, in the runner's words.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Done {
    /// `passed`, `failed`, `pending`.
    pub(crate) status: String,
    /// Why it is pending.
    #[serde(default)]
    pub(crate) reason: Option<String>,
    /// Milliseconds.
    #[serde(default)]
    pub(crate) ms: u64,
}

/// An error outside of tests.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Outside {
    /// Where, in the runner's words.
    pub(crate) context: String,
    /// The test that ended last.
    #[serde(default)]
    pub(crate) last: Option<String>,
    /// What.
    pub(crate) exc: Exc,
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
    Unsupported {
        why: String,
    },
    Fatal {
        exc: Box<Exc>,
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
pub(crate) struct End {
    /// The exit code that the process is about to have.
    pub(crate) exit: i32,
    /// How many lines were written, this one too.
    pub(crate) lines: u64,
}

/// The facts of one session.
#[derive(Debug, Default)]
pub(crate) struct Session {
    pub(crate) started: bool,
    /// Why Bundler does not serve.
    pub(crate) bundler: Option<String>,
    pub(crate) missing: Option<String>,
    /// Why the runner that is there cannot be followed.
    pub(crate) unsupported: Option<String>,
    /// What the language itself said when it gave up.
    pub(crate) fatal: Option<Exc>,
    /// The file whose loading began last.
    pub(crate) loading: Option<String>,
    pub(crate) unloaded: Vec<Unloaded>,
    /// Tests with their lines; nothing before they were known.
    pub(crate) tests: Option<Vec<(String, u32)>>,
    /// Tests that the project's own filters leave out.
    pub(crate) other: Vec<String>,
    pub(crate) begun: Vec<String>,
    /// Whether the body of our own test ran.
    pub(crate) called: bool,
    pub(crate) raised: BTreeMap<String, Vec<Exc>>,
    pub(crate) done: BTreeMap<String, Done>,
    /// How many tests ended, each time counted.
    pub(crate) finished: u64,
    pub(crate) outside: Vec<Outside>,
    /// Files of the project that came from outside the tree: name and path.
    pub(crate) copies: Vec<(String, String)>,
    /// Tests and failures, as the runner counted them.
    pub(crate) counts: Vec<u64>,
    pub(crate) end: Option<End>,
    pub(crate) lines: u64,
}

impl Session {
    /// Reads the lines that carry `nonce`. Others are someone else's, or half a line of a process
    /// that died; that lines are missing shows in [`End::lines`].
    pub(crate) fn read(bytes: &[u8], nonce: &str) -> Self {
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
            Event::Unsupported { why } => self.unsupported = Some(why),
            Event::Fatal { exc } => self.fatal = Some(*exc),
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
    pub(crate) fn running(&self) -> Option<&str> {
        let last = self.begun.last()?;
        (!self.done.contains_key(last)).then_some(last.as_str())
    }

    /// What kept every test from running: a hook before the suite.
    pub(crate) fn before_suite(&self) -> Option<&Exc> {
        let hook = |each: &&Outside| each.context.contains("before(:suite)");
        self.outside.iter().find(hook).map(|each| &each.exc)
    }
}
