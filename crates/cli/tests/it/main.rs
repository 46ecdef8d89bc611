//! Runs the real program, and holds the published documents against the code.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what every test shares stands outside of the test functions"
)]

mod agents;
mod bad_input;
mod below;
mod broken_pipe;
mod builtin;
mod commands;
mod corpus;
mod defects;
mod document;
mod documents;
mod elsewhere;
mod explain;
mod feedback;
mod forks;
mod formats;
mod here;
mod hidden;
mod hostile;
mod hostile_tickets;
mod lifecycle;
mod lint;
mod mcp;
mod meanwhile;
mod mutate;
mod outside;
mod plan;
mod program;
mod prove;
mod pull;
mod sandbox;
mod states;
mod telemetry;
mod tracker;
mod workspace;
mod worktree;
mod world;
