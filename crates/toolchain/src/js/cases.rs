//! Tells which written test a shown title belongs to.

use super::language::{Found, Part, can_be, parts, written_tests};
use super::names;

/// The tests that the source of one file spells out.
pub(crate) struct Written<'p> {
    path: &'p str,
    /// Each with its titles, joined, in parts.
    tests: Vec<(Found, Vec<Part>)>,
}

impl<'p> Written<'p> {
    /// Those of the file at `path`; none where its text is not known.
    pub(crate) fn of(path: &'p str, source: Option<&str>) -> Self {
        let found = source.map(|source| written_tests(path, source));
        let with_parts = |test: Found| {
            let parts = parts(&test.titles.join(" > "));
            (test, parts)
        };
        let tests = found.unwrap_or_default().into_iter();
        Self {
            path,
            tests: tests.map(with_parts).collect(),
        }
    }

    /// The name of the test that ran under `titles`, with its call on `line` (0 where that is not
    /// known). A second test of the same name is not numbered here.
    pub(crate) fn name(&self, titles: &[String], line: u32) -> String {
        let shown: Vec<&str> = titles.iter().map(String::as_str).collect();
        let exact = |(test, _): &(Found, Vec<Part>)| !test.dynamic && test.titles == titles;
        if self.tests.iter().any(exact) {
            return names::name(self.path, &shown);
        }
        let joined = titles.join(" > ");
        let fitting = self.tests.iter().filter(|(test, parts)| {
            test.dynamic && test.titles.len() == titles.len() && can_be(parts, &joined)
        });
        let fixed = |parts: &[Part]| -> usize {
            let lengths = parts.iter().map(|part| match part {
                Part::Fixed(text) => text.len(),
                Part::Any => 0,
            });
            lengths.sum()
        };
        let best = fitting.max_by_key(|(test, parts)| (test.lines.holds(line), fixed(parts)));
        match best {
            Some((test, _)) => names::case(&test.name, &shown),
            None => names::name(self.path, &shown),
        }
    }

    /// The name of the innermost test whose call holds `line`.
    pub(crate) fn at_line(&self, line: u32) -> Option<&str> {
        let holding = self.tests.iter().filter(|(test, _)| test.lines.holds(line));
        let inner = holding.min_by_key(|(test, _)| test.lines.last - test.lines.first);
        inner.map(|(test, _)| test.name.as_str())
    }

    /// Whether the file makes a test that `is_asked` names and that runs, whatever happens.
    pub(crate) fn always_makes(&self, is_asked: impl Fn(&str) -> bool) -> bool {
        let mut tests = self.tests.iter().map(|(test, _)| test);
        tests.any(|test| test.always && !test.muted && is_asked(&test.name))
    }

    /// Names and lines of the tests that may run and of which none of `seen` is a case.
    pub(crate) fn silent(&self, seen: &[String]) -> Vec<(String, u32)> {
        let ran = |name: &str| {
            seen.iter().any(|known| {
                let rest = known.strip_prefix(name);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
            })
        };
        let silent = self
            .tests
            .iter()
            .filter(|(test, _)| !test.muted && !ran(&test.name));
        silent
            .map(|(test, _)| (test.name.clone(), test.lines.first))
            .collect()
    }
}
