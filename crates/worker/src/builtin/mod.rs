//! Works by itself, led by a language model: its tools, and its map of the repository.

pub mod map;
pub mod tools;
