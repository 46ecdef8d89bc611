//! Holds the RSpec adapter against RSpec itself.
mod detection;
mod labelled;
pub(crate) mod project;
mod runs;
