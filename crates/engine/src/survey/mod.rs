//! Surveys a range: which units it touches, what changed on which surface, and the proof's trees.

mod border;
mod detects;
mod files;
mod frozen;
mod mend;
mod paths;
mod rested;
mod shelves;
mod tests;
mod trees;

pub use border::Border;
pub use files::TreeFiles;
pub use frozen::frozen;
pub use mend::{Mended, may_become, mend};
pub use shelves::shelves;

use crate::config::Config;
use crate::git::{Changed, Git, GitError};
use paths::Side;
use redgreen_core::change::{Affected, Change, ChangedFile, ChangedFunction, FunctionItem, Status};
use redgreen_core::id::{CommitId, TreeId, UnitId};
use redgreen_core::kind::Kind;
use redgreen_core::surface::Surface;
use redgreen_toolchain::{Check, Unit, language, runner, runners};
use std::collections::{BTreeMap, BTreeSet};

/// A range of commits, ready to be proven.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// What changed, split by surface, with the proof's trees.
    pub change: Change,
    /// The units that only base has, then those of head.
    pub units: Vec<Unit>,
    /// Newly tracked files that can stand in for code.
    pub planted: Vec<String>,
}

/// The two ends of a range.
#[derive(Clone, Debug)]
pub struct Ends {
    /// The commit that the change starts from.
    pub base: CommitId,
    /// Its tree.
    pub base_tree: TreeId,
    /// The commit that it ends in; nothing for a working tree.
    pub head: Option<CommitId>,
    /// Its tree.
    pub head_tree: TreeId,
}

/// Surveys the range between `ends`.
///
/// # Errors
/// Where git cannot read an object or write a tree.
pub fn survey(
    git: &Git,
    ends: &Ends,
    config: &Config,
    kind: Option<Kind>,
) -> Result<Survey, GitError> {
    let (units, of_base) = units_of_both(git, ends, config)?;
    let changed = git.changed(&ends.base_tree, &ends.head_tree)?;
    let sides = paths::read(git, &changed, (&units, &of_base), config)?;
    let mut change = Change {
        base: ends.base.clone(),
        head: ends.head.clone(),
        files: sides.iter().map(Side::file).collect(),
        tests: tests::changed(&sides),
        test_files: tests::files(&sides),
        reworked: rested::reworked(&sides),
        examples: rested::examples(&sides),
        asks_for_test: detects::asking(&sides),
        shared_tests: tests::shared(&sides),
        functions: functions(&sides),
        units: touched(&sides, &units),
        own_names: units
            .iter()
            .flat_map(|unit| unit.own_names.iter().cloned())
            .collect(),
        ..Change::default()
    };
    change.fitted = detects::fitted(&sides, &change);
    change.idle = detects::idle(&sides, &change);
    change.starts_programs = detects::starting(&sides);
    change.loosened = rested::loosened(&sides, &change.tests);
    leave_to_runs(&mut change, &units);
    change.affected = affected(&sides, &change.units, &units);
    (change.introduced, change.withdrawn) = names(&sides);
    let trees = trees::write(git, ends, &sides, &change, kind)?;
    change.stubbed = trees.stubbed;
    change.trees = trees.ids;
    change.varying = varying(git, ends, &change, &of_base)?;
    let planted = sides
        .iter()
        .filter(|side| paths::planted(side))
        .map(|side| side.path.clone());
    let planted = planted.collect();
    Ok(Survey {
        change,
        units,
        planted,
    })
}

/// The units of a tree: those of the configuration, then what is detected.
///
/// # Errors
/// Where git cannot read the tree.
pub fn units_of(git: &Git, tree: &TreeId, config: &Config) -> Result<Vec<Unit>, GitError> {
    let files = TreeFiles::open(git, tree)?;
    let mut units: Vec<Unit> = config.custom_units();
    units.extend(runners().iter().flat_map(|runner| runner.detect(&files)));
    files.trouble().map_or(Ok(units), Err)
}

