//! Writes what other tools read: SARIF for code hosts, mutation-testing-elements for its HTML
//! report, workflows for CI, remarks beside lines, Markdown for the page of a ticket; and the drafts of
//! tickets.

pub mod ci;
pub mod code_quality;
pub mod elements;
mod place;
pub mod remarks;
pub mod sarif;
pub mod ticket_comment;
pub mod ticket_sarif;
pub mod tickets;

/// Line and column of a byte of `text`, both from 1; columns count UTF-16 units, as both forms
/// want them.
fn position(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (line, before[start..].encode_utf16().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_counts_utf16_units() {
        assert_eq!(position("a\nbc", 3), (2, 2));
        assert_eq!(position("𝄞é", 4), (1, 3));
        assert_eq!(position("", 9), (1, 1));
    }
}
