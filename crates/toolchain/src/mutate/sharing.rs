//! Shares the tests of a switched build out to processes, and follows each mutant to its fate.
//!
//! For sessions that build once and run one process a mutant: the adapters make the commands and
//! read what they left behind.

use super::{LINE_HAS_SURVIVOR, MutantReport, TIME_IS_UP, Tried, only_failing};
use redgreen_core::mutant::{Fate, Kill, Mutant, Operator};
use std::collections::BTreeSet;

/// Mutants of one answer at least, where there are so many.
const BATCH: usize = 48;

/// A test that passes while every mutant is off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Test {
    /// The binary that holds it, by the adapter's own count.
    pub(crate) home: usize,
    /// Its name in the binary.
    pub(crate) name: String,
    /// The runner's name.
    pub(crate) id: String,
    pub(crate) is_new: bool,
    /// How long it takes, in milliseconds.
    pub(crate) ms: u64,
    /// The places that it reaches, by index.
    pub(crate) places: BTreeSet<usize>,
}

/// Tests, by index, that run in one process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chunk {
    pub(crate) tests: Vec<usize>,
    pub(crate) is_new: bool,
    /// Whether it runs the one test again that went past its limit.
    pub(crate) again: bool,
}

/// How much one process takes on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    /// Names that one command line carries.
    pub(crate) names: usize,
    /// The time of its tests together, in milliseconds.
    pub(crate) ms: u64,
}

/// What one process shows of the mutant that was on. Tests by their names in the binary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Judged {
    /// Every test passed.
    Passed,
    /// A test ran and failed.
    Killed(String, Kill),
    /// A test was running when the limit of time came.
    TooLong(String),
    /// A test was running when memory came to its end.
    OutOfMemory(String),
    /// It cannot be told, and why.
    Unknown(String),
}

/// What is known of one mutant.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trial {
    pub(crate) by_new: Option<Fate>,
    pub(crate) by_any: Option<Fate>,
    /// The tests that run over it, new ones first.
    pub(crate) over: Vec<String>,
    /// What has to run still, in this order.
    pub(crate) chunks: Vec<Chunk>,
    /// Whether a process ran with it.
    pub(crate) executed: bool,
}

impl Trial {
    /// The same fate by every test.
    pub(crate) fn settle(&mut self, fate: &Fate) {
        self.by_new = Some(fate.clone());
        self.by_any = Some(fate.clone());
        self.chunks.clear();
    }

    /// Gives it those of `tests` that run over it, `killer` first.
    pub(crate) fn give(
        &mut self,
        tests: &[Test],
        (killer, load): (Option<&String>, Load),
        runs_over: impl Fn(&Test) -> bool,
    ) {
        let over = |is_new: bool| -> Vec<usize> {
            let all = tests.iter().enumerate();
            let fit = all.filter(|(_, test)| test.is_new == is_new && runs_over(test));
            fit.map(|(number, _)| number).collect()
        };
        self.chunks = chunks(tests, &over(true), true, (killer, load));
        if self.chunks.is_empty() {
            self.by_new = Some(Fate::NotReached);
        }
        let others = chunks(tests, &over(false), false, (killer, load));
        self.chunks.extend(others);
        if self.chunks.is_empty() {
            self.by_any = Some(Fate::NotReached);
        }
        let run = self.chunks.iter().flat_map(|chunk| &chunk.tests);
        self.over = run.map(|test| tests[*test].id.clone()).collect();
    }

    /// Takes back that no test runs over it, where `failing` ones do, which say nothing of it.
    pub(crate) fn doubt(&mut self, failing: &[String]) {
        if self.by_any == Some(Fate::NotReached) && !failing.is_empty() {
            self.settle(&Fate::HarnessError(only_failing(failing)));
        }
    }