/// The checks that each of `units` names for itself beside its tests, by its id.
///
/// # Errors
/// Where git cannot read the tree.
pub fn checks_of(
    git: &Git,
    tree: &TreeId,
    units: &[Unit],
) -> Result<Vec<(UnitId, Check)>, GitError> {
    let files = TreeFiles::open(git, tree)?;
    let of = |unit: &Unit| -> Vec<(UnitId, Check)> {
        let checks = runner(&unit.runner).map_or_else(Vec::new, |r| r.checks(unit, &files));
        checks
            .into_iter()
            .map(|check| (unit.id.clone(), check))
            .collect()
    };
    let checks = units.iter().flat_map(of).collect();
    files.trouble().map_or(Ok(checks), Err)
}

/// The units of base that head no longer has, and those of head: a range that takes a unit's last
/// test away still owes its old promises. Then the units as base has them.
fn units_of_both(
    git: &Git,
    ends: &Ends,
    config: &Config,
) -> Result<(Vec<Unit>, Vec<Unit>), GitError> {
    let of_head = units_of(git, &ends.head_tree, config)?;
    if ends.base_tree == ends.head_tree {
        return Ok((of_head.clone(), of_head));
    }
    let of_base = units_of(git, &ends.base_tree, config)?;
    let is_gone = |unit: &&Unit| !of_head.iter().any(|known| known.id == unit.id);
    // Those of head are last: a directory whose runner is another one now belongs to the new one.
    let units = of_base.iter().filter(is_gone).chain(&of_head);
    Ok((units.cloned().collect(), of_base))
}

/// The unit that `path` belongs to: of those whose runner runs its language, the nearest above it,
/// and the last one of several.
pub(crate) fn unit_of<'u>(units: &'u [Unit], path: &str) -> Option<&'u Unit> {
    let speaking = units
        .iter()
        .filter(|unit| redgreen_toolchain::speaks(&unit.runner, path).unwrap_or(true));
    speaking
        .filter(|unit| unit.inside(path).is_some())
        .max_by_key(|unit| unit.dir.len())
}

/// Units that the range can affect, in the order in which they were detected. A path that no
/// language claims can be read by any unit above it; one that lies in no unit by all of them; code
/// of one unit by every unit that loads it.
fn touched(sides: &[Side], units: &[Unit]) -> Vec<UnitId> {
    let mut ids = BTreeSet::new();
    // Comments of code can be read at run time, as the help text of a program: old tests run.
    let counts = |side: &&Side| !side.is_prose() || side.language().is_some();
    for side in sides.iter().filter(counts) {
        match (&side.unit, redgreen_toolchain::speaks("", &side.path)) {
            (Some(unit), Some(_)) => {
                ids.insert(unit.id.clone());
                let loads = |other: &&Unit| {
                    other
                        .import_roots
                        .iter()
                        .any(|root| is_below(&side.path, root))
                };
                ids.extend(units.iter().filter(loads).map(|other| other.id.clone()));
            }
            (Some(near), None) => {
                let same = units.iter().filter(|unit| unit.dir == near.dir);
                ids.extend(same.map(|unit| unit.id.clone()));
            }
            (None, _) => ids.extend(units.iter().map(|unit| unit.id.clone())),
        }
    }
    units
        .iter()
        .map(|unit| unit.id.clone())
        .filter(|id| ids.contains(id))
        .collect()
}

/// Takes out what the source text says of tests that only runs can name.
fn leave_to_runs(change: &mut Change, units: &[Unit]) {
    let names_them =
        |unit: &&Unit| runner(&unit.runner).is_some_and(|runner| !runner.names_tests_as_source());
    change.unsplit = units
        .iter()
        .filter(names_them)
        .map(|unit| unit.id.clone())
        .collect();
    let unsplit = &change.unsplit;
    change
        .tests
        .retain(|test| !unsplit.contains(&test.item.id.unit));
    change
        .test_files
        .retain(|(unit, _)| !unsplit.contains(unit));
    change
        .loosened
        .retain(|found| !unsplit.contains(&found.test.unit));
}

/// The test files of base that can hold other tests on head's code although their text is the same.
fn varying(
    git: &Git,
    ends: &Ends,
    change: &Change,
    of_base: &[Unit],
) -> Result<BTreeMap<UnitId, Vec<String>>, GitError> {
    let listing = |unit: &Unit| runner(&unit.runner).and_then(|runner| runner.lister());
    let touched = of_base
        .iter()
        .filter(|unit| change.units.contains(&unit.id));
    let mut listing = touched
        .filter_map(|unit| Some((unit, listing(unit)?)))
        .peekable();
    if listing.peek().is_none() || !change.touches(Surface::Production) {
        return Ok(BTreeMap::new());
    }
    let files = TreeFiles::open(git, &ends.base_tree)?;
    let varying: BTreeMap<UnitId, Vec<String>> = listing
        .map(|(unit, lister)| (unit.id.clone(), lister.varying(unit, &files)))
        .filter(|(_, files)| !files.is_empty())
        .collect();
    files.trouble().map_or(Ok(varying), Err)
}

