//! Folds what happened to the points of a pull request.

use super::{Cause, Class, Point, PointAnswered, PointClassed, RoundBegun};
use crate::id::{CommitId, CriterionId};
use crate::phase::Phase;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A point and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PointState {
    /// The point.
    pub point: Point,
    /// What it asks for, as things stand.
    pub class: Class,
    /// Why.
    pub because: String,
    /// Whose fault a failed check is, where that was looked into.
    pub cause: Option<Cause>,
    /// The tests that fail for it here.
    pub tests: Vec<String>,
    /// The slice that works on it, from 0.
    pub slice: Option<usize>,
    /// The answer on the forge.
    pub answered: Option<PointAnswered>,
}

/// Everything that was said of the pull request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Feedback {
    /// The points, in the order in which they were read.
    pub points: Vec<PointState>,
    /// How many rounds were begun.
    pub rounds: u32,
    /// What was offered before the first of them.
    pub offered: Option<CommitId>,
    /// The first slice that is a point's.
    pub first_slice: Option<usize>,
}

impl Feedback {
    /// The point of that number.
    pub fn point(&self, id: &str) -> Option<&PointState> {
        self.points.iter().find(|kept| kept.point.id == id)
    }

    /// The last point that was made at `key`.
    pub fn last_at(&self, key: &str) -> Option<&PointState> {
        self.points.iter().rev().find(|kept| kept.point.key == key)
    }

    /// The point that the slice works on.
    pub fn of_slice(&self, slice: usize) -> Option<&PointState> {
        self.points.iter().find(|kept| kept.slice == Some(slice))
    }

    /// Whether the slice goes through `phase`. Slices of the ticket go through all of theirs.
    pub fn owes(&self, slice: usize, phase: Phase) -> bool {
        let first = self
            .of_slice(slice)
            .and_then(|kept| kept.class.first_phase());
        first.is_none_or(|first| phase >= first)
    }

    /// What would stand here behind `points`: for those who only look.
    pub fn take_all(&mut self, points: &[Point]) {
        for point in points {
            self.take(point);
        }
    }

    pub(crate) fn take(&mut self, point: &Point) {
        let kept = PointState {
            point: point.clone(),
            class: point.class,
            because: point.because.clone(),
            cause: None,
            tests: Vec::new(),
            slice: None,
            answered: None,
        };
        match self
            .points
            .iter_mut()
            .find(|there| there.point.id == point.id)
        {
            Some(there) => *there = kept,
            None => self.points.push(kept),
        }
    }

    pub(crate) fn class(&mut self, classed: &PointClassed) {
        let kept = self
            .points
            .iter_mut()
            .find(|kept| kept.point.id == classed.id);
        if let Some(kept) = kept {
            kept.class = classed.class;
            kept.because.clone_from(&classed.because);
            kept.cause = classed.cause;
            kept.tests.clone_from(&classed.tests);
        }
    }

    /// Gives each point of the round a slice, from `next` on; the criteria of these slices.
    pub(crate) fn begin(&mut self, begun: &RoundBegun, next: usize) -> Vec<Vec<CriterionId>> {
        self.rounds = begun.round;
        self.offered.get_or_insert_with(|| begun.tip.clone());
        self.first_slice.get_or_insert(next);
        let mut slices = Vec::new();
        for id in &begun.points {
            let kept = self.points.iter_mut().find(|kept| kept.point.id == *id);
            if let Some(kept) = kept.filter(|kept| kept.class.first_phase().is_some()) {
                kept.slice = Some(next + slices.len());
                slices.push(vec![CriterionId::from(id.as_str())]);
            }
        }
        slices
    }

    pub(crate) fn answer(&mut self, answered: &PointAnswered) {
        let kept = self
            .points
            .iter_mut()
            .find(|kept| kept.point.id == answered.id);
        if let Some(kept) = kept {
            kept.answered = Some(answered.clone());
        }
    }
}
