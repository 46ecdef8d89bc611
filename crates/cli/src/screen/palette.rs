//! Colours texts and picks marks: symbols for people, ASCII words for `--plain`.

use redgreen_core::proof::Mark;

/// How a piece of text feels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As it should be.
    Good,
    /// A counter-example, an error.
    Bad,
    /// Cannot be decided, or an exception.
    Doubtful,
    /// Of lesser weight.
    Quiet,
    /// Of greater weight.
    Strong,
}

impl Tone {
    /// The terminal's parameters for it (ECMA-48, select graphic rendition).
    fn parameters(self) -> &'static str {
        match self {
            Self::Good => "32",
            Self::Bad => "31",
            Self::Doubtful => "33",
            Self::Quiet => "2",
            Self::Strong => "1",
        }
    }
}

/// What may be used on one stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Colours and bold.
    pub colours: bool,
    /// Characters beyond ASCII in redgreen's own words.
    pub symbols: bool,
}

impl Palette {
    /// Neither colours nor symbols: for programs and for `--plain`.
    pub const PLAIN: Self = Self {
        colours: false,
        symbols: false,
    };

    /// `text` in `tone`. The text must be harmless already.
    pub fn paint(self, tone: Tone, text: &str) -> String {
        if self.colours && !text.is_empty() {
            format!("\u{1b}[{}m{text}\u{1b}[0m", tone.parameters())
        } else {
            text.to_owned()
        }
    }

    /// `text` in bold and `tone`.
    pub fn paint_strong(self, tone: Tone, text: &str) -> String {
        if self.colours && tone != Tone::Strong {
            format!("\u{1b}[1;{}m{text}\u{1b}[0m", tone.parameters())
        } else if self.colours {
            self.paint(tone, text)
        } else {
            text.to_owned()
        }
    }

    /// The mark of an answer.
    pub fn mark(self, mark: Mark) -> &'static str {
        match (mark, self.symbols) {
            (Mark::Passed, true) => "✓",
            (Mark::Passed, false) => "ok",
            (Mark::Failed, true) => "✗",
            (Mark::Failed, false) => "FAIL",
            (Mark::Mixed, true) => "~",
            (Mark::Mixed, false) => "mixed",
            (Mark::Skipped, _) => "skip",
            (Mark::Absent, true) => "–",
            (Mark::Absent, false) => "absent",
            (Mark::Unknown, true) => "·",
            (Mark::Unknown, false) => "n/a",
        }
    }

    /// The tone of an answer.
    pub fn tone(mark: Mark) -> Tone {
        match mark {
            Mark::Passed => Tone::Good,
            Mark::Failed => Tone::Bad,
            Mark::Mixed | Mark::Skipped => Tone::Doubtful,
            Mark::Absent | Mark::Unknown => Tone::Quiet,
        }
    }

    /// One of two spellings.
    pub fn or(self, symbol: &'static str, ascii: &'static str) -> &'static str {
        if self.symbols { symbol } else { ascii }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_marks_are_ascii() {
        let plain = Palette {
            colours: false,
            symbols: false,
        };
        let marks = [
            Mark::Passed,
            Mark::Failed,
            Mark::Mixed,
            Mark::Skipped,
            Mark::Absent,
            Mark::Unknown,
        ];
        for mark in marks {
            assert!(plain.mark(mark).is_ascii(), "{mark:?}");
        }
    }

    #[test]
    fn without_colours_a_text_stays_as_it_is() {
        let none = Palette {
            colours: false,
            symbols: true,
        };
        assert_eq!(none.paint(Tone::Bad, "x"), "x");
        assert_eq!(none.paint_strong(Tone::Bad, "x"), "x");
    }

    #[test]
    fn every_colour_is_switched_off_again() {
        let full = Palette {
            colours: true,
            symbols: true,
        };
        assert_eq!(full.paint(Tone::Bad, "x"), "\u{1b}[31mx\u{1b}[0m");
    }
}
