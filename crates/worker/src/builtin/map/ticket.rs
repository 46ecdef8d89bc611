//! Takes the words out of a ticket that names in code may share.

use std::collections::{BTreeMap, BTreeSet};

/// Words that stand in every ticket.
const COMMON: [&str; 48] = [
    "about", "after", "all", "also", "and", "any", "are", "because", "but", "can", "could", "does",
    "each", "for", "from", "has", "have", "how", "into", "its", "must", "not", "only", "other",
    "our", "shall", "should", "some", "such", "than", "that", "the", "their", "then", "there",
    "they", "this", "ticket", "too", "use", "user", "was", "when", "which", "will", "with",
    "would", "you",
];

/// Words of a ticket that are looked for: one bit each.
const MOST: usize = 64;

/// The words of a ticket, in the order in which they first stand there.
pub(super) struct Words {
    parts: BTreeMap<String, u32>,
    whole: BTreeSet<String>,
}

/// Which words of a ticket a name has, one bit each.
pub(super) type Bits = u64;

impl Words {
    pub(super) fn of(ticket: &str) -> Self {
        let names = ticket.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '$');
        let names: Vec<&str> = names.filter(|name| name.len() >= 3).collect();
        let mut found = BTreeMap::new();
        for part in names.iter().flat_map(|name| parts(name)) {
            let next = found.len();
            if next < MOST && !COMMON.contains(&part.as_str()) {
                found.entry(part).or_insert(next as u32);
            }
        }
        Self {
            parts: found,
            // A name that looks like one of code is meant as such.
            whole: names
                .iter()
                .filter(|name| name.contains('_') || name.chars().skip(1).any(char::is_uppercase))
                .map(|name| (*name).to_owned())
                .collect(),
        }
    }

    /// The words of the ticket that `name` has.
    pub(super) fn in_name(&self, name: &str) -> Bits {
        if self.parts.is_empty() {
            return 0;
        }
        let known = |part: String| self.parts.get(&part).map(|bit| 1 << bit);
        parts(name)
            .filter_map(known)
            .fold(0, |all, bit: Bits| all | bit)
    }

    /// Whether the ticket names exactly this.
    pub(super) fn names(&self, name: &str) -> bool {
        self.whole.contains(name)
    }
}

/// The words of a name, small and in the singular: `OpenDoors`, `open_doors` and `open-doors` have
/// the same.
fn parts(name: &str) -> impl Iterator<Item = String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut was_small = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() || letter.is_uppercase() && was_small {
            parts.push(std::mem::take(&mut part));
        }
        if letter.is_alphanumeric() {
            part.extend(letter.to_lowercase());
        }
        was_small = letter.is_lowercase() || letter.is_numeric();
    }
    parts.push(part);
    parts
        .into_iter()
        .filter(|part| part.len() >= 3)
        .map(|part| {
            let singular = part
                .strip_suffix('s')
                .filter(|one| one.len() >= 3 && !one.ends_with('s'));
            singular.map_or_else(|| part.clone(), str::to_owned)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_into_their_words() {
        let split = |name: &str| parts(name).collect::<Vec<_>>();
        assert_eq!(split("OpenDoors"), ["open", "door"]);
        assert_eq!(split("open_doors"), ["open", "door"]);
        assert_eq!(split("src/open-doors"), ["src", "open", "door"]);
        assert_eq!(split("HTTPClass"), ["httpclass"]);
    }

    #[test]
    fn a_ticket_speaks_of_names() {
        let words = Words::of("The doors must not open when `lock_state` is set");
        assert_eq!(words.in_name("door"), 0b1);
        assert_eq!(words.in_name("open_doors"), 0b11);
        assert_eq!(words.in_name("must"), 0);
        assert_eq!(words.in_name("LockDoor"), 0b101);
        assert!(words.names("lock_state") && !words.names("lock"));
        assert_eq!(Words::of("").in_name("door"), 0);
    }

    #[test]
    fn a_ticket_of_many_words_is_no_trouble() {
        let ticket: String = (100..300).map(|n| format!("word{n} ")).collect();
        let words = Words::of(&ticket);
        assert_eq!(words.in_name("word163"), 1 << 63);
        assert_eq!(words.in_name("word164"), 0);
    }
}
