//! Reads what `go test -json` and what a test binary itself print, as facts per package.

use serde::Deserialize;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How a test ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Passed,
    Failed,
    Skipped,
}

/// What one process with the tests of one package shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// Every test that began, in the order in which they did.
    pub(super) started: Vec<String>,
    /// The place of each of them in that order.
    begun: HashMap<String, usize>,
    /// Tests that wait for their turn to run in parallel.
    pub(super) paused: BTreeSet<String>,
    /// How each test ended, and after how many milliseconds.
    pub(super) results: BTreeMap<String, (Mark, Option<u64>)>,
    /// What was printed while each test ran.
    pub(super) texts: BTreeMap<String, String>,
    /// What was printed outside of any test.
    pub(super) text: String,
    /// Whether the testing package came to its last word.
    pub(super) closed: bool,
    /// What `go test` says of the package.
    pub(super) verdict: Option<Mark>,
    /// Which build failed, where one did.
    pub(super) failed_build: Option<String>,
    /// A test that ended twice, in two ways.
    pub(super) contradiction: Option<String>,
}

impl Seen {
    fn begin(&mut self, test: &str) {
        if !self.begun.contains_key(test) {
            self.begun.insert(test.to_owned(), self.started.len());
            self.started.push(test.to_owned());
        }
        self.paused.remove(test);
    }

    fn end(&mut self, test: &str, mark: Mark, ms: Option<u64>) {
        self.paused.remove(test);
        let before = self.results.insert(test.to_owned(), (mark, ms));
        if before.is_some_and(|(before, _)| before != mark) {
            self.contradiction = Some(test.to_owned());
        }
    }

    fn say(&mut self, test: Option<&str>, text: &str) {
        match test {
            Some(test) if !test.is_empty() => add(&mut self.texts, test, text),
            Some(_) | None => {
                self.closed |= is_last_word(text);
                self.text.push_str(text);
            }
        }
    }

    /// Tests that began, have no end and were not waiting, in the order in which they began.
    pub(super) fn running(&self) -> Vec<&str> {
        let open = |test: &&String| {
            !self.results.contains_key(test.as_str()) && !self.paused.contains(test.as_str())
        };
        self.started
            .iter()
            .filter(open)
            .map(String::as_str)
            .collect()
    }

    /// The case of `test` that began first of those that failed.
    pub(super) fn failed_case(&self, test: &str) -> Option<&str> {
        let below = format!("{test}/");
        let cases = self.results.range(below.clone()..);
        cases
            .take_while(|(case, _)| case.starts_with(&below))
            .filter(|(_, (mark, _))| *mark == Mark::Failed)
            .filter_map(|(case, _)| Some((self.begun.get(case)?, case.as_str())))
            .min()
            .map(|(_, case)| case)
    }

    /// Everything that was printed.
    pub(super) fn all_text(&self) -> String {
        let texts = self.texts.values().chain([&self.text]);
        texts.map(String::as_str).collect::<Vec<_>>().join("\n")
    }
}

/// Adds `more` to the text of `name`.
fn add(texts: &mut BTreeMap<String, String>, name: &str, more: &str) {
    match texts.get_mut(name) {
        Some(text) => text.push_str(more),
        None => drop(texts.insert(name.to_owned(), more.to_owned())),
    }
}

/// What one `go test -json` shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stream {
    /// By import path.
    pub(super) packages: BTreeMap<String, Seen>,
    /// What each failed build printed, by its own name.
    pub(super) builds: BTreeMap<String, String>,
    /// Lines that are no event, before Go 1.24 the words of the compiler among them.
    pub(super) stray: String,
}

/// One event. What needs no unescaping is borrowed from the line.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Event<'l> {
    #[serde(borrow)]
    action: Cow<'l, str>,
    #[serde(borrow)]
    package: Cow<'l, str>,
    #[serde(borrow)]
    test: Option<Word<'l>>,
    #[serde(borrow)]
    output: Cow<'l, str>,
    elapsed: Option<f64>,
    #[serde(borrow)]
    import_path: Cow<'l, str>,
    #[serde(borrow)]
    failed_build: Option<Word<'l>>,
}

/// A text that may be missing. Inside an `Option`, a bare `Cow` would never borrow.
#[derive(Deserialize)]
struct Word<'l>(#[serde(borrow)] Cow<'l, str>);

