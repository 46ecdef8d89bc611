//! Words the command line of bubblewrap for a policy.

use super::Network;
use super::policy::{Right, Rights};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Whether the sandbox shows its own processes. Inside of another sandbox that may not be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Processes {
    /// Its own, and no others.
    Own,
    /// Those that whoever started it sees.
    Seen,
}

/// A place where something stands in for the machine's temporary files.
const TEMPORARY: [&str; 2] = ["/tmp", "/var/tmp"];

/// A sandbox to be made by bubblewrap.
pub(super) struct Bubble<'b> {
    pub(super) program: &'b Path,
    pub(super) processes: Processes,
    pub(super) rights: &'b Rights,
    pub(super) stand_ins: &'b [(PathBuf, PathBuf)],
    pub(super) temp: Option<&'b Path>,
    pub(super) host: Option<&'b str>,
    pub(super) network: &'b Network,
    pub(super) dir: &'b Path,
}

impl Bubble<'_> {
    /// The words that a command line begins with.
    pub(super) fn words(&self) -> Vec<OsString> {
        let mut words: Vec<OsString> = vec![self.program.into()];
        let mut add = |some: &[&str]| words.extend(some.iter().map(OsString::from));
        add(&["--unshare-all", "--die-with-parent", "--new-session"]);
        if let Some(host) = self.host {
            add(&["--hostname", host]);
        }
        match self.network {
            Network::All => add(&["--share-net"]),
            Network::Off | Network::Proxy(_) => {}
        }
        add(&["--cap-drop", "ALL", "--ro-bind", "/", "/", "--dev", "/dev"]);
        if self.processes == Processes::Own {
            add(&["--proc", "/proc"]);
        }
        // Parents sort before what lies below them, so that the longest path comes last.
        for (path, right) in self.rights {
            if *right != Right::Hidden || !self.is_hidden_already(path) {
                words.extend(self.mount(path, *right));
            }
        }
        for (path, shown) in self.stand_ins {
            if let Ok(path) = path.canonicalize() {
                words.extend(["--ro-bind".into(), shown.into(), path.into()]);
            }
        }
        words.extend(["--chdir".into(), self.dir.into(), "--".into()]);
        words
    }

    /// Whether the place that `path` is in is hidden as a whole: to hide it there would make it, and a
    /// directory around it that can be written.
    fn is_hidden_already(&self, path: &Path) -> bool {
        let above = path.ancestors().skip(1);
        let deciding = above.filter_map(|above| self.rights.get(above)).next();
        deciding == Some(&Right::Hidden)
    }

    fn mount(&self, path: &Path, right: Right) -> Vec<OsString> {
        let bound = |flag: &str, from: &Path| vec![flag.into(), from.into(), path.into()];
        let is_dir = path.is_dir();
        match (right, is_dir) {
            // Bubblewrap's own devices have one.
            (Right::Hidden, _) if path.starts_with("/dev") => Vec::new(),
            (Right::Hidden, true) => match self.stand_in(path) {
                Some(dir) => bound("--bind", &dir),
                None => vec!["--tmpfs".into(), path.into()],
            },
            (Right::Hidden, false) => bound("--ro-bind", Path::new("/dev/null")),
            (Right::ReadOnly, _) => bound("--ro-bind", path),
            (Right::Writable, _) => bound("--bind", path),
        }
    }

    fn stand_in(&self, path: &Path) -> Option<PathBuf> {
        let is_temporary = TEMPORARY.iter().any(|known| path == Path::new(known));
        self.temp.filter(|_| is_temporary).map(Path::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_longer_is_mounted_later() {
        let root = tempfile::tempdir().expect("a directory");
        let root = root.path().canonicalize().expect("a real path");
        std::fs::create_dir_all(root.join("a/b")).expect("a directory");
        std::fs::create_dir_all(root.join("c")).expect("a directory");
        let rights = Rights::from([
            (root.join("c"), Right::Hidden),
            (root.join("a/b"), Right::ReadOnly),
            (root.join("a"), Right::Writable),
            (root.clone(), Right::Hidden),
        ]);
        let bubble = Bubble {
            program: Path::new("bwrap"),
            processes: Processes::Own,
            rights: &rights,
            stand_ins: &[],
            temp: None,
            host: Some("elsewhere"),
            network: &Network::Off,
            dir: &root,
        };
        let words = bubble.words();
        let place = |flag: &str, path: &Path| {
            let mut pairs = words.windows(2);
            pairs.position(|pair| pair[0] == *flag && pair[1] == *path)
        };
        let hidden = place("--tmpfs", &root).expect("hidden");
        let writable = place("--bind", &root.join("a")).expect("writable");
        let frozen = place("--ro-bind", &root.join("a/b")).expect("frozen");
        assert!(hidden < writable && writable < frozen, "{words:?}");
        assert_eq!(place("--tmpfs", &root.join("c")), None, "it is not there");
        assert!(!words.contains(&"--share-net".into()));
        assert!(place("--hostname", Path::new("elsewhere")).is_some());
    }
}
