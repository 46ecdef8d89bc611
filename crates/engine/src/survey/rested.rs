//! Finds what a test rests on beside its own text: helpers in its file, and how much it asserts.

use super::paths::{Side, Text};
use redgreen_core::change::{ChangedTest, Loosened, Reworked, TestChange, TestItem};
use redgreen_toolchain::mask::{Comments, assertions, masked};
use redgreen_toolchain::{Language, language};

/// Tests and units whose shared test code says something else on head.
pub(super) fn reworked(sides: &[Side]) -> Reworked {
    let mut reworked = Reworked::default();
    for side in sides {
        let (Some(language), Some(base), Some(head)) = (side.language(), &side.base, &side.head)
        else {
            continue;
        };
        let is_test = side
            .surfaces
            .iter()
            .any(|surface| surface.is_test_surface());
        if !is_test || shared(side, base, language) == shared(side, head, language) {
            continue;
        }
        let tests = base.outline.tests.iter().chain(&head.outline.tests);
        let before = reworked.tests.len();
        reworked.tests.extend(tests.map(|test| test.id.clone()));
        if reworked.tests.len() == before {
            reworked
                .units
                .extend(side.unit.as_ref().map(|unit| unit.id.clone()));
        }
    }
    reworked
}

/// The test code of one side of a file outside of its tests, without names and comments.
fn shared(side: &Side, text: &Text, language: &dyn Language) -> String {
    let comments = Comments::of(language.name());
    let in_tests = |line: u32| {
        let holds = |test: &TestItem| test.lines.holds(line);
        text.outline.tests.iter().any(holds)
    };
    let in_regions = |line: u32| {
        let mut regions = text.outline.regions.iter();
        !side.is_mixed() || regions.any(|region| region.lines.holds(line))
    };
    let lines = (1..).zip(text.text.lines());
    let shared = lines.filter(|(line, _)| in_regions(*line) && !in_tests(*line));
    let shared: Vec<&str> = shared.map(|(_, text)| text).collect();
    masked(&shared.join("\n"), comments)
}

/// Edited tests with fewer assertions than before.
pub(super) fn loosened(sides: &[Side], tests: &[ChangedTest]) -> Vec<Loosened> {
    let edited = tests
        .iter()
        .filter(|test| test.change == TestChange::Edited);
    let count = |item: &TestItem, head: bool| {
        let side = sides.iter().find(|side| side.path == item.path)?;
        let text = if head { &side.head } else { &side.base };
        let comments = Comments::of(language(&item.path)?.name());
        let lines = (1..).zip(text.as_ref()?.text.lines());
        let own = lines.filter(|(line, _)| item.lines.holds(*line));
        let own: Vec<&str> = own.map(|(_, text)| text).collect();
        Some(assertions(&own.join("\n"), comments))
    };
    let loosened = edited.filter_map(|test| {
        let was = count(test.was.as_ref()?, false)?;
        let now = count(&test.item, true)?;
        (now < was).then(|| Loosened {
            test: test.item.id.clone(),
            was,
            now,
        })
    });
    loosened.collect()
}

/// Whether examples in comments of production code changed: fenced blocks, as rustdoc runs them,
/// and prompts, as doctest does.
pub(super) fn examples(sides: &[Side]) -> bool {
    sides.iter().any(|side| {
        let base = side.base.as_ref().map(|text| examples_of(&text.text));
        let head = side.head.as_ref().map(|text| examples_of(&text.text));
        side.language().is_some()
            && !side.surface().is_test_surface()
            && head.is_some_and(|head| !head.is_empty() && base != Some(head))
    })
}

/// The lines of the examples in a text's documentation.
fn examples_of(text: &str) -> Vec<&str> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in text.lines().map(str::trim) {
        let doc = line
            .strip_prefix("///")
            .or_else(|| line.strip_prefix("//!"));
        let doc = doc.map(str::trim);
        match doc {
            Some(fence) if fence.starts_with("```") => inside = !inside,
            Some(example) if inside => found.push(example),
            Some(_) => {}
            None => inside = false,
        }
        if line.starts_with(">>> ") {
            found.push(line);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_the_fenced_lines_and_the_prompts() {
        let rust = "/// Adds.\n/// ```\n/// assert_eq!(add(1), 2);\n/// ```\nfn add() {}\n";
        assert_eq!(examples_of(rust), ["assert_eq!(add(1), 2);"]);
        assert_eq!(examples_of("    >>> add(1)\n    2\n"), [">>> add(1)"]);
        assert_eq!(examples_of("// ```\nfn add() {}\n"), [""; 0]);
    }
}
