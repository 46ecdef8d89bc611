//! C and C++: CMake and CTest.

mod builds;
mod detection;
mod project;
mod runs;
mod stubs;
