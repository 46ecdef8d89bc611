//! Lands a run: the merge result is proven, exactly that commit is merged, then everything that
//! was made for the run is taken away, with the way back.

use super::gates::is_met;
use super::seen::policy_of;
use super::{Drive, DriveError};
use crate::git::{Expected, GitError, Merged as MergeResult, Message, Refusal, Way};
use crate::progress::Progress;
use crate::prove::{ProveError, Proved, prove};
use crate::survey::Ends;
use redgreen_core::event::{CleanedUp, Event, GateVerdict, Merged, PhaseEntered, RunEnded};
use redgreen_core::finding::Finding;
use redgreen_core::gate::{of_proof, rule};
use redgreen_core::id::CommitId;
use redgreen_core::phase::Phase;
use redgreen_core::proof::Proof;
use redgreen_core::run::RunState;
use std::path::PathBuf;

/// What became of landing.
#[derive(Clone, Debug)]
pub enum Landed {
    /// The proven commit is on its target, and the run is over.
    Done {
        /// The target.
        target: String,
        /// The commit.
        commit: CommitId,
        /// The commands that undo it.
        undo: Vec<String>,
    },
    /// The merge result is not proven; nothing was moved.
    Refused(Vec<Finding>),
}

/// What the target would become.
#[derive(Clone, Debug)]
struct Candidate {
    commit: CommitId,
    ends: Ends,
    before: CommitId,
}

