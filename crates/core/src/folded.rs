//! Folds the events of a test into the run that they make.

use crate::event::{Event, LINE_VERSION, Line};
use crate::id::RunId;
use crate::run::{RunState, fold};
use crate::time::Timestamp;

/// The journal that holds `events`, one line each.
pub(crate) fn lines(events: &[Event]) -> Vec<Line> {
    let line = |(index, event): (usize, &Event)| Line {
        v: LINE_VERSION,
        seq: index as u64 + 1,
        at: Timestamp(index as u64),
        run: RunId::from("r"),
        cause: None,
        event: event.clone(),
    };
    events.iter().enumerate().map(line).collect()
}

/// The run of `events`.
pub(crate) fn folded(events: &[Event]) -> RunState {
    fold(&lines(events)).expect("folds").expect("a run")
}
