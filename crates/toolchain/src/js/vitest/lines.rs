//! Reads the JSON lines that the reporter wrote.

use crate::js::thrown::Thrown;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A test of a module, in the order of the source.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Test {
    pub(super) titles: Vec<String>,
    pub(super) line: u32,
    /// `run`, `skip`, `todo`, `only`.
    pub(super) mode: String,
    /// `pass`, `fail`, `skip`, `run`; nothing where it did not begin.
    pub(super) state: Option<String>,
    /// Whether it is expected to fail.
    pub(super) fails: bool,
    /// Why it skipped itself.
    pub(super) note: Option<String>,
    pub(super) ms: Option<u64>,
    /// What became of its hooks: `beforeEach`, `afterEach`.
    pub(super) hooks: Option<BTreeMap<String, Option<String>>>,
    pub(super) errors: Vec<Thrown>,
}

impl Test {
    /// Whether it ran to its end.
    pub(super) fn ran(&self) -> bool {
        matches!(self.state.as_deref(), Some("pass" | "fail"))
    }
}

/// A suite that failed by itself: a hook of it threw.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Suite {
    pub(super) titles: Vec<String>,
    pub(super) errors: Vec<Thrown>,
}

/// A test file that was run.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Module {
    pub(super) file: String,
    /// Whether it came to its end.
    pub(super) ended: bool,
    pub(super) state: Option<String>,
    pub(super) tests: Vec<Test>,
    pub(super) suites: Vec<Suite>,
    pub(super) errors: Vec<Thrown>,
    /// Its text, where it is needed to tell names.
    pub(super) source: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "ev", rename_all = "lowercase")]
enum Event {
    Start {
        #[serde(default)]
        left: Vec<String>,
    },
    Open {
        file: String,
    },
    Collected {
        file: String,
        tests: Vec<(Vec<String>, u32, String)>,
        source: Option<String>,
    },
    Begin {
        file: String,
        titles: Vec<String>,
    },
    Done {
        file: String,
        test: Box<Test>,
    },
    Module(Box<Module>),
    Source {
        file: String,
        source: String,
    },
    End {
        unhandled: Vec<Thrown>,
        outside: Vec<String>,
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

/// How the run said that it ended.
#[derive(Clone, Debug, Default)]
pub(super) struct End {
    /// Errors that no test caught.
    pub(super) unhandled: Vec<Thrown>,
    /// Files of the project that were loaded from outside the tree.
    pub(super) outside: Vec<String>,
    /// How many lines were written, this one included.
    pub(super) lines: u64,
}

/// Everything that one run wrote.
#[derive(Clone, Debug, Default)]
pub(super) struct Run {
    pub(super) started: bool,
    pub(super) left: Vec<String>,
    /// Modules in the order of their names; those that never ended are put together from lines.
    pub(super) modules: Vec<Module>,
    pub(super) end: Option<End>,
    pub(super) lines: u64,
    open: BTreeMap<String, Module>,
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
        let unfinished = std::mem::take(&mut run.open).into_values();
        run.modules.extend(unfinished);
        run.modules.sort_by(|a, b| a.file.cmp(&b.file));
        run
    }

    fn take(&mut self, event: Event) {
        self.lines += 1;
        match event {
            Event::Start { left } => {
                self.started = true;
                self.left = left;
            }
            Event::Open { file } => drop(self.opened(file)),
            Event::Collected {
                file,
                tests,
                source,
            } => self.collected(file, tests, source),
            Event::Begin { file, titles } => {
                if let Some(test) = self.test(file, &titles) {
                    test.state = Some("run".to_owned());
                }
            }
            Event::Done { file, test } => {
                if let Some(known) = self.test(file, &test.titles) {
                    *known = *test;
                }
            }
            Event::Module(module) => {
                // What came before tells more of a module that was cut short.
                let known = self.open.remove(&module.file);
                let module = match known {
                    Some(known) if !module.ended && module.tests.is_empty() => Module {
                        tests: known.tests,
                        source: module.source.or(known.source),
                        ..*module
                    },
                    Some(_) | None => *module,
                };
                self.modules.push(module);
            }
            Event::Source { file, source } => {
                let module = self.modules.iter_mut().find(|module| module.file == file);
                if let Some(module) = module {
                    module.source = Some(source);
                }
            }
            Event::End {
                unhandled,
                outside,
                lines,
            } => {
                self.end = Some(End {
                    unhandled,
                    outside,
                    lines,
                });
            }
        }
    }

    fn opened(&mut self, file: String) -> &mut Module {
        let module = Module {
            file: file.clone(),
            ..Module::default()
        };
        self.open.entry(file).or_insert(module)
    }

    fn collected(
        &mut self,
        file: String,
        tests: Vec<(Vec<String>, u32, String)>,
        source: Option<String>,
    ) {
        let module = self.opened(file);
        module.source = source;
        if !module.tests.is_empty() {
            return;
        }
        let test = |(titles, line, mode)| Test {
            titles,
            line,
            mode,
            ..Test::default()
        };
        module.tests = tests.into_iter().map(test).collect();
    }

    /// The first test of these titles that has not ended.
    fn test(&mut self, file: String, titles: &[String]) -> Option<&mut Test> {
        let tests = &mut self.open.get_mut(&file)?.tests;
        tests
            .iter_mut()
            .find(|test| test.titles == titles && !test.ran())
    }
}
