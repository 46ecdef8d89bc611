//! Folds what the commands of one run left behind into what is owed next, or the report.
//!
//! Build, list each binary, run; nextest, where it serves, lists and runs them all at once. A binary that dies or hangs takes its other tests with it, so
//! those without an end run again: one after another, where the binary names each test before it
//! starts, and so names the culprit.

use super::build::{Artifact, Built};
use super::command::{self, Binary, Lock, Pace, Scope};
use super::goal::{Goal, goals};
use super::nextest::{self, Chosen};
use super::progress::Progress;
use super::report::listed;
use crate::ask::{Ask, Exit, Invocation, RawOutput};
use redgreen_core::evidence::{Order, Trouble};
use std::collections::{BTreeMap, VecDeque};

/// Up to this many tests are shuffled by processes of their own; more run one after another.
const SHUFFLED: usize = 24;
/// Names that one command line carries.
const NAMES: usize = 400;

/// One command of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Build(Scope, Lock),
    Sysroot,
    /// Of the goal at this index.
    List(usize),
    /// Of the goal at this index.
    Run(usize, Batch),
    /// The tests of every binary, by nextest.
    ListTogether,
    /// Tests of several binaries, by nextest.
    RunTogether(Chosen),
}

/// Tests of one binary that run in one process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Batch {
    /// The tests that have to end, all of the binary's own where `whole`.
    pub(super) names: Vec<String>,
    /// Whether these are all tests of the binary.
    pub(super) whole: bool,
    pub(super) pace: Pace,
}

impl Batch {
    /// Some tests of a binary.
    pub(super) fn of(names: Vec<String>, pace: Pace) -> Self {
        Self {
            names,
            whole: false,
            pace,
        }
    }
}

/// Whether nextest runs the tests.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Together {
    /// It does.
    Yes,
    /// It should, but does not, and why.
    Failed(&'static str),
    /// Nobody asked for it.
    No,
}

impl Together {
    fn of(ask: &Ask<'_>) -> Self {
        if nextest::serves(ask) {
            Self::Yes
        } else if ask.unit.runner == nextest::NEXTEST {
            Self::Failed("cargo nextest is not installed")
        } else {
            Self::No
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Building,
    Listing,
    Running,
}

/// One run, as far as it has come.
pub(super) struct Session<'a> {
    pub(super) ask: &'a Ask<'a>,
    pub(super) goals: Vec<Goal<'a>>,
    pub(super) progress: Vec<Progress>,
    pub(super) built: Built,
    /// Whether a stale Cargo.lock was set aside.
    pub(super) unlocked: bool,
    libraries: Option<String>,
    /// How nextest is used.
    together: Together,
    queue: VecDeque<Step>,
    phase: Phase,
}

impl<'a> Session<'a> {
    /// The run of `ask` after its first commands left `outputs` behind.
    pub(super) fn after(ask: &'a Ask<'a>, outputs: &[RawOutput]) -> Self {
        let mut session = Self::begun(ask, Together::of(ask));
        for output in outputs {
            if session.queue.is_empty() {
                break;
            }
            session.push(output);
        }
        session
    }

    /// The run of `ask` before its first command, by cargo alone.
    pub(super) fn bare(ask: &'a Ask<'a>) -> Self {
        Self::begun(ask, Together::No)
    }

    fn begun(ask: &'a Ask<'a>, together: Together) -> Self {
        let goals = goals(ask);
        let mut session = Self {
            ask,
            progress: goals.iter().map(|_| Progress::default()).collect(),
            goals,
            built: Built::default(),
            unlocked: false,
            libraries: None,
            together,
            queue: VecDeque::new(),
            phase: Phase::Building,
        };
        session.queue_builds();
        session.advance();
        session
    }

    /// Takes what the command that was owed left behind.
    pub(super) fn push(&mut self, output: &RawOutput) {
        if let Some(step) = self.queue.pop_front() {
            self.take(step, output);
            self.advance();
        }
    }

    /// Whether a build is owed.
    pub(super) fn builds(&self) -> bool {
        self.phase == Phase::Building
    }

    /// Whether every test binary has listed its tests.
    pub(super) fn has_listed(&self) -> bool {
        self.phase == Phase::Running
    }

