//! Starts the program in an environment that holds nothing but what a test gives it.

use std::process::{Command, Output, Stdio};

/// What one call of the program left behind.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The program with `args`, not started yet.
pub(crate) fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_redgreen"));
    command.args(args).env_clear().stdin(Stdio::null());
    command
}

/// Runs the program with `args`.
pub(crate) fn redgreen(args: &[&str]) -> Ended {
    ended(command(args).output().unwrap())
}

/// What `output` says, as text.
pub(crate) fn ended(output: Output) -> Ended {
    Ended {
        code: output.status.code().expect("ended by itself"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}
