//! Says which test binaries a question is about, and which of their tests.

use super::place::{binary_id, places};
use crate::ask::Ask;
use crate::unit::{Package, Target};
use redgreen_core::evidence::Selection;
use std::collections::{BTreeMap, BTreeSet};

/// Which tests of one binary are asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of them.
    All,
    /// Those of these modules; all where none of them has a test.
    Modules(Vec<String>),
    /// Those of these names, and the cases that a macro makes of them.
    Named(Vec<String>),
}

/// One test binary that a question is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Goal<'u> {
    pub(super) package: &'u Package,
    pub(super) target: &'u Target,
    pub(super) id: String,
    pub(super) wanted: Wanted,
}

impl Goal<'_> {
    /// The asked ones of the `listed` tests, sorted.
    pub(super) fn chosen(&self, listed: &BTreeSet<String>) -> Vec<String> {
        let matching = |wanted: &dyn Fn(&str) -> bool| -> Vec<String> {
            listed.iter().filter(|name| wanted(name)).cloned().collect()
        };
        let all = || listed.iter().cloned().collect();
        match &self.wanted {
            Wanted::All => all(),
            Wanted::Modules(modules) => {
                let found = matching(&|name| modules.iter().any(|module| is_in(name, module)));
                if found.is_empty() { all() } else { found }
            }
            Wanted::Named(names) => matching(&|name| {
                names
                    .iter()
                    .any(|asked| name == asked || is_in(name, asked))
            }),
        }
    }
}

fn is_in(name: &str, module: &str) -> bool {
    name.strip_prefix(module)
        .is_some_and(|rest| rest.starts_with("::"))
}

/// The binaries that `ask` is about, in the order of the unit.
pub(super) fn goals<'a>(ask: &Ask<'a>) -> Vec<Goal<'a>> {
    let mut wanted = match ask.tests {
        Selection::Whole => None,
        Selection::Files(files) => Some(of_files(ask, files)),
        Selection::Tests(names) => Some(of_names(names)),
    };
    let mut goals = Vec::new();
    for package in &ask.unit.packages {
        let runnable = |target: &&Target| target.left_out.is_none();
        for target in package.targets.iter().filter(runnable) {
            let id = binary_id(package, target);
            let wanted = match &mut wanted {
                None => Some(Wanted::All),
                Some(wanted) => wanted.remove(&id),
            };
            goals.extend(wanted.map(|wanted| Goal {
                package,
                target,
                id,
                wanted,
            }));
        }
    }
    goals
}

/// The root file of a target does not tell its tests' modules, so it asks for all of them.
fn of_files(ask: &Ask<'_>, files: &[String]) -> BTreeMap<String, Wanted> {
    let mut found: BTreeMap<String, Wanted> = BTreeMap::new();
    for path in files {
        for place in places(ask.unit, path) {
            let id = binary_id(place.package, place.target);
            let module = place.module.filter(|module| !module.is_empty());
            let entry = found.entry(id).or_insert(Wanted::Modules(Vec::new()));
            match (module, entry) {
                (Some(module), Wanted::Modules(modules)) => modules.push(module),
                (None, entry) => *entry = Wanted::All,
                (Some(_), Wanted::All | Wanted::Named(_)) => {}
            }
        }
    }
    found
}

fn of_names(names: &[String]) -> BTreeMap<String, Wanted> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (id, test) in names.iter().filter_map(|name| name.split_once('$')) {
        let tests = found.entry(id.to_owned()).or_default();
        tests.push(test.to_owned());
    }
    let named = found.into_iter();
    named
        .map(|(id, tests)| (id, Wanted::Named(tests)))
        .collect()
}

/// What the unit has and this runner leaves out, by name.
pub(super) fn left_out(ask: &Ask<'_>) -> Vec<String> {
    let mut lines = vec!["doctests (cargo test --doc)".to_owned()];
    for package in &ask.unit.packages {
        for target in &package.targets {
            if let Some(why) = &target.left_out {
                lines.push(format!("{} ({why})", binary_id(package, target)));
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goal_of(wanted: Wanted) -> Vec<String> {
        let (package, target) = (Package::default(), Target::default());
        let goal = Goal {
            package: &package,
            target: &target,
            id: "p".to_owned(),
            wanted,
        };
        goal.chosen(&["a::t", "a::t::case_1", "ab::t"].map(str::to_owned).into())
    }

    #[test]
    fn a_module_holds_its_own_tests_only() {
        let modules = |name: &str| goal_of(Wanted::Modules(vec![name.to_owned()]));
        assert_eq!(modules("a"), ["a::t", "a::t::case_1"]);
        assert_eq!(modules("unknown").len(), 3);
    }

    #[test]
    fn a_name_brings_its_cases() {
        let named = |name: &str| goal_of(Wanted::Named(vec![name.to_owned()]));
        assert_eq!(named("a::t"), ["a::t", "a::t::case_1"]);
        assert_eq!(named("gone"), Vec::<String>::new());
    }
}
