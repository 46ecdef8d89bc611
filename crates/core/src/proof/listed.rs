//! Compares the tests that base's listing names with those that ran on head's code.
//!
//! A test that production code makes (a case of a registry, a test made by a loop) can go without
//! a trace in the source of any test and in any run: only base still names it.

use super::facts::{Facts, Settled};
use super::next::{Asking, hides};
use crate::change::{Change, TestChange};
use crate::evidence::{Evidence, Observation, Order, Purpose, Selection, TreeKind};
use crate::finding::{Code, Finding, Weight};
use crate::id::{TestId, UnitId};
use crate::outcome::Outcome;
use std::collections::{BTreeMap, BTreeSet};

/// Cases named in one message.
const NAMED: usize = 5;

/// Cases of one test that base lists and that nothing on head's code names.
struct Gone<'f> {
    /// What their names have in common.
    family: &'f str,
    names: Vec<&'f str>,
    /// How many cases under names that base does not list ran in their place.
    others: usize,
}

impl Asking<'_> {
    /// B, only listed: the files whose tests can be fewer with head's production code although
    /// their text is base's own, once all of them ran on it.
    pub(super) fn listing_of_base(&self) -> Option<Observation> {
        let files = self.change.varying.get(self.unit)?;
        let same = self.change.trees.get(&TreeKind::T) == self.change.trees.get(&TreeKind::B);
        let old = self
            .facts
            .suite(self.change, self.unit, TreeKind::T)
            .filter(|old| old.observation.tests == Selection::Whole)?;
        if same || files.is_empty() || old.report.trouble.is_some() {
            return None;
        }
        let files = Selection::Files(files.clone());
        let listing = Observation {
            purpose: Purpose::List,
            ..self.ask(TreeKind::B, files, Order::AsWritten, 0)
        };
        self.facts.answer(&listing).is_none().then_some(listing)
    }
}

/// Tests that may be lost: base lists them, nothing on head's code names them, and fewer others
/// came in their place.
pub(super) fn suspects(change: &Change, facts: &Facts, unit: &UnitId) -> Vec<TestId> {
    let gone = gone(change, facts, unit).into_iter();
    gone.filter(|gone| gone.names.len() > gone.others)
        .flat_map(|gone| gone.names)
        .map(|name| TestId::new(unit, name))
        .collect()
}

/// Whether `test`, which base runs and head's code does not have, is lost: more cases like it
/// passed on base than others came in their place.
pub(super) fn is_lost(change: &Change, facts: &Facts, test: &TestId) -> bool {
    let gone = gone(change, facts, &test.unit);
    let Some(gone) = gone.iter().find(|gone| gone.names.contains(&&*test.name)) else {
        return true;
    };
    let passed = |name: &&&str| {
        let test = TestId::new(&test.unit, **name);
        facts.settled(change, TreeKind::B, &test, None) == Settled::Passed
    };
    gone.names.iter().filter(passed).count() > gone.others
}

/// What to say of cases that go by other names with head's code.
pub(super) fn renamed(change: &Change, facts: &Facts, unit: &UnitId) -> Vec<Finding> {
    let gone = gone(change, facts, unit).into_iter();
    gone.filter(|gone| gone.names.len() <= gone.others)
        .map(|gone| {
            let shown = gone.names.iter().take(NAMED).copied().collect::<Vec<_>>();
            let more = match gone.names.len() - shown.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let text = format!(
                "as many cases run under other names with head's production code: no loss, but \
                 compare what they check; gone are {}{more}",
                shown.join(", ")
            );
            let subject = TestId::new(unit, gone.family).to_string();
            Finding::new(Code::Lost, Weight::Advises, subject, text)
        })
        .collect()
}

/// What base lists and nothing on head's code names, by families.
fn gone<'f>(change: &'f Change, facts: &'f Facts, unit: &'f UnitId) -> Vec<Gone<'f>> {
    let whole = facts.suite(change, unit, TreeKind::T);
    let whole = whole.filter(|whole| whole.observation.tests == Selection::Whole);
    let (Some(whole), Some(listing)) = (whole, facts.listing(unit, TreeKind::B)) else {
        return Vec::new();
    };
    let comparing = Comparing {
        change,
        facts,
        listed: &listing.report.tests.keys().map(String::as_str).collect(),
        old: facts.names(unit, TreeKind::T),
        head: facts.names(unit, TreeKind::H),
        unit,
    };
    let mut families: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for name in listing.report.tests.keys() {
        if comparing.is_gone(whole, name) {
            families.entry(family(name)).or_default().push(name);
        }
    }
    families
        .into_iter()
        .filter(|(family, _)| !comparing.is_whole_on_head(family))
        .map(|(family, names)| Gone {
            family,
            names,
            others: comparing.others(family),
        })
        .collect()
}

