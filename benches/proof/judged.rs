//! Judges a suite of 20,000 tests, in a process of its own for the sake of its memory.

use crate::measure::{Figure, cpu_ms, median};
use crate::once::{own_program, peak_mb};
use redgreen_core::change::{Change, ChangedFile, ChangedTest, Status, TestChange, TestItem};
use redgreen_core::evidence::{Evidence, Observation, Report, Selection, TestSeen, TreeKind};
use redgreen_core::id::{Digest, TestId, TreeId, UnitId};
use redgreen_core::outcome::{Failure, FailureKind, Outcome, Stage};
use redgreen_core::proof::{Facts, Owed, Policy, Proof, owed};
use redgreen_core::surface::{Lines, Surface};
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::time::Instant;

/// The word that makes this program judge one suite and end.
pub(crate) const WORD: &str = "judge-once";

const TESTS: usize = 20_000;
/// Old tests that fail on head's code, and new tests.
const BROKEN: usize = 100;
const NEW: usize = 50;
const RUNS: usize = 5;

/// What judging took: medians over several processes.
pub(crate) fn measure() -> Vec<Figure> {
    let (mut cpu, mut ms, mut mb) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let ended = Command::new(own_program()).arg(WORD).output();
        let said = ended.expect("this program can be started").stdout;
        let (spent, took, peak): (f64, f64, f64) =
            serde_json::from_slice(&said).expect("three figures");
        cpu.push(spent);
        ms.push(took);
        mb.push(peak);
    }
    let name = |what: &str| format!("{TESTS} tests judged: {what}");
    vec![
        Figure::below(name("CPU time"), median(&cpu), "ms", 300.0),
        Figure::plain(name("wall time"), median(&ms), "ms"),
        Figure::below(name("peak memory"), median(&mb), "MB", 150.0),
    ]
}

/// Judges once and prints time and peak memory.
pub(crate) fn once() {
    let change = change();
    let answers: BTreeMap<TreeKind, Report> = [TreeKind::R, TreeKind::H, TreeKind::T, TreeKind::B]
        .map(|tree| (tree, report(tree)))
        .into();
    let (began, spent) = (Instant::now(), cpu_ms());
    let proof = judge(&change, &answers);
    let took = began.elapsed().as_secs_f64() * 1000.0;
    let spent = cpu_ms() - spent;
    assert_eq!(proof.kept, TESTS - BROKEN, "every other old test is kept");
    let figures = (spent, took, peak_mb());
    println!(
        "{}",
        serde_json::to_string(&figures).expect("three figures")
    );
}

fn judge(change: &Change, answers: &BTreeMap<TreeKind, Report>) -> Proof {
    let mut facts = Facts::default();
    loop {
        match owed(change, &facts, &Policy::default()) {
            Owed::Done(proof) => return *proof,
            Owed::Observe(observation) => facts.add(answer(observation, answers)),
            Owed::Mutate(question) => panic!("nobody wants mutants: {question:?}"),
        }
    }
}

fn answer(observation: Observation, answers: &BTreeMap<TreeKind, Report>) -> Evidence {
    let mut report = answers[&observation.tree].clone();
    match &observation.tests {
        Selection::Whole => {}
        Selection::Files(_) => report.tests.retain(|name, _| name.starts_with("new.py")),
        Selection::Tests(names) => {
            let names: BTreeSet<&String> = names.iter().collect();
            report.tests.retain(|name, _| names.contains(name));
        }
    }
    Evidence {
        observation,
        tree: TreeId::default(),
        commands: Vec::new(),
        fingerprint: String::new(),
        output: Digest::default(),
        sandbox: String::new(),
        ms: 0,
        report,
    }
}

fn unit() -> UnitId {
    UnitId::from(".:pytest")
}

fn report(tree: TreeKind) -> Report {
    let fails =
        |message: &str| Outcome::Failed(Failure::new(Stage::Call, FailureKind::Assertion, message));
    let mut report = Report::default();
    let mut put = |name: String, outcome: Outcome| {
        report.tests.insert(name, TestSeen { outcome, ms: None });
    };
    for n in 0..TESTS {
        let broken = n < BROKEN && matches!(tree, TreeKind::T | TreeKind::H);
        let outcome = if broken {
            fails("1 != 2")
        } else {
            Outcome::Passed
        };
        put(format!("tests/test_{}.py::test_{n}", n / 100), outcome);
    }
    for n in 0..NEW {
        match tree {
            TreeKind::H => put(format!("new.py::test_{n}"), Outcome::Passed),
            TreeKind::R => put(format!("new.py::test_{n}"), fails("new")),
            TreeKind::S | TreeKind::T | TreeKind::B => {}
        }
    }
    report
}

fn change() -> Change {
    let file = |path: &str, side| ChangedFile {
        path: path.to_owned(),
        status: Status::Modified,
        surfaces: [side].into(),
        unit: Some(unit()),
    };
    let test = |n: usize| ChangedTest {
        item: TestItem {
            id: TestId::new(&unit(), format!("new.py::test_{n}")),
            path: "new.py".to_owned(),
            lines: Lines::new(1, 2),
            body: Digest::default(),
            constants: Digest::default(),
            muted: false,
        },
        change: TestChange::Added,
        was: None,
    };
    Change {
        trees: [TreeKind::R, TreeKind::H, TreeKind::T, TreeKind::B]
            .map(|tree| (tree, TreeId::new(format!("{tree:?}"))))
            .into(),
        files: vec![
            file("shop.py", Surface::Production),
            file("new.py", Surface::Test),
        ],
        tests: (0..NEW).map(test).collect(),
        units: vec![unit()],
        ..Change::default()
    }
}
