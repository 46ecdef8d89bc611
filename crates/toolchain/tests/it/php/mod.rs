//! Holds the PHPUnit adapter against PHPUnit itself.
#![expect(
    clippy::expect_used,
    reason = "a test stops where its own setting fails"
)]

mod detection;
mod labelled;
mod runs;
