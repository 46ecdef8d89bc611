//! Names places of a machine that a sandbox treats in its own way: temporary directories, secrets.

use super::Network;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Directories that all programs of the machine share: temporary files, and the sockets of its
/// daemons.
const SHARED: [&str; 4] = ["/tmp", "/var/tmp", "/run", "/dev/shm"];

/// What lies below them and that programs are found by.
const KEPT: [&str; 2] = ["/run/current-system", "/run/opengl-driver"];

/// What names are resolved by.
const NAMES: [&str; 3] = ["/etc/resolv.conf", "/run/systemd/resolve", "/run/nscd"];

/// Where people, and the programs that work for them, keep what opens other doors. Below the home
/// directory.
const SECRETS: [&str; 58] = [
    ".ssh",
    ".gnupg",
    ".aws",
    ".azure",
    ".kube",
    ".docker",
    ".oci",
    ".config/gh",
    ".config/glab-cli",
    ".config/hub",
    ".config/gcloud",
    ".config/doctl",
    ".config/sops",
    ".config/rclone",
    ".config/op",
    ".config/git/credentials",
    ".config/pypoetry/auth.toml",
    ".config/composer/auth.json",
    ".config/configstore",
    ".config/google-chrome",
    ".config/chromium",
    ".config/github-copilot",
    ".composer/auth.json",
    ".netrc",
    ".git-credentials",
    ".cargo/credentials",
    ".cargo/credentials.toml",
    ".npmrc",
    ".yarnrc.yml",
    ".pypirc",
    ".gem/credentials",
    ".m2/settings.xml",
    ".m2/settings-security.xml",
    ".pgpass",
    ".my.cnf",
    ".mylogin.cnf",
    ".vault-token",
    ".terraformrc",
    ".terraform.d/credentials.tfrc.json",
    ".s3cfg",
    ".boto",
    ".password-store",
    ".local/share/keyrings",
    ".local/share/opencode/auth.json",
    ".mozilla",
    ".thunderbird",
    ".bash_history",
    ".zsh_history",
    ".python_history",
    ".node_repl_history",
    ".claude",
    ".claude.json",
    ".codex",
    ".gemini",
    ".cursor",
    ".continue",
    ".pi",
    ".vibe",
];

/// What of [`SECRETS`] opens the doors of package registries, for those who install from them.
const OF_REGISTRIES: [&str; 14] = [
    ".netrc",
    ".npmrc",
    ".yarnrc.yml",
    ".pypirc",
    ".git-credentials",
    ".cargo/credentials",
    ".cargo/credentials.toml",
    ".gem/credentials",
    ".m2/settings.xml",
    ".m2/settings-security.xml",
    ".config/pypoetry/auth.toml",
    ".config/composer/auth.json",
    ".composer/auth.json",
    ".config/git/credentials",
];

/// Where installers keep what they fetched, below the home directory.
const PACKAGES: [&str; 16] = [
    ".npm",
    ".cache/pip",
    ".cache/uv",
    ".cache/pypoetry",
    ".cache/yarn",
    ".cache/composer",
    ".composer/cache",
    ".local/share/pnpm",
    ".cargo/registry",
    ".cargo/git",
    ".m2/repository",
    ".gradle",
    ".gem",
    ".bundle",
    ".nuget",
    "go/pkg/mod",
];

/// What installers may read of the user's secrets, and where they may write.
pub(crate) fn of_installers(home: &Path) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let below = |names: &[&str]| names.iter().map(|name| home.join(name)).collect();
    (below(&OF_REGISTRIES), below(&PACKAGES))
}

/// The places that all programs share.
pub(super) fn shared() -> Vec<PathBuf> {
    SHARED.iter().map(PathBuf::from).collect()
}

/// What of them a program needs to find others, and with an open network, to find names.
pub(super) fn kept(network: &Network) -> Vec<PathBuf> {
    let names: &[&str] = match network {
        Network::All => &NAMES,
        Network::Off | Network::Proxy(_) => &[],
    };
    KEPT.iter().chain(names).map(PathBuf::from).collect()
}

/// What no test and no foreign worker may read below `home`.
pub fn secrets(home: &Path) -> Vec<PathBuf> {
    SECRETS.iter().map(|name| home.join(name)).collect()
}

/// What the environment `env` names and `program` belongs to, where it lies in a place that all
/// programs share: toolchains that would be hidden with it. For an entry of the search path and for
/// the directory of `program`, the directory above it.
pub(super) fn toolchains(env: &[(OsString, OsString)], program: &Path) -> Vec<PathBuf> {
    let is_hidden = |path: &Path| SHARED.iter().any(|shared| is_below(path, shared));
    let home = |dir: PathBuf| match dir.parent().filter(|above| is_hidden(above)) {
        Some(above) => above.to_owned(),
        None => dir,
    };
    let mut found = Vec::new();
    for (name, value) in env
        .iter()
        .filter(|(name, _)| name != "TMPDIR" && name != "HOME")
    {
        let paths = std::env::split_paths(value);
        found.extend(paths.map(|path| if name == "PATH" { home(path) } else { path }));
    }
    found.extend(program.parent().map(|dir| home(dir.to_owned())));
    found.retain(|path| is_hidden(path));
    found
}

fn is_below(path: &Path, shared: &str) -> bool {
    path.starts_with(shared) && path != Path::new(shared)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_toolchain_among_temporary_files_stays_to_be_seen() {
        let env = [("PATH", "/usr/bin:/tmp/x/venv/bin:/tmp"), ("HOME", "/tmp")];
        let env = env.map(|(name, value)| (name.into(), value.into()));
        let found = toolchains(&env, Path::new("/tmp/y/bin/python"));
        assert_eq!(found, [Path::new("/tmp/x/venv"), Path::new("/tmp/y")]);
    }
}
