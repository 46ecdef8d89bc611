//! Runs the JavaScript adapters on small projects and on captured output.
#![expect(
    clippy::expect_used,
    reason = "a test stops where its own setting fails"
)]

mod detection;
mod listing;
mod mutants;
mod node_runs;
pub(crate) mod project;
mod tap_runs;
mod vitest_failures;
mod vitest_runs;
