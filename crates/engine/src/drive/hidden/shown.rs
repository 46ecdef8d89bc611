//! Makes what the author of hidden tests is shown: the change's interface with stubs for bodies, and
//! none of its tests.

use crate::config::Config;
use crate::drive::DriveError;
use crate::git::Git;
use crate::survey::{Ends, survey};
use redgreen_core::change::Status;
use redgreen_core::evidence::TreeKind;
use redgreen_core::id::TreeId;
use redgreen_core::run::RunState;

/// What the author is shown.
pub(super) struct Shown {
    /// The tree.
    pub(super) tree: TreeId,
    /// The functions that are stubs there: `path: name`.
    pub(super) functions: Vec<String>,
}

/// What is shown of the run's change; nothing where none of its bodies can be a stub.
pub(super) fn shown(git: &Git, state: &RunState) -> Result<Option<Shown>, DriveError> {
    let base = state.started.base.clone();
    let base_tree = git.tree_of(&base)?;
    let config = Config::of_tree(git, &base_tree)?;
    let kind = Some(state.started.kind);
    let ends = |head_tree: TreeId| Ends {
        base: base.clone(),
        base_tree: base_tree.clone(),
        head: None,
        head_tree,
    };
    let whole = survey(git, &ends(git.tree_of(state.tip())?), &config, kind)?;
    // The change's code with base's tests: those of the change tell how it was understood.
    let Some(untested) = whole.change.trees.get(&TreeKind::T) else {
        return Ok(None);
    };
    let change = survey(git, &ends(untested.clone()), &config, kind)?.change;
    let Some(tree) = change.trees.get(&TreeKind::S).cloned() else {
        return Ok(None);
    };
    let stubs = change
        .functions
        .iter()
        .filter(|changed| changed.status != Status::Deleted && changed.function.stubbable);
    let named =
        stubs.map(|changed| format!("{}: {}", changed.function.path, changed.function.name));
    let functions = named.collect();
    Ok(Some(Shown { tree, functions }))
}
