//! Finds out which sandbox this machine has, by putting it around a program that does nothing.

use super::bubble::Processes;
use super::{Level, Means, NOTHING, Network, Policy, Sandbox};
use crate::process::{self, Command, Exit, Home, clean_env};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;
use thiserror::Error;

/// The longest that a program that does nothing may take. Only a sandbox that does not work needs
/// it.
const LIMIT: Duration = Duration::from_secs(20);

/// A sandbox that was asked for by name and cannot be had.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("no {wanted} sandbox is to be had here: {}", why.join("; "))]
pub struct NotHad {
    /// What was asked for.
    pub wanted: Level,
    /// Why not.
    pub why: Vec<String>,
}

/// What was chosen for this process: by which program it is entered, and which level a person
/// asked for.
static CHOSEN: OnceLock<(PathBuf, Option<Level>)> = OnceLock::new();

/// Says once, before the first program is held: `own` is the program whose `main` calls
/// [`super::obey`], and only `level` will do.
pub fn choose(own: &Path, level: Option<Level>) {
    // Whoever comes first decides: what was enforced so far must stay true.
    CHOSEN.set((own.to_owned(), level)).unwrap_or_default();
}

/// Whether a person asked for a level of this process by name.
pub fn is_chosen() -> bool {
    CHOSEN.get().is_some_and(|(_, level)| level.is_some())
}

/// The strongest sandbox that works here, or the one that was chosen. Tried once a process.
///
/// # Errors
/// [`NotHad`] where the one that was chosen does not work.
pub fn here() -> Result<&'static Sandbox, NotHad> {
    static HERE: OnceLock<Result<Sandbox, NotHad>> = OnceLock::new();
    HERE.get_or_init(find).as_ref().map_err(Clone::clone)
}

fn find() -> Result<Sandbox, NotHad> {
    let Some((own, wanted)) = CHOSEN.get() else {
        return Ok(Sandbox {
            means: Means::Outside,
            own: PathBuf::new(),
            why: vec!["this program cannot put a sandbox around another".to_owned()],
        });
    };
    let mut why = Vec::new();
    for (level, means) in candidates(&mut why) {
        if let Some(wanted) = wanted.filter(|wanted| *wanted != level) {
            let passed_over = format!("{level}: {wanted} was asked for");
            if !why.contains(&passed_over) {
                why.push(passed_over);
            }
            continue;
        }
        let sandbox = Sandbox {
            means,
            own: own.clone(),
            why: why.clone(),
        };
        match tried(&sandbox) {
            Ok(()) => return Ok(sandbox),
            Err(told) => {
                let told = format!("{level}: {told}");
                if why.last() != Some(&told) {
                    why.push(told);
                }
            }
        }
    }
    let wanted = wanted.unwrap_or_default();
    Err(NotHad { wanted, why })
}

/// What may work, the strongest first. What is missing altogether is told to `why`.
fn candidates(why: &mut Vec<String>) -> Vec<(Level, Means)> {
    let mut found = Vec::new();
    match bubblewrap() {
        Some(program) => {
            for processes in [Processes::Own, Processes::Seen] {
                let program = program.clone();
                let means = Means::Bubblewrap { program, processes };
                found.push((Level::Bubblewrap, means));
            }
        }
        None => why.push("bubblewrap: no program bwrap on the search path".to_owned()),
    }
    #[cfg(target_os = "linux")]
    if super::ruleset::is_there() {
        found.push((Level::Landlock, Means::Landlock));
    } else {
        why.push("landlock: this kernel has none, or an old one".to_owned());
    }
    found.push((Level::Limits, Means::Limits));
    found
}

/// Bubblewrap, from a directory of the search path that is no project's.
fn bubblewrap() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let places = std::env::split_paths(&path).filter(|dir| dir.is_absolute());
    let mut programs = places.map(|dir| dir.join("bwrap"));
    programs
        .find(|program| program.is_file())?
        .canonicalize()
        .ok()
}

/// Puts the sandbox around a program that does nothing.
fn tried(sandbox: &Sandbox) -> Result<(), String> {
    let argv = [sandbox.own.as_os_str(), NOTHING.as_ref()];
    let mut command = Command::new(argv, "/", LIMIT);
    let parent: Vec<_> = std::env::vars_os().collect();
    command.env = clean_env(&parent, Home::Own, Path::new("/"), &[]);
    let policy = Policy {
        network: Network::Off,
        ..Policy::default()
    };
    let held = sandbox
        .hold(command, &policy)
        .map_err(|error| error.to_string())?;
    match process::run(held) {
        Ok(done) if done.exit == Exit::Code(0) => Ok(()),
        Ok(done) => Err(format!("{:?} {}", done.exit, done.stderr.text().trim())),
        Err(error) => Err(error.to_string()),
    }
}
