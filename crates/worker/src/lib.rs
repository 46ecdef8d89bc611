//! Asks others to work: a person, a program, a recording.
//!
//! Room `worker`. Whatever comes back is a claim; what was really done is read from the worktree.

mod acp;
pub mod builtin;
mod command;
mod held;
mod human;
#[cfg(test)]
mod in_memory;
mod news;
mod outside;
pub mod presets;
mod replay;

pub use acp::Acp;
pub use command::{Agent, Program};
pub use human::Human;
pub use news::Format;
pub use replay::{Edit, Recording, Replay, Step, Unreadable, edits, record};
