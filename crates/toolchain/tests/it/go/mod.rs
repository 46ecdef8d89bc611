//! Go: go test.

mod builds;
mod detection;
mod mutants;
mod project;
mod runs;
mod samples;
mod stubs;
