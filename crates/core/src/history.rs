//! Keeps what a run went through on its way and no longer needs to go on: for reports.

use crate::event::{Event, MovedAside, PhaseEntered, WorkAsked};
use crate::phase::Phase;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a run went through, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct History {
    /// Every attempt that a worker was asked for.
    pub asked: Vec<WorkAsked>,
    /// Every attempt that a worker failed to hand in.
    pub failed: Vec<FailedIn>,
    /// Every phase that was entered out of order.
    pub back: Vec<PhaseEntered>,
    /// Everything that was moved aside.
    pub moved_aside: Vec<MovedIn>,
    /// Why the run ended, and who said so; empty where nobody did.
    pub ended_because: String,
}

/// A worker failed to work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FailedIn {
    /// The phase.
    pub phase: Phase,
    /// The slice, from 0.
    pub slice: usize,
    /// Why, in its own words or its exit status.
    pub why: String,
}

/// Something that a worker wrote outside its phase's surface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MovedIn {
    /// The phase.
    pub phase: Phase,
    /// The slice, from 0.
    pub slice: usize,
    /// What, and where it is kept.
    pub moved: MovedAside,
}

impl History {
    /// Takes note of `event`, which happened in `phase` of `slice`.
    pub(crate) fn note(&mut self, phase: Phase, slice: usize, event: &Event) {
        match event {
            Event::WorkAsked(asked) => self.asked.push(asked.clone()),
            Event::WorkFailed(failed) => {
                let why = failed.why.clone();
                self.failed.push(FailedIn { phase, slice, why });
            }
            Event::PhaseEntered(entered) if entered.because.is_some() => {
                self.back.push(entered.clone());
            }
            Event::WorkHandedIn(handed) => {
                let moved = handed.moved_aside.iter().cloned();
                self.moved_aside.extend(moved.map(|moved| MovedIn {
                    phase,
                    slice,
                    moved,
                }));
            }
            Event::RunEnded(ended) => self.ended_because.clone_from(&ended.reason),
            Event::PhaseEntered(_)
            | Event::RunStarted(_)
            | Event::WorkStepped(_)
            | Event::HiddenAsked(_)
            | Event::HiddenWritten(_)
            | Event::HiddenFailed(_)
            | Event::Observed(_)
            | Event::GateJudged(_)
            | Event::Committed(_)
            | Event::QuestionAsked(_)
            | Event::QuestionAnswered(_)
            | Event::Waived(_)
            | Event::PersonNeeded(_)
            | Event::PointTaken(_)
            | Event::PointClassed(_)
            | Event::RoundBegun(_)
            | Event::PointAnswered(_)
            | Event::Merged(_)
            | Event::CleanedUp(_) => {}
        }
    }
}
