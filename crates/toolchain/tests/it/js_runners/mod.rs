//! jest, mocha and runners that print TAP.

mod labels;
mod project;
mod runs;
