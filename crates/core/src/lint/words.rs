//! Splits a sentence into words and clauses.

use super::prose::{CODE, Clause, QUOTE, Word};

/// Names of standards; a number behind one of them is not a number of the ticket.
const STANDARDS: [&str; 12] = [
    "rfc", "iso", "wcag", "owasp", "asvs", "ieee", "iec", "semver", "unicode", "posix", "pep",
    "nist",
];

/// The words and clauses of `source`, which begins at byte `start` in line `line`; and the line
/// that it ends in.
pub(super) fn words(source: &str, start: usize, line: u32) -> (Vec<Word>, Vec<Clause>, u32) {
    let mut found = Words {
        words: Vec::new(),
        clauses: vec![Clause::default()],
        line,
    };
    let mut open: Option<usize> = None;
    for (at, letter) in source.char_indices().chain([(source.len(), ' ')]) {
        let inside =
            letter.is_alphanumeric() || (matches!(letter, '\'' | '’' | '_') && open.is_some());
        match (open, inside) {
            (None, true) => open = Some(at),
            (Some(from), false) => {
                found.take(&source[from..at], start + from);
                open = None;
            }
            (None, false) | (Some(_), true) => {}
        }
        if !inside {
            found.mark(letter, source[at..].chars().nth(1));
        }
    }
    (found.words, found.clauses, found.line)
}

struct Words {
    words: Vec<Word>,
    clauses: Vec<Clause>,
    line: u32,
}

impl Words {
    fn take(&mut self, source: &str, start: usize) {
        let text = source.to_lowercase().replace('’', "'");
        let clause = self.clauses.len() - 1;
        if let Some(clause) = self.clauses.last_mut() {
            clause.number |= text.starts_with(|c: char| c.is_ascii_digit());
            clause.standard |= STANDARDS.contains(&text.as_str());
        }
        self.words.push(Word {
            capital: source.starts_with(char::is_uppercase),
            text,
            start,
            end: start + source.len(),
            line: self.line,
            clause,
        });
    }

    fn mark(&mut self, mark: char, next: Option<char>) {
        match mark {
            CODE | QUOTE => {
                if let Some(clause) = self.clauses.last_mut() {
                    clause.literal = true;
                }
            }
            '\n' => self.line += 1,
            ',' | ';' | ':' | '(' | ')' | '–' | '—' if next.is_none_or(|c| !c.is_ascii_digit()) =>
            {
                self.clauses.push(Clause::default());
            }
            _ => {}
        }
    }
}
