//! Makes text from a project harmless: no control character and no escape sequence of a test's
//! name or message reaches the terminal.

/// `text` with everything that a terminal would obey, or that would turn the direction of
/// reading, written out as an escape: `\n`, `\u{1b}`, `\u{202e}`. Nothing is dropped.
pub fn harmless(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if is_obeyed(character) {
            safe.extend(character.escape_default());
        } else {
            safe.push(character);
        }
    }
    safe
}

/// Controls (C0, DEL, C1), line and paragraph separators, invisible characters, marks and
/// overrides of direction, and the tag characters.
fn is_obeyed(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_are_shown_and_not_obeyed() {
        assert_eq!(
            harmless("a\u{1b}[2J\u{1b}]0;title\u{7}b"),
            "a\\u{1b}[2J\\u{1b}]0;title\\u{7}b"
        );
        assert_eq!(harmless("\u{9b}31m"), "\\u{9b}31m");
    }

    #[test]
    fn one_line_stays_one_line() {
        assert_eq!(harmless("a\r\nb\tc\u{2028}d"), "a\\r\\nb\\tc\\u{2028}d");
    }

    #[test]
    fn the_direction_of_reading_cannot_be_turned() {
        assert_eq!(harmless("a\u{202e}b\u{2066}c"), "a\\u{202e}b\\u{2066}c");
    }

    #[test]
    fn words_of_every_script_pass() {
        for text in ["Größe", "テスト", "тест", "a b"] {
            assert_eq!(harmless(text), text);
        }
    }
}
