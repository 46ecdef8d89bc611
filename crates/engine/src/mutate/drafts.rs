//! Makes the mutants of one unit's part of a range.

use super::Ledger;
use super::hunks::{new_lines, rewritten, taken_back, touch};
use crate::git::{Git, GitError};
use crate::survey::{Ends, Survey};
use redgreen_core::change::{ChangedFile, Status, TestChange};
use redgreen_core::id::Digest;
use redgreen_core::mutant::{Draft, Mutant, MutantId, Operator, numbered};
use redgreen_core::surface::{Lines, Surface};
use redgreen_toolchain::mutate::lines_of;
use redgreen_toolchain::{Language, Unit, Wanted, language, runner};
use std::collections::{BTreeMap, BTreeSet};

/// How many literals of one function, or outside of functions, are broken.
const MOST_LITERALS: usize = 60;

/// The mutants of one unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drafted {
    /// In the order in which they are to be tried.
    pub mutants: Vec<Mutant>,
    /// Head's text of every file that they edit.
    pub texts: BTreeMap<String, String>,
    /// Mutants that BASE's list calls harmless: who says so, and why.
    pub accepted: BTreeMap<MutantId, String>,
    /// What could not be broken, by name.
    pub left_out: Vec<String>,
}

/// The mutants of what the range between `ends` changes in `unit`.
///
/// # Errors
/// Where git cannot read an object.
pub fn drafted(
    git: &Git,
    (ends, ledger): (&Ends, &Ledger),
    survey: &Survey,
    unit: &Unit,
) -> Result<Drafted, GitError> {
    let changed = git.changed(&ends.base_tree, &ends.head_tree)?;
    let mut all = Drafted::default();
    let mut stale = BTreeSet::new();
    let own = survey
        .change
        .files
        .iter()
        .filter(|file| file.unit.as_ref() == Some(&unit.id) && file.status != Status::Deleted);
    for file in own {
        let held = changed.iter().find(|item| item.path.text() == file.path);
        let Some(text) = git.text_at(&ends.head_tree, &file.path)? else {
            continue;
        };
        let sides = held.map(|item| (&item.old, &item.new));
        let hunks = match sides {
            Some((Some(old), Some(new))) => Some(git.hunks(&old.blob, &new.blob)?),
            Some(_) | None => None,
        };
        let mut mutants = match language(&file.path) {
            Some(language) => {
                let lines = new_lines(hunks.as_deref());
                of_file(survey, (unit, language), (file, &text), lines)
            }
            None => Vec::new(),
        };
        all.left_out
            .extend(without_most_literals(&mut mutants, &file.path));
        if let (Some(hunks), true) = (&hunks, file.surfaces.contains(&Surface::Production)) {
            let was = git
                .text_at(&ends.base_tree, &file.path)?
                .unwrap_or_default();
            let place = (unit, file.path.as_str());
            mutants.extend(taken_back(place, (&was, &text), hunks));
        }
        if let Some(hunks) = &hunks {
            let was = git
                .text_at(&ends.base_tree, &file.path)?
                .unwrap_or_default();
            let fresh = rewritten((&was, &text), hunks);
            let is_stale = |mutant: &&Mutant| !fresh.iter().any(|own| touch(own, &mutant.bytes));
            stale.extend(mutants.iter().filter(is_stale).map(|m| m.id.clone()));
        }
        if !mutants.is_empty() {
            all.mutants.extend(mutants);
            all.texts.insert(file.path.clone(), text);
        }
    }
    accept(&mut all, ledger);
    in_order(&mut all.mutants);
    // What the change wrote comes before what only stands on the same lines.
    all.mutants
        .sort_by_key(|mutant| (mutant.operator, stale.contains(&mutant.id)));
    Ok(all)
}

/// Notes which of the mutants somebody called harmless.
pub(super) fn accept(all: &mut Drafted, ledger: &Ledger) {
    for mutant in &all.mutants {
        if let Some(entry) = ledger.entry(&mutant.id) {
            let why = format!("{} says: {}", entry.by, entry.reason);
            all.accepted.insert(mutant.id.clone(), why);
        }
    }
}

/// Sorts mutants into the order in which they are tried.
pub(super) fn in_order(mutants: &mut [Mutant]) {
    mutants.sort_by(|a, b| {
        let key = |m: &Mutant| (m.operator, m.path.clone(), m.bytes.start);
        key(a).cmp(&key(b))
    });
}

