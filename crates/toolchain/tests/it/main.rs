//! Runs the adapters against real tools and against captured output.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what a test cannot set up is a failure of the test"
)]

mod cpp;
mod dotnet;
mod go;
mod java;
mod js;
mod js_runners;
mod php;
mod project;
mod python;
mod ruby;
mod rust;
