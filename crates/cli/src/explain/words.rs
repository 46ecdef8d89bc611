//! Splits texts: into sentences, and into the words of a command line.

/// The sentences of a text, without what stands in backticks. A step that is nothing but a
/// command has none.
pub(crate) fn sentences(text: &str) -> Vec<String> {
    let prose: String = text.split('`').step_by(2).collect();
    let ends = prose.split_inclusive(['.', ':', ';']);
    let trimmed = ends.map(|part| part.trim_matches(|c: char| !c.is_alphanumeric()));
    trimmed
        .filter(|part| part.split_whitespace().count() > 2)
        .map(str::to_lowercase)
        .collect()
}

/// The words of a command line: split at spaces, quotes of one kind hold together.
pub(crate) fn shell_words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let quote = if line.contains('"') { '"' } else { '\'' };
    for (i, part) in line.split(quote).enumerate() {
        if i % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_words_together() {
        let words = shell_words("redgreen waive RG104 --reason \"a b\" --by Ada");
        assert_eq!(
            words,
            [
                "redgreen", "waive", "RG104", "--reason", "a b", "--by", "Ada"
            ]
        );
    }

    #[test]
    fn commands_are_no_sentences() {
        assert_eq!(sentences("`redgreen check`"), Vec::<String>::new());
        assert_eq!(
            sentences("Look at it again: `x`. Then go on."),
            ["look at it again", "then go on"]
        );
    }
}
