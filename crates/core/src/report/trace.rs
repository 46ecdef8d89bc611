//! Traces criteria to tests and commits. Which test belongs to which criterion is a claim.

use super::Given;
use super::rows::{Belongs, CommitRow, CriterionRow, TestRow, TracedTest};
use crate::claim::Link;
use crate::criterion::Criterion;
use crate::evidence::TreeKind;
use crate::gate::is_named;
use crate::id::{CriterionId, TestId};
use crate::phase::Phase;
use crate::proof::{TestJudged, TestVerdict};
use crate::run::RunState;
use crate::ticket::Ticket;
use std::collections::{BTreeMap, BTreeSet};

/// Every test that a proof of the run holds, as the last such proof has it, by id.
pub(super) fn tests(state: &RunState) -> Vec<TestRow> {
    let mut tests: BTreeMap<&TestId, TestRow> = BTreeMap::new();
    for (number, gate) in (1..).zip(&state.gates) {
        for test in gate.proof.iter().flat_map(|proof| &proof.tests) {
            tests.insert(&test.id, test_row(test, number));
        }
    }
    tests.into_values().collect()
}

fn test_row(test: &TestJudged, gate: usize) -> TestRow {
    let base = test.on(TreeKind::R).or_else(|| test.on(TreeKind::B));
    TestRow {
        id: test.id.clone(),
        verdict: test.verdict,
        base: base.cloned(),
        stub: test.on(TreeKind::S).cloned(),
        head: test.on(TreeKind::H).cloned(),
        gate,
    }
}

/// The criteria of the ticket with their tests and commits.
pub(super) fn criteria(
    (state, ticket): (&RunState, &Ticket),
    given: &Given,
    tests: &[TestRow],
    commits: &[CommitRow],
) -> Vec<CriterionRow> {
    let links = links(state);
    let only = ticket.criteria.len() == 1;
    let row = |criterion: &Criterion| {
        let own = links.iter().filter(|link| link.criterion == criterion.id);
        let mut traced: Vec<TracedTest> = own.flat_map(|link| said(link, tests)).collect();
        match only {
            true => traced.extend(left_over(tests, &traced, Belongs::OnlyCriterion)),
            false => {
                let named: Vec<TestRow> = tests
                    .iter()
                    .filter(|row| names(row, criterion))
                    .cloned()
                    .collect();
                traced.extend(left_over(&named, &traced, Belongs::Named));
                let first: Vec<TestRow> = of_slice((state, ticket), criterion, &links, tests);
                traced.extend(left_over(&first, &traced, Belongs::OfSlice));
            }
        }
        let slices = &state.started.slices;
        let carries = |commit: &&CommitRow| commit.acceptance.contains(&criterion.id);
        let labels = commits.iter().filter(carries);
        let labels: BTreeSet<&String> = labels.filter_map(|c| c.label.as_ref()).collect();
        CriterionRow {
            id: criterion.id.clone(),
            wording: criterion.text.clone(),
            digest: criterion.digest.clone(),
            stale: given.stale.contains(&criterion.id),
            slice: slices.iter().position(|s| s.contains(&criterion.id)),
            tests: traced,
            commits: labels.into_iter().cloned().collect(),
        }
    };
    ticket.criteria.iter().map(row).collect()
}

/// The tests that a link can mean; one row without a test where no proof holds such a test.
fn said(link: &Link, tests: &[TestRow]) -> Vec<TracedTest> {
    let meant = |row: &&TestRow| {
        is_named(&row.id.name, &link.test) || is_named(&row.id.to_string(), &link.test)
    };
    let traced = |test: Option<TestRow>| TracedTest {
        because: Belongs::Claimed {
            said: link.test.clone(),
        },
        test,
    };
    let found: Vec<TracedTest> = tests
        .iter()
        .filter(meant)
        .map(|row| traced(Some(row.clone())))
        .collect();
    match found.is_empty() {
        true => vec![traced(None)],
        false => found,
    }
}

/// Criteria of the ticket that no test shows which is red without the change and green with it, as
/// far as anybody says which test is whose.
pub fn unshown(state: &RunState, ticket: &Ticket) -> Vec<CriterionId> {
    let tests = tests(state);
    let rows = criteria((state, ticket), &Given::default(), &tests, &[]);
    let shows = |traced: &TracedTest| {
        let verdict = traced.test.as_ref().map(|test| test.verdict);
        verdict == Some(TestVerdict::Proves)
    };
    let open = rows.into_iter().filter(|row| !row.tests.iter().any(shows));
    open.map(|row| row.id).collect()
}

/// The tests that were red first in the slice of `criterion` alone, and that nobody says to be of
/// another.
fn of_slice(
    (state, ticket): (&RunState, &Ticket),
    criterion: &Criterion,
    links: &[&Link],
    tests: &[TestRow],
) -> Vec<TestRow> {
    let alone = |slice: usize| {
        let slice = state.started.slices.get(slice).map(Vec::as_slice);
        slice == Some(std::slice::from_ref(&criterion.id))
    };
    let mut seen = BTreeSet::new();
    let mut first: BTreeSet<&TestId> = BTreeSet::new();
    for gate in state.gates.iter().filter(|gate| gate.phase == Phase::Red) {
        let red = gate.proof.iter().flat_map(|proof| &proof.tests);
        for test in red.filter(|test| test.verdict == TestVerdict::Red) {
            if seen.insert(&test.id) && alone(gate.slice) {
                first.insert(&test.id);
            }
        }
    }
    let is_of_another = |row: &&TestRow| {
        let said = links.iter().any(|link| {
            is_named(&row.id.name, &link.test) || is_named(&row.id.to_string(), &link.test)
        });
        said || ticket.criteria.iter().any(|other| names(row, other))
    };
    let rows = tests.iter().filter(|row| first.contains(&row.id));
    rows.filter(|row| !is_of_another(row)).cloned().collect()
}

/// Whether the test's own name holds the criterion's id: `test_ac_2_refuses` that of `AC-2`.
fn names(row: &TestRow, criterion: &Criterion) -> bool {
    let words = |text: &str| -> Vec<String> {
        let text = text.to_lowercase();
        let text = text.replace(['_', '-', ' '], "");
        let parts = text.split(|c: char| !c.is_alphanumeric());
        parts
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let id = words(criterion.id.as_str()).concat();
    words(&row.id.name).iter().any(|word| {
        word.match_indices(&id).any(|(at, _)| {
            let behind = word[at + id.len()..].chars().next();
            !behind.is_some_and(|c| c.is_ascii_digit())
        })
    })
}

/// The tests of the change that nobody linked.
fn left_over(tests: &[TestRow], traced: &[TracedTest], because: Belongs) -> Vec<TracedTest> {
    let known = |id: &TestId| {
        let mut rows = traced.iter().filter_map(|traced| traced.test.as_ref());
        rows.any(|row| row.id == *id)
    };
    let of_change = |row: &&TestRow| matches!(row.verdict, TestVerdict::Proves | TestVerdict::Red);
    let rows = tests.iter().filter(of_change).filter(|row| !known(&row.id));
    rows.map(|row| TracedTest {
        because: because.clone(),
        test: Some(row.clone()),
    })
    .collect()
}

/// Every link that a worker handed in, each once, in the order in which it was said first.
pub(super) fn links(state: &RunState) -> Vec<&Link> {
    let mut seen = BTreeSet::new();
    let all = state.claims.iter().flat_map(|(_, _, claim)| &claim.links);
    all.filter(|link| seen.insert((&link.criterion, &link.test)))
        .collect()
}
