//! Does what was typed: one file a command.

mod explain;

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
        Command::Lint(_) => not_wired("lint"),
        Command::Init(_) => not_wired("init"),
        Command::Doctor(_) => not_wired("doctor"),
        Command::Demo(_) => not_wired("demo"),
    }
}

/// Says plainly that this build cannot do it.
fn not_wired(command: &str) -> Result<Exit, Failure> {
    let message = format!("this build of redgreen has no `{command}` yet");
    Err(Failure::new(FailureKind::Bug, Code::Bug, message))
}
