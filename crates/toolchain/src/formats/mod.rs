//! Reads formats that several runners share. Pure: bytes in, facts out.
//! Reads report formats that several runners share. Pure: bytes in, facts out.

pub mod junit;
pub mod tap;
