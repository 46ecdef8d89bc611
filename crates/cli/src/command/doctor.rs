//! `redgreen doctor`: checks that everything a proof needs is here, and changes nothing.

use super::{crew, no_events, outside, place, rehearsal, signals};
use crate::args::{Common, Doctor};
use crate::exit::Exit;
use crate::failure::{Failure, of_disk};
use crate::json::{Check, CheckState, DoctorDocument};
use crate::screen::{Screen, doctor as draw};
use redgreen_core::evidence::Trouble;
use redgreen_core::id::TreeId;
use redgreen_engine::config::{self, Config};
use redgreen_engine::git::{self, Git};
use redgreen_engine::journal::{Embedded, Journal as _, JournalError, Key};
use redgreen_engine::observe::find_tools;
use redgreen_engine::paths;
use redgreen_engine::sandbox::{self, Level, Network};
use redgreen_engine::survey::{checks_of, units_of};
use redgreen_toolchain::{Checks, runner_names};
use std::path::{Path, PathBuf};

/// Looks at everything and prints what it found.
pub(super) fn doctor(asked: &Doctor, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    no_events("doctor", common)?;
    let dir = place(common);
    let mut checks = Vec::new();
    match git::version(&dir) {
        Ok(version) => {
            checks.push(good("git", version));
            match Git::open(&dir) {
                Ok(git) => checks.extend(repository(&git)?),
                Err(error) => checks.push(missing("repository", error)),
            }
        }
        Err(error) if dir.is_dir() => checks.push(missing("git", error)),
        Err(_) => {
            let not_here = git::GitError::NotARepository { dir };
            checks.push(missing("repository", not_here));
        }
    }
    checks.extend(places());
    checks.push(sandbox());
    checks.push(models());
    checks.extend(outside::checks(Some(&signals::stop_flag()?)));
    if asked.self_test
        && checks
            .iter()
            .all(|check| check.state != CheckState::Missing)
    {
        checks.extend(rehearsal::checks(common, screen)?);
    }
    report(checks, common, screen)
}

fn report(checks: Vec<Check>, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    let ready = checks
        .iter()
        .all(|check| check.state != CheckState::Missing);
    let exit = if ready { Exit::Met } else { Exit::Environment };
    let document = DoctorDocument {
        schema: DoctorDocument::SCHEMA.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ready,
        exit_code: exit.number(),
        checks,
    };
    if common.json {
        screen.result_document(&document)?;
    } else {
        screen.result(&draw::render(&document, screen.out()))?;
    }
    Ok(exit)
}

fn good(what: &str, found: impl Into<String>) -> Check {
    Check {
        what: what.to_owned(),
        state: CheckState::Good,
        found: found.into(),
        mend: None,
    }
}

fn note(what: &str, found: impl Into<String>, mend: Option<&str>) -> Check {
    Check {
        state: CheckState::Note,
        mend: mend.map(str::to_owned),
        ..good(what, found)
    }
}

fn missing(what: &str, why: impl Into<Failure>) -> Check {
    let failure = why.into();
    let causes = failure.causes.iter().map(String::as_str);
    let said: Vec<&str> = std::iter::once(failure.message.as_str())
        .chain(causes)
        .collect();
    Check {
        state: CheckState::Missing,
        mend: failure.next_steps().into_iter().next(),
        ..good(what, said.join(": "))
    }
}

/// What there is to say of the repository.
fn repository(git: &Git) -> Result<Vec<Check>, Failure> {
    let head = git.head()?;
    let tree = git.tree_of(&head.commit)?;
    let mut checks = vec![good("repository", git.top().display().to_string())];
    checks.push(match head.branch {
        Some(branch) => good("branch", branch),
        None => {
            let text = format!("HEAD is on no branch, but at {}", head.commit);
            note("branch", text, Some("git switch BRANCH"))
        }
    });
    checks.push(match git.is_shallow()? {
        false => good("history", "complete"),
        true => {
            let text = "shallow: BASE may lie beyond its end";
            note("history", text, Some("git fetch --unshallow"))
        }
    });
    checks.push(match git.status(git.top())?.paths().len() {
        0 => good("working tree", "clean"),
        paths => {
            let text = format!("{paths} uncommitted; proofs of commits leave them out");
            note("working tree", text, Some("git add --all && git commit"))
        }
    });
    checks.push(default_branch(git)?);
    checks.push(match git.check_identity(git.top()) {
        Ok(()) => good("author", "set"),
        Err(error) => Check {
            state: CheckState::Note,
            ..missing("author", error)
        },
    });
    let settings = match Config::of_tree(git, &tree) {
        Ok(settings) => {
            let text = "readable; what it leaves out has defaults";
            checks.push(good(config::FILE, text));
            settings
        }
        Err(error) => {
            checks.push(missing(config::FILE, error));
            Config::default()
        }
    };
    checks.extend(units(git, &tree, &settings)?);
    checks.push(journal(git));
    Ok(checks)
}

fn default_branch(git: &Git) -> Result<Check, Failure> {
    Ok(match git.default_branch()? {
        Some(branch) => good("default branch", branch.name),
        None => {
            let text = "none: every proof has to name its BASE";
            let mend = "git remote set-head origin --auto";
            note("default branch", text, Some(mend))
        }
    })
}

