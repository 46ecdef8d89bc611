//! Maven with Surefire, on small projects and on captured output.

mod captured;
mod detection;
mod failures;
mod mutants;
mod project;
mod runs;
mod stubs;
