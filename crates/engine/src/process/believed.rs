//! Takes a sandbox's word for how a command ended.

use super::{Captured, Command, Exit, Finished, ProcessError};
use crate::sandbox::{Ended, Overrun, Told, Word};
use rustix::process::Signal;
use std::io;
use std::path::Path;

/// What is known of an end once the sandbox has had its word.
pub(super) struct Seen {
    pub(super) exit: Option<Exit>,
    pub(super) left: usize,
    pub(super) unreached: u64,
    pub(super) overrun: Option<String>,
    /// Why nothing was run, for want of a sandbox.
    pub(super) not_held: Option<String>,
    /// Why nothing was run.
    pub(super) not_started: Option<String>,
}

impl Seen {
    /// Takes the sandbox's word for an end with `exit`. It could be forged, but only to say what the
    /// program could do. Without any word, nothing was run.
    pub(super) fn of(told: Option<&Told>, exit: Option<Exit>, stderr: &Captured) -> Self {
        let mut seen = Self {
            exit,
            left: 0,
            unreached: 0,
            overrun: None,
            not_held: None,
            not_started: None,
        };
        let Some(told) = told else {
            return seen;
        };
        match told.word() {
            None => {
                let text = stderr.text();
                seen.not_held(text.lines().next_back().unwrap_or_default());
            }
            Some(Word::Refused(why)) => seen.not_held(&why),
            Some(Word::NotStarted(why)) => seen.not_started = Some(why),
            Some(Word::Ended(ended)) => seen.take(ended),
            Some(Word::Overrun(over)) => seen.overrun_by(over),
            Some(Word::Entered) => {}
        }
        seen
    }

    fn take(&mut self, ended: Ended) {
        self.unreached = ended.unreached;
        self.left = usize::try_from(ended.left).unwrap_or(usize::MAX);
        if let Some(signal) = ended.signal
            && self.exit == Some(Exit::Code(128 + signal))
        {
            self.exit = Some(Exit::Signal(signal));
        }
    }

    pub(super) fn overrun_by(&mut self, over: Overrun) {
        self.exit = Some(Exit::Signal(Signal::KILL.as_raw()));
        self.overrun = Some(over.to_string());
    }

    fn not_held(&mut self, why: &str) {
        let why = format!("the sandbox cannot be put up: {why}");
        self.not_held = Some(why.clone());
        self.not_started = Some(why);
    }
}

/// Takes what the sandbox says of an end by itself. Without its word, nothing was run.
pub(super) fn believe(
    command: &Command,
    program: &Path,
    finished: &mut Finished,
) -> Result<(), ProcessError> {
    let Some(told) = &command.told else {
        return Ok(());
    };
    let seen = Seen::of(Some(told), Some(finished.exit), &finished.stderr);
    let not_started = |program: &Path, why: String| ProcessError::Start {
        program: program.to_owned(),
        source: io::Error::other(why),
    };
    if let Some(why) = seen.not_held {
        return Err(not_started(program, why));
    }
    if let Some(why) = seen.not_started {
        return Err(not_started(told.program(), why));
    }
    finished.exit = seen.exit.unwrap_or(finished.exit);
    finished.stragglers = finished.stragglers.max(seen.left);
    finished.unreached = seen.unreached;
    finished.overrun = seen.overrun;
    Ok(())
}
