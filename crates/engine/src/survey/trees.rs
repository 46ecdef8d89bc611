//! Writes the proof's trees as git objects.

use super::paths::{Side, Text};
use super::{Ends, held};
use crate::git::{Edit, Git, GitError, Held};
use redgreen_core::change::{Change, Status};
use redgreen_core::evidence::TreeKind;
use redgreen_core::id::TreeId;
use redgreen_core::kind::Kind;
use redgreen_core::surface::Surface;
use redgreen_toolchain::manifest;
use std::collections::{BTreeMap, BTreeSet};

/// The trees of a range, and which functions are stubs in S.
pub(super) struct Trees {
    pub(super) ids: BTreeMap<TreeKind, TreeId>,
    pub(super) stubbed: Vec<String>,
}

/// Writes R, S and T between base and head.
pub(super) fn write(
    git: &Git,
    ends: &Ends,
    sides: &[Side],
    change: &Change,
    kind: Option<Kind>,
) -> Result<Trees, GitError> {
    let deleted = sides
        .iter()
        .filter(|side| side.changed.status == Status::Deleted);
    let added = sides.iter().filter(|side| side.changed.old.is_none());
    let new_packages = added.filter_map(|side| {
        let dir = side.path.strip_suffix("Cargo.toml")?;
        dir.ends_with('/').then(|| dir.to_owned())
    });
    let planter = Planter {
        git,
        new_packages: new_packages.collect(),
        deleted: deleted.map(|side| side.path.clone()).collect(),
        manifests_from_head: kind != Some(Kind::Dependency),
    };
    let red = planter.tree(&ends.base_tree, sides, |side| planter.in_red(side))?;
    let old = planter.tree(&ends.head_tree, sides, |side| planter.in_old_promises(side))?;
    let mut ids: BTreeMap<TreeKind, TreeId> = [
        (TreeKind::B, ends.base_tree.clone()),
        (TreeKind::H, ends.head_tree.clone()),
        (TreeKind::R, red),
        (TreeKind::T, old),
    ]
    .into();
    let (stubs, stubbed) = planter.stubs(sides, change)?;
    if !stubs.is_empty() {
        ids.insert(TreeKind::S, git.write_tree(&ends.head_tree, &stubs)?);
    }
    Ok(Trees { ids, stubbed })
}

/// What a path becomes in a tree.
enum Becomes {
    /// What the tree that one starts from has.
    Same,
    /// What head has, or base has, whole.
    Head,
    Base,
    /// A text of both.
    Text(String),
}

struct Planter<'g> {
    git: &'g Git,
    /// Paths that head no longer has.
    deleted: BTreeSet<String>,
    /// Directories of crates that the range adds, below tests too: without them cargo takes none
    /// of the other crates up.
    new_packages: Vec<String>,
    manifests_from_head: bool,
}

