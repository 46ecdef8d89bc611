//! Runs the adapters on captured output and on real projects.

mod rust;
