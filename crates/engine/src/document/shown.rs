//! Runs the commands that documents show, on a tree made from git objects.

use super::Examined;
use crate::config::Config;
use crate::git::Git;
use crate::observe::{Manner, ObserveError, Rooms};
use crate::process::{self, Command, Exit, Finished, Home, clean_env};
use crate::progress::Progress;
use crate::prove::{ProveError, Workshop};
use redgreen_core::documents::Shown;
use redgreen_core::finding::{Code, Finding, Weight};
use redgreen_core::id::TreeId;
use std::ffi::OsString;
use std::time::Duration;

/// Runs each script in its own shell, in the order of the documents: what one leaves in the tree
/// is there for the next.
pub(super) fn run_shown(
    (git, tree): (&Git, &TreeId),
    config: &Config,
    scripts: &[(String, Shown)],
    (workshop, manner, tell): (&Workshop, &Manner, &mut dyn FnMut(Progress)),
    examined: &mut Examined,
) -> Result<(), ProveError> {
    let rooms = Rooms::open_unless(&workshop.cache, manner.stop.as_deref(), tell)?;
    rooms.stand_on(git, tree)?;
    for (path, shown) in scripts {
        let first = shown.script.lines().next().unwrap_or_default();
        tell(Progress::Executed(vec![
            "sh".to_owned(),
            "-eu".to_owned(),
            "-c".to_owned(),
            first.to_owned(),
        ]));
        let done = run(&rooms, config, shown, manner)?;
        let place = format!("{path}:{}", shown.line);
        examined.commands.push(first.to_owned());
        match done.exit {
            Exit::Code(0) => {
                let text = format!("{place}: `{first}` does what it shows");
                examined.documented.facts.push(text);
            }
            Exit::Interrupted => return Err(ObserveError::Interrupted.into()),
            Exit::Code(_) | Exit::Signal(_) | Exit::TimedOut => {
                let text = format!("`{first}`: {}", said(&done));
                let code = Code::DocumentedCommandFails;
                let found = Finding::new(code, Weight::Blocks, place, text);
                examined.documented.findings.push(found);
            }
        }
    }
    Ok(())
}

fn run(
    rooms: &Rooms,
    config: &Config,
    shown: &Shown,
    manner: &Manner,
) -> Result<Finished, ProveError> {
    let limit = Duration::from_secs(config.limits.run_seconds);
    let argv = ["sh", "-eu", "-c", &shown.script];
    let mut command = Command::new(argv, rooms.tree(), limit);
    let parent: Vec<(OsString, OsString)> = std::env::vars_os().collect();
    let target = rooms.caches().join("verify").to_string_lossy().into_owned();
    let extra = [("CARGO_TARGET_DIR".to_owned(), target)];
    command.env = clean_env(&parent, Home::Own, &std::env::temp_dir(), &extra);
    command.stop.clone_from(&manner.stop);
    process::run(command).map_err(|error| ObserveError::from(error).into())
}

/// How it ended, and the last line that it printed.
fn said(done: &Finished) -> String {
    let how = match done.exit {
        Exit::Code(code) => format!("exit {code}"),
        Exit::Signal(signal) => format!("ended by signal {signal}"),
        Exit::TimedOut => "not done in time".to_owned(),
        Exit::Interrupted => "stopped".to_owned(),
    };
    let text = format!("{}\n{}", done.stdout.text(), done.stderr.text());
    let last = text.lines().rev().find(|line| !line.trim().is_empty());
    match last {
        Some(last) => format!(
            "{how}: {}",
            last.trim().chars().take(300).collect::<String>()
        ),
        None => how,
    }
}
