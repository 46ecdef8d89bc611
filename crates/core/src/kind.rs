//! Names what sort of change is meant: it decides what the proof owes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What kind of work a ticket asks for. It decides what the gates ask.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// New behaviour.
    #[default]
    Feature,
    /// Behaviour that is wrong; reproduced first.
    Bug,
    /// The same behaviour from better code.
    Refactor,
    /// Promised behaviour that changes; the old tests that change with it are named.
    SpecChange,
    /// Behaviour that goes, with its tests.
    Removal,
    /// Another version of something that the project uses.
    Dependency,
    /// A test that does not always give the same answer.
    FlakeFix,
    /// Tests for behaviour that is there already.
    Characterization,
    /// Prose alone.
    Docs,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Feature,
        Self::Bug,
        Self::Refactor,
        Self::SpecChange,
        Self::Removal,
        Self::Dependency,
        Self::FlakeFix,
        Self::Characterization,
        Self::Docs,
    ];

    /// Its name in flags, front matter and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Feature => "feature",
            Self::Bug => "bug",
            Self::Refactor => "refactor",
            Self::SpecChange => "spec-change",
            Self::Removal => "removal",
            Self::Dependency => "dependency",
            Self::FlakeFix => "flake-fix",
            Self::Characterization => "characterization",
            Self::Docs => "docs",
        }
    }

    /// The kind of that name.
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether a change of this kind owes a test that is red without it.
    pub fn owes_red(self) -> bool {
        match self {
            Self::Feature | Self::Bug | Self::SpecChange | Self::FlakeFix => true,
            Self::Refactor
            | Self::Removal
            | Self::Dependency
            | Self::Characterization
            | Self::Docs => false,
        }
    }

    /// The kind that `word` names: its name, or a usual word for it (`fix`, `enhancement`).
    pub fn of_word(word: &str) -> Option<Self> {
        let word = word.trim().to_lowercase().replace(['_', ' '], "-");
        let kind = match word.as_str() {
            "feature" | "feat" | "enhancement" | "story" | "user-story" | "improvement" => {
                Self::Feature
            }
            "bug" | "fix" | "bugfix" | "bug-fix" | "defect" | "hotfix" | "regression" => Self::Bug,
            "refactor" | "refactoring" | "cleanup" | "tech-debt" => Self::Refactor,
            "spec-change" | "behaviour-change" | "behavior-change" => Self::SpecChange,
            "removal" | "remove" | "deprecation" => Self::Removal,
            "dependency" | "dependencies" | "deps" | "upgrade" => Self::Dependency,
            "flake-fix" | "flake" | "flaky" | "flaky-test" => Self::FlakeFix,
            "characterization" | "characterisation" | "test" | "tests" => Self::Characterization,
            "docs" | "doc" | "documentation" => Self::Docs,
            _ => return None,
        };
        Some(kind)
    }

    /// The kind that a label names: `bug`, `kind/bug`, `type: bug`.
    pub fn of_label(label: &str) -> Option<Self> {
        Self::of_word(label).or_else(|| Self::of_word(label.rsplit(['/', ':']).next()?))
    }

    /// The kind that a title's prefix names, and the title without that prefix: `fix: …`,
    /// `Bug: …`, `[Bug] …`, `chore(deps): …`.
    pub fn of_title(title: &str) -> (Option<Self>, &str) {
        let bracketed = title
            .strip_prefix('[')
            .and_then(|rest| rest.split_once(']'));
        let (prefix, rest) = match bracketed.or_else(|| title.split_once(':')) {
            Some(split) => split,
            None => return (None, title),
        };
        let prefix = prefix.trim_end_matches('!');
        let (word, scope) = match prefix.split_once('(') {
            Some((word, scope)) => (word, scope.trim_end_matches(')')),
            None => (prefix, ""),
        };
        let kind = Self::of_word(word).or_else(|| {
            let chore = matches!(word.to_lowercase().as_str(), "chore" | "build");
            (chore && scope.starts_with("dep")).then_some(Self::Dependency)
        });
        match (kind, rest.trim()) {
            (None, _) => (None, title),
            (kind, "") => (kind, title),
            (kind, rest) => (kind, rest),
        }
    }

    /// Whether the kind itself says what must hold, so that a ticket may go without criteria.
    pub fn implies_its_criterion(self) -> bool {
        match self {
            Self::Refactor
            | Self::Dependency
            | Self::FlakeFix
            | Self::Characterization
            | Self::Docs => true,
            Self::Feature | Self::Bug | Self::SpecChange | Self::Removal => false,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_back_from_its_name() {
        for kind in Kind::ALL {
            assert_eq!(Kind::of_word(kind.as_str()), Some(kind));
        }
    }

    #[test]
    fn a_title_names_its_kind_by_a_prefix() {
        let cases = [
            ("fix: a", Some(Kind::Bug), "a"),
            ("Bug: a", Some(Kind::Bug), "a"),
            ("[Bug] a: b", Some(Kind::Bug), "a: b"),
            ("feat(api)!: a", Some(Kind::Feature), "a"),
            ("chore(deps): a", Some(Kind::Dependency), "a"),
            ("chore: a", None, "chore: a"),
            ("Login: too slow", None, "Login: too slow"),
            ("fix:", Some(Kind::Bug), "fix:"),
            ("plain", None, "plain"),
        ];
        for (title, kind, rest) in cases {
            assert_eq!(Kind::of_title(title), (kind, rest), "{title}");
        }
    }

    #[test]
    fn a_label_may_carry_a_name_space() {
        assert_eq!(Kind::of_label("kind/bug"), Some(Kind::Bug));
        assert_eq!(Kind::of_label("type: Documentation"), Some(Kind::Docs));
        assert_eq!(Kind::of_label("good first issue"), None);
    }
}
