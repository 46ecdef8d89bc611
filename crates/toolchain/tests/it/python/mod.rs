//! Holds the pytest adapter against captured output and against pytest itself.

mod corpus;
mod detection;
mod failures;
mod project;
mod runs;
mod stubs;
