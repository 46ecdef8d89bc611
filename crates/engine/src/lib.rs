//! Does and remembers: git, processes, the journal, observation, the proof and the loop.
//!
//! Room `engine`. It obeys what core decides: `prove` asks core which observation is owed and
//! makes it, `drive` asks core which step is owed and takes it. Only `observe` makes evidence.

pub mod config;
pub mod document;
pub mod drive;
pub mod examine;
pub mod git;
pub mod journal;
pub mod mutate;
pub mod observe;
pub mod paths;
pub mod process;
pub mod progress;
pub mod prove;
pub mod redact;
pub mod rehearse;
pub mod sandbox;
pub mod survey;
pub mod worktree;
