//! Says where redgreen keeps what belongs to no repository: caches, and its own state.

use redgreen_core::id::Digest;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use thiserror::Error;

/// Why there is no place to keep things.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum PathsError {
    /// Neither the variable nor a home directory is set.
    #[error("neither {variable} nor HOME is set to an absolute path")]
    NoHome {
        /// The variable that would name the place.
        variable: &'static str,
    },
}

/// What may be lost: checked-out trees, build caches, outputs. For one repository:
/// `$REDGREEN_CACHE_DIR`, else `$XDG_CACHE_HOME/redgreen`, else `~/.cache/redgreen`, and below it
/// a name made of the repository's digest.
///
/// # Errors
/// Where no home directory is known.
pub fn cache_dir(repository: &Digest) -> Result<PathBuf, PathsError> {
    Ok(cache_root()?.join(short_name(repository)))
}

/// Where the caches of all repositories are: see [`cache_dir`].
///
/// # Errors
/// Where no home directory is known.
pub fn cache_root() -> Result<PathBuf, PathsError> {
    CACHE.find(&|name| std::env::var_os(name))
}

/// What must not be lost and no worker may read: the key of the journals and what is known of
/// their ends. `$REDGREEN_STATE_DIR`, else `$XDG_STATE_HOME/redgreen`, else
/// `~/.local/state/redgreen`.
///
/// # Errors
/// Where no home directory is known.
pub fn state_dir() -> Result<PathBuf, PathsError> {
    STATE.find(&|name| std::env::var_os(name))
}

/// What the user decides for all repositories: `$REDGREEN_CONFIG_DIR`, else
/// `$XDG_CONFIG_HOME/redgreen`, else `~/.config/redgreen`. Only read, never written.
///
/// # Errors
/// Where no home directory is known.
pub fn config_dir() -> Result<PathBuf, PathsError> {
    CONFIG.find(&|name| std::env::var_os(name))
}

/// What is kept with a repository whose worktrees share `common_dir`: the journal, and what workers
/// said and spent. Nothing that works on the change, and no test of it, is to read there.
pub fn of_repository(common_dir: &Path) -> PathBuf {
    common_dir.join("redgreen")
}

/// Whether files can be made in `dir`, or where it is missing, whether it can be made. Changes
/// nothing.
///
/// # Errors
/// What the system says of the first directory at or above `dir` that is there.
pub fn check_writable(dir: &Path) -> std::io::Result<()> {
    use rustix::fs::{Access, access};
    let there = dir.ancestors().find(|above| above.exists());
    let there = there.unwrap_or(Path::new("/"));
    if !there.is_dir() {
        return Err(std::io::ErrorKind::NotADirectory.into());
    }
    access(there, Access::WRITE_OK | Access::EXEC_OK)?;
    Ok(())
}

/// A name for a directory: the first 16 digits of a digest.
pub(crate) fn short_name(digest: &Digest) -> String {
    let hex = digest.as_str().trim_start_matches("sha256:");
    hex.chars().take(16).collect()
}

/// A word that no other living process, and nobody else in this one, uses in a file name.
pub(crate) fn unique_word() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{}-{count}", std::process::id())
}

struct Rule {
    own: &'static str,
    shared: &'static str,
    in_home: &'static str,
}

const CACHE: Rule = Rule {
    own: "REDGREEN_CACHE_DIR",
    shared: "XDG_CACHE_HOME",
    in_home: ".cache",
};
const STATE: Rule = Rule {
    own: "REDGREEN_STATE_DIR",
    shared: "XDG_STATE_HOME",
    in_home: ".local/state",
};
const CONFIG: Rule = Rule {
    own: "REDGREEN_CONFIG_DIR",
    shared: "XDG_CONFIG_HOME",
    in_home: ".config",
};

impl Rule {
    /// A relative value counts as not set: it would mean another place in every directory.
    fn find(&self, variable: &dyn Fn(&str) -> Option<OsString>) -> Result<PathBuf, PathsError> {
        let absolute = |name| {
            variable(name)
                .map(PathBuf::from)
                .filter(|p| p.is_absolute())
        };
        let own = absolute(self.own);
        let shared = || absolute(self.shared).map(|base| base.join("redgreen"));
        let in_home = || absolute("HOME").map(|home| home.join(self.in_home).join("redgreen"));
        own.or_else(shared)
            .or_else(in_home)
            .ok_or(PathsError::NoHome { variable: self.own })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(variables: &[(&str, &str)], expected: Result<&str, PathsError>) {
        let variable = |name: &str| {
            let mut found = variables.iter().filter(|(key, _)| *key == name);
            found.next().map(|(_, value)| OsString::from(value))
        };
        assert_eq!(CACHE.find(&variable), expected.map(PathBuf::from));
    }

    #[test]
    fn the_own_variable_goes_before_the_shared_one_and_that_before_home() {
        let all = [
            ("HOME", "/home/a"),
            ("XDG_CACHE_HOME", "/xdg"),
            ("REDGREEN_CACHE_DIR", "/own"),
        ];
        check(&all, Ok("/own"));
        check(&all[..2], Ok("/xdg/redgreen"));
        check(&all[..1], Ok("/home/a/.cache/redgreen"));
    }

    #[test]
    fn a_relative_place_is_none() {
        check(
            &[("HOME", "/h"), ("REDGREEN_CACHE_DIR", "here")],
            Ok("/h/.cache/redgreen"),
        );
        let variable = "REDGREEN_CACHE_DIR";
        check(&[("HOME", "h")], Err(PathsError::NoHome { variable }));
    }

    #[test]
    fn a_short_name_is_a_plain_word() {
        assert_eq!(short_name(&Digest::of(b"")), "e3b0c44298fc1c14");
    }
}
