//! Takes from a text what makes a forge act: names that call people, words that close issues.

/// Nothing that is seen.
const GAP: char = '\u{200b}';

/// `markdown` with the same letters, in which no person is named and no issue is closed. A line
/// that holds a marker of redgreen's no longer does.
pub(super) fn inert(markdown: &str) -> String {
    let mut safe = String::with_capacity(markdown.len());
    let mut letters = markdown.chars().peekable();
    while let Some(letter) = letters.next() {
        safe.push(letter);
        let next = letters.peek().copied().unwrap_or(' ');
        let acts = match letter {
            '@' => next.is_alphanumeric(),
            '#' => next.is_ascii_digit(),
            // `GH-12` is an issue too.
            '-' => next.is_ascii_digit() && ends_with_gh(&safe),
            '!' => next == '-' && safe.ends_with("<!"),
            _ => false,
        };
        if acts {
            safe.push(GAP);
        }
    }
    for path in ["/issues/", "/pull/", "/merge_requests/"] {
        safe = safe.replace(path, &format!("{}{GAP}/", path.trim_end_matches('/')));
    }
    safe
}

fn ends_with_gh(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 3 && bytes[bytes.len() - 3..].eq_ignore_ascii_case(b"gh-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_acts_and_everything_reads_as_before() {
        let text = "fixes #12, closes acme/shop#3, GH-4, @acme/team, https://x.example/a/b/issues/5, \
                    <!-- redgreen:end --> a@b C# AC-1";
        let safe = inert(text);
        for acting in ["#1", "#3", "GH-4", "@acme", "/issues/5", "<!--", "a@b"] {
            assert!(!safe.contains(acting), "{acting}: {safe}");
        }
        assert!(safe.contains("C# AC-1"));
        assert_eq!(safe.replace(GAP, ""), text);
    }
}
