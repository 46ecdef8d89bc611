//! Base's listing against what ran on head's code.

use super::*;
use crate::evidence::Purpose;

const KEPT: &str = "other.py::test_export[csv]";
const GONE: &str = "other.py::test_export[xml]";
const RENAMED: &str = "other.py::test_export[XML 1.0]";
const EMPTY: &str = "other.py::test_export[NOTSET]";

/// The feature in a project whose `other.py` takes its cases from production code.
fn registry() -> Change {
    let mut change = feature();
    change.varying.insert(unit(), vec!["other.py".to_owned()]);
    change
}

/// Base has two cases, and head's code `on_head`.
fn world(on_head: &[(&'static str, Outcome)]) -> World {
    let mut world =
        honest()
            .says(TreeKind::B, KEPT, &[passed()])
            .says(TreeKind::B, GONE, &[passed()]);
    for (name, outcome) in on_head {
        world = world.says(TreeKind::T, name, std::slice::from_ref(outcome));
    }
    world
}

fn listings(asked: &[Observation]) -> usize {
    let listing = |asked: &&Observation| asked.purpose == Purpose::List;
    asked.iter().filter(listing).count()
}

#[test]
fn a_case_that_only_base_still_lists_is_lost_and_named() {
    let world = world(&[(KEPT, passed())]);
    let proof = check(
        &world,
        &registry(),
        ChangeVerdict::Refuted,
        Some(Code::Lost),
    );
    let lost: Vec<&str> = proof
        .findings
        .iter()
        .filter(|found| found.code == Code::Lost)
        .map(|found| found.subject.as_str())
        .collect();
    assert_eq!(lost, [GONE]);
    assert_eq!(verdict_of(&proof, GONE), Some(TestVerdict::Lost));
    let accepted = Policy {
        accept: [GONE.to_owned()].into(),
        ..Policy::default()
    };
    let (proof, asked) = world.prove(&registry(), &accepted);
    assert_eq!(proof.verdict, ChangeVerdict::ProvenExcept);
    assert_eq!(listings(&asked), 1);
}

#[test]
fn a_list_that_is_empty_on_head_loses_its_last_case() {
    let skipped = Outcome::Skipped("got empty parameter set".to_owned());
    let world = honest()
        .says(TreeKind::B, GONE, &[passed()])
        .says(TreeKind::T, EMPTY, &[skipped]);
    let proof = check(
        &world,
        &registry(),
        ChangeVerdict::Refuted,
        Some(Code::Lost),
    );
    assert_eq!(verdict_of(&proof, GONE), Some(TestVerdict::Lost));
}

#[test]
fn a_case_under_another_name_is_no_loss_and_is_told() {
    let world = world(&[(KEPT, passed()), (RENAMED, passed())]);
    let proof = check(&world, &registry(), ChangeVerdict::Proven, Some(Code::Lost));
    assert!(
        proof
            .findings
            .iter()
            .all(|found| found.weight == Weight::Advises)
    );
    assert_eq!(verdict_of(&proof, GONE), None);
}

#[test]
fn a_case_that_base_itself_does_not_run_is_no_loss() {
    for on_base in [Outcome::Absent, Outcome::Skipped("slow".to_owned())] {
        let world = world(&[(KEPT, passed())]).says(TreeKind::B, GONE, &[on_base]);
        check(&world, &registry(), ChangeVerdict::Proven, None);
    }
}

#[test]
fn a_case_whose_test_head_removed_or_moved_is_judged_by_that() {
    let world = world(&[(KEPT, passed())])
        .says(TreeKind::H, "new.py::test_export[csv]", &[passed()])
        .says(TreeKind::H, "new.py::test_export[toml]", &[passed()]);
    let mut moved = registry();
    moved.tests.push(ChangedTest {
        item: item("new.py::test_export"),
        change: TestChange::Moved,
        was: Some(item("other.py::test_export")),
    });
    moved.test_files.insert((unit(), "new.py".to_owned()));
    let (proof, _) = world.prove(&moved, &Policy::default());
    assert_eq!(verdict_of(&proof, GONE), None, "{proof:#?}");
}

#[test]
fn nothing_is_listed_where_nothing_can_vary_and_a_listing_is_no_run() {
    let world = world(&[(KEPT, passed()), (GONE, passed())]);
    let (_, asked) = world.prove(&feature(), &Policy::default());
    assert_eq!(listings(&asked), 0);
    let (proof, asked) = world.prove(&registry(), &Policy::default());
    assert_eq!(proof.verdict, ChangeVerdict::Proven, "{proof:#?}");
    assert_eq!(listings(&asked), 1);
    let on_base = asked.iter().filter(|asked| asked.tree == TreeKind::B);
    assert_eq!(on_base.count(), 1, "nothing is in doubt");
}

#[test]
fn a_listing_that_could_not_be_made_is_said_and_clouds_nothing() {
    let why = "no collection".to_owned();
    let world = World {
        trouble: Some((TreeKind::B, Trouble::CouldNotRun { why })),
        ..world(&[(KEPT, passed()), (GONE, passed())])
    };
    let proof = check(
        &world,
        &registry(),
        ChangeVerdict::Proven,
        Some(Code::CouldNotRun),
    );
    let said = |line: &String| line.contains("base could not be listed");
    assert!(
        proof.not_checked.iter().any(said),
        "{:?}",
        proof.not_checked
    );
}
