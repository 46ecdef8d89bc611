//! Reads what ava did with one file.
//!
//! Tests run one after another: the first without an end is the one that a crash or a hang hit.

use super::lines::{Line, Run};
use super::report::{Told, death};
use crate::Exit;
use crate::js::thrown::{self, Around, Thrown};
use redgreen_core::outcome::{FailureKind, Outcome, Stage};

struct Test<'r> {
    line: &'r Line,
    outcome: Option<Outcome>,
    ms: Option<u64>,
}

/// What the tests of the file came to.
pub(super) fn told(run: &Run, exit: Exit, around: Around<'_>) -> Told {
    let mut reader = Reader {
        around,
        tests: Vec::new(),
        told: Told::default(),
    };
    for line in &run.lines {
        reader.take(line);
    }
    if run.end.is_none() {
        reader.unfinished(exit);
    }
    reader.finish()
}

struct Reader<'r> {
    around: Around<'r>,
    tests: Vec<Test<'r>>,
    told: Told,
}

impl<'r> Reader<'r> {
    fn take(&mut self, line: &'r Line) {
        match line.ev.as_str() {
            "test" => self.tests.push(Test {
                line,
                outcome: line
                    .skip
                    .then(|| Outcome::Skipped("skip".to_owned()))
                    .or_else(|| {
                        let todo = || Outcome::Skipped("todo".to_owned());
                        line.todo.then(todo)
                    }),
                ms: None,
            }),
            "passed" | "failed" => self.ended(line),
            "hook" => self.hook(line),
            "loose" => self.loose(line),
            "died" if !self.told.broken => self.died(line),
            "late" => self.late(),
            _ => {}
        }
    }

    fn ended(&mut self, line: &Line) {
        self.told.failures += usize::from(line.ev == "failed");
        let around = self.around;
        let mut tests = self.tests.iter_mut();
        let Some(test) = tests.find(|test| test.line.title == line.title) else {
            return;
        };
        test.ms = line.ms;
        let failing = test.line.failing;
        test.outcome = Some(match (line.ev == "passed", failing) {
            (true, true) => Outcome::Skipped("expected to fail".to_owned()),
            (true, false) => Outcome::Passed,
            (false, _) => failed(line, failing, around),
        });
    }

    /// A hook around one test names it behind its own title. One that fails before any test has
    /// ended was to set them up.
    fn hook(&mut self, line: &Line) {
        self.told.broken = true;
        let thrown = thrown_in(line);
        let of_test = |test: &Test<'_>| line.title.ends_with(&format!(" for {}", test.line.title));
        let named = self.tests.iter().filter(|test| of_test(test));
        let named = named.map(|test| test.line.title.len()).max();
        let whole = named.is_none();
        let around_one = |test: &Test<'_>| of_test(test) && Some(test.line.title.len()) == named;
        let ran =
            |test: &&Test<'_>| matches!(test.outcome, Some(Outcome::Passed | Outcome::Failed(_)));
        let any_ran = self.tests.iter().any(|test| ran(&test));
        for test in &mut self.tests {
            let meant = whole || around_one(test);
            let after = test.outcome.is_some() || whole && any_ran;
            let stage = if after { Stage::Teardown } else { Stage::Setup };
            if meant && matches!(test.outcome, None | Some(Outcome::Passed)) {
                let failure = thrown::failure(stage, &thrown, self.around);
                test.outcome = Some(Outcome::Failed(failure));
            }
        }
    }

    fn running(&mut self) -> Option<&mut Test<'r>> {
        self.tests.iter_mut().find(|test| test.outcome.is_none())
    }

    /// Something that nobody caught: in the running test, before all tests, or after them.
    fn loose(&mut self, line: &Line) {
        let stage = if self.tests.is_empty() {
            Stage::Load
        } else if self.running().is_some() {
            Stage::Call
        } else {
            Stage::Teardown
        };
        let failure = thrown::failure(stage, &thrown_in(line), self.around);
        self.told.broken = true;
        match self.running() {
            Some(test) => test.outcome = Some(Outcome::Failed(failure)),
            None => self.told.loose.push(failure),
        }
    }

    fn died(&mut self, line: &Line) {
        let thrown = thrown_in(line);
        let words = match line.title.as_str() {
            "" => "the process ended inside the test".to_owned(),
            signal => format!("the process was killed by {signal}"),
        };
        let failure = death(&words, &thrown, self.around);
        self.told.broken = true;
        match self.running() {
            Some(test) => test.outcome = Some(Outcome::Failed(failure)),
            None => self.told.loose.push(failure),
        }
    }

    fn late(&mut self) {
        self.told.broken = true;
        match self.running() {
            Some(test) => test.outcome = Some(Outcome::TimedOut),
            None => self.told.hung_at_load = self.tests.is_empty(),
        }
    }

    fn unfinished(&mut self, exit: Exit) {
        let around = self.around;
        self.told.broken = true;
        if let Some(test) = self.running() {
            test.outcome = Some(match exit {
                Exit::TimedOut => Outcome::TimedOut,
                Exit::Code(_) | Exit::Signal(_) => {
                    let words = "the process ended inside the test";
                    Outcome::Failed(death(words, &Thrown::default(), around))
                }
            });
        }
    }

    fn finish(mut self) -> Told {
        for test in self.tests {
            let titles = vec![test.line.title.clone()];
            match test.outcome {
                Some(outcome) => self.told.tests.push((titles, outcome, test.ms)),
                None if self.told.broken => {
                    self.told.tests.push((titles, Outcome::NotReached, None));
                }
                None => self.told.silent = Some(test.line.title.clone()),
            }
        }
        self.told
    }
}

fn thrown_in(line: &Line) -> Thrown {
    line.error.clone().unwrap_or_default()
}

fn failed(line: &Line, failing: bool, around: Around<'_>) -> Outcome {
    let thrown = thrown_in(line);
    let says = |start: &str| thrown.message.starts_with(start);
    if says("Promise returned by test never resolved")
        || says("`t.end()` was never called")
        || says("Observable returned by test never completed")
        || says("Test timeout exceeded")
    {
        return Outcome::TimedOut;
    }
    let mut failure = thrown::failure(Stage::Call, &thrown, around);
    if failing && says("Test was expected to fail") {
        failure.kind = FailureKind::UnexpectedPass;
    }
    Outcome::Failed(failure)
}
