//! Names mutants, deliberate defects in a change, and what tests did about each.

mod fate;
mod operator;

pub use fate::{Fate, Kill, Question, Trial, Trials};
pub use operator::Operator;

use crate::id::{Digest, text_id};
use crate::surface::Lines;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Range;

text_id!(
    /// A mutant, by the content that it rests on and not by its line: twelve hexadecimal digits
    /// that stay the same where only other code changed.
    MutantId
);

/// A deliberate defect: one edit of one file of head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mutant {
    /// Its id.
    pub id: MutantId,
    /// The file, from the repository's root.
    pub path: String,
    /// The function that holds it, as the outline names it; of a test, the test's name there;
    /// empty outside of any.
    pub function: String,
    /// The lines of the edited text, in head's file.
    pub lines: Lines,
    /// The bytes of the edited text, in head's file.
    pub bytes: Range<usize>,
    /// What sort of defect.
    pub operator: Operator,
    /// The text of head.
    pub was: String,
    /// The text in its place.
    pub now: String,
}

/// An edit that a language proposes, before it has an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// As in [`Mutant`].
    pub function: String,
    /// As in [`Mutant`].
    pub lines: Lines,
    /// As in [`Mutant`].
    pub bytes: Range<usize>,
    /// As in [`Mutant`].
    pub operator: Operator,
    /// As in [`Mutant`].
    pub now: String,
}

/// Gives ids to `drafts`, all of the file `text` at `path`. `body` is the digest of the function
/// that holds a draft, by name: the id changes with it.
pub fn numbered(
    path: &str,
    text: &str,
    drafts: Vec<Draft>,
    body: impl Fn(&str) -> Option<Digest>,
) -> Vec<Mutant> {
    let mut seen = std::collections::BTreeMap::<(String, Operator, String, String), usize>::new();
    let mut mutants: Vec<Mutant> = Vec::new();
    for draft in drafts {
        let was = text.get(draft.bytes.clone()).unwrap_or_default().to_owned();
        let key = (
            draft.function.clone(),
            draft.operator,
            was.clone(),
            draft.now.clone(),
        );
        let nth = seen.entry(key).or_insert(0);
        let holder = body(&draft.function).unwrap_or_default();
        let words = (
            path,
            &draft.function,
            holder.as_str(),
            draft.operator.as_str(),
            &was,
            &draft.now,
            *nth,
        );
        *nth += 1;
        let digest = Digest::of(format!("{words:?}").as_bytes());
        let hex = digest.as_str().trim_start_matches("sha256:");
        mutants.push(Mutant {
            id: MutantId::new(hex.get(..12).unwrap_or(hex)),
            path: path.to_owned(),
            function: draft.function,
            lines: draft.lines,
            bytes: draft.bytes,
            operator: draft.operator,
            was,
            now: draft.now,
        });
    }
    mutants
}

impl Mutant {
    /// The text of the whole file with the defect in it.
    pub fn applied(&self, text: &str) -> Option<String> {
        let (head, tail) = (text.get(..self.bytes.start)?, text.get(self.bytes.end..)?);
        (text.get(self.bytes.clone())? == self.was).then(|| format!("{head}{}{tail}", self.now))
    }

    /// The defect as a small diff: the whole lines that it touches, before and after.
    pub fn diff(&self, text: &str) -> Option<String> {
        let mutated = self.applied(text)?;
        let first = text
            .get(..self.bytes.start)?
            .rfind('\n')
            .map_or(0, |at| at + 1);
        let end =
            |text: &str, from: usize| text[from..].find('\n').map_or(text.len(), |at| from + at);
        let before = text.get(first..end(text, self.bytes.end))?;
        let after = mutated.get(first..end(&mutated, self.bytes.start + self.now.len()))?;
        let mut diff = String::new();
        for (mark, lines) in [('-', before), ('+', after)] {
            for line in lines.lines() {
                diff.push(mark);
                diff.push_str(line);
                diff.push('\n');
            }
        }
        Some(diff)
    }
}

impl fmt::Display for Mutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |text: &str| -> String {
            let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
            match line.char_indices().nth(40) {
                Some((at, _)) => format!("{}...", &line[..at]),
                None => line,
            }
        };
        let (was, now) = (short(&self.was), short(&self.now));
        if now.is_empty() {
            write!(f, "{}:{} `{was}` removed", self.path, self.lines.first)
        } else {
            write!(
                f,
                "{}:{} `{was}` becomes `{now}`",
                self.path, self.lines.first
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(bytes: Range<usize>, now: &str) -> Draft {
        Draft {
            function: "f".to_owned(),
            lines: Lines::new(2, 2),
            bytes,
            operator: Operator::Boundary,
            now: now.to_owned(),
        }
    }

    fn one(text: &str, at: usize) -> Mutant {
        numbered("a.py", text, vec![draft(at..at + 1, ">=")], |_| None).remove(0)
    }

    #[test]
    fn an_id_moves_with_its_function_and_not_with_its_line() {
        let (here, lower) = (one("a > b", 2), one("\n\nx\na > b", 6));
        assert_eq!(here.id, lower.id);
        let drafts = vec![draft(2..3, ">="), draft(2..3, ">=")];
        let both = numbered("a.py", "a > b", drafts, |_| None);
        assert_eq!(both[0].id, here.id);
        assert_ne!(both[0].id, both[1].id, "two of a kind in one function");
        let body = |_: &str| Some(Digest::of(b"another"));
        let other = numbered("a.py", "a > b", vec![draft(2..3, ">=")], body);
        assert_ne!(other[0].id, here.id, "the function says something else");
    }

    #[test]
    fn a_mutant_is_applied_to_the_text_that_it_was_made_of_and_to_no_other() {
        let mutant = one("if a > b:\n", 5);
        assert_eq!(
            mutant.applied("if a > b:\n").as_deref(),
            Some("if a >= b:\n")
        );
        assert_eq!(mutant.applied("if a < b:\n"), None);
        assert_eq!(mutant.applied("if"), None);
        let diff = mutant.diff("if a > b:\n");
        assert_eq!(diff.as_deref(), Some("-if a > b:\n+if a >= b:\n"));
    }
}
