//! Finds outside agents: the worker that a name stands for, and which agents are installed.

use crate::failure::{Failure, FailureKind};
use crate::json::{Check, CheckState};
use redgreen_core::finding::Code;
use redgreen_core::work::Budget;
use redgreen_engine::drive::Worker;
use redgreen_engine::process::{self, Command, Home, clean_env};
use redgreen_worker::presets::{self, Preset, PresetError, Words};
use redgreen_worker::{Acp, Agent, Program};
use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// How long an agent may take to say its version.
const VERSION: Duration = Duration::from_secs(30);

/// Where workers keep what they need, and what stops them.
pub(super) struct Surroundings<'s> {
    pub(super) scratch: &'s Path,
    pub(super) stop: Option<Arc<AtomicBool>>,
    /// What an agent may spend in its run.
    pub(super) budget: Budget,
}

/// The worker `command:LINE`: an agent that is known by this name, else any program.
pub(super) fn command(line: &str, around: Surroundings<'_>) -> Result<Box<dyn Worker>, Failure> {
    let Surroundings {
        scratch,
        stop,
        budget,
    } = around;
    let Some(preset) = preset(line)? else {
        return Ok(Box::new(Program::new(line, scratch, stop)));
    };
    match Agent::new(line, &preset, scratch, stop) {
        Some(agent) => Ok(Box::new(agent.within(budget))),
        None => Err(unfit(line, "is not known to run as a subprocess", "acp")),
    }
}

/// The worker `acp:LINE`: an agent that is known by this name, else any program that speaks the
/// protocol.
pub(super) fn acp(line: &str, around: Surroundings<'_>) -> Result<Box<dyn Worker>, Failure> {
    let Surroundings {
        scratch,
        stop,
        budget,
    } = around;
    let agent = match preset(line)? {
        Some(preset) => Acp::new(line, &preset, scratch, stop),
        None => Acp::of_line(line, scratch, stop),
    };
    match agent {
        Some(agent) => Ok(Box::new(agent.within(budget))),
        None => Err(unfit(
            line,
            "is not known to speak the Agent Client Protocol",
            "command",
        )),
    }
}

/// The worker that redgreen.toml names. A repository may name an agent that is known, and never
/// say what is run.
pub(super) fn named(worker: &str) -> Result<String, Failure> {
    let name = worker.split_once(':').map_or("", |(_, name)| name);
    if worker == "human" || preset(name)?.is_some() {
        return Ok(worker.to_owned());
    }
    let message = format!("redgreen.toml names the worker {worker}, which is not known here");
    let failure = Failure::new(FailureKind::Config, Code::BadUsage, message);
    Err(failure.hint("redgreen run TICKET --worker human"))
}

fn preset(name: &str) -> Result<Option<Preset>, Failure> {
    presets::load(name, presets::user_dir().as_deref()).map_err(|error| broken(&error))
}

fn broken(error: &PresetError) -> Failure {
    Failure::of(FailureKind::Config, Code::BadUsage, error)
}

fn unfit(name: &str, why: &str, other: &str) -> Failure {
    let failure = Failure::new(FailureKind::Usage, Code::BadUsage, format!("{name} {why}"));
    failure.hint(format!("--worker {other}:{name}"))
}

/// What `redgreen doctor` says of agents: none is needed for a proof, so nothing is missing.
pub(super) fn checks(stop: Option<&Arc<AtomicBool>>) -> Vec<Check> {
    let looked: Vec<_> = std::thread::scope(|scope| {
        let look = |name| (name, scope.spawn(move || look(name, stop)));
        let looking: Vec<_> = presets::names().map(look).collect();
        let joined = looking
            .into_iter()
            .map(|(name, thread)| (name, thread.join()));
        joined
            .map(|(name, found)| (name, found.ok().flatten()))
            .collect()
    });
    let mut checks = Vec::new();
    let mut missing = Vec::new();
    for (name, found) in looked {
        match found {
            Some(check) => checks.push(check),
            None => missing.push(name),
        }
    }
    if !missing.is_empty() {
        checks.push(Check {
            what: "agents".to_owned(),
            state: CheckState::Note,
            found: format!("not installed: {}", missing.join(", ")),
            mend: None,
        });
    }
    checks
}