/// The names of one unit's tests, as each tree has them.
struct Comparing<'f, 'l> {
    change: &'f Change,
    facts: &'f Facts,
    unit: &'f UnitId,
    listed: &'l BTreeSet<&'f str>,
    old: BTreeSet<&'f str>,
    head: BTreeSet<&'f str>,
}

impl Comparing<'_, '_> {
    /// Whether no run on head's code names the test, and none of what is judged elsewhere says why.
    fn is_gone(&self, whole: &Evidence, name: &str) -> bool {
        if self.old.contains(name) || self.head.contains(name) {
            return false;
        }
        let test = TestId::new(self.unit, name);
        let removed = self.change.tests.iter().any(|changed| {
            changed.change == TestChange::Removed && test.is_case_of(&changed.item.id)
        });
        !removed && !hides(whole, &test)
    }

    /// Whether head edited or moved the test and passes at least as many cases of it as base lists.
    fn is_whole_on_head(&self, family: &str) -> bool {
        let test = TestId::new(self.unit, family);
        let moved = self.change.tests.iter().find(|changed| {
            let was = changed.was.as_ref();
            was.is_some_and(|was| test.is_case_of(&was.id) && was.id != changed.item.id)
        });
        moved.is_some_and(|moved| {
            let cases = self.head.iter().filter(|name| {
                let case = TestId::new(self.unit, **name);
                case.is_case_of(&moved.item.id) && self.passes(TreeKind::H, &case)
            });
            let listed = self
                .listed
                .iter()
                .filter(|name| self::family(name) == family);
            cases.count() >= listed.count()
        })
    }

    /// How many cases that base does not list ran with head's code, as base wrote their tests or
    /// as head did.
    fn others(&self, family: &str) -> usize {
        let new = |names: &BTreeSet<&str>, tree| {
            let new = names.iter().filter(|name| {
                self::family(name) == family
                    && !self.listed.contains(*name)
                    && self.ran(tree, &TestId::new(self.unit, **name))
            });
            new.count()
        };
        new(&self.old, TreeKind::T).max(new(&self.head, TreeKind::H))
    }

    fn passes(&self, tree: TreeKind, test: &TestId) -> bool {
        self.facts.settled(self.change, tree, test, None) == Settled::Passed
    }

    /// A case that is skipped stands in for none: pytest makes one where a list is empty.
    fn ran(&self, tree: TreeKind, test: &TestId) -> bool {
        let ran = |outcome: &Outcome| match outcome {
            Outcome::Passed | Outcome::Failed(_) | Outcome::TimedOut => true,
            Outcome::Absent | Outcome::NotCollected | Outcome::Skipped(_) | Outcome::NotReached => {
                false
            }
        };
        self.facts.samples(tree, test, None).iter().any(ran)
    }
}

/// What the names of a test's cases have in common; of a test without cases, of the tests beside
/// it.
fn family(name: &str) -> &str {
    let title = name.rfind("::\"").map_or(name.len(), |at| at + 1);
    let named = &name[..title];
    let own = named.rfind([':', '$']).map_or(0, |at| at + 1);
    let subtest = || Some(own + named[own..].find('/').filter(|_| own > 0)?);
    let end = name.find('[').or_else(subtest).unwrap_or(own);
    match name[..end].trim_end_matches([':', '$']) {
        "" => name,
        family => family,
    }
}

#[cfg(test)]
mod tests {
    use super::family;

    #[test]
    fn cases_have_in_common_what_stands_before_them() {
        for (name, owed) in [
            ("a/test_b.py::test_c[csv]", "a/test_b.py::test_c"),
            ("a/test_b.py::test_c", "a/test_b.py"),
            ("shop/a:TestTotal/tea/hot", "shop/a:TestTotal"),
            ("shop::made$adds", "shop::made"),
            (".:TestTotal/tea", ".:TestTotal"),
            ("shop/a:TestTotal", "shop/a"),
            ("plain", "plain"),
            ("shop::lib$tests::adds", "shop::lib$tests"),
            (
                "a.test.js::\"writes ${name}\"[writes a]",
                "a.test.js::\"writes ${name}\"",
            ),
            ("a.test.js::\"reads a/b\"", "a.test.js"),
        ] {
            assert_eq!(family(name), owed, "{name}");
        }
    }
}
