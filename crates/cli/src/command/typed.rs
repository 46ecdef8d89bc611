//! Writes commands that a person can type as they stand.

use crate::args::{Common, Prove};
use crate::json::Range;
use redgreen_core::id::CommitId;

/// How much of a commit's name is typed: enough for any repository, and short enough to read.
const DIGITS: usize = 12;

/// The command that makes the proof of `range` again, with everything that was asked for.
pub(super) fn again(asked: &Prove, common: &Common, range: &Range) -> String {
    let mut words = vec!["redgreen".to_owned(), "prove".to_owned()];
    let base = short(&range.base);
    let head = range.head.as_ref().map(short).unwrap_or_default();
    if range.merged {
        words.extend([head, "--onto".to_owned(), base]);
    } else {
        words.push(format!("{base}..{head}"));
    }
    let mut flag = |name: &str, is_set: bool| words.extend(is_set.then(|| name.to_owned()));
    flag("--worktree", range.worktree);
    flag("--full", asked.full);
    flag("--fast", asked.fast);
    flag("--install", asked.install);
    flag("--no-cache", asked.no_cache);
    flag("--allow-nothing", asked.allow_nothing);
    let mut value = |name: &str, value: &str| words.extend([name.to_owned(), quoted(value)]);
    if let Some(kind) = asked.kind {
        value("--kind", kind.as_str());
    }
    if let Some(scope) = asked.scope {
        value("--scope", scope.as_str());
    }
    if let Some(samples) = asked.samples {
        value("--samples", &samples.to_string());
    }
    if let Some(seconds) = asked.mutants {
        value("--mutants", &seconds.to_string());
    }
    for test in &asked.accept {
        value("--accept", test);
    }
    if let Some(dir) = &common.repo {
        value("--repo", &dir.to_string_lossy());
    }
    words.join(" ")
}

fn short(commit: &CommitId) -> String {
    commit.as_str().chars().take(DIGITS).collect()
}

/// `word` so that a shell takes it as one word and changes nothing in it.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_@%+:,./-".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Cli, Command};
    use clap::Parser as _;

    fn check(typed: &str, range: &Range, owed: &str) {
        let words = crate::explain::words::shell_words(typed);
        let cli = Cli::try_parse_from(words).unwrap();
        let Command::Prove(asked) = &cli.command else {
            panic!("another command")
        };
        let again = again(asked, &cli.common, range);
        assert_eq!(again, owed);
        let words = crate::explain::words::shell_words(&again);
        Cli::try_parse_from(words).unwrap_or_else(|error| panic!("{again}: {error}"));
    }

    fn range() -> Range {
        Range {
            base: CommitId::from("1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d"),
            head: Some(CommitId::from("9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c")),
            worktree: false,
            merged: false,
        }
    }

    #[test]
    fn everything_that_was_asked_for_is_typed_again() {
        let plain = "redgreen prove 1a2b3c4d5e6f..9f8e7d6c5b4a";
        check("redgreen prove", &range(), plain);
        check("redgreen prove main..", &range(), plain);
        let all = "--full --install --no-cache --allow-nothing --kind bug --samples 5 \
                   --mutants 9 --accept t.py::a --accept 't.py::b[x y]' --repo '/a b'";
        check(
            &format!("redgreen prove {all}"),
            &range(),
            &format!("{plain} {all}"),
        );
    }

    #[test]
    fn a_working_tree_and_a_merge_are_named_as_such() {
        let worktree = Range {
            head: None,
            worktree: true,
            ..range()
        };
        let owed = "redgreen prove 1a2b3c4d5e6f.. --worktree";
        check("redgreen prove --worktree", &worktree, owed);
        let merged = Range {
            merged: true,
            ..range()
        };
        let owed = "redgreen prove 9f8e7d6c5b4a --onto 1a2b3c4d5e6f";
        check("redgreen prove --onto main", &merged, owed);
    }

    #[test]
    fn a_shell_takes_a_quoted_word_as_it_is() {
        assert_eq!(quoted("a/b.py::c"), "a/b.py::c");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's $x"), "'it'\\''s $x'");
        assert_eq!(quoted(""), "''");
    }
}
