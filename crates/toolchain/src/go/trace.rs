//! Reads panics and fatal errors with their stacks.

use super::place::{is_inside, located};
use crate::ask::Ask;
use redgreen_core::outcome::Location;

/// How a process of Go complained before it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// `panic: …`
    Panic,
    /// `fatal error: …`: no code can recover from it.
    Fatal,
    /// `panic: unexpected call to os.Exit(0) during test`
    Exit,
    /// `panic: test timed out after …`
    TimeOut,
    /// `WARNING: DATA RACE`
    Race,
}

/// A panic, a fatal error or a data race, and the stack of the goroutine that it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Crash {
    pub(super) cause: Cause,
    /// What it said, without its first word.
    pub(super) message: String,
    /// The functions of the stack, innermost first, with file and line.
    pub(super) frames: Vec<(String, String, u32)>,
    /// Names and seconds of the tests that ran when the time was over.
    pub(super) running: Vec<(String, u64)>,
}

/// The first crash that a text shows. What comes before it on its line is somebody's output
/// without a line break.
pub(super) fn crash(text: &str) -> Option<Crash> {
    let (at, cause, word) = starts(text)?;
    let rest = &text[at + word.len()..];
    let message = rest.lines().next().unwrap_or_default();
    let message = message
        .split(" [recovered")
        .next()
        .unwrap_or(message)
        .trim();
    let cause = if message.starts_with("unexpected call to os.Exit(") {
        Cause::Exit
    } else if message.starts_with("test timed out after ") {
        Cause::TimeOut
    } else {
        cause
    };
    let running = if cause == Cause::TimeOut {
        running(rest)
    } else {
        Vec::new()
    };
    Some(Crash {
        cause,
        message: message.to_owned(),
        frames: frames(rest, cause),
        running,
    })
}

/// Where the first crash begins. A line of its own is preferred to words behind other text.
fn starts(text: &str) -> Option<(usize, Cause, &'static str)> {
    let words = [
        ("panic: ", Cause::Panic),
        ("fatal error: ", Cause::Fatal),
        ("WARNING: DATA RACE", Cause::Race),
    ];
    let at_line = |at: usize| at == 0 || text[..at].ends_with('\n');
    let has_stack =
        |at: usize| text[at..].contains("\ngoroutine ") || text[at..].contains("\nruntime stack:");
    let mut found: Vec<(usize, Cause, &'static str)> = Vec::new();
    for (word, cause) in words {
        let places = text.match_indices(word).map(|(at, _)| at);
        let fits = |at: &usize| match cause {
            Cause::Race => at_line(*at),
            Cause::Panic | Cause::Fatal | Cause::Exit | Cause::TimeOut => has_stack(*at),
        };
        found.extend(places.filter(fits).map(|at| (at, cause, word)));
    }
    found.sort_by_key(|(at, _, _)| (!at_line(*at), *at));
    found.into_iter().next()
}

/// The stack of the first goroutine, from where it panicked on: behind its last `panic(` frame.
fn frames(text: &str, cause: Cause) -> Vec<(String, String, u32)> {
    let mut found: Vec<(String, String, u32)> = Vec::new();
    let mut function: Option<&str> = None;
    let mut is_open = cause == Cause::Race;
    for line in text.lines() {
        let starts = line.starts_with("goroutine ") && line.ends_with(':');
        let over = starts || (cause == Cause::Race && line.trim().is_empty());
        if over && !found.is_empty() && is_open {
            break;
        }
        if starts {
            // The stack of the runtime itself comes before that of the code.
            is_open = !line.contains("[idle") && !line.contains("(scan)");
            found.clear();
        } else if let (true, Some(place)) = (is_open, line.strip_prefix(['\t', ' '])) {
            match function.take().zip(frame(place)) {
                Some((name, (file, line))) => found.push((name.to_owned(), file, line)),
                None => function = Some(line.trim()),
            }
        } else {
            let is_name = is_open && cause != Cause::Race && !line.starts_with("created by ");
            function = is_name.then_some(line);
        }
    }
    let panicked = found
        .iter()
        .rposition(|(name, _, _)| name.starts_with("panic("));
    found.split_off(panicked.map_or(0, |at| at + 1))
}

/// File and line of `/tree/a.go:14 +0x25`.
fn frame(place: &str) -> Option<(String, u32)> {
    let place = place.trim();
    let place = place.split(" +0x").next().unwrap_or(place);
    let (file, line) = place.rsplit_once(':')?;
    Some((file.to_owned(), line.parse().ok()?))
}

/// `\t\tTestHang (3s)` below `running tests:`.
fn running(text: &str) -> Vec<(String, u64)> {
    let lines = text
        .lines()
        .skip_while(|line| line.trim() != "running tests:");
    let listed = lines.skip(1).take_while(|line| line.starts_with("\t\t"));
    listed
        .filter_map(|line| {
            let (name, time) = line.trim().rsplit_once(" (")?;
            Some((name.to_owned(), seconds(time.trim_end_matches(')'))))
        })
        .collect()
}

/// `1m3s` and `250ms`, as whole seconds.
fn seconds(text: &str) -> u64 {
    let mut total = 0.0;
    let mut number = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '0'..='9' | '.' => number.push(letter),
            'h' => total += 3600.0 * number.parse().unwrap_or(0.0),
            'm' if letters.peek() == Some(&'s') => break,
            'm' => total += 60.0 * number.parse().unwrap_or(0.0),
            's' => total += number.parse().unwrap_or(0.0),
            _ => break,
        }
        if letter.is_alphabetic() {
            number.clear();
        }
    }
    format!("{:.0}", f64::floor(total)).parse().unwrap_or(0)
}

