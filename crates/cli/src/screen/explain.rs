//! Draws the pages of codes.

use super::{Palette, Tone};
use crate::explain::{Chapter, Page};

const WIDTH: usize = 88;

/// One code's page.
pub fn page(page: &Page, palette: Palette) -> String {
    let code = palette.paint_strong(Tone::Strong, &page.code);
    let mut text = format!("{code}  {}\n", palette.paint(Tone::Strong, &page.title));
    let parts = [
        ("What it means", &page.means),
        ("Why it matters", &page.why),
    ];
    for (heading, part) in parts {
        text.push_str(&format!("\n{}\n", palette.paint(Tone::Quiet, heading)));
        text.push_str(&wrapped(part, "  ", "  "));
    }
    text.push_str(&format!("\n{}\n", palette.paint(Tone::Quiet, "What to do")));
    for step in &page.steps {
        text.push_str(&wrapped(step, "  - ", "    "));
    }
    if page.retrying_gives_the_same {
        text.push_str("\nRetrying unchanged gives the same answer.\n");
    }
    text
}

/// Every code with its title.
pub fn list(chapters: &[Chapter], palette: Palette) -> String {
    let mut text = String::new();
    for chapter in chapters {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&palette.paint_strong(Tone::Strong, chapter.heading));
        text.push('\n');
        for page in &chapter.pages {
            text.push_str(&format!("  {}  {}\n", page.code, page.title));
        }
    }
    text
}

/// `text` in lines of at most [`WIDTH`], the first behind `first` and the others behind `rest`.
/// What stands in backticks is never broken: it is there to be copied.
fn wrapped(text: &str, first: &str, rest: &str) -> String {
    let mut lines = String::new();
    let mut line = first.to_owned();
    let mut is_empty = true;
    for word in unbroken(text) {
        let width = line.chars().count() + 1 + word.chars().count();
        if !is_empty && width > WIDTH {
            lines.push_str(&line);
            lines.push('\n');
            line = rest.to_owned();
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(&word);
        is_empty = false;
    }
    lines + &line + "\n"
}

/// The words of `text`; a span in backticks is one word with what touches it.
fn unbroken(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut is_inside = false;
    for word in text.split(' ') {
        match words.last_mut() {
            Some(last) if is_inside => {
                last.push(' ');
                last.push_str(word);
            }
            Some(_) | None => words.push(word.to_owned()),
        }
        is_inside ^= word.matches('`').count() % 2 == 1;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::{chapters, page as page_of, pages};
    use crate::screen::expected::{COLOURED, PLAIN, check};

    #[test]
    fn a_page_says_what_why_and_what_to_do() {
        check("explain", &page(page_of("RG102").unwrap(), PLAIN));
        check("explain.colour", &page(page_of("RG104").unwrap(), COLOURED));
    }

    #[test]
    fn the_list_has_every_code_once() {
        let text = list(chapters(), PLAIN);
        for page in pages() {
            assert_eq!(text.matches(&page.code).count(), 1, "{}", page.code);
        }
    }

    #[test]
    fn a_command_is_never_broken_over_two_lines() {
        for known in pages() {
            let text = page(known, PLAIN);
            for line in text.lines() {
                assert_eq!(line.matches('`').count() % 2, 0, "{}: {line}", known.code);
            }
        }
    }

    #[test]
    fn own_words_are_ascii_where_that_is_asked_for() {
        for known in pages() {
            let text = page(known, PLAIN);
            assert!(
                text.is_ascii(),
                "{}: {:?}",
                known.code,
                text.chars().find(|c| !c.is_ascii())
            );
        }
    }
}