/// What there is to say of agent `name`; nothing where it is not installed.
fn look(name: &str, stop: Option<&Arc<AtomicBool>>) -> Option<Check> {
    let check = |state, found: String| Check {
        what: format!("agent {name}"),
        state,
        found,
        mend: None,
    };
    let preset = match presets::load(name, presets::user_dir().as_deref()) {
        Ok(preset) => preset?,
        Err(error) => return Some(check(CheckState::Note, error.to_string())),
    };
    let command = preset.command.as_ref().map(|call| &call.line);
    let talk = preset.acp.as_ref().map(|talk| &talk.line);
    let manners = [("command", command), ("acp", talk)];
    let here = |line: Option<&Vec<Words>>| line.is_some_and(|line| is_installed(line));
    let manners = manners.iter().filter(|(_, line)| here(*line));
    let manners: Vec<String> = manners.map(|(sort, _)| format!("{sort}:{name}")).collect();
    if manners.is_empty() {
        return None;
    }
    let (version, manners) = (version(&preset, stop), manners.join(", "));
    let said = version.as_deref().unwrap_or("of an unknown version");
    let tried = preset.tried.join(", ");
    let (state, how) = match version
        .as_ref()
        .is_some_and(|known| preset.tried.contains(known))
    {
        true => (CheckState::Good, "tried with this version".to_owned()),
        false if tried.is_empty() => (CheckState::Note, "never tried".to_owned()),
        false => (CheckState::Note, format!("tried with {tried}")),
    };
    Some(check(state, format!("{said}, {how} ({manners})")))
}

/// Whether the program of `line` is on the search path, or there by its path.
fn is_installed(line: &[Words]) -> bool {
    let Some(Words::One(program)) = line.first() else {
        return false;
    };
    if program.contains('/') {
        return Path::new(program).is_file();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut dirs = std::env::split_paths(&path).filter(|dir| dir.is_absolute());
    dirs.any(|dir| dir.join(program).is_file())
}

/// The version that the agent prints, asked in a directory and a home where there is nothing.
fn version(preset: &Preset, stop: Option<&Arc<AtomicBool>>) -> Option<String> {
    let word = preset.version.first()?;
    let name: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
    let dir = std::env::temp_dir().join(format!("redgreen-doctor-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&dir).ok()?;
    let mut command = Command::new(&preset.version, &dir, VERSION);
    let parent: Vec<(OsString, OsString)> = std::env::vars_os().collect();
    command.env = clean_env(&parent, Home::At(&dir), &dir, &[]);
    command.stop = stop.cloned();
    let done = process::run(command);
    // Nothing of it is needed any more; what cannot be removed is in the temporary directory.
    std::fs::remove_dir_all(&dir).unwrap_or_default();
    let done = done.ok()?;
    let said = format!("{}\n{}", done.stdout.text(), done.stderr.text());
    number(&said)
}

/// The first word that looks like a version.
fn number(text: &str) -> Option<String> {
    let words = text.split(|c: char| c.is_whitespace() || "(),".contains(c));
    let words = words.map(|word| word.trim_start_matches('v').trim_end_matches('.'));
    let is_version = |word: &&str| {
        word.starts_with(|c: char| c.is_ascii_digit())
            && word.matches('.').count() >= 2
            && word
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || ".-+".contains(c))
    };
    words.into_iter().find(is_version).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_found_in_whatever_is_printed() {
        for (text, owed) in [
            ("codex-cli 0.169.0\n", "0.169.0"),
            ("2.1.330 (Claude Code)", "2.1.330"),
            ("This is mini-swe-agent version 2.4.6.\nmore", "2.4.6"),
            ("v1.2.3-rc.1", "1.2.3-rc.1"),
        ] {
            assert_eq!(number(text).as_deref(), Some(owed), "{text}");
        }
        assert_eq!(number("usage: x [--a] 1.2 of 3"), None);
    }
}
