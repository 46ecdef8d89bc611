//! Holds the pytest adapter against captured output and against pytest itself.
#![expect(
    clippy::expect_used,
    reason = "a test stops where its own setting fails"
)]

mod alone;
mod canaries;
mod corpus;
mod detection;
mod failures;
mod mutants;
mod mutants_odd;
mod mutants_shared;
mod project;
mod runs;
mod stubs;
mod unittests;
