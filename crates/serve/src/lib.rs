//! Shows to machines: redgreen's verbs as tools that any agent can call.
//!
//! Room `serve`. It speaks a protocol and decides nothing: what a tool does is asked of whoever
//! implements [`mcp::Verbs`], which is what the command of the same name does. The only async code
//! of redgreen that a command line meets lives here.

pub mod agents;
pub mod mcp;
#[cfg(feature = "otel")]
pub mod otel;
