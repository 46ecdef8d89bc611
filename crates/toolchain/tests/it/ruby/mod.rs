//! Holds the RSpec adapter against RSpec itself.
#![expect(
    clippy::expect_used,
    reason = "a test stops where its own setting fails"
)]

mod detection;
mod labelled;
pub(crate) mod project;
mod runs;
