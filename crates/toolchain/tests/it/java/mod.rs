//! Maven with Surefire, on small projects and on captured output.

mod captured;
mod detection;
mod failures;
mod junit4;
mod mutants;
mod picked;
mod project;
mod reactor;
mod runs;
mod stubs;