/// The units of `tree` and the programs that serve them.
fn units(git: &Git, tree: &TreeId, settings: &Config) -> Result<Vec<Check>, Failure> {
    let units = units_of(git, tree, settings)?;
    if units.is_empty() {
        let names = runner_names().join(", ");
        return Ok(vec![Check {
            state: CheckState::Missing,
            mend: Some("redgreen explain RG121".to_owned()),
            ..good(
                "units",
                format!("nothing here is tested by one of: {names}"),
            )
        }]);
    }
    let tools = find_tools(git, &units, Some(&signals::stop_flag()?))?;
    let mut checks = Vec::new();
    for unit in &units {
        let marks = unit.because.join(", ");
        checks.push(good(&format!("unit {}", unit.id), format!("by {marks}")));
        let served = tools.iter().find(|served| served.unit == unit.id);
        let what = format!("runner {}", unit.id);
        checks.extend(served.map(|served| match &served.tool {
            Ok(tool) => good(&what, format!("{}, {}", tool.program, tool.fingerprint)),
            Err(trouble) => {
                let (found, mend) = words(trouble);
                Check {
                    state: CheckState::Missing,
                    mend,
                    ..good(&what, found)
                }
            }
        }));
    }
    for (unit, check) in checks_of(git, tree, &units)? {
        let text = format!("{} (by {})", check.argv.join(" "), check.because);
        checks.push(good(&format!("{} {unit}", kind(check.checks)), text));
    }
    Ok(checks)
}

/// What a check that the project names looks at.
fn kind(checks: Checks) -> &'static str {
    match checks {
        Checks::Lint => "linter",
        Checks::Format => "formatter",
        Checks::Types => "types",
        Checks::Coverage => "coverage",
    }
}

/// What is wrong, and the command that mends it where one is known.
pub(super) fn words(trouble: &Trouble) -> (String, Option<String>) {
    match trouble {
        Trouble::MissingTool { tool, remedy } => {
            (format!("{tool} is missing"), Some(remedy.clone()))
        }
        Trouble::CouldNotRun { why } | Trouble::Inconsistent { why } => (why.clone(), None),
        Trouble::AnotherCopy { module, path } => (
            format!("{module} was loaded from {path}, outside of the tree"),
            None,
        ),
        Trouble::Hung { limit_ms } => (
            format!("the run did not end within {} s", limit_ms / 1000),
            None,
        ),
    }
}

/// What stands around project code on this machine.
fn sandbox() -> Check {
    let found = match sandbox::here() {
        Ok(found) => found,
        Err(not_had) => {
            return Check {
                state: CheckState::Missing,
                mend: Some(BUBBLEWRAP.to_owned()),
                ..good("sandbox", not_had.to_string())
            };
        }
    };
    let told = found.told(&Network::Off);
    match found.level() {
        Level::Bubblewrap => good("sandbox", told),
        Level::Landlock => {
            let why = found.why_no_stronger().join("; ");
            note("sandbox", format!("{told} ({why})"), Some(BUBBLEWRAP))
        }
        Level::Limits => {
            let why = found.why_no_stronger().join("; ");
            let text = format!("{told}: tests run with your own rights ({why})");
            note("sandbox", text, Some(BUBBLEWRAP))
        }
    }
}

/// What brings the strongest level.
const BUBBLEWRAP: &str = "apt-get install bubblewrap   (or your system's own way)";

/// Which models the built-in worker could ask. A key is never shown, only whether there is one.
fn models() -> Check {
    let settings = match crew::settings() {
        Ok(settings) => settings,
        Err(failure) => return missing("models", failure),
    };
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let (with, without): (Vec<_>, Vec<_>) = settings
        .endpoints()
        .keys()
        .into_iter()
        .partition(|(_, variable, is_needed)| !is_needed || is_set(variable));
    let ready: Vec<String> = with.into_iter().map(|(name, _, _)| name).collect();
    let lacking = without
        .into_iter()
        .map(|(name, variable, _)| format!("{name} ({variable})"));
    let lacking: Vec<String> = lacking.collect();
    let text = format!("can be asked: {}", ready.join(", "));
    if lacking.is_empty() {
        return good("models", text);
    }
    note(
        "models",
        format!("{text}; no key for {}", lacking.join(", ")),
        None,
    )
}

/// The directories that redgreen keeps things in.
fn places() -> Vec<Check> {
    let cache = paths::cache_root();
    let state = paths::state_dir();
    let key = state.as_ref().ok().map(|state| key(state));
    let writable = |what, place: Result<PathBuf, paths::PathsError>| match place {
        Err(error) => missing(what, error),
        Ok(dir) => match paths::check_writable(&dir) {
            Ok(()) => good(what, dir.display().to_string()),
            Err(error) => missing(what, of_disk(&dir, &error)),
        },
    };
    let mut checks = vec![writable("cache", cache), writable("state", state)];
    checks.extend(key);
    checks
}

fn key(state: &Path) -> Check {
    if !has_key(state) {
        return good("key", "none yet; the first proof makes it");
    }
    match Key::load(state) {
        Ok(_) => good("key", "readable by you alone"),
        Err(error) => missing("key", error),
    }
}

/// Whether there is a key. Asking for it would make one.
fn has_key(state: &Path) -> bool {
    state.join("key").exists()
}

/// The journal of runs; `prove` does without it.
fn journal(git: &Git) -> Check {
    let dir = git.common_dir();
    if !dir.join("redgreen/journal.db").exists() {
        return good("journal", "none yet");
    }
    let state = match paths::state_dir() {
        Ok(state) if has_key(&state) => state,
        Ok(_) | Err(_) => {
            let text = "the key that sealed it is not here";
            return note("journal", text, Some("export REDGREEN_STATE_DIR=DIR"));
        }
    };
    let read = || -> Result<usize, JournalError> {
        let journal = Embedded::open(dir, &state)?;
        let runs = journal.runs()?;
        for run in &runs {
            journal.read(&run.run)?;
        }
        Ok(runs.len())
    };
    match read() {
        Ok(1) => good("journal", "1 run"),
        Ok(runs) => good("journal", format!("{runs} runs")),
        Err(error) => Check {
            state: CheckState::Note,
            ..missing("journal", error)
        },
    }
}
