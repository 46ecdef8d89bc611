//! Holds the engine against real git, real processes and a real disk.

#![expect(
    clippy::expect_used,
    reason = "a test fails by panicking, in what it calls too"
)]

mod git;
mod journal;
mod process;
mod survey;
