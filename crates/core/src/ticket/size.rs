//! Tells how large a ticket is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much ceremony a ticket gets.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Size {
    /// One criterion, no plan file.
    Tiny,
    /// A plan file, one slice a criterion.
    Normal,
    /// The same, and a person approves the plan.
    Large,
}

impl Size {
    /// The size that `word` names.
    pub fn of_word(word: &str) -> Option<Self> {
        match word.trim().to_lowercase().as_str() {
            "tiny" | "xs" => Some(Self::Tiny),
            "normal" | "s" | "m" | "small" | "medium" => Some(Self::Normal),
            "large" | "l" | "xl" | "big" => Some(Self::Large),
            _ => None,
        }
    }

    /// The size of a ticket with so many criteria and a body of so many characters.
    pub fn of_counts(criteria: usize, body: usize) -> Self {
        match criteria {
            1 if body <= 600 => Self::Tiny,
            0..=8 => Self::Normal,
            _ => Self::Large,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_follows_from_the_counts() {
        assert_eq!(Size::of_counts(1, 600), Size::Tiny);
        assert_eq!(Size::of_counts(1, 601), Size::Normal);
        assert_eq!(Size::of_counts(0, 10), Size::Normal);
        assert_eq!(Size::of_counts(8, 10), Size::Normal);
        assert_eq!(Size::of_counts(9, 10), Size::Large);
    }
}