    /// What the process of `chunk`, its first, showed. `id` is the runner's name of a test.
    pub(crate) fn take(
        &mut self,
        chunk: &Chunk,
        judged: &Judged,
        tests: &[Test],
        id: impl Fn(&str) -> String,
    ) {
        let fate = match judged {
            Judged::Passed => None,
            Judged::Killed(name, how) => Some(Fate::Killed {
                by: id(name),
                how: *how,
            }),
            Judged::TooLong(name) if chunk.again => Some(Fate::TimedOut { by: id(name) }),
            Judged::TooLong(name) => {
                self.ask_again(chunk, |test| tests[test].name == *name);
                return;
            }
            Judged::OutOfMemory(name) => Some(Fate::OutOfMemory { by: id(name) }),
            Judged::Unknown(why) => Some(Fate::HarnessError(why.clone())),
        };
        self.decide(chunk, fate);
    }

    /// The test that went past its limit runs again alone; the others of its process after it.
    fn ask_again(&mut self, chunk: &Chunk, is_late: impl Fn(usize) -> bool) {
        let (late, others): (Vec<usize>, Vec<usize>) =
            chunk.tests.iter().partition(|test| is_late(**test));
        let part = |tests: Vec<usize>, again: bool| Chunk {
            tests,
            is_new: chunk.is_new,
            again,
        };
        self.executed = true;
        self.chunks.remove(0);
        if !others.is_empty() {
            self.chunks.insert(0, part(others, false));
        }
        self.chunks.insert(0, part(late, true));
    }

    /// What the process of `chunk` decided; nothing where all its tests passed.
    fn decide(&mut self, chunk: &Chunk, fate: Option<Fate>) {
        self.executed = true;
        self.chunks.remove(0);
        if let Some(fate) = fate {
            self.by_new.get_or_insert_with(|| {
                if chunk.is_new {
                    fate.clone()
                } else {
                    Fate::Survived
                }
            });
            self.by_any = Some(fate);
            self.chunks.clear();
            return;
        }
        if !self.chunks.iter().any(|chunk| chunk.is_new) {
            self.by_new.get_or_insert(Fate::Survived);
        }
        if self.chunks.is_empty() {
            self.by_any = Some(Fate::Survived);
        }
    }
}

/// The `chosen` tests shared out to processes: a killer of before alone, then the quickest first,
/// each process for one binary and a short time.
fn chunks(
    tests: &[Test],
    chosen: &[usize],
    is_new: bool,
    (killer, load): (Option<&String>, Load),
) -> Vec<Chunk> {
    let mut sorted: Vec<usize> = chosen.to_vec();
    let is_killer = |test: &usize| Some(&tests[*test].id) == killer;
    sorted.sort_by_key(|test| {
        let of = &tests[*test];
        (!is_killer(test), of.ms, of.home, of.name.clone())
    });
    let mut chunks: Vec<(Chunk, usize, u64)> = Vec::new();
    for test in sorted {
        let of = &tests[test];
        let fitting = chunks.iter_mut().find(|(chunk, home, ms)| {
            let full = chunk.tests.len() >= load.names || ms.saturating_add(of.ms) > load.ms;
            *home == of.home && !full && !is_killer(&chunk.tests[0])
        });
        if let Some((chunk, _, ms)) = fitting {
            chunk.tests.push(test);
            *ms += of.ms;
            continue;
        }
        let chunk = Chunk {
            tests: vec![test],
            is_new,
            again: false,
        };
        chunks.push((chunk, of.home, of.ms));
    }
    chunks.into_iter().map(|(chunk, _, _)| chunk).collect()
}

/// The lines of a mutant that have one survivor at most; a whole body, an assertion or a comment
/// speaks for itself.
fn line_key(mutant: &Mutant) -> Option<(&str, u32, u32)> {
    let own = matches!(
        mutant.operator,
        Operator::Assertion | Operator::NoOp | Operator::Body | Operator::Hunk
    );
    (!own).then_some((mutant.path.as_str(), mutant.lines.first, mutant.lines.last))
}

