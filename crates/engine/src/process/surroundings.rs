//! Makes the environment that project code runs in: the same on every machine, without secrets.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// Which home directory project code sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home<'a> {
    /// The user's own, with all that is in it.
    Own,
    /// This directory, best a fresh one. Toolchains that live in the user's home are still found.
    At(&'a Path),
}

/// What every run sees, whatever the caller's environment says.
const FIXED: [(&str, &str); 7] = [
    ("LANG", "C.UTF-8"),
    ("LC_ALL", "C.UTF-8"),
    ("TZ", "UTC"),
    ("CI", "1"),
    ("NO_COLOR", "1"),
    ("TERM", "dumb"),
    ("FORCE_COLOR", "0"),
];

/// What toolchains need to be found. No variable that may hold a secret.
const ALLOWED: [&str; 22] = [
    "CARGO_HOME",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "GOROOT",
    "GOPATH",
    "GOMODCACHE",
    "JAVA_HOME",
    "M2_HOME",
    "GRADLE_USER_HOME",
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "PYENV_ROOT",
    "PYENV_VERSION",
    "NVM_DIR",
    "VOLTA_HOME",
    "DOTNET_ROOT",
    "GEM_HOME",
    "RBENV_ROOT",
    "LD_LIBRARY_PATH",
    "NIX_LD",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];

/// Toolchain directories that lie in the home directory unless a variable says otherwise.
const IN_HOME: [(&str, &str); 3] = [
    ("CARGO_HOME", ".cargo"),
    ("RUSTUP_HOME", ".rustup"),
    ("GOPATH", "go"),
];

/// The environment of a run: fixed settings, the search path, the toolchains' variables of
/// `parent`, and `extra`, which wins. Entries of the search path that are not absolute are left
/// out: they would run programs of the tree.
pub fn clean_env(
    parent: &[(OsString, OsString)],
    home: Home<'_>,
    tmp: &Path,
    extra: &[(String, String)],
) -> Vec<(OsString, OsString)> {
    let of_parent = |name: &str| {
        let mut found = parent.iter().filter(|(key, _)| key == name);
        found.next().map(|(_, value)| value.clone())
    };
    let own_home = of_parent("HOME").map(PathBuf::from);
    let mut env: Vec<(OsString, OsString)> = Vec::new();
    let mut set = |name: &str, value: OsString| {
        env.retain(|(key, _)| key != name);
        env.push((name.into(), value));
    };
    for (name, value) in FIXED {
        set(name, value.into());
    }
    set("TMPDIR", tmp.into());
    set(
        "PATH",
        absolute_only(&of_parent("PATH").unwrap_or_default()),
    );
    if let Home::At(_) = home
        && let Some(own) = &own_home
    {
        for (name, below) in IN_HOME {
            if own.join(below).is_dir() {
                set(name, own.join(below).into());
            }
        }
    }
    for name in ALLOWED {
        if let Some(value) = of_parent(name) {
            set(name, value);
        }
    }
    match (home, own_home) {
        (Home::At(dir), _) => set("HOME", dir.into()),
        (Home::Own, Some(own)) => set("HOME", own.into()),
        (Home::Own, None) => {}
    }
    for (name, value) in extra {
        set(name, value.into());
    }
    env
}

fn absolute_only(path: &OsStr) -> OsString {
    let absolute = std::env::split_paths(path).filter(|entry| entry.is_absolute());
    // An entry that came out of a split has no separator in it.
    std::env::join_paths(absolute).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(parent: &[(&str, &str)], home: Home<'_>) -> Vec<(String, String)> {
        let parent: Vec<_> = parent.iter().map(|(k, v)| (k.into(), v.into())).collect();
        let text = |word: OsString| word.into_string().expect("plain words");
        let env = clean_env(
            &parent,
            home,
            Path::new("/scratch"),
            &[("X".into(), "1".into())],
        );
        env.into_iter().map(|(k, v)| (text(k), text(v))).collect()
    }

    fn value<'e>(env: &'e [(String, String)], name: &str) -> Option<&'e str> {
        let mut found = env.iter().filter(|(key, _)| key == name);
        found.next().map(|(_, value)| value.as_str())
    }

    #[test]
    fn secrets_and_odd_settings_stay_outside() {
        let parent = [
            ("PATH", "/bin"),
            ("GITHUB_TOKEN", "secret"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("PYTHONPATH", "/elsewhere"),
            ("TZ", "Asia/Tokyo"),
        ];
        let env = env(&parent, Home::Own);
        assert!(env.iter().all(|(_, value)| value != "secret"));
        assert_eq!(value(&env, "PYTHONPATH"), None);
        assert_eq!(value(&env, "TZ"), Some("UTC"));
        assert_eq!(value(&env, "X"), Some("1"));
    }

    #[test]
    fn the_search_path_holds_no_place_inside_the_tree() {
        let env = env(&[("PATH", ":/usr/bin:.:bin:/bin")], Home::Own);
        assert_eq!(value(&env, "PATH"), Some("/usr/bin:/bin"));
    }

    #[test]
    fn toolchains_of_the_own_home_are_found_from_another_one() {
        let own = tempfile::tempdir().expect("a directory");
        std::fs::create_dir(own.path().join(".cargo")).expect("a directory");
        let home = own.path().to_str().expect("plain words");
        let env = env(&[("HOME", home)], Home::At(Path::new("/fresh")));
        assert_eq!(value(&env, "HOME"), Some("/fresh"));
        assert_eq!(
            value(&env, "CARGO_HOME"),
            Some(format!("{home}/.cargo").as_str())
        );
        assert_eq!(value(&env, "RUSTUP_HOME"), None);
    }
}
