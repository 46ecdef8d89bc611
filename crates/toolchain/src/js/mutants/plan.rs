//! Plans a session: a traced run, then the mutants in order. It is told again from the start each
//! time, by what the commands left behind.

use super::attempt::{self, Did};
use super::command::{self, Limits, Mode, Run};
use super::course::{Course, Takes};
use super::covering::{Trace, failed, is_one_of, passed};
use super::{Trying, files, warm};
use crate::js::language::Switched;
use crate::js::node_test::is_of_one_file;
use crate::js::runs::Runs;
use crate::mutate::Tried;
use crate::mutate::{LINE_HAS_SURVIVOR, TIME_IS_UP, only_failing};
use crate::words::cut_off;
use crate::{Invocation, MutantAsk, MutantReport, RawOutput};
use redgreen_core::evidence::{Report, Selection, Trouble};
use redgreen_core::mutant::{Fate, Mutant};
use redgreen_core::surface::Lines;
use std::collections::{BTreeMap, BTreeSet};

/// The name of the traced run.
const BASE: &str = "base";

/// How many processes may try many mutants; each but the last was ended by one of its own.
const MOST_ROUNDS: usize = 20;

/// The next commands; none where the time is up.
pub(super) fn next(
    trying: &Trying,
    ask: &MutantAsk<'_>,
    so_far: &[RawOutput],
    spent_ms: u64,
) -> Vec<Invocation> {
    if ask.mutants.is_empty() || spent_ms >= ask.budget_ms {
        return Vec::new();
    }
    match Told::of(trying, ask, so_far) {
        Told::Base(outputs) => {
            let run = base(ask);
            command::next(trying, ask, &run, &outputs)
                .into_iter()
                .collect()
        }
        Told::Tries(mut tries) => {
            let pending = tries.pending();
            if !pending.is_empty() {
                let left = ask.budget_ms - spent_ms;
                let made =
                    tries.with_warm(&pending, left, |run| command::next(trying, ask, run, &[]));
                return made.into_iter().collect();
            }
            let due = tries.due();
            let commands = due.iter().filter_map(|number| tries.command(*number));
            commands.collect()
        }
    }
}

/// The file that the next commands need as it is with one mutant written into it, where no switch
/// holds that mutant.
pub(super) fn revised(
    trying: &Trying,
    ask: &MutantAsk<'_>,
    so_far: &[RawOutput],
) -> BTreeMap<String, String> {
    let Told::Tries(mut tries) = Told::of(trying, ask, so_far) else {
        return BTreeMap::new();
    };
    if !tries.pending().is_empty() {
        return BTreeMap::new();
    }
    let due = tries.due();
    let own = due.into_iter().filter(|number| tries.courses[*number].own);
    own.filter_map(|number| {
        let mutant = &ask.mutants[number];
        let text = mutant.applied(ask.texts.get(&mutant.path)?)?;
        Some((mutant.path.clone(), text))
    })
    .collect()
}

/// What the commands say.
pub(super) fn read(trying: &Trying, ask: &MutantAsk<'_>, outputs: &[RawOutput]) -> MutantReport {
    match Told::of(trying, ask, outputs) {
        Told::Base(_) if ask.mutants.is_empty() => MutantReport::default(),
        Told::Base(seen) => MutantReport {
            trouble: Some(cut_off(seen.len(), seen.len() + 1)),
            ..MutantReport::default()
        },
        Told::Tries(tries) => tries.report(),
    }
}

fn base<'a>(ask: &'a MutantAsk<'_>) -> Run<'a> {
    Run {
        name: BASE.to_owned(),
        tests: ask.ask.tests,
        mode: Mode::Trace,
    }
}

/// How far the commands have come.
enum Told<'a> {
    /// The traced run has not come to its end.
    Base(Vec<RawOutput>),
    /// The mutants' turn.
    Tries(Box<Tries<'a>>),
}

