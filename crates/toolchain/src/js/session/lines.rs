//! Reads the lines that the programs beside a runner wrote.

use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// What one command wrote, lines without the run's nonce left out.
#[derive(Debug, Default)]
pub(crate) struct Session {
    /// How many lines carry the nonce.
    pub(super) lines: u64,
    /// Whether the runner was started.
    pub(super) started: bool,
    /// A package that is not installed.
    pub(super) missing: Option<String>,
    /// Whether none of the asked files is in the tree.
    pub(super) nothing: bool,
    /// Each time that a file was taken up, in order.
    pub(super) turns: Vec<Turn>,
    /// What the runner itself counted, file by file.
    pub(super) results: Vec<Counted>,
    /// What failed outside of every test.
    pub(super) loose: Vec<(Option<String>, Thrown)>,
    /// What the test that redgreen added did, each time that it ran.
    pub(super) canaries: Vec<Ran>,
    /// Files that were loaded from outside the tree.
    pub(super) outside: Vec<String>,
    /// The last line of a run that came to its end.
    pub(super) end: Option<End>,
}

/// One test file in one process.
#[derive(Debug, Default)]
pub(super) struct Turn {
    /// Its path from the repository's root.
    pub(super) path: String,
    /// Its text, as it was when it ran.
    pub(super) text: Option<String>,
    /// Its tests by number.
    pub(super) tests: BTreeMap<u64, Test>,
    /// What kept it from being loaded.
    pub(super) load: Vec<Thrown>,
    /// Whether its tests are known.
    pub(super) listed: bool,
    /// Whether it came to its end.
    pub(super) left: bool,
}

/// A test of a file.
#[derive(Debug, Default)]
pub(super) struct Test {
    /// Its titles as they were shown, outermost first.
    pub(super) titles: Vec<String>,
    /// Whether it was asked for.
    pub(super) asked: bool,
    /// Whether its function, or a hook for it, was begun.
    pub(super) began: bool,
    /// What failed.
    pub(super) fails: Vec<Fail>,
    /// How it ended.
    pub(super) done: Option<Done>,
}

/// A failure of a test.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Fail {
    /// `setup`, `call` or `teardown`.
    pub(super) stage: String,
    /// Whether it ran past its time limit.
    pub(super) late: bool,
    /// What was thrown.
    pub(super) error: Thrown,
}

/// The end of a test.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Done {
    /// `passed`, `failed`, `skipped`, or `left` where the project's own selection leaves it out.
    pub(super) state: String,
    /// Why it was skipped.
    pub(super) why: Option<String>,
    /// Milliseconds.
    pub(super) ms: Option<u64>,
    /// Whether it is expected to fail.
    pub(super) failing: bool,
    /// How often it ran.
    pub(super) tries: Option<u64>,
}

/// What the test that redgreen added did.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Ran {
    /// `passed` or `failed`.
    pub(super) state: String,
    /// Whether a hook for the whole file failed every test of it.
    pub(super) excused: bool,
}

/// What the runner counted in one file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Counted {
    /// The file.
    pub(super) path: String,
    /// Tests that passed.
    pub(super) passed: u64,
    /// Tests that failed.
    pub(super) failed: u64,
    /// What failed outside of its tests.
    pub(super) error: Option<Thrown>,
    /// The same, where the runner has words only.
    pub(super) text: Option<String>,
}

/// The end of a run.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct End {
    /// Whether the runner says that all is well.
    pub(super) success: bool,
    /// Whether it says otherwise because of its snapshots alone.
    pub(super) stale: bool,
    /// Lines that the report holds, this one with them.
    pub(super) lines: u64,
}

/// Facts of something that was thrown.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Thrown {
    /// Its `name`: the class, by custom.
    pub(crate) name: String,
    /// Its message.
    pub(crate) message: String,
    /// Its `code`, as node and many packages set it.
    pub(crate) code: Option<String>,
    /// The system call that failed.
    pub(crate) syscall: Option<String>,
    /// Whether a matcher of jest threw it.
    pub(crate) matcher: bool,
    /// Whether it has both `actual` and `expected`.
    pub(crate) compares: bool,
    /// Whether it is no object.
    pub(crate) plain: bool,
    /// Whether `JSON.parse` threw it.
    pub(crate) json: bool,
    /// Path, line and column of its frames, innermost first.
    pub(crate) frames: Vec<(String, u32, u32)>,
    /// The innermost frame in a file of the tree.
    pub(crate) at: Option<(String, u32, u32)>,
    /// The text of that frame's line.
    pub(crate) text: Option<String>,
    /// The stub that was hit, wherever the text names it.
    pub(crate) stub: Option<String>,
    /// What caused it.
    pub(crate) causes: Vec<Thrown>,
}

impl Session {
    /// Reads the lines of `report` that carry `nonce`.
    pub(crate) fn read(report: &[u8], nonce: &str) -> Self {
        let mut session = Self::default();
        let mut reader = Reader::default();
        for line in report.split(|byte| *byte == b'\n') {
            let Ok(line) = serde_json::from_slice::<Line>(line) else {
                continue;
            };
            if line.n == nonce {
                session.lines += 1;
                reader.take(&mut session, line);
            }
        }
        session
    }

