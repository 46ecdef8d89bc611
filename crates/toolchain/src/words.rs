//! Says how a process ended and what it said last.

use crate::{Exit, RawOutput};
use redgreen_core::evidence::Trouble;

/// How the process ended, in words.
pub(crate) fn ended(exit: Exit) -> String {
    match exit {
        Exit::Code(code) => format!("the process ended with exit code {code}"),
        Exit::Signal(signal) => format!("the process was killed by signal {signal}"),
        Exit::TimedOut => "the process was stopped at its time limit".to_owned(),
    }
}

/// The end of what the command complained, else of what it printed; frames of stacks left out.
pub(crate) fn last_words(output: &RawOutput) -> String {
    let stderr = String::from_utf8_lossy(&output.stderr);
    let stdout = String::from_utf8_lossy(&output.stdout);
    let text = if stderr.trim().is_empty() {
        stdout
    } else {
        stderr
    };
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with("at "))
        .collect();
    let last = lines[lines.len().saturating_sub(8)..].join("\n");
    let from = last.chars().count().saturating_sub(1500);
    last.chars().skip(from).collect()
}

/// What a run is told of that stopped after `ran` of `owed` commands.
pub(crate) fn cut_off(ran: usize, owed: usize) -> Trouble {
    let why = format!("{ran} of {owed} commands were run");
    Trouble::CouldNotRun { why }
}
