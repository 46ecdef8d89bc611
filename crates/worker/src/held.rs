//! Puts a worker's sandbox around its program, and says afterwards what it held and what was tried.

mod decoys;

use decoys::Decoys;
use redgreen_engine::config::{WorkerConfig, WorkerReach};
use redgreen_engine::drive::{Task, WorkerFailed};
use redgreen_engine::process::{self, Command, Ended, Finished};
use redgreen_engine::sandbox::{self, Destination, Level, Network, Policy, Proxy, Sandbox};
use std::fs;
use std::path::{Path, PathBuf};

/// Entries of a worktree that are looked through for what has to be hidden.
const LOOKED_AT: usize = 100_000;

/// Directories whose contents nobody reads as configuration, and that may be large.
const PASSED_OVER: [&str; 5] = [".git", "node_modules", "target", ".venv", "__pycache__"];

/// What a worker's program needs beside its worktree.
pub(crate) struct Needs<'n> {
    /// What it may reach over a network.
    pub(crate) reach: Reach,
    /// Its own directory, which it may change.
    pub(crate) own: &'n Path,
    /// What stands in for temporary files; below `own`.
    pub(crate) temp: &'n Path,
    /// What it may read of the user though it may hold secrets.
    pub(crate) readable: &'n [String],
    /// What it may write outside of its worktree.
    pub(crate) writable: &'n [String],
    /// Paths of a repository, at any depth, that it must not see.
    pub(crate) hidden: &'n [String],
    /// Where hosts are named that it may reach.
    pub(crate) hint: String,
}

/// What a program may reach over a network.
pub(crate) enum Reach {
    /// These, through a proxy.
    Hosts(Vec<Destination>),
    /// Everything.
    All,
}

impl Reach {
    /// What the project says.
    pub(crate) fn of_project(worker: &WorkerConfig) -> Self {
        let hosts = worker.hosts.iter().map(|host| host.parse());
        match worker.network {
            WorkerReach::Hosts => Self::Hosts(hosts.filter_map(Result::ok).collect()),
            WorkerReach::All => Self::All,
        }
    }
}

/// What stands around one piece of work.
pub(crate) struct Hold {
    sandbox: &'static Sandbox,
    policy: Policy,
    proxy: Option<Proxy>,
    pointer: Pointer,
    frozen: usize,
    not_hidden: Vec<PathBuf>,
    decoys: Option<Decoys>,
    hint: String,
}

impl Hold {
    /// The sandbox around a program that works on `task` and has these `needs`.
    ///
    /// # Errors
    /// Where no sandbox is to be had, or none of its parts can be made.
    pub(crate) fn around(task: &Task, needs: Needs<'_>) -> Result<Self, WorkerFailed> {
        let failed = |error: &dyn std::error::Error| WorkerFailed::because(error.to_string());
        let sandbox = sandbox::here().map_err(|error| failed(&error))?;
        let (proxy, network) = match needs.reach {
            Reach::All => (None, Network::All),
            Reach::Hosts(hosts) if hosts.is_empty() => (None, Network::Off),
            Reach::Hosts(hosts) => {
                let proxy = Proxy::start(hosts, sandbox).map_err(|error| failed(&error))?;
                let network = proxy.network();
                (Some(proxy), network)
            }
        };
        let nothing = needs.own.join("nothing");
        let made = fs::create_dir_all(needs.temp).and_then(|()| fs::write(&nothing, ""));
        made.map_err(|error| failed(&error))?;
        let frozen = &task.bounds.frozen;
        let mut policy = Policy::for_worker(&task.worktree, frozen, network)
            .with_own(needs.readable, needs.writable)
            .with_memory(task.bounds.worker.memory_mb);
        policy
            .unreadable
            .extend(task.bounds.unreadable.iter().cloned());
        policy.writable.push(needs.own.to_owned());
        policy.temp = Some(needs.temp.to_owned());
        let decoys = match sandbox.level() {
            Level::Bubblewrap => decoys(needs.own, &mut policy).map_err(|error| failed(&error))?,
            Level::Landlock | Level::Limits => None,
        };
        let mut not_hidden = hidden(&task.worktree, needs.hidden);
        if sandbox.level() == Level::Bubblewrap {
            // What is frozen below is hidden with it.
            let is_hidden = |path: &PathBuf| not_hidden.iter().any(|dir| path.starts_with(dir));
            policy.read_only.retain(|path| !is_hidden(path));
            for path in std::mem::take(&mut not_hidden) {
                match path.is_dir() {
                    true => policy.unreadable.push(path),
                    false => policy.stand_ins.push((path, nothing.clone())),
                }
            }
        }
        Ok(Self {
            sandbox,
            policy,
            proxy,
            pointer: Pointer::remember(&task.worktree),
            frozen: frozen.len(),
            not_hidden,
            decoys,
            hint: needs.hint,
        })
    }

