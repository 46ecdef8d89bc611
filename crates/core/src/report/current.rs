//! Says which gates still speak for the change as it stands: going back makes later ones stale.

use crate::event::{GateJudged, GateVerdict};
use crate::phase::Phase;
use crate::run::{RunState, Stage};

/// Where a gate stands in the order of a run.
pub(super) type Place = (u8, usize, Phase);

/// The place of `phase` of `slice`: red, green and refactor are gone through once a slice.
pub(super) fn place(phase: Phase, slice: usize) -> Place {
    match phase {
        Phase::Understand | Phase::Plan => (0, 0, phase),
        Phase::Red | Phase::Green | Phase::Refactor => (1, slice, phase),
        Phase::Verify | Phase::Document | Phase::Deliver | Phase::Complete => (2, 0, phase),
    }
}

/// The last judgement of `phase` of `slice`, where nothing was gone back to since.
pub(super) fn current(state: &RunState, phase: Phase, slice: usize) -> Option<&GateJudged> {
    let at = place(phase, slice);
    let of = |gate: &GateJudged| place(gate.phase, gate.slice);
    let index = state.gates.iter().rposition(|gate| of(gate) == at)?;
    let (gate, later) = (state.gates.get(index)?, state.gates.get(index + 1..)?);
    let overtaken = later.iter().any(|gate| of(gate) < at);
    let now = place(state.phase, state.slice);
    let stands = now > at || (now == at && still_holds(state, gate));
    (!overtaken && stands).then_some(gate)
}

/// Whether the last judgement of the phase that the run is in is about what is there now.
fn still_holds(state: &RunState, gate: &GateJudged) -> bool {
    match state.stage {
        // Work after a met gate means that the phase was entered once more.
        Stage::Work => gate.verdict != GateVerdict::Met,
        Stage::Enter | Stage::Gate => false,
        Stage::Commit | Stage::Person => true,
        Stage::Over => match &state.handed_in {
            Some(handed) => handed.tree == gate.tree,
            None => true,
        },
    }
}

/// The last gate with a proof of the whole change as it stands.
pub(super) fn whole(state: &RunState) -> Option<&GateJudged> {
    let phases = [
        Phase::Complete,
        Phase::Deliver,
        Phase::Document,
        Phase::Verify,
    ];
    phases
        .into_iter()
        .filter_map(|phase| current(state, phase, 0))
        .find(|gate| gate.proof.is_some())
}

/// Whether the gate of `phase` of `slice` is met as things stand.
pub(super) fn is_met(state: &RunState, phase: Phase, slice: usize) -> bool {
    current(state, phase, slice).is_some_and(|gate| gate.verdict == GateVerdict::Met)
}