    /// The command that is owed next.
    pub(super) fn owed(&self) -> Option<Invocation> {
        match self.queue.front()? {
            Step::Build(scope, lock) => Some(command::build(self.ask, scope, *lock)),
            Step::Sysroot => Some(command::sysroot(self.ask)),
            Step::List(goal) => Some(command::list(self.ask, &self.binary(*goal)?)),
            Step::Run(goal, batch) => {
                let names: &[String] = if batch.whole { &[] } else { &batch.names };
                let binary = self.binary(*goal)?;
                Some(command::run(self.ask, &binary, names, batch.pace))
            }
            Step::ListTogether => {
                let made = (0..self.goals.len()).filter(|goal| self.artifact(*goal).is_some());
                let goals: Vec<&Goal<'_>> = made.filter_map(|goal| self.goals.get(goal)).collect();
                Some(nextest::list(self.ask, &goals, self.lock()))
            }
            Step::RunTogether(chosen) => {
                Some(nextest::run(self.ask, &self.goals, chosen, self.lock()))
            }
        }
    }

    /// Why nextest did not run the tests although it should have.
    pub(super) fn without_nextest(&self) -> Option<&'static str> {
        match self.together {
            Together::Failed(why) => Some(why),
            Together::Yes | Together::No => None,
        }
    }

    /// Whether commands after the build keep to Cargo.lock.
    fn lock(&self) -> Lock {
        let locks = &self.ask.unit.locks;
        if !self.unlocked && locks.iter().any(|lock| lock.ends_with("Cargo.lock")) {
            Lock::Kept
        } else {
            Lock::Free
        }
    }

    /// The test binary of a goal, if it was built.
    pub(super) fn artifact(&self, goal: usize) -> Option<&Artifact> {
        let goal = self.goals.get(goal)?;
        let lib = goal.target.kind == "lib";
        self.built.tests.iter().find(|artifact| {
            artifact.of.package == goal.package.name
                && artifact.of.kind == goal.target.kind
                && (lib || artifact.of.name == goal.target.name)
        })
    }