    /// `command` held.
    ///
    /// # Errors
    /// Where the sandbox cannot be put around it.
    pub(crate) fn command(&self, command: Command) -> Result<Command, WorkerFailed> {
        let held = self.sandbox.hold(command, &self.policy);
        held.map_err(|error| WorkerFailed::because(error.to_string()))
    }

    /// Runs `command` held, to its end.
    ///
    /// # Errors
    /// Where it cannot be started or watched.
    pub(crate) fn run(&self, command: Command) -> Result<Finished, WorkerFailed> {
        let done = process::run(self.command(command)?);
        done.map_err(|error| WorkerFailed::because(error.to_string()))
    }

    /// What it held and what was tried, in words, after all of it has ended. What the program did
    /// to the file by which its worktree finds its repository is undone.
    pub(crate) fn seen(mut self, left: Left) -> Vec<String> {
        let around = self.sandbox.told(&self.policy.network);
        let mut seen = vec![format!("worker's sandbox: {around}")];
        seen.extend(self.pointer.restore());
        if self.frozen > 0 && self.sandbox.level() == Level::Bubblewrap {
            let paths = counted(self.frozen, "path", "paths");
            seen.push(format!("held read-only in this phase: {paths}"));
        }
        if let Some(first) = self.not_hidden.first() {
            let paths = counted(self.not_hidden.len(), "path", "paths");
            let name = first.file_name().unwrap_or_default().to_string_lossy();
            seen.push(format!(
                "not hidden at this level: {paths} that it may take orders from, as {name}"
            ));
        }
        seen.extend(self.decoys.iter().flat_map(Decoys::opened));
        let hint = &self.hint;
        match left.unreached {
            0 => {}
            1 => seen.push(format!(
                "tried to reach a network once: there is none ({hint})"
            )),
            times => seen.push(format!(
                "tried to reach a network {times} times: there is none ({hint})"
            )),
        }
        if left.stragglers > 0 {
            let processes = counted(left.stragglers, "process", "processes");
            seen.push(format!("left {processes} behind: ended"));
        }
        seen.extend(left.overrun.map(|why| format!("stopped: {why}")));
        let refused = self.proxy.iter().flat_map(Proxy::refused);
        seen.extend(refused.map(|to| format!("tried to reach {to}: refused ({hint})")));
        seen
    }
}

/// Decoys for the user's secrets that `policy` hides, beside `own`. A directory of which something is
/// shown has none.
fn decoys(own: &Path, policy: &mut Policy) -> std::io::Result<Option<Decoys>> {
    let Some(home) = std::env::var_os("HOME").map(PathBuf::from) else {
        return Ok(None);
    };
    let given = [policy.read_only.as_slice(), policy.writable.as_slice()].concat();
    let is_whole = |path: &PathBuf| !given.iter().any(|it| it.starts_with(path) && it != path);
    let known = sandbox::secrets(&home);
    let (hidden, rest) = std::mem::take(&mut policy.unreadable)
        .into_iter()
        .partition(|path| known.contains(path) && is_whole(path));
    let hidden: Vec<PathBuf> = hidden;
    policy.unreadable = rest;
    let name = own.file_name().unwrap_or_default().to_string_lossy();
    let decoys = Decoys::set(
        &own.with_file_name(format!("{name}-decoys")),
        &hidden,
        &home,
    )?;
    policy.stand_ins.extend(decoys.stand_ins.iter().cloned());
    Ok(Some(decoys))
}

/// What a program left when it ended, as far as it was seen.
#[derive(Default)]
pub(crate) struct Left {
    unreached: u64,
    stragglers: usize,
    overrun: Option<String>,
}

impl From<&Finished> for Left {
    fn from(done: &Finished) -> Self {
        Self {
            unreached: done.unreached,
            stragglers: done.stragglers,
            overrun: done.overrun.clone(),
        }
    }
}

