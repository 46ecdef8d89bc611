//! Puts redgreen's block into a text that people write in too.

/// Where the block begins.
pub const BEGIN: &str = "<!-- redgreen:begin -->";
/// Where it ends.
pub const END: &str = "<!-- redgreen:end -->";

/// `text` with `block` in place of the block that is there, or before everything where there is
/// none. Every other character stays as it is. `block` has its markers.
pub fn put(text: &str, block: &str) -> String {
    let block = block.trim_end();
    let there = text.find(BEGIN).and_then(|start| {
        let end = start + text[start..].find(END)?;
        Some((start, end + END.len()))
    });
    match there {
        Some((start, end)) => format!("{}{block}{}", &text[..start], &text[end..]),
        None if text.trim().is_empty() => format!("{block}\n"),
        None => format!("{block}\n\n{text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn block(words: &str) -> String {
        format!("{BEGIN}\n{words}\n{END}\n")
    }

    #[test]
    fn what_people_wrote_around_it_stays() {
        let text = format!("Mine.\r\n{}\nAlso mine. <!-- x -->", block("old"));
        let owed = format!("Mine.\r\n{BEGIN}\nnew\n{END}\n\nAlso mine. <!-- x -->");
        assert_eq!(put(&text, &block("new")), owed);
        assert_eq!(
            put("Mine.", &block("new")),
            format!("{BEGIN}\nnew\n{END}\n\nMine.")
        );
    }

    proptest! {
        #[test]
        fn putting_it_twice_is_putting_it_once(text in "\\PC{0,80}", words in "[a-z ]{0,20}") {
            let once = put(&text, &block(&words));
            prop_assert_eq!(put(&once, &block(&words)), once.clone());
            prop_assert!(once.contains(text.trim_end_matches('\n')) || text.trim().is_empty());
        }
    }
}
