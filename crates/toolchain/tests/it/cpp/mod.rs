//! C and C++: CMake and CTest.

mod builds;
mod detection;
mod mutants;
mod project;
mod runs;
mod stubs;