impl From<&Ended> for Left {
    fn from(ended: &Ended) -> Self {
        Self {
            unreached: ended.unreached,
            stragglers: ended.stragglers,
            overrun: ended.overrun.clone(),
        }
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    let what = if count == 1 { one } else { many };
    format!("{count} {what}")
}

/// What below `worktree` has one of `paths` as the end of its path. Links are not followed.
fn hidden(worktree: &Path, paths: &[String]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut dirs = vec![worktree.to_owned()];
    let mut looked_at = 0;
    while let (Some(dir), false) = (dirs.pop(), paths.is_empty()) {
        let entries = fs::read_dir(&dir).into_iter().flatten().flatten();
        for entry in entries {
            looked_at += 1;
            if looked_at > LOOKED_AT {
                return found;
            }
            let path = entry.path();
            let below = path.strip_prefix(worktree).unwrap_or(&path);
            if paths.iter().any(|hidden| below.ends_with(hidden)) {
                found.push(path);
            } else if entry.file_type().is_ok_and(|sort| sort.is_dir())
                && !PASSED_OVER.iter().any(|name| entry.file_name() == *name)
            {
                dirs.push(path);
            }
        }
    }
    found
}

/// The file by which a worktree finds its repository. Whoever changes it leads git, and with it
/// the next program, to a repository of its own, with hooks of its own.
struct Pointer {
    path: PathBuf,
    text: Option<Vec<u8>>,
}

impl Pointer {
    fn remember(worktree: &Path) -> Self {
        let path = worktree.join(".git");
        let text = fs::read(&path).ok();
        Self { path, text }
    }

    /// Puts it back where it was changed, and says so.
    fn restore(&mut self) -> Option<String> {
        let text = self.text.take()?;
        let is_file = self
            .path
            .symlink_metadata()
            .is_ok_and(|meta| meta.is_file());
        if is_file && fs::read(&self.path).is_ok_and(|now| now == text) {
            return None;
        }
        let is_dir = self.path.symlink_metadata().is_ok_and(|meta| meta.is_dir());
        let removed = if is_dir {
            fs::remove_dir_all(&self.path)
        } else {
            fs::remove_file(&self.path)
        };
        // It may be gone already.
        removed.unwrap_or_default();
        Some(match fs::write(&self.path, text) {
            Ok(()) => "changed .git: put back".to_owned(),
            Err(error) => format!("changed .git, which cannot be put back: {error}"),
        })
    }
}

impl Drop for Pointer {
    fn drop(&mut self) {
        // Where nobody asked for words, it is put back all the same.
        drop(self.restore());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_agent_would_obey_is_found_at_any_depth_and_never_behind_a_link() {
        let dir = tempfile::tempdir().expect("a directory");
        let root = dir.path();
        for path in [
            "a/b/AGENTS.md",
            ".pi/x.ts",
            "node_modules/m/AGENTS.md",
            "conf/x.d/y",
            "x.d",
        ] {
            let path = root.join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            fs::write(path, "").expect("written");
        }
        std::os::unix::fs::symlink("/", root.join("out")).expect("a link");
        let names = ["AGENTS.md", ".pi", "conf/x.d"].map(str::to_owned);
        let mut found = hidden(root, &names);
        found.sort();
        let owed = [".pi", "a/b/AGENTS.md", "conf/x.d"].map(|path| root.join(path));
        assert_eq!(found, owed);
        assert!(hidden(root, &[]).is_empty());
    }

    #[test]
    fn a_git_file_that_was_changed_is_put_back_whether_anybody_asks_or_not() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join(".git");
        fs::write(&path, "gitdir: /here").expect("written");
        let pointer = Pointer::remember(dir.path());
        fs::write(&path, "gitdir: /there").expect("written");
        drop(pointer);
        assert_eq!(fs::read_to_string(&path).expect("read"), "gitdir: /here");
        let mut pointer = Pointer::remember(dir.path());
        assert_eq!(pointer.restore(), None);
        fs::remove_file(&path).expect("removed");
        fs::create_dir(&path).expect("made");
        let mut again = Pointer {
            path: path.clone(),
            text: Some(b"x".to_vec()),
        };
        assert_eq!(again.restore().as_deref(), Some("changed .git: put back"));
    }
}
