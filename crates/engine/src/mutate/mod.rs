//! Breaks the change on purpose: makes the mutants of a range, tries them, and remembers what came
//! of them.

mod covered;
mod drafts;
mod hunks;
mod known;
mod ledger;

pub(crate) use drafts::probe;
pub use drafts::{Drafted, drafted};
pub use known::{Known, Suite, suite_of};
pub use ledger::{Accepted, LEDGER, Ledger, LedgerError};

use crate::config::Config;
use crate::git::{Git, GitError};
use crate::observe::{Manner, ObserveError, Observer, Rooms, Store};
use crate::progress::Tell;
use crate::prove::{ProveError, Workshop};
use crate::survey::{Ends, Survey, survey};
use redgreen_core::evidence::{Observation, Order, Purpose, Selection, TreeKind};
use redgreen_core::id::{TestId, UnitId};
use redgreen_core::mutant::{MutantId, Question, Trials};
use redgreen_toolchain::{Unit, language, runner};
use std::collections::{BTreeMap, BTreeSet};

/// What somebody wants of the mutants of a range.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// The longest that all of them may take, in seconds; nothing is what BASE's configuration
    /// says.
    pub seconds: Option<u64>,
    /// The one mutant that is wanted.
    pub only: Option<MutantId>,
}

/// The mutants of a range and what came of them.
#[derive(Clone, Debug, Default)]
pub struct Mutated {
    /// A unit each.
    pub trials: Vec<Trials>,
    /// Head's text of every file that was broken.
    pub texts: BTreeMap<String, String>,
}

/// Tries the mutants of the range between `ends`, without the proof by trees.
///
/// # Errors
/// Where redgreen itself cannot work; see [`ProveError`].
pub fn mutate(
    git: &Git,
    ends: &Ends,
    wish: &Wish,
    (workshop, manner): (&Workshop, Manner),
    mut tell: Tell<'_>,
) -> Result<Mutated, ProveError> {
    let config = Config::of_tree(git, &ends.base_tree)?;
    let survey = survey(git, ends, &config, None)?;
    let ledger = Ledger::of_tree(git, &ends.base_tree)?;
    let mut left = wish.seconds.unwrap_or(config.mutants.seconds) * 1000;
    let rooms = Rooms::open_unless(&workshop.cache, manner.stop.as_deref(), &mut tell)?;
    let store = Store::new(&workshop.cache.join("evidence"), workshop.key.clone());
    let mut observer = Observer::new(git, (&survey, &config), (rooms, store), manner, tell);
    let mut all = Mutated::default();
    for id in &survey.change.units {
        let Some(unit) = survey.units.iter().find(|unit| unit.id == *id) else {
            continue;
        };
        let of_tests = covered::is_of_tests(&survey, unit);
        let mut drafted = match of_tests {
            true => with_tests(git, (ends, &ledger), &survey, unit)?,
            false => drafted(git, (ends, &ledger), &survey, unit)?,
        };
        if let Some(only) = &wish.only {
            drafted.mutants.retain(|mutant| mutant.id == *only);
        }
        if drafted.mutants.is_empty() {
            continue;
        }
        let proving = match needs_plain_runs(unit, &drafted) {
            true => passing(&mut observer, &survey, id)?,
            false => BTreeSet::new(),
        };
        let question = Question {
            unit: id.clone(),
            new_tests: survey.change.new_tests(id),
            proving,
            budget_ms: left,
        };
        let mut trials = observer.try_mutants(&question, &drafted)?;
        if of_tests {
            covered::keep_covered(&mut trials);
        }
        left = left.saturating_sub(trials.ms);
        all.trials.push(trials);
        all.texts.extend(drafted.texts);
    }
    Ok(all)
}

/// The assertions of the tests, and what the tests name.
fn with_tests(
    git: &Git,
    (ends, ledger): (&Ends, &Ledger),
    survey: &Survey,
    unit: &Unit,
) -> Result<Drafted, GitError> {
    let mut all = drafted(git, (ends, ledger), survey, unit)?;
    let Drafted {
        mutants,
        texts,
        accepted,
        left_out,
    } = covered::of_tests(git, (ends, ledger), survey, unit)?;
    all.mutants.extend(mutants);
    all.texts.extend(texts);
    all.accepted.extend(accepted);
    all.left_out.extend(left_out);
    drafts::in_order(&mut all.mutants);
    Ok(all)
}

/// Whether a mutant of `unit` has a run of its own: no session of its runner holds it.
fn needs_plain_runs(unit: &Unit, drafted: &Drafted) -> bool {
    let mutator = runner(&unit.runner).and_then(|runner| runner.mutator());
    let has_session = mutator.is_some_and(|mutator| mutator.serves(unit));
    let in_session = |path: &str| has_session && language(path).is_some();
    drafted
        .mutants
        .iter()
        .any(|mutant| !in_session(&mutant.path))
}

/// The new tests that pass on head, with their cases; none where no test changed.
fn passing(
    observer: &mut Observer<'_>,
    survey: &Survey,
    unit: &UnitId,
) -> Result<BTreeSet<String>, ObserveError> {
    let files = survey.change.target_files(unit);
    if files.is_empty() {
        return Ok(BTreeSet::new());
    }
    let answer = observer.observe(&Observation {
        unit: unit.clone(),
        tree: TreeKind::H,
        tests: Selection::Files(files),
        order: Order::AsWritten,
        sample: 0,
        purpose: Purpose::Run,
    })?;
    let tests = &answer.evidence.report.tests;
    let passing = tests.iter().filter(|(name, seen)| {
        let id = TestId::new(unit, name.as_str());
        seen.outcome.passed() && survey.change.changed_test(&id).is_some()
    });
    Ok(passing.map(|(name, _)| name.clone()).collect())
}
