//! Says what a worker's program may do: change its worktree, and little else; and what a program may
//! do that is only asked for its version.

use super::overrun::memory_for_all;
use super::{Limits, Network, Policy, places};
use crate::paths;
use std::path::{Path, PathBuf};

/// Files and folders of a repository that tell agents, editors and git what to run. Whoever could
/// write them would be obeyed by the next program.
const OBEYED: [&str; 28] = [
    ".git",
    ".gitmodules",
    ".claude",
    ".mcp.json",
    ".cursor",
    ".cursorrules",
    ".codex",
    ".gemini",
    ".opencode",
    "opencode.json",
    "opencode.jsonc",
    ".pi",
    ".vibe",
    ".goose",
    ".goosehints",
    ".aider.conf.yml",
    ".openhands",
    ".continue",
    ".windsurf",
    ".qwen",
    ".amp",
    ".vscode",
    ".idea",
    ".envrc",
    ".husky",
    ".githooks",
    "redgreen.toml",
    ".github/hooks",
];

/// Processes that a worker may have at one time.
const PROCESSES: u64 = 1024;

/// Bytes of the largest file that it may write.
const FILE: u64 = 8 << 30;

impl Policy {
    /// What a worker's program may do: change `worktree` but for what is `frozen` in this phase and
    /// for what other programs obey; read what tests read; reach `network`. Secrets of the user and
    /// redgreen's own state are hidden.
    pub fn for_worker(worktree: &Path, frozen: &[PathBuf], network: Network) -> Self {
        let mut policy = Self {
            writable: vec![worktree.to_owned()],
            read_only: OBEYED.iter().map(|name| worktree.join(name)).collect(),
            network,
            limits: Limits {
                processes: Some(PROCESSES),
                file_size: Some(FILE),
                together: Some(memory_for_all()),
                ..Limits::default()
            },
            ..Self::default()
        };
        policy.read_only.extend(frozen.iter().cloned());
        policy.unreadable.extend(paths::state_dir());
        policy.unreadable.extend(paths::cache_root());
        if let Some(home) = std::env::var_os("HOME").map(PathBuf::from) {
            policy.unreadable.extend(places::secrets(&home));
            policy.read_only.push(home);
        }
        policy
    }

    /// What a program may do that is only asked for its version: read what tests read,
    /// and what it `needs`.
    pub(crate) fn for_probe(needs: &[PathBuf]) -> Self {
        let limits = Limits {
            processes: Some(PROCESSES),
            file_size: Some(FILE),
            ..Limits::default()
        };
        let mut policy = Self {
            limits,
            ..Self::default()
        };
        policy.unreadable.extend(paths::state_dir());
        if let Some(home) = std::env::var_os("HOME").map(PathBuf::from) {
            policy.unreadable.extend(places::secrets(&home));
            policy.read_only.push(home);
        }
        policy.read_only.extend(needs.iter().cloned());
        policy
    }

    /// The same, with so many megabytes of memory for all its processes; nothing changes nothing.
    #[must_use]
    pub fn with_memory(mut self, mb: Option<u64>) -> Self {
        if let Some(mb) = mb {
            self.limits.together = Some(mb.saturating_mul(1 << 20));
        }
        self
    }

    /// The same, with what this worker needs of the user: its own configuration and sessions.
    /// `~/` is the home directory; paths that are not absolute then are left out.
    pub fn with_own(mut self, readable: &[String], writable: &[String]) -> Self {
        let real = |paths: &[String]| -> Vec<PathBuf> {
            paths.iter().filter_map(|path| at_home(path)).collect()
        };
        let (readable, writable) = (real(readable), real(writable));
        let is_given = |path: &PathBuf| readable.contains(path) || writable.contains(path);
        self.unreadable.retain(|path| !is_given(path));
        self.read_only.extend(readable);
        self.writable.extend(writable);
        self
    }
}

/// `~/…` in the home directory, or an absolute path.
pub(crate) fn at_home(path: &str) -> Option<PathBuf> {
    let path = match path.strip_prefix("~/") {
        Some(below) => PathBuf::from(std::env::var_os("HOME")?).join(below),
        None => PathBuf::from(path),
    };
    path.is_absolute().then_some(path)
}
