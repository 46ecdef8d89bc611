//! Projects a tree on what an answer can depend on: prose at the root that nothing names is left out, so that
//! a change of the documentation makes no test run again.

use crate::git::{Entry, Git, GitError};
use redgreen_core::id::{Digest, TreeId};
use redgreen_core::surface::Surface;
use redgreen_toolchain::surfaces;
use std::collections::BTreeSet;

/// In a tree with more files than this, looking for names costs more than a run saves.
const LARGEST: usize = 20_000;

/// The digest of everything in `tree` but prose that no other file names.
pub(super) fn of(git: &Git, tree: &TreeId) -> Result<Digest, GitError> {
    let entries = git.list_tree(tree)?;
    let prose: Vec<&Entry> = entries.iter().filter(|entry| is_left_out(entry)).collect();
    if prose.is_empty() || entries.len() > LARGEST {
        return Ok(Digest::of(tree.as_str().as_bytes()));
    }
    let names: BTreeSet<String> = prose.iter().map(|entry| name(entry)).collect();
    let named = git.named_in(tree, &names, |path| {
        surfaces::of_path(path) != Surface::Docs
    })?;
    let mut text = String::new();
    for entry in entries
        .iter()
        .filter(|entry| !is_left_out(entry) || named.contains(&name(entry)))
    {
        let (mode, blob) = (entry.held.mode, &entry.held.blob);
        text.push_str(&format!("{mode:?} {blob} {}\0", entry.path.text()));
    }
    Ok(Digest::of(text.as_bytes()))
}

/// Prose at the root and below `specs/`. Prose elsewhere may be read by who lists its directory,
/// without a name that could be looked for.
fn is_left_out(entry: &Entry) -> bool {
    let path = entry.path.text();
    let place = !path.contains('/') || path.starts_with("specs/");
    place && surfaces::of_path(&path) == Surface::Docs
}

/// The last part of the path: what a source that reads the file has to spell.
fn name(entry: &Entry) -> String {
    let path = entry.path.text();
    path.rsplit('/').next().unwrap_or(&path).to_owned()
}