    /// The test binary of a goal, ready to start.
    pub(super) fn binary(&self, goal: usize) -> Option<Binary<'_>> {
        let artifact = self.artifact(goal)?;
        Some(Binary {
            package: self.goals[goal].package,
            target: self.goals[goal].target,
            artifact,
            built: &self.built,
            libraries: self.libraries.as_deref().filter(|_| artifact.dynamic),
        })
    }

    fn queue_builds(&mut self) {
        let locked = self
            .ask
            .unit
            .locks
            .iter()
            .any(|lock| lock.ends_with("Cargo.lock"));
        let lock = if locked { Lock::Kept } else { Lock::Free };
        let whole = matches!(self.ask.tests, redgreen_core::evidence::Selection::Whole);
        if self.goals.is_empty() {
            return;
        }
        if whole {
            self.queue.push_back(Step::Build(Scope::Workspace, lock));
            return;
        }
        let units: Vec<_> = self
            .goals
            .iter()
            .filter(|goal| goal.target.kind != "test")
            .collect();
        let tests: Vec<_> = self
            .goals
            .iter()
            .filter(|goal| goal.target.kind == "test")
            .collect();
        let made = |goal: &&Goal<'_>| {
            let (package, target) = (goal.package, goal.target);
            (
                package.name.clone(),
                target.kind.clone(),
                target.name.clone(),
            )
        };
        if !units.is_empty() {
            let scope = Scope::Units(units.iter().map(made).collect());
            self.queue.push_back(Step::Build(scope, lock));
        }
        if !tests.is_empty() {
            let named = |goal: &&Goal<'_>| (goal.package.name.clone(), goal.target.name.clone());
            let scope = Scope::Integration(tests.iter().map(named).collect());
            self.queue.push_back(Step::Build(scope, lock));
        }
    }

    fn take(&mut self, step: Step, output: &RawOutput) {
        match step {
            Step::Build(scope, lock) => self.take_build(scope, lock, output),
            Step::Sysroot => {
                let text = String::from_utf8_lossy(&output.stdout);
                self.libraries = text.lines().next().map(str::to_owned);
            }
            Step::List(goal) => {
                let text = String::from_utf8_lossy(&output.stdout);
                let names = listed(&text).filter(|_| output.exit == Exit::Code(0));
                self.progress[goal].take_list(names, output);
            }
            Step::Run(goal, batch) => {
                let id = self.goals[goal].id.clone();
                let further = self.progress[goal].take_run(self.ask, &id, &batch, output);
                for batch in further.into_iter().rev() {
                    self.queue.push_front(Step::Run(goal, batch));
                }
            }
            Step::ListTogether => self.take_list_together(output),
            Step::RunTogether(chosen) => self.take_run_together(&chosen, output),
        }
    }

    fn take_build(&mut self, scope: Scope, lock: Lock, output: &RawOutput) {
        let complaints = self.built.complaints.len();
        let mut attempt = Built::default();
        attempt.add(output);
        if lock == Lock::Kept && attempt.lock_is_stale() {
            self.unlocked = true;
            for step in &mut self.queue {
                if let Step::Build(_, lock) = step {
                    *lock = Lock::Free;
                }
            }
            self.queue.push_front(Step::Build(scope, Lock::Free));
            return;
        }
        self.built.add(output);
        // Without --keep-going one bad target stops the others: ask again for those that have
        // neither a binary nor an error, as long as each round names a new error.
        if let (Scope::Units(targets), false) = (&scope, output.exit == Exit::Code(0)) {
            let rest: Vec<_> = targets
                .iter()
                .filter(|of| !self.is_settled(of))
                .cloned()
                .collect();
            let news = self.built.complaints.len() > complaints;
            if news && !rest.is_empty() && rest.len() < targets.len() {
                self.queue.push_front(Step::Build(Scope::Units(rest), lock));
            }
        }
    }

    /// Whether a unit-test binary was made, or an error says why not.
    fn is_settled(&self, (package, kind, name): &(String, String, String)) -> bool {
        let is = |made: &super::build::Made| {
            made.package == *package && made.kind == *kind && (kind == "lib" || made.name == *name)
        };
        self.built.tests.iter().any(|artifact| is(&artifact.of))
            || self
                .built
                .complaints
                .iter()
                .any(|complaint| is(&complaint.of))
    }

    /// Fills the queue of the next phase where that of the present one is empty.
    fn advance(&mut self) {
        while self.queue.is_empty() && self.phase != Phase::Running {
            match self.phase {
                Phase::Building => {
                    self.phase = Phase::Listing;
                    self.queue_lists();
                }
                Phase::Listing => {
                    self.phase = Phase::Running;
                    self.queue_runs();
                }
                Phase::Running => {}
            }
        }
    }

    fn take_list_together(&mut self, output: &RawOutput) {
        let Some(found) = nextest::listed(output) else {
            self.together = Together::Failed("cargo nextest list failed");
            self.queue_lists();
            return;
        };
        for (goal, progress) in self.goals.iter().zip(&mut self.progress) {
            if let Some(listed) = found.get(&goal.id) {
                progress.outcomes.extend(listed.idle.clone());
                progress.listed = Some(listed.names.clone());
            }
        }
    }

    fn take_run_together(&mut self, chosen: &Chosen, output: &RawOutput) {
        let found = match nextest::outcomes(self.ask, &self.goals, chosen, output) {
            Ok(found) => found,
            Err(why) => {
                let trouble = if output.exit == Exit::TimedOut {
                    Trouble::Hung { limit_ms: 0 }
                } else {
                    Trouble::Inconsistent { why }
                };
                for (goal, _) in chosen.tests.iter().take(1) {
                    self.progress[*goal].trouble = Some(trouble.clone());
                }
                return;
            }
        };
        for ((goal, name), outcome) in found {
            self.progress[goal].outcomes.insert(name, outcome);
        }
    }

    fn queue_lists(&mut self) {
        let made: Vec<usize> = (0..self.goals.len())
            .filter(|goal| self.artifact(*goal).is_some())
            .collect();
        if self.together == Together::Yes && !made.is_empty() {
            self.queue.push_back(Step::ListTogether);
            return;
        }
        let dynamic = |goal: &usize| self.artifact(*goal).is_some_and(|made| made.dynamic);
        if made.iter().any(dynamic) {
            self.queue.push_back(Step::Sysroot);
        }
        self.queue.extend(made.into_iter().map(Step::List));
    }

    fn queue_runs(&mut self) {
        for (goal, progress) in self.goals.iter().zip(&mut self.progress) {
            if let Some(listed) = &progress.listed {
                progress.asked = goal.chosen(listed);
            }
        }
        let count: usize = self
            .progress
            .iter()
            .map(|progress| progress.asked.len())
            .sum();
        if self.together == Together::Yes {
            self.queue_together(count);
            return;
        }
        let mut steps = Vec::new();
        for (goal, progress) in self.progress.iter().enumerate() {
            let whole = progress
                .listed
                .as_ref()
                .map_or(0, std::collections::BTreeSet::len);
            let batches = batches(&progress.asked, whole, self.ask.order, count);
            steps.extend(batches.into_iter().map(|batch| Step::Run(goal, batch)));
        }
        if let Order::Shuffled(seed) = self.ask.order
            && count <= SHUFFLED
        {
            shuffle(&mut steps, seed);
        }
        self.queue.extend(steps);
    }
}

