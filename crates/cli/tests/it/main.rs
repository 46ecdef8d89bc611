//! Runs the real program, and holds the published documents against the code.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what every test shares stands outside of the test functions"
)]

mod agents;
mod bad_input;
mod broken_pipe;
mod builtin;
mod commands;
mod corpus;
mod document;
mod documents;
mod elsewhere;
mod explain;
mod feedback;
mod here;
mod hostile;
mod lifecycle;
mod lint;
mod mcp;
mod mutate;
mod outside;
mod program;
mod prove;
mod pull;
mod sandbox;
mod telemetry;
mod tracker;
mod workspace;
mod world;
