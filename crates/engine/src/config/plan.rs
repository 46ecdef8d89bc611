//! Reads which tickets owe a plan.

use redgreen_core::ticket::Size;
use serde::{Deserialize, Serialize};

/// Which tickets owe a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlanConfig {
    /// The smallest size of a ticket that owes a plan's file before work begins.
    pub owed: PlanOwed,
}

/// The smallest size of a ticket that owes a plan's file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PlanOwed {
    /// Every ticket but a tiny one.
    Normal,
    /// A large one.
    #[default]
    Large,
    /// None; a plan that somebody writes all the same is judged.
    Never,
}

impl PlanOwed {
    /// Whether a ticket of `size` owes a plan.
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
        let covers = |owed: PlanOwed| sizes.map(|size| owed.covers(size));
        assert_eq!(covers(owed("")), [false, false, true]);
        assert_eq!(
            covers(owed("[plan]\nowed = 'normal'\n")),
            [false, true, true]
        );
        assert_eq!(covers(owed("[plan]\nowed = 'never'\n")), [false; 3]);
    }
}
