//! Words that several parts of a report share.

use crate::phase::Phase;

/// `1 test`, `3 tests`.
pub(super) fn count(many: usize, noun: &str) -> String {
    match many {
        1 => format!("1 {noun}"),
        many => format!("{many} {noun}s"),
    }
}

/// `RED, slice 1` or `VERIFY`. Slices are counted from 1 where people read.
pub(super) fn of_phase(phase: Phase, slice: usize) -> String {
    let name = phase.as_str().to_uppercase();
    match phase.is_per_slice() {
        true => format!("{name}, slice {}", slice + 1),
        false => name,
    }
}
