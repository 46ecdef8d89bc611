//! Cuts texts to a size that a model can be sent, and says what was left out.

/// The longest answer of any tool, in bytes.
pub(super) const LONGEST_ANSWER: usize = 32 * 1024;

/// A number with commas: 1,980.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 line`, `2 lines`.
pub(super) fn counted(number: usize, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", grouped(number))
}

/// The first `longest` bytes of one line, with what was left out.
pub(super) fn short(line: &str, longest: usize) -> String {
    if line.len() <= longest {
        return line.to_owned();
    }
    let end = line.floor_char_boundary(longest);
    format!(
        "{}… [{} more]",
        &line[..end],
        counted(line.len() - end, "byte")
    )
}

/// The text with its middle left out where it is longer than `head` and `tail` bytes together. It is
/// cut between lines where the lines are not too long for that.
pub(super) fn ends(text: &str, head: usize, tail: usize) -> String {
    if text.len() <= head + tail {
        return text.to_owned();
    }
    let first = text.floor_char_boundary(head);
    let first = text[..first].rfind('\n').map_or(first, |at| at + 1);
    let last = text.ceil_char_boundary(text.len() - tail);
    let last = text[last..].find('\n').map_or(last, |at| {
        let behind = last + at + 1;
        if behind < text.len() { behind } else { last }
    });
    let left_out = &text[first..last];
    let lines = left_out.matches('\n').count();
    let line_break = if text[..first].ends_with('\n') {
        ""
    } else {
        "\n"
    };
    format!(
        "{}{line_break}[… {}, {} left out …]\n{}",
        &text[..first],
        counted(lines, "line"),
        counted(left_out.len(), "byte"),
        &text[last..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1980), "1,980");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(counted(1, "line"), "1 line");
    }

    #[test]
    fn the_middle_is_left_out_between_lines() {
        let text: String = (1..=100).map(|n| format!("line {n}\n")).collect();
        let cut = ends(&text, 20, 20);
        assert_eq!(
            cut,
            "line 1\nline 2\n[… 96 lines, 761 bytes left out …]\nline 99\nline 100\n"
        );
        assert_eq!(ends("short", 20, 20), "short");
    }

    proptest! {
        #[test]
        fn whatever_is_cut_stays_within_its_size(text in "(\\PC|\n){0,300}", head in 0_usize..80, tail in 0_usize..80) {
            let cut = ends(&text, head, tail);
            prop_assert!(cut.len() <= head + tail + 80, "{}", cut.len());
            let one = short(&text, head);
            prop_assert!(one.len() <= head + 40, "{}", one.len());
        }
    }
}