impl Planter<'_> {
    fn tree(
        &self,
        start: &TreeId,
        sides: &[Side],
        becomes: impl Fn(&Side) -> Becomes,
    ) -> Result<TreeId, GitError> {
        let mut edits = Vec::new();
        for side in sides {
            let held = match becomes(side) {
                Becomes::Same => continue,
                Becomes::Head => held(&side.changed, true),
                Becomes::Base => held(&side.changed, false),
                Becomes::Text(text) => self.blob(side, &text)?,
            };
            edits.push(Edit {
                path: side.changed.path.clone(),
                held,
            });
        }
        if edits.is_empty() {
            Ok(start.clone())
        } else {
            self.git.write_tree(start, &edits)
        }
    }

    fn blob(&self, side: &Side, text: &str) -> Result<Option<Held>, GitError> {
        let either = held(&side.changed, true).or_else(|| held(&side.changed, false));
        let Some(either) = either else {
            return Ok(None);
        };
        Ok(Some(Held {
            mode: either.mode,
            blob: self.git.write_blob(text.as_bytes())?,
        }))
    }

    /// R starts from base: head's test surface is laid over it, and head's manifests.
    fn in_red(&self, side: &Side) -> Becomes {
        if side.surface().is_test_surface() {
            return Becomes::Head;
        }
        match side.surface() {
            Surface::Manifest if self.manifests_from_head => Becomes::Head,
            Surface::Manifest => self.runner_tables(side, false),
            Surface::Docs => Becomes::Same,
            Surface::Production | Surface::Test | Surface::Fixture | Surface::RunnerConfig => {
                mix(side, side.base.as_ref(), side.head.as_ref())
            }
        }
    }

    /// T starts from head: base's test surface is laid over it, head's manifests stay, and with
    /// them whole packages that head's manifests name.
    fn in_old_promises(&self, side: &Side) -> Becomes {
        if self
            .new_packages
            .iter()
            .any(|dir| side.path.starts_with(dir))
        {
            return Becomes::Same;
        }
        if side.surface().is_test_surface() {
            return Becomes::Base;
        }
        match side.surface() {
            Surface::Manifest => self.runner_tables(side, true),
            Surface::Docs => Becomes::Same,
            Surface::Production | Surface::Test | Surface::Fixture | Surface::RunnerConfig => {
                mix(side, side.head.as_ref(), side.base.as_ref())
            }
        }
    }

    /// A manifest of one side with the other side's tables for the runner. One that a side lacks is
    /// an empty one there: the first file that a range adds may hold settings and nothing else.
    fn runner_tables(&self, side: &Side, head: bool) -> Becomes {
        let of = manifest(&side.path).filter(|_| side.surfaces.contains(&Surface::RunnerConfig));
        let Some(keys) = of else {
            return Becomes::Same;
        };
        let text = |side: &Option<Text>| side.as_ref().map_or(String::new(), |it| it.text.clone());
        let (from_base, from_head) = (text(&side.base), text(&side.head));
        let (whole, runner) = if head {
            (from_head, from_base)
        } else {
            (from_base, from_head)
        };
        let cut = side.path.rfind('/').map_or(0, |slash| slash + 1);
        let (dir, name) = side.path.split_at(cut);
        let gone = |member: &str| self.deleted.contains(&format!("{dir}{member}/{name}"));
        keys.graft(&whole, &runner, &gone)
            .map_or(Becomes::Same, Becomes::Text)
    }

    /// Head's files with stubs in the functions that the change brought or changed.
    fn stubs(&self, sides: &[Side], change: &Change) -> Result<(Vec<Edit>, Vec<String>), GitError> {
        let (mut edits, mut stubbed) = (Vec::new(), Vec::new());
        for side in sides {
            let (Some(language), Some(head)) = (side.language(), &side.head) else {
                continue;
            };
            let names: BTreeSet<String> = change
                .functions
                .iter()
                .filter(|f| f.status != Status::Deleted && f.function.path == side.path)
                .filter(|f| f.function.stubbable)
                .map(|f| f.function.name.clone())
                .collect();
            let text = language.stub(&head.text, &names);
            if !names.is_empty() && text != head.text {
                let held = self.blob(side, &text)?;
                edits.push(Edit {
                    path: side.changed.path.clone(),
                    held,
                });
                stubbed.extend(names);
            }
        }
        Ok((edits, stubbed))
    }
}

/// The production part of one side with the test regions of the other. A production file that
/// the tree's own side does not have is not there; one that only it has loses its tests.
fn mix(
    side: &Side,
    production: Option<&super::paths::Text>,
    tests: Option<&super::paths::Text>,
) -> Becomes {
    let (Some(language), true) = (side.language(), side.is_mixed()) else {
        return Becomes::Same;
    };
    match production {
        None => Becomes::Same,
        Some(production) => {
            let tests = tests.map_or("", |text| text.text.as_str());
            Becomes::Text(language.graft(&production.text, tests))
        }
    }
}
