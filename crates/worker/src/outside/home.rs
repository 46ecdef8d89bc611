//! Makes the home that an outside agent gets: its own, with nothing of the user's but the files
//! that its preset names, and the environment that belongs to it.

use crate::command::HOSTS;
use crate::held::{Hold, Needs, Reach};
use crate::presets::{Preset, Session, Values};
use redgreen_core::id::Digest;
use redgreen_core::phase::Phase;
use redgreen_engine::drive::{Task, WorkerFailed};
use redgreen_engine::process::{Home, clean_env};
use redgreen_engine::sandbox::{self, Destination, Level};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// Bytecode beside the sources would be handed in where git does not ignore it.
pub(crate) const NO_BYTECODE: [&str; 2] = ["PYTHONDONTWRITEBYTECODE", "1"];

/// The longest task that is given as one word of a command line: the system allows 128 kB.
const WORD: usize = 100_000;

/// Where agents get their homes, and what the caller's environment is.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    scratch: PathBuf,
    caller: Vec<(OsString, OsString)>,
}

/// An agent's home for one phase of one run, with its files of one piece of work.
#[derive(Debug)]
pub(crate) struct Stay {
    /// For which phase and slice.
    pub(crate) of: (Phase, usize),
    /// Whether it is kept when this goes: somebody will go on with it.
    pub(crate) keep: bool,
    /// The session so far.
    pub(crate) session: Option<String>,
    root: PathBuf,
    login: Vec<PathBuf>,
}

impl Place {
    /// Homes are made in `scratch`, a directory outside of every repository.
    pub(crate) fn new(scratch: &Path, caller: Vec<(OsString, OsString)>) -> Self {
        let scratch = scratch.join("agents");
        Self { scratch, caller }
    }

    /// The variable of the caller called `name`.
    fn variable(&self, name: &str) -> Option<String> {
        let mut found = self.caller.iter().filter(|(key, _)| key == name);
        found
            .next()
            .and_then(|(_, value)| value.clone().into_string().ok())
    }

    /// The values of the variables that are secret.
    pub(crate) fn secrets(&self, preset: &Preset) -> Vec<String> {
        let keys = preset.keys.iter();
        keys.filter_map(|name| self.variable(name)).collect()
    }

    /// What the agent may reach: the hosts of its preset, and the addresses in those of the
    /// caller's variables that it passes on.
    pub(crate) fn reach(&self, preset: &Preset) -> Reach {
        let named = preset.hosts.iter().filter_map(|host| host.parse().ok());
        let passed = preset.pass.iter().filter_map(|name| self.variable(name));
        let passed = passed.filter_map(|value| Destination::of_address(&value));
        Reach::Hosts(named.chain(passed).collect())
    }

    /// The home of agent `name` for `task`; a fresh one, unless `session` is gone on with and its
    /// home is still there.
    pub(crate) fn stay(
        &self,
        name: &str,
        preset: &Preset,
        task: &Task,
        session: Option<String>,
    ) -> Result<Stay, WorkerFailed> {
        let whose = format!(
            "{name}\n{}\n{}",
            task.worktree.display(),
            task.phase.as_str()
        );
        let digest = Digest::of(whose.as_bytes());
        let digits = digest.as_str().trim_start_matches("sha256:");
        let root = self.scratch.join(digits.get(..16).unwrap_or(digits));
        let session = session.filter(|_| root.join("home").is_dir());
        if session.is_none() {
            fs::remove_dir_all(&root).unwrap_or_default();
        }
        let mut stay = Stay {
            of: (task.phase, task.slice),
            keep: false,
            session,
            root,
            login: Vec::new(),
        };
        let failed = |e: std::io::Error| WorkerFailed::because(format!("the agent's home: {e}"));
        stay.furnish(preset, self, task).map_err(failed)?;
        Ok(stay)
    }

    /// The agent's environment: the clean one that tests get, what its preset sets, and those of
    /// the caller's variables that its preset names.
    pub(crate) fn environment(
        &self,
        stay: &Stay,
        (preset, more): (&Preset, &BTreeMap<String, String>),
        task: &Task,
    ) -> Vec<(OsString, OsString)> {
        let values = stay.values(preset, task);
        let named = preset.keys.iter().chain(&preset.pass);
        let mut extra: Vec<(String, String)> = named
            .filter_map(|name| Some((name.clone(), self.variable(name)?)))
            .collect();
        let set = preset.set.iter().chain(more);
        extra.extend(set.filter_map(|(name, text)| Some((name.clone(), values.text(text)?))));
        extra.push(("REDGREEN_PHASE".to_owned(), task.phase.as_str().to_owned()));
        extra.push(("REDGREEN_WORKER".to_owned(), "1".to_owned()));
        extra.push(NO_BYTECODE.map(str::to_owned).into());
        extra.extend(task.bounds.variables.iter().cloned());
        let (home, tmp) = (stay.home(), stay.root.join("tmp"));
        clean_env(&self.caller, Home::At(&home), &tmp, &extra)
    }
}

