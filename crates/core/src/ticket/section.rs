//! Tells what a section of a ticket is for, by its heading.

/// What a section is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// Its items are the acceptance criteria.
    Criteria,
    /// Its items are criteria where the ticket has no better ones.
    Expected,
    /// It states performance targets.
    Performance,
    /// It states what is not to be done.
    OutOfScope,
    /// It tells about the ticket and asks for nothing.
    Aside,
    /// Anything else.
    Other,
}

const ASIDES: [&str; 24] = [
    "steps to reproduce",
    "steps",
    "reproduction",
    "how to reproduce",
    "actual",
    "current behav",
    "environment",
    "background",
    "context",
    "motivation",
    "notes",
    "note",
    "implementation notes",
    "technical notes",
    "questions",
    "open questions",
    "prerequisites",
    "checklist",
    "before submitting",
    "references",
    "links",
    "related",
    "see also",
    "alternatives",
];

impl Section {
    /// The section that the heading `title` opens.
    pub(crate) fn of_title(title: &str) -> Self {
        let words = plain_words(title);
        let holds = |word: &str| words.split(' ').any(|w| w == word);
        let starts = |starts: &[&str]| starts.iter().any(|start| words.starts_with(start));
        if starts(&[
            "out of scope",
            "non goals",
            "nongoals",
            "not in scope",
            "won t do",
        ]) {
            Self::OutOfScope
        } else if holds("acceptance")
            || holds("criteria")
            || holds("criterion")
            || starts(&["done when", "definition of done"])
        {
            Self::Criteria
        } else if matches!(
            words.as_str(),
            "requirements" | "functional requirements" | "expected"
        ) || starts(&["expected behav", "expected result", "expected outcome"])
        {
            Self::Expected
        } else if starts(&["performance", "perf target"]) {
            Self::Performance
        } else if ASIDES
            .iter()
            .any(|aside| words == *aside || (aside.len() > 7 && words.starts_with(aside)))
        {
            Self::Aside
        } else {
            Self::Other
        }
    }

    /// Whether what stands here can ask for something.
    pub(crate) fn asks(self) -> bool {
        match self {
            Self::Criteria | Self::Expected | Self::Other => true,
            Self::Performance | Self::OutOfScope | Self::Aside => false,
        }
    }
}

/// Lower-case words without numbering and punctuation.
fn plain_words(title: &str) -> String {
    let spaced: String = title
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    let words = spaced.split_whitespace().map(str::to_lowercase);
    words
        .skip_while(|word| word.chars().all(|c| c.is_ascii_digit()))
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_tells_what_its_section_is_for() {
        let cases = [
            (
                "Acceptance Criteria (fill/adjust as needed)",
                Section::Criteria,
            ),
            ("3. Done when", Section::Criteria),
            ("✅ Criteria", Section::Criteria),
            ("Expected behaviour", Section::Expected),
            ("Requirements", Section::Expected),
            ("Requirements & References", Section::Other),
            ("Performance targets", Section::Performance),
            ("Non-goals", Section::OutOfScope),
            ("Steps to reproduce", Section::Aside),
            ("Notebook", Section::Other),
            ("", Section::Other),
        ];
        for (title, section) in cases {
            assert_eq!(Section::of_title(title), section, "{title}");
        }
    }
}
