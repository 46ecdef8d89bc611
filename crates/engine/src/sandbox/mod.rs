//! Holds programs in a sandbox: what they may write, read, reach and use.
//!
//! A sandbox is put up in two steps. The first is bubblewrap, where this machine has it. The second
//! is redgreen itself, started again as `redgreen __sandbox`, which binds its own process (limits,
//! Landlock, a filter of system calls) and then becomes the program. Only `process` starts
//! anything: [`Sandbox::hold`] rewrites a command, and `process::run` runs it.

mod bubble;
mod destination;
mod enter;
mod errand;
mod guard;
mod level;
#[cfg(target_os = "linux")]
mod limits;
mod listed;
mod overrun;
mod places;
mod policy;
mod probe;
mod proxy;
mod relay;
#[cfg(target_os = "linux")]
mod ruleset;
mod settings;
#[cfg(target_os = "linux")]
mod syscalls;
mod worker;

pub use destination::Destination;
pub use enter::obey;
pub(crate) use errand::{Ended, Told, Word};
pub use level::Level;
pub(crate) use listed::{Answer, End, read as read_answers};
pub use overrun::memory_for_all;
pub(crate) use overrun::{Overrun, Usage};
pub(crate) use places::of_installers;
pub use places::secrets;
pub use policy::{Gate, Limits, Network, Policy};
pub use probe::{NotHad, choose, here, is_chosen};
pub use proxy::Proxy;
pub(crate) use settings::{are_plain, without_secrets};
pub(crate) use worker::at_home;

use crate::process::Command;
use bubble::{Bubble, Processes};
use errand::{Errand, Hold};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The argument that makes this program put a sandbox around another.
pub const ENTER: &str = "__sandbox";

/// The argument that makes it run a list of commands inside of a sandbox.
const LISTED: &str = "__listed";

/// The argument that makes it do nothing, well: a sandbox is tried with it.
const NOTHING: &str = "__nothing";

/// The argument that makes it bind itself and become another.
const BECOME: &str = "__become";

/// A sandbox that this machine has: tried, not guessed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sandbox {
    means: Means,
    /// This program, to be started again.
    own: PathBuf,
    /// Why it is no stronger one.
    why: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Means {
    Bubblewrap {
        program: PathBuf,
        processes: Processes,
    },
    Landlock,
    Limits,
    /// This program cannot be started again: limits are set from outside.
    Outside,
}

impl Sandbox {
    /// How much it holds.
    pub fn level(&self) -> Level {
        match self.means {
            Means::Bubblewrap { .. } => Level::Bubblewrap,
            Means::Landlock => Level::Landlock,
            Means::Limits | Means::Outside => Level::Limits,
        }
    }

    /// Why this machine has no stronger one, the strongest first.
    pub fn why_no_stronger(&self) -> &[String] {
        &self.why
    }

    /// What is enforced with `network`, for people and for evidence.
    pub fn told(&self, network: &Network) -> String {
        let around = match &self.means {
            Means::Bubblewrap {
                processes: Processes::Own,
                ..
            } => "bubblewrap, seccomp, limits",
            Means::Bubblewrap {
                processes: Processes::Seen,
                ..
            } => "bubblewrap inside of a sandbox, seccomp, limits",
            Means::Landlock => "landlock, seccomp, limits",
            Means::Limits | Means::Outside => return "limits only; network open".to_owned(),
        };
        let network = match (network, self.level()) {
            (Network::Off, Level::Bubblewrap) => "network off but for its own loopback",
            (Network::Off, Level::Landlock | Level::Limits) => "network off, loopback too",
            (Network::Proxy(_), _) => "network through a proxy only",
            (Network::All, _) => "network open",
        };
        format!("{around}; {network}")
    }

    /// Whether processes are counted inside.
    fn counts(&self) -> bool {
        match &self.means {
            Means::Bubblewrap { processes, .. } => *processes == Processes::Own,
            Means::Landlock | Means::Limits | Means::Outside => false,
        }
    }

