//! Leads an agent from inside its own session: seven tools over the Model Context Protocol.

mod asked;
mod call;
mod door;
mod http;
mod reply;
mod server;
mod stdio;
mod tools;
mod verbs;

pub use asked::{Answer, Check, Nothing, Prove, Report, ReportFormat};
pub use http::{Address, serve_http};
pub use reply::{
    Found, Gate, Next, Owed, ProofReply, Question, ReportReply, RunReply, Seen, TicketReply, Wanted,
};
pub use stdio::serve_stdio;
pub use tools::Tool;
pub use verbs::{Call, Refused, Reply, Verbs};

use std::io;
use thiserror::Error;

/// Why the server could not be started or kept up.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The runtime or a socket of the system.
    #[error("{what} failed")]
    System {
        /// What was tried.
        what: &'static str,
        /// What the system says.
        source: io::Error,
    },
    /// The address is not one of this machine alone, and nobody asked for that.
    #[error("{address} is not a loopback address")]
    NotLoopback {
        /// The address.
        address: String,
    },
    /// The client did not begin as the protocol says.
    #[error("the client did not begin as the protocol says: {why}")]
    Protocol {
        /// What was wrong.
        why: String,
    },
}

impl ServeError {
    fn system(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::System { what, source }
    }
}
