//! Draws a proof for people: what each test said with and without the change, what was found,
//! what was not checked, and last the verdict.

mod found;
mod table;

#[cfg(test)]
mod tests;

use super::{Palette, Tone, harmless};
use crate::json::{Observed, ProveDocument};
use redgreen_core::finding::Weight;
use redgreen_core::id::CommitId;
use redgreen_core::proof::{ChangeVerdict, Proof};
use std::collections::BTreeSet;

/// How many entries of one list are shown where lists are cut.
const CUT_AT: usize = 20;
const SHORT_ID: usize = 10;

/// How much of long lists is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lists {
    /// Their beginning, and how much is left.
    Cut,
    /// All of them.
    Full,
}

/// The whole text for `document`.
pub fn render(document: &ProveDocument, lists: Lists, palette: Palette) -> String {
    let paper = Paper { palette, lists };
    let proof = &document.proof;
    let sections = [
        paper.header(document),
        table::tests(&paper, proof),
        paper.kept(proof),
        found::functions(&paper, proof),
        found::findings(&paper, proof),
        found::acceptance(&paper, document),
        paper.not_checked(proof),
        paper.foundation(document),
        paper.verdict(proof),
    ];
    let written: Vec<String> = sections.into_iter().filter(|s| !s.is_empty()).collect();
    written.join("\n")
}

/// What a section is written on.
struct Paper {
    palette: Palette,
    lists: Lists,
}

impl Paper {
    fn header(&self, document: &ProveDocument) -> String {
        let range = &document.range;
        let head = match &range.head {
            Some(head) => short(head),
            None => "worktree".to_owned(),
        };
        let range = match range.merged {
            true => format!("{head} merged into {}", short(&range.base)),
            false => format!("{}..{head}", short(&range.base)),
        };
        let name = self.palette.paint(Tone::Strong, "redgreen prove");
        format!("{name} {range}\n")
    }

    /// How many old tests kept their promise.
    fn kept(&self, proof: &Proof) -> String {
        match proof.kept {
            0 if proof.verdict == ChangeVerdict::NothingToProve => String::new(),
            0 => "No old test was seen to keep its promise\n".to_owned(),
            1 => "1 old test keeps its promise\n".to_owned(),
            many => format!("{many} old tests keep their promise\n"),
        }
    }

    fn not_checked(&self, proof: &Proof) -> String {
        let mut text = self.heading("not checked:");
        if proof.not_checked.is_empty() {
            text.push_str("  nothing that is known of\n");
        }
        for line in &proof.not_checked {
            text.push_str(&format!("  {}\n", harmless(line)));
        }
        text
    }

    /// What the verdict rests on, and the command that makes it again.
    fn foundation(&self, document: &ProveDocument) -> String {
        let levels: BTreeSet<&str> = document.evidence.iter().map(|e| &*e.sandbox).collect();
        let levels: Vec<String> = levels.into_iter().map(harmless).collect();
        let sandbox = match levels.is_empty() {
            true => "no test was run".to_owned(),
            false => levels.join(", "),
        };
        format!(
            "asked: {}\nsandbox: {sandbox}\nreproduce: {}\n",
            runs(&document.evidence),
            harmless(&document.reproduce)
        )
    }

    fn verdict(&self, proof: &Proof) -> String {
        let (words, tone) = verdict_words(proof);
        let limits = self.palette.paint(Tone::Quiet, limits(proof.verdict));
        format!("{}\n  {limits}\n", self.palette.paint_strong(tone, &words))
    }

    fn heading(&self, text: &str) -> String {
        format!("{}\n", self.palette.paint(Tone::Strong, text))
    }

    /// The part of `all` that is shown.
    fn shown<'l, T>(&self, all: &'l [T]) -> &'l [T] {
        match self.lists {
            Lists::Full => all,
            Lists::Cut => all.get(..CUT_AT).unwrap_or(all),
        }
    }

    /// The line that says how many of `all` are left out.
    fn left<T>(&self, all: &[T]) -> String {
        match all.len() - self.shown(all).len() {
            0 => String::new(),
            more => {
                let dots = self.palette.or("…", "...");
                format!("  {dots} and {more} more (--json has all)\n")
            }
        }
    }
}

fn short(commit: &CommitId) -> String {
    harmless(&commit.as_str().chars().take(SHORT_ID).collect::<String>())
}

/// `7 runs, 12.3 s, 2 of them stored`.
fn runs(evidence: &[Observed]) -> String {
    let seconds = evidence.iter().map(|seen| seen.ms).sum::<u64>() as f64 / 1000.0;
    let stored = evidence.iter().filter(|seen| seen.cached).count();
    let runs = if evidence.len() == 1 { "run" } else { "runs" };
    let base = format!("{} {runs}, {seconds:.1} s", evidence.len());
    match stored {
        0 => base,
        stored => format!("{base}, {stored} of them stored"),
    }
}

fn verdict_words(proof: &Proof) -> (String, Tone) {
    let exceptions = proof
        .findings
        .iter()
        .filter(|found| found.weight == Weight::Excepts)
        .count();
    match proof.verdict {
        ChangeVerdict::Proven => ("Proven".to_owned(), Tone::Good),
        ChangeVerdict::ProvenExcept if exceptions == 1 => {
            ("Proven, 1 exception".to_owned(), Tone::Doubtful)
        }
        ChangeVerdict::ProvenExcept => (format!("Proven, {exceptions} exceptions"), Tone::Doubtful),
        ChangeVerdict::Preserved => ("Preserved".to_owned(), Tone::Good),
        ChangeVerdict::Refuted => ("Refuted".to_owned(), Tone::Bad),
        ChangeVerdict::Unclear => ("Unclear".to_owned(), Tone::Doubtful),
        ChangeVerdict::NothingToProve => ("Nothing to prove".to_owned(), Tone::Doubtful),
    }
}

/// What the verdict does not mean.
fn limits(verdict: ChangeVerdict) -> &'static str {
    match verdict {
        ChangeVerdict::Proven => {
            "The tests notice this change. It does not mean that they ask for the right thing, or \
             for all of it."
        }
        ChangeVerdict::ProvenExcept => {
            "The tests notice this change. It does not cover the exceptions named above."
        }
        ChangeVerdict::Preserved => {
            "Every old test holds. It does not mean that behaviour stayed the same where no test \
             looks."
        }
        ChangeVerdict::Refuted => {
            "The findings that block speak against it. It does not mean that the code is wrong, but \
             that it is not proven as it stands."
        }
        ChangeVerdict::Unclear => {
            "Nothing was decided. It does not mean passed, and it does not mean failed."
        }
        ChangeVerdict::NothingToProve => {
            "No test could notice this range. It does not mean that the range is right."
        }
    }
}