    /// `command`, held to `policy` as far as this sandbox can. A program that is not there stays
    /// as it is, so that whoever runs it is told.
    ///
    /// # Errors
    /// Where the words of its end have no place, or a path is no text.
    pub fn hold(&self, mut command: Command, policy: &Policy) -> std::io::Result<Command> {
        let Some(program) = found(&command) else {
            return Ok(command);
        };
        let told = Told::make(&program, self.counts())?;
        let mut policy = policy.clone();
        policy.writable.push(told.dir().to_owned());
        if let Network::Proxy(gate) = &policy.network {
            let env = proxy::env(gate.port).into_iter();
            let env = env.map(|(name, value)| (name.into(), value.into()));
            command.env.extend(env);
        }
        let seen = self.needed_by(&command, program, &policy.network);
        let rights = policy.rights_with(&seen);
        let mut argv = Vec::new();
        let hold = match &self.means {
            Means::Outside => {
                // The system counts all processes of the user, not those of the command.
                command.bounds = Limits {
                    processes: None,
                    ..policy.limits
                };
                return Ok(command);
            }
            Means::Limits => Hold::Nothing,
            Means::Landlock => Hold::Landlock(rights),
            Means::Bubblewrap { program, processes } => {
                let bubble = Bubble {
                    program,
                    processes: *processes,
                    rights: &rights,
                    stand_ins: &policy.stand_ins,
                    temp: policy.temp.as_deref(),
                    host: policy.host.as_deref(),
                    network: &policy.network,
                    dir: &command.dir,
                };
                argv = bubble.words();
                match processes {
                    Processes::Own => Hold::Namespaces,
                    Processes::Seen => Hold::Around,
                }
            }
        };
        let errand = Errand {
            hold,
            network: policy.network,
            limits: policy.limits,
            told: told.dir().to_owned(),
        };
        let errand = serde_json::to_string(&errand)?;
        argv.extend([self.own.clone().into(), ENTER.into()]);
        argv.extend([errand.into(), "--".into()]);
        argv.append(&mut command.argv);
        command.argv = argv;
        command.bounds = policy.limits;
        command.told = Some(told);
        Ok(command)
    }
}

impl Sandbox {
    /// `commands` one after another in one sandbox, whose answers [`read_answers`] reads where it is
    /// told `word`; nothing where a sandbox could not keep them apart. `limit` is for all of them.
    ///
    /// # Errors
    /// As [`Sandbox::hold`].
    pub(crate) fn hold_all(
        &self,
        (word, commands): (&str, &[Command]),
        policy: &Policy,
        limit: Duration,
    ) -> std::io::Result<Option<Command>> {
        let programs: Option<Vec<PathBuf>> = commands.iter().map(found).collect();
        let (Some(programs), Some(first), true) = (programs, commands.first(), self.counts())
        else {
            return Ok(None);
        };
        let named = commands.iter().flat_map(|command| &command.argv);
        let named = named.filter(|word| Path::new(word).is_absolute()).cloned();
        let seen: BTreeSet<OsString> = named.chain(programs.into_iter().map(Into::into)).collect();
        let own = [self.own.clone().into(), OsString::from(LISTED)];
        let mut whole = Command::new(own.into_iter().chain(seen), first.dir.clone(), limit);
        whole.env.clone_from(&first.env);
        whole.stdin = Some(listed::written(word, commands)?);
        whole.stop.clone_from(&first.stop);
        self.hold(whole, policy).map(Some)
    }

    /// What has to be seen for `command` to start, wherever it lies: this program, its own, their
    /// toolchain, the proxy's socket, what its arguments name.
    fn needed_by(&self, command: &Command, program: PathBuf, network: &Network) -> Vec<PathBuf> {
        let mut seen = places::toolchains(&command.env, &program);
        seen.extend([self.own.clone(), program]);
        let named = command.argv.iter().skip(1).map(PathBuf::from);
        seen.extend(named.filter(|path| path.is_absolute()));
        match network {
            Network::Proxy(gate) => seen.push(gate.socket.clone()),
            Network::Off | Network::All => {}
        }
        seen
    }
}

/// The program that `command` starts, as its search path finds it.
fn found(command: &Command) -> Option<PathBuf> {
    let name = Path::new(command.argv.first()?);
    let is_there = |path: &PathBuf| path.is_file();
    if name.components().count() > 1 {
        return Some(command.dir.join(name)).filter(is_there);
    }
    let mut variables = command.env.iter();
    let path: Option<&OsString> = variables
        .find(|(key, _)| key == "PATH")
        .map(|(_, path)| path);
    std::env::split_paths(path?)
        .map(|dir| dir.join(name))
        .find(is_there)
}
