//! Every rule of the proof as a fact sheet: given these answers, this is owed.

mod mutants;

use super::*;
use crate::change::{
    Affected, ChangedFile, ChangedFunction, ChangedTest, FunctionItem, Loosened, Reworked, Status,
    TestChange, TestItem,
};
use crate::evidence::{Diagnostic, Evidence, Report, Selection, TestSeen, TreeKind, Trouble};
use crate::finding::{Code, Finding, Weight};
use crate::id::{Digest, TestId, TreeId, UnitId};
use crate::outcome::{Failure, FailureKind, Location, Outcome, Stage, Symbol};
use crate::surface::{Lines, Surface};
use std::collections::BTreeMap;

mod listed;
mod world;

const UNIT: &str = ".:pytest";
const NEW: &str = "t.py::test_new";
const OLD: &str = "t.py::test_old";
const OTHER: &str = "other.py::test_other";

fn unit() -> UnitId {
    UnitId::from(UNIT)
}

fn item(name: &str) -> TestItem {
    TestItem {
        id: TestId::new(&unit(), name),
        path: "t.py".to_owned(),
        lines: Lines::new(1, 2),
        body: Digest::of(name.as_bytes()),
        constants: Digest::of(b"same"),
        muted: false,
    }
}

/// A change of one function with one new test, unless a test says otherwise.
fn feature() -> Change {
    let file = |path: &str, side| ChangedFile {
        path: path.to_owned(),
        status: Status::Modified,
        surfaces: [side].into(),
        unit: Some(unit()),
    };
    let function = FunctionItem {
        name: "discount".to_owned(),
        path: "shop.py".to_owned(),
        lines: Lines::new(3, 4),
        body: Digest::of(b"body"),
        stubbable: true,
    };
    Change {
        trees: [
            TreeKind::R,
            TreeKind::S,
            TreeKind::H,
            TreeKind::T,
            TreeKind::B,
        ]
        .map(|tree| (tree, TreeId::new(format!("{tree:?}"))))
        .into(),
        files: vec![
            file("shop.py", Surface::Production),
            file("t.py", Surface::Test),
        ],
        tests: vec![ChangedTest {
            item: item(NEW),
            change: TestChange::Added,
            was: None,
        }],
        functions: vec![ChangedFunction {
            function,
            status: Status::Modified,
        }],
        introduced: ["discount".to_owned()].into(),
        units: vec![unit()],
        ..Change::default()
    }
}

fn edit_old(change: &mut Change) {
    let was = Some(item(OLD));
    let now = TestItem {
        body: Digest::of(b"other"),
        constants: Digest::of(b"other"),
        ..item(OLD)
    };
    change.tests.push(ChangedTest {
        item: now,
        change: TestChange::Edited,
        was,
    });
}

fn remove_old(change: &mut Change) {
    change.tests.push(ChangedTest {
        item: item(OLD),
        change: TestChange::Removed,
        was: None,
    });
}

fn passed() -> Outcome {
    Outcome::Passed
}

fn assertion() -> Outcome {
    Outcome::Failed(Failure::new(
        Stage::Call,
        FailureKind::Assertion,
        "assert 1 == 2",
    ))
}

fn stub() -> Outcome {
    let kind = FailureKind::Stub("discount".to_owned());
    Outcome::Failed(Failure::new(Stage::Call, kind, "redgreen stub: discount"))
}

fn missing(stage: Stage, name: &str) -> Failure {
    let symbol = Symbol {
        name: name.to_owned(),
        owner: Some("shop".to_owned()),
    };
    Failure::new(stage, FailureKind::MissingName, "cannot import").missing(Some(symbol))
}

/// Answers by tree and test; a tree that is not named has no such test.
#[derive(Default)]
struct World {
    answers: BTreeMap<(TreeKind, &'static str), Vec<Outcome>>,
    hidden: BTreeMap<TreeKind, (String, Failure)>,
    trouble: Option<(TreeKind, Trouble)>,
    /// How long each run takes.
    ms: u64,
}

impl World {
    fn says(mut self, tree: TreeKind, test: &'static str, outcomes: &[Outcome]) -> Self {
        self.answers.insert((tree, test), outcomes.to_vec());
        self
    }

    /// The usual old test that keeps its promise.
    fn with_old(self) -> Self {
        self.says(TreeKind::T, OLD, &[passed()])
            .says(TreeKind::B, OLD, &[passed()])
            .says(TreeKind::H, OLD, &[passed()])
            .says(TreeKind::R, OLD, &[passed()])
    }

    fn answer(&self, observation: &Observation) -> Evidence {
        let mut report = Report::default();
        if let Some((tree, trouble)) = &self.trouble
            && *tree == observation.tree
        {
            report.trouble = Some(trouble.clone());
        }
        if let Some((hides, failure)) = self.hidden.get(&observation.tree) {
            let diagnostic = Diagnostic {
                failure: failure.clone(),
                hides: hides.clone(),
            };
            report.diagnostics.push(diagnostic);
        }
        let hidden = self.hidden.get(&observation.tree);
        for ((tree, name), outcomes) in &self.answers {
            let asked = match &observation.tests {
                Selection::Whole => true,
                Selection::Files(files) => files.iter().any(|file| name.starts_with(file)),
                Selection::Tests(names) => names.iter().any(|asked| asked == name),
            };
            let loads = hidden.is_none_or(|(hides, _)| !name.starts_with(hides));
            if *tree == observation.tree && asked && loads {
                let sample = (observation.sample as usize).min(outcomes.len() - 1);
                let outcome = if observation.purpose.runs() {
                    outcomes[sample].clone()
                } else {
                    Outcome::NotReached
                };
                let seen = TestSeen { outcome, ms: None };
                report.tests.insert((*name).to_owned(), seen);
            }
        }
        Evidence {
            observation: observation.clone(),
            tree: TreeId::default(),
            commands: Vec::new(),
            fingerprint: String::new(),
            output: Digest::default(),
            sandbox: String::new(),
            ms: self.ms,
            report,
        }
    }

