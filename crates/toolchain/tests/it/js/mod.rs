//! Runs the JavaScript adapters on small projects and on captured output.

mod detection;
pub(crate) mod project;
mod vitest_failures;
mod vitest_runs;
