//! Judges the short session of tests that must fail: each of them has to stand as a failure.

use super::command;
use super::lines::{Exc, Session, Stands};
use crate::words::ended;
use crate::{Ask, Exit};
use redgreen_core::evidence::{Order, Trouble};

/// How the session shows that a failure does not stand in this tree. A session that says that it
/// broke off over the failure (an internal error, a stop on request) has let nothing pass.
pub(super) fn disagreement(session: &Session, exit: Exit) -> Option<Trouble> {
    let broke_off = matches!(exit, Exit::Code(2 | 3));
    let why = match session.end {
        None if exit == Exit::TimedOut => "ran until it was stopped".to_owned(),
        None => format!("never finished: {}", ended(exit)),
        Some(end) if exit != Exit::Code(end.exit) => {
            format!("says exit code {}, yet {}", end.exit, ended(exit))
        }
        Some(end) if end.lines != session.lines => {
            format!("wrote {} lines, {} were found", end.lines, session.lines)
        }
        Some(_) if broke_off => return None,
        Some(end) => rewritten(session, end.exit)?,
    };
    let why = format!("a test of redgreen's own that must fail does not stand as failed: it {why}");
    Some(Trouble::Inconsistent { why })
}

/// The same for a session of unittest, which holds its tests that must fail itself. One that
/// derives from a class of the tree may skip itself.
pub(super) fn inside(ask: &Ask<'_>, session: &Session) -> Option<Trouble> {
    let over = session.end.is_some() && session.collected.is_some();
    if !command::is_unittest(ask.unit) || ask.order != Order::AsWritten || !over {
        return None;
    }
    let stands = |stands: &&Stands| match stands.outcome.as_str() {
        "failed" => false,
        "skipped" => stands.when != "derived",
        _ => true,
    };
    let why = match session.stands.iter().find(stands) {
        Some(wrong) => format!("({}) {}", wrong.id, wrong.outcome),
        None if session.stands.len() < WAYS => "has no outcome".to_owned(),
        None => return None,
    };
    let why = format!("a test of redgreen's own that must fail does not stand as failed: it {why}");
    Some(Trouble::Inconsistent { why })
}

/// In how many ways a plain test case of ours fails.
const WAYS: usize = 8;

/// The first test that stands as anything but a failure, or the count or exit code that is wrong.
fn rewritten(session: &Session, exit: i32) -> Option<String> {
    let Some(collected) = &session.collected else {
        return Some("was never made".to_owned());
    };
    let mut failed = 0;
    for test in &collected.tests {
        match standing(session, &test.0) {
            Standing::Failed => failed += 1,
            Standing::Skipped => {}
            // The project stops after a failure.
            Standing::Absent if failed > 0 => {}
            Standing::Absent => return Some("has no outcome".to_owned()),
            Standing::Other(outcome) => return Some(outcome),
        }
    }
    if session.failed < failed {
        let counted = session.failed;
        return Some(format!("is one of {failed} that failed, {counted} counted"));
    }
    let owed = i32::from(failed > 0);
    // A test that was skipped may leave code 0 or 5.
    let fits = exit == owed || failed == 0 && exit == 5;
    (!fits).then(|| format!("left exit code {exit}"))
}

/// What the last word about a test is.
enum Standing {
    Failed,
    /// By a hook, before it began.
    Skipped,
    Absent,
    /// In words.
    Other(String),
}

fn standing(session: &Session, id: &str) -> Standing {
    let mut own = session.stands.iter().filter(|stands| stands.id == id);
    let fails = |stands: &Stands| {
        stands.outcome == "failed" && stands.wasxfail.is_none() && stands.when != "teardown"
    };
    if own.clone().any(fails) {
        return Standing::Failed;
    }
    let mut skips = session.phases.iter().filter(|phase| phase.id == id);
    let skipped = |exc: &Exc| exc.skip;
    if skips.any(|phase| phase.when == "setup" && phase.exc.as_ref().is_some_and(skipped)) {
        return Standing::Skipped;
    }
    let last = own.rfind(|stands| stands.when == "call").cloned();
    match last {
        Some(stands) => Standing::Other(stands.outcome),
        None => Standing::Absent,
    }
}