/// The part of each touched unit's test targets that the range can reach, where that is less than
/// all of them.
fn affected(sides: &[Side], touched: &[UnitId], units: &[Unit]) -> BTreeMap<UnitId, Affected> {
    let counts = |side: &&Side| !side.is_prose() || side.language().is_some();
    let paths: Vec<&str> = sides
        .iter()
        .filter(counts)
        .map(|side| side.path.as_str())
        .collect();
    let of = |unit: &Unit| {
        let files = unit.reachable(&paths)?;
        let of = unit.packages.iter().map(|package| package.targets.len());
        let of = of.sum();
        (files.len() < of).then(|| (unit.id.clone(), Affected { files, of }))
    };
    let touched = units.iter().filter(|unit| touched.contains(&unit.id));
    touched.filter_map(of).collect()
}

/// Whether `path` lies in `dir`; the root itself is nobody's special root.
fn is_below(path: &str, dir: &str) -> bool {
    !dir.is_empty()
        && path
            .strip_prefix(dir)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// Production functions that differ, by path and name.
fn functions(sides: &[Side]) -> Vec<ChangedFunction> {
    let mut changed = Vec::new();
    for side in sides {
        let of = |text: &Option<paths::Text>| -> BTreeMap<String, FunctionItem> {
            let items = text.iter().flat_map(|text| text.outline.functions.iter());
            items
                .map(|item| (item.name.clone(), item.clone()))
                .collect()
        };
        let (base, head) = (of(&side.base), of(&side.head));
        for (name, function) in &head {
            let status = match base.get(name) {
                None => Status::Added,
                Some(was) if was.body != function.body => Status::Modified,
                Some(_) => continue,
            };
            changed.push(ChangedFunction {
                function: function.clone(),
                status,
            });
        }
        for (_, function) in base
            .into_iter()
            .filter(|(name, _)| !head.contains_key(name))
        {
            changed.push(ChangedFunction {
                function,
                status: Status::Deleted,
            });
        }
    }
    changed
}

/// Names that head's production code brings, and names that it takes away.
fn names(sides: &[Side]) -> (BTreeSet<String>, BTreeSet<String>) {
    type Names = BTreeSet<String>;
    let (mut base, mut head) = (<[Names; 2]>::default(), <[Names; 2]>::default());
    for side in sides {
        for (text, [defined, exported]) in [(&side.base, &mut base), (&side.head, &mut head)] {
            if let Some(text) = text.as_ref().filter(|text| !text.surface.is_test_surface()) {
                defined.extend(text.outline.names.iter().cloned());
                defined.extend(module_names(&side.path));
                exported.extend(text.outline.exported.iter().cloned());
            }
        }
    }
    let lacking = |all: &[Names; 2], other: &[Names; 2]| {
        let pairs = all.iter().zip(other);
        pairs
            .flat_map(|(all, other)| all.difference(other).cloned())
            .collect()
    };
    (lacking(&head, &base), lacking(&base, &head))
}

/// The names under which a source file can be imported.
fn module_names(path: &str) -> impl Iterator<Item = String> + '_ {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let known = language(path).is_some();
    stem.split('/').filter(move |_| known).map(str::to_owned)
}

impl Side {
    fn file(&self) -> ChangedFile {
        ChangedFile {
            path: self.path.clone(),
            status: self.changed.status,
            surfaces: self.surfaces.clone(),
            unit: self.unit.as_ref().map(|unit| unit.id.clone()),
        }
    }

    fn is_prose(&self) -> bool {
        self.surfaces
            .iter()
            .all(|surface| *surface == Surface::Docs)
    }
}

/// The mode and blob that a side of `changed` holds.
fn held(changed: &Changed, head: bool) -> Option<crate::git::Held> {
    if head {
        changed.new.clone()
    } else {
        changed.old.clone()
    }
}
