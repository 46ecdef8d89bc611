//! Holds the engine against real git, real processes and a real disk.

mod git;
mod journal;
mod process;
