//! `redgreen answer`, `waive`, `abort` and `complete`: what only a person decides.

use super::below;
use super::desk::Desk;
use super::farewell::farewell;
use super::meanwhile::meanwhile;
use super::stand;
use super::watch::teller;
use crate::args::{Abort, Answer, Common, Complete, Resume, Waive};
use crate::exit::Exit;
use crate::failure::{Failure, FailureKind};
use crate::screen::{Screen, harmless};
use redgreen_core::answer::Channel;
use redgreen_core::event::{Event, GateVerdict, QuestionAnswered, Waived};
use redgreen_core::feedback::is_asked_by_feedback;
use redgreen_core::finding::{Code, Finding};
use redgreen_core::run::Stage;
use redgreen_engine::drive::{Landed, answer as record};

/// Answers a question of the current run.
pub(super) fn answer(asked: &Answer, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    refuse_workers("answer")?;
    let desk = Desk::open(common)?;
    let mut ledger = desk.ledger()?;
    let answered = QuestionAnswered {
        id: asked.question.clone(),
        answer: asked.text.clone(),
        by: person(&desk),
        channel: Channel::Terminal,
    };
    record(&desk.git, &mut ledger, answered)?;
    let state = ledger.state().map_err(Failure::from)?.clone();
    drop(ledger);
    if let Some(said) = below::answered(&desk, &state, &asked.question) {
        screen.note(&said);
    }
    if is_asked_by_feedback(&asked.question) {
        screen.result("noted; go on with: redgreen feedback\n")?;
        return Ok(Exit::Met);
    }
    super::run::resume(&Resume::default(), common, screen)
}

/// Lets findings of one code pass in the current phase, by name and with a reason.
pub(super) fn waive(asked: &Waive, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    refuse_workers("waive")?;
    let code = Code::ALL
        .iter()
        .copied()
        .find(|code| code.as_str() == asked.code);
    let code = code.ok_or_else(|| crate::failure::of_unknown_code(&asked.code))?;
    let desk = Desk::open(common)?;
    let mut ledger = desk.ledger()?;
    let state = ledger.state().map_err(Failure::from)?.clone();
    let found = state
        .last_gate(state.phase)
        .filter(|gate| gate.verdict != GateVerdict::Met);
    let is_meant = |found: &Finding| {
        let subject = asked.subject.as_ref();
        found.code == code && subject.is_none_or(|subject| *subject == found.subject)
    };
    let is_there = found.is_some_and(|gate| gate.findings.iter().any(is_meant));
    if !is_there || state.stage == Stage::Over {
        let of = asked.subject.as_ref().map(|subject| format!(" {subject}"));
        let (of, phase) = (of.unwrap_or_default(), state.phase.as_str());
        let message = format!("{code}{of} is not what the {phase} gate found");
        return Err(
            Failure::new(FailureKind::Usage, Code::WrongPhase, message).hint("redgreen status")
        );
    }
    let waived = Waived {
        code,
        subject: asked.subject.clone().unwrap_or_default(),
        phase: state.phase,
        reason: asked.reason.clone(),
        by: asked.by.clone(),
    };
    ledger
        .append(Event::Waived(waived))
        .map_err(Failure::from)?;
    drop(ledger);
    super::run::resume(&Resume::default(), common, screen)
}

/// Ends the run without landing it.
pub(super) fn abort(asked: &Abort, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    let desk = Desk::open(common)?;
    let ledger = desk.ledger()?;
    let desk = desk.at_first_worktree()?;
    let mut tell = teller(common, screen);
    let mut drive = desk.drive(ledger, &mut *tell);
    let undo = drive.abort(&asked.reason).map_err(Failure::from)?;
    screen.result(&told("aborted", undo, way_out(&desk)))?;
    Ok(Exit::Met)
}

/// Proves the merge result, lands exactly that commit, cleans up.
pub(super) fn complete(
    asked: &Complete,
    common: &Common,
    screen: &Screen,
) -> Result<Exit, Failure> {
    refuse_workers("complete")?;
    let desk = Desk::open(common)?;
    let ledger = desk.ledger()?;
    let desk = desk.at_first_worktree()?;
    let state = ledger.state().map_err(Failure::from)?.clone();
    let target = &state.started.target;
    if let Some(into) = asked.into.as_ref().filter(|into| *into != target) {
        let message = format!("the run was started for {target}, not for {into}");
        return Err(Failure::new(FailureKind::Usage, Code::BadUsage, message)
            .hint(format!("redgreen complete --into {target}")));
    }
    meanwhile(&desk.git, &state, asked.into.as_deref(), screen)?;
    let mut tell = teller(common, screen);
    let mut drive = desk.drive(ledger, &mut *tell);
    match drive.land().map_err(Failure::from)? {
        Landed::Done {
            target,
            commit,
            undo,
        } => {
            let short = commit.as_str().get(..12).unwrap_or_default();
            let landed = format!("landed on {target} as {short}");
            let state = drive.ledger.state().map_err(Failure::from)?.clone();
            let said = farewell(&desk.git, &state, (&target, commit.as_str()));
            if let Some(said) = said {
                screen.note(&harmless(&said));
            }
            screen.result(&told(&landed, undo, way_out(&desk)))?;
            Ok(Exit::Met)
        }
        Landed::Refused(findings) => {
            let mut text = "the merge result is not proven; nothing was moved\n".to_owned();
            for finding in &findings {
                text.push_str(&stand::finding_line(finding, screen.out()));
            }
            screen.result(&text)?;
            Ok(Exit::Refuted)
        }
    }
}

/// A line for those who stood in a worktree that is gone.
fn way_out(desk: &Desk) -> Option<String> {
    let here = std::env::current_dir().is_ok();
    (!here).then(|| format!("this directory is gone: cd {}", desk.git.top().display()))
}

fn told(what: &str, undo: Vec<String>, way_out: Option<String>) -> String {
    let mut text = format!("{what}\n");
    if !undo.is_empty() {
        text.push_str("to undo:\n");
    }
    for line in undo {
        text.push_str(&format!("  {}\n", harmless(&line)));
    }
    if let Some(line) = way_out {
        text.push_str(&format!("{}\n", harmless(&line)));
    }
    text
}

/// A worker's programs carry a mark in their environment. It stops accidents, not malice: what a
/// person decided is in the journal, by name, and in every report.
pub(super) fn refuse_workers(verb: &str) -> Result<(), Failure> {
    if std::env::var_os("REDGREEN_WORKER").is_none() {
        return Ok(());
    }
    let message = format!("a worker may not {verb}: that is for a person");
    Err(Failure::new(FailureKind::Usage, Code::BadUsage, message).hint("hand in the work as it is"))
}

/// Who is at the keyboard, as git knows them.
pub(super) fn person(desk: &Desk) -> String {
    let name = desk.git.user_name().ok().flatten();
    name.or_else(|| std::env::var("USER").ok())
        .unwrap_or_else(|| "somebody".to_owned())
}
