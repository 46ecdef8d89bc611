//! Room `engine`.

pub mod git;
pub mod journal;
pub mod paths;
pub mod process;
