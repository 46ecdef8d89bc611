//! Runs the adapters against real tools and against captured output.
#![allow(
    clippy::unwrap_used,
    reason = "what a test cannot set up is a failure of the test"
)]

mod dotnet;
mod php;
mod python;
mod ruby;
mod rust;
