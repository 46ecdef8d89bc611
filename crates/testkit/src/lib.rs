//! Stands in for the world: fixture repositories in temporary directories.
//!
//! Room `testkit`. For tests only: whatever goes wrong here panics with what went wrong.

pub mod corpus;
mod fake_agent;
pub mod forge;
pub mod model;
mod repo;
mod search_path;

pub use fake_agent::write_fake_acp;
pub use repo::Repo;
pub use search_path::path_with_pytest;
