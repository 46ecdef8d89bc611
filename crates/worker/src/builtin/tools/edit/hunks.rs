//! Finds the lines that a patch speaks of, and changes them as they stand in the file.

use super::nearest;
use super::patch::{Hunk, Mark};
use super::replace::ending;

/// A text with hunks applied, and the line in the old text at which each begins.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Patched {
    pub(super) text: String,
    pub(super) lines: Vec<usize>,
}

/// `text` with `hunks` applied in their order, or what is wrong in words for the model. Lines that
/// stay do so as they are; a last line without a line break keeps having none.
pub(super) fn apply(text: &str, hunks: &[Hunk]) -> Result<Patched, String> {
    let line_break = ending("", text);
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let plain: Vec<&str> = lines.iter().map(|line| without_break(line)).collect();
    let (mut made, mut cursor, mut starts) = (String::new(), 0, Vec::new());
    for hunk in hunks {
        let (at, hunk) = place(&plain, hunk, cursor).ok_or_else(|| missing(text, hunk))?;
        made.extend(lines[cursor..at].iter().copied());
        starts.push(at + 1);
        cursor = at;
        for (mark, line) in hunk.lines {
            match mark {
                Mark::Kept => {
                    made.push_str(lines[cursor]);
                    cursor += 1;
                }
                Mark::Removed => cursor += 1,
                Mark::Added => {
                    if !made.is_empty() && !made.ends_with('\n') {
                        made.push_str(line_break);
                    }
                    made.push_str(&line);
                    made.push_str(line_break);
                }
            }
        }
    }
    made.extend(lines[cursor..].iter().copied());
    let had_break = text.is_empty() || text.ends_with('\n');
    if !had_break && made.ends_with('\n') {
        let end = without_break(&made).len();
        made.truncate(end);
    }
    Ok(Patched {
        text: made,
        lines: starts,
    })
}

fn without_break(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}

/// Where `hunk` begins, at or behind `cursor`, and the hunk as it fits.
fn place(lines: &[&str], hunk: &Hunk, cursor: usize) -> Option<(usize, Hunk)> {
    let mut from = cursor;
    for context in &hunk.within {
        from = seek(lines, &[context], from)? + 1;
    }
    let mut hunk = hunk.clone();
    let old = |hunk: &Hunk| -> Vec<String> {
        let old = hunk.lines.iter().filter(|(mark, _)| *mark != Mark::Added);
        old.map(|(_, line)| line.clone()).collect()
    };
    if old(&hunk).is_empty() {
        let behind_context = !hunk.within.is_empty() && !hunk.at_end;
        return Some((if behind_context { from } else { lines.len() }, hunk));
    }
    loop {
        let old = old(&hunk);
        let wanted: Vec<&String> = old.iter().collect();
        let at = if hunk.at_end {
            let end = lines.len().checked_sub(old.len());
            let end = end.filter(|end| *end >= from);
            end.and_then(|end| seek(lines, &wanted, end))
                .or_else(|| seek(lines, &wanted, from))
        } else {
            seek(lines, &wanted, from)
        };
        if let Some(at) = at {
            return Some((at, hunk));
        }
        // A blank line before the next file is no line of this one.
        let blank = hunk
            .lines
            .last()
            .is_some_and(|(mark, line)| *mark == Mark::Kept && line.is_empty());
        if !blank || old.len() < 2 {
            return None;
        }
        hunk.lines.pop();
    }
}

/// The first place at or behind `from` where `wanted` stands: exactly; else but for white space at
/// the ends of lines; else but for indentation; else but for typographic marks.
fn seek(lines: &[&str], wanted: &[&String], from: usize) -> Option<usize> {
    let levels: [fn(&str) -> String; 4] = [
        str::to_owned,
        |line| line.trim_end().to_owned(),
        |line| line.trim().to_owned(),
        |line| line.trim().chars().map(typed).collect(),
    ];
    let last = lines.len().checked_sub(wanted.len())?;
    levels.into_iter().find_map(|level| {
        let wanted: Vec<String> = wanted.iter().map(|line| level(line)).collect();
        (from..=last).find(|at| {
            let there = lines[*at..].iter().zip(&wanted);
            there
                .into_iter()
                .all(|(line, wanted)| level(line) == *wanted)
        })
    })
}

