//! Finds what a text that is not there was probably meant to be, and says what differs.

use super::super::words::short;
use std::collections::BTreeMap;

/// In longer files, only lines that are there but for white space are looked for.
const LINES: usize = 4000;

/// Lines of the missing text that are compared at each place.
const SAMPLE: usize = 12;

/// Lines that are shown.
const SHOWN: usize = 12;

/// Differences that are named.
const NAMED: usize = 3;

/// How much alike two texts must be, from 0 to 1.
const ALIKE: f64 = 0.5;

/// What to tell a model whose `old` is not in `text`.
pub(super) fn help(text: &str, old: &str) -> String {
    let without = without_numbers(old);
    if without
        .as_ref()
        .is_some_and(|plain| text.contains(plain.as_str()))
    {
        return "`old` is not in the file: it holds the line numbers that `read` shows; leave them out"
            .to_owned();
    }
    let lines: Vec<&str> = text.lines().collect();
    let wanted: Vec<&str> = old.trim_matches('\n').lines().collect();
    let Some(at) = place(&lines, &wanted) else {
        return "`old` is not in the file, nor anything like it: read the file first".to_owned();
    };
    let end = lines.len().min(at + wanted.len());
    let mut said = format!(
        "`old` is not in the file. The nearest is at lines {}-{end}:\n",
        at + 1
    );
    for (number, line) in (at + 1..).zip(&lines[at..end]).take(SHOWN) {
        said.push_str(&format!("{number}\t{}\n", short(line, 200)));
    }
    said.push_str(&differences(&lines[at..end], &wanted, at + 1));
    said
}

fn differences(there: &[&str], wanted: &[&str], first: usize) -> String {
    let mut said = String::new();
    let pairs = (first..).zip(there.iter().zip(wanted));
    let differing = pairs.filter(|(_, (there, wanted))| there != wanted);
    for (number, (there, wanted)) in differing.take(NAMED) {
        let what = if flat(there) == flat(wanted) {
            "only white space differs: "
        } else {
            ""
        };
        let (there, wanted) = (short(there, 160), short(wanted, 160));
        said.push_str(&format!(
            "line {number}: {what}the file has {there:?}, `old` has {wanted:?}\n"
        ));
    }
    if said.is_empty() {
        said.push_str(
            "the lines are the same: what differs is the line break before or behind them\n",
        );
    }
    said
}

/// Where `wanted` most probably should be; the first of equals.
fn place(lines: &[&str], wanted: &[&str]) -> Option<usize> {
    if lines.is_empty() || wanted.is_empty() {
        return None;
    }
    // Blank lines are like all others of their sort.
    let telling = wanted
        .iter()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    let telling: Vec<(usize, Line)> = telling
        .take(SAMPLE)
        .map(|(at, line)| (at, Line::of(line)))
        .collect();
    let lines: Vec<Line> = if lines.len() > LINES {
        lines.iter().map(|line| Line::plain(line)).collect()
    } else {
        lines.iter().map(|line| Line::of(line)).collect()
    };
    let last = lines.len().saturating_sub(wanted.len());
    let mut best: Option<(f64, usize)> = None;
    for start in 0..=last {
        let alike = telling.iter().map(|(at, line)| {
            lines
                .get(start + at)
                .map_or(0.0, |there| there.likeness(line))
        });
        let score = alike.sum::<f64>() / telling.len().max(1) as f64;
        if score >= ALIKE && best.is_none_or(|(most, _)| score > most) {
            best = Some((score, start));
        }
    }
    best.map(|(_, at)| at)
}

/// A line as it is compared.
struct Line {
    flat: String,
    pairs: BTreeMap<(char, char), usize>,
    count: usize,
}

impl Line {
    fn plain(line: &str) -> Self {
        Self {
            flat: flat(line),
            pairs: BTreeMap::new(),
            count: 0,
        }
    }

    fn of(line: &str) -> Self {
        let mut own = Self::plain(line);
        let letters: Vec<char> = own.flat.chars().take(200).collect();
        for pair in letters.windows(2) {
            if let [one, other] = pair {
                *own.pairs.entry((*one, *other)).or_default() += 1;
                own.count += 1;
            }
        }
        own
    }

    /// Dice's measure over pairs of letters; 1 where only white space differs.
    fn likeness(&self, other: &Self) -> f64 {
        if self.flat == other.flat {
            return 1.0;
        }
        let shared = other
            .pairs
            .iter()
            .map(|(pair, count)| self.pairs.get(pair).map_or(0, |own| *own.min(count)));
        let all = self.count + other.count;
        0.95 * 2.0 * shared.sum::<usize>() as f64 / all.max(1) as f64
    }
}

/// The line without white space.
fn flat(line: &str) -> String {
    line.split_whitespace().collect()
}

/// The text without the numbers that `read` puts before lines; nothing where a line has none.
fn without_numbers(old: &str) -> Option<String> {
    let strip = |line: &str| {
        let (number, rest) = line.split_once('\t')?;
        let number = number.trim();
        let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| rest.to_owned())
    };
    let lines: Option<Vec<String>> = old.lines().map(strip).collect();
    lines
        .filter(|lines| !lines.is_empty())
        .map(|lines| lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "fn open(key: &Key) -> Door {\n\tlet door = Door::new();\n\tdoor.open(key);\n\tdoor\n}\n";

    fn check(old: &str, owed: &str) {
        assert_eq!(help(TEXT, old), owed, "{old:?}");
    }

    #[test]
    fn white_space_that_differs_is_named() {
        check(
            "    door.open(key);\n    door\n",
            "`old` is not in the file. The nearest is at lines 3-4:\n3\t\tdoor.open(key);\n4\t\tdoor\n\
             line 3: only white space differs: the file has \"\\tdoor.open(key);\", `old` has \"    door.open(key);\"\n\
             line 4: only white space differs: the file has \"\\tdoor\", `old` has \"    door\"\n",
        );
    }

    #[test]
    fn a_line_that_is_remembered_wrongly_is_shown_as_it_is() {
        check(
            "fn open(key: Key) -> Door {",
            "`old` is not in the file. The nearest is at lines 1-1:\n1\tfn open(key: &Key) -> Door {\n\
             line 1: the file has \"fn open(key: &Key) -> Door {\", `old` has \"fn open(key: Key) -> Door {\"\n",
        );
    }

    #[test]
    fn line_numbers_are_recognised() {
        let said = help(TEXT, "3\t\tdoor.open(key);\n4\t\tdoor");
        assert!(said.contains("line numbers"), "{said}");
    }

    #[test]
    fn what_is_like_nothing_is_said() {
        let said = help(TEXT, "SELECT 1 FROM x");
        assert!(said.ends_with("read the file first"), "{said}");
        assert!(help("", "x").ends_with("read the file first"));
    }

    #[test]
    fn a_very_long_file_is_compared_line_by_line() {
        let long = "x = 1\n".repeat(10_000) + TEXT;
        let said = help(&long, "  door.open(key);");
        assert!(said.contains("lines 10003-10003"), "{said}");
    }
}
