//! Reads the JSON lines that the plug-in wrote.

use crate::Exit;
use redgreen_core::outcome::Location;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A frame of a traceback: file, line.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Frame(pub(super) String, pub(super) u32);

impl Frame {
    /// Where it stands.
    pub(super) fn location(&self) -> Location {
        Location::new(self.0.clone(), self.1)
    }
}

/// An exception object.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Exc {
    /// Name of its class.
    #[serde(rename = "type")]
    pub(super) class: String,
    /// Names of its class and of every base, nearest first.
    pub(super) mro: Vec<String>,
    /// What `str()` gives.
    pub(super) msg: String,
    /// Frames in files of the tree, innermost last.
    pub(super) frames: Vec<Frame>,
    /// The innermost frame of all.
    pub(super) last: Option<Frame>,
    /// Functions of the test library that the error came through.
    pub(super) funcs: Vec<String>,
    pub(super) name: Option<String>,
    pub(super) filename: Option<String>,
    /// `filename` from the tree's root, where it is inside.
    pub(super) inside: Option<String>,
    pub(super) errno: Option<i64>,
    pub(super) lineno: Option<u32>,
    /// Module or class that an attribute was looked up in.
    pub(super) owner: Option<String>,
    /// Raised by the plug-in's own alarm.
    pub(super) timeout: bool,
    pub(super) skip: bool,
    pub(super) xfail: bool,
    /// Causes, contexts and members of groups.
    pub(super) behind: Vec<Exc>,
}

impl Exc {
    /// Whether its class is `name` or derives from it.
    pub(super) fn is(&self, name: &str) -> bool {
        self.mro.iter().any(|class| class == name)
    }
}

/// A report that came without an exception object.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Text {
    pub(super) text: String,
    /// What looks like the class of an exception.
    #[serde(rename = "type")]
    pub(super) class: String,
}

/// One phase of one test.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Phase {
    pub(super) id: String,
    pub(super) when: String,
    /// What pytest reported in the end, after every hook of the project.
    pub(super) outcome: String,
    pub(super) wasxfail: Option<String>,
    pub(super) exc: Option<Exc>,
    pub(super) text: Option<Text>,
    pub(super) reason: Option<String>,
    #[serde(default)]
    pub(super) ms: u64,
}

/// A file, directory or class that could not be collected, or asked to be skipped.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Collect {
    pub(super) id: String,
    /// `session`, `dir`, `file` or `class`.
    pub(super) shape: String,
    pub(super) path: Option<String>,
    /// `failed`, `skipped`, or `fatal` where the error ended the run.
    pub(super) outcome: String,
    pub(super) exc: Option<Exc>,
    pub(super) text: Option<Text>,
    pub(super) reason: Option<String>,
}

/// A collected test: id, file, line.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Item(pub(super) String, pub(super) String, pub(super) u32);

/// What the session is about to run.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Collected {
    pub(super) canary: String,
    pub(super) tests: Vec<Item>,
    /// Found, but deselected or dropped by the project.
    pub(super) other: Vec<String>,
    /// Doctests.
    pub(super) left: Vec<String>,
    /// Plug-ins of the tree.
    #[serde(default)]
    pub(super) own: Own,
}

/// The plug-ins that come from the tree.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Own {
    /// Every conftest.py, from the tree's root.
    pub(super) conftests: Vec<String>,
    /// Other modules: name and file.
    pub(super) plugins: Vec<(String, String)>,
}

/// What a report says after every hook of the project had its turn.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Stands {
    pub(super) id: String,
    pub(super) when: String,
    pub(super) outcome: String,
    pub(super) wasxfail: Option<String>,
}

/// One line of the report.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "ev", rename_all = "lowercase")]
enum Event {
    Start {
        #[serde(default)]
        patched: Vec<String>,
    },
    Missing {
        what: String,
    },
    Nothing {},
    Conftest {
        path: Option<String>,
        exc: Box<Exc>,
    },
    Collecting {
        id: String,
    },
    Collect(Box<Collect>),
    Collected(Collected),
    Begin {
        id: String,
    },
    Phase(Box<Phase>),
    Done {
        id: String,
    },
    Loaded {
        outside: Vec<(String, String)>,
    },
    Separate {},
    Ended(Ended),
    Left {
        lines: u64,
    },
    Stands(Stands),
    Counted {
        failed: u64,
    },
    Internal {
        text: String,
    },
    End {
        exit: i32,
        lines: u64,
    },
}

/// How a child ended, as its parent saw it.
#[derive(Clone, Debug, Deserialize)]
struct Ended {
    of: u64,
    id: String,
    exit: Option<i32>,
    signal: Option<i32>,
    #[serde(default)]
    late: bool,
}

#[derive(Deserialize)]
struct Line {
    #[serde(rename = "n")]
    nonce: String,
    /// The child that wrote it.
    #[serde(rename = "c")]
    child: Option<u64>,
    #[serde(flatten)]
    event: Event,
}

/// How the session said that it ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub(super) exit: i32,
    /// How many lines it wrote, this one included.
    pub(super) lines: u64,
}

/// A fork that ran one test.
#[derive(Clone, Debug, Default)]
pub(super) struct Child {
    /// The test, once the fork has ended.
    pub(super) id: Option<String>,
    /// How it ended.
    pub(super) exit: Option<Exit>,
    /// Lines of it that could be read.
    pub(super) lines: u64,
    /// How many lines it wrote, the last one included. Nothing where it never came to its end.
    pub(super) left: Option<u64>,
}

