//! Judges a failed check by what the project's own tests do here.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Whose fault a failed check is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The change's: it fails with it and not without it.
    Ours,
    /// The base's: it fails there too.
    Base,
    /// Nobody's: the same tree gives different answers.
    Flaky,
    /// The machine's that ran the check: here nothing fails.
    Infrastructure,
    /// Not known: the suite cannot be run here.
    Unknown,
}

impl Cause {
    /// In a few words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Ours => "the change's: it fails with it and not without it",
            Self::Base => "the base's: it fails there too",
            Self::Flaky => "nobody's: the same tree gives different answers",
            Self::Infrastructure => "not the code's: nothing of the suite fails here",
            Self::Unknown => "not known: the suite cannot be run here",
        }
    }
}

/// What the whole suite did once on one tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rerun {
    /// The tests and checks that failed.
    pub failed: BTreeSet<String>,
    /// Whether it could be run at all.
    pub ran: bool,
}

/// Whose fault it is, and the tests that say so. Tests that the check's own log names come before
/// others, which may fail for another reason.
pub fn judge(head: &[Rerun], base: &Rerun, log: &str) -> (Cause, Vec<String>) {
    if head.is_empty() || !head.iter().all(|rerun| rerun.ran) {
        return (Cause::Unknown, Vec::new());
    }
    let any: BTreeSet<&String> = head.iter().flat_map(|rerun| &rerun.failed).collect();
    let named: BTreeSet<&String> = any
        .iter()
        .copied()
        .filter(|test| names(log, test))
        .collect();
    let meant = if named.is_empty() { any } else { named };
    let always = |test: &&&String| head.iter().all(|rerun| rerun.failed.contains(**test));
    let (stable, shaky): (Vec<&&String>, Vec<&&String>) = meant.iter().partition(always);
    let (theirs, ours): (Vec<&&String>, Vec<&&String>) = stable
        .into_iter()
        .partition(|test| base.failed.contains(**test));
    let owned = |tests: Vec<&&String>| tests.into_iter().map(|test| (*test).clone()).collect();
    // What fails on a base that cannot be run is not ours by that alone.
    match (ours.is_empty(), shaky.is_empty(), theirs.is_empty()) {
        (false, _, _) if !base.ran => (Cause::Unknown, owned(ours)),
        (false, _, _) => (Cause::Ours, owned(ours)),
        (true, false, _) => (Cause::Flaky, owned(shaky)),
        (true, true, false) => (Cause::Base, owned(theirs)),
        (true, true, true) => (Cause::Infrastructure, Vec::new()),
    }
}

/// Whether `log` names `test`: the last part of its name stands there as a word.
fn names(log: &str, test: &str) -> bool {
    let last = test
        .rsplit([':', '/', '$', ' ', '.'])
        .next()
        .unwrap_or(test);
    let last = last.split('[').next().unwrap_or(last);
    let in_word = |letter: Option<char>| letter.is_some_and(|c| c.is_alphanumeric() || c == '_');
    last.len() > 2
        && log.match_indices(last).any(|(at, _)| {
            let before = log[..at].chars().next_back();
            let after = log[at + last.len()..].chars().next();
            !in_word(before) && !in_word(after)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rerun(failed: &[&str]) -> Rerun {
        Rerun {
            failed: failed.iter().map(|name| (*name).to_owned()).collect(),
            ran: true,
        }
    }

    fn check(head: &[&[&str]], base: &[&str], log: &str, owed: (Cause, &[&str])) {
        let head: Vec<Rerun> = head.iter().map(|failed| rerun(failed)).collect();
        let (cause, tests) = judge(&head, &rerun(base), log);
        assert_eq!(cause, owed.0);
        assert_eq!(tests, owed.1);
    }

    #[test]
    fn what_fails_with_the_change_alone_is_ours() {
        check(&[&["t::a"], &["t::a"]], &[], "", (Cause::Ours, &["t::a"]));
        check(
            &[&["t::a", "t::b"], &["t::a", "t::b"]],
            &["t::b"],
            "",
            (Cause::Ours, &["t::a"]),
        );
    }

    #[test]
    fn what_fails_on_base_too_is_the_bases() {
        check(
            &[&["t::a"], &["t::a"]],
            &["t::a"],
            "",
            (Cause::Base, &["t::a"]),
        );
    }

    #[test]
    fn what_fails_once_is_flaky() {
        check(&[&["t::a"], &[]], &[], "", (Cause::Flaky, &["t::a"]));
    }

    #[test]
    fn where_nothing_fails_here_it_is_the_machine() {
        check(
            &[&[], &[]],
            &["t::b"],
            "test t::a failed",
            (Cause::Infrastructure, &[]),
        );
    }

    #[test]
    fn the_tests_that_the_log_names_come_first() {
        let both: &[&str] = &["t::adds", "t::adds_up"];
        check(
            &[both, both],
            &["t::adds_up"],
            "FAILED t::adds_up - x",
            (Cause::Base, &["t::adds_up"]),
        );
        check(
            &[both, both],
            &["t::adds_up"],
            "FAILED t::adds - x",
            (Cause::Ours, &["t::adds"]),
        );
    }

    #[test]
    fn a_suite_that_cannot_be_run_blames_nobody() {
        let broken = Rerun::default();
        assert_eq!(
            judge(std::slice::from_ref(&broken), &rerun(&[]), "").0,
            Cause::Unknown
        );
        assert_eq!(judge(&[rerun(&["t::a"])], &broken, "").0, Cause::Unknown);
    }
}
