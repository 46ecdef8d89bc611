//! Finds the codes that may have been meant.

use super::{Page, normal, pages};

const AT_MOST: usize = 3;
const MISTYPED_AT_MOST: usize = 2;

/// The pages whose code or title comes closest to what was typed; the closest first.
pub fn nearest(typed: &str) -> Vec<&'static Page> {
    let wanted = normal(typed);
    let mut near: Vec<(usize, &Page)> = pages()
        .map(|page| (distance(&wanted, &page.code), page))
        .filter(|(far, _)| *far <= MISTYPED_AT_MOST)
        .collect();
    near.sort_by_key(|(far, _)| *far);
    let best = near.first().map(|(far, _)| *far);
    near.retain(|(far, _)| Some(*far) == best);
    let by_code = near.into_iter().map(|(_, page)| page);
    by_code.chain(by_title(typed)).take(AT_MOST).collect()
}

fn by_title(typed: &str) -> impl Iterator<Item = &'static Page> {
    let word = typed.to_lowercase();
    pages().filter(move |page| word.len() > 2 && page.title.to_lowercase().contains(&word))
}

/// How many letters have to be put in, taken out or exchanged (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut diagonal = row.first().copied().unwrap_or_default();
        let mut left = i + 1;
        let mut next = vec![left];
        for (j, other) in b.iter().enumerate() {
            let above = row.get(j + 1).copied().unwrap_or(usize::MAX - 1);
            left = (diagonal + usize::from(letter != *other))
                .min(above + 1)
                .min(left + 1);
            next.push(left);
            diagonal = above;
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_counts_single_letters() {
        for (a, b, far) in [("", "abc", 3), ("RG101", "RG101", 0), ("RG1O1", "RG101", 1)] {
            assert_eq!(distance(a, b), far, "{a} {b}");
            assert_eq!(distance(b, a), far, "{b} {a}");
        }
    }

    #[test]
    fn a_word_of_a_title_is_found() {
        let codes: Vec<_> = nearest("stubs")
            .iter()
            .map(|page| page.code.as_str())
            .collect();
        assert!(codes.contains(&"RG109"), "{codes:?}");
    }

    #[test]
    fn nonsense_has_no_neighbour() {
        assert!(nearest("qqqqqqqqqq").is_empty());
    }
}
