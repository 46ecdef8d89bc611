//! Lists the gates of a run in their order, and how often each phase was tried.

use super::current::{Place, place};
use super::names::Names;
use super::rows::{AttemptRow, CommitRow, GateRow};
use crate::event::{GateJudged, GateVerdict};
use crate::phase::Phase;
use crate::run::RunState;
use std::collections::BTreeMap;

/// Every gate, with the commit that it let through.
pub(super) fn rows(state: &RunState, commits: &[CommitRow], names: &mut Names) -> Vec<GateRow> {
    let row = |(index, gate): (usize, &GateJudged)| GateRow {
        number: index + 1,
        phase: gate.phase,
        slice: gate.slice,
        verdict: gate.verdict,
        findings: gate.findings.clone(),
        facts: gate.facts.clone(),
        commands: gate.commands.clone(),
        tree: names.tree(&gate.tree),
        commit: let_through(state, commits, index),
    };
    state.gates.iter().enumerate().map(row).collect()
}

/// The commit behind the gate at `index`: of one phase, each met gate is followed by one commit.
/// Where a commit was left out in between, nobody can tell which gate it was.
fn let_through(state: &RunState, commits: &[CommitRow], index: usize) -> Option<String> {
    let judged = state.gates.get(index)?;
    let at = place(judged.phase, judged.slice);
    let is_met = |gate: &&GateJudged| {
        place(gate.phase, gate.slice) == at && gate.verdict == GateVerdict::Met
    };
    let met = state.gates.iter().filter(is_met).count();
    let before = state.gates.iter().take(index).filter(is_met).count();
    let own = commits
        .iter()
        .filter(|row| place(row.phase, row.slice) == at);
    let own: Vec<&CommitRow> = own.collect();
    let told = own.len() == met || own.len() + 1 == met;
    let commit = own.get(before).filter(|_| told && is_met(&judged))?;
    commit.label.clone()
}

/// How often each phase was tried, in the order in which a run goes through them.
pub(super) fn attempts(state: &RunState) -> Vec<AttemptRow> {
    let mut rows: BTreeMap<Place, AttemptRow> = BTreeMap::new();
    let mut row = |phase: Phase, slice: usize, note: &dyn Fn(&mut AttemptRow)| {
        let fresh = || AttemptRow {
            phase,
            slice,
            asked: 0,
            judged: 0,
            failed: Vec::new(),
            back: Vec::new(),
        };
        note(rows.entry(place(phase, slice)).or_insert_with(fresh));
    };
    for asked in &state.history.asked {
        row(asked.phase, asked.slice, &|row| row.asked += 1);
    }
    for gate in &state.gates {
        row(gate.phase, gate.slice, &|row| row.judged += 1);
    }
    for failed in &state.history.failed {
        let why = &failed.why;
        row(failed.phase, failed.slice, &|row| {
            row.failed.push(why.clone())
        });
    }
    for back in &state.history.back {
        let why = back.because.clone().unwrap_or_default();
        row(back.phase, back.slice, &|row| row.back.push(why.clone()));
    }
    rows.into_values().collect()
}
