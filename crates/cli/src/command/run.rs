//! `redgreen run`, `start`, `resume` and `check`: takes a run's steps until somebody else has to.

use super::desk::Desk;
use super::source::{Doors, news, of_tracker};
use super::stand;
use super::watch::teller;
use crate::args::{Check, Common, Run, Start, Worker as WorkerArg};
use crate::exit::Exit;
use crate::failure::{Failure, FailureKind};
use crate::json::RunDocument;
use crate::screen::Screen;
use redgreen_core::claim::Claim;
use redgreen_core::event::{Event, GateVerdict, Pace, PhaseEntered};
use redgreen_core::finding::Code;
use redgreen_core::kind::Kind;
use redgreen_core::phase::Phase;
use redgreen_core::run::{RunState, Stage};
use redgreen_core::ticket::{Defaults, Ticket};
use redgreen_engine::drive::{Ledger, Order, Pause, begin, read_lines};
use std::fs;
use std::io::Read as _;
use std::path::Path;

/// Takes up a ticket with any worker.
pub(super) fn run(asked: &Run, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    let worker = match &asked.worker {
        WorkerArg::Human => "human".to_owned(),
        WorkerArg::Command(name) => format!("command:{name}"),
        WorkerArg::Replay(file) => format!("replay:{}", file.display()),
    };
    let desk = Desk::open(common)?;
    let ledger = take_up(&desk, &asked.ticket, asked.kind, worker)?;
    let exit = go_on(&desk, ledger, common, screen)?;
    if let Some(file) = &asked.record {
        record(&desk, file)?;
    }
    Ok(exit)
}

/// Takes up a ticket for a person or an outside agent.
pub(super) fn start(asked: &Start, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    let desk = Desk::open(common)?;
    let ledger = take_up(&desk, &asked.ticket, None, "human".to_owned())?;
    let exit = go_on(&desk, ledger, common, screen)?;
    // A person has been given a worktree: that is what was asked for.
    Ok(if exit == Exit::Person {
        Exit::Met
    } else {
        exit
    })
}

/// Goes on where a run stands.
pub(super) fn resume(common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    let desk = Desk::open(common)?;
    let ledger = desk.ledger()?;
    go_on(&desk, ledger, common, screen)
}

/// Hands in what is in the worktree and judges the current phase.
pub(super) fn check(asked: &Check, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    let desk = Desk::open(common)?;
    let mut ledger = desk.ledger()?;
    let state = ledger.state().map_err(Failure::from)?.clone();
    if let Some(reason) = &asked.back_to_red {
        let last = state.started.slices.len().saturating_sub(1);
        let slice = if state.phase.is_per_slice() {
            state.slice
        } else {
            last
        };
        let because = Some(reason.clone());
        let entered = PhaseEntered {
            phase: Phase::Red,
            slice,
            because,
        };
        ledger.append(Event::PhaseEntered(entered))?;
        return go_on(&desk, ledger, common, screen);
    }
    let owes_work = matches!(state.stage, Stage::Work | Stage::Person)
        && !matches!(
            state.phase,
            Phase::Understand | Phase::Plan | Phase::Complete
        );
    if owes_work {
        let mut tell = teller(common, screen);
        let mut drive = desk.drive(ledger, &mut *tell);
        drive.hand_in(Claim::default()).map_err(Failure::from)?;
        ledger = drive.ledger;
    }
    if let Some(news) = news(&desk.git, &state) {
        screen.narrate(&news);
    }
    go_on(&desk, ledger, common, screen)
}

fn take_up(
    desk: &Desk,
    ticket: &str,
    kind: Option<Kind>,
    worker: String,
) -> Result<Ledger, Failure> {
    let ticket = match of_tracker(ticket) {
        Some(named) => Doors::of_repository(&desk.git)?.ticket(ticket, &named)?,
        None => read_ticket(ticket)?,
    };
    let pace = if worker == "human" {
        Pace::Person
    } else {
        Pace::Program
    };
    let order = Order {
        ticket,
        kind,
        worker,
        pace,
    };
    begin(&desk.git, desk.journal()?, &order).map_err(Failure::from)
}

/// Reads a ticket from a file or from standard input.
pub(super) fn read_ticket(name: &str) -> Result<Ticket, Failure> {
    let unreadable = |why: String| {
        Failure::new(
            FailureKind::Usage,
            Code::TicketUnreadable,
            format!("no ticket in {name}"),
        )
        .cause(why)
        .hint("name a Markdown file, or - for standard input")
    };
    let mut bytes = Vec::new();
    let hint = if name == "-" {
        std::io::stdin()
            .read_to_end(&mut bytes)
            .map_err(|e| unreadable(e.to_string()))?;
        "ticket".to_owned()
    } else {
        bytes = fs::read(name).map_err(|e| unreadable(e.to_string()))?;
        let stem = Path::new(name).file_stem();
        stem.map_or_else(
            || "ticket".to_owned(),
            |stem| stem.to_string_lossy().into_owned(),
        )
    };
    Ticket::from_bytes(&hint, &bytes, &Defaults::default()).map_err(|e| unreadable(e.to_string()))
}

/// Takes steps, then says where the run stands and what is owed.
fn go_on(desk: &Desk, ledger: Ledger, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    let mut tell = teller(common, screen);
    let name = ledger
        .state()
        .map_err(Failure::from)?
        .started
        .worker
        .clone();
    let mut worker = desk.worker(&name)?;
    let mut drive = desk.drive(ledger, &mut *tell);
    let before = drive.ledger.state().map_err(Failure::from)?.gates.len();
    let pause = drive.go(worker.as_mut()).map_err(Failure::from)?;
    let state = drive.ledger.state().map_err(Failure::from)?.clone();
    drop(drive);
    drop(tell);
    let exit = exit_of(&state, &pause, before);
    if common.json {
        screen.result_document(&RunDocument::of(&state, stand::next(&state), exit))?;
    } else {
        screen.result(&stand::after(&state, before, screen.out()))?;
    }
    Ok(exit)
}

/// The verdict of the gates that were judged now; else what the run waits for.
fn exit_of(state: &RunState, pause: &Pause, before: usize) -> Exit {
    let judged = state.gates[before..].last().map(|gate| gate.verdict);
    match (judged, pause) {
        (Some(GateVerdict::Unmet), _) => Exit::Refuted,
        (Some(GateVerdict::Unclear), _) => Exit::Unclear,
        (Some(GateVerdict::Met), _) if state.started.pace == Pace::Person => Exit::Met,
        (_, Pause::Ready | Pause::Over) => Exit::Met,
        (_, Pause::Working(_) | Pause::Person(_)) => Exit::Person,
    }
}

/// Writes what the workers of the run handed in as a recording.
fn record(desk: &Desk, file: &Path) -> Result<(), Failure> {
    let journal = desk.journal()?;
    let run = desk.state(&journal)?.run;
    let lines = read_lines(&journal, &run).map_err(Failure::from)?;
    let recording = redgreen_worker::record(&desk.git, &lines).map_err(Failure::from)?;
    let failed = |why: String| {
        let message = format!("{} cannot be written", file.display());
        Failure::new(FailureKind::Environment, Code::CannotWrite, message).cause(why)
    };
    let text = serde_json::to_string_pretty(&recording).map_err(|e| failed(e.to_string()))?;
    fs::write(file, text + "\n").map_err(|e| failed(e.to_string()))
}