impl Session<'_> {
    /// nextest gives each test a process of its own anyhow, so only a shuffle needs several
    /// commands.
    fn queue_together(&mut self, count: usize) {
        let mut tests: Vec<(usize, String)> = Vec::new();
        for (goal, progress) in self.progress.iter().enumerate() {
            let idle = |name: &&String| !progress.outcomes.contains_key(*name);
            let runs = progress.asked.iter().filter(idle);
            tests.extend(runs.map(|name| (goal, name.clone())));
        }
        let shuffled = matches!(self.ask.order, Order::Shuffled(_));
        let size = if shuffled && count <= SHUFFLED {
            1
        } else {
            NAMES
        };
        if let Order::Shuffled(seed) = self.ask.order {
            shuffle(&mut tests, seed);
        }
        for (number, part) in tests.chunks(size).enumerate() {
            let mut by_goal: BTreeMap<usize, Vec<String>> = BTreeMap::new();
            for (goal, name) in part {
                by_goal.entry(*goal).or_default().push(name.clone());
            }
            self.queue.push_back(Step::RunTogether(Chosen {
                tests: by_goal.into_iter().collect(),
                serial: shuffled,
                number: number + 1,
            }));
        }
    }
}

/// How the `asked` of a binary's `whole` tests are shared out, where the run asks for `count`.
fn batches(asked: &[String], whole: usize, order: Order, count: usize) -> Vec<Batch> {
    let alone = || {
        let one = |name: &String| Batch::of(vec![name.clone()], Pace::Serial);
        asked.iter().map(one).collect()
    };
    let pace = match order {
        Order::Alone => return alone(),
        Order::Shuffled(_) if count <= SHUFFLED => return alone(),
        Order::Shuffled(_) => Pace::Serial,
        Order::AsWritten => Pace::Parallel,
    };
    if asked.is_empty() {
        return Vec::new();
    }
    if asked.len() == whole {
        return vec![Batch {
            names: asked.to_vec(),
            whole: true,
            pace,
        }];
    }
    asked
        .chunks(NAMES)
        .map(|names| Batch::of(names.to_vec(), pace))
        .collect()
}

/// Fisher and Yates, drawn from a linear congruential generator.
fn shuffle<T>(items: &mut [T], seed: u32) {
    let mut state = u64::from(seed) ^ 0x9E37_79B9_7F4A_7C15;
    for last in (1..items.len()).rev() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let drawn = usize::try_from(state >> 33).unwrap_or_default() % (last + 1);
        items.swap(last, drawn);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("t{number}")).collect()
    }

    #[test]
    fn a_plain_run_of_all_tests_is_one_parallel_process() {
        let made = batches(&names(3), 3, Order::AsWritten, 3);
        assert_eq!(made.len(), 1);
        assert!(made[0].whole);
        assert_eq!(made[0].pace, Pace::Parallel);
        assert!(!batches(&names(3), 4, Order::AsWritten, 3)[0].whole);
    }

    #[test]
    fn few_shuffled_tests_have_processes_of_their_own_and_many_run_one_after_another() {
        assert_eq!(batches(&names(3), 3, Order::Shuffled(1), 3).len(), 3);
        let many = batches(&names(30), 30, Order::Shuffled(1), 30);
        assert_eq!((many.len(), many[0].pace), (1, Pace::Serial));
        assert_eq!(batches(&names(30), 30, Order::Alone, 30).len(), 30);
    }

    #[test]
    fn a_seed_gives_one_order() {
        let order = |seed| {
            let mut items = names(12);
            shuffle(&mut items, seed);
            items
        };
        assert_eq!(order(7), order(7));
        assert_ne!(order(7), order(8));
        let mut sorted = order(7);
        sorted.sort();
        let mut owed = names(12);
        owed.sort();
        assert_eq!(sorted, owed);
    }
}
