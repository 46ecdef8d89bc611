//! Compares the tests of both sides by their source text.

use super::paths::Side;
use redgreen_core::change::{ChangedTest, TestChange, TestItem};
use redgreen_core::id::{TestId, UnitId};
use redgreen_core::surface::Surface;
use std::collections::{BTreeMap, BTreeSet};

/// Every test that was added, edited, removed or moved.
pub(super) fn changed(sides: &[Side]) -> Vec<ChangedTest> {
    let (base, head) = (items(sides, false), items(sides, true));
    let mut changed = Vec::new();
    let mut gone: Vec<&TestItem> = base
        .values()
        .filter(|t| !head.contains_key(&t.id))
        .collect();
    for (id, item) in &head {
        let change = match base.get(id) {
            Some(was) if was.body == item.body && was.muted == item.muted => continue,
            Some(was) => ChangedTest {
                item: item.clone(),
                change: TestChange::Edited,
                was: Some(was.clone()),
            },
            None => added(item, &mut gone),
        };
        changed.push(change);
    }
    changed.extend(gone.into_iter().map(|item| ChangedTest {
        item: item.clone(),
        change: TestChange::Removed,
        was: None,
    }));
    changed
}

/// A test whose id is new: moved, where a test that is gone had the same body.
fn added(item: &TestItem, gone: &mut Vec<&TestItem>) -> ChangedTest {
    match gone.iter().position(|was| was.body == item.body) {
        Some(at) => {
            let was = Some(gone.swap_remove(at).clone());
            ChangedTest {
                item: item.clone(),
                change: TestChange::Moved,
                was,
            }
        }
        None => ChangedTest {
            item: item.clone(),
            change: TestChange::Added,
            was: None,
        },
    }
}

fn items(sides: &[Side], head: bool) -> BTreeMap<TestId, TestItem> {
    let texts = sides.iter().filter_map(|side| {
        if head {
            side.head.as_ref()
        } else {
            side.base.as_ref()
        }
    });
    let items = texts.flat_map(|text| text.outline.tests.iter());
    items.map(|item| (item.id.clone(), item.clone())).collect()
}

/// Changed files that hold tests on head, where their test surface changed.
pub(super) fn files(sides: &[Side]) -> BTreeSet<(UnitId, String)> {
    let holding = sides.iter().filter(|side| {
        side.surfaces.contains(&Surface::Test)
            && side
                .head
                .as_ref()
                .is_some_and(|text| !text.outline.tests.is_empty())
    });
    holding
        .filter_map(|side| Some((side.unit.as_ref()?.id.clone(), side.path.clone())))
        .collect()
}

/// Changed parts of the test surface that hold no test of their own: they can reach any test.
pub(super) fn shared(sides: &[Side]) -> Vec<String> {
    let holds_tests = |side: &Side| {
        let has = |text: &Option<super::paths::Text>| {
            text.as_ref()
                .is_some_and(|text| !text.outline.tests.is_empty())
        };
        has(&side.head) || has(&side.base)
    };
    let is_empty = |side: &Side| {
        side.base.is_none()
            && side
                .head
                .as_ref()
                .is_some_and(|text| text.text.trim().is_empty())
    };
    let shared = sides.iter().filter(|side| {
        side.surfaces
            .iter()
            .any(|surface| surface.is_test_surface())
            && !holds_tests(side)
            && !is_empty(side)
    });
    shared.map(|side| side.path.clone()).collect()
}
