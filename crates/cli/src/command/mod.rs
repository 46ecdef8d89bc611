//! Does what was typed: one file a command.

mod decide;
mod demo;
mod desk;
mod explain;
mod look;
mod mishap;
mod run;
mod stand;

use crate::args::{Cli, Command};
use crate::exit::Exit;
use crate::failure::{Failure, FailureKind};
use crate::screen::Screen;
use redgreen_core::finding::Code;

/// Does what `cli` asks for.
///
/// # Errors
/// Whatever kept the command from being done; a verdict is no error.
pub fn dispatch(cli: &Cli, screen: &Screen) -> Result<Exit, Failure> {
    match &cli.command {
        Command::Explain(asked) => explain::explain(asked, &cli.common, screen),
        Command::Prove(_) => not_wired("prove"),
        Command::Run(asked) => run::run(asked, &cli.common, screen),
        Command::Start(asked) => run::start(asked, &cli.common, screen),
        Command::Check(asked) => run::check(asked, &cli.common, screen),
        Command::Status(_) => look::status(&cli.common, screen),
        Command::Log(_) => look::log(&cli.common, screen),
        Command::Resume(_) => run::resume(&cli.common, screen),
        Command::Answer(asked) => decide::answer(asked, &cli.common, screen),
        Command::Waive(asked) => decide::waive(asked, &cli.common, screen),
        Command::Abort(asked) => decide::abort(asked, &cli.common, screen),
        Command::Complete(asked) => decide::complete(asked, &cli.common, screen),
        Command::Report(_) => not_wired("report"),
        Command::Lint(_) => not_wired("lint"),
        Command::Init(_) => not_wired("init"),
        Command::Doctor(_) => not_wired("doctor"),
        Command::Demo(asked) => demo::demo(asked, &cli.common, screen),
    }
}

/// Says plainly that this build cannot do it.
fn not_wired(command: &str) -> Result<Exit, Failure> {
    let message = format!("this build of redgreen has no `{command}` yet");
    Err(Failure::new(FailureKind::Bug, Code::Bug, message))
}
