//! `redgreen mcp`: serves the verbs of a run as tools for agents.

use super::tools::Tools;
use super::{no_events, signals};
use crate::args::{Common, Mcp};
use crate::exit::Exit;
use crate::failure::{Failure, FailureKind};
use crate::screen::Screen;
use redgreen_core::finding::Code;
use redgreen_serve::mcp::{Address, ServeError, serve_http, serve_stdio};
use std::sync::Arc;

/// Serves until the client goes or a signal comes.
pub(super) fn mcp(asked: &Mcp, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    no_events("mcp", common)?;
    let closing = signals::stop_flag()?;
    let tools = Arc::new(Tools::new(common));
    match asked.http {
        None => serve_stdio(tools, closing)?,
        Some(address) => serve_http(tools, address, closing, |address| {
            announce(&address, screen)
        })?,
    }
    Ok(Exit::Met)
}

/// The only place where the token is said, and never on standard output.
fn announce(address: &Address, screen: &Screen) {
    let (url, token) = (&address.url, &address.token);
    screen.narrate(&format!("serving on {url}\nbearer token: {token}\n"));
}

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Self {
        match &error {
            ServeError::System { .. } => {
                Self::of(FailureKind::Environment, Code::CouldNotRun, &error)
                    .hint("redgreen mcp --http   (takes a port that is free)")
            }
            ServeError::NotLoopback { .. } => Self::of(FailureKind::Usage, Code::BadUsage, &error)
                .cause("its answers are for this machine alone")
                .hint("redgreen mcp --http 127.0.0.1:8137"),
            ServeError::Protocol { .. } => Self::of(FailureKind::Usage, Code::BadUsage, &error)
                .hint("redgreen mcp --help   (a program speaks to it, not a person)"),
        }
    }
}