impl Stay {
    pub(crate) fn home(&self) -> PathBuf {
        self.root.join("home")
    }

    fn furnish(&mut self, preset: &Preset, place: &Place, task: &Task) -> std::io::Result<()> {
        let (home, out) = (self.home(), self.root.join("out"));
        fs::remove_dir_all(&out).unwrap_or_default();
        for dir in [&home, &out, &self.root.join("tmp")] {
            fs::create_dir_all(dir)?;
        }
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        fs::set_permissions(&self.root, private)?;
        for dir in &preset.dirs {
            fs::create_dir_all(home.join(dir))?;
        }
        let own = place.variable("HOME").map(PathBuf::from);
        for file in &preset.login {
            let from = own.as_ref().map(|own| own.join(file));
            let Some(from) = from.filter(|from| from.is_file()) else {
                continue;
            };
            let to = home.join(file);
            if let Some(dir) = to.parent() {
                fs::create_dir_all(dir)?;
            }
            fs::copy(from, &to)?;
            self.login.push(to);
        }
        let values = self.values(preset, task);
        for (file, text) in &preset.files {
            let to = home.join(file);
            if let Some(dir) = to.parent() {
                fs::create_dir_all(dir)?;
            }
            fs::write(to, values.text(text).unwrap_or_default())?;
        }
        fs::write(self.root.join("prompt.md"), &task.prompt)
    }

    /// What fills the placeholders of `preset`.
    pub(crate) fn values(&self, preset: &Preset, task: &Task) -> Values {
        let word = |path: PathBuf| path.to_string_lossy().into_owned();
        let prompt_file = word(self.root.join("prompt.md"));
        let prompt = if task.prompt.len() > WORD {
            format!("Your whole task stands in the file {prompt_file}. Read it first, then do it.")
        } else {
            task.prompt.clone()
        };
        Values {
            prompt,
            prompt_file,
            worktree: word(task.worktree.clone()),
            session: self.session.clone(),
            model: preset.model.clone(),
            home: word(self.home()),
            out: word(self.root.join("out")),
            sandbox: if is_held() {
                preset.sandbox.held.clone()
            } else {
                preset.sandbox.bare.clone()
            },
        }
    }

    /// The sandbox around the agent: its home, its own temporary files, what its preset names, and
    /// nothing of what a repository would tell it.
    pub(crate) fn hold(
        &self,
        name: Option<&str>,
        (preset, reach): (&Preset, Reach),
        task: &Task,
    ) -> Result<Hold, WorkerFailed> {
        Hold::around(
            task,
            Needs {
                reach,
                own: &self.root,
                temp: &self.root.join("tmp"),
                readable: &preset.readable,
                writable: &preset.writable,
                hidden: &preset.repository.paths,
                hint: name.map_or_else(
                    || HOSTS.to_owned(),
                    |name| format!("name hosts in redgreen/workers/{name}.toml"),
                ),
            },
        )
    }

    /// Gives the session an id where it is for us to choose one. Says whether the session is an
    /// old one.
    pub(crate) fn begin(&mut self, session: Session) -> std::io::Result<bool> {
        match (session, &self.session) {
            (Session::None, _) => self.session = None,
            (Session::Told, None) => {}
            (Session::Chosen, None) => {
                self.session = Some(random_id()?);
                return Ok(false);
            }
            (Session::Told | Session::Chosen, Some(_)) => return Ok(true),
        }
        Ok(false)
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        // Copies of what the user logged in with never stay.
        for file in &self.login {
            fs::remove_file(file).unwrap_or_default();
        }
        if !self.keep {
            fs::remove_dir_all(&self.root).unwrap_or_default();
        }
    }
}

/// Whether redgreen's own sandbox holds agents.
pub(crate) fn is_held() -> bool {
    sandbox::here().is_ok_and(|sandbox| sandbox.level() > Level::Limits)
}

/// A random id of the form that agents want: a UUID of version 4.
fn random_id() -> std::io::Result<String> {
    use std::io::Read as _;
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let parts = [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ];
    Ok(parts.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_uuid() {
        let (one, other) = (random_id().expect("random"), random_id().expect("random"));
        assert_ne!(one, other);
        assert_eq!(one.len(), 36);
        assert_eq!(&one[14..15], "4");
    }
}
