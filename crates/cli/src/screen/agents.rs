//! Draws what was written for coding agents, file by file, with what changed.

use super::{Palette, Tone, harmless};
use crate::json::{AgentsDocument, WrittenState};

/// How many lines around a change are shown.
const AROUND: usize = 2;

/// Longer files are not compared line by line.
const LONGEST: usize = 4000;

/// The whole text for `document`: one line a file, and what would change where nothing was written.
pub fn render(document: &AgentsDocument, palette: Palette) -> String {
    let mut text = String::new();
    for file in &document.files {
        let (tone, word) = match (file.state, document.written) {
            (WrittenState::New, true) => (Tone::Good, "written"),
            (WrittenState::New, false) => (Tone::Strong, "new"),
            (WrittenState::Changed, true) => (Tone::Good, "merged"),
            (WrittenState::Changed, false) => (Tone::Strong, "merge"),
            (WrittenState::Same, _) => (Tone::Quiet, "same"),
            (WrittenState::Left, _) => (Tone::Doubtful, "left"),
        };
        let why = match file.why.as_str() {
            "" => String::new(),
            why => format!(": {}", harmless(why)),
        };
        let word = palette.paint(tone, &format!("{word:7}"));
        text.push_str(&format!("{word} {}{why}\n", harmless(&file.path)));
        if !document.written {
            text.push_str(&drawn(&file.diff, palette));
        }
    }
    text
}

fn drawn(diff: &str, palette: Palette) -> String {
    let line = |line: &str| {
        let tone = match line.chars().next() {
            Some('+') => Tone::Good,
            Some('-') => Tone::Bad,
            Some(_) | None => Tone::Quiet,
        };
        format!("    {}\n", palette.paint(tone, &harmless(line)))
    };
    diff.lines().map(line).collect()
}

/// The lines that differ between `old` and `new`, with a few around them: `+`, `-` or a blank in
/// front, and `@@` where lines are left out.
pub fn difference(old: &str, new: &str) -> String {
    let (a, b): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    if a.len().max(b.len()) > LONGEST {
        return "@@\n".to_owned();
    }
    let rows = rows(&a, &b);
    let is_near = |at: usize| {
        let near = &rows[at.saturating_sub(AROUND)..(at + AROUND + 1).min(rows.len())];
        near.iter().any(|(mark, _)| *mark != ' ')
    };
    let mut text = String::new();
    let mut skipped = false;
    for (at, (mark, line)) in rows.iter().enumerate() {
        if is_near(at) {
            if skipped {
                text.push_str("@@\n");
            }
            text.push_str(&format!("{mark}{line}\n"));
        }
        skipped = !is_near(at);
    }
    text
}

/// Every line of both with its mark, by the longest common subsequence.
fn rows<'l>(a: &[&'l str], b: &[&'l str]) -> Vec<(char, &'l str)> {
    let width = b.len() + 1;
    let mut longest = vec![0_u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i * width + j] = if a[i] == b[j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut rows = Vec::new();
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            rows.push((' ', a[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == b.len()
            || i < a.len() && longest[(i + 1) * width + j] >= longest[i * width + j + 1]
        {
            rows.push(('-', a[i]));
            i += 1;
        } else {
            rows.push(('+', b[j]));
            j += 1;
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Written;
    use crate::screen::expected::{COLOURED, PLAIN, check};

    #[test]
    fn a_difference_shows_what_is_new_and_what_stands_around_it() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n";
        let new = "1\n2\n3\n4\nx\n6\n7\n8\n9\n";
        let owed = "@@\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n+9\n";
        assert_eq!(difference(old, new), owed);
        assert_eq!(difference("", "a\n"), "+a\n");
        assert_eq!(difference("a\n", "a\n"), "");
    }

    #[test]
    fn each_file_is_one_line_and_its_difference_is_shown_before_it_is_written() {
        let file = |path: &str, state, why: &str, diff: &str| Written {
            path: path.to_owned(),
            state,
            why: why.to_owned(),
            diff: diff.to_owned(),
        };
        let document = AgentsDocument {
            schema: AgentsDocument::SCHEMA.to_owned(),
            exit_code: 0,
            written: false,
            files: vec![
                file(".mcp.json", WrittenState::New, "", "+{}\n"),
                file("b.json", WrittenState::Changed, "", " a\n+b\u{1b}[2J\n-c\n"),
                file("c.md", WrittenState::Same, "", ""),
                file("d.md", WrittenState::Left, "it is no text", ""),
            ],
        };
        check("agents", &render(&document, PLAIN));
        check("agents.colour", &render(&document, COLOURED));
        let written = AgentsDocument {
            written: true,
            ..document
        };
        check("agents.written", &render(&written, PLAIN));
    }
}
