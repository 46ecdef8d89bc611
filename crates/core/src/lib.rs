//! Decides: what a ticket owes, what evidence proves, which step comes next.
//!
//! Room `core`. No disk, no clock, no process, no network, no async: everything here is a pure
//! function of its arguments, so that every rule is a unit test without a process.

pub mod answer;
pub mod change;
pub mod claim;
pub mod commit_message;
pub mod criterion;
pub mod documents;
pub mod event;
pub mod evidence;
pub mod feedback;
pub mod finding;
#[cfg(test)]
mod folded;
pub mod gate;
pub mod hidden;
pub mod history;
pub mod id;
pub mod kind;
pub mod lint;
pub mod mutant;
pub mod outcome;
pub mod phase;
pub mod plan;
pub mod price;
pub mod proof;
pub mod reading;
pub mod reason;
pub mod report;
pub mod run;
pub mod slot;
pub mod slug;
pub mod step;
pub mod surface;
pub mod ticket;
pub mod time;
pub mod work;
