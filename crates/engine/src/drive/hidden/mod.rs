//! Has hidden tests written: by somebody who sees the ticket and the interface, in a room of redgreen's
//! own state that no other worker can look into.

mod gate;
mod room;
mod shown;

pub use room::{hidden_git, last_failures};

use self::room::{Place, Room};
use self::shown::{Shown, shown};
use super::prompt::hidden_prompt;
use super::worker::{Bounds, Handed, Task, Worker};
use super::{Drive, DriveError, Halt, Kept, Pause, pause_of, point, ticket_of, worktree_of};
use crate::config::Config;
use crate::git::Edit;
use crate::progress::Progress;
use crate::survey::{Ends, frozen, mend};
use redgreen_core::claim::Claim;
use redgreen_core::event::Event;
use redgreen_core::hidden::{HiddenAsked, HiddenFailed, HiddenTest, HiddenWritten, criterion_of};
use redgreen_core::id::{CriterionId, Digest, TreeId};
use redgreen_core::phase::{Phase, Writable};
use redgreen_core::proof::{TestJudged, TestVerdict};
use redgreen_core::run::RunState;
use std::path::PathBuf;

impl Drive<'_> {
    /// Asks for hidden tests and takes in what comes; nothing where the run goes on.
    pub(super) fn hide(
        &mut self,
        state: &RunState,
        attempt: u32,
        worker: &mut dyn Worker,
    ) -> Result<Option<Pause>, DriveError> {
        let Some(shown) = shown(self.git, state)? else {
            let why = "no body of the change can be replaced by a stub";
            self.ask_hidden(state, attempt, &Digest::of(b""))?;
            return self.no_hidden(why.to_owned(), true).map(|()| None);
        };
        let place = Place::of(&self.workshop.state, self.git, state);
        let room = place.ready(self.git, &shown.tree, state.hidden.asked)?;
        let task = self.hidden_task(state, attempt, (&room, &shown))?;
        self.ask_hidden(state, attempt, &Digest::of(task.prompt.as_bytes()))?;
        let (ledger, tell) = (&mut self.ledger, &mut *self.tell);
        let mut kept = Kept::new(&room.git, ledger, tell).in_worktree(room.dir.clone());
        match worker.work(&task, &mut kept) {
            Ok(Handed::Done(claim)) => {
                let seen = worker.seen();
                self.take_hidden(state, (&room, &shown), (&claim, seen))?;
            }
            Ok(Handed::Later) => self.no_hidden("their author is a person".to_owned(), true)?,
            Err(failed) => match pause_of(failed)? {
                Halt::Pause(pause) => return Ok(Some(pause)),
                Halt::Own(why) => self.no_hidden(why, false)?,
            },
        }
        Ok(None)
    }

    fn ask_hidden(
        &mut self,
        state: &RunState,
        attempt: u32,
        prompt: &Digest,
    ) -> Result<(), DriveError> {
        if state.hidden.asked {
            return Ok(());
        }
        let prompt = prompt.clone();
        self.ledger
            .append(Event::HiddenAsked(HiddenAsked { attempt, prompt }))
    }

    fn no_hidden(&mut self, why: String, for_good: bool) -> Result<(), DriveError> {
        (self.tell)(Progress::Note(format!("no hidden tests: {why}")));
        self.ledger
            .append(Event::HiddenFailed(HiddenFailed { why, for_good }))
    }

    /// What the author is told: every criterion, the ticket and the names of the interface. Nothing
    /// of the change's own code and tests.
    fn hidden_task(
        &self,
        state: &RunState,
        attempt: u32,
        (room, shown): (&Room, &Shown),
    ) -> Result<Task, DriveError> {
        let ticket = ticket_of(state)?;
        let config = Config::of_tree(self.git, &self.git.tree_of(&state.started.base)?)?;
        let frozen = frozen(&room.git, &shown.tree, &config, Writable::TestSurface)?;
        let all = 0..state.started.slices.len();
        let criteria = all.flat_map(|slice| point::criteria(state, &ticket, slice));
        let mut task = Task {
            phase: Phase::Red,
            slice: 0,
            attempt,
            title: ticket.title.clone(),
            ticket: ticket.seen(),
            criteria: criteria.collect(),
            findings: Vec::new(),
            moved_aside: Vec::new(),
            worktree: room.dir.clone(),
            bounds: Bounds {
                frozen: frozen.iter().map(|path| room.dir.join(path)).collect(),
                // The change itself is there, in files and in objects.
                unreadable: self.of_the_change(state)?,
                worker: config.worker,
                variables: Vec::new(),
            },
            hidden: true,
            prompt: String::new(),
        };
        task.prompt = hidden_prompt(&task, &shown.functions, &state.hidden.failures);
        Ok(task)
    }

    /// Where the change could be read: every worktree, and the repository.
    fn of_the_change(&self, state: &RunState) -> Result<Vec<PathBuf>, DriveError> {
        let mut all: Vec<PathBuf> = self
            .git
            .worktrees()?
            .into_iter()
            .map(|it| it.path)
            .collect();
        all.push(self.git.common_dir().to_owned());
        all.push(worktree_of(self.git, state));
        all.retain(|path| path.exists());
        all.sort();
        all.dedup();
        Ok(all)
    }

    /// Only what is red where the change is stubs can tell the change from nothing.
    fn take_hidden(
        &mut self,
        state: &RunState,
        (room, shown): (&Room, &Shown),
        (claim, seen): (&Claim, Vec<String>),
    ) -> Result<(), DriveError> {
        let tree = self.of_tests_alone(state, room, &shown.tree)?;
        if tree == shown.tree {
            return self.no_hidden("nothing was written".to_owned(), false);
        }
        let over = self.git.with_objects_of(&room.git)?;
        let ends = Ends {
            base: room.git.head()?.commit,
            base_tree: shown.tree.clone(),
            head: None,
            head_tree: tree.clone(),
        };
        let (proof, _) = self.bench().on(&over).reds(state, &ends)?;
        let is_red = |test: &&TestJudged| test.verdict == TestVerdict::Red;
        let criteria: Vec<CriterionId> = state.started.slices.concat();
        let tests = proof.tests.iter().filter(is_red).map(|test| {
            let test = test.id.clone();
            let criterion = criterion_of(&test.name, &claim.links, &criteria);
            HiddenTest { test, criterion }
        });
        let tests: Vec<HiddenTest> = tests.collect();
        let found = proof.findings.iter();
        let left_out = found.map(|it| format!("{} {}: {}", it.code, it.subject, it.message));
        let left_out: Vec<String> = left_out.take(20).collect();
        if tests.is_empty() {
            let why = format!("none is red on stubs: {}", left_out.join("; "));
            return self.no_hidden(why, false);
        }
        let worker = state.started.hidden.as_ref();
        let worker = worker.map_or_else(String::new, |ordered| ordered.worker.clone());
        self.ledger.append(Event::HiddenWritten(HiddenWritten {
            worker,
            shown: shown.tree.clone(),
            tree,
            tests,
            left_out,
            seen,
        }))
    }

    /// What the author left, without what is no test surface.
    fn of_tests_alone(
        &self,
        state: &RunState,
        room: &Room,
        shown: &TreeId,
    ) -> Result<TreeId, DriveError> {
        let left = room.git.tree_of_worktree(&room.dir)?;
        if left == *shown {
            return Ok(left);
        }
        let config = Config::of_tree(self.git, &self.git.tree_of(&state.started.base)?)?;
        let ends = Ends {
            base: room.git.head()?.commit,
            base_tree: shown.clone(),
            head: None,
            head_tree: left.clone(),
        };
        let mended = mend(&room.git, &ends, &config, Writable::TestSurface)?;
        let edits = mended.into_iter().map(|mended| Edit {
            path: mended.path,
            held: mended.held,
        });
        Ok(room.git.write_tree(&left, &edits.collect::<Vec<Edit>>())?)
    }
}