/// Reads the output of `go test -json`. A line that is no event is kept as a stray one.
pub(super) fn stream(stdout: &[u8]) -> Stream {
    let mut stream = Stream::default();
    match std::str::from_utf8(stdout) {
        // Checked once, no string of it has to be checked again.
        Ok(text) => text
            .split('\n')
            .for_each(|line| stream.take_line(serde_json::from_str(line).ok(), line.as_bytes())),
        Err(_) => stdout
            .split(|byte| *byte == b'\n')
            .for_each(|line| stream.take_line(serde_json::from_slice(line).ok(), line)),
    }
    stream
}

impl Stream {
    fn take_line(&mut self, event: Option<Event<'_>>, line: &[u8]) {
        match event {
            Some(event) => self.take(&event),
            None => {
                self.stray.push_str(&String::from_utf8_lossy(line));
                self.stray.push('\n');
            }
        }
    }

    fn take(&mut self, event: &Event<'_>) {
        if event.action.starts_with("build-") {
            add(&mut self.builds, &event.import_path, &event.output);
            return;
        }
        if event.package.is_empty() {
            return;
        }
        let name: &str = &event.package;
        if !self.packages.contains_key(name) {
            self.packages.insert(name.to_owned(), Seen::default());
        }
        let Some(seen) = self.packages.get_mut(name) else {
            return;
        };
        let mark = match &*event.action {
            "pass" => Some(Mark::Passed),
            "fail" => Some(Mark::Failed),
            "skip" => Some(Mark::Skipped),
            _ => None,
        };
        match (event.test.as_ref().map(|test| &*test.0), mark) {
            (Some(test), Some(mark)) => seen.end(test, mark, milliseconds(event.elapsed)),
            (None, Some(mark)) => {
                seen.verdict = Some(mark);
                let build = event.failed_build.as_ref();
                seen.failed_build = build.map(|build| build.0.clone().into_owned());
            }
            (test, None) => take_other(seen, test, &event.action, &event.output),
        }
    }
}

fn take_other(seen: &mut Seen, test: Option<&str>, action: &str, output: &str) {
    match (action, test) {
        ("run" | "cont", Some(test)) => seen.begin(test),
        ("pause", Some(test)) => {
            seen.paused.insert(test.to_owned());
        }
        ("output", test) if !is_frame(output) => seen.say(test, output),
        _ => {}
    }
}

/// Whether a line is the testing package's own mark of a beginning or an end.
fn is_frame(line: &str) -> bool {
    let line = line.trim_start_matches(' ');
    let marks = [
        "=== RUN   ",
        "=== PAUSE ",
        "=== CONT  ",
        "=== NAME  ",
        "=== ATTR  ",
        "--- PASS: ",
        "--- FAIL: ",
        "--- SKIP: ",
    ];
    marks.iter().any(|mark| line.starts_with(mark))
}

/// Whether a line is the testing package's last one.
fn is_last_word(line: &str) -> bool {
    matches!(line.trim_end(), "PASS" | "FAIL")
}

fn milliseconds(seconds: Option<f64>) -> Option<u64> {
    let ms = seconds.filter(|seconds| seconds.is_finite() && *seconds >= 0.0)? * 1000.0;
    // A cast from a number with a point saturates: no value is out of range.
    Some(ms.round() as u64)
}

/// The byte that stands before each mark of a binary started with `-test.v=test2json`.
const MARK: char = '\u{16}';

/// Reads what a test binary printed.
pub(super) fn binary(stdout: &[u8]) -> Seen {
    let text = String::from_utf8_lossy(stdout);
    let is_marked = text.contains(MARK);
    let mut seen = Seen::default();
    let mut current = String::new();
    for line in text.split_inclusive('\n') {
        match line.split_once(MARK) {
            Some((before, frame)) => {
                if !before.is_empty() {
                    seen.say(Some(&current), before);
                }
                take_frame(&mut seen, frame, &mut current);
            }
            None if !is_marked && (is_frame(line) || is_last_word(line)) => {
                take_frame(&mut seen, line, &mut current);
            }
            None => seen.say(Some(&current), line),
        }
    }
    seen
}

