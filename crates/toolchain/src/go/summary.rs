//! Sums a run up: one report from its packages.

use super::place::prefix;
use super::session::Session;
use redgreen_core::evidence::Report;

/// The report of a run whose commands all ended.
pub(super) fn report(session: &Session<'_>) -> Report {
    let mut report = Report::default();
    for course in &session.courses {
        let prefix = prefix(&course.package.dir);
        let named = course.outcomes.iter();
        report
            .tests
            .extend(named.map(|(test, seen)| (format!("{prefix}{test}"), seen.clone())));
        report
            .diagnostics
            .extend(course.diagnostics.iter().cloned());
    }
    let complaints = session.courses.iter().map(super::course::Course::complaint);
    let mut complaints = complaints.flatten();
    report.trouble = session.trouble.clone().or_else(|| complaints.next());
    let outside = session.outside.iter();
    report.left_out.extend(
        outside.map(|(module, dir)| format!("module {module}, which is taken from {dir},")),
    );
    report
}
