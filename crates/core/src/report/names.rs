//! Gives git objects short names, so that each id stands in one place of a report.

use super::rows::{CommitRow, GitObject, LandedRow, NamedId};
use crate::id::TreeId;
use crate::run::RunState;

/// Name of the commit that the work started from.
pub(super) const BASE: &str = "BASE";

/// The names that were given, in their order.
pub(super) struct Names(pub(super) Vec<NamedId>);

impl Names {
    /// Names the base of `state`.
    pub(super) fn of(state: &RunState) -> Self {
        Self(vec![NamedId {
            label: BASE.to_owned(),
            object: GitObject::Commit,
            id: state.started.base.to_string(),
        }])
    }

    /// The name of `id`: the one that it has, or else `label`.
    fn give(&mut self, object: GitObject, id: &str, label: String) -> String {
        let known = self.0.iter().find(|n| n.object == object && n.id == id);
        if let Some(known) = known {
            return known.label.clone();
        }
        self.0.push(NamedId {
            label: label.clone(),
            object,
            id: id.to_owned(),
        });
        label
    }

    fn count(&self, object: GitObject) -> usize {
        self.0.iter().filter(|named| named.object == object).count()
    }

    /// The name of a tree that was judged.
    pub(super) fn tree(&mut self, tree: &TreeId) -> String {
        let label = format!("TREE{}", self.count(GitObject::Tree) + 1);
        self.give(GitObject::Tree, tree.as_str(), label)
    }

    /// The commits of `state`, phase by phase.
    pub(super) fn commits(&mut self, state: &RunState) -> Vec<CommitRow> {
        let row = |committed: &crate::event::Committed| {
            let label = committed.commit.as_ref().map(|commit| {
                let label = format!("C{}", self.count(GitObject::Commit));
                self.give(GitObject::Commit, commit.as_str(), label)
            });
            let slice = state.started.slices.get(committed.slice);
            let acceptance = slice.filter(|_| committed.phase.is_per_slice());
            CommitRow {
                phase: committed.phase,
                slice: committed.slice,
                label,
                acceptance: acceptance.cloned().unwrap_or_default(),
            }
        };
        state.commits.iter().map(row).collect()
    }

    /// How the change of `state` landed.
    pub(super) fn landed(&mut self, state: &RunState) -> Option<LandedRow> {
        let merged = state.merged.as_ref()?;
        let mut name = |id: &str, label: &str| self.give(GitObject::Commit, id, label.to_owned());
        Some(LandedRow {
            target: merged.target.clone(),
            commit: name(merged.commit.as_str(), "LANDED"),
            before: name(merged.before.as_str(), "BEFORE"),
        })
    }
}