impl<'a> Told<'a> {
    fn of(trying: &'a Trying, ask: &'a MutantAsk<'a>, outputs: &[RawOutput]) -> Self {
        let run = base(ask);
        let mut plain: Vec<RawOutput> = Vec::new();
        let mut rest = outputs.iter();
        loop {
            let owed = command::asked(ask, &run, |asked| trying.runner.next(asked, &plain));
            match (owed, rest.next()) {
                (None, _) => break,
                (Some(_), None) => return Self::Base(plain),
                (Some(_), Some(output)) => plain.push(command::plain(&run, output)),
            }
        }
        let mut tries = Tries::new(trying, ask, &plain);
        let mut rest = outputs.iter().skip(plain.len());
        'all: loop {
            let pending = tries.pending();
            if !pending.is_empty() {
                let Some(output) = rest.next() else {
                    break;
                };
                tries.take_warm(&pending, output);
                continue;
            }
            let due = tries.due();
            for number in &due {
                let Some(output) = rest.next() else {
                    break 'all;
                };
                tries.take(*number, output);
            }
            if due.is_empty() {
                break;
            }
        }
        Self::Tries(Box::new(tries))
    }
}

/// The mutants of a session, each as far as it has come.
struct Tries<'a> {
    trying: &'a Trying,
    ask: &'a MutantAsk<'a>,
    courses: Vec<Course>,
    /// Single lines that have a survivor.
    survivors: BTreeSet<(&'a str, Lines)>,
    /// What each test took without a mutant, in milliseconds.
    times: BTreeMap<String, u64>,
    steps: u64,
    /// How many processes have tried many mutants.
    rounds: usize,
    trouble: Option<Trouble>,
    left_out: Vec<String>,
}

impl<'a> Tries<'a> {
    fn new(trying: &'a Trying, ask: &'a MutantAsk<'a>, outputs: &[RawOutput]) -> Self {
        let run = base(ask);
        let (report, nonce) = command::asked(ask, &run, |plain| {
            (trying.runner.read(plain, outputs), plain.nonce.to_owned())
        });
        let bytes: Vec<u8> = outputs
            .iter()
            .flat_map(|o| command::trace(o).to_vec())
            .collect();
        let trace = Trace::read(&bytes, &nonce);
        let courses = courses(trying, ask, &report, &trace);
        let times = report.tests.iter();
        let times = times.map(|(name, seen)| (name.clone(), seen.ms.unwrap_or_default()));
        Self {
            trying,
            ask,
            courses,
            survivors: BTreeSet::new(),
            times: times.collect(),
            steps: trace.steps,
            rounds: 0,
            left_out: left_out(&report),
            trouble: report.trouble,
        }
    }

    /// The mutants that the next process tries one after another.
    fn pending(&self) -> Vec<usize> {
        if self.trouble.is_some() || self.rounds >= MOST_ROUNDS {
            return Vec::new();
        }
        let is_due = |number: &usize| {
            let course = &self.courses[*number];
            course.warm && course.next.is_some()
        };
        (0..self.courses.len()).filter(is_due).collect()
    }