/// Takes out literals of one function, or of everything outside of functions, where they are so
/// many that they are a table: a share of them tells as much. Says how many.
fn without_most_literals(mutants: &mut Vec<Mutant>, path: &str) -> Option<String> {
    let is_literal = |mutant: &Mutant| mutant.operator == Operator::Constant;
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for mutant in mutants.iter().filter(|mutant| is_literal(mutant)) {
        *counts.entry(mutant.function.clone()).or_default() += 1;
    }
    let before = mutants.len();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    mutants.retain(|mutant| {
        let count = counts.get(&mutant.function).copied().unwrap_or_default();
        if !is_literal(mutant) || count <= MOST_LITERALS {
            return true;
        }
        let nth = seen.entry(mutant.function.clone()).or_default();
        let share = |nth: usize| nth * MOST_LITERALS / count;
        *nth += 1;
        // Evenly spread: the first of each share stays.
        *nth == 1 || share(*nth - 1) > share(*nth - 2)
    });
    let gone = before - mutants.len();
    (gone > 0).then(|| {
        format!("{gone} literals of tables in {path}, {MOST_LITERALS} of each table were broken,")
    })
}

fn of_file(
    survey: &Survey,
    (unit, language): (&Unit, &dyn Language),
    (file, text): (&ChangedFile, &str),
    lines: Vec<Lines>,
) -> Vec<Mutant> {
    let outline = language.outline(unit, &file.path, text);
    let of_production = file.surfaces.contains(&Surface::Production);
    let changed = survey.change.functions.iter().filter(|changed| {
        changed.status != Status::Deleted && changed.function.path == file.path && of_production
    });
    let functions: BTreeSet<String> = changed.map(|f| f.function.name.clone()).collect();
    let tests: Vec<&redgreen_core::change::TestItem> = survey
        .change
        .tests
        .iter()
        .filter(|test| test.item.path == file.path)
        .filter(|test| matches!(test.change, TestChange::Added | TestChange::Edited))
        .map(|test| &test.item)
        .collect();
    let outside = |lines: &Lines| {
        !outline
            .regions
            .iter()
            .any(|region| region.lines.touches(*lines))
    };
    let wanted = Wanted {
        lines: if of_production {
            without(lines, &outline.regions)
        } else {
            Vec::new()
        },
        functions: functions.clone(),
        tests: tests.iter().map(|test| test.lines).collect(),
    };
    let mut drafts = language.mutants(text, &wanted);
    if has_bodies_alone(unit) {
        drafts.retain(|draft| draft.operator == Operator::Body);
    }
    let is_of_test = |draft: &Draft| {
        let in_test = || tests.iter().any(|test| test.lines.touches(draft.lines));
        draft.operator == Operator::Assertion || draft.operator == Operator::NoOp && in_test()
    };
    drafts.retain(|draft| is_of_test(draft) || outside(&draft.lines));
    if !drafts.iter().any(|draft| draft.operator == Operator::Body) {
        drafts.extend(by_stub(language, text, &functions));
    }
    for draft in drafts.iter_mut().filter(|draft| is_of_test(draft)) {
        let holder = tests.iter().find(|test| test.lines.touches(draft.lines));
        draft.function = holder.map_or(String::new(), |test| test.id.name.clone());
    }
    let body = |name: &str| -> Option<Digest> {
        let function = outline.functions.iter().find(|item| item.name == name);
        let test = tests.iter().find(|item| item.id.name == name);
        function
            .map(|item| item.body.clone())
            .or_else(|| test.map(|item| item.body.clone()))
    };
    numbered(&file.path, text, drafts, body)
}

/// Whether the session of the unit's runner does not serve the unit, so that each mutant has a
/// plain run, which is dear.
pub(super) fn has_bodies_alone(unit: &Unit) -> bool {
    let mutator = runner(&unit.runner).and_then(|runner| runner.mutator());
    mutator.is_some_and(|mutator| !mutator.serves(unit))
}

/// `lines` without those of test regions.
fn without(lines: Vec<Lines>, regions: &[redgreen_toolchain::Region]) -> Vec<Lines> {
    let mut rest = lines;
    for region in regions {
        rest = rest
            .into_iter()
            .flat_map(|some| {
                let before = (some.first < region.lines.first)
                    .then(|| Lines::new(some.first, some.last.min(region.lines.first - 1)));
                let after = (some.last > region.lines.last)
                    .then(|| Lines::new(some.first.max(region.lines.last + 1), some.last));
                before.into_iter().chain(after)
            })
            .collect();
    }
    rest
}

