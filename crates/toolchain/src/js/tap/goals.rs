//! Decides which commands a run owes: one for each test file, then the canaries.

use crate::Ask;
use crate::js::detect::Runs;
use crate::js::{canary, names};
use redgreen_core::evidence::{Order, Selection};
use std::collections::BTreeSet;

/// What one command of a run is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    /// The asked tests of one file.
    Main {
        /// The file, from the root.
        file: String,
        /// Names of the asked tests; nothing for all of the file.
        tests: Option<Vec<String>>,
    },
    /// A canary that passes, at this path from the root.
    Passes(String),
    /// A canary that fails.
    Fails(String),
}

impl Goal {
    /// The file that the command runs, from the root.
    pub(super) fn file(&self) -> &str {
        match self {
            Self::Main { file, .. } | Self::Passes(file) | Self::Fails(file) => file,
        }
    }
}

/// The commands of a run, in order. Neither runner can shuffle the tests of a file: a seed orders
/// the files alone. A file of tape or tap runs whole, also where one test of it is asked.
pub(super) fn goals(ask: &Ask<'_>) -> Vec<Goal> {
    let known = ask.unit.marks.get(super::super::node_test::FILES);
    let known: Vec<&str> = known.map_or("", String::as_str).lines().collect();
    let main = |file: &str, tests: Option<Vec<String>>| Goal::Main {
        file: file.to_owned(),
        tests,
    };
    let mut goals: Vec<Goal> = match (ask.tests, ask.order) {
        (Selection::Tests(tests), Order::Alone) => {
            let present = tests
                .iter()
                .filter(|test| known.contains(&names::file_of(test)));
            return present
                .map(|test| main(names::file_of(test), Some(vec![test.clone()])))
                .collect();
        }
        (Selection::Whole, _) => known.iter().map(|file| main(file, None)).collect(),
        (Selection::Files(files), _) => {
            let present = files.iter().filter(|file| known.contains(&file.as_str()));
            present.map(|file| main(file, None)).collect()
        }
        (Selection::Tests(tests), _) => {
            let files: BTreeSet<&str> = tests.iter().map(|test| names::file_of(test)).collect();
            let present = files.into_iter().filter(|file| known.contains(file));
            let of = |file: &str| -> Vec<String> {
                let own = tests.iter().filter(|test| names::file_of(test) == file);
                own.cloned().collect()
            };
            present.map(|file| main(file, Some(of(file)))).collect()
        }
    };
    match ask.order {
        Order::AsWritten => goals.extend(canaries(ask, &goals)),
        Order::Shuffled(seed) => shuffle(&mut goals, seed),
        Order::Alone => {}
    }
    goals
}

/// A canary of each kind beside the first file, in commands of their own: ava writes titles in
/// another way where several files run, and tape counts the points of a process together.
fn canaries(ask: &Ask<'_>, goals: &[Goal]) -> Vec<Goal> {
    let Some(first) = goals.first().map(Goal::file) else {
        return Vec::new();
    };
    // A name that ava takes for a test's, whatever its neighbour is called.
    let place = |word: &str| canary::beside(first, &format!("test-rg-{word}-{}", ask.nonce));
    vec![Goal::Passes(place("canary")), Goal::Fails(place("failing"))]
}

fn shuffle(goals: &mut [Goal], seed: u32) {
    let mut state = u64::from(seed)
        .wrapping_mul(2)
        .wrapping_add(0x9E37_79B9_7F4A_7C15);
    for last in (1..goals.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let bound = u64::try_from(last + 1).unwrap_or(1);
        goals.swap(last, usize::try_from(state % bound).unwrap_or(0));
    }
}

/// The title of the canaries.
pub(super) fn canary_title(ask: &Ask<'_>) -> String {
    format!("redgreen canary {}", ask.nonce)
}

/// A test file of the runner's kind; it passes where `sum` is 1.
pub(super) fn canary_text(ask: &Ask<'_>, runs: Runs, path: &str, sum: &str) -> String {
    let package = if runs == Runs::Ava {
        "ava"
    } else {
        ask.unit.marks.get("speaks").map_or("tape", String::as_str)
    };
    let is_module = match path.rsplit('.').next() {
        Some("js" | "jsx") => ask
            .unit
            .marks
            .get("type")
            .is_some_and(|kind| kind == "module"),
        Some("cjs") => false,
        Some(_) | None => true,
    };
    let title = canary_title(ask);
    let import = if is_module {
        format!("import test from '{package}';")
    } else {
        format!("const test = require('{package}');")
    };
    match package {
        "ava" => format!("{import}\ntest('{title}', (t) => {{ t.is(1, {sum}); }});\n"),
        "tape" => {
            format!("{import}\ntest('{title}', (t) => {{ t.equal(1, {sum}); t.end(); }});\n")
        }
        _ => format!("{import}\ntest.test('{title}', (t) => {{ t.equal(1, {sum}); t.end(); }});\n"),
    }
}