    fn with_warm<R>(&self, pending: &[usize], left: u64, then: impl FnOnce(&Run<'_>) -> R) -> R {
        let of = |number: &usize| {
            let course = &self.courses[*number];
            course.new.iter().chain(&course.others).cloned()
        };
        let tests: BTreeSet<String> = pending.iter().flat_map(of).collect();
        let longest = self.times.values().max().copied().unwrap_or_default();
        let list = warm::list(pending, self.ask.mutants, &self.courses);
        let limits = Limits::of(self.trying.runs, longest, self.steps);
        let tests = Selection::Tests(tests.into_iter().collect());
        then(&Run {
            name: format!("w{}", self.rounds),
            tests: &tests,
            mode: Mode::Warm(&list, limits, left),
        })
    }

    fn take_warm(&mut self, pending: &[usize], output: &RawOutput) {
        let runs = self.trying.runs;
        let said = self.with_warm(pending, 0, |run| {
            let output = command::plain(run, output);
            command::asked(self.ask, run, |plain| {
                warm::read(command::trace(&output), plain.nonce, runs)
            })
        });
        self.rounds += 1;
        for number in pending {
            match said.get(number) {
                Some(said) => warm::take(&mut self.courses[*number], said, runs),
                // A process that took up nothing at all will not do so the next time.
                None => self.courses[*number].warm = !said.is_empty(),
            }
            if self.courses[*number].by_any == Some(Fate::Survived) {
                self.survivors.extend(line_of(&self.ask.mutants[*number]));
            }
        }
    }

    /// The mutants that are run next, at most as many as there are jobs: no two of one line. One
    /// that has the tree to itself runs when no other is left.
    fn due(&mut self) -> Vec<usize> {
        if self.trouble.is_some() {
            return Vec::new();
        }
        let together = self.due_of(self.ask.jobs.max(1), false);
        if together.is_empty() {
            return self.due_of(1, true);
        }
        together
    }

    fn due_of(&mut self, most: usize, own: bool) -> Vec<usize> {
        let mut due: Vec<usize> = Vec::new();
        let mut lines: BTreeSet<(&str, Lines)> = BTreeSet::new();
        for number in 0..self.courses.len() {
            if due.len() == most {
                break;
            }
            if self.courses[number].next.is_none() || self.courses[number].own != own {
                continue;
            }
            let line = line_of(&self.ask.mutants[number]);
            if let Some(line) = line {
                if self.survivors.contains(&line) && self.courses[number].runs == 0 {
                    let why = LINE_HAS_SURVIVOR.to_owned();
                    self.courses[number].end(Fate::Skipped(why));
                    continue;
                }
                if !lines.insert(line) {
                    continue;
                }
            }
            due.push(number);
        }
        due
    }

    /// Runs the mutant's next tests, and hands on what the run is.
    fn with_run<R>(&self, number: usize, then: impl FnOnce(&Run<'_>, &Takes) -> R) -> Option<R> {
        let course = self.courses.get(number)?;
        let takes = course.next.as_ref()?;
        let tests = course.tests(takes);
        let ms = tests.iter().filter_map(|test| self.times.get(test)).sum();
        let told = matches!(takes, Takes::Alone(..));
        let limits = Limits {
            told,
            ..Limits::of(self.trying.runs, ms, self.steps)
        };
        let tests = Selection::Tests(tests);
        let run = Run {
            name: format!("m{number}-{}", course.runs),
            tests: &tests,
            mode: Mode::Mutant(number, limits),
        };
        Some(then(&run, takes))
    }

    fn command(&self, number: usize) -> Option<Invocation> {
        let made = self.with_run(number, |run, _| {
            command::next(self.trying, self.ask, run, &[])
        });
        made.flatten()
    }

    fn take(&mut self, number: usize, output: &RawOutput) {
        let did = self.with_run(number, |run, takes| {
            let output = command::plain(run, output);
            let read = |nonce: &str, report| (report, Trace::read(command::trace(&output), nonce));
            let (mut report, trace): (Report, Trace) = command::asked(self.ask, run, |plain| {
                let report = self
                    .trying
                    .runner
                    .read(plain, std::slice::from_ref(&output));
                read(plain.nonce, report)
            });
            // The test that must fail has failed in the traced run, and is not asked again.
            let lean = command::is_lean(self.trying.runs, run);
            report.trouble = report
                .trouble
                .filter(|trouble| *trouble != cut_off(1, 2) && !(lean && is_of_one_file(trouble)));
            let alone = matches!(takes, Takes::Alone(..));
            let Selection::Tests(tests) = run.tests else {
                return Did::Passed;
            };
            attempt::judge(tests, (&report, &trace), &output, alone)
        });
        let course = &mut self.courses[number];
        if let Some(did) = did {
            course.take(did);
        }
        if course.by_any == Some(Fate::Survived) {
            self.survivors.extend(line_of(&self.ask.mutants[number]));
        }
    }

    fn report(self) -> MutantReport {
        let mut tried = BTreeMap::new();
        let executed = self.courses.iter().filter(|course| course.runs > 0).count();
        for (mutant, course) in self.ask.mutants.iter().zip(self.courses) {
            let late = || Fate::Skipped(TIME_IS_UP.to_owned());
            let mut over = course.new;
            over.extend(course.others);
            let by_any = course.by_any.unwrap_or_else(late);
            let by_new = course.by_new.unwrap_or_else(late);
            tried.insert(
                mutant.id.clone(),
                Tried {
                    by_new,
                    by_any,
                    over,
                },
            );
        }
        MutantReport {
            tried,
            trouble: self.trouble,
            executed,
            left_out: self.left_out,
        }
    }
}

/// The only line of a mutant that breaks production code.
pub(super) fn line_of(mutant: &Mutant) -> Option<(&str, Lines)> {
    let one = mutant.lines.first == mutant.lines.last && mutant.operator.breaks_code();
    one.then_some((mutant.path.as_str(), mutant.lines))
}

/// Tests that did not pass without a mutant tell nothing of any.
fn left_out(report: &Report) -> Vec<String> {
    let known: BTreeSet<String> = passed(report).into_iter().collect();
    let others = report.tests.keys().filter(|name| !known.contains(*name));
    others
        .map(|name| format!("{name} does not pass without a mutant"))
        .collect()
}

/// Where each mutant starts.
fn courses(trying: &Trying, ask: &MutantAsk<'_>, report: &Report, trace: &Trace) -> Vec<Course> {
    let switched = files(ask, trying.runs);
    let (passed, failed) = (passed(report), failed(report));
    let course = |(number, mutant): (usize, &Mutant)| {
        let is_there = switched
            .get(&mutant.path)
            .is_some_and(|file| file.numbers.contains(&number));
        if let Some(trouble) = &report.trouble {
            return Course::ended(Fate::HarnessError(attempt::said(trouble)));
        }
        if !trace.ready {
            let why = "the traced run wrote nothing down".to_owned();
            return Course::ended(Fate::HarnessError(why));
        }
        let at_load = mutant.function.is_empty();
        let shared = trying.runs == Runs::Mocha;
        let over = |names: &[String]| {
            if is_there {
                return trace.tests(number, names, (shared, at_load));
            }
            let load = loading(ask, mutant, &switched);
            load.map_or(names.to_vec(), |load| {
                trace.tests(load, names, (shared, true))
            })
        };
        let broken = over(&failed);
        let mut over = over(&passed);
        if over.is_empty() && !broken.is_empty() {
            return Course::ended(Fate::HarnessError(only_failing(&broken)));
        }
        // What killed it before comes first.
        let killer = ask.killers.get(&mutant.id);
        over.sort_by_key(|test| killer != Some(test));
        let (new, others) = over
            .into_iter()
            .partition(|test| is_one_of(test, ask.new_tests));
        let mut course = Course::new(new, others);
        let can_be = matches!(trying.runs, Runs::Mocha | Runs::Vitest);
        course.own = !is_there;
        course.warm = can_be && is_there && !at_load && !trace.is_static(number);
        course
    };
    ask.mutants.iter().enumerate().map(course).collect()
}

/// The number by which a trace tells who loads the mutant's file; nothing for a file that was not
/// rewritten: nobody knows who reads that.
fn loading(
    ask: &MutantAsk<'_>,
    mutant: &Mutant,
    switched: &BTreeMap<String, Switched>,
) -> Option<usize> {
    let place = switched.keys().position(|path| *path == mutant.path)?;
    Some(ask.mutants.len() + place)
}