/// The letter that a keyboard has for a typographic one.
fn typed(letter: char) -> char {
    match letter {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{2018}'..='\u{201b}' => '\'',
        '\u{201c}'..='\u{201f}' => '"',
        '\u{a0}' | '\u{2002}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        _ => letter,
    }
}

fn missing(text: &str, hunk: &Hunk) -> String {
    let old = hunk.lines.iter().filter(|(mark, _)| *mark != Mark::Added);
    let old: Vec<&str> = old.map(|(_, line)| line.as_str()).collect();
    let within = match hunk.within.as_slice() {
        [] => String::new(),
        all => format!(" behind `{}`", all.join("`, `")),
    };
    let first = old.first().copied().unwrap_or_default();
    let old = format!("{}\n", old.join("\n"));
    let flat = text.replace("\r\n", "\n");
    if flat.contains(&old) {
        return format!("the lines from `{first}` do not stand{within} and behind the hunk before");
    }
    let said = nearest::help(&flat, &old);
    said.replace(
        "`old`",
        &format!("what the patch changes from `{first}`{within}"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::patch::{Change, parse};
    use super::*;

    fn applied(text: &str, body: &str) -> Result<Patched, String> {
        let patch = format!("*** Begin Patch\n*** Update File: a\n{body}\n*** End Patch");
        let changes = parse(&patch).expect("is a patch");
        let [Change::Update { hunks, .. }] = changes.as_slice() else {
            panic!("one file")
        };
        apply(text, hunks)
    }

    fn check(text: &str, body: &str, owed: &str) {
        assert_eq!(
            applied(text, body).map(|p| p.text),
            Ok(owed.to_owned()),
            "{body}"
        );
    }

    #[test]
    fn lines_are_replaced_where_they_stand() {
        check("a\nb\nc\n", "@@\n a\n-b\n+x\n+y\n c", "a\nx\ny\nc\n");
        check("a\nb\nc\nb\n", "@@ c\n-b\n+x", "a\nb\nc\nx\n");
        check("a\nb\na\nb\n", "-b\n+x\n@@\n-b\n+y", "a\nx\na\ny\n");
        check("b\nb\n", "@@\n-b\n+x\n*** End of File", "b\nx\n");
    }

    #[test]
    fn lines_are_added_behind_a_named_line_or_at_the_end() {
        check("a\nb\n", "@@ a\n+x", "a\nx\nb\n");
        check("a\nb\n", "@@\n+x", "a\nb\nx\n");
        check("", "@@\n+x", "x\n");
        check("a\nb", "@@\n+x", "a\nb\nx");
    }

    #[test]
    fn endings_and_white_space_of_kept_lines_stay() {
        check(
            "a\r\nb  \r\nc\r\n",
            "@@\n a\n b\n-c\n+x",
            "a\r\nb  \r\nx\r\n",
        );
        check("\ta\n\tb\n", "@@\n  a\n-  b\n+\tx", "\ta\n\tx\n");
        check("“a”\n", "@@\n-\"a\"\n+b", "b\n");
        check("a\nb", "@@\n a\n-b\n+c", "a\nc");
    }

    #[test]
    fn a_blank_line_behind_the_patch_is_none_of_the_file() {
        check("a\nb", "@@\n a\n-b\n+c\n", "a\nc");
    }

    #[test]
    fn lines_that_are_not_there_are_answered_with_the_nearest() {
        let said = applied("one\nfn open(key: &Key)\n", "@@\n-fn open(key: Key)\n+x")
            .expect_err("is refused");
        assert!(said.contains("nearest is at lines 2-2"), "{said}");
        let said = applied("a\nb\n", "@@\n-b\n+x\n@@\n-a\n+y").expect_err("is refused");
        assert!(said.contains("behind the hunk before"), "{said}");
        assert!(applied("a\n", "@@ z\n-a\n+b").is_err());
    }
}
