//! Does what was typed: one file a command.

mod agents;
mod announce;
mod below;
mod clean;
mod crew;
mod decide;
mod demo;
mod desk;
mod doctor;
mod document;
mod explain;
mod export;
mod farewell;
mod feedback;
mod fork;
mod hidden;
mod hook;
mod init;
mod lint;
mod look;
mod marks;
mod mcp;
mod meanwhile;
mod mutate;
mod outside;
mod pr;
mod prove;
mod range;
mod references;
mod rehearsal;
mod report;
mod run;
mod signals;
mod source;
mod stand;
mod telemetry;
mod ticket;
mod tools;
pub(crate) mod typed;
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
        Command::Mutate(asked) => mutate::mutate(asked, &cli.common, screen),
        Command::Document(asked) => document::document(asked, &cli.common, screen),
        Command::Run(asked) => run::run(asked, &cli.common, screen),
        Command::Start(asked) => run::start(asked, &cli.common, screen),
        Command::Check(asked) => run::check(asked, &cli.common, screen),
        Command::Status(_) => look::status(&cli.common, screen),
        Command::Log(asked) => look::log(asked, &cli.common, screen),
        Command::Resume(asked) => run::resume(asked, &cli.common, screen),
        Command::Answer(asked) => decide::answer(asked, &cli.common, screen),
        Command::Waive(asked) => decide::waive(asked, &cli.common, screen),
        Command::Abort(asked) => decide::abort(asked, &cli.common, screen),
        Command::Complete(asked) => decide::complete(asked, &cli.common, screen),
        Command::Clean(asked) => clean::clean(asked, &cli.common, screen),
        Command::Pr(asked) => pr::pr(asked, &cli.common, screen),
        Command::Feedback(asked) => feedback::feedback(asked, &cli.common, screen),
        Command::Report(asked) => report::report(asked, &cli.common, screen),
        Command::Lint(asked) => lint::lint(asked, &cli.common, screen),
        Command::Ticket(asked) => ticket::ticket(asked, &cli.common, screen),
        Command::Init(asked) => init::init(asked, &cli.common, screen),
        Command::Hook(asked) => hook::hook(asked, &cli.common, screen),
        Command::Mcp(asked) => mcp::mcp(asked, &cli.common, screen),
        Command::Doctor(asked) => doctor::doctor(asked, &cli.common, screen),
        Command::Demo(asked) => demo::demo(asked, &cli.common, screen),
    }
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
