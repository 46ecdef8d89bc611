//! Runs tests and workers that try what they must not, at every level that holds anything.
//!
//! Both levels are needed here: bubblewrap (`apt-get install bubblewrap`), and a kernel with
//! Landlock.

mod hostile_tests;
mod hostile_worker;
mod levels;
mod places;
mod together;
