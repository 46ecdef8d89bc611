//! Does what was typed: one file a command.

mod doctor;
mod explain;
mod init;
mod lint;
mod prove;
mod range;
mod signals;
mod typed;
mod watch;

use crate::args::{Cli, Command, Common};
use crate::exit::Exit;
use crate::failure::{Failure, FailureKind};
use crate::screen::Screen;
use redgreen_core::finding::Code;
use redgreen_engine::git::Git;
use std::path::PathBuf;

/// Does what `cli` asks for.
///
/// # Errors
/// Whatever kept the command from being done; a verdict is no error.
pub fn dispatch(cli: &Cli, screen: &Screen) -> Result<Exit, Failure> {
    match &cli.command {
        Command::Explain(asked) => explain::explain(asked, &cli.common, screen),
        Command::Prove(asked) => prove::prove(asked, &cli.common, screen),
        Command::Run(_) => not_wired("run"),
        Command::Start(_) => not_wired("start"),
        Command::Check(_) => not_wired("check"),
        Command::Status(_) => not_wired("status"),
        Command::Log(_) => not_wired("log"),
        Command::Resume(_) => not_wired("resume"),
        Command::Answer(_) => not_wired("answer"),
        Command::Waive(_) => not_wired("waive"),
        Command::Abort(_) => not_wired("abort"),
        Command::Complete(_) => not_wired("complete"),
        Command::Report(_) => not_wired("report"),
        Command::Lint(asked) => lint::lint(asked, &cli.common, screen),
        Command::Init(asked) => init::init(asked, &cli.common, screen),
        Command::Doctor(_) => doctor::doctor(&cli.common, screen),
        Command::Demo(_) => not_wired("demo"),
    }
}

/// Says plainly that this build cannot do it.
fn not_wired(command: &str) -> Result<Exit, Failure> {
    let message = format!("this build of redgreen has no `{command}` yet");
    Err(Failure::new(FailureKind::Bug, Code::Bug, message))
}

/// The repository that the command is about.
fn open(common: &Common) -> Result<Git, Failure> {
    Ok(Git::open(&place(common))?)
}

/// The directory that the command is about.
fn place(common: &Common) -> PathBuf {
    let here = || std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
    common.repo.clone().unwrap_or_else(here)
}

/// Refuses `--events` where nothing happens that would be an event.
fn no_events(command: &str, common: &Common) -> Result<(), Failure> {
    if !common.events {
        return Ok(());
    }
    let message = format!("`{command}` has a result and no events");
    let failure = Failure::new(FailureKind::Usage, Code::BadUsage, message);
    Err(failure.hint(format!("redgreen {command} --json")))
}
