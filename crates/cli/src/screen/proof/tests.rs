//! Proofs of every colour, held against the files in `tests/expected`.

use super::*;
use crate::exit::Empty;
use crate::json::{Observed, ProveDocument, Range};
use crate::screen::expected::{COLOURED, PIPED, PLAIN, check};
use redgreen_core::evidence::{Observation, Order, Purpose, Selection, TreeKind};
use redgreen_core::finding::{Code, Finding};
use redgreen_core::id::{Digest, TestId, TreeId, UnitId};
use redgreen_core::outcome::Location;
use redgreen_core::proof::{Cell, FunctionJudged, FunctionVerdict, Mark, TestJudged, TestVerdict};
use redgreen_core::reason::Reason;

fn test_id(name: &str) -> TestId {
    TestId::new(&UnitId::from(".:pytest"), name)
}

fn cell(tree: TreeKind, mark: Mark) -> Cell {
    Cell {
        tree,
        mark,
        samples: 3,
        reason: None,
        message: String::new(),
        at: None,
    }
}

fn red(tree: TreeKind, reason: Reason, message: &str) -> Cell {
    Cell {
        reason: Some(reason),
        message: message.to_owned(),
        at: Some(Location::new("tests/test_x.py", 12)),
        ..cell(tree, Mark::Failed)
    }
}

fn judged(name: &str, verdict: TestVerdict, cells: Vec<Cell>) -> TestJudged {
    TestJudged {
        id: test_id(name),
        path: None,
        verdict,
        cells,
    }
}

fn proof(verdict: ChangeVerdict) -> Proof {
    Proof {
        verdict,
        tests: Vec::new(),
        functions: Vec::new(),
        findings: Vec::new(),
        kept: 0,
        not_checked: vec!["mutants of the change".to_owned()],
        mutants: Vec::new(),
    }
}

fn observed(tree: TreeKind, cached: bool) -> Observed {
    Observed {
        observation: Observation {
            unit: UnitId::from(".:pytest"),
            tree,
            tests: Selection::Whole,
            order: Order::AsWritten,
            sample: 0,
            purpose: Purpose::Run,
        },
        tree: TreeId::from("4b825dc642cb6eb9a060e54bf8d69288fbee4904"),
        commands: vec![vec![
            "python".to_owned(),
            "-m".to_owned(),
            "pytest".to_owned(),
        ]],
        fingerprint: "pytest 9.0".to_owned(),
        output: Digest::of(b""),
        sandbox: "rlimits".to_owned(),
        ms: 1_250,
        cached,
    }
}

fn document(proof: Proof) -> ProveDocument {
    let range = Range {
        base: CommitId::from("1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d"),
        head: Some(CommitId::from("9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c")),
        worktree: false,
        merged: false,
    };
    let evidence = vec![observed(TreeKind::H, false), observed(TreeKind::T, true)];
    let again = "redgreen prove 1a2b3c4d5e..9f8e7d6c5b".to_owned();
    ProveDocument::of(range, proof, Empty::Refuse, evidence, again)
}

fn proven() -> Proof {
    let by_assertion = vec![
        red(TreeKind::R, Reason::Assertion, "assert 200 == 429"),
        cell(TreeKind::H, Mark::Passed),
    ];
    let by_stub = vec![
        red(
            TreeKind::R,
            Reason::MissingSymbol,
            "cannot import name 'Limit'",
        ),
        red(TreeKind::S, Reason::Stub, "redgreen stub: Limit.allow"),
        cell(TreeKind::H, Mark::Passed),
    ];
    let both = vec![
        cell(TreeKind::R, Mark::Passed),
        cell(TreeKind::H, Mark::Passed),
    ];
    let function = |name: &str, line, verdict| FunctionJudged {
        name: name.to_owned(),
        at: Location::new("shop/limit.py", line),
        verdict,
    };
    let named = ["test_a", "test_b", "test_c", "test_d"]
        .map(test_id)
        .to_vec();
    Proof {
        tests: vec![
            judged(
                "tests/test_x.py::test_same",
                TestVerdict::Characterizes,
                both,
            ),
            judged(
                "tests/test_x.py::test_blocks[4]",
                TestVerdict::Proves,
                by_assertion,
            ),
            judged("tests/test_x.py::test_limit", TestVerdict::Proves, by_stub),
        ],
        functions: vec![
            function("Limit.allow", 3, FunctionVerdict::ProvenBy(named)),
            function("reset", 9, FunctionVerdict::NotToldApart),
            function("old", 20, FunctionVerdict::Removed),
        ],
        kept: 212,
        ..proof(ChangeVerdict::Proven)
    }
}

