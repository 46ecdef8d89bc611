//! Names the tests that pytest collects, without running any.

use super::lines::Session;
use super::{command, report, varying};
use crate::words::{cut_off, ended, last_words};
use crate::{Ask, Exit, Files, Invocation, Lister, RawOutput, Unit};
use redgreen_core::evidence::{Report, TestSeen, Trouble};
use redgreen_core::outcome::Outcome;

/// pytest, told to collect only.
pub(super) struct Collecting;

impl Lister for Collecting {
    fn varying(&self, unit: &Unit, files: &dyn Files) -> Vec<String> {
        varying::files(unit, files)
    }

    fn next(&self, ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
        let first = so_far.is_empty();
        first.then(|| command::session(ask, 0, command::Part::Names))
    }

    fn read(&self, ask: &Ask<'_>, outputs: &[RawOutput]) -> Report {
        let Some(output) = outputs.first() else {
            return Report {
                trouble: Some(cut_off(0, 1)),
                ..Report::default()
            };
        };
        let bytes = output.files.get(&command::report_file(0));
        let session = Session::read(bytes.map_or(&[][..], Vec::as_slice), ask.nonce);
        let mut report = Report {
            diagnostics: report::diagnostics(&session),
            trouble: report::unstarted(&session, output).or_else(|| doubt(&session, output)),
            ..Report::default()
        };
        let collected = session.collected.iter().flat_map(|found| &found.tests);
        let (outcome, ms) = (Outcome::NotReached, None);
        let seen = TestSeen { outcome, ms };
        report.tests = collected
            .map(|item| (item.0.clone(), seen.clone()))
            .collect();
        report
    }
}

/// Why the names cannot be believed, if they cannot.
fn doubt(session: &Session, output: &RawOutput) -> Option<Trouble> {
    if let Some((module, path)) = session.outside.first().cloned() {
        return Some(Trouble::AnotherCopy { module, path });
    }
    if output.exit == Exit::TimedOut {
        return Some(report::hung());
    }
    let is_whole = session
        .end
        .is_some_and(|end| output.exit == Exit::Code(end.exit) && end.lines == session.lines);
    if session.nothing || is_whole && session.collected.is_some() {
        return None;
    }
    let why = format!("{}: {}", ended(output.exit), last_words(output));
    Some(Trouble::CouldNotRun { why })
}
