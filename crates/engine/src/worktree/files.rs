//! Copies ignored files of a checkout into a worktree, by rule, and keeps them out of commits.

use super::WorktreeError;
use crate::git::{Git, GitError};
use std::fs;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// The most files that rules may choose: more are no settings.
const MOST: usize = 50;

/// The most bytes of one of them.
const LARGEST: u64 = 1 << 20;

/// The files of the checkout of `git` that `rules` choose: those that git ignores there. Files in
/// folders that are ignored as a whole are not looked at, but where a rule names their path.
///
/// # Errors
/// Where git fails.
pub fn chosen(git: &Git, rules: &[String]) -> Result<Vec<String>, GitError> {
    if rules.is_empty() {
        return Ok(Vec::new());
    }
    let mut chosen: Vec<String> = git
        .ignored(git.top())?
        .iter()
        .map(crate::git::RepoPath::text)
        .filter(|path| rules.iter().any(|rule| chooses(rule, path)))
        .filter(|path| is_plain(&git.top().join(path)))
        .collect();
    chosen.sort();
    chosen.truncate(MOST);
    Ok(chosen)
}

/// A file that is neither a link nor too large.
fn is_plain(path: &Path) -> bool {
    path.symlink_metadata()
        .is_ok_and(|found| found.is_file() && found.len() <= LARGEST)
}

/// Whether `rule` chooses `path`: by its name, or where the rule has a slash by the whole path.
fn chooses(rule: &str, path: &str) -> bool {
    if rule.contains('/') {
        let (mut rules, mut parts) = (rule.split('/'), path.split('/'));
        let each = rules
            .by_ref()
            .zip(parts.by_ref())
            .all(|(rule, part)| fits(rule, part));
        return each && rule.matches('/').count() == path.matches('/').count();
    }
    fits(rule, path.rsplit('/').next().unwrap_or(path))
}

/// Whether `name` is what `rule` says, where `*` stands for any letters.
fn fits(rule: &str, name: &str) -> bool {
    let Some((before, after)) = rule.split_once('*') else {
        return rule == name;
    };
    let Some(rest) = name.strip_prefix(before) else {
        return false;
    };
    let ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    ends.into_iter().any(|at| fits(after, &rest[at..]))
}

/// Copies `files` from `checkout` into the worktree `to`, with their modes, and says which are
/// there now. What is there already, what git would show there, and what is gone from the checkout
/// stays out; each is said.
pub(super) fn copy(
    git: &Git,
    (checkout, to): (&Path, &Path),
    files: &[String],
) -> Result<Vec<String>, WorktreeError> {
    let mut said = Vec::new();
    for file in files {
        let (from, target) = (checkout.join(file), to.join(file));
        let why_not = if target.symlink_metadata().is_ok() {
            // From an earlier try, or of the commit itself.
            continue;
        } else if !is_plain(&from) {
            Some("it is no longer in the checkout")
        } else if !git.is_ignored(to, file)? {
            Some("git does not ignore it there, so a commit could hold it")
        } else if !holds_parent(to, &target)? {
            Some("its folder leads out of the worktree")
        } else {
            write_like(&from, &target)?;
            None
        };
        said.push(match why_not {
            None => format!("copied into the worktree, and never committed: {file}"),
            Some(why) => format!("not copied into the worktree: {file}: {why}"),
        });
    }
    Ok(said)
}

/// Writes what `from` holds to the new file `to`, which gets its mode.
fn write_like(from: &Path, to: &Path) -> Result<(), WorktreeError> {
    let disk = |path: &Path| WorktreeError::disk(path.to_owned());
    let mode = fs::metadata(from).map_err(disk(from))?.permissions();
    let text = fs::read(from).map_err(disk(from))?;
    let mut options = fs::File::options();
    let file = options.write(true).create_new(true).mode(0o600).open(to);
    let mut file = file.map_err(disk(to))?;
    std::io::Write::write_all(&mut file, &text).map_err(disk(to))?;
    file.set_permissions(mode).map_err(disk(to))
}

/// Makes the folders above `target`, and says whether they really lie in `worktree`: the commit
/// may hold links.
fn holds_parent(worktree: &Path, target: &Path) -> Result<bool, WorktreeError> {
    let Some(parent) = target.parent() else {
        return Ok(false);
    };
    let known = parent.ancestors().find(|dir| dir.exists());
    let is_inside = |dir: &Path| {
        let real = dir.canonicalize().ok().zip(worktree.canonicalize().ok());
        real.is_some_and(|(dir, worktree)| dir.starts_with(worktree))
    };
    if !known.is_some_and(is_inside) {
        return Ok(false);
    }
    fs::create_dir_all(parent).map_err(WorktreeError::disk(parent.to_owned()))?;
    Ok(true)
}

/// Makes the values of copied settings known to all that keeps or shows texts, where their names
/// say that they are secrets.
pub(crate) fn learn_secrets(worktree: &Path, files: &[String]) {
    for file in files {
        let text = fs::read_to_string(worktree.join(file)).unwrap_or_default();
        for line in text.lines() {
            let line = line.trim().trim_start_matches("export ");
            if let Some((name, value)) = line.split_once('=')
                && !name.starts_with('#')
            {
                let value = value.trim().trim_matches(['"', '\'']);
                crate::redact::learn_named(name.trim(), value);
            }
        }
    }
}

/// The first of `files` that a commit of the worktree could hold: somebody stopped ignoring it, or
/// put it into the index.
///
/// # Errors
/// Where git fails.
pub(crate) fn shown(
    git: &Git,
    worktree: &Path,
    files: &[String],
) -> Result<Option<PathBuf>, GitError> {
    if files.is_empty() {
        return Ok(None);
    }
    let shown = git.tracked_or_shown(worktree, files)?;
    Ok(shown.first().map(|path| PathBuf::from(path.text())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_a_name_or_a_path_with_stars() {
        for (rule, path) in [
            (".env*", ".env"),
            (".env*", "web/.env.local"),
            ("*.local", "a/b.local"),
            ("web/.env*", "web/.env.test"),
            ("*/secrets-*.yml", "x/secrets-1.yml"),
        ] {
            assert!(chooses(rule, path), "{rule} {path}");
        }
        for (rule, path) in [
            (".env", ".envrc"),
            ("web/.env*", "api/web/.env"),
            ("web/*", "web/a/b"),
            ("*", ""),
        ] {
            assert!(!chooses(rule, path) || path.is_empty(), "{rule} {path}");
        }
    }

    #[test]
    fn a_name_with_wide_letters_is_compared_letter_by_letter() {
        assert!(fits("*é", "caf\u{e9}"));
        assert!(!fits("*x", "caf\u{e9}"));
    }
}