fn refuted() -> Proof {
    let broken = vec![
        red(TreeKind::R, Reason::Assertion, "assert 1 == 2"),
        red(TreeKind::H, Reason::Assertion, "assert 1 == 3"),
    ];
    let regressed = vec![
        red(TreeKind::T, Reason::ExceptionInCode, "KeyError: 'x'"),
        cell(TreeKind::B, Mark::Passed),
    ];
    let lost = vec![
        cell(TreeKind::H, Mark::Skipped),
        cell(TreeKind::T, Mark::Passed),
        cell(TreeKind::B, Mark::Passed),
    ];
    let at = Some(Location::new("tests/test_x.py", 12));
    let found =
        |code, weight, subject: &str, message: &str| Finding::new(code, weight, subject, message);
    Proof {
        tests: vec![
            judged("t.py::test_broken", TestVerdict::Broken, broken),
            judged("t.py::test_old", TestVerdict::Broken, regressed),
            judged("t.py::test_lost", TestVerdict::Lost, lost),
        ],
        findings: vec![
            found(
                Code::BrokenOnHead,
                Weight::Blocks,
                "t.py::test_broken",
                "fails on head",
            )
            .at(at),
            found(
                Code::Lost,
                Weight::Blocks,
                "t.py::test_lost",
                "head skips it: later",
            ),
            found(Code::Lost, Weight::Blocks, "t.py::test_gone", "was removed"),
            found(
                Code::RunnerConfigChanged,
                Weight::Advises,
                "pytest.ini",
                "tells the runner",
            ),
        ],
        kept: 1,
        ..proof(ChangeVerdict::Refuted)
    }
}

fn excepted(exceptions: usize) -> Proof {
    let finding = Finding::new(
        Code::Rewritten,
        Weight::Excepts,
        "t.py::test_old",
        "accepted",
    );
    Proof {
        findings: vec![finding; exceptions],
        ..proof(ChangeVerdict::ProvenExcept)
    }
}

fn last_words(proof: Proof) -> String {
    let text = render(&document(proof), Lists::Cut, PLAIN);
    text.lines().rev().nth(1).unwrap_or_default().to_owned()
}

#[test]
fn a_proven_change_shows_its_proving_tests_first_and_its_verdict_last() {
    let document = document(proven());
    check("proof.proven", &render(&document, Lists::Cut, PIPED));
    check("proof.proven.plain", &render(&document, Lists::Cut, PLAIN));
    check(
        "proof.proven.colour",
        &render(&document, Lists::Cut, COLOURED),
    );
}

#[test]
fn a_refuted_change_names_its_counter_examples() {
    check(
        "proof.refuted",
        &render(&document(refuted()), Lists::Cut, PIPED),
    );
}

#[test]
fn plain_text_is_ascii_whatever_the_verdict() {
    for proof in [proven(), refuted(), excepted(2)] {
        assert!(render(&document(proof), Lists::Cut, PLAIN).is_ascii());
    }
}

#[test]
fn an_unclear_change_on_a_working_tree_says_what_clouds_it() {
    let finding = Finding::new(
        Code::MissingTool,
        Weight::Clouds,
        ".:pytest on tree H",
        "pytest is missing: pip install pytest",
    );
    let unclear = Proof {
        findings: vec![finding],
        ..proof(ChangeVerdict::Unclear)
    };
    let mut document = document(unclear);
    document.range.head = None;
    document.evidence.clear();
    check("proof.unclear", &render(&document, Lists::Cut, PIPED));
}

