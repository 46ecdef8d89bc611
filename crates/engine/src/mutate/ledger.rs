//! Reads and writes the list of accepted mutants: defects that somebody looked at and calls
//! harmless. Always read from BASE: what the range itself writes there counts for nothing.

use crate::git::{Git, GitError};
use redgreen_core::id::TreeId;
use redgreen_core::mutant::MutantId;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The name of the file, at the repository's root.
pub const LEDGER: &str = "redgreen.mutants.toml";

/// Defects that somebody accepted, by content: an entry ends with the function that it is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    /// One entry a defect.
    #[serde(default)]
    pub accepted: Vec<Accepted>,
}

/// One accepted defect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// The mutant's id, which holds the digest of its function and the edit.
    pub id: MutantId,
    /// What it is, for readers: path, line at that time and edit.
    #[serde(default)]
    pub what: String,
    /// Why it is harmless.
    pub reason: String,
    /// Who says so.
    pub by: String,
}

/// Why the list cannot be used.
#[derive(Debug, Error)]
pub enum LedgerError {
    /// Git failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The text is no list.
    #[error("{LEDGER} cannot be read: {why}")]
    Malformed {
        /// What the reader says.
        why: String,
    },
    /// An entry has no reason or no name.
    #[error("{LEDGER}: {id} has no {what}")]
    Empty {
        /// The entry.
        id: MutantId,
        /// `reason` or `by`.
        what: &'static str,
    },
}

impl Ledger {
    /// The list at `base`; an empty one where it has none.
    ///
    /// # Errors
    /// Where the file is there and cannot be read.
    pub fn of_tree(git: &Git, base: &TreeId) -> Result<Self, LedgerError> {
        match git.text_at(base, LEDGER)? {
            Some(text) => Self::parse(&text),
            None => Ok(Self::default()),
        }
    }

    /// Reads `text`.
    ///
    /// # Errors
    /// [`LedgerError::Malformed`], [`LedgerError::Empty`].
    pub fn parse(text: &str) -> Result<Self, LedgerError> {
        let ledger: Self = toml::from_str(text).map_err(|error| LedgerError::Malformed {
            why: error.message().to_owned(),
        })?;
        for entry in &ledger.accepted {
            for (what, word) in [("reason", &entry.reason), ("by", &entry.by)] {
                if word.trim().is_empty() {
                    let id = entry.id.clone();
                    return Err(LedgerError::Empty { id, what });
                }
            }
        }
        Ok(ledger)
    }

    /// The entry about `id`.
    pub fn entry(&self, id: &MutantId) -> Option<&Accepted> {
        self.accepted.iter().find(|entry| entry.id == *id)
    }

    /// `text` with `entry` behind the others; comments and order stay.
    ///
    /// # Errors
    /// Where `text` is no list.
    pub fn with(text: &str, entry: &Accepted) -> Result<String, LedgerError> {
        Self::parse(text)?;
        let one = Self {
            accepted: vec![entry.clone()],
        };
        let written = toml::to_string(&one).map_err(|error| LedgerError::Malformed {
            why: error.to_string(),
        })?;
        let gap = if text.is_empty() { "" } else { "\n" };
        let line = if text.is_empty() || text.ends_with('\n') {
            ""
        } else {
            "\n"
        };
        Ok(format!("{text}{line}{gap}{written}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str) -> Accepted {
        Accepted {
            id: MutantId::from(id),
            what: "a.py:4 `>` becomes `>=`".to_owned(),
            reason: "the two are never equal here".to_owned(),
            by: "Ada".to_owned(),
        }
    }

    #[test]
    fn an_entry_is_added_and_found_again() {
        let first = Ledger::with("", &entry("aa")).expect("a list");
        let both = Ledger::with(&format!("# ours\n{first}"), &entry("bb")).expect("a list");
        assert!(both.starts_with("# ours\n"), "{both}");
        let ledger = Ledger::parse(&both).expect("a list");
        assert_eq!(ledger.accepted, [entry("aa"), entry("bb")]);
        assert_eq!(ledger.entry(&MutantId::from("bb")), Some(&entry("bb")));
        assert_eq!(ledger.entry(&MutantId::from("cc")), None);
    }

    #[test]
    fn an_entry_without_reason_or_name_is_refused() {
        let text = "[[accepted]]\nid = \"aa\"\nreason = \" \"\nby = \"Ada\"\n";
        let error = Ledger::parse(text).expect_err("no reason");
        assert_eq!(error.to_string(), "redgreen.mutants.toml: aa has no reason");
        assert!(Ledger::parse("accepted = 1").is_err());
    }
}