impl Crash {
    /// Innermost frame in a file of the tree; where there is none, the innermost frame.
    pub(super) fn at(&self, ask: &Ask<'_>) -> Option<Location> {
        let inside = self.frames.iter().find(|(_, file, _)| is_inside(ask, file));
        let (_, file, line) = inside.or(self.frames.first())?;
        Some(located(ask, None, file, *line))
    }

    /// The top-level test whose own function, or one inside it, is on the stack.
    pub(super) fn test(&self, import: &str) -> Option<String> {
        self.frames.iter().rev().find_map(|(function, _, _)| {
            let rest = function.strip_prefix(import)?;
            let rest = rest
                .strip_prefix("_test.")
                .or_else(|| rest.strip_prefix('.'))?;
            let name = rest.split(['.', '(']).next()?;
            let starts = ["Test", "Example", "Fuzz"];
            starts
                .iter()
                .any(|start| name.starts_with(start))
                .then(|| name.to_owned())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NIL: &str = "panic: runtime error: nil pointer [recovered]\n\tpanic: wrapped runtime error: nil pointer [recovered, repanicked]\n[signal SIGSEGV]\n\ngoroutine 20 [running]:\ntesting.tRunner.func1.2({0x1, 0x2})\n\t/go/src/testing/testing.go:1974 +0x232\npanic({0x5d04a0?, 0x3})\n\t/go/src/runtime/panic.go:860 +0x13a\nexample.com/p.TestNil.func1()\n\t/tree/a_test.go:12 +0x5b\npanic({0x5})\n\t/go/src/runtime/panic.go:860 +0x13a\nexample.com/p.deep(...)\n\t/tree/a.go:7\nexample.com/p.TestNil(0x3?)\n\t/tree/a_test.go:12 +0x37\ncreated by testing.(*T).Run in goroutine 1\n\t/go/src/testing/testing.go:2101 +0x4c5\n\ngoroutine 1 [chan receive]:\nmain.main()\n\t_testmain.go:66 +0x9b\n";

    #[test]
    fn the_first_panic_is_the_cause_and_the_last_one_has_its_stack() {
        let crash = crash(NIL).expect("a panic");
        assert_eq!(crash.cause, Cause::Panic);
        assert_eq!(crash.message, "runtime error: nil pointer");
        assert_eq!(
            crash.frames[0],
            (
                "example.com/p.deep(...)".to_owned(),
                "/tree/a.go".to_owned(),
                7
            )
        );
        assert_eq!(crash.frames.len(), 2);
        assert_eq!(crash.test("example.com/p").as_deref(), Some("TestNil"));
        assert_eq!(crash.test("example.com"), None);
    }

    #[test]
    fn a_word_without_a_stack_is_no_crash() {
        assert_eq!(crash("a_test.go:3: panic: at the disco\n"), None);
        let glued = format!("no newline{NIL}");
        assert_eq!(crash(&glued).expect("a panic").frames.len(), 2);
    }

    #[test]
    fn the_tests_that_ran_too_long_are_told_with_their_times() {
        let text = "panic: test timed out after 3s\n\trunning tests:\n\t\tTestHang (3s)\n\t\tTestHang/in_side (1m2s)\n\t\tTestNew (250ms)\n\ngoroutine 17 [running]:\nx()\n\t/go/x.go:1\n";
        let crash = crash(text).expect("a time-out");
        assert_eq!(crash.cause, Cause::TimeOut);
        let owed = [("TestHang", 3), ("TestHang/in_side", 62), ("TestNew", 0)];
        assert_eq!(
            crash.running,
            owed.map(|(name, time)| (name.to_owned(), time))
        );
    }

    #[test]
    fn a_fatal_error_is_told_by_the_code_and_not_by_the_runtimes_own_stack() {
        let text = "runtime: goroutine stack exceeds\nfatal error: stack overflow\n\nruntime stack:\nruntime.throw()\n\t/go/panic.go:1 +0x48 fp=0x7\n\ngoroutine 18 gp=0x1 m=0 [running]:\np.f(0x1)\n\t/tree/a.go:16 +0x30 fp=0x1a sp=0x2\n";
        let crash = crash(text).expect("a fatal error");
        assert_eq!(crash.cause, Cause::Fatal);
        assert_eq!(
            crash.frames,
            [("p.f(0x1)".to_owned(), "/tree/a.go".to_owned(), 16)]
        );
    }
}