#[test]
fn the_last_line_but_one_is_the_verdict() {
    assert_eq!(last_words(proven()), "Proven");
    assert_eq!(last_words(excepted(1)), "Proven, 1 exception");
    assert_eq!(last_words(excepted(2)), "Proven, 2 exceptions");
    assert_eq!(last_words(proof(ChangeVerdict::Preserved)), "Preserved");
    assert_eq!(last_words(refuted()), "Refuted");
    assert_eq!(last_words(proof(ChangeVerdict::Unclear)), "Unclear");
    assert_eq!(
        last_words(proof(ChangeVerdict::NothingToProve)),
        "Nothing to prove"
    );
}

#[test]
fn what_was_not_checked_is_never_left_out() {
    let text = render(&document(proof(ChangeVerdict::Proven)), Lists::Cut, PLAIN);
    assert!(
        text.contains("not checked:\n  mutants of the change\n"),
        "{text}"
    );
    let mut nothing = proof(ChangeVerdict::Proven);
    nothing.not_checked.clear();
    let text = render(&document(nothing), Lists::Cut, PLAIN);
    assert!(
        text.contains("not checked:\n  nothing that is known of\n"),
        "{text}"
    );
}

fn many(count: usize) -> Proof {
    let test = |number| {
        let name = format!("t.py::test_{number:02}");
        judged(
            &name,
            TestVerdict::Proves,
            vec![cell(TreeKind::H, Mark::Passed)],
        )
    };
    Proof {
        tests: (0..count).map(test).collect(),
        ..proof(ChangeVerdict::Proven)
    }
}

#[test]
fn a_long_list_is_cut_and_says_so() {
    let text = render(&document(many(25)), Lists::Cut, PLAIN);
    assert!(text.contains("Prove the change (25)"), "{text}");
    assert!(
        text.contains("test_19") && !text.contains("test_20"),
        "{text}"
    );
    assert!(
        text.contains("  ... and 5 more (--json has all)\n"),
        "{text}"
    );
    let text = render(&document(many(25)), Lists::Full, PLAIN);
    assert!(
        text.contains("test_24") && !text.contains("more ("),
        "{text}"
    );
}

#[test]
fn a_list_that_just_fits_is_not_cut() {
    let text = render(&document(many(20)), Lists::Cut, PLAIN);
    assert!(
        text.contains("test_19") && !text.contains("more ("),
        "{text}"
    );
}

#[test]
fn no_text_of_the_project_reaches_the_terminal_unwatched() {
    let evil = "\u{1b}[2J\r\nProven\u{202e}";
    let message = red(TreeKind::R, Reason::Assertion, evil);
    let mut found = Finding::new(Code::Lost, Weight::Blocks, evil, evil);
    found.at = Some(Location::new(evil, 3));
    let function = FunctionJudged {
        name: evil.to_owned(),
        at: Location::new(evil, 1),
        verdict: FunctionVerdict::ProvenBy(vec![test_id(evil)]),
    };
    let proof = Proof {
        tests: vec![judged(evil, TestVerdict::Proves, vec![message])],
        functions: vec![function],
        findings: vec![found],
        not_checked: vec![evil.to_owned()],
        mutants: Vec::new(),
        ..proof(ChangeVerdict::Refuted)
    };
    let mut document = document(proof);
    document.range.base = CommitId::from(evil);
    document.range.head = Some(CommitId::from(evil));
    document.reproduce = evil.to_owned();
    for seen in &mut document.evidence {
        seen.sandbox = evil.to_owned();
    }
    let text = render(&document, Lists::Full, PIPED);
    let obeyed = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
    assert!(!text.contains(obeyed), "{text:?}");
    assert!(
        !text.lines().any(|line| line.starts_with("Proven")),
        "{text}"
    );
}
