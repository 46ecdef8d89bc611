//! Knows words: the lists of `lexicon.txt`, looked up word by word.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

/// The lists, by the name of their section.
static LISTS: LazyLock<BTreeMap<&'static str, Lexicon>> =
    LazyLock::new(|| read(include_str!("lexicon.txt")));

/// Words and phrases of one sort, by their first word.
#[derive(Clone, Debug, Default)]
pub(super) struct Lexicon(HashMap<&'static str, Vec<Vec<&'static str>>>);

/// The list of that name; an empty one where there is none.
pub(super) fn list(name: &str) -> &'static Lexicon {
    static NONE: LazyLock<Lexicon> = LazyLock::new(Lexicon::default);
    LISTS.get(name).unwrap_or(&NONE)
}

impl Lexicon {
    /// How many of `words` the longest entry takes that begins with the first of them.
    pub(super) fn at<'w>(&self, words: impl Iterator<Item = &'w str> + Clone) -> Option<usize> {
        let first = words.clone().next()?;
        let entries = self.0.get(first)?;
        let fits = |entry: &&Vec<&str>| {
            let mut here = words.clone();
            entry.iter().all(|word| here.next() == Some(*word))
        };
        entries.iter().filter(fits).map(Vec::len).max()
    }

    /// Whether `word` alone is an entry.
    pub(super) fn has(&self, word: &str) -> bool {
        self.at(std::iter::once(word)).is_some()
    }
}

fn read(text: &'static str) -> BTreeMap<&'static str, Lexicon> {
    let mut lists: BTreeMap<&str, Lexicon> = BTreeMap::new();
    let mut name = "";
    let lines = text.lines().map(str::trim);
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            Some(section) => name = section,
            None => {
                let words: Vec<&str> = line.split([' ', '-']).collect();
                let entries = &mut lists.entry(name).or_default().0;
                entries.entry(words[0]).or_default().push(words);
            }
        }
    }
    lists
}

/// Whether `text` names something that can be seen: what is done to the world, a number, a name of
/// code, words in quotes.
pub(crate) fn shows_something(text: &str) -> bool {
    let is_concrete = |c: char| c.is_ascii_digit() || matches!(c, '`' | '"' | '“' | '«');
    if text.contains(is_concrete) {
        return true;
    }
    let small = text.to_lowercase();
    let words: Vec<&str> = small
        .split(|c: char| !c.is_alphanumeric() && c != '-' && c != '\'')
        .filter(|word| !word.is_empty())
        .collect();
    (0..words.len()).any(|at| list("observable").at(words[at..].iter().copied()).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_entry_counts() {
        let at = |text: &'static str| list("escape").at(text.split(' '));
        assert_eq!(at("where appropriate or not"), Some(2));
        assert_eq!(at("ideally so"), Some(1));
        assert_eq!(at("where the"), None);
        assert_eq!(at("where"), None);
    }

    #[test]
    fn every_list_that_a_rule_asks_for_is_there() {
        for name in [
            "vague",
            "performance",
            "escape",
            "open",
            "quantifier",
            "universal",
            "comparative",
            "weak-verb",
            "modality",
            "observable",
            "acting",
            "destructive",
            "data-noun",
            "rollback",
            "english",
            "foreign",
        ] {
            assert!(!list(name).0.is_empty(), "{name}");
        }
    }
}
