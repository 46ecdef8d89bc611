//! Reads report formats that several runners share.

pub mod junit;
