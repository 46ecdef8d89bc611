//! Reads which tickets owe a plan.

use redgreen_core::ticket::Size;
use serde::{Deserialize, Serialize};

/// Which tickets owe a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlanConfig {
    /// The smallest size of a ticket that owes a plan's file before work begins.
    pub owed: Owed,
}

/// The smallest size of a ticket that owes something: a plan's file, hidden tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Owed {
    /// Every ticket but a tiny one.
    Normal,
    /// A large one.
    #[default]
    Large,
    /// None.
    Never,
}

impl Owed {
    /// Whether a ticket of `size` owes it.
    pub fn covers(self, size: Size) -> bool {
        match (self, size) {
            (Self::Normal, Size::Normal | Size::Large) | (Self::Large, Size::Large) => true,
            (_, Size::Tiny) | (Self::Large, Size::Normal) | (Self::Never, _) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn a_tiny_ticket_owes_none_and_a_project_says_from_which_size_on() {
        let owed = |text: &str| Config::parse(text).expect("reads").plan.owed;
        let sizes = [Size::Tiny, Size::Normal, Size::Large];
        let covers = |owed: Owed| sizes.map(|size| owed.covers(size));
        assert_eq!(covers(owed("")), [false, false, true]);
        assert_eq!(
            covers(owed("[plan]\nowed = 'normal'\n")),
            [false, true, true]
        );
        assert_eq!(covers(owed("[plan]\nowed = 'never'\n")), [false; 3]);
    }
}
