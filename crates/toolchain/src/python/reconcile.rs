//! Holds lines, counts, canary and exit code of a session against each other.

use super::lines::{Collected, Phase, Session};
use super::report::{hung, tail};
use crate::words::ended;
use crate::{Exit, RawOutput};
use redgreen_core::evidence::Trouble;

/// Where lines, counts, canary and exit code disagree.
pub(super) fn disagreement(session: &Session, output: &RawOutput) -> Option<Trouble> {
    let why = match session.end {
        None => died(session, output.exit)?,
        Some(end) if output.exit != Exit::Code(end.exit) => {
            format!(
                "the report says exit code {}, {}",
                end.exit,
                ended(output.exit)
            )
        }
        Some(end) if end.lines != session.lines => {
            format!("{} of {} report lines were found", session.lines, end.lines)
        }
        // An exit call while a file was imported ends in the same code, and is told already.
        Some(end) if end.exit == 3 && session.collected.is_none() && fatal(session) => return None,
        Some(end) if end.exit == 3 => {
            let text = session.internal.as_deref().unwrap_or_default();
            let why = format!("the runner failed: {}", tail(text));
            return Some(Trouble::CouldNotRun { why });
        }
        Some(_) if session.internal.is_some() && !session.children.is_empty() => {
            let text = session.internal.as_deref().unwrap_or_default();
            let why = format!("the runner failed: {}", tail(text));
            return Some(Trouble::CouldNotRun { why });
        }
        Some(end) => exit_against_lines(session, end.exit)
            .or_else(|| children(session))
            .or_else(|| canary(session))?,
    };
    if why.is_empty() {
        return Some(hung());
    }
    Some(Trouble::Inconsistent { why })
}

fn fatal(session: &Session) -> bool {
    session.collects.iter().any(|each| each.outcome == "fatal")
}

/// A session without an end is explained by the test or the file that it died in; empty where
/// redgreen stopped it.
fn died(session: &Session, exit: Exit) -> Option<String> {
    session.collected.as_ref()?;
    if exit == Exit::TimedOut {
        return Some(String::new());
    }
    match session.running() {
        Some(_) => canary(session),
        None => Some(format!("the session never finished, yet {}", ended(exit))),
    }
}

fn exit_against_lines(session: &Session, exit: i32) -> Option<String> {
    let collected = session.collected.as_ref()?;
    let failed = session.failed;
    let unreached = collected
        .tests
        .iter()
        .filter(|item| !session.done.contains(&item.0))
        .filter(|item| session.cut_short(&item.0).is_none());
    let unreached = unreached.count();
    match exit {
        0 | 5 if failed > 0 => Some(format!("exit code {exit} beside {failed} failures")),
        1 if failed == 0 => Some("exit code 1 without a failure".to_owned()),
        0 | 1 if unreached > 0 => {
            let all = collected.tests.len();
            Some(format!("{unreached} of {all} collected tests never ran"))
        }
        5 if !collected.tests.is_empty() => Some("exit code 5 beside collected tests".to_owned()),
        0 | 1 | 2 | 5 => without_outcome(session, collected),
        other => Some(format!("unknown exit code {other}")),
    }
}

/// A fork whose lines, number of lines and end disagree. One that never came to its end has died
/// inside its test, and the test says so.
fn children(session: &Session) -> Option<String> {
    session.children.iter().find_map(|(number, child)| {
        let name = child
            .id
            .clone()
            .unwrap_or_else(|| format!("process {number}"));
        match (child.left, child.exit) {
            (_, None) => Some(format!("{name} has report lines and was never waited for")),
            (Some(lines), Some(_)) if lines != child.lines => Some(format!(
                "{} of {lines} report lines of {name} were found",
                child.lines
            )),
            (Some(_), Some(Exit::Code(0 | 1))) | (None, Some(_)) => None,
            (Some(_), Some(exit)) => Some(format!("{name} came to its end, yet {}", ended(exit))),
        }
    })
}

/// A test that finished without saying what it did.
fn without_outcome(session: &Session, collected: &Collected) -> Option<String> {
    let said: std::collections::BTreeSet<&str> = session
        .phases
        .iter()
        .map(|phase| phase.id.as_str())
        .collect();
    let silent = collected
        .tests
        .iter()
        .find(|item| session.done.contains(&item.0) && !said.contains(item.0.as_str()))?;
    Some(format!("{} finished without an outcome", silent.0))
}

/// The canary passes in every run that can be believed.
fn canary(session: &Session) -> Option<String> {
    let name = &session.collected.as_ref()?.canary;
    let own: Vec<&Phase> = session.phases.iter().filter(|p| &p.id == name).collect();
    let passed = own.iter().all(|p| p.outcome == "passed" && p.exc.is_none());
    let called = own.iter().any(|p| p.when == "call");
    if passed && called {
        return None;
    }
    let did = own.iter().find(|p| p.outcome != "passed");
    let did = did.map_or("did not run", |phase| phase.outcome.as_str());
    Some(format!("the test that redgreen added must pass, but {did}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a session with one fork wrote; the fork's last line says that it wrote `count` lines.
    fn disagreement_of(count: u64, ended: &str) -> Option<String> {
        let lines = format!(
            "{{\"n\":\"x\",\"c\":1,\"ev\":\"begin\",\"id\":\"t.py::a\"}}\n\
             {{\"n\":\"x\",\"c\":1,\"ev\":\"left\",\"lines\":{count}}}\n{ended}"
        );
        children(&Session::read(lines.as_bytes(), "x"))
    }

    #[test]
    fn a_fork_whose_lines_are_lost_is_not_believed() {
        let ended = "{\"n\":\"x\",\"ev\":\"ended\",\"of\":1,\"id\":\"t.py::a\",\"exit\":0}\n";
        assert_eq!(disagreement_of(2, ended), None);
        let why = disagreement_of(3, ended).expect("a line is lost");
        assert!(why.contains("2 of 3"), "{why}");
        let killed = ended.replace("\"exit\":0", "\"signal\":9");
        let why = disagreement_of(2, &killed).expect("it came to its end");
        assert!(why.contains("signal 9"), "{why}");
        let why = disagreement_of(2, "").expect("nobody waited");
        assert!(why.contains("never waited for"), "{why}");
    }
}
