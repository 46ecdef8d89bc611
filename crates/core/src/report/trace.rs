//! Traces criteria to tests and commits. Which test belongs to which criterion is a claim.

use super::Given;
use super::rows::{Belongs, CommitRow, CriterionRow, TestRow, TracedTest};
use crate::claim::Link;
use crate::evidence::TreeKind;
use crate::gate::is_named;
use crate::id::TestId;
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
    let row = |criterion: &crate::criterion::Criterion| {
        let own = links.iter().filter(|link| link.criterion == criterion.id);
        let mut traced: Vec<TracedTest> = own.flat_map(|link| said(link, tests)).collect();
        if only {
            traced.extend(left_over(tests, &traced));
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

/// The tests of the change that nobody linked, where there is one criterion only.
fn left_over(tests: &[TestRow], traced: &[TracedTest]) -> Vec<TracedTest> {
    let known = |id: &TestId| {
        let mut rows = traced.iter().filter_map(|traced| traced.test.as_ref());
        rows.any(|row| row.id == *id)
    };
    let of_change = |row: &&TestRow| matches!(row.verdict, TestVerdict::Proves | TestVerdict::Red);
    let rows = tests.iter().filter(of_change).filter(|row| !known(&row.id));
    rows.map(|row| TracedTest {
        because: Belongs::OnlyCriterion,
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
