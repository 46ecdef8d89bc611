//! Stands in for the world: fixture repositories in temporary directories.
//!
//! Room `testkit`. For tests only: whatever goes wrong here panics with what went wrong.

pub mod corpus;
pub mod forge;
mod repo;
mod search_path;

pub use repo::Repo;
pub use search_path::path_with_pytest;
