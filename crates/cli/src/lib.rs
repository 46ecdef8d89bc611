//! Shows to people: the command line, its words, its colours and its exit codes.
//!
//! Room `cli`. Everything here either reads what was typed or words what the other rooms decided.

pub mod args;
pub mod command;
pub mod exit;
pub mod explain;
pub mod failure;
pub mod forms;
pub mod json;
pub mod screen;

use crate::args::{Cli, Early};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::screen::{Screen, Surroundings};
use clap::Parser as _;
use clap::error::ErrorKind;
use redgreen_engine::process::reaper;
use redgreen_engine::sandbox;
use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

/// Becomes the program that `argv` asks to be held in a sandbox, or ends with its code; nothing for
/// what a person types.
pub fn held(argv: &[OsString]) -> Option<ExitCode> {
    sandbox::obey(argv).map(ExitCode::from)
}

/// Runs one command line and says how it ended. Writes to standard output and standard error.
pub fn start(argv: Vec<OsString>) -> Exit {
    if let [_, first, session] = argv.as_slice()
        && first == reaper::REAP
    {
        reaper::reap(&session.to_string_lossy());
        return Exit::Met;
    }
    let early = Early::look(&argv);
    let screen = Screen::new(early.wish(), &Surroundings::of_this_process());
    std::panic::set_hook(Box::new(|panic| {
        Screen::bare().failure(&failure::of_panic(panic));
    }));
    guarded(&early, &screen, || obey(argv, &screen))
}

/// Does `work`, and says how it ended even where it failed or panicked.
fn guarded(early: &Early, screen: &Screen, work: impl FnOnce() -> Result<Exit, Failure>) -> Exit {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(exit)) => exit,
        Ok(Err(failure)) => report(&failure, early, screen),
        // The panic hook has told people already.
        Err(_) => {
            if early.json {
                screen.document(&failure::of_unknown_fault().document());
            }
            Exit::Bug
        }
    }
}

/// Parses, then does what was asked.
fn obey(argv: Vec<OsString>, screen: &Screen) -> Result<Exit, Failure> {
    match Cli::try_parse_from(argv) {
        Ok(cli) => {
            // A program that does not know itself can put no sandbox around another, and says so.
            if let Ok(own) = std::env::current_exe() {
                sandbox::choose(&own, cli.common.sandbox);
            }
            command::dispatch(&cli, screen)
        }
        Err(error) if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            screen.narrated_help(&error);
            Ok(Exit::Usage)
        }
        Err(error) if error.use_stderr() => Err(failure::of_usage(&error)),
        Err(error) => screen.help(&error).map(|()| Exit::Met),
    }
}

fn report(failure: &Failure, early: &Early, screen: &Screen) -> Exit {
    if early.json {
        screen.document(&failure.document());
    }
    screen.failure(failure);
    failure.kind.exit()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::FailureKind;
    use redgreen_core::finding::Code;
    use std::sync::mpsc::channel;

    #[test]
    fn a_panic_is_a_fault_of_redgreen_and_no_verdict() {
        let (told, hears) = channel();
        std::panic::set_hook(Box::new(move |panic| {
            drop(told.send(failure::of_panic(panic)));
        }));
        let ended = guarded(&Early::default(), &Screen::bare(), || {
            panic!("no such {}", 1)
        });
        drop(std::panic::take_hook());
        assert_eq!(ended, Exit::Bug);
        let failures: Vec<Failure> = hears.try_iter().collect();
        let heard = failures.iter().find(|f| f.causes[0] == "no such 1");
        let heard = heard.expect("the hook was called");
        assert_eq!(heard.code, Code::Bug);
        assert!(heard.causes[1].starts_with("at "), "{heard:?}");
        assert!(
            heard.hints[0].contains(env!("CARGO_PKG_VERSION")),
            "{heard:?}"
        );
    }

    #[test]
    fn a_failure_ends_with_the_code_of_its_kind() {
        let failing = || Err(Failure::new(FailureKind::Person, Code::Unanswered, "Q-1"));
        let ended = guarded(&Early::default(), &Screen::bare(), failing);
        assert_eq!(ended.number(), 3);
    }
}
