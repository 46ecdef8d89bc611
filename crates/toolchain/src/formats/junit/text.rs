//! Keeps the head and the tail of a long text.

/// Bytes that are kept of each end of one text.
const END: usize = 32 << 10;

/// Bytes of text that one report may keep in all.
const ALL: usize = 256 << 20;

/// Stands where something was left out.
const CUT: &str = "\n[...]\n";

/// What may still be kept of one report.
#[derive(Debug)]
pub(super) struct Room(usize);

impl Room {
    pub(super) fn new() -> Self {
        Self(ALL)
    }

    /// Adds `more` to `text`; what is too long loses its middle.
    pub(super) fn add(&mut self, text: &mut String, more: &str) {
        if more.len() > self.0 {
            return;
        }
        if text.len() + more.len() <= 4 * END {
            self.0 -= more.len();
            text.push_str(more);
        } else {
            let before = text.len();
            let tail = &more[floor(more, more.len().saturating_sub(END))..];
            text.push_str(tail);
            shorten(text);
            self.0 = self.0.saturating_sub(text.len().saturating_sub(before));
        }
    }
}

/// Cuts a text that has become too long down to its two ends.
pub(super) fn shorten(text: &mut String) {
    if text.len() > 2 * END {
        let (from, to) = (floor(text, END), floor(text, text.len() - END));
        text.replace_range(from..to, CUT);
    }
}

/// The last place up to `at` where a character starts.
fn floor(text: &str, at: usize) -> usize {
    (0..=at)
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_keeps_both_ends() {
        let (mut room, mut text) = (Room::new(), String::new());
        room.add(&mut text, "first é");
        (0..100_000).for_each(|_| room.add(&mut text, "é middle "));
        room.add(&mut text, &"x".repeat(5 * END));
        room.add(&mut text, "last");
        shorten(&mut text);
        assert!(text.starts_with("first é") && text.ends_with("xxlast"));
        assert!(text.len() <= 2 * END + CUT.len());
        assert!(text.contains(CUT));
    }

    #[test]
    fn a_report_keeps_no_more_than_its_room() {
        let (mut room, mut text) = (Room(10), String::new());
        ["12345", "123456", "12345", "1"]
            .iter()
            .for_each(|more| room.add(&mut text, more));
        assert_eq!(text, "1234512345");
    }
}