    /// Runs the proof to its end and returns it with what was asked.
    fn prove(&self, change: &Change, policy: &Policy) -> (Proof, Vec<Observation>) {
        let mut facts = Facts::default();
        let mut asked = Vec::new();
        for _ in 0..100 {
            match owed(change, &facts, policy) {
                Owed::Done(proof) => return (*proof, asked),
                Owed::Mutate(question) => panic!("nobody wants mutants: {question:?}"),
                Owed::Observe(observation) => {
                    assert!(
                        !asked.contains(&observation),
                        "asked twice: {observation:?}"
                    );
                    facts.add(self.answer(&observation));
                    asked.push(observation);
                }
            }
        }
        panic!("the proof never ends: {asked:?}");
    }
}

fn check(world: &World, change: &Change, verdict: ChangeVerdict, code: Option<Code>) -> Proof {
    let (proof, _) = world.prove(change, &Policy::default());
    assert_eq!(proof.verdict, verdict, "{proof:#?}");
    if let Some(code) = code {
        assert!(
            proof.findings.iter().any(|found| found.code == code),
            "{:#?}",
            proof.findings
        );
    }
    proof
}

fn verdict_of(proof: &Proof, name: &str) -> Option<TestVerdict> {
    proof
        .tests
        .iter()
        .find(|test| test.id.name == name)
        .map(|test| test.verdict)
}

#[test]
fn a_red_by_assertion_and_a_green_prove_the_change() {
    let world = World::default()
        .with_old()
        .says(TreeKind::R, NEW, &[assertion()])
        .says(TreeKind::H, NEW, &[passed()]);
    let proof = check(&world, &feature(), ChangeVerdict::Proven, None);
    assert_eq!(verdict_of(&proof, NEW), Some(TestVerdict::Proves));
    assert_eq!(proof.kept, 1);
    let proven = FunctionVerdict::ProvenBy(vec![TestId::new(&unit(), NEW)]);
    assert_eq!(proof.functions[0].verdict, proven);
}

/// What a test answers that asks only whether the new name is there, and what an honest one
/// answers that expects the new error: trees cannot tell them apart.
#[test]
fn a_red_by_assertion_is_not_refuted_by_a_pass_with_stubs() {
    let mut change = feature();
    let mut other = change.functions[0].clone();
    other.function.name = "refuse".to_owned();
    change.functions.push(other);
    let world = World::default()
        .with_old()
        .says(TreeKind::R, NEW, &[assertion()])
        .says(TreeKind::S, NEW, &[passed()])
        .says(TreeKind::H, NEW, &[passed()]);
    let verdict = ChangeVerdict::ProvenExcept;
    let proof = check(&world, &change, verdict, Some(Code::NotToldApart));
    assert_eq!(verdict_of(&proof, NEW), Some(TestVerdict::Proves));
}

#[test]
fn a_right_red_asks_no_tree_with_stubs_and_no_whole_head() {
    let world = World::default()
        .with_old()
        .says(TreeKind::R, NEW, &[assertion()])
        .says(TreeKind::H, NEW, &[passed()]);
    let (_, asked) = world.prove(&feature(), &Policy::default());
    let trees: Vec<TreeKind> = asked.iter().map(|o| o.tree).collect();
    use TreeKind::{H, R, T};
    assert_eq!(trees, [H, H, H, R, R, R, T]);
    let whole = asked.iter().filter(|o| o.tests == Selection::Whole).count();
    assert_eq!(whole, 1, "one plain run of the suite");
}

#[test]
fn a_missing_symbol_is_settled_by_the_tree_with_stubs() {
    let mut world = World::default()
        .with_old()
        .says(TreeKind::H, NEW, &[passed()])
        .says(TreeKind::S, NEW, &[stub()]);
    world.hidden.insert(
        TreeKind::R,
        ("t.py::".to_owned(), missing(Stage::Load, "discount")),
    );
    let proof = check(&world, &feature(), ChangeVerdict::Proven, None);
    assert_eq!(verdict_of(&proof, NEW), Some(TestVerdict::Proves));
}

#[test]
fn an_empty_test_of_a_new_name_is_refuted_by_the_tree_with_stubs() {
    let mut world = World::default()
        .with_old()
        .says(TreeKind::H, NEW, &[passed()])
        .says(TreeKind::S, NEW, &[passed()]);
    world.hidden.insert(
        TreeKind::R,
        ("t.py::".to_owned(), missing(Stage::Load, "discount")),
    );
    let proof = check(
        &world,
        &feature(),
        ChangeVerdict::Refuted,
        Some(Code::StubUnnoticed),
    );
    assert_eq!(verdict_of(&proof, NEW), Some(TestVerdict::WrongReason));
}

#[test]
fn cases_of_one_test_that_pass_on_stubs_are_one_finding_at_the_test() {
    let cases = [
        "t.py::test_new[a]",
        "t.py::test_new[b]",
        "t.py::test_new[c]",
    ];
    let mut world = World::default().with_old();
    for case in cases {
        world = world
            .says(TreeKind::H, case, &[passed()])
            .says(TreeKind::S, case, &[passed()]);
    }
    world.hidden.insert(
        TreeKind::R,
        ("t.py::".to_owned(), missing(Stage::Load, "discount")),
    );
    let (proof, _) = world.prove(&feature(), &Policy::default());
    let unnoticed = proof
        .findings
        .iter()
        .filter(|found| found.code == Code::StubUnnoticed);
    let unnoticed: Vec<&Finding> = unnoticed.collect();
    assert_eq!(unnoticed.len(), 1, "{unnoticed:?}");
    assert!(
        unnoticed[0].message.ends_with("; so do 2 other tests"),
        "{unnoticed:?}"
    );
    assert!(unnoticed[0].at.is_some(), "{unnoticed:?}");
}

#[test]
fn an_inline_test_in_a_new_file_is_proven_by_the_tree_with_stubs() {
    let world = World::default()
        .with_old()
        .says(TreeKind::H, NEW, &[passed()])
        .says(TreeKind::S, NEW, &[stub()]);
    let proof = check(&world, &feature(), ChangeVerdict::Proven, None);
    assert_eq!(verdict_of(&proof, NEW), Some(TestVerdict::Proves));
}

#[test]
fn a_test_that_passes_without_the_change_counts_for_nothing() {
    let world = World::default()
        .with_old()
        .says(TreeKind::R, NEW, &[passed()])
        .says(TreeKind::H, NEW, &[passed()]);
    let proof = check(
        &world,
        &feature(),
        ChangeVerdict::Refuted,
        Some(Code::NothingNotices),
    );
    assert_eq!(verdict_of(&proof, NEW), Some(TestVerdict::Characterizes));
}

#[test]
fn a_changed_function_without_any_test_is_refuted() {
    let change = Change {
        tests: Vec::new(),
        ..feature()
    };
    check(
        &World::default().with_old(),
        &change,
        ChangeVerdict::Refuted,
        Some(Code::NothingNotices),
    );
}

#[test]
fn a_refactoring_that_keeps_every_promise_is_preserved() {
    let change = Change {
        tests: Vec::new(),
        ..feature()
    };
    let policy = Policy {
        kind: Some(Kind::Refactor),
        ..Policy::default()
    };
    let (proof, _) = World::default().with_old().prove(&change, &policy);
    assert_eq!(proof.verdict, ChangeVerdict::Preserved);
}

#[test]
fn a_test_that_fails_on_head_is_broken() {
    let world = World::default()
        .with_old()
        .says(TreeKind::R, NEW, &[assertion()])
        .says(TreeKind::H, NEW, &[assertion()]);
    let proof = check(
        &world,
        &feature(),
        ChangeVerdict::Refuted,
        Some(Code::BrokenOnHead),
    );
    assert_eq!(verdict_of(&proof, NEW), Some(TestVerdict::Broken));
}

#[test]
fn a_red_commit_alone_is_nothing_to_prove() {
    let mut change = feature();
    change.files.remove(0);
    change.functions.clear();
    change.trees.insert(TreeKind::R, TreeId::from("H"));
    let world = World::default()
        .with_old()
        .says(TreeKind::H, NEW, &[assertion()]);
    check(
        &world,
        &change,
        ChangeVerdict::NothingToProve,
        Some(Code::BrokenOnHead),
    );
}

#[test]
fn a_red_commit_that_keeps_old_tests_from_building_is_nothing_to_prove() {
    let mut world = World::default()
        .with_old()
        .says(TreeKind::B, OLD, &[passed()]);
    let red = ("t.py::".to_owned(), missing(Stage::Load, "discount"));
    world.hidden.insert(TreeKind::H, red);
    let mut change = only_tests();
    change.own_names = ["shop".to_owned()].into();
    check(&world, &change, ChangeVerdict::NothingToProve, None);
}

#[test]
fn a_moved_test_that_fails_in_its_new_place_is_no_red_commit() {
    let world = World::default()
        .with_old()
        .says(TreeKind::H, NEW, &[assertion()]);
    let mut change = only_tests();
    change.tests[0].change = TestChange::Moved;
    change.tests[0].was = Some(item(OLD));
    let code = Some(Code::BrokenOnHead);
    check(&world, &change, ChangeVerdict::Refuted, code);
}

#[test]
fn samples_that_differ_are_unstable_and_never_voted_on() {
    let world = World::default()
        .with_old()
        .says(TreeKind::R, NEW, &[assertion(), assertion(), passed()])
        .says(TreeKind::H, NEW, &[passed()]);
    let proof = check(
        &world,
        &feature(),
        ChangeVerdict::Unclear,
        Some(Code::Unstable),
    );
    assert_eq!(verdict_of(&proof, NEW), Some(TestVerdict::Unstable));
}

#[test]
fn a_skipped_new_test_proves_nothing() {
    let skipped = Outcome::Skipped("later".to_owned());
    let world = World::default()
        .with_old()
        .says(TreeKind::R, NEW, std::slice::from_ref(&skipped))
        .says(TreeKind::H, NEW, std::slice::from_ref(&skipped));
    let proof = check(
        &world,
        &feature(),
        ChangeVerdict::Refuted,
        Some(Code::NeverRuns),
    );
    assert_eq!(verdict_of(&proof, NEW), Some(TestVerdict::NeverRuns));
}

fn honest() -> World {
    World::default()
        .with_old()
        .says(TreeKind::R, NEW, &[assertion()])
        .says(TreeKind::H, NEW, &[passed()])
}

#[test]
fn an_old_test_that_head_skips_is_lost() {
    let mut change = feature();
    edit_old(&mut change);
    let world = honest().says(TreeKind::H, OLD, &[Outcome::Skipped("flaky".to_owned())]);
    let proof = check(&world, &change, ChangeVerdict::Refuted, Some(Code::Lost));
    assert_eq!(verdict_of(&proof, OLD), Some(TestVerdict::Lost));
}

#[test]
fn an_old_test_that_head_deselects_is_lost_and_not_broken() {
    let mut change = feature();
    change.shared_tests.push("pyproject.toml".to_owned());
    let world = honest().says(TreeKind::H, OLD, &[Outcome::NotCollected]);
    let proof = check(&world, &change, ChangeVerdict::Refuted, Some(Code::Lost));
    assert_eq!(verdict_of(&proof, OLD), Some(TestVerdict::Lost));

    let gone = || [Outcome::NotCollected];
    let world = honest()
        .says(TreeKind::T, OLD, &gone())
        .says(TreeKind::H, OLD, &gone());
    let proof = check(&world, &change, ChangeVerdict::Refuted, Some(Code::Lost));
    assert_eq!(verdict_of(&proof, OLD), Some(TestVerdict::Lost));
}

#[test]
fn a_refactoring_whose_tests_followed_a_rename_is_preserved() {
    let policy = Policy {
        kind: Some(Kind::Refactor),
        ..Policy::default()
    };
    let (proof, _) = honest().prove(&feature(), &policy);
    assert_eq!(proof.verdict, ChangeVerdict::Preserved);
}

#[test]
fn a_removed_test_that_would_still_pass_is_lost() {
    let mut change = feature();
    remove_old(&mut change);
    let proof = check(&honest(), &change, ChangeVerdict::Refuted, Some(Code::Lost));
    assert_eq!(verdict_of(&proof, OLD), Some(TestVerdict::Lost));
}

#[test]
fn a_test_removed_with_the_name_that_it_tested_is_no_loss() {
    let mut change = feature();
    remove_old(&mut change);
    change.withdrawn.insert("legacy".to_owned());
    let gone = Outcome::Failed(missing(Stage::Call, "legacy"));
    let world = honest().says(TreeKind::T, OLD, &[gone]);
    let proof = check(
        &world,
        &change,
        ChangeVerdict::Proven,
        Some(Code::RemovedWithSubject),
    );
    assert_eq!(
        verdict_of(&proof, OLD),
        Some(TestVerdict::RemovedWithSubject)
    );
}

#[test]
fn a_rewritten_promise_blocks_until_it_is_accepted() {
    let mut change = feature();
    edit_old(&mut change);
    let world =
        honest()
            .says(TreeKind::T, OLD, &[assertion()])
            .says(TreeKind::R, OLD, &[assertion()]);
    let proof = check(
        &world,
        &change,
        ChangeVerdict::Refuted,
        Some(Code::Rewritten),
    );
    assert_eq!(verdict_of(&proof, OLD), Some(TestVerdict::Rewritten));
    let policy = Policy {
        accept: [OLD.to_owned()].into(),
        ..Policy::default()
    };
    let (accepted, _) = world.prove(&change, &policy);
    assert_eq!(
        accepted.verdict,
        ChangeVerdict::ProvenExcept,
        "{accepted:#?}"
    );
}

#[test]
fn a_test_that_only_followed_a_renamed_symbol_is_no_rewrite() {
    let mut change = feature();
    edit_old(&mut change);
    change.tests[1].item.constants = Digest::of(b"same");
    change.withdrawn.insert("legacy".to_owned());
    let gone = Outcome::Failed(missing(Stage::Call, "legacy"));
    let world = honest()
        .says(TreeKind::T, OLD, &[gone])
        .says(TreeKind::R, OLD, &[passed()]);
    check(
        &world,
        &change,
        ChangeVerdict::Proven,
        Some(Code::FollowedApiChange),
    );
}

#[test]
fn an_untouched_test_that_fails_on_head_is_a_regression() {
    let world =
        honest()
            .says(TreeKind::T, OLD, &[assertion()])
            .says(TreeKind::H, OLD, &[assertion()]);
    let proof = check(
        &world,
        &feature(),
        ChangeVerdict::Refuted,
        Some(Code::Regressed),
    );
    assert_eq!(verdict_of(&proof, OLD), Some(TestVerdict::Broken));
}

#[test]
fn a_broken_test_that_head_no_longer_makes_is_told_from_one_that_head_runs() {
    let world = World::default()
        .says(TreeKind::R, NEW, &[assertion()])
        .says(TreeKind::H, NEW, &[passed()])
        .says(TreeKind::B, OLD, &[passed()])
        .says(TreeKind::T, OLD, &[assertion()]);
    let code = Some(Code::Regressed);
    let proof = check(&world, &feature(), ChangeVerdict::Refuted, code);
    let found = proof.findings.iter();
    let found = found.filter(|found| found.code == Code::Regressed);
    let words: Vec<&str> = found.map(|found| found.message.as_str()).collect();
    assert_eq!(
        words,
        ["fails on head as base wrote it, and head's own run does not name it"]
    );
}

#[test]
fn a_loss_is_never_called_on_one_sample() {
    let world = honest().says(TreeKind::T, OLD, &[assertion(), passed(), passed()]);
    let (proof, asked) = world.prove(&feature(), &Policy::default());
    assert_eq!(proof.verdict, ChangeVerdict::Unclear);
    assert_eq!(verdict_of(&proof, OLD), Some(TestVerdict::Unstable));
    let again = asked.iter().filter(|o| o.tree == TreeKind::T).count();
    assert_eq!(again, 3, "one whole run and two more of the suspect");
}

#[test]
fn a_test_that_fails_on_base_too_is_not_blamed_on_the_change() {
    let world = honest()
        .says(TreeKind::T, OLD, &[assertion()])
        .says(TreeKind::H, OLD, &[assertion()])
        .says(TreeKind::B, OLD, &[assertion()]);
    let proof = check(&world, &feature(), ChangeVerdict::Proven, None);
    assert_eq!(
        verdict_of(&proof, OLD),
        Some(TestVerdict::PreExistingFailure)
    );
}

#[test]
fn an_edited_test_that_is_as_red_as_on_base_is_not_blamed_on_the_change() {
    let mut change = feature();
    change.tests.push(ChangedTest {
        item: item(OLD),
        change: TestChange::Edited,
        was: Some(item(OLD)),
    });
    let red = |trees: &[TreeKind]| {
        let mut world = honest();
        for tree in trees {
            world = world.says(*tree, OLD, &[assertion()]);
        }
        world
    };
    let before = red(&[TreeKind::R, TreeKind::H, TreeKind::T, TreeKind::B]);
    let proof = check(
        &before,
        &change,
        ChangeVerdict::Proven,
        Some(Code::BrokenOnHead),
    );
    let verdict = verdict_of(&proof, OLD);
    assert_eq!(verdict, Some(TestVerdict::PreExistingFailure));
    let since = red(&[TreeKind::H, TreeKind::T]);
    let proof = check(
        &since,
        &change,
        ChangeVerdict::Refuted,
        Some(Code::BrokenOnHead),
    );
    assert_eq!(verdict_of(&proof, OLD), Some(TestVerdict::Broken));
}

#[test]
fn a_changed_runner_configuration_makes_head_run_whole() {
    let mut change = feature();
    change.shared_tests.push("conftest.py".to_owned());
    let mut world = honest();
    world.answers.remove(&(TreeKind::H, OLD));
    let proof = check(&world, &change, ChangeVerdict::Refuted, Some(Code::Lost));
    assert_eq!(verdict_of(&proof, OLD), Some(TestVerdict::Lost));
}

#[test]
fn an_old_target_that_no_longer_builds_takes_heads_result() {
    let mut world = honest();
    world.hidden.insert(
        TreeKind::T,
        ("t.py::".to_owned(), missing(Stage::Load, "gone")),
    );
    let proof = check(&world, &feature(), ChangeVerdict::Proven, None);
    assert_eq!(verdict_of(&proof, OLD), None, "it is counted, not listed");
    assert_eq!(proof.kept, 1);
}

#[test]
fn an_untouched_test_whose_helper_was_gutted_does_not_take_heads_result() {
    let mut world = honest();
    world.hidden.insert(
        TreeKind::T,
        ("t.py::".to_owned(), missing(Stage::Load, "gone")),
    );
    let mut change = feature();
    change.reworked.tests.insert(TestId::new(&unit(), OLD));
    let proof = check(
        &world,
        &change,
        ChangeVerdict::Refuted,
        Some(Code::Rewritten),
    );
    assert_eq!(verdict_of(&proof, OLD), Some(TestVerdict::Rewritten));
    change.reworked = Reworked {
        units: [unit()].into(),
        ..Reworked::default()
    };
    check(
        &world,
        &change,
        ChangeVerdict::Refuted,
        Some(Code::Rewritten),
    );
}

#[test]
fn an_edited_test_that_asserts_less_is_named() {
    let mut change = feature();
    edit_old(&mut change);
    change.loosened = vec![Loosened {
        test: TestId::new(&unit(), OLD),
        was: 2,
        now: 0,
    }];
    let proof = check(
        &honest(),
        &change,
        ChangeVerdict::Proven,
        Some(Code::Loosened),
    );
    let found = proof.findings.iter().find(|f| f.code == Code::Loosened);
    assert!(found.is_some_and(|found| found.message.contains("2 assertions on base, 0 on head")));
}

#[test]
fn code_that_asks_whether_it_is_under_test_is_unclear_until_accepted() {
    let mut change = feature();
    let asks = (
        Location::new("shop.py", 3),
        "PYTEST_CURRENT_TEST".to_owned(),
    );
    change.asks_for_test = vec![asks];
    check(
        &honest(),
        &change,
        ChangeVerdict::Unclear,
        Some(Code::AsksForTest),
    );
    let policy = Policy {
        accept: ["shop.py".to_owned()].into(),
        ..Policy::default()
    };
    let (proof, _) = honest().prove(&change, &policy);
    assert_eq!(proof.verdict, ChangeVerdict::ProvenExcept);
}

#[test]
fn changed_equality_is_named() {
    let mut change = feature();
    change.functions[0].function.name = "Money.__eq__".to_owned();
    check(
        &honest(),
        &change,
        ChangeVerdict::Proven,
        Some(Code::EqualityChanged),
    );
    let idle = ("shop.py".to_owned(), "Money.__eq__".to_owned());
    change.idle = [idle].into();
    let except = ChangeVerdict::ProvenExcept;
    check(&honest(), &change, except, Some(Code::EqualityChanged));
    change.functions[0].function.name = "Money.seq".to_owned();
    let proof = check(&honest(), &change, ChangeVerdict::Proven, None);
    assert_eq!(proof.findings, []);
}

#[test]
fn one_error_that_keeps_many_tests_from_running_is_one_finding() {
    let error = missing(Stage::Load, "typo").at(Some(Location::new("t.py", 1)));
    let mut change = feature();
    for name in ["t.py::test_b", "t.py::test_c"] {
        change.tests.push(ChangedTest {
            item: item(name),
            change: TestChange::Added,
            was: None,
        });
    }
    let mut world = World::default().with_old();
    world
        .hidden
        .insert(TreeKind::H, ("t.py::".to_owned(), error));
    let (proof, _) = world.prove(&change, &Policy::default());
    let broken = proof
        .findings
        .iter()
        .filter(|f| f.code == Code::BrokenOnHead);
    let broken: Vec<&str> = broken.map(|found| found.message.as_str()).collect();
    assert_eq!(broken.len(), 1, "{broken:?}");
    assert!(broken[0].ends_with("; so do 2 other tests"), "{broken:?}");
}

#[test]
fn a_change_that_only_examples_test_is_not_provable_here() {
    let mut change = feature();
    change.tests.clear();
    let world = World::default().with_old();
    check(
        &world,
        &change,
        ChangeVerdict::Refuted,
        Some(Code::NothingNotices),
    );
    change.examples = true;
    check(
        &world,
        &change,
        ChangeVerdict::Unclear,
        Some(Code::NothingNotices),
    );
}

/// An old file that loads on base only, beside the honest change.
fn unloadable() -> World {
    let mut world = honest().says(TreeKind::B, OTHER, &[passed()]);
    for tree in [TreeKind::T, TreeKind::H] {
        let hides = "other.py::".to_owned();
        world
            .hidden
            .insert(tree, (hides, missing(Stage::Load, "typo")));
    }
    world
}

#[test]
fn old_tests_of_a_file_that_no_longer_loads_are_regressions_although_no_run_on_head_names_them() {
    let proof = check(
        &unloadable(),
        &feature(),
        ChangeVerdict::Refuted,
        Some(Code::Regressed),
    );
    assert_eq!(verdict_of(&proof, OTHER), Some(TestVerdict::Broken));
}

#[test]
fn a_refactoring_after_which_a_test_file_no_longer_loads_is_not_preserved() {
    let mut change = feature();
    change.tests.clear();
    let head = change.trees[&TreeKind::H].clone();
    change.trees.insert(TreeKind::T, head);
    let policy = Policy {
        kind: Some(Kind::Refactor),
        ..Policy::default()
    };
    let (proof, _) = unloadable().prove(&change, &policy);
    assert_eq!(proof.verdict, ChangeVerdict::Refuted, "{proof:#?}");
}

#[test]
fn a_test_file_that_does_not_load_on_base_either_is_not_blamed_on_the_change() {
    let mut world = unloadable();
    let typo = world.hidden[&TreeKind::H].clone();
    world.hidden.insert(TreeKind::B, typo);
    check(&world, &feature(), ChangeVerdict::Proven, None);
}

#[test]
fn a_new_dependency_that_is_not_installed_is_no_red_test() {
    let absent = || {
        let symbol = Symbol {
            name: "yaml".to_owned(),
            owner: None,
        };
        let failure = Failure::new(Stage::Load, FailureKind::MissingModule, "no yaml");
        [Outcome::Failed(failure.missing(Some(symbol)))]
    };
    let worlds = [
        honest().says(TreeKind::H, NEW, &absent()),
        honest()
            .says(TreeKind::T, OLD, &absent())
            .says(TreeKind::H, OLD, &absent()),
    ];
    for world in worlds {
        let proof = check(&world, &feature(), ChangeVerdict::Refuted, None);
        assert_ne!(proof.findings[0].code, Code::CouldNotRun);
        let mut change = feature();
        change.files.push(ChangedFile {
            path: "pyproject.toml".to_owned(),
            status: Status::Modified,
            surfaces: [Surface::Manifest].into(),
            unit: Some(unit()),
        });
        check(
            &world,
            &change,
            ChangeVerdict::Unclear,
            Some(Code::CouldNotRun),
        );
        change.own_names.insert("yaml".to_owned());
        check(&world, &change, ChangeVerdict::Refuted, None);
    }
}

#[test]
fn old_tests_that_lack_a_withdrawn_dependency_on_base_too_are_not_kept() {
    let absent = || {
        let failure = Failure::new(Stage::Load, FailureKind::MissingModule, "no tap");
        [Outcome::Failed(failure.missing(Some(Symbol {
            name: "tap".to_owned(),
            owner: None,
        })))]
    };
    let world = honest()
        .says(TreeKind::T, OLD, &absent())
        .says(TreeKind::B, OLD, &absent());
    let mut change = feature();
    check(&world, &change, ChangeVerdict::Proven, None);
    change.files.push(ChangedFile {
        path: "package.json".to_owned(),
        status: Status::Modified,
        surfaces: [Surface::Manifest].into(),
        unit: Some(unit()),
    });
    change.withdrawn.insert("tap".to_owned());
    check(
        &world,
        &change,
        ChangeVerdict::Unclear,
        Some(Code::CouldNotRun),
    );
}

#[test]
fn a_run_that_cannot_be_believed_is_unclear_and_ends_the_questions() {
    let mut world = honest();
    world.trouble = Some((
        TreeKind::H,
        Trouble::Inconsistent {
            why: "no canary".to_owned(),
        },
    ));
    let (proof, asked) = world.prove(&feature(), &Policy::default());
    assert_eq!(proof.verdict, ChangeVerdict::Unclear);
    assert_eq!(asked.len(), 1);
}

#[test]
fn docs_alone_are_nothing_to_prove_and_ask_nothing() {
    let mut change = feature();
    change.files = vec![ChangedFile {
        path: "README.md".to_owned(),
        status: Status::Modified,
        surfaces: [Surface::Docs].into(),
        unit: None,
    }];
    change.tests.clear();
    change.functions.clear();
    change.units.clear();
    let (proof, asked) = World::default().prove(&change, &Policy::default());
    assert_eq!(
        (proof.verdict, asked.len()),
        (ChangeVerdict::NothingToProve, 0)
    );
}

#[test]
fn comments_of_code_alone_run_the_old_tests() {
    let mut change = feature();
    change.files.remove(1);
    change.files[0].surfaces = [Surface::Docs].into();
    change.tests.clear();
    change.functions.clear();
    let kept = World::default().with_old();
    check(&kept, &change, ChangeVerdict::NothingToProve, None);
    let broken = World::default()
        .says(TreeKind::T, OLD, &[assertion()])
        .says(TreeKind::H, OLD, &[assertion()])
        .says(TreeKind::B, OLD, &[passed()]);
    check(
        &broken,
        &change,
        ChangeVerdict::Refuted,
        Some(Code::Regressed),
    );
}

#[test]
fn fast_stops_at_the_first_counter_example() {
    let world = World::default()
        .with_old()
        .says(TreeKind::H, NEW, &[assertion()]);
    let policy = Policy {
        fast: true,
        ..Policy::default()
    };
    let (proof, asked) = world.prove(&feature(), &policy);
    assert_eq!(proof.verdict, ChangeVerdict::Refuted);
    assert_eq!(asked.len(), 1);
}

#[test]
fn functions_that_changed_together_are_told_apart_by_the_stubs_that_were_hit() {
    let mut change = feature();
    let mut other = change.functions[0].clone();
    other.function.name = "vat".to_owned();
    change.functions.push(other);
    let mut world = World::default()
        .with_old()
        .says(TreeKind::H, NEW, &[passed()])
        .says(TreeKind::S, NEW, &[stub()]);
    world.hidden.insert(
        TreeKind::R,
        ("t.py::".to_owned(), missing(Stage::Load, "discount")),
    );
    let proof = check(
        &world,
        &change,
        ChangeVerdict::ProvenExcept,
        Some(Code::NotToldApart),
    );
    let verdicts: Vec<&FunctionVerdict> = proof.functions.iter().map(|f| &f.verdict).collect();
    assert!(
        matches!(verdicts[0], FunctionVerdict::ProvenBy(_)),
        "{verdicts:?}"
    );
    assert_eq!(verdicts[1], &FunctionVerdict::NotToldApart);
}

#[test]
fn one_run_with_stubs_places_right_reds_among_several_functions() {
    let mut change = feature();
    let mut other = change.functions[0].clone();
    other.function.name = "vat".to_owned();
    change.functions.push(other);
    let (_, asked) = honest()
        .says(TreeKind::S, NEW, &[stub()])
        .prove(&change, &Policy::default());
    assert_eq!(asked.iter().filter(|o| o.tree == TreeKind::S).count(), 1);
    let world = honest().says(TreeKind::S, NEW, &[stub()]);
    let proof = check(
        &world,
        &change,
        ChangeVerdict::ProvenExcept,
        Some(Code::NotToldApart),
    );
    assert!(matches!(
        &proof.functions[0].verdict,
        FunctionVerdict::ProvenBy(_)
    ));
}

#[test]
fn what_was_not_checked_is_always_said() {
    let proof = check(&honest(), &feature(), ChangeVerdict::Proven, None);
    assert!(
        proof
            .not_checked
            .iter()
            .any(|line| line.contains("mutants"))
    );
}

#[test]
fn a_hit_while_the_file_loads_proves_no_test() {
    let failure = Failure::new(
        Stage::Load,
        FailureKind::Stub("discount".to_owned()),
        "stub",
    );
    let at = failure.at(Some(Location::new("shop.py", 3)));
    assert!(!judge::is_stub_red(&Outcome::Failed(at)));
    assert!(judge::is_stub_red(&stub()));
}

#[test]
fn an_unproven_change_names_its_counter_example_first() {
    let change = Change {
        tests: Vec::new(),
        ..feature()
    };
    let (proof, _) = World::default()
        .with_old()
        .prove(&change, &Policy::default());
    assert_eq!(proof.findings[0].weight, Weight::Blocks);
}

/// Runs the RED gate to its end.
fn red(world: &World, change: &Change) -> Proof {
    let mut facts = Facts::default();
    let policy = Policy::default();
    while let Some(observation) = owed_red(change, &facts, &policy) {
        assert!(facts.all().len() < 20, "the gate never ends");
        facts.add(world.answer(&observation));
    }
    judge_red(change, &facts, &policy, &std::collections::BTreeSet::new())
}

fn only_tests() -> Change {
    let mut change = feature();
    change.files.remove(0);
    change.functions.clear();
    change.introduced.clear();
    change.own_names.insert("shop".to_owned());
    change
}

#[test]
fn red_is_met_by_an_assertion_and_provisionally_by_an_awaited_name() {
    let world = World::default().says(TreeKind::R, NEW, &[assertion()]);
    let proof = red(&world, &only_tests());
    assert_eq!(proof.verdict, ChangeVerdict::Proven, "{proof:#?}");
    let mut world = World::default();
    world.hidden.insert(
        TreeKind::R,
        ("t.py::".to_owned(), missing(Stage::Load, "discount")),
    );
    let proof = red(&world, &only_tests());
    assert_eq!(proof.verdict, ChangeVerdict::Proven, "{proof:#?}");
    assert_eq!(verdict_of(&proof, NEW), Some(TestVerdict::Red));
}

#[test]
fn red_is_not_met_by_a_pass_a_skip_or_a_typo() {
    let check = |outcome: Outcome, code: Code| {
        let proof = red(
            &World::default().says(TreeKind::R, NEW, &[outcome]),
            &only_tests(),
        );
        assert_eq!(proof.verdict, ChangeVerdict::Refuted);
        assert!(
            proof.findings.iter().any(|found| found.code == code),
            "{:#?}",
            proof.findings
        );
    };
    check(passed(), Code::NotRed);
    check(Outcome::Skipped("later".to_owned()), Code::NeverRuns);
    let typo = Failure::new(
        Stage::Call,
        FailureKind::MissingName,
        "name 'clac' is not defined",
    );
    check(Outcome::Failed(typo), Code::WrongReason);
}

#[test]
fn red_without_a_new_test_says_so() {
    let mut change = only_tests();
    change.tests.clear();
    let proof = red(&World::default(), &change);
    assert!(
        proof
            .findings
            .iter()
            .any(|found| found.code == Code::NoNewTest)
    );
}

#[test]
fn red_notices_an_old_test_that_the_new_ones_broke() {
    let world = World::default()
        .says(TreeKind::R, NEW, &[assertion()])
        .says(TreeKind::R, OLD, &[assertion()]);
    let proof = red(&world, &only_tests());
    assert!(
        proof
            .findings
            .iter()
            .any(|found| found.code == Code::Regressed)
    );
}

/// A change that can reach one of four targets, and an old test that it cannot reach.
fn reaching_a_quarter() -> (Change, World) {
    let mut change = feature();
    let affected = Affected {
        files: vec!["t.py".to_owned()],
        of: 4,
    };
    change.affected.insert(unit(), affected);
    let far = honest().says(TreeKind::T, OTHER, &[passed()]);
    (change, far)
}

fn old_suites(asked: &[Observation]) -> Vec<&Selection> {
    let old = asked.iter().filter(|asked| asked.tree == TreeKind::T);
    old.map(|asked| &asked.tests).collect()
}

#[test]
fn affected_tests_are_run_first_and_all_of_them_where_that_fits_the_time() {
    let (change, world) = reaching_a_quarter();
    let near = Selection::Files(vec!["t.py".to_owned()]);
    let (proof, asked) = world.prove(&change, &Policy::default());
    assert_eq!(old_suites(&asked), [&near, &Selection::Whole]);
    assert_eq!((proof.verdict, proof.kept), (ChangeVerdict::Proven, 2));
    assert!(
        !proof
            .not_checked
            .iter()
            .any(|line| line.contains("targets"))
    );

    let whole = Policy {
        scope: Some(Scope::Whole),
        ..Policy::default()
    };
    let (_, asked) = world.prove(&change, &whole);
    assert_eq!(old_suites(&asked), [&Selection::Whole]);
}

#[test]
fn what_a_narrow_scope_leaves_out_is_said() {
    let (change, world) = reaching_a_quarter();
    let near = Selection::Files(vec!["t.py".to_owned()]);
    let affected = Policy {
        scope: Some(Scope::Affected),
        ..Policy::default()
    };
    let (proof, asked) = world.prove(&change, &affected);
    assert_eq!(old_suites(&asked), [&near]);
    assert_eq!((proof.verdict, proof.kept), (ChangeVerdict::Proven, 1));
    let said = |line: &String| line.starts_with("3 of 4 test targets of .:pytest");
    assert!(
        proof.not_checked.iter().any(said),
        "{:?}",
        proof.not_checked
    );
}

#[test]
fn a_whole_suite_that_would_take_too_long_is_left_out_and_said() {
    let (change, mut world) = reaching_a_quarter();
    world.ms = 200_000;
    let (proof, asked) = world.prove(&change, &Policy::default());
    assert_eq!(old_suites(&asked).len(), 1, "800 s would be too long");
    assert!(
        proof
            .not_checked
            .iter()
            .any(|line| line.contains("targets"))
    );
}

/// A change of a unit whose tests no source text names.
fn unsplit() -> Change {
    let mut change = feature();
    change.tests.clear();
    change.unsplit.insert(unit());
    change
}

#[test]
fn tests_that_no_source_names_are_told_by_the_runs_themselves() {
    let world = World::default()
        .with_old()
        .says(TreeKind::H, NEW, &[passed()])
        .says(TreeKind::R, NEW, &[assertion()]);
    let (proof, asked) = world.prove(&unsplit(), &Policy::default());
    assert_eq!(proof.verdict, ChangeVerdict::Proven, "{proof:#?}");
    assert_eq!(verdict_of(&proof, NEW), Some(TestVerdict::Proves));
    assert_eq!(verdict_of(&proof, OLD), None);
    let first: Vec<TreeKind> = asked.iter().take(2).map(|ask| ask.tree).collect();
    assert_eq!(first, [TreeKind::H, TreeKind::T]);
}

#[test]
fn a_test_that_no_source_names_and_that_is_not_red_proves_nothing() {
    let world = World::default()
        .with_old()
        .says(TreeKind::H, NEW, &[passed()])
        .says(TreeKind::R, NEW, &[passed()]);
    check(
        &world,
        &unsplit(),
        ChangeVerdict::Refuted,
        Some(Code::NothingNotices),
    );
}

#[test]
fn an_old_test_that_no_source_names_is_missed_all_the_same() {
    let mut world = World::default()
        .with_old()
        .says(TreeKind::H, NEW, &[passed()])
        .says(TreeKind::R, NEW, &[assertion()]);
    world.answers.remove(&(TreeKind::H, OLD));
    check(&world, &unsplit(), ChangeVerdict::Refuted, Some(Code::Lost));
}

#[test]
fn red_is_told_by_the_runs_where_no_source_names_tests() {
    let mut change = unsplit();
    change
        .files
        .retain(|file| !file.surfaces.contains(&Surface::Production));
    let world = World::default()
        .with_old()
        .says(TreeKind::R, NEW, &[assertion()]);
    let proof = red(&world, &change);
    assert_eq!(
        verdict_of(&proof, NEW),
        Some(TestVerdict::Red),
        "{proof:#?}"
    );
}

#[test]
fn an_old_test_that_reads_a_changed_fixture_proves_the_change() {
    let mut change = feature();
    change.tests.clear();
    change.shared_tests = vec!["rows.json".to_owned()];
    let world = World::default()
        .with_old()
        .says(TreeKind::R, OLD, &[assertion()]);
    let (proof, asked) = world.prove(&change, &Policy::default());
    assert_eq!(proof.verdict, ChangeVerdict::Proven, "{proof:#?}");
    assert_eq!(verdict_of(&proof, OLD), Some(TestVerdict::Proves));
    let again = asked.iter().filter(|ask| ask.tree == TreeKind::R).count();
    assert_eq!(again, 3, "a red is never called on one sample");

    let world = World::default().with_old();
    check(
        &world,
        &change,
        ChangeVerdict::Refuted,
        Some(Code::NothingNotices),
    );
}

#[test]
fn a_test_that_was_unstable_before_the_change_is_an_exception_and_no_cloud() {
    let flaky = [assertion(), passed(), passed()];
    let world = honest().says(TreeKind::T, OLD, &flaky).says(
        TreeKind::B,
        OLD,
        &[passed(), assertion(), passed()],
    );
    let proof = check(
        &world,
        &feature(),
        ChangeVerdict::ProvenExcept,
        Some(Code::Unstable),
    );
    assert_eq!(verdict_of(&proof, OLD), Some(TestVerdict::Unstable));
}

/// Numbers in an order that `seed` alone decides: xorshift, as good as any for shuffling a few.
fn shuffled<T: Clone>(all: &[T], seed: u64) -> Vec<T> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut left = all.to_vec();
    let mut mixed = Vec::new();
    while !left.is_empty() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let at = usize::try_from(state % left.len() as u64).expect("an index");
        mixed.push(left.swap_remove(at));
    }
    mixed
}

#[test]
fn the_order_of_the_facts_decides_nothing() {
    let mut change = feature();
    edit_old(&mut change);
    change.shared_tests = vec!["conftest.py".to_owned()];
    let world = honest()
        .says(TreeKind::T, OLD, &[assertion(), passed()])
        .says(TreeKind::T, OTHER, &[assertion()])
        .says(TreeKind::B, OTHER, &[passed()]);
    let mut facts = Facts::default();
    let proof = loop {
        match owed(&change, &facts, &Policy::default()) {
            Owed::Done(proof) => break proof,
            Owed::Mutate(question) => panic!("nobody wants mutants: {question:?}"),
            Owed::Observe(observation) => facts.add(world.answer(&observation)),
        }
    };
    assert!(facts.all().len() > 8, "a proof with many answers");
    for seed in 1..=20 {
        let mut mixed = Facts::default();
        for evidence in shuffled(facts.all(), seed) {
            mixed.add(evidence);
        }
        let again = owed(&change, &mixed, &Policy::default());
        assert_eq!(again, Owed::Done(proof.clone()), "seed {seed}");
    }
}