impl Drive<'_> {
    /// Proves the merge of the run's branch into its target, lands exactly that commit and cleans
    /// up. May be called again after a stop at any point.
    ///
    /// # Errors
    /// A run that is not there yet, uncommitted work, a conflict, a target that moves meanwhile.
    pub fn land(&mut self) -> Result<Landed, DriveError> {
        let state = self.ledger.state()?.clone();
        if let (Some(true), Some(merged)) = (state.ended, &state.merged) {
            let (target, commit) = (merged.target.clone(), merged.commit.clone());
            return Ok(Landed::Done {
                target,
                commit,
                undo: state.undo,
            });
        }
        if state.phase != Phase::Complete || !is_met(&state, Phase::Deliver) {
            let what = format!("the run stands in {}: redgreen check", state.phase.as_str());
            return Err(DriveError::NotNow { what });
        }
        if state.stage == redgreen_core::run::Stage::Enter {
            let entered = PhaseEntered {
                phase: Phase::Complete,
                slice: 0,
                because: None,
            };
            self.ledger.append(Event::PhaseEntered(entered))?;
        }
        if state.merged.is_none()
            && let Some(findings) = self.merge(&state)?
        {
            return Ok(Landed::Refused(findings));
        }
        let state = self.ledger.state()?.clone();
        self.clean_up(&state)?;
        let merged = state.merged.ok_or_else(|| DriveError::NotNow {
            what: "the merge left no trace in the journal".to_owned(),
        })?;
        let undo = self.ledger.state()?.undo.clone();
        Ok(Landed::Done {
            target: merged.target,
            commit: merged.commit,
            undo,
        })
    }

    /// Proves and merges; the findings where the result is not proven.
    fn merge(&mut self, state: &RunState) -> Result<Option<Vec<Finding>>, DriveError> {
        let worktree = PathBuf::from(&state.started.worktree);
        if worktree.exists() {
            let status = self.git.status(&worktree)?;
            if !status.is_clean() {
                let refusal = Refusal::Dirty {
                    dir: worktree,
                    paths: status.paths(),
                };
                return Err(GitError::Refused(refusal).into());
            }
        }
        let elsewhere = self.landed_elsewhere(state)?;
        let result = match &elsewhere {
            Some((_, result)) => result.clone(),
            None => self.merge_result(state)?,
        };
        let proved = self.prove_result(state, &result)?;
        let findings = state.waive(Phase::Verify, of_proof(&proved.proof));
        let ruling = rule(findings);
        if ruling.verdict != GateVerdict::Met {
            return Ok(Some(ruling.findings));
        }
        let target = match elsewhere {
            Some((target, _)) => target,
            None => {
                self.move_target(state, &result)?;
                state.started.target.clone()
            }
        };
        self.attest(state, &result.ends, &proved.proof);
        let (commit, before) = (result.commit, result.before);
        self.ledger.append(Event::Merged(Merged {
            target,
            commit,
            before,
        }))?;
        Ok(None)
    }

    /// Where the branch has landed by other hands: squashed or rebased on the target, or in any
    /// way on the target of the remote.
    fn landed_elsewhere(
        &mut self,
        state: &RunState,
    ) -> Result<Option<(String, Candidate)>, DriveError> {
        let (tip, target) = (state.tip(), &state.started.target);
        let there = format!("{}/{target}", self.git.home_remote()?);
        let of_remote = format!("refs/remotes/{there}");
        let places = [
            (target.clone(), format!("refs/heads/{target}")),
            (there, of_remote),
        ];
        for (at, (name, reference)) in places.into_iter().enumerate() {
            let Some(end) = self.git.ref_target(&reference)? else {
                continue;
            };
            let Some(landing) = self.git.landing(tip, &end)? else {
                continue;
            };
            if at == 0 && landing.way == Way::Ancestor {
                continue;
            }
            let base = match landing.way {
                Way::Ancestor => state.started.base.clone(),
                Way::Squashed | Way::Rebased => landing.before.clone(),
            };
            let told = format!("landed on {name} already: {}", landing.words(tip));
            (self.tell)(Progress::Note(told));
            let commit = landing.commit;
            let ends = Ends {
                base_tree: self.git.tree_of(&base)?,
                head_tree: self.git.tree_of(&commit)?,
                head: Some(commit.clone()),
                base,
            };
            // Nothing is moved, so nothing is to be taken back.
            let before = commit.clone();
            return Ok(Some((
                name,
                Candidate {
                    commit,
                    ends,
                    before,
                },
            )));
        }
        Ok(None)
    }

    /// Notes at the landed commit what was proven of it, where others find it. The proof does not
    /// rest on that note: whoever wants to know proves the commit again.
    fn attest(&mut self, state: &RunState, ends: &Ends, proof: &Proof) {
        let Some(head) = &ends.head else {
            return;
        };
        let note = serde_json::json!({
            "run": state.run,
            "ticket": state.started.ticket,
            "verdict": proof.verdict,
            "digest": proof.digest(),
            "tree": ends.head_tree,
            "reproduce": format!("redgreen prove {}..{head}", ends.base),
        });
        if let Err(error) = self.git.add_note(head, &note.to_string()) {
            let told = format!("no note at the landed commit: {error}");
            (self.tell)(Progress::Note(told));
        }
    }

    /// The commit that the target would become: the branch's tip where the target has not moved,
    /// else a merge of both.
    fn merge_result(&self, state: &RunState) -> Result<Candidate, DriveError> {
        let target_ref = format!("refs/heads/{}", state.started.target);
        let unknown = || GitError::UnknownRevision {
            rev: target_ref.clone(),
            shallow: false,
        };
        let before = self.git.ref_target(&target_ref)?.ok_or_else(unknown)?;
        let tip = state.tip().clone();
        if self.git.is_ancestor(&tip, &before)? {
            // Landed before the line of it could be written.
            let base = state.started.base.clone();
            let base_tree = self.git.tree_of(&base)?;
            let head_tree = self.git.tree_of(&tip)?;
            let ends = Ends {
                base,
                base_tree,
                head: Some(tip.clone()),
                head_tree,
            };
            return Ok(Candidate {
                commit: before.clone(),
                ends,
                before,
            });
        }
        let base_tree = self.git.tree_of(&before)?;
        if self.git.is_ancestor(&before, &tip)? {
            let head_tree = self.git.tree_of(&tip)?;
            let head = Some(tip.clone());
            let ends = Ends {
                base: before.clone(),
                base_tree,
                head,
                head_tree,
            };
            return Ok(Candidate {
                commit: tip,
                ends,
                before,
            });
        }
        self.merge_commit(state, before, tip)
    }

    /// A merge of `tip` into `before`, as an object that no branch points at yet.
    fn merge_commit(
        &self,
        state: &RunState,
        before: CommitId,
        tip: CommitId,
    ) -> Result<Candidate, DriveError> {
        let base_tree = self.git.tree_of(&before)?;
        let head_tree = match self.git.merge_tree(&before, &tip)? {
            MergeResult::Clean(tree) => tree,
            MergeResult::Conflicts(paths) => {
                let onto = state.started.target.clone();
                let paths = paths.iter().map(crate::git::RepoPath::text).collect();
                return Err(ProveError::Conflict { onto, paths }.into());
            }
        };
        let text = format!(
            "merge: {} into {}",
            state.started.branch, state.started.target
        );
        let message = Message::new(text).trailer("Refs", state.started.ticket.as_str());
        let parents = [before.clone(), tip];
        let commit = self.git.commit_tree(&head_tree, &parents, &message)?;
        let ends = Ends {
            base: before.clone(),
            base_tree,
            head: Some(commit.clone()),
            head_tree,
        };
        Ok(Candidate {
            commit,
            ends,
            before,
        })
    }

    fn prove_result(&mut self, state: &RunState, result: &Candidate) -> Result<Proved, DriveError> {
        let policy = policy_of(state);
        let manner = (&self.workshop, self.manner.clone());
        Ok(prove(
            self.git,
            &result.ends,
            &policy,
            manner,
            Box::new(&mut *self.tell),
        )?)
    }

    /// Moves the target to the proven commit, and nowhere else. A working tree that stands on the
    /// target is brought along; one with uncommitted work refuses.
    fn move_target(&self, state: &RunState, result: &Candidate) -> Result<(), DriveError> {
        if result.commit == result.before {
            return Ok(());
        }
        let standing = self
            .git
            .worktrees()?
            .into_iter()
            .find(|worktree| worktree.branch.as_deref() == Some(state.started.target.as_str()));
        match standing {
            Some(worktree) => {
                let status = self.git.status(&worktree.path)?;
                if !status.changed.is_empty() {
                    let (dir, paths) = (worktree.path, status.changed);
                    return Err(GitError::Refused(Refusal::Dirty { dir, paths }).into());
                }
                self.git.fast_forward(&worktree.path, &result.commit)?;
            }
            None => {
                let name = format!("refs/heads/{}", state.started.target);
                let expected = Expected::At(result.before.clone());
                self.git.update_ref(&name, &result.commit, &expected)?;
            }
        }
        Ok(())
    }

    /// Takes worktree and branch away. The branch's tip stays under `refs/redgreen/trash/`.
    fn clean_up(&mut self, state: &RunState) -> Result<(), DriveError> {
        let mut undo = Vec::new();
        let worktree = PathBuf::from(&state.started.worktree);
        if worktree.exists() {
            self.git.remove_worktree(&worktree)?;
            let (path, branch) = (worktree.display(), &state.started.branch);
            undo.push(format!("git worktree add {path} {branch}"));
        }
        let name = format!("refs/heads/{}", state.started.branch);
        if let Some(tip) = self.git.ref_target(&name)? {
            let kept = self.git.delete_branch(&state.started.branch, &tip)?;
            undo.insert(0, kept.undo);
        }
        if let Some(merged) = state.merged.as_ref().filter(|m| m.before != m.commit) {
            undo.push(self.take_back(&merged.target, &merged.before)?);
        }
        if state.undo.is_empty() {
            self.ledger.append(Event::CleanedUp(CleanedUp { undo }))?;
        }
        self.ledger.append(Event::RunEnded(RunEnded {
            completed: true,
            reason: String::new(),
        }))
    }

    /// The command that takes the merge back.
    fn take_back(&self, target: &str, before: &CommitId) -> Result<String, GitError> {
        let all = self.git.worktrees()?;
        let standing = all
            .iter()
            .find(|worktree| worktree.branch.as_deref() == Some(target));
        Ok(match standing {
            Some(worktree) => format!("git -C {} reset --keep {before}", worktree.path.display()),
            None => format!("git branch --force {target} {before}"),
        })
    }

    /// Ends the run without landing it. Worktree and branch stay unless they hold nothing.
    ///
    /// # Errors
    /// Where the journal cannot be written.
    pub fn abort(&mut self, reason: &str) -> Result<Vec<String>, DriveError> {
        let state = self.ledger.state()?.clone();
        let name = format!("refs/heads/{}", state.started.branch);
        let worktree = PathBuf::from(&state.started.worktree);
        let mut undo = Vec::new();
        let clean = !worktree.exists() || self.git.status(&worktree)?.is_clean();
        if clean {
            if worktree.exists() {
                self.git.remove_worktree(&worktree)?;
            }
            if let Some(tip) = self.git.ref_target(&name)? {
                undo.push(self.git.delete_branch(&state.started.branch, &tip)?.undo);
            }
        } else {
            let path = worktree.display();
            undo.push(format!("# uncommitted work stays in {path}"));
        }
        self.ledger
            .append(Event::CleanedUp(CleanedUp { undo: undo.clone() }))?;
        let reason = reason.to_owned();
        self.ledger.append(Event::RunEnded(RunEnded {
            completed: false,
            reason,
        }))?;
        Ok(undo)
    }
}
