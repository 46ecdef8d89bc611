//! Writes a run's events: append, fold, tell. One reader of all that happens in a run.

use super::DriveError;
use crate::git::Git;
use crate::journal::{Draft, Embedded, Journal as _, Lease, RunLock};
use crate::redact::redactor;
use redgreen_core::event::{Event, Line};
use redgreen_core::id::RunId;
use redgreen_core::run::{RunState, apply, fold};
use redgreen_core::time::Timestamp;
use std::time::{SystemTime, UNIX_EPOCH};

/// The variable that ends the process after a line of that number: for tests of resuming alone.
const FAILPOINT: &str = "REDGREEN_FAILPOINT_AFTER_LINE";

/// The journal of one run, held for writing.
pub struct Ledger {
    journal: Embedded,
    lease: Lease,
    // Held for as long as the ledger lives.
    _lock: RunLock,
    run: RunId,
    state: Option<RunState>,
}

impl Ledger {
    /// Takes `run` over for writing. Its lines are read and folded first.
    ///
    /// # Errors
    /// Where another process works on it, or its journal cannot be read or believed.
    pub fn open(mut journal: Embedded, run: &RunId) -> Result<Self, DriveError> {
        let lock = journal.lock(run, now())?;
        let state = read_state(&journal, run)?;
        let lease = journal.open_run(run)?;
        Ok(Self {
            journal,
            lease,
            _lock: lock,
            run: run.clone(),
            state,
        })
    }

    /// The state after the last line.
    ///
    /// # Errors
    /// Where the run has not begun.
    pub fn state(&self) -> Result<&RunState, DriveError> {
        self.state.as_ref().ok_or_else(|| DriveError::UnknownRun {
            name: self.run.to_string(),
        })
    }

    /// Finds the run's worktree again where it or the repository of `git` was moved on the disk.
    ///
    /// # Errors
    /// Where git cannot tie the two together.
    pub fn settle(&mut self, git: &Git) -> Result<(), DriveError> {
        match &mut self.state {
            Some(state) => Ok(crate::worktree::settle(git, state)?),
            None => Ok(()),
        }
    }

    /// Every line of the run so far.
    ///
    /// # Errors
    /// Where the journal cannot be read or believed.
    pub fn lines(&self) -> Result<Vec<Line>, DriveError> {
        read_lines(&self.journal, &self.run)
    }

    /// Appends one event, without the secrets that its texts may hold. It is on the disk when this
    /// returns. An event that cannot stand here is refused before it is written.
    ///
    /// # Errors
    /// Where it cannot stand, or cannot be written.
    pub fn append(&mut self, event: Event) -> Result<(), DriveError> {
        let at = now();
        let seq = self.lease.next;
        let cause = (seq > 1).then(|| seq - 1);
        let event = without_secrets(event)?;
        let v = redgreen_core::event::LINE_VERSION;
        let line = Line {
            v,
            seq,
            at,
            run: self.run.clone(),
            cause,
            event,
        };
        let next = apply(self.state.clone(), &line)?;
        let mut draft = Draft::new(at, line.event.name(), &line.event)
            .map_err(|e| DriveError::Unreadable { why: e.to_string() })?;
        draft.cause = cause;
        self.journal.append(&mut self.lease, &draft)?;
        self.state = Some(next);
        fail_after(seq);
        Ok(())
    }
}

/// The event without secrets: what is folded is what is written.
fn without_secrets(event: Event) -> Result<Event, DriveError> {
    let unreadable = |error: serde_json::Error| DriveError::Unreadable {
        why: error.to_string(),
    };
    let mut value = serde_json::to_value(&event).map_err(unreadable)?;
    if !redactor().clean_value(&mut value) {
        return Ok(event);
    }
    serde_json::from_value(value).map_err(unreadable)
}

/// Ends the process as `kill -9` would, where a test asks for it.
fn fail_after(seq: u64) {
    let asked = std::env::var(FAILPOINT)
        .ok()
        .and_then(|text| text.parse::<u64>().ok());
    if asked == Some(seq) {
        let own = rustix::process::getpid();
        rustix::process::kill_process(own, rustix::process::Signal::KILL).unwrap_or_default();
    }
}

/// The state of `run`, for those who only look.
///
/// # Errors
/// Where the journal cannot be read or believed.
pub fn read_state(journal: &Embedded, run: &RunId) -> Result<Option<RunState>, DriveError> {
    Ok(fold(&read_lines(journal, run)?)?)
}

/// The lines of `run`, as core knows them.
///
/// # Errors
/// Where the journal cannot be read, or was written by a newer redgreen.
pub fn read_lines(journal: &Embedded, run: &RunId) -> Result<Vec<Line>, DriveError> {
    let reading = journal.read(run)?;
    if let Some(found) = reading.newer {
        let known = crate::journal::VERSION;
        return Err(crate::journal::JournalError::Newer { found, known }.into());
    }
    let line = |line: &crate::journal::Line| {
        let event = serde_json::from_str(&line.event).map_err(|e| DriveError::Unreadable {
            why: format!("line {}: {e}", line.seq),
        })?;
        let (v, seq, at, cause) = (line.v, line.seq, line.at, line.cause);
        Ok(Line {
            v,
            seq,
            at,
            run: line.run.clone(),
            cause,
            event,
        })
    };
    reading.lines.iter().map(line).collect()
}

/// The present, as the journal writes it.
pub fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use redgreen_core::event::WorkFailed;

    const SECRET: &str = "p4ss/w\"rd+of the house";

    proptest! {
        #[test]
        fn no_event_carries_a_secret(before in "\\PC{0,20}", after in "\\PC{0,20}", sort in 0..3) {
            crate::redact::learn(SECRET);
            crate::redact::learn("understand");
            let text = format!("{before}{SECRET}{after}");
            let event = match sort {
                0 => Event::WorkFailed(WorkFailed { why: text }),
                1 => Event::QuestionAsked(question(text)),
                _ => Event::PhaseEntered(entered(text)),
            };
            let clean = without_secrets(event).expect("is an event");
            let kept = serde_json::to_string(&clean).expect("is JSON");
            let escaped = serde_json::to_string(SECRET).expect("is JSON");
            prop_assert!(!kept.contains(escaped.trim_matches('"')), "{kept}");
        }
    }

    fn question(text: String) -> redgreen_core::event::QuestionAsked {
        redgreen_core::event::QuestionAsked {
            id: "Q-1".to_owned(),
            why: text.clone(),
            text,
            default: String::new(),
            blocks: true,
        }
    }

    fn entered(text: String) -> redgreen_core::event::PhaseEntered {
        redgreen_core::event::PhaseEntered {
            phase: redgreen_core::phase::Phase::Understand,
            slice: 0,
            because: Some(text),
        }
    }
}
