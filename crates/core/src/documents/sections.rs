//! Tells which parts a document has, by its headings.

/// A part that people look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// How it is used.
    Usage,
    /// How it is set up.
    Configuration,
    /// What to do where it does not work.
    Troubleshooting,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 3] = [Self::Usage, Self::Configuration, Self::Troubleshooting];

    /// Its usual heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Usage => "Usage",
            Self::Configuration => "Configuration",
            Self::Troubleshooting => "Troubleshooting",
        }
    }

    fn words(self) -> &'static [&'static str] {
        match self {
            Self::Usage => &[
                "usage",
                "example",
                "quick start",
                "quickstart",
                "getting started",
                "how to",
                "first",
                "tutorial",
                "commands",
                "run",
            ],
            Self::Configuration => &[
                "configur",
                "setting",
                "option",
                "environment",
                "customi",
                "setup",
                "set up",
            ],
            Self::Troubleshooting => &[
                "troubleshoot",
                "faq",
                "problem",
                "known issue",
                "error",
                "limits",
                "limitations",
                "help",
                "if something",
            ],
        }
    }
}

/// The headings of a Markdown or reStructuredText document, without what is in code.
pub fn headings(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut in_code = false;
    let mut before = "";
    for line in text.lines() {
        if line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        let hashes = line.trim_start_matches('#');
        if hashes.len() < line.len() && hashes.starts_with(' ') {
            found.push(hashes.trim());
        } else if is_rule(line)
            && line.len() >= before.trim_end().len()
            && !before.trim().is_empty()
        {
            found.push(before.trim());
        }
        before = line;
    }
    found
}

fn is_rule(line: &str) -> bool {
    let mut chars = line.trim_end().chars();
    let Some(first) = chars.next() else {
        return false;
    };
    matches!(first, '=' | '-' | '~' | '^') && line.trim_end().len() > 2 && chars.all(|c| c == first)
}

/// The parts that `text` has.
pub fn parts_of(text: &str) -> Vec<Part> {
    let lower: Vec<String> = headings(text).iter().map(|h| h.to_lowercase()).collect();
    let has = |part: &&Part| {
        let words = part.words();
        lower
            .iter()
            .any(|heading| words.iter().any(|word| heading.contains(word)))
    };
    Part::ALL.iter().filter(has).copied().collect()
}