/// A mutant that fails wherever its function runs: what notices it comes by.
pub(crate) fn probe(path: &str, text: &str, function: &str) -> Option<Mutant> {
    let language = language(path)?;
    let drafts = by_stub(language, text, &[function.to_owned()].into());
    numbered(path, text, drafts, |_| None).pop()
}

/// The stub of tree S in one function alone, where the language has no mutants of its own.
fn by_stub(language: &dyn Language, text: &str, functions: &BTreeSet<String>) -> Vec<Draft> {
    let one = |name: &String| {
        let stubbed = language.stub(text, &[name.clone()].into());
        let same = text
            .bytes()
            .zip(stubbed.bytes())
            .take_while(|(a, b)| a == b)
            .count();
        let start = floor(text, same);
        let rest = text.len().min(stubbed.len()) - start;
        let backwards = text.bytes().rev().zip(stubbed.bytes().rev());
        let tail = backwards.take(rest).take_while(|(a, b)| a == b).count();
        let end = ceil(text, text.len() - tail);
        let now = stubbed.get(start..stubbed.len() - (text.len() - end))?;
        (stubbed != text).then(|| Draft {
            function: name.clone(),
            lines: lines_of(text, &(start..end)),
            bytes: start..end,
            operator: Operator::Body,
            now: now.to_owned(),
        })
    };
    functions.iter().filter_map(one).collect()
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

fn ceil(text: &str, at: usize) -> usize {
    (at..=text.len())
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_session_serves_keeps_to_whole_bodies() {
        let unit = |runner: &str, framework: &str| Unit {
            runner: runner.to_owned(),
            marks: [("framework".to_owned(), framework.to_owned())].into(),
            ..Unit::default()
        };
        assert!(!has_bodies_alone(&unit("maven", "junit5")));
        assert!(!has_bodies_alone(&unit("maven", "junit4")));
        assert!(has_bodies_alone(&unit("maven", "testng")));
        assert!(has_bodies_alone(&unit("gradle", "junit5")));
        assert!(!has_bodies_alone(&unit("pytest", "")));
    }

    #[test]
    fn a_stub_becomes_one_edit() {
        let go = language("a.go").expect("a language");
        let text = "package a\n\nfunc f() int {\n\treturn 1\n}\n\nfunc g() {\n}\n";
        let names = ["f", "g"].map(str::to_owned).into();
        let drafts = by_stub(go, text, &names);
        assert_eq!(drafts.len(), 2);
        for draft in drafts {
            let alone = [draft.function.clone()].into();
            let mut edited = text.to_owned();
            edited.replace_range(draft.bytes, &draft.now);
            assert_eq!(edited, go.stub(text, &alone));
        }
    }

    #[test]
    fn of_a_table_a_share_of_the_literals_is_broken() {
        let literal = |at: usize, function: &str| Draft {
            function: function.to_owned(),
            lines: Lines::new(1, 1),
            bytes: at..at + 1,
            operator: Operator::Constant,
            now: "2".to_owned(),
        };
        let text = "1".repeat(700);
        let mut drafts: Vec<Draft> = (0..600).map(|at| literal(at, "")).collect();
        drafts.extend((600..660).map(|at| literal(at, "f")));
        let mut mutants = numbered("a.py", &text, drafts, |_| None);
        let said = without_most_literals(&mut mutants, "a.py").expect("some are left out");
        assert!(said.starts_with("540 literals of tables in a.py"), "{said}");
        let table: Vec<usize> = mutants
            .iter()
            .filter(|mutant| mutant.function.is_empty())
            .map(|mutant| mutant.bytes.start)
            .collect();
        assert_eq!(table, (0..60).map(|nth| nth * 10).collect::<Vec<_>>());
        assert_eq!(mutants.len(), 120);
        assert_eq!(without_most_literals(&mut mutants, "a.py"), None);
    }

    #[test]
    fn lines_of_tests_are_no_lines_of_production() {
        let region = |first, last| redgreen_toolchain::Region {
            key: String::new(),
            lines: Lines::new(first, last),
            bytes: 0..0,
        };
        let rest = without(vec![Lines::new(1, u32::MAX)], &[region(5, 9)]);
        assert_eq!(rest, [Lines::new(1, 4), Lines::new(10, u32::MAX)]);
        assert_eq!(without(vec![Lines::new(5, 6)], &[region(5, 9)]), []);
    }
}
