//! Holds core to its promises from outside.

#![expect(
    clippy::expect_used,
    reason = "a test fails by panicking, in what it calls too"
)]

mod lint;
mod report;
mod ticket;
