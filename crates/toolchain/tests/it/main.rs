//! Runs the adapters on captured output and on real projects.
#![allow(
    clippy::unwrap_used,
    reason = "what a test cannot set up is a failure of the test"
)]

mod rust;
