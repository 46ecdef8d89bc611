//! Reads the text that a test binary prints.
//!
//! With several threads the harness prints `test NAME ... ok` when the test ends; with one it
//! prints `test NAME ... ` before it starts, and what a child process writes may come between.

use std::collections::{BTreeMap, BTreeSet};

/// What one run of a binary shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// How many tests it announced; nothing without a header.
    pub(super) announced: Option<usize>,
    /// How each test ended.
    pub(super) results: BTreeMap<String, Mark>,
    /// The test that started and has no end.
    pub(super) started: Option<String>,
    /// The last line's counts; nothing where the binary did not come to its end.
    pub(super) counts: Option<Counts>,
    /// What was printed about each failed test.
    pub(super) sections: BTreeMap<String, String>,
    /// A test that ended twice, in two ways.
    pub(super) contradiction: Option<String>,
    /// Whether the last test's mark stands behind other text, where it may be no mark at all.
    is_glued: bool,
}

/// How a test ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// `ok`
    Passed,
    /// `FAILED`
    Failed,
    /// `ignored`, with its reason.
    Ignored(String),
}

/// The counts of `test result:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: usize,
    pub(super) failed: usize,
    pub(super) ignored: usize,
    pub(super) measured: usize,
}

impl Seen {
    /// Reads what a binary printed, given the names of its tests.
    pub(super) fn read(text: &str, known: &BTreeSet<String>) -> Self {
        let mut seen = Self::default();
        let mut lines = text.lines();
        for line in lines.by_ref() {
            if matches!(line, "failures:" | "successes:") {
                break;
            }
            seen.take(line, known);
        }
        seen.read_sections(lines, known);
        seen
    }

    fn take(&mut self, line: &str, known: &BTreeSet<String>) {
        if self.announced.is_none() {
            self.announced = announced(line);
        }
        if let Some(counts) = counts(line) {
            self.counts = Some(counts);
            return;
        }
        if let Some((name, rest)) = test_line(line, known) {
            self.started = None;
            match mark(rest) {
                Some(mark) => self.settle(name, mark),
                None => {
                    self.started = Some(name.to_owned());
                    self.take_end(rest);
                }
            }
        } else if self.started.is_some() {
            self.take_end(line);
        }
    }

    /// A line that may end the started test: its mark stands alone, or behind other text.
    fn take_end(&mut self, line: &str) {
        let Some(name) = self.started.clone() else {
            return;
        };
        let exact = mark(line);
        let glued = || {
            let passed = line.ends_with("ok").then_some(Mark::Passed);
            passed.or(line.ends_with("FAILED").then_some(Mark::Failed))
        };
        let is_glued = exact.is_none();
        if let Some(mark) = exact.or_else(glued) {
            self.results.remove(&name);
            self.is_glued = is_glued;
            self.settle(&name, mark);
            // Only the last such line before the next test counts, so the test stays open for
            // more; `finish` closes it.
            self.started = Some(name);
        }
    }

    fn settle(&mut self, name: &str, mark: Mark) {
        if self.started.as_deref() == Some(name) {
            self.started = None;
        }
        let before = self.results.insert(name.to_owned(), mark.clone());
        if before.is_some_and(|before| before != mark) {
            self.contradiction = Some(name.to_owned());
        }
    }

