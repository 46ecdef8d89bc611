//! Names things: one type an id, so that a tree is never taken for a commit.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it is; ids are opaque to everyone but their maker.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text of the id.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    };
}
pub(crate) use text_id;

text_id!(
    /// One run of one ticket; also the name of its branch's slot in the journal.
    RunId
);
text_id!(
    /// A ticket as its source names it: a file stem, `#12`, `PROJ-7`.
    TicketId
);
text_id!(
    /// A git commit, as a full hexadecimal object name.
    CommitId
);
text_id!(
    /// A git tree, as a full hexadecimal object name. Evidence is bound to it.
    TreeId
);
text_id!(
    /// A unit: a directory with its own manifest and one runner, written `dir:runner`
    /// (`.:pytest`, `crates/core:cargo`).
    UnitId
);
text_id!(
    /// An acceptance criterion of a ticket: `AC-1`, `AC-2`, …
    CriterionId
);
text_id!(
    /// The digest of some bytes: `sha256:` and 64 hexadecimal digits.
    Digest
);

impl Digest {
    /// The SHA-256 digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        let mut text = String::with_capacity(71);
        text.push_str("sha256:");
        for byte in Sha256::digest(bytes) {
            text.push_str(&format!("{byte:02x}"));
        }
        Self(text)
    }
}

/// A test as its runner names it, inside one unit. Equality is by the runner's own name: it is
/// never rebuilt from a report that dropped a part of it.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct TestId {
    /// The unit that the runner was started in.
    pub unit: UnitId,
    /// The runner's own id: `tests/test_a.py::TestX::test_y[1]`, `pkg::it$module::name`.
    pub name: String,
}

impl TestId {
    /// A test of `unit` with the runner's own `name`.
    pub fn new(unit: &UnitId, name: impl Into<String>) -> Self {
        Self {
            unit: unit.clone(),
            name: name.into(),
        }
    }

    /// Whether this is `item` itself or one of its cases (a parameter set, a sub-test): runners
    /// write cases behind one of `[`, `:`, `/`, `(`, `#` or a space.
    pub fn is_case_of(&self, item: &Self) -> bool {
        self.unit == item.unit
            && self
                .name
                .strip_prefix(item.name.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(BEFORE_CASES))
    }

    /// Every name whose case a test called `name` may be, its own among them, longest first: the
    /// other side of [`TestId::is_case_of`], to look items up by.
    pub fn items_of(name: &str) -> impl Iterator<Item = &str> {
        let shorter = name.rmatch_indices(BEFORE_CASES);
        std::iter::once(name).chain(shorter.map(|(at, _)| &name[..at]))
    }
}

/// What runners write between the name of a test and a case of it.
const BEFORE_CASES: [char; 6] = ['[', ':', '/', '(', '#', ' '];

impl fmt::Display for TestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit.as_str().split_once(':') {
            Some((".", _)) | None => f.write_str(&self.name),
            Some((dir, _)) => write!(f, "{dir}: {}", self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_belongs_to_its_item_and_a_longer_name_does_not() {
        let unit = UnitId::from(".:pytest");
        let item = TestId::new(&unit, "t.py::test_a");
        assert!(TestId::new(&unit, "t.py::test_a[x/y::z]").is_case_of(&item));
        assert!(item.is_case_of(&item));
        assert!(!TestId::new(&unit, "t.py::test_ab").is_case_of(&item));
        for (name, owed) in [
            ("t.py::test_a[x/y::z]", true),
            ("t.py::test_a", true),
            ("t.py::test_ab", false),
        ] {
            assert_eq!(
                TestId::items_of(name).any(|of| of == item.name),
                owed,
                "{name}"
            );
        }
        assert!(!TestId::new(&UnitId::from("sub:pytest"), "t.py::test_a").is_case_of(&item));
    }

    #[test]
    fn a_digest_names_its_algorithm() {
        assert_eq!(
            Digest::of(b"").as_str(),
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }
}
