//! Cuts a text that is longer than a forge takes, where a paragraph ends, and says that it is cut.

/// What a text that was cut ends with.
const CUT: &str = "\n\n(Cut here: there is no room for more.)\n";
/// What closes what was folded open.
const CLOSING: &str = "\n</details>\n";

/// `text` in at most `most` bytes.
pub fn within(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    // What is folded may be open at every place, once.
    let room = most.saturating_sub(CUT.len() + CLOSING.len());
    let kept = &text[..text.floor_char_boundary(room)];
    let end = kept.rfind("\n\n").or_else(|| kept.rfind('\n'));
    let kept = kept[..end.unwrap_or(kept.len())].trim_end();
    let opened = kept.matches("<details").count() > kept.matches("</details").count();
    let closing = if opened { CLOSING } else { "" };
    let whole = format!("{kept}{closing}{CUT}");
    // A room that is too small for the words about it holds the beginning alone.
    whole[..whole.floor_char_boundary(most)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_fits_stays_as_it_is() {
        assert_eq!(within("one\n\ntwo", 8), "one\n\ntwo");
    }

    #[test]
    fn a_longer_one_is_cut_behind_a_paragraph_and_says_so() {
        let text = format!("first\n\nsecond\n\n{}", "x".repeat(500));
        assert_eq!(within(&text, 100), format!("first\n\nsecond{CUT}"));
    }

    #[test]
    fn what_was_folded_is_closed_and_the_limit_is_kept() {
        let text = format!("<details>\n\n{}", "é\n\n".repeat(500));
        for most in [0, 10, 100, 333, 1000] {
            let cut = within(&text, most);
            assert!(cut.len() <= most, "{most}");
            assert_eq!(cut.contains("</details>"), most >= 100, "{cut}");
        }
    }
}
