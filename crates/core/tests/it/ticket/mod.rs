//! Reads example tickets, and any text at all.

mod examples;
mod properties;
mod templates;

use redgreen_core::ticket::{Defaults, Ticket};

/// The example ticket `name`, read as a file of that name would be.
fn example(name: &str) -> Ticket {
    let path = format!("{}/tests/tickets/{name}.md", env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    Ticket::from_bytes(name, &bytes, &Defaults::default())
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}
