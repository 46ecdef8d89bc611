//! Makes the mutants of a range that changes tests alone: of the functions that the tests name.

use super::Ledger;
use super::drafts::{Drafted, accept, has_bodies_alone, in_order};
use crate::git::{Git, GitError};
use crate::survey::{Ends, Survey, TreeFiles, unit_of};
use redgreen_core::change::{TestChange, TestItem};
use redgreen_core::mutant::{Fate, Operator, Trials, numbered};
use redgreen_core::surface::{Lines, Surface};
use redgreen_toolchain::{Files as _, Unit, Wanted, language};
use std::collections::BTreeSet;

/// The most functions that are broken. Tests that name more of them say little about any one.
const MOST: usize = 40;

/// Whether `unit` has new or edited tests in the range, and no production code.
pub(super) fn is_of_tests(survey: &Survey, unit: &Unit) -> bool {
    let mut files = survey.change.files.iter();
    let code = files.any(|file| {
        file.unit.as_ref() == Some(&unit.id) && file.surfaces.contains(&Surface::Production)
    });
    !code && new_tests(survey, unit).next().is_some()
}

fn new_tests<'s>(survey: &'s Survey, unit: &'s Unit) -> impl Iterator<Item = &'s TestItem> {
    let tests = survey.change.tests.iter();
    tests
        .filter(|test| matches!(test.change, TestChange::Added | TestChange::Edited))
        .map(|test| &test.item)
        .filter(|item| item.id.unit == unit.id)
}

/// The words of the new and edited tests, and the languages that they are written in.
fn words_of(
    survey: &Survey,
    unit: &Unit,
    files: &TreeFiles<'_>,
) -> (BTreeSet<String>, BTreeSet<&'static str>) {
    let (mut named, mut spoken) = (BTreeSet::new(), BTreeSet::new());
    for test in new_tests(survey, unit) {
        let text = files.text(&test.path).unwrap_or_default();
        spoken.extend(language(&test.path).map(|language| language.name()));
        let (first, last) = (test.lines.first as usize, test.lines.last as usize);
        let lines = text.lines().skip(first.saturating_sub(1));
        for line in lines.take(last.saturating_sub(first) + 1) {
            let words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
            named.extend(words.map(str::to_owned));
        }
    }
    (named, spoken)
}

/// The mutants of the functions of `unit` that the new and edited tests name.
///
/// # Errors
/// Where git cannot read an object.
pub(super) fn of_tests(
    git: &Git,
    (ends, ledger): (&Ends, &Ledger),
    survey: &Survey,
    unit: &Unit,
) -> Result<Drafted, GitError> {
    let files = TreeFiles::open(git, &ends.head_tree)?;
    let (named, spoken) = words_of(survey, unit, &files);
    let mut all = Drafted::default();
    let mut left = MOST;
    for path in files.paths() {
        let own = unit_of(&survey.units, path).is_some_and(|of| of.id == unit.id);
        let spoken_by = |path: &str| language(path).filter(|by| spoken.contains(by.name()));
        let Some(language) = spoken_by(path).filter(|_| own) else {
            continue;
        };
        let Some(text) = files.text(path) else {
            continue;
        };
        if language.surface(path, Some(&text)) != Surface::Production {
            continue;
        }
        let outline = language.outline(unit, path, &text);
        let is_named = |name: &str| {
            let last = name.rsplit(['.', ':', '#']).next();
            last.is_some_and(|last| named.contains(last))
        };
        let meant = outline.functions.iter().filter(|item| is_named(&item.name));
        let meant: Vec<_> = meant.take(left).collect();
        left -= meant.len();
        let wanted = Wanted {
            lines: meant.iter().map(|item| item.lines).collect(),
            functions: meant.iter().map(|item| item.name.clone()).collect(),
            tests: Vec::new(),
        };
        let mut drafts = language.mutants(&text, &wanted);
        if has_bodies_alone(unit) {
            drafts.retain(|draft| draft.operator == Operator::Body);
        }
        let in_tests = |lines: Lines| outline.regions.iter().any(|own| own.lines.touches(lines));
        let drafts = drafts.into_iter().filter(|draft| !in_tests(draft.lines));
        let body = |name: &str| {
            let function = outline.functions.iter().find(|item| item.name == name);
            function.map(|item| item.body.clone())
        };
        let mutants = numbered(path, &text, drafts.collect(), body);
        if !mutants.is_empty() {
            all.mutants.extend(mutants);
            all.texts.insert(path.clone(), text);
        }
    }
    if let Some(error) = files.trouble() {
        return Err(error);
    }
    if left == 0 {
        all.left_out.push(format!(
            "functions beyond the first {MOST} that the tests name"
        ));
    }
    accept(&mut all, ledger);
    in_order(&mut all.mutants);
    Ok(all)
}

/// Takes out what only tests outside of the range run over: another range owes an answer about it.
pub(super) fn keep_covered(trials: &mut Trials) {
    let before = trials.trials.len();
    trials
        .trials
        .retain(|trial| !trial.mutant.operator.breaks_code() || trial.by_new != Fate::NotReached);
    let gone = before - trials.trials.len();
    if gone > 0 {
        let defects = if gone == 1 { "defect" } else { "defects" };
        trials.left_out.push(format!(
            "{gone} {defects} in functions that the tests of the range name and do not run over"
        ));
    }
}
