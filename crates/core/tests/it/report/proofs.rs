//! Makes proofs by hand: what each test did, and what follows.

use redgreen_core::evidence::TreeKind;
use redgreen_core::finding::Finding;
use redgreen_core::id::{TestId, UnitId};
use redgreen_core::outcome::Location;
use redgreen_core::proof::{
    Cell, ChangeVerdict, FunctionJudged, FunctionVerdict, Mark, Proof, TestJudged, TestVerdict,
};
use redgreen_core::reason::Reason;

pub(super) fn id(name: &str) -> TestId {
    TestId::new(&UnitId::from(".:pytest"), name)
}

fn cell(tree: TreeKind, mark: Mark, reason: Option<Reason>, message: &str) -> Cell {
    let at = reason.map(|_| Location::new("shop/basket.py", 12));
    Cell {
        tree,
        mark,
        samples: 3,
        reason,
        message: message.to_owned(),
        at,
    }
}

fn test(name: &str, verdict: TestVerdict, cells: Vec<Cell>) -> TestJudged {
    TestJudged {
        id: id(name),
        path: Some("tests/test_basket.py".to_owned()),
        verdict,
        cells,
    }
}

/// A test that is red on base, before head exists.
pub(super) fn red(name: &str, message: &str) -> TestJudged {
    let cells = vec![cell(
        TreeKind::R,
        Mark::Failed,
        Some(Reason::Assertion),
        message,
    )];
    test(name, TestVerdict::Red, cells)
}

/// A test that is red on base and in the stubbed tree, and passes on head.
pub(super) fn proves(name: &str, message: &str) -> TestJudged {
    let cells = vec![
        cell(TreeKind::R, Mark::Failed, Some(Reason::Assertion), message),
        cell(TreeKind::S, Mark::Failed, Some(Reason::Stub), ""),
        cell(TreeKind::H, Mark::Passed, None, ""),
    ];
    test(name, TestVerdict::Proves, cells)
}

/// A test that is red on base and on head.
pub(super) fn broken(name: &str, message: &str) -> TestJudged {
    let failed = |tree| cell(tree, Mark::Failed, Some(Reason::Assertion), message);
    let cells = vec![failed(TreeKind::R), failed(TreeKind::H)];
    test(name, TestVerdict::Broken, cells)
}

/// A test that passes with and without the change.
pub(super) fn characterizes(name: &str) -> TestJudged {
    let cells = vec![
        cell(TreeKind::R, Mark::Passed, None, ""),
        cell(TreeKind::H, Mark::Passed, None, ""),
    ];
    test(name, TestVerdict::Characterizes, cells)
}

pub(super) fn function(name: &str, line: u32, verdict: FunctionVerdict) -> FunctionJudged {
    FunctionJudged {
        name: name.to_owned(),
        at: Location::new("shop/basket.py", line),
        verdict,
    }
}

/// A proof with these tests and nothing found.
pub(super) fn proof(verdict: ChangeVerdict, tests: Vec<TestJudged>, kept: usize) -> Proof {
    Proof {
        verdict,
        tests,
        functions: Vec::new(),
        findings: Vec::new(),
        kept,
        not_checked: vec!["whether each assertion is needed".to_owned()],
        mutants: Vec::new(),
    }
}

pub(super) fn with(mut proof: Proof, findings: Vec<Finding>) -> Proof {
    proof.findings = findings;
    proof
}
