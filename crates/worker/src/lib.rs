//! Asks others to work: a person, a program, a recording.
//!
//! Room `worker`. Whatever comes back is a claim; what was really done is read from the worktree.

pub mod builtin;
mod command;
mod human;
#[cfg(test)]
mod in_memory;
mod replay;

pub use command::Program;
pub use human::Human;
pub use replay::{Edit, Recording, Replay, Step, Unreadable, record};
