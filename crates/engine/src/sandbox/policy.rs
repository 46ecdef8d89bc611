//! Says what a program may do: which paths it may write, read or not see, and what it may reach.

use super::places;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a program may do. Of several paths that hold a file, the longest decides; what no path
/// holds can be read and not written. Of the same path in two lists, the stricter one counts.
/// Paths that are not there are left out, and links are followed before anything is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// What it may change.
    pub writable: Vec<PathBuf>,
    /// What it may only read, below something that it may change or not see.
    pub read_only: Vec<PathBuf>,
    /// What it may neither read nor change.
    pub unreadable: Vec<PathBuf>,
    /// Files of which something else is shown: the path, and what stands in for it. Only bubblewrap
    /// can do that; below it, they cannot be read.
    pub stand_ins: Vec<(PathBuf, PathBuf)>,
    /// What stands in for the machine's directories of temporary files; nothing is one that is
    /// empty and gone with the program. Only bubblewrap can put something else in their place;
    /// below it, they cannot be used at all.
    pub temp: Option<PathBuf>,
    /// The host name that it sees; nothing is this machine's own. Only bubblewrap can give it
    /// another.
    pub host: Option<String>,
    /// What it may reach.
    pub network: Network,
    /// What it may use.
    pub limits: Limits,
}

/// What a program may reach over a network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Network {
    /// Nothing outside. Under bubblewrap it has a loopback of its own; else no socket but those of
    /// files.
    #[default]
    Off,
    /// As [`Network::Off`], and a proxy, which decides what is let through.
    Proxy(Gate),
    /// Everything that whoever started redgreen can reach.
    All,
}

/// Where a proxy is found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// Its socket, which a sandbox with a loopback of its own is led to.
    pub(super) socket: PathBuf,
    /// The port that programs are told.
    pub(super) port: u16,
    /// Servers of this machine that may be reached as if they were in the sandbox.
    pub(super) loopback: Vec<Server>,
}

/// A server of this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Server {
    /// Where it listens.
    pub(super) port: u16,
    /// What the proxy knows it by: `127.0.0.1:8080`.
    pub(super) to: String,
}

/// What a program may use; nothing is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of address space of each process. Runtimes that reserve much (Java, Go, sanitizers)
    /// do not start under a tight one.
    pub memory: Option<u64>,
    /// Bytes of memory that all its processes have together; looked at now and then, and ended where
    /// they have more.
    pub together: Option<u64>,
    /// Processes at one time.
    pub processes: Option<u64>,
    /// Bytes of each file that it writes.
    pub file_size: Option<u64>,
    /// Seconds of processor time of each process.
    pub cpu_seconds: Option<u64>,
}

/// What may be done with a path and all below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Right {
    /// Nothing.
    Hidden,
    /// Reading and executing.
    ReadOnly,
    /// All.
    Writable,
}

/// Rights by real path; the longest path that holds a file decides.
pub(super) type Rights = BTreeMap<PathBuf, Right>;

impl Policy {
    /// The rights that this policy comes to on this machine, those of temporary directories
    /// included.
    /// What is `needed` can be read where it would be hidden among temporary files.
    pub(super) fn rights_with(&self, needed: &[PathBuf]) -> Rights {
        let mut rights = Rights::new();
        let mut give = |paths: &[PathBuf], right: Right| {
            for real in paths.iter().filter_map(|path| path.canonicalize().ok()) {
                rights.insert(real, right);
            }
        };
        give(&places::shared(), Right::Hidden);
        give(&places::kept(&self.network), Right::ReadOnly);
        give(&self.writable, Right::Writable);
        give(&self.read_only, Right::ReadOnly);
        give(&self.unreadable, Right::Hidden);
        let replaced = self.stand_ins.iter().map(|(path, _)| path.clone());
        give(&replaced.collect::<Vec<_>>(), Right::Hidden);
        for real in needed.iter().filter_map(|path| path.canonicalize().ok()) {
            if is_shared(&rights, &real) {
                rights.insert(real, Right::ReadOnly);
            }
        }
        rights
    }
}

/// Whether `path` is hidden only for the place that it is in.
fn is_shared(rights: &Rights, path: &Path) -> bool {
    let deciding = path.ancestors().find(|above| rights.contains_key(*above));
    let is_place = |above| places::shared().iter().any(|place| place == above);
    deciding.is_some_and(is_place)
}

/// What decides about `path`: the longest of `rights` that holds it.
#[cfg(test)]
pub(super) fn right_of(rights: &Rights, path: &Path) -> Right {
    let known = path.ancestors().find_map(|above| rights.get(above));
    known.copied().unwrap_or(Right::ReadOnly)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_longest_path_decides_and_the_stricter_list_wins() {
        let root = tempfile::tempdir().expect("a directory");
        let root = root.path().canonicalize().expect("a real path");
        let (tree, frozen) = (root.join("tree"), root.join("tree/tests"));
        fs::create_dir_all(&frozen).expect("a directory");
        let policy = Policy {
            writable: vec![tree.clone(), frozen.clone()],
            read_only: vec![frozen.clone()],
            unreadable: vec![root.clone(), root.join("gone")],
            ..Policy::default()
        };
        let rights = policy.rights_with(&[]);
        assert_eq!(right_of(&rights, &root), Right::Hidden);
        assert_eq!(right_of(&rights, &tree.join("src")), Right::Writable);
        assert_eq!(right_of(&rights, &frozen.join("a")), Right::ReadOnly);
        assert_eq!(right_of(&rights, Path::new("/etc/hosts")), Right::ReadOnly);
        assert!(!rights.contains_key(&root.join("gone")));
    }

    #[test]
    fn a_link_to_a_secret_hides_what_it_leads_to() {
        let root = tempfile::tempdir().expect("a directory");
        let root = root.path().canonicalize().expect("a real path");
        fs::create_dir_all(root.join("dotfiles/ssh")).expect("a directory");
        std::os::unix::fs::symlink("dotfiles/ssh", root.join(".ssh")).expect("a link");
        let policy = Policy {
            unreadable: vec![root.join(".ssh")],
            ..Policy::default()
        };
        let hidden = right_of(&policy.rights_with(&[]), &root.join("dotfiles/ssh/id"));
        assert_eq!(hidden, Right::Hidden);
    }
}