fn take_frame(seen: &mut Seen, frame: &str, current: &mut String) {
    let line = frame.trim_start_matches(' ').trim_end_matches(['\n', '\r']);
    let Some((word, rest)) = line.get(..10).zip(line.get(10..)) else {
        seen.say(None, frame);
        return;
    };
    let mark = match word {
        "--- PASS: " => Mark::Passed,
        "--- FAIL: " => Mark::Failed,
        "--- SKIP: " => Mark::Skipped,
        _ => {
            take_name(seen, word, rest, current);
            return;
        }
    };
    let (test, time) = rest.rsplit_once(" (").unwrap_or((rest, ""));
    let seconds = time
        .trim_end_matches(')')
        .trim_end_matches('s')
        .parse()
        .ok();
    seen.end(test, mark, milliseconds(seconds));
    *current = test.to_owned();
}

fn take_name(seen: &mut Seen, word: &str, rest: &str, current: &mut String) {
    match word {
        "=== RUN   " | "=== CONT  " => seen.begin(rest),
        "=== PAUSE " => {
            seen.paused.insert(rest.to_owned());
        }
        "=== NAME  " => {}
        _ => {
            seen.say(None, &format!("{word}{rest}\n"));
            return;
        }
    }
    *current = rest.to_owned();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_folded_into_packages() {
        let text = concat!(
            "{\"Action\":\"run\",\"Package\":\"p\",\"Test\":\"TestA\"}\n",
            "{\"Action\":\"output\",\"Package\":\"p\",\"Test\":\"TestA\",\"Output\":\"=== RUN   TestA\\n\"}\n",
            "{\"Action\":\"output\",\"Package\":\"p\",\"Test\":\"TestA\",\"Output\":\"    a_test.go:3: x\\n\"}\n",
            "{\"Action\":\"fail\",\"Package\":\"p\",\"Test\":\"TestA\",\"Elapsed\":0.25}\n",
            "{\"Action\":\"run\",\"Package\":\"p\",\"Test\":\"TestB\"}\n",
            "{\"Action\":\"pause\",\"Package\":\"p\",\"Test\":\"TestB\"}\n",
            "FAIL p [build failed]\n",
            "{\"ImportPath\":\"q\",\"Action\":\"build-output\",\"Output\":\"# q\\n\"}\n",
            "{\"Action\":\"fail\",\"Package\":\"q\",\"FailedBuild\":\"q\"}\n",
            "{\"Action\":\"out",
        );
        let stream = stream(text.as_bytes());
        let p = &stream.packages["p"];
        assert_eq!(p.results["TestA"], (Mark::Failed, Some(250)));
        assert_eq!(p.texts["TestA"], "    a_test.go:3: x\n");
        assert!(p.running().is_empty() && !p.closed);
        assert_eq!(stream.packages["q"].failed_build.as_deref(), Some("q"));
        assert_eq!(stream.builds["q"], "# q\n");
        assert!(stream.stray.contains("[build failed]"));
    }

    #[test]
    fn a_binary_names_whose_output_it_is() {
        let text = "-test.shuffle 12\n\u{16}=== RUN   TestA\npart\u{16}=== RUN   TestA/x\n    a_test.go:3: in x\n\u{16}--- FAIL: TestA/x (1.50s)\n\u{16}=== NAME  TestA\nmore\n--- PASS: TestFake (0.00s)\n\u{16}--- FAIL: TestA (1.50s)\n\u{16}=== NAME  \n\u{16}FAIL\n";
        let seen = binary(text.as_bytes());
        assert_eq!(seen.started, ["TestA", "TestA/x"]);
        assert_eq!(seen.results["TestA/x"], (Mark::Failed, Some(1500)));
        assert_eq!(seen.results.len(), 2);
        assert_eq!(
            seen.texts["TestA"],
            "partmore\n--- PASS: TestFake (0.00s)\n"
        );
        assert!(seen.closed);
        let old = binary(b"=== RUN   TestA\n--- PASS: TestA (0.00s)\nPASS\n");
        assert_eq!(old.results["TestA"].0, Mark::Passed);
        assert!(old.closed);
    }

    #[test]
    fn two_ends_of_one_test_are_a_contradiction() {
        let seen = binary(
            "\u{16}=== RUN   TestA\n\u{16}--- PASS: TestA (0.00s)\n\u{16}--- FAIL: TestA (0.00s)\n"
                .as_bytes(),
        );
        assert_eq!(seen.contradiction.as_deref(), Some("TestA"));
    }
}
