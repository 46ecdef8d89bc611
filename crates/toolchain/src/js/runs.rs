//! Lists the runners of JavaScript tests, and what speaks for each.

/// A runner of JavaScript tests, strongest first where two have the same evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Runs {
    /// vitest.
    Vitest,
    /// jest.
    Jest,
    /// mocha.
    Mocha,
    /// ava.
    Ava,
    /// tape, tap and others that print the Test Anything Protocol.
    Tap,
    /// The runner that comes with node.
    NodeTest,
}

/// Every runner.
pub(super) const ALL: [Runs; 6] = [
    Runs::Vitest,
    Runs::Jest,
    Runs::Mocha,
    Runs::Ava,
    Runs::Tap,
    Runs::NodeTest,
];

impl Runs {
    /// The runner's name in unit ids.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Vitest => "vitest",
            Self::Jest => "jest",
            Self::Mocha => "mocha",
            Self::Ava => "ava",
            Self::Tap => "tap",
            Self::NodeTest => "node-test",
        }
    }

    /// Packages that bring it.
    pub(super) fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Vitest => &["vitest"],
            Self::Jest => &["jest", "jest-cli", "ts-jest", "react-scripts"],
            Self::Mocha => &["mocha"],
            Self::Ava => &["ava"],
            Self::Tap => &["tap", "tape", "@tapjs/core", "libtap"],
            Self::NodeTest => &[],
        }
    }

    /// Words of a script that run it.
    pub(super) fn is_run_by(self, line: &str) -> bool {
        let mut words = line.split([' ', '\t', '\'', '"', '(', ')', ';']);
        let word = |wanted: &'static str| {
            move |word: &str| word == wanted || word.rsplit('/').next() == Some(wanted)
        };
        match self {
            Self::Vitest => words.any(word("vitest")),
            Self::Jest => words.any(word("jest")) || line.contains("react-scripts test"),
            Self::Mocha => words.any(|w| word("mocha")(w) || word("_mocha")(w)),
            Self::Ava => words.any(word("ava")),
            Self::Tap => words.any(|w| word("tap")(w) || word("tape")(w)),
            Self::NodeTest => {
                words
                    .clone()
                    .any(|w| w == "--test" || w.starts_with("--test-"))
                    && words.any(|w| word("node")(w) || word("tsx")(w) || word("c8")(w))
            }
        }
    }

    /// Starts of names of its configuration files, and its key in package.json.
    pub(super) fn config(self) -> (&'static [&'static str], &'static str) {
        match self {
            Self::Vitest => (&["vitest.config.", "vitest.workspace."], "vitest"),
            Self::Jest => (&["jest.config."], "jest"),
            Self::Mocha => (&[".mocharc."], "mocha"),
            Self::Ava => (&["ava.config."], "ava"),
            Self::Tap => (&[".taprc"], "tap"),
            Self::NodeTest => (&[], ""),
        }
    }

    /// Modules that a test of it imports.
    pub(super) fn imports(self) -> &'static [&'static str] {
        match self {
            Self::Vitest => &["vitest"],
            Self::Jest => &["@jest/globals"],
            Self::Mocha => &["mocha"],
            Self::Ava => &["ava"],
            Self::Tap => &["tap", "tape", "@tapjs/test"],
            Self::NodeTest => &["node:test"],
        }
    }
}
