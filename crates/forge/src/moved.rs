//! Holds what became of an item that was to go to another state of its tracker.

use crate::ForgeError;

/// What became of an item that was to go to a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moved {
    /// It is there now; the state as the tracker writes it.
    There(String),
    /// It was there before; the state as the tracker writes it.
    Already(String),
    /// No such state can be reached; those that can, as the tracker writes them.
    Unreachable(Vec<String>),
    /// The tracker knows open and closed alone.
    Stateless,
}

/// Whether two names are one to people.
pub(crate) fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// Has `send` done once: where it is uncertain whether it was, `is_there` is asked before it is
/// sent again.
pub(crate) fn once(
    send: impl Fn() -> Result<(), ForgeError>,
    is_there: impl Fn() -> Result<bool, ForgeError>,
) -> Result<(), ForgeError> {
    let Err(error) = send() else {
        return Ok(());
    };
    if !error.is_uncertain() {
        return Err(error);
    }
    match is_there() {
        Ok(true) => Ok(()),
        Ok(false) => send(),
        Err(_) => Err(error),
    }
}
