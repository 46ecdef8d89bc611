//! Tries the mutants of a reactor part by part: those of one module with the tests of one that can
//! come by them, its own first. A unit of one module is one part.

use super::super::detect::DEPENDS;
use super::super::layout::{file_of_class, module_of, modules, sources};
use super::super::surface::{self, is_test_name};
use super::trials::Trials;
use crate::ask::{Invocation, RawOutput};
use crate::mutate::{MutantAsk, MutantReport, TIME_IS_UP, Tried, sharing};
use crate::unit::Unit;
use redgreen_core::evidence::Trouble;
use redgreen_core::mutant::{Fate, Mutant};
use std::collections::BTreeSet;

/// One part of a session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    /// The module whose tests run.
    pub(super) tests: String,
    /// Which part it is.
    pub(super) nth: usize,
    /// How many commands the parts before it took.
    pub(super) taken: usize,
    /// What the module with the mutants is compiled with, where another one's tests run.
    pub(super) beside: Vec<String>,
    /// Whether other tests come after these, so that a survivor is none yet.
    pub(super) has_more: bool,
}

/// A session as far as it has come: what is owed, and what is known.
#[derive(Default)]
pub(super) struct Session {
    pub(super) owed: Option<Invocation>,
    pub(super) report: MutantReport,
    nth: usize,
    taken: usize,
}

impl Session {
    /// The session of `asked` after its first commands left `outputs` behind.
    pub(super) fn after(asked: &MutantAsk<'_>, outputs: &[RawOutput]) -> Self {
        let mut session = Self::default();
        for module in changed(asked) {
            let homes = homes(asked.ask.unit, &module);
            let mut beside = Vec::new();
            for (place, tests) in homes.iter().enumerate() {
                let own = session.open(asked, (&module, tests));
                let part = Part {
                    tests: tests.clone(),
                    nth: session.nth,
                    taken: session.taken,
                    beside: beside.clone(),
                    has_more: place + 1 < homes.len(),
                };
                if own.is_empty() || session.report.trouble.is_some() {
                    continue;
                } else if session.owed.is_some() {
                    session.put_off(&part, &own);
                    continue;
                }
                let asked = MutantAsk {
                    mutants: &own,
                    ..asked.clone()
                };
                let trials = Trials::after(&asked, part, outputs);
                if *tests == module {
                    beside.clone_from(&trials.found.class_path);
                }
                session.add(trials, &module);
            }
            session.fill(asked, &module);
        }
        session
    }

    /// The mutants of a module that these tests may still say something of.
    fn open(&self, asked: &MutantAsk<'_>, (module, tests): (&str, &str)) -> Vec<Mutant> {
        let unit = asked.ask.unit;
        let mut new = asked.new_tests.iter().filter_map(|name| {
            let class = name.split('#').next()?;
            file_of_class(unit, class)
        });
        let has_new = new.any(|file| module_of(unit, &file) == tests);
        let is_open = |mutant: &&Mutant| {
            if module_of(unit, &mutant.path) != module {
                return false;
            }
            // Tests are run by their own module alone.
            let is_test = surface::of(&mutant.path, None).is_test_surface();
            let fates = self.report.tried.get(&mutant.id);
            fates.is_none_or(|Tried { by_new, by_any, .. }| {
                let is_undecided = !by_any.is_noticed() || has_new && !by_new.is_noticed();
                is_undecided && !is_test && !matches!(by_any, Fate::Unviable(_))
            })
        };
        asked.mutants.iter().filter(is_open).cloned().collect()
    }

    /// Adds what a part said.
    fn add(&mut self, trials: Trials<'_>, module: &str) {
        self.nth += 1;
        self.taken = trials.taken;
        self.owed = trials.owed();
        let tests = trials.part.tests.clone();
        let is_own = tests == module;
        self.report.left_out.extend(trials.left_out.clone());
        if let (Some(trouble), true) = (&trials.trouble, is_own) {
            self.report.trouble = Some(trouble.clone());
        } else if let Some(trouble) = &trials.trouble {
            let why = told(trouble);
            self.report
                .left_out
                .push(format!("tests of {tests} ({why})"));
            for mutant in trials.asked.mutants {
                let why = format!("the tests of {tests} did not run: {why}");
                self.doubt(mutant, &Fate::HarnessError(why));
            }
            return;
        }
        let report = MutantReport {
            trouble: trials.trouble.clone(),
            ..MutantReport::default()
        };
        let report = sharing::reported(report, trials.asked.mutants, trials.trials);
        self.report.executed += report.executed;
        for (id, tried) in report.tried {
            match self.report.tried.get_mut(&id) {
                Some(known) => join(known, tried),
                None => drop(self.report.tried.insert(id, tried)),
            }
        }
    }

