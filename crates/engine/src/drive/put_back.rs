//! Writes into a worktree what git holds, and never through a link out of it.

use super::DriveError;
use crate::git::{Git, Held, Mode, RepoPath};
use redgreen_core::id::TreeId;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

/// Makes the worktree look like `tree`. What stood there before is kept in the trash under `name`.
///
/// # Errors
/// Where git or the disk fails.
pub(super) fn restore(
    git: &Git,
    worktree: &Path,
    tree: &TreeId,
    name: &str,
) -> Result<(), DriveError> {
    let now = git.tree_of_worktree(worktree)?;
    if now == *tree {
        return Ok(());
    }
    let message = crate::git::Message::new("what stood in a worktree before it was put back");
    let kept = git.commit_tree(&now, &[], &message)?;
    git.keep(&kept, name)?;
    for changed in git.changed(&now, tree)? {
        put_back(git, worktree, &changed.path, changed.new.as_ref())?;
    }
    Ok(())
}

/// Writes one path as it may stand.
pub(super) fn put_back(
    git: &Git,
    worktree: &Path,
    at: &RepoPath,
    held: Option<&Held>,
) -> Result<(), DriveError> {
    let path = at.under(worktree);
    if !stays_inside(worktree, at) {
        return Ok(());
    }
    let gone = |error: std::io::Error| {
        if error.kind() == std::io::ErrorKind::NotFound {
            Ok(())
        } else {
            Err(error)
        }
    };
    fs::remove_file(&path)
        .or_else(gone)
        .map_err(DriveError::disk(&path))?;
    let Some(held) = held else {
        return Ok(());
    };
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(DriveError::disk(parent))?;
    }
    let bytes = git.blob(&held.blob)?;
    match held.mode {
        Mode::Regular | Mode::Executable => {
            fs::write(&path, bytes).map_err(DriveError::disk(&path))?;
            if held.mode == Mode::Executable {
                let mode = fs::Permissions::from_mode(0o755);
                fs::set_permissions(&path, mode).map_err(DriveError::disk(&path))?;
            }
        }
        Mode::Symlink => {
            let target = RepoPath::from_bytes(bytes);
            symlink(target.as_path(), &path).map_err(DriveError::disk(&path))?;
        }
        Mode::Gitlink => {}
    }
    Ok(())
}

/// Whether no directory on the way to `path` is a link: a link could lead out of the worktree.
fn stays_inside(worktree: &Path, path: &RepoPath) -> bool {
    let mut way = worktree.to_owned();
    let Some(parent) = path.as_path().parent() else {
        return true;
    };
    parent.components().all(|part| {
        way.push(part);
        !way.symlink_metadata()
            .is_ok_and(|meta| meta.file_type().is_symlink())
    })
}
