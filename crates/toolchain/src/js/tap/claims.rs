//! Gives tests that ran the names that the source gives them.

use crate::js::language::{Found, can_be, parts, written_tests};
use crate::js::names::{self, Counted};

/// The tests that the source of a file spells out, and which of them were seen.
pub(super) struct Claims<'p> {
    path: &'p str,
    written: Vec<(Found, bool)>,
    counted: Counted,
}

impl<'p> Claims<'p> {
    /// Those of the file at `path`; none where its text is not known.
    pub(super) fn of(path: &'p str, source: Option<&str>) -> Self {
        let found = source.map(|source| written_tests(path, source));
        let written = found.unwrap_or_default().into_iter();
        Self {
            path,
            written: written.map(|found| (found, false)).collect(),
            counted: Counted::default(),
        }
    }

    /// The name of the test that was shown with these titles. Both runners show white space in
    /// their own way: it is taken as one space.
    pub(super) fn name(&mut self, shown: &[String]) -> String {
        let shown: Vec<String> = shown.iter().map(|title| plain(title)).collect();
        let fits = |found: &Found| {
            !found.dynamic
                && found
                    .titles
                    .iter()
                    .map(|t| plain(t))
                    .eq(shown.iter().cloned())
        };
        let open = self.written.iter_mut().find(|(f, taken)| !taken && fits(f));
        if let Some((found, taken)) = open {
            *taken = true;
            self.counted.unique(found.name.clone());
            return found.name.clone();
        }
        let titles: Vec<&str> = shown.iter().map(String::as_str).collect();
        let made = |found: &Found| {
            let pairs = || found.titles.iter().zip(&shown);
            found.dynamic
                && found.titles.len() == shown.len()
                && pairs().all(|(w, s)| plain(w) == *s || can_be(&parts(&plain(w)), s))
        };
        let name = match self.written.iter_mut().find(|(found, _)| made(found)) {
            Some((found, taken)) => {
                *taken = true;
                names::case(&found.name, &titles)
            }
            None => names::name(self.path, &titles),
        };
        self.counted.unique(name)
    }

    /// Whether the source spells out a test with these titles.
    pub(super) fn knows(&self, shown: &[String]) -> bool {
        let same = |found: &Found| {
            found.titles.len() == shown.len()
                && found.titles.iter().zip(shown).all(|(written, shown)| {
                    let (written, shown) = (plain(written), plain(shown));
                    written == shown || found.dynamic && can_be(&parts(&written), &shown)
                })
        };
        self.written.iter().any(|(found, _)| same(found))
    }

    /// Tests that were not seen, and whether each is muted.
    pub(super) fn unseen(&self) -> impl Iterator<Item = (&str, bool)> {
        let unseen = self.written.iter().filter(|(_, taken)| !taken);
        unseen.map(|(found, _)| (found.name.as_str(), found.muted))
    }
}

fn plain(title: &str) -> String {
    let title = if title == "(anonymous)" {
        "<anonymous>"
    } else {
        title
    };
    title.split_whitespace().collect::<Vec<_>>().join(" ")
}
