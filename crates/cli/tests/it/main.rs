//! Runs the real program, and holds the published documents against the code.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what every test shares stands outside of the test functions"
)]

mod bad_input;
mod broken_pipe;
mod commands;
mod corpus;
mod documents;
mod explain;
mod here;
mod hostile;
mod lifecycle;
mod mutate;
mod program;
mod prove;
mod pull;
mod tracker;
mod workspace;
mod world;
