//! Starts the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    redgreen_cli::start(std::env::args_os().collect()).into()
}
