//! Rehearses: plants cheats in a copy of the user's own tree and shows which of them the proof
//! sees. Nothing in the repository changes; the trees are objects of redgreen's own.

mod plot;

use crate::config::Config;
use crate::git::Git;
use crate::observe::Manner;
use crate::progress::{Progress, Tell};
use crate::prove::{ProveError, Workshop, prove};
use crate::survey::Ends;
use plot::Plot;
use redgreen_core::finding::{Code, Weight};
use redgreen_core::id::CommitId;
use redgreen_core::proof::{ChangeVerdict, Policy, Proof};

/// A cheat that was planted, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rehearsed {
    /// Its name.
    pub name: &'static str,
    /// What was planted, with the paths.
    pub what: String,
    /// What the proof said.
    pub end: Ending,
}

/// How the rehearsal of one cheat ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Refuted, by this code.
    Caught(Code),
    /// Not refuted.
    Missed(ChangeVerdict),
    /// There is nothing here to plant it in.
    NotPlanted(&'static str),
}

/// Plants each cheat in the tree of `commit` and proves the result.
///
/// # Errors
/// As [`prove`].
pub fn rehearse(
    git: &Git,
    commit: &CommitId,
    (workshop, manner): (&Workshop, &Manner),
    tell: &mut dyn FnMut(Progress),
) -> Result<Vec<Rehearsed>, ProveError> {
    let base_tree = git.tree_of(commit)?;
    let config = Config::of_tree(git, &base_tree)?;
    let plot = Plot::of(git, &base_tree, &config)?;
    let mut rehearsed = Vec::new();
    for cheat in plot.cheats() {
        let end = match cheat.edits {
            Err(why) => Ending::NotPlanted(why),
            Ok(edits) => {
                let ends = Ends {
                    base: commit.clone(),
                    base_tree: base_tree.clone(),
                    head: None,
                    head_tree: git.write_tree(&base_tree, &edits)?,
                };
                let policy = Policy {
                    samples: 1,
                    ..Policy::default()
                };
                let mut pass_on = |progress| tell(progress);
                let pass_on: Tell<'_> = Box::new(&mut pass_on);
                let proved = prove(git, &ends, &policy, (workshop, manner.clone()), pass_on)?;
                ending(&proved.proof)
            }
        };
        rehearsed.push(Rehearsed {
            name: cheat.name,
            what: cheat.what,
            end,
        });
    }
    Ok(rehearsed)
}

fn ending(proof: &Proof) -> Ending {
    let blocking = proof
        .findings
        .iter()
        .find(|found| found.weight == Weight::Blocks);
    match blocking {
        Some(found) if proof.verdict == ChangeVerdict::Refuted => Ending::Caught(found.code),
        Some(_) | None => Ending::Missed(proof.verdict),
    }
}
