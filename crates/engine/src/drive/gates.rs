//! Executes gates: observes what core says is owed, and appends core's ruling.

use super::bench::Bench;
use super::seen::Seen;
use super::{Drive, DriveError, spec, ticket_of};
use crate::progress::Progress;
use redgreen_core::event::{Event, GateJudged, GateVerdict, Observed};
use redgreen_core::finding::{Finding, Weight};
use redgreen_core::gate::{rule, undelivered};
use redgreen_core::id::{Digest, TreeId};
use redgreen_core::phase::Phase;
use redgreen_core::reading::Referenced;
use redgreen_core::report::unshown;
use redgreen_core::run::RunState;

impl Drive<'_> {
    /// Executes the gate of `phase` and appends its ruling.
    pub(super) fn execute(&mut self, state: &RunState, phase: Phase) -> Result<(), DriveError> {
        let (worktree, readied) = self.ready_worktree(state)?;
        match phase {
            Phase::Plan => self.draft_plan(state, &worktree)?,
            Phase::Document => drop(spec::write(self.git, state, &worktree)?),
            Phase::Understand
            | Phase::Red
            | Phase::Green
            | Phase::Refactor
            | Phase::Verify
            | Phase::Deliver
            | Phase::Complete => {}
        }
        let tree = self.git.tree_of_worktree(&worktree)?;
        let mut seen = match phase {
            Phase::Plan => self.plan(state, &tree)?,
            Phase::Deliver => deliver(state)?,
            Phase::Complete => Seen::default(),
            Phase::Understand
            | Phase::Red
            | Phase::Green
            | Phase::Refactor
            | Phase::Verify
            | Phase::Document => self.bench().look(state, phase, &tree)?,
        };
        if phase == Phase::Verify {
            self.judge_hidden(state, &tree, &mut seen)?;
        }
        if phase == Phase::Understand {
            seen.facts.extend(readied);
            seen.facts
                .extend(state.started.references.iter().map(Referenced::told));
        }
        let of_worker = state.handed_in.iter().flat_map(|handed| &handed.seen);
        seen.facts.extend(of_worker.cloned());
        self.rule(state, phase, tree, seen)
    }

    pub(super) fn bench(&mut self) -> Bench<'_> {
        Bench {
            git: self.git,
            workshop: &self.workshop,
            manner: &self.manner,
            tell: &mut *self.tell,
        }
    }

    fn rule(
        &mut self,
        state: &RunState,
        phase: Phase,
        tree: TreeId,
        seen: Seen,
    ) -> Result<(), DriveError> {
        let mut commands = seen.commands;
        for (evidence, cached) in &seen.evidence {
            let text = serde_json::to_vec(evidence)
                .map_err(|e| DriveError::Unreadable { why: e.to_string() })?;
            let shown = evidence.commands.iter().map(|argv| argv.join(" "));
            commands.extend(shown);
            let digest = Digest::of(&text);
            // Known already where the gate was begun before a stop.
            if self.ledger.state()?.observed.contains(&digest) {
                continue;
            }
            self.ledger.append(Event::Observed(Observed {
                observation: evidence.observation.clone(),
                tree: evidence.tree.clone(),
                evidence: digest,
                cached: *cached,
            }))?;
        }
        commands.dedup();
        commands.truncate(40);
        let ruling = rule(state.waive(phase, seen.findings));
        (self.tell)(Progress::Gate {
            phase,
            verdict: ruling.verdict,
        });
        self.ledger.append(Event::GateJudged(Box::new(GateJudged {
            phase,
            slice: state.slice,
            verdict: ruling.verdict,
            findings: ruling.findings,
            proof: seen.proof,
            facts: seen.facts,
            commands,
            tree,
        })))
    }
}

/// Every criterion is shown by a test or, by name, by a person.
fn deliver(state: &RunState) -> Result<Seen, DriveError> {
    let mut seen = Seen::default();
    if state.started.kind.owes_red() {
        seen.findings = undelivered(&unshown(state, &ticket_of(state)?));
    }
    let is_shown = |found: &Finding| found.weight != Weight::Blocks;
    if state
        .waive(Phase::Deliver, seen.findings.clone())
        .iter()
        .all(is_shown)
    {
        seen.facts = vec![
            format!(
                "branch {} is ready to be merged into {}",
                state.started.branch, state.started.target
            ),
            "land it: redgreen complete".to_owned(),
        ];
    }
    Ok(seen)
}

/// Whether the last gate of `phase` was met.
pub(super) fn is_met(state: &RunState, phase: Phase) -> bool {
    state
        .last_gate(phase)
        .is_some_and(|gate| gate.verdict == GateVerdict::Met)
}
