//! Runs the adapters against real tools and against captured output.

mod python;
