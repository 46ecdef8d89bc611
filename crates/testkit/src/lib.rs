//! Stands in for the world: fixture repositories in temporary directories.
//!
//! Room `testkit`. For tests only: whatever goes wrong here panics with what went wrong.

mod repo;

pub use repo::Repo;
