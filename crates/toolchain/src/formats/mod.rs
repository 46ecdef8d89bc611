//! Reads formats that several runners share. Pure: bytes in, facts out.

pub mod junit;
pub mod tap;
