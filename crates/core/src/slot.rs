//! Numbers runs that go on at the same time, so that their servers share no port.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A number that one run has at a time, and the ports that come with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Slot {
    /// The number, from 1; the checkout itself is 0.
    pub number: u16,
    /// The first of its ports.
    pub first_port: u16,
    /// How many there are.
    pub ports: u16,
}

impl Slot {
    /// The variables that tell programs of it.
    pub fn variables(&self) -> [(String, String); 2] {
        [
            ("REDGREEN_SLOT".to_owned(), self.number.to_string()),
            ("REDGREEN_PORT_BASE".to_owned(), self.first_port.to_string()),
        ]
    }
}
