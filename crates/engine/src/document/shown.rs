//! Runs the commands that documents show, on a tree made from git objects.

use super::Examined;
use crate::config::Config;
use crate::git::Git;
use crate::observe::{Manner, ObserveError, Rooms, run_own};
use crate::process::{Exit, Finished};
use crate::progress::Progress;
use crate::prove::{ProveError, Workshop};
use redgreen_core::documents::Shown;
use redgreen_core::finding::{Code, Finding, Weight};
use redgreen_core::id::TreeId;

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
        let argv = ["sh", "-eu", "-c", &shown.script].map(str::to_owned);
        let done = run_own((git, &rooms), config, &argv, manner.stop.as_ref())?;
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
