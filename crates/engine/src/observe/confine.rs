//! Says what project code may do while it is observed, and puts it around each command.

use super::denied::Denied;
use super::{ObserveError, Observer, Rooms};
use crate::config::SandboxConfig;
use crate::git::Git;
use crate::paths;
use crate::process::Command;
use crate::sandbox::{
    self, Level, Limits, Network, Policy, Sandbox, are_plain, at_home, of_installers, secrets,
    without_secrets,
};
use redgreen_toolchain::Unit;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Runners that speak with their own parts over loopback and run nothing without it.
const OVER_LOOPBACK: [&str; 2] = ["gradle", "dotnet"];

/// The directory of a run that stands in for the machine's temporary files.
const TEMP: &str = "tmp";

/// What holds the commands of one observation.
#[derive(Clone, Debug)]
pub(crate) struct Confined {
    sandbox: &'static Sandbox,
    policy: Policy,
    caches: PathBuf,
}

impl Observer<'_> {
    /// What holds the test runs of `unit`.
    pub(super) fn confined(&self, unit: &Unit) -> Result<Confined, ObserveError> {
        let mut confined = Confined::of_project(self.git, &self.rooms, &self.config.sandbox)?;
        let speaks = OVER_LOOPBACK.contains(&unit.runner.as_str());
        if speaks && confined.sandbox.level() < Level::Bubblewrap {
            confined.policy.network = Network::All;
        }
        Ok(confined)
    }
}

impl Confined {
    /// What holds code of the repository of `git`: it may write the proof worktree and the caches
    /// of its own builds.
    ///
    /// # Errors
    /// [`ObserveError::Sandbox`] where less is to be had than was asked for.
    pub(crate) fn of_project(
        git: &Git,
        rooms: &Rooms,
        config: &SandboxConfig,
    ) -> Result<Self, ObserveError> {
        let sandbox = strong_enough(config)?;
        let mut policy = Policy {
            writable: vec![rooms.tree().to_owned(), rooms.caches().to_owned()],
            read_only: checkouts(git),
            unreadable: vec![rooms.root().to_owned()],
            stand_ins: Vec::new(),
            temp: None,
            host: None,
            network: match config.network {
                crate::config::Reach::Loopback => Network::Off,
                crate::config::Reach::All => Network::All,
            },
            limits: Limits {
                processes: Some(config.processes),
                file_size: Some(config.file_mb.saturating_mul(1 << 20)),
                memory: None,
                together: Some(config.memory()),
                cpu_seconds: None,
            },
        };
        policy.read_only.push(rooms.installed());
        policy.unreadable.extend(paths::cache_root());
        hide_own(&mut policy);
        policy
            .unreadable
            .push(paths::of_repository(git.common_dir()));
        let home = std::env::var_os("HOME").map(PathBuf::from);
        if let Some(home) = &home {
            policy.read_only.push(home.clone());
            policy.unreadable.extend(secrets(home));
            if are_plain(home) {
                policy
                    .unreadable
                    .retain(|path| !path.ends_with(".m2/settings.xml"));
            }
        }
        let declared = config.writable.iter();
        policy
            .writable
            .extend(declared.filter_map(|path| at_home(path)));
        Ok(Self {
            sandbox,
            policy,
            caches: rooms.caches().to_owned(),
        })
    }

    /// The same for an installer, which may write `store`, reach the network and use what opens the
    /// user's package registries. What it installs may run programs of its own; they may, too.
    pub(super) fn installing(mut self, store: &Path) -> Self {
        self.policy.network = Network::All;
        self.policy.writable.push(store.to_owned());
        if let Some(home) = std::env::var_os("HOME").map(PathBuf::from) {
            let (readable, writable) = of_installers(&home);
            self.policy
                .unreadable
                .retain(|path| !readable.contains(path));
            self.policy.writable.extend(writable);
        }
        self
    }

    /// The same on a host of that name, where the sandbox can give it one.
    pub(super) fn on_host(mut self, name: &str) -> Self {
        self.policy.host = Some(name.to_owned());
        self
    }

