//! Shapes a line, and binds it to the one before it.

use super::{JournalError, Key, VERSION};
use redgreen_core::id::RunId;
use redgreen_core::time::Timestamp;
use serde::Serialize;

/// The right to write to a run, and the place of its next line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The run.
    pub run: RunId,
    /// Counts the writers of the run; only the latest may write.
    pub epoch: u64,
    /// The sequence number of the next line, from 1.
    pub next: u64,
}

/// What is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// When it happened.
    pub at: Timestamp,
    /// The line that it answers.
    pub cause: Option<u64>,
    /// The name of the kind of event.
    pub kind: String,
    /// The event, as JSON.
    pub event: String,
}

impl Draft {
    /// An event of `kind` that happened at `at`.
    ///
    /// # Errors
    /// Where `event` has no form in JSON (a map whose keys are no texts).
    pub fn new<E: Serialize>(
        at: Timestamp,
        kind: &str,
        event: &E,
    ) -> Result<Self, serde_json::Error> {
        Ok(Self {
            at,
            cause: None,
            kind: kind.to_owned(),
            event: serde_json::to_string(event)?,
        })
    }

    /// The same, as the answer to line `seq`.
    pub fn caused_by(mut self, seq: u64) -> Self {
        self.cause = Some(seq);
        self
    }
}

/// A line that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The version of its form.
    pub v: u32,
    /// Its place in the run, from 1.
    pub seq: u64,
    /// When it happened.
    pub at: Timestamp,
    /// The run.
    pub run: RunId,
    /// The line that it answers.
    pub cause: Option<u64>,
    /// The writer that wrote it.
    pub epoch: u64,
    /// The name of the kind of event.
    pub kind: String,
    /// The event, as JSON.
    pub event: String,
    /// Binds all of the above to the line before: 64 hexadecimal digits.
    pub mac: String,
}

impl Line {
    /// The line that `lease` may write next.
    pub(super) fn next(lease: &Lease, draft: &Draft) -> Self {
        Self {
            v: VERSION,
            seq: lease.next,
            at: draft.at,
            run: lease.run.clone(),
            cause: draft.cause,
            epoch: lease.epoch,
            kind: draft.kind.clone(),
            event: draft.event.clone(),
            mac: String::new(),
        }
    }

    /// Sets the MAC, given that of the line before (nothing before the first).
    pub(super) fn seal(mut self, key: &Key, before: &str) -> Self {
        self.mac = key.mac(&self.canonical(before));
        self
    }

    /// Holds the line against its MAC.
    pub(super) fn verify(&self, key: &Key, before: &str) -> Result<(), JournalError> {
        if key.is_mac_of(&self.mac, &self.canonical(before)) {
            return Ok(());
        }
        Err(JournalError::Tampered {
            run: self.run.clone(),
            seq: self.seq,
        })
    }

    /// All fields, each with its length before it, so that no two lines have one form.
    fn canonical(&self, before: &str) -> Vec<u8> {
        let numbers = [u64::from(self.v), self.seq, self.at.0, self.epoch];
        let cause = self
            .cause
            .map_or_else(|| "-".to_owned(), |seq| seq.to_string());
        let mut fields: Vec<String> = numbers.iter().map(u64::to_string).collect();
        fields.extend(
            [before, self.run.as_str(), &cause, &self.kind, &self.event].map(str::to_owned),
        );
        let with_length = |field: String| format!("{}:{field}", field.len());
        fields
            .into_iter()
            .map(with_length)
            .collect::<String>()
            .into_bytes()
    }
}
