//! Go: go test.

mod builds;
mod detection;
mod project;
mod runs;
mod samples;
mod stubs;
