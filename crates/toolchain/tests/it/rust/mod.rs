//! Rust: cargo test.

mod builds;
mod corpus;
mod project;
mod runs;
mod source;
mod stubs;
