//! Rust: cargo test and nextest.

mod builds;
mod corpus;
mod listing;
mod mutants;
mod nextest;
mod project;
mod runs;
mod source;
mod stubs;
