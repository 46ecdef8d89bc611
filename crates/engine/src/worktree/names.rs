//! Finds names for branches and folders that nothing else has, whatever the letters' case.

use crate::git::{Git, GitError, Refusal};
use std::fs;
use std::path::{Path, PathBuf};

/// How often a name is tried with another number.
const TRIES: u32 = 1000;

/// `wanted`, or the first of `wanted-2`, … that goes beside the branches of the repository: none
/// has it in any case, none lies below it and it lies below none.
///
/// # Errors
/// Where git fails, or every name is taken.
pub(crate) fn free_branch(git: &Git, wanted: &str) -> Result<String, GitError> {
    let taken: Vec<String> = git
        .branches()?
        .iter()
        .map(|name| name.to_lowercase())
        .collect();
    let unfit = || {
        GitError::Refused(Refusal::BadName {
            name: wanted.to_owned(),
        })
    };
    // A branch `fix` keeps every `fix/…` from being made: no number mends that.
    let above = |name: &str| taken.iter().any(|t| name.starts_with(&format!("{t}/")));
    let wanted = match above(&wanted.to_lowercase()) {
        true => wanted.replace('/', "-"),
        false => wanted.to_owned(),
    };
    let goes = |name: &String| {
        let small = name.to_lowercase();
        let below = format!("{small}/");
        !taken
            .iter()
            .any(|taken| *taken == small || taken.starts_with(&below))
    };
    numbered(&wanted).find(goes).ok_or_else(unfit)
}

/// The folder `wanted`, or the first of `wanted-2`, … beside which there is none of that name in
/// any case.
pub(crate) fn free_folder(wanted: &Path) -> Option<PathBuf> {
    let (parent, name) = (wanted.parent()?, wanted.file_name()?.to_str()?);
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let taken: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().to_lowercase())
        .collect();
    let free = numbered(name).find(|name| !taken.contains(&name.to_lowercase()))?;
    Some(parent.join(free))
}

fn numbered(wanted: &str) -> impl Iterator<Item = String> {
    let wanted = wanted.to_owned();
    (1..TRIES).map(move |number| match number {
        1 => wanted.clone(),
        more => format!("{wanted}-{more}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_differs_in_case_alone_is_in_the_way() {
        let root = tempfile::tempdir().expect("a directory");
        for name in ["Shop-1", "shop-1-2"] {
            fs::create_dir(root.path().join(name)).expect("a directory");
        }
        let free = free_folder(&root.path().join("shop-1")).expect("there is one");
        assert_eq!(free, root.path().join("shop-1-3"));
    }
}
