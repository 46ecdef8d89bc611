//! Holds core to its promises from outside.

mod ticket;