    /// Says of a part that there was no time for it.
    fn put_off(&mut self, part: &Part, own: &[Mutant]) {
        let tests = &part.tests;
        self.report
            .left_out
            .push(format!("tests of {tests} (the time was up)"));
        for mutant in own {
            self.doubt(mutant, &Fate::Skipped(TIME_IS_UP.to_owned()));
        }
    }

    /// Takes back that no test runs over a mutant, and gives one that nobody tried this fate.
    fn doubt(&mut self, mutant: &Mutant, fate: &Fate) {
        let tried = self.report.tried.entry(mutant.id.clone());
        let tried = tried.or_insert_with(|| Tried {
            by_new: Fate::NotReached,
            by_any: Fate::NotReached,
            over: Vec::new(),
        });
        for own in [&mut tried.by_new, &mut tried.by_any] {
            if *own == Fate::NotReached {
                *own = fate.clone();
            }
        }
    }

    /// No test can come by what no module with tests depends on.
    fn fill(&mut self, asked: &MutantAsk<'_>, module: &str) {
        if self.report.trouble.is_some() || !homes(asked.ask.unit, module).is_empty() {
            return;
        }
        for mutant in self.open(asked, (module, module)) {
            self.doubt(&mutant, &Fate::NotReached);
        }
    }
}

/// Two answers about one mutant as one.
fn join(known: &mut Tried, other: Tried) {
    let pairs = [
        (&mut known.by_new, other.by_new),
        (&mut known.by_any, other.by_any),
    ];
    for (known, other) in pairs {
        if weight(&other) > weight(known) {
            *known = other;
        }
    }
    known.over.extend(other.over);
}

/// How much a fate says beside another one of the same mutant.
fn weight(fate: &Fate) -> u8 {
    match fate {
        Fate::Killed { .. } | Fate::TimedOut { .. } | Fate::OutOfMemory { .. } => 4,
        Fate::Unviable(_) | Fate::HarnessError(_) | Fate::Equivalent(_) => 3,
        Fate::Skipped(_) => 2,
        Fate::Survived => 1,
        Fate::NotReached => 0,
    }
}

fn told(trouble: &Trouble) -> String {
    if let Trouble::CouldNotRun { why } = trouble {
        return why.clone();
    }
    format!("{trouble:?}")
}

/// The modules with mutants, in the order of these.
fn changed(asked: &MutantAsk<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for mutant in asked.mutants {
        let module = module_of(asked.ask.unit, &mutant.path);
        if !found.iter().any(|known| known == module) {
            found.push(module.to_owned());
        }
    }
    found
}

/// The modules with tests that can come by `module`, its own first.
fn homes(unit: &Unit, module: &str) -> Vec<String> {
    if modules(unit).len() == 1 {
        return vec![module.to_owned()];
    }
    let mark = unit.marks.get(DEPENDS).map_or("", String::as_str);
    let mut reached = BTreeSet::from([module]);
    loop {
        let before = reached.len();
        for line in mark.lines() {
            let mut dirs = line.split('\t');
            let dir = dirs.next().unwrap_or_default();
            if dirs.any(|on| reached.contains(on)) {
                reached.insert(dir);
            }
        }
        if reached.len() == before {
            break;
        }
    }
    let tests = sources(unit).filter(|one| one.is_test() && is_test_name(one.stem));
    let tests = tests.map(|one| module_of(unit, &one.path()));
    let with_tests: BTreeSet<&str> = tests.filter(|dir| reached.contains(dir)).collect();
    let own = with_tests.iter().filter(|dir| **dir == module);
    let others = with_tests.iter().filter(|dir| **dir != module);
    own.chain(others).map(|dir| (*dir).to_owned()).collect()
}
