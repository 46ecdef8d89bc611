//! Lints labelled tickets.

mod labelled;
mod precision;
