//! Stands in for a language model: a server on loopback that speaks four providers' streams from a
//! script, with faults on request.

mod dialects;
mod http;
mod script;
mod server;

pub use dialects::Dialect;
pub use script::{Fault, Scene, Script, Turn};
pub use server::{ModelServer, Seen};