    fn read_sections<'l>(
        &mut self,
        lines: impl Iterator<Item = &'l str>,
        known: &BTreeSet<String>,
    ) {
        let mut open: Option<String> = None;
        for line in lines {
            if let Some(name) = section_name(line).filter(|name| known.contains(*name)) {
                open = Some(name.to_owned());
                self.sections.entry(name.to_owned()).or_default();
            } else if matches!(line, "failures:" | "successes:") {
                open = None;
            } else if let Some(found) = counts(line) {
                self.counts = Some(found);
            } else if let Some(section) = open.as_ref().and_then(|n| self.sections.get_mut(n)) {
                section.push_str(line);
                section.push('\n');
            }
        }
        let Some(name) = self.started.clone() else {
            return;
        };
        // A line of a backtrace that ends in `hook` is no mark of a test whose process died.
        if self.is_glued && self.counts.is_none() {
            self.results.remove(&name);
        } else if self.results.contains_key(&name) {
            self.started = None;
        }
    }

    /// How header, lines and counts disagree, if they do.
    pub(super) fn disagreement(&self) -> Option<String> {
        if let Some(name) = &self.contradiction {
            return Some(format!("test {name} ended twice, in two ways"));
        }
        let counts = self.counts?;
        let of = |wanted: fn(&Mark) -> bool| self.results.values().filter(|m| wanted(m)).count();
        let seen = Counts {
            passed: of(|mark| matches!(mark, Mark::Passed)),
            failed: of(|mark| matches!(mark, Mark::Failed)),
            ignored: of(|mark| matches!(mark, Mark::Ignored(_))),
            measured: counts.measured,
        };
        if seen != counts {
            return Some(format!(
                "the binary counts {} passed, {} failed, {} ignored, its lines say {}, {}, {}",
                counts.passed,
                counts.failed,
                counts.ignored,
                seen.passed,
                seen.failed,
                seen.ignored
            ));
        }
        let total = self.results.len() + counts.measured;
        match self.announced {
            Some(announced) if announced == total => None,
            Some(announced) => Some(format!("{announced} tests were announced, {total} ended")),
            None => Some("no header announces the tests".to_owned()),
        }
    }
}

/// `running 3 tests`
fn announced(line: &str) -> Option<usize> {
    let count = line.strip_prefix("running ")?;
    let count = count
        .strip_suffix(" tests")
        .or(count.strip_suffix(" test"))?;
    count.parse().ok()
}

/// Name and rest of `test NAME ... REST`, wherever in the line a known test's begins.
fn test_line<'l>(line: &'l str, known: &BTreeSet<String>) -> Option<(&'l str, &'l str)> {
    let starts = line
        .match_indices("test ")
        .map(|(at, word)| at + word.len());
    starts.into_iter().find_map(|start| {
        let (name, rest) = line[start..].split_once(" ... ").or_else(|| {
            let name = line[start..].strip_suffix(" ...")?;
            Some((name, ""))
        })?;
        let name = name.trim_end();
        let bare = [" - should panic", " - compile fail", " - compile"]
            .iter()
            .find_map(|suffix| name.strip_suffix(suffix))
            .unwrap_or(name);
        known.contains(bare).then_some((bare, rest))
    })
}

fn mark(rest: &str) -> Option<Mark> {
    let rest = rest.trim_end();
    // `--report-time` and stalled tests write behind the word: `ok <0.1s>`.
    let is =
        |word: &str| rest == word || rest.strip_prefix(word).is_some_and(|r| r.starts_with(" <"));
    if is("ok") {
        Some(Mark::Passed)
    } else if is("FAILED") {
        Some(Mark::Failed)
    } else if rest == "ignored" {
        Some(Mark::Ignored(String::new()))
    } else {
        let reason = rest.strip_prefix("ignored, ")?;
        Some(Mark::Ignored(reason.to_owned()))
    }
}

/// `---- NAME stdout ----`
fn section_name(line: &str) -> Option<&str> {
    let name = line.strip_prefix("---- ")?.strip_suffix(" ----")?;
    Some(name.strip_suffix(" stdout").unwrap_or(name))
}

/// `test result: ok. 1 passed; 2 failed; 3 ignored; 0 measured; 0 filtered out; ...`
fn counts(line: &str) -> Option<Counts> {
    let (_, counts) = line.split_once("test result: ")?;
    let (_, counts) = counts.split_once(". ")?;
    let of = |word: &str| -> Option<usize> {
        let part = counts
            .split("; ")
            .find_map(|part| part.trim().strip_suffix(word))?;
        part.trim().parse().ok()
    };
    Some(Counts {
        passed: of(" passed")?,
        failed: of(" failed")?,
        ignored: of(" ignored")?,
        measured: of(" measured").unwrap_or(0),
    })
}

/// The tests of a listing, `NAME: test` each; nothing where it is no listing.
pub(super) fn listed(text: &str) -> Option<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if let Some(name) = line.strip_suffix(": test") {
            names.insert(name.to_owned());
        } else if !line.ends_with(": benchmark") && !is_list_summary(line) {
            return None;
        }
    }
    Some(names)
}

/// `3 tests, 0 benchmarks`
fn is_list_summary(line: &str) -> bool {
    line.contains(" test") && line.contains(" benchmark") && line.starts_with(char::is_numeric)
}

#[cfg(test)]
mod tests;
