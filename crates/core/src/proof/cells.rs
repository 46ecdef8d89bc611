//! Writes down what each tree answered of one test.

use super::facts::{Facts, Settled};
use super::verdict::{Cell, Mark, TestJudged, TestVerdict};
use crate::change::Change;
use crate::evidence::TreeKind;
use crate::id::TestId;
use crate::outcome::{Failure, Outcome};

/// The trees in the order in which reports list them.
const TREES: [TreeKind; 5] = [
    TreeKind::R,
    TreeKind::S,
    TreeKind::H,
    TreeKind::T,
    TreeKind::B,
];

/// A test with its verdict and its answers on every tree that was asked.
pub(super) fn record(
    change: &Change,
    facts: &Facts,
    test: &TestId,
    path: Option<&str>,
    verdict: TestVerdict,
) -> TestJudged {
    let cells = TREES
        .into_iter()
        .filter_map(|tree| cell(change, facts, tree, (test, path)));
    let (id, path) = (test.clone(), path.map(str::to_owned));
    TestJudged {
        id,
        path,
        verdict,
        cells: cells.collect(),
    }
}

fn cell(
    change: &Change,
    facts: &Facts,
    tree: TreeKind,
    (test, path): (&TestId, Option<&str>),
) -> Option<Cell> {
    let samples = facts.samples(tree, test, path).len();
    let blank = |mark| Cell {
        tree,
        mark,
        samples,
        reason: None,
        message: String::new(),
        at: None,
    };
    match facts.settled(change, tree, test, path) {
        Settled::Unasked => None,
        Settled::Passed => Some(blank(Mark::Passed)),
        Settled::Mixed(..) => Some(blank(Mark::Mixed)),
        Settled::Red(outcome, reason) => {
            let mut cell = blank(mark_of(&outcome));
            cell.reason = reason;
            if let Outcome::Failed(Failure { message, at, .. }) = outcome {
                cell.message = message;
                cell.at = at;
            }
            Some(cell)
        }
    }
}

fn mark_of(outcome: &Outcome) -> Mark {
    match outcome {
        Outcome::Passed => Mark::Passed,
        Outcome::Failed(_) | Outcome::TimedOut => Mark::Failed,
        Outcome::Skipped(_) => Mark::Skipped,
        Outcome::Absent | Outcome::NotCollected => Mark::Absent,
        Outcome::NotReached => Mark::Unknown,
    }
}
