//! Starts the command line.

use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    let argv: Vec<OsString> = std::env::args_os().collect();
    redgreen_cli::held(&argv).unwrap_or_else(|| redgreen_cli::start(argv).into())
}