    /// The same for what makes `worktree` ready: it may change that, but for what leads git to the
    /// repository, and reach what `reach` says.
    pub(crate) fn preparing(mut self, worktree: &Path, reach: crate::config::Reach) -> Self {
        self.policy.read_only.retain(|path| path != worktree);
        self.policy.read_only.push(worktree.join(".git"));
        match reach {
            crate::config::Reach::All => self.installing(worktree),
            crate::config::Reach::Loopback => {
                self.policy.writable.push(worktree.to_owned());
                self.policy.network = Network::Off;
                self
            }
        }
    }

    /// What is enforced, in words.
    pub(crate) fn told(&self) -> String {
        self.sandbox.told(&self.policy.network)
    }

    /// A count of what it holds commands off, still empty.
    pub(super) fn denied(&self) -> Denied {
        Denied::under(self.sandbox.level(), &self.policy.network)
    }

    /// The same for a run with a directory of its own.
    pub(crate) fn with_scratch(mut self, scratch: &Path) -> Result<Self, ObserveError> {
        let temp = scratch.join(TEMP);
        fs::create_dir_all(&temp).map_err(ObserveError::disk(&temp))?;
        self.policy.writable.push(scratch.to_owned());
        let home = std::env::var_os("HOME").map(PathBuf::from);
        if let Some((path, text)) = home.and_then(|home| without_secrets(&home))
            && self.policy.unreadable.contains(&path)
        {
            let shown = temp.join("settings.xml");
            fs::write(&shown, text).map_err(ObserveError::disk(&shown))?;
            self.policy.stand_ins.push((path, shown));
        }
        self.policy.temp = Some(temp);
        Ok(self)
    }

    /// Variables that lead tools to what they may write. What a runner's adapter sets comes after.
    pub(crate) fn env(&self, scratch: &Path) -> Vec<(String, String)> {
        let path = |path: PathBuf| path.to_string_lossy().into_owned();
        let set = |name: &str, value: String| (name.to_owned(), value);
        let mut env = match self.sandbox.level() {
            Level::Limits => return Vec::new(),
            // Java asks no variable for its temporary files.
            Level::Landlock => {
                let option = format!("-Djava.io.tmpdir={}", scratch.display());
                vec![set("JAVA_TOOL_OPTIONS", option)]
            }
            Level::Bubblewrap => Vec::new(),
        };
        // What one project builds into a cache of the user, another one would run.
        env.push(set("GOCACHE", path(self.caches.join("go-build"))));
        env.push(set("CCACHE_DIR", path(self.caches.join("ccache"))));
        // It holds tokens, and is hidden.
        env.push(set("NPM_CONFIG_USERCONFIG", "/dev/null".to_owned()));
        env
    }

    /// `commands` held in one sandbox, one after another; nothing where that cannot be.
    pub(super) fn hold_all(
        &self,
        list: (&str, &[Command]),
        limit: Duration,
    ) -> Result<Option<Command>, ObserveError> {
        let temp = std::env::temp_dir();
        let held = self.sandbox.hold_all(list, &self.policy, limit);
        held.map_err(ObserveError::disk(temp))
    }

    /// `command` held.
    pub(crate) fn hold(&self, command: Command) -> Result<Command, ObserveError> {
        let temp = std::env::temp_dir();
        let held = self.sandbox.hold(command, &self.policy);
        held.map_err(ObserveError::disk(temp))
    }
}

/// The sandbox that this machine has, unless the project asks for more.
pub(crate) fn strong_enough(config: &SandboxConfig) -> Result<&'static Sandbox, ObserveError> {
    let sandbox = sandbox::here()?;
    match config.weakest {
        Some(wanted) if sandbox.level() < wanted => Err(ObserveError::Sandbox {
            wanted,
            why: sandbox.why_no_stronger().to_vec(),
        }),
        Some(_) | None => Ok(sandbox),
    }
}

/// Where dependencies are borrowed from.
fn checkouts(git: &Git) -> Vec<PathBuf> {
    let first = git.common_dir().parent().map(Path::to_owned);
    std::iter::once(git.top().to_owned()).chain(first).collect()
}

/// Hides redgreen's own state: the key of its seals is there.
pub(crate) fn hide_own(policy: &mut Policy) {
    policy.unreadable.extend(paths::state_dir());
}
