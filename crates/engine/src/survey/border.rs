//! Tells, while a worker works, which side of the tree a change of one path stands on.

use super::mend::may_write;
use super::paths;
use crate::config::Config;
use redgreen_core::phase::Writable;
use redgreen_core::surface::Surface;
use std::collections::BTreeSet;

/// What the worker of a phase may write. The same decision as [`super::mend()`] makes of what was
/// handed in, asked before it is written.
#[derive(Clone, Debug)]
pub struct Border {
    allowed: Writable,
    config: Config,
}

impl Border {
    /// The border of a phase that may write `allowed`. `config` is that of the run's base.
    pub fn new(allowed: Writable, config: Config) -> Self {
        Self { allowed, config }
    }

    /// The side that may be written.
    pub fn allowed(&self) -> Writable {
        self.allowed
    }

    /// The surfaces on which `before` and `after` differ and that may not be written; none where
    /// the change may be made. `path` is that of the repository; nothing is a file that is not
    /// there. Text that is no UTF-8 is given as it reads, with U+FFFD.
    pub fn trespass(
        &self,
        path: &str,
        before: Option<&str>,
        after: Option<&str>,
    ) -> BTreeSet<Surface> {
        let surfaces = paths::between(path, (before, after), &self.config);
        let forbidden = |surface: &Surface| !may_write(self.allowed, *surface);
        surfaces.into_iter().filter(forbidden).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "pub fn two() -> u8 {\n    2\n}\n";
    const TESTS: &str = "\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn one() {}\n}\n";

    fn check(allowed: Writable, path: &str, sides: (Option<&str>, Option<&str>), owed: &[Surface]) {
        let border = Border::new(allowed, Config::default());
        let seen = border.trespass(path, sides.0, sides.1);
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), owed, "{path}");
    }

    #[test]
    fn each_phase_has_its_own_side() {
        let new = (None, Some("def test_x(): pass\n"));
        check(Writable::TestSurface, "tests/test_x.py", new, &[]);
        check(
            Writable::Production,
            "tests/test_x.py",
            new,
            &[Surface::Test],
        );
        check(Writable::Production, "x.py", new, &[]);
        check(Writable::TestSurface, "x.py", new, &[Surface::Production]);
        check(Writable::Docs, "x.py", new, &[Surface::Production]);
        check(Writable::Docs, "README.md", new, &[]);
        check(Writable::Nothing, "README.md", new, &[Surface::Docs]);
        check(
            Writable::TestSurface,
            "Cargo.toml",
            (None, Some("[package]\n")),
            &[],
        );
    }

    #[test]
    fn a_file_that_is_taken_away_counts_like_one_that_is_written() {
        let gone = (Some("def test_x(): pass\n"), None);
        check(
            Writable::Production,
            "tests/test_x.py",
            gone,
            &[Surface::Test],
        );
        check(Writable::TestSurface, "tests/test_x.py", gone, &[]);
    }

    #[test]
    fn code_and_tests_of_one_file_are_told_apart() {
        let both = format!("{CODE}{TESTS}");
        let code = both.replace("    2\n", "    1 + 1\n");
        let tests = both.replace("fn one", "fn other");
        let of_code = (Some(both.as_str()), Some(code.as_str()));
        let of_tests = (Some(both.as_str()), Some(tests.as_str()));
        check(
            Writable::TestSurface,
            "src/lib.rs",
            of_code,
            &[Surface::Production],
        );
        check(Writable::Production, "src/lib.rs", of_code, &[]);
        check(
            Writable::Production,
            "src/lib.rs",
            of_tests,
            &[Surface::Test],
        );
        check(Writable::TestSurface, "src/lib.rs", of_tests, &[]);
        // The first tests of a file that had none.
        let first = (Some(CODE), Some(both.as_str()));
        check(Writable::TestSurface, "src/lib.rs", first, &[]);
    }

    #[test]
    fn the_word_of_the_project_counts() {
        let config = Config::parse("[surface]\nfixture = ['golden/']\n").expect("reads");
        let border = Border::new(Writable::Production, config);
        let seen = border.trespass("golden/a.txt", None, Some("x"));
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), [Surface::Fixture]);
    }
}
