//! Runs the hidden tests on what was handed in. What is found names criteria, never tests.

use super::room::Place;
use crate::config::Config;
use crate::drive::bench::Bench;
use crate::drive::seen::Seen;
use crate::drive::{Drive, DriveError};
use crate::git::{Edit, Git};
use crate::survey::{Ends, survey};
use redgreen_core::event::Event;
use redgreen_core::evidence::{Observation, Order, Purpose, Selection, TreeKind};
use redgreen_core::finding::Weight;
use redgreen_core::hidden::{
    HiddenOutcome, HiddenTest, HiddenWritten, rule_hidden, without_hidden,
};
use redgreen_core::id::{TestId, TreeId, UnitId};
use redgreen_core::outcome::Outcome;
use redgreen_core::run::RunState;
use std::collections::BTreeMap;

impl Drive<'_> {
    /// Adds to what the gate of VERIFY saw what the hidden tests say of `tree`.
    pub(in crate::drive) fn judge_hidden(
        &mut self,
        state: &RunState,
        tree: &TreeId,
        seen: &mut Seen,
    ) -> Result<(), DriveError> {
        if state.started.hidden.is_none() {
            return Ok(());
        }
        let Some(written) = &state.hidden.written else {
            let why = state.hidden.failures.join("; ");
            seen.findings.extend(without_hidden(state, &why));
            return Ok(());
        };
        let blocks = |found: &redgreen_core::finding::Finding| found.weight == Weight::Blocks;
        if state
            .waive(state.phase, seen.findings.clone())
            .iter()
            .any(blocks)
        {
            let text = "hidden tests: not run while something else is not met";
            seen.facts.push(text.to_owned());
            return Ok(());
        }
        let Some(room) = Place::of(&self.workshop.state, self.git, state).open() else {
            let why = "they are gone from redgreen's state";
            seen.findings.extend(without_hidden(state, why));
            return Ok(());
        };
        let over = self.git.with_objects_of(&room.git)?;
        let (outcomes, messages) = outcomes(&mut self.bench().on(&over), state, (written, tree))?;
        room.note(&messages)?;
        let ruling = rule_hidden(state, written, &outcomes);
        seen.findings.extend(ruling.findings);
        seen.facts.extend(ruling.facts);
        let of_author = written.seen.iter();
        let of_author = of_author.map(|seen| format!("hidden tests: {seen}"));
        seen.facts.extend(of_author);
        for question in ruling.questions {
            let mut known = state.questions.iter();
            if !known.any(|known| known.asked.id == question.id) {
                self.ledger.append(Event::QuestionAsked(question))?;
            }
        }
        Ok(())
    }
}

/// Tests that fail, with what they said.
type Failures = Vec<(String, String)>;

/// How each hidden test comes out on `tree`; one that fails is run a second time.
fn outcomes(
    bench: &mut Bench<'_>,
    state: &RunState,
    (written, tree): (&HiddenWritten, &TreeId),
) -> Result<(Vec<HiddenOutcome>, Failures), DriveError> {
    let with = laid_over(bench.git, written, tree)?;
    let failing = bench.failing(state, &with, (written, 0))?;
    let mut again = BTreeMap::new();
    let passes = |hidden: &HiddenTest| failing.get(&hidden.test) == Some(&Came::Passed);
    if !written.tests.iter().all(passes) {
        again = bench.failing(state, &with, (written, 1))?;
    }
    let (mut outcomes, mut messages) = (Vec::new(), Vec::new());
    for test in written.tests.iter().map(|hidden| &hidden.test) {
        // A test that no report names did not pass.
        let missing = || Came::Failed("the runner did not take it up".to_owned());
        let first = failing.get(test).cloned().unwrap_or_else(missing);
        outcomes.push(match (first, again.get(test)) {
            (Came::Passed, _) => HiddenOutcome::Passes,
            (Came::Failed(_), Some(Came::Passed)) => HiddenOutcome::Unstable,
            (Came::Failed(message), Some(Came::Failed(_)) | None) => {
                messages.push((test.to_string(), message));
                HiddenOutcome::Fails
            }
        });
    }
    Ok((outcomes, messages))
}

/// How one test came out of one run.
#[derive(Clone, PartialEq, Eq)]
enum Came {
    Passed,
    /// With what it said.
    Failed(String),
}

impl Came {
    fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Passed => Self::Passed,
            Outcome::Failed(failure) => Self::Failed(failure.message.clone()),
            Outcome::Skipped(why) => Self::Failed(format!("skipped: {why}")),
            Outcome::TimedOut => Self::Failed("it ran out of time".to_owned()),
            Outcome::Absent | Outcome::NotCollected | Outcome::NotReached => {
                Self::Failed("it was not reached".to_owned())
            }
        }
    }
}

/// `tree` with the files of the hidden tests.
fn laid_over(git: &Git, written: &HiddenWritten, tree: &TreeId) -> Result<TreeId, DriveError> {
    let changed = git.changed(&written.shown, &written.tree)?;
    let edits = changed.into_iter().map(|changed| Edit {
        path: changed.path,
        held: changed.new,
    });
    Ok(git.write_tree(tree, &edits.collect::<Vec<Edit>>())?)
}

impl Bench<'_> {
    /// Runs the hidden tests on `tree`: how each test that was run came out.
    fn failing(
        &mut self,
        state: &RunState,
        tree: &TreeId,
        (written, sample): (&HiddenWritten, u32),
    ) -> Result<BTreeMap<TestId, Came>, DriveError> {
        let base = state.started.base.clone();
        let base_tree = self.git.tree_of(&base)?;
        let config = Config::of_tree(self.git, &base_tree)?;
        let ends = Ends {
            base,
            base_tree,
            head: None,
            head_tree: tree.clone(),
        };
        let survey = survey(self.git, &ends, &config, Some(state.started.kind))?;
        let mut asked: Vec<Observation> = Vec::new();
        for unit in &survey.units {
            let tests: Vec<String> = named(&unit.id, written);
            if !tests.is_empty() {
                asked.push(Observation {
                    unit: unit.id.clone(),
                    tree: TreeKind::H,
                    tests: Selection::Tests(tests),
                    order: Order::AsWritten,
                    sample,
                    purpose: Purpose::Run,
                });
            }
        }
        let mut failing = BTreeMap::new();
        for (evidence, _) in self.observe_all(&survey, &config, &asked)? {
            for (name, seen) in &evidence.report.tests {
                let test = TestId::new(&evidence.observation.unit, name.clone());
                failing.insert(test, Came::of(&seen.outcome));
            }
        }
        Ok(failing)
    }
}

/// The names of the hidden tests in `unit`.
fn named(unit: &UnitId, written: &HiddenWritten) -> Vec<String> {
    let all = written.tests.iter();
    let of_unit = all.filter(|hidden| hidden.test.unit == *unit);
    of_unit.map(|hidden| hidden.test.name.clone()).collect()
}