    /// The first file that was taken up.
    pub(crate) fn first_file(&self) -> Option<&str> {
        self.turns.first().map(|turn| turn.path.as_str())
    }

    /// Whether the run came to its end.
    pub(crate) fn ended(&self) -> bool {
        self.end.is_some()
    }
}

#[derive(Deserialize)]
struct Line {
    n: String,
    ev: String,
    /// Which turn of which process it is about.
    r: Option<String>,
    path: Option<String>,
    k: Option<u64>,
    #[serde(flatten)]
    rest: serde_json::Map<String, Value>,
}

impl Line {
    fn part<T: for<'de> Deserialize<'de> + Default>(&self, key: &str) -> T {
        let part = self.rest.get(key).cloned();
        part.and_then(|part| serde_json::from_value(part).ok())
            .unwrap_or_default()
    }

    fn whole<T: for<'de> Deserialize<'de> + Default>(self) -> T {
        let mut rest = self.rest;
        rest.extend(self.path.map(|path| ("path".to_owned(), path.into())));
        serde_json::from_value(Value::Object(rest)).unwrap_or_default()
    }
}

/// A test as its file listed it: number, titles, whether it was asked, and the file where one turn
/// holds several.
type Listed = (u64, Vec<String>, u8, Option<String>);

/// Finds the turn that a line is about.
#[derive(Default)]
struct Reader {
    /// Turns by the word of their process.
    by_word: BTreeMap<String, usize>,
    /// Turns by their tests' numbers, where one process numbers the tests of all files.
    by_number: BTreeMap<u64, usize>,
}

impl Reader {
    fn take(&mut self, session: &mut Session, line: Line) {
        match line.ev.as_str() {
            "start" => session.started = true,
            "missing" => session.missing = Some(line.part("what")),
            "nothing" => session.nothing = true,
            "file" => self.file(session, &line),
            "tests" => self.tests(session, &line),
            "result" => session.results.push(line.whole()),
            "canary" => session.canaries.push(line.whole()),
            "end" => session.end = Some(line.whole()),
            "loose" => {
                let errors: Vec<Thrown> = line.part("errors");
                let errors = errors.into_iter().map(|e| (line.path.clone(), e));
                session.loose.extend(errors);
            }
            _ => self.of_turn(session, line),
        }
    }

    fn file(&mut self, session: &mut Session, line: &Line) {
        if let Some(word) = &line.r {
            self.by_word.insert(word.clone(), session.turns.len());
        }
        session.turns.push(Turn {
            path: line.path.clone().unwrap_or_default(),
            text: line.part("text"),
            ..Turn::default()
        });
    }

    fn tests(&mut self, session: &mut Session, line: &Line) {
        let listed: Vec<Listed> = line.part("tests");
        let own = line.r.as_ref().and_then(|word| self.by_word.get(word));
        let own = own.copied();
        for (k, titles, asked, file) in listed {
            let at = own.unwrap_or_else(|| turn_of(session, file.unwrap_or_default()));
            if own.is_none() {
                self.by_number.insert(k, at);
            }
            let test = Test {
                titles,
                asked: asked != 0,
                ..Test::default()
            };
            session.turns[at].tests.insert(k, test);
        }
        match own {
            Some(at) => session.turns[at].listed = true,
            None => session.turns.iter_mut().for_each(|turn| turn.listed = true),
        }
    }

    fn of_turn(&mut self, session: &mut Session, line: Line) {
        if line.ev == "left" {
            session.outside.extend(line.part::<Vec<String>>("outside"));
        }
        let by_word = line.r.as_ref().map(|word| self.by_word.get(word));
        let at = match (by_word, line.k, &line.path) {
            (Some(at), _, _) => at.copied(),
            (None, Some(k), _) => self.by_number.get(&k).copied(),
            (None, None, Some(path)) => session.turns.iter().rposition(|t| t.path == *path),
            (None, None, None) => {
                if line.ev == "left" {
                    session.turns.iter_mut().for_each(|turn| turn.left = true);
                }
                None
            }
        };
        let Some(turn) = at.and_then(|at| session.turns.get_mut(at)) else {
            return;
        };
        match line.ev.as_str() {
            "left" => turn.left = true,
            "load" => turn.load.extend(line.part::<Vec<Thrown>>("errors")),
            _ => of_test(turn, line),
        }
    }
}

/// The turn of the file at `path`; one of its own where nothing said that it was taken up.
fn turn_of(session: &mut Session, path: String) -> usize {
    let known = session.turns.iter().rposition(|turn| turn.path == path);
    known.unwrap_or_else(|| {
        session.turns.push(Turn {
            path,
            ..Turn::default()
        });
        session.turns.len() - 1
    })
}

fn of_test(turn: &mut Turn, line: Line) {
    let Some(test) = line.k.and_then(|k| turn.tests.get_mut(&k)) else {
        return;
    };
    match line.ev.as_str() {
        "begin" => test.began = true,
        "fail" => test.fails.push(line.whole()),
        "done" => test.done = Some(line.whole()),
        _ => {}
    }
}
