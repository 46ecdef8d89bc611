//! Names the tests that a runner of JavaScript finds, without running any.

use super::language::varies;
use super::surface;
use crate::listing::names_of;
use crate::words::cut_off;
use crate::{Ask, Files, Invocation, Lister, RawOutput, Unit};
use redgreen_core::evidence::Report;

/// A runner that is told to run none of the tests that it finds.
pub(super) struct Listing {
    /// Makes its command.
    pub(super) command: fn(&Ask<'_>) -> Invocation,
    /// Reads what it reported, whatever it says of the tests.
    pub(super) read: fn(&Ask<'_>, &RawOutput) -> Report,
}

impl Lister for Listing {
    fn varying(&self, unit: &Unit, files: &dyn Files) -> Vec<String> {
        let is_own = |path: &&String| unit.inside(path).is_some() && surface::is_runnable(path);
        let varies = |path: &&String| files.text(path).is_some_and(|text| varies(path, &text));
        let own = files.paths().iter().filter(is_own);
        own.filter(varies).cloned().collect()
    }

    fn next(&self, ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
        so_far.is_empty().then(|| (self.command)(ask))
    }

    fn read(&self, ask: &Ask<'_>, outputs: &[RawOutput]) -> Report {
        let Some(output) = outputs.first() else {
            return Report {
                trouble: Some(cut_off(0, 1)),
                ..Report::default()
            };
        };
        names_of((self.read)(ask, output))
    }
}