/// The lines that have a survivor.
fn survivors<'m>(mutants: &'m [Mutant], trials: &[Trial]) -> BTreeSet<(&'m str, u32, u32)> {
    let trials = mutants.iter().zip(trials);
    let survived = trials.filter(|(_, trial)| trial.by_any == Some(Fate::Survived));
    survived
        .filter_map(|(mutant, _)| line_key(mutant))
        .collect()
}

/// Whether the line of the mutant at `index` has a survivor.
pub(crate) fn has_survivor(mutants: &[Mutant], trials: &[Trial], index: usize) -> bool {
    let key = line_key(&mutants[index]);
    key.is_some_and(|key| survivors(mutants, trials).contains(&key))
}

/// The mutants, by index, whose first chunk is to run now: one that decides about a limit of time
/// alone, else several, one to a line. Settles those whose line has a survivor.
pub(crate) fn due(mutants: &[Mutant], trials: &mut [Trial], jobs: usize) -> Vec<usize> {
    let is_again = |trial: &Trial| trial.chunks.first().is_some_and(|chunk| chunk.again);
    if let Some(index) = trials.iter().position(is_again) {
        return vec![index];
    }
    let survivors = survivors(mutants, trials);
    let mut lines = BTreeSet::new();
    let mut due = Vec::new();
    for (index, mutant) in mutants.iter().enumerate() {
        let trial = &mut trials[index];
        if trial.by_any.is_some() || trial.chunks.is_empty() {
            continue;
        }
        let key = line_key(mutant);
        if key.is_some_and(|key| survivors.contains(&key)) && !trial.executed {
            trial.settle(&Fate::Skipped(LINE_HAS_SURVIVOR.to_owned()));
            continue;
        }
        if key.is_some_and(|key| !lines.insert(key)) {
            continue;
        }
        due.push(index);
        if due.len() >= BATCH.max(jobs * 4) {
            break;
        }
    }
    due
}