/// Everything that one session wrote.
#[derive(Clone, Debug, Default)]
pub(super) struct Session {
    pub(super) started: bool,
    /// Files of the runner that differ from what its installer wrote down.
    pub(super) patched: Vec<String>,
    /// The module that pytest needs and that is not here.
    pub(super) missing: Option<String>,
    /// None of the asked files is in the tree.
    pub(super) nothing: bool,
    pub(super) conftest: Option<(Option<String>, Exc)>,
    /// The file whose collection began last.
    pub(super) collecting: Option<String>,
    pub(super) collects: Vec<Collect>,
    pub(super) collected: Option<Collected>,
    /// Tests that began, in order.
    pub(super) begun: Vec<String>,
    pub(super) phases: Vec<Phase>,
    pub(super) stands: Vec<Stands>,
    pub(super) done: Vec<String>,
    /// Modules of the project that came from outside the tree, with their files.
    pub(super) outside: Vec<(String, String)>,
    /// How many failures pytest itself counted in the end, after every hook of the project.
    pub(super) failed: u64,
    pub(super) internal: Option<String>,
    pub(super) end: Option<End>,
    /// It cannot fork: it runs the first asked test only.
    pub(super) separate: bool,
    /// Forks by their number.
    pub(super) children: BTreeMap<u64, Child>,
    /// Lines that carried the nonce and could be read, those of children left out.
    pub(super) lines: u64,
}

impl Session {
    /// Reads the lines that carry `nonce`. Others are someone else's, or half a line of a process
    /// that died; that lines are missing shows in [`End::lines`].
    pub(super) fn read(bytes: &[u8], nonce: &str) -> Self {
        let mut session = Self::default();
        for line in bytes.split(|byte| *byte == b'\n') {
            match serde_json::from_slice::<Line>(line) {
                Ok(line) if line.nonce == nonce => session.take(line),
                Ok(_) | Err(_) => {}
            }
        }
        session
    }

    fn take(&mut self, line: Line) {
        let Some(child) = line.child else {
            self.lines += 1;
            self.add(line.event);
            return;
        };
        let own = self.children.entry(child).or_default();
        own.lines += 1;
        match line.event {
            Event::Left { lines } => own.left = Some(lines),
            Event::Loaded { outside } => self.outside.extend(outside),
            event @ (Event::Begin { .. }
            | Event::Phase(_)
            | Event::Done { .. }
            | Event::Internal { .. }) => self.add(event),
            // A child has nothing to say of the session.
            Event::Start { .. }
            | Event::Missing { .. }
            | Event::Nothing {}
            | Event::Conftest { .. }
            | Event::Collecting { .. }
            | Event::Collect(_)
            | Event::Collected(_)
            | Event::Separate {}
            | Event::Stands(_)
            | Event::Ended(_)
            | Event::Counted { .. }
            | Event::End { .. } => {}
        }
    }

    fn add(&mut self, event: Event) {
        match event {
            Event::Start { patched } => {
                self.started = true;
                self.patched = patched;
            }
            Event::Missing { what } => self.missing = Some(what),
            Event::Nothing {} => self.nothing = true,
            Event::Conftest { path, exc } => self.conftest = Some((path, *exc)),
            Event::Collecting { id } => self.collecting = Some(id),
            Event::Collect(collect) => self.collects.push(*collect),
            Event::Collected(collected) => self.collected = Some(collected),
            Event::Begin { id } => self.begun.push(id),
            Event::Phase(phase) => self.phases.push(*phase),
            Event::Done { id } => self.done.push(id),
            Event::Loaded { outside } => self.loaded(outside),
            Event::Separate {} => self.separate = true,
            Event::Ended(ended) => self.ended(ended),
            Event::Left { .. } => {}
            Event::Stands(stands) => self.stands.push(stands),
            Event::Counted { failed } => self.failed = failed,
            Event::Internal { text } => self.internal = Some(text),
            Event::End { exit, lines } => self.end = Some(End { exit, lines }),
        }
    }

    /// What was loaded from outside in the end; children add theirs.
    fn loaded(&mut self, outside: Vec<(String, String)>) {
        if self.children.is_empty() {
            self.outside.clear();
        }
        self.outside.extend(outside);
    }

    fn ended(&mut self, ended: Ended) {
        let exit = match (ended.late, ended.exit, ended.signal) {
            (true, _, _) => Some(Exit::TimedOut),
            (false, Some(code), _) => Some(Exit::Code(code)),
            (false, None, Some(signal)) => Some(Exit::Signal(signal)),
            (false, None, None) => None,
        };
        let child = self.children.entry(ended.of).or_default();
        child.exit = exit;
        child.id = Some(ended.id);
    }

    /// How the fork that ran `test` ended before the test was over.
    pub(super) fn cut_short(&self, test: &str) -> Option<Exit> {
        let mut own = self
            .children
            .values()
            .filter(|child| child.id.as_deref() == Some(test));
        own.find(|child| child.left.is_none())?.exit
    }

    /// The test that began last and never finished.
    pub(super) fn running(&self) -> Option<&str> {
        let last = self.begun.last()?;
        let open = self.begun.iter().filter(|id| *id == last).count()
            > self.done.iter().filter(|id| *id == last).count();
        open.then_some(last.as_str())
    }
}
