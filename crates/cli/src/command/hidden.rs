//! Writes the page on hidden tests: for the person who has to say whether one is right.

use super::desk::Desk;
use crate::failure::{Failure, FailureKind};
use redgreen_core::finding::Code;
use redgreen_core::hidden::HiddenTest;
use redgreen_core::run::RunState;
use redgreen_engine::drive::{hidden_git, last_failures};
use redgreen_worker::edits;

/// The hidden tests of the run in `state`, with what they said at the last gate.
pub(super) fn page(desk: &Desk, state: &RunState) -> Result<String, Failure> {
    let none = |why: String| {
        let message = "this run has no hidden tests";
        Failure::new(FailureKind::Usage, Code::HiddenTestsMissing, message)
            .cause(why)
            .hint("redgreen run TICKET --hidden-tests")
    };
    let Some(written) = &state.hidden.written else {
        let why = match (&state.started.hidden, state.hidden.failures.last()) {
            (None, _) => "none were asked for".to_owned(),
            (Some(_), None) => "they are written before the gate of VERIFY".to_owned(),
            (Some(_), Some(why)) => why.clone(),
        };
        return Err(none(why));
    };
    let Some(git) = hidden_git(&desk.workshop.state, &desk.git, state) else {
        return Err(none("they are gone from redgreen's state".to_owned()));
    };
    let failures = last_failures(&git);
    let mut text = format!("# Hidden tests by {}\n\n", written.worker);
    for (index, hidden) in written.tests.iter().enumerate() {
        let HiddenTest { test, criterion } = hidden;
        let of = criterion
            .as_ref()
            .map_or("no criterion named", |id| id.as_str());
        text.push_str(&format!("{}. `{test}` ({of})\n", index + 1));
        let failed = failures.iter().find(|(name, _)| *name == test.to_string());
        for line in failed.iter().flat_map(|(_, message)| message.lines()) {
            text.push_str(&format!("   {line}\n"));
        }
    }
    for left_out in &written.left_out {
        text.push_str(&format!("- does not count: {left_out}\n"));
    }
    for file in edits(&git, &written.shown, &written.tree)? {
        match file.text {
            Some(code) => text.push_str(&format!("\n## {}\n\n```\n{code}```\n", file.path)),
            None => text.push_str(&format!("\n## {}\n\nremoved\n", file.path)),
        }
    }
    Ok(text)
}