/// `report` with what became of every mutant. After a trouble, those that are open stay without an
/// answer.
pub(crate) fn reported(
    mut report: MutantReport,
    mutants: &[Mutant],
    trials: Vec<Trial>,
) -> MutantReport {
    for (mutant, trial) in mutants.iter().zip(trials) {
        if report.trouble.is_some() && trial.by_any.is_none() {
            continue;
        }
        report.executed += usize::from(trial.executed);
        let late = || Fate::Skipped(TIME_IS_UP.to_owned());
        let tried = Tried {
            by_new: trial.by_new.unwrap_or_else(late),
            by_any: trial.by_any.unwrap_or_else(late),
            over: trial.over,
        };
        report.tried.insert(mutant.id.clone(), tried);
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;
    use redgreen_core::mutant::{Draft, numbered};
    use redgreen_core::surface::Lines;

    const LOAD: Load = Load { names: 2, ms: 100 };

    fn test(name: &str, is_new: bool, ms: u64) -> Test {
        Test {
            home: 0,
            name: name.to_owned(),
            id: format!("t::{name}"),
            is_new,
            ms,
            places: BTreeSet::new(),
        }
    }

    fn suite() -> Vec<Test> {
        vec![
            test("slow", true, 90),
            test("quick", true, 5),
            test("old", false, 1),
        ]
    }

    fn given(killer: Option<&String>) -> Trial {
        let mut trial = Trial::default();
        trial.give(&suite(), (killer, LOAD), |_| true);
        trial
    }

    fn take(trial: &mut Trial, judged: &Judged) {
        let chunk = trial.chunks[0].clone();
        trial.take(&chunk, judged, &suite(), |name| format!("t::{name}"));
    }

    fn killed(name: &str) -> Fate {
        Fate::Killed {
            by: format!("t::{name}"),
            how: Kill::Error,
        }
    }

    #[test]
    fn new_tests_run_first_the_quickest_of_them_first_and_a_killer_alone() {
        assert_eq!(given(None).over, ["t::quick", "t::slow", "t::old"]);
        let killer = "t::slow".to_owned();
        let chunks = given(Some(&killer)).chunks;
        let tests: Vec<&[usize]> = chunks.iter().map(|chunk| chunk.tests.as_slice()).collect();
        assert_eq!(tests, [&[0][..], &[1], &[2]]);
        let mut nobody = Trial::default();
        nobody.give(&suite(), (None, LOAD), |_| false);
        assert_eq!(
            (nobody.by_new, nobody.by_any),
            (Some(Fate::NotReached), Some(Fate::NotReached))
        );
    }

    #[test]
    fn tests_that_fail_anyway_leave_a_mutant_without_an_answer() {
        let nobody = || {
            let mut nobody = Trial::default();
            nobody.give(&suite(), (None, LOAD), |_| false);
            nobody
        };
        let mut trial = nobody();
        trial.doubt(&[]);
        assert_eq!(trial.by_any, Some(Fate::NotReached));
        trial.doubt(&["t::broken".to_owned()]);
        let why = "the tests that run over it fail without it: t::broken".to_owned();
        assert_eq!(trial.by_any, Some(Fate::HarnessError(why)));
        let mut reached = given(None);
        reached.doubt(&["t::broken".to_owned()]);
        assert_eq!(reached.by_any, None);
    }

    #[test]
    fn what_old_tests_notice_is_no_merit_of_the_new_ones() {
        let mut trial = given(None);
        take(&mut trial, &Judged::Passed);
        assert_eq!(
            (trial.by_new.clone(), trial.by_any.clone()),
            (Some(Fate::Survived), None)
        );
        take(&mut trial, &Judged::Killed("old".to_owned(), Kill::Error));
        assert_eq!(
            (trial.by_new, trial.by_any),
            (Some(Fate::Survived), Some(killed("old")))
        );
        let mut trial = given(None);
        take(&mut trial, &Judged::Killed("quick".to_owned(), Kill::Error));
        assert_eq!(
            (trial.by_new, trial.by_any),
            (Some(killed("quick")), Some(killed("quick")))
        );
    }

    #[test]
    fn a_limit_of_time_counts_the_second_time_and_alone() {
        let mut trial = given(None);
        take(&mut trial, &Judged::TooLong("quick".to_owned()));
        assert_eq!(trial.by_any, None);
        assert_eq!(
            (trial.chunks[0].tests.as_slice(), trial.chunks[0].again),
            (&[1][..], true)
        );
        assert_eq!(trial.chunks[1].tests, [0], "the others come after it");
        take(&mut trial, &Judged::TooLong("quick".to_owned()));
        let by = "t::quick".to_owned();
        assert_eq!(trial.by_any, Some(Fate::TimedOut { by }));
    }

    #[test]
    fn a_line_is_left_at_its_first_survivor() {
        let draft = |now: &str, operator| Draft {
            function: "f".to_owned(),
            lines: Lines::new(1, 1),
            bytes: 2..3,
            operator,
            now: now.to_owned(),
        };
        let drafts = vec![
            draft(">=", Operator::Boundary),
            draft("<", Operator::Boundary),
            draft("", Operator::Body),
        ];
        let mutants = numbered("a.rs", "a > b", drafts, |_| None);
        let mut trials = vec![given(None); 3];
        assert_eq!(
            due(&mutants, &mut trials, 1),
            [0, 2],
            "one of a line at a time"
        );
        trials[0].settle(&Fate::Survived);
        assert!(has_survivor(&mutants, &trials, 1));
        assert_eq!(due(&mutants, &mut trials, 1), [2]);
        let skipped = Fate::Skipped(LINE_HAS_SURVIVOR.to_owned());
        assert_eq!(trials[1].by_any, Some(skipped.clone()));
        let report = reported(MutantReport::default(), &mutants, trials);
        assert_eq!(report.tried[&mutants[1].id].by_new, skipped);
        let late = Fate::Skipped(TIME_IS_UP.to_owned());
        assert_eq!(report.tried[&mutants[2].id].by_any, late);
    }
}
