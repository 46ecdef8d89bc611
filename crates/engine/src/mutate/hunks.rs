//! Reads the changed places of a file: what they wrote, and the mutants that take them back.

use crate::git::Hunk;
use redgreen_core::mutant::{Draft, Mutant, Operator, numbered};
use redgreen_core::surface::Lines;
use redgreen_toolchain::{Unit, language};
use std::ops::Range;

/// How many changed places of one file are taken back one by one.
const MOST_HUNKS: usize = 10;

/// The lines of head that differ; all of them where base has no such file.
pub(super) fn new_lines(hunks: Option<&[Hunk]>) -> Vec<Lines> {
    let Some(hunks) = hunks else {
        return vec![Lines::new(1, u32::MAX)];
    };
    let added = hunks.iter().filter(|hunk| hunk.new_lines > 0);
    let lines = |hunk: &Hunk| Lines::new(hunk.new_first, hunk.new_first + hunk.new_lines - 1);
    added.map(lines).collect()
}

/// The bytes of head that really differ: of each changed place without what both ends share.
pub(super) fn rewritten((was, now): (&str, &str), hunks: &[Hunk]) -> Vec<Range<usize>> {
    let one = |hunk: &Hunk| {
        let bytes = bytes_of(now, hunk.new_first, hunk.new_lines);
        let new = now.get(bytes.clone())?.as_bytes();
        let old = was.get(bytes_of(was, hunk.old_first, hunk.old_lines))?;
        let old = old.as_bytes();
        let same = |pair: &(&u8, &u8)| pair.0 == pair.1;
        let head = new.iter().zip(old).take_while(same).count();
        let most = new.len().min(old.len()) - head;
        let tail = new.iter().rev().zip(old.iter().rev()).take(most);
        let tail = tail.take_while(same).count();
        Some(bytes.start + head..bytes.end - tail)
    };
    hunks.iter().filter_map(one).collect()
}

/// Whether two places share a byte, or stand side by side.
pub(super) fn touch(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start <= other.end && other.start <= one.end
}

/// Each changed place outside of functions and imports, as base has it: data and configuration.
pub(super) fn taken_back(
    (unit, path): (&Unit, &str),
    (was, now): (&str, &str),
    hunks: &[Hunk],
) -> Vec<Mutant> {
    if tells_no_test(path) {
        return Vec::new();
    }
    let outline = language(path).map(|language| language.outline(unit, path, now));
    let is_code = |lines: Lines| {
        outline.as_ref().is_some_and(|outline| {
            let mut functions = outline.functions.iter().map(|item| item.lines);
            let mut regions = outline.regions.iter().map(|region| region.lines);
            functions.any(|own| own.touches(lines)) || regions.any(|own| own.touches(lines))
        })
    };
    let drafts = hunks.iter().filter_map(|hunk| {
        let bytes = bytes_of(now, hunk.new_first, hunk.new_lines);
        let old = was.get(bytes_of(was, hunk.old_first, hunk.old_lines))?;
        let new = now.get(bytes.clone())?;
        let lines = Lines::new(
            hunk.new_first.max(1),
            hunk.new_first + hunk.new_lines.max(1) - 1,
        );
        let is_idle = [old, new].iter().all(|text| text.lines().all(is_no_data));
        (!is_code(lines) && !is_idle).then(|| Draft {
            function: String::new(),
            lines,
            bytes,
            operator: Operator::Hunk,
            now: old.to_owned(),
        })
    });
    numbered(path, now, drafts.take(MOST_HUNKS).collect(), |_| None)
}

/// Whether nothing that runs reads the file: types alone, and what a packager writes down of the
/// rest.
fn tells_no_test(path: &str) -> bool {
    let typed = [".d.ts", ".d.mts", ".d.cts", ".pyi"];
    let is_record = |part: &str| part == "PKG-INFO" || part.ends_with(".egg-info");
    typed.iter().any(|end| path.ends_with(end)) || path.split('/').any(is_record)
}

/// Whether a line imports, comments, or is blank.
fn is_no_data(line: &str) -> bool {
    let line = line.trim();
    let starts = [
        "import ", "from ", "use ", "pub use ", "#", "//", "/*", "*", "mod ", "pub mod ",
    ];
    line.is_empty() || starts.iter().any(|start| line.starts_with(start))
}

/// The bytes of `count` lines from line `first`; with no lines, the place behind line `first`.
fn bytes_of(text: &str, first: u32, count: u32) -> Range<usize> {
    let start_of = |line: u32| {
        let skipped = text
            .split_inclusive('\n')
            .take(line.saturating_sub(1) as usize);
        skipped.map(str::len).sum::<usize>()
    };
    match count {
        0 => start_of(first + 1)..start_of(first + 1),
        _ => start_of(first)..start_of(first + count),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_change_wrote_is_told_from_what_only_stands_beside_it() {
        let (was, now) = ("x\n  if a > b and c:\ny\n", "x\n  if a > 20 and c:\ny\nz\n");
        let hunk = |old_first, old_lines, new_first, new_lines| Hunk {
            old_first,
            old_lines,
            new_first,
            new_lines,
        };
        let fresh = rewritten((was, now), &[hunk(2, 1, 2, 1), hunk(3, 0, 4, 1)]);
        let texts: Vec<&str> = fresh.iter().map(|own| &now[own.clone()]).collect();
        assert_eq!(texts, ["20", "z\n"]);
        let at = |word: &str| now.find(word).map(|at| at..at + word.len()).expect("it");
        assert!(touch(&fresh[0], &at("20")));
        assert!(!touch(&fresh[0], &at("c")));
        assert!(!touch(&fresh[0], &at(">")));
    }

    #[test]
    fn a_changed_place_outside_of_functions_is_taken_back() {
        let was = "A = 1\nB = 2\n";
        let now = "import os\nA = 1\nB = 3\nC = 4\n\ndef f():\n    return 1\n";
        let hunk = |old_first, old_lines, new_first, new_lines| Hunk {
            old_first,
            old_lines,
            new_first,
            new_lines,
        };
        let hunks = [hunk(0, 0, 1, 1), hunk(2, 1, 3, 2), hunk(2, 0, 6, 2)];
        let unit = Unit::default();
        let mutants = taken_back((&unit, "a.py"), (was, now), &hunks);
        let [one] = mutants.as_slice() else {
            panic!("{mutants:?}")
        };
        assert_eq!(
            (one.was.as_str(), one.now.as_str()),
            ("B = 3\nC = 4\n", "B = 2\n")
        );
        assert_eq!(one.operator, Operator::Hunk);
        let whole = one.applied(now).expect("its text");
        assert!(
            whole.starts_with("import os\nA = 1\nB = 2\n\ndef f"),
            "{whole}"
        );
        let row = taken_back(
            (&unit, "rows.csv"),
            ("a,1\n", "a,1\nb,2\n"),
            &[hunk(1, 0, 2, 1)],
        );
        assert_eq!(row[0].applied("a,1\nb,2\n").as_deref(), Some("a,1\n"));
        for path in [
            "types/a.d.ts",
            "a.pyi",
            "PKG-INFO",
            "src/a.egg-info/SOURCES.txt",
        ] {
            assert_eq!(taken_back((&unit, path), (was, now), &hunks), [], "{path}");
        }
    }
}
