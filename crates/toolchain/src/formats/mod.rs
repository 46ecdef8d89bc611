//! Reads formats that several runners share. Pure: bytes in, facts out.

pub mod tap;
