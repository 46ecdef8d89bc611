//! jest and mocha.
#![allow(
    clippy::expect_used,
    reason = "what a test cannot set up is a failure of the test"
)]

mod labels;
mod project;
mod runs;
