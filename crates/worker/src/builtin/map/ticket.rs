//! Takes the words out of a ticket that names in code may share.

use std::collections::BTreeSet;

/// Words that stand in every ticket.
const COMMON: [&str; 48] = [
    "about", "after", "all", "also", "and", "any", "are", "because", "but", "can", "could", "does",
    "each", "for", "from", "has", "have", "how", "into", "its", "must", "not", "only", "other",
    "our", "shall", "should", "some", "such", "than", "that", "the", "their", "then", "there",
    "they", "this", "ticket", "too", "use", "user", "was", "when", "which", "will", "with",
    "would", "you",
];

/// The words of a ticket.
pub(super) struct Words {
    parts: BTreeSet<String>,
    whole: BTreeSet<String>,
}

impl Words {
    pub(super) fn of(ticket: &str) -> Self {
        let names = ticket.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '$');
        let names: Vec<&str> = names.filter(|name| name.len() >= 3).collect();
        let parts = names.iter().flat_map(|name| parts(name));
        Self {
            parts: parts
                .filter(|part| !COMMON.contains(&part.as_str()))
                .collect(),
            // A name that looks like one of code is meant as such.
            whole: names
                .iter()
                .filter(|name| name.contains('_') || name.chars().skip(1).any(char::is_uppercase))
                .map(|name| (*name).to_owned())
                .collect(),
        }
    }

    /// How much the ticket speaks of `name`.
    pub(super) fn in_name(&self, name: &str) -> usize {
        if self.parts.is_empty() {
            return 0;
        }
        let shared = parts(name).filter(|part| self.parts.contains(part)).count();
        shared + if self.whole.contains(name) { 5 } else { 0 }
    }

    /// How much it speaks of the file at `path`.
    pub(super) fn in_path(&self, path: &str) -> usize {
        let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
        let (dirs, name) = stem.rsplit_once('/').unwrap_or(("", stem));
        3 * self.in_name(name) + self.in_name(dirs)
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
    fn a_ticket_speaks_of_names_and_paths() {
        let words = Words::of("The doors must not open when `lock_state` is set");
        assert_eq!(words.in_name("open"), 1);
        assert_eq!(words.in_name("must"), 0);
        assert_eq!(words.in_name("lock_state"), 7);
        assert_eq!(words.in_name("Window"), 0);
        assert_eq!(words.in_path("house/doors.py"), 3);
        assert_eq!(words.in_path("door/main.py"), 1);
        assert_eq!(Words::of("").in_name("door"), 0);
    }
}
