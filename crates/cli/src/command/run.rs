//! `redgreen run`, `start`, `resume` and `check`: takes a run's steps until somebody else has to.

use super::crew;
use super::desk::Desk;
use super::export::Ended;
use super::farewell::welcome;
use super::source::{Doors, news, of_tracker, read_ticket};
use super::watch::teller;
use super::{below, outside, references, stand, telemetry};
use crate::args::{Check, Common, Resume, Run, Spending, Start, Worker as WorkerArg};
use crate::exit::Exit;
use crate::failure::{Failure, FailureKind};
use crate::json::RunDocument;
use crate::screen::{Screen, harmless};
use redgreen_core::claim::{Claim, Link};
use redgreen_core::event::{Event, GateVerdict, Pace, PhaseEntered, Roles};
use redgreen_core::finding::Code;
use redgreen_core::hidden::{HiddenOrdered, is_about_hidden};
use redgreen_core::id::RunId;
use redgreen_core::kind::Kind;
use redgreen_core::phase::Phase;
use redgreen_core::plan::is_of_plan;
use redgreen_core::run::{RunState, Stage};
use redgreen_core::slug::file_stem;
use redgreen_core::ticket::Ticket;
use redgreen_core::work::Budget;
use redgreen_engine::config::Config;
use redgreen_engine::drive::{Ledger, Order, Pause, begin, hidden_git, read_lines, read_state};
use redgreen_engine::journal::Embedded;
use redgreen_engine::progress::Progress;
use redgreen_engine::redact::redactor;
use redgreen_worker::builtin::Settings;
use std::fs;
use std::path::Path;

/// Takes up a ticket with any worker.
pub(super) fn run(asked: &Run, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    let desk = Desk::open(common)?;
    let wanted = wanted(&desk, asked)?;
    let ledger = take_up(&desk, &asked.ticket, wanted, screen)?;
    let exit = go_on(&desk, ledger, &asked.spending, (common, screen))?;
    if let Some(file) = &asked.record {
        record(&desk, file)?;
    }
    Ok(exit)
}

/// What the command line and the user's settings say of a run. Whoever is named must be there
/// before anything is begun.
fn wanted(desk: &Desk, asked: &Run) -> Result<Wanted, Failure> {
    let settings = crew::settings()?;
    let model = asked.model.as_ref().or(settings.roles.model.as_ref());
    let model = model.map(String::as_str);
    let name = |named: &WorkerArg| crew::written(named, model);
    let worker = match &asked.worker {
        Some(named) => name(named)?,
        None => worker_of_base(desk)?,
    };
    let is_program = worker != "human";
    let role = |flag: &Option<WorkerArg>, own: &Option<String>| match (flag, own) {
        (Some(named), _) => name(named).map(Some),
        // The settings name roles for programs, not for a person who works by hand.
        (None, Some(own)) if is_program => {
            let named = own.parse::<WorkerArg>().map_err(|why| {
                Failure::new(
                    FailureKind::Config,
                    Code::BadConfiguration,
                    format!("[roles]: {own}"),
                )
                .cause(why)
                .hint("write builtin:PROVIDER/MODEL or acp:NAME or command:NAME")
            })?;
            name(&named).map(Some)
        }
        (None, _) => Ok(None),
    };
    let wanted = Wanted {
        kind: asked.kind,
        worker,
        roles: Roles {
            red: role(&asked.red_worker, &settings.roles.red)?,
            green: role(&asked.green_worker, &settings.roles.green)?,
        },
        hiding: Hiding {
            asked: match (asked.no_hidden_tests, asked.hidden_tests) {
                (true, _) => Some(false),
                (false, true) => Some(true),
                (false, false) => asked.hidden_worker.is_some().then_some(true),
            },
            author: role(&asked.hidden_worker, &settings.roles.hidden)?,
        },
        budget: crew::said(&asked.spending).budget(),
    };
    let all = [
        Some(&wanted.worker),
        wanted.roles.red.as_ref(),
        wanted.roles.green.as_ref(),
        wanted.hiding.author.as_ref(),
    ];
    for name in all.into_iter().flatten() {
        must_be_there(desk, &settings, name)?;
    }
    Ok(wanted)
}

/// Refuses a worker that could not be started.
fn must_be_there(desk: &Desk, settings: &Settings, name: &str) -> Result<(), Failure> {
    match name.split_once(':') {
        Some(("builtin", model)) => drop(crew::endpoint(settings, model)?),
        Some((sort @ ("command" | "acp"), line)) => {
            drop(crew::program(desk, (sort, line), Budget::default())?);
        }
        Some(_) | None => {}
    }
    Ok(())
}

/// How a ticket is to be worked on.
struct Wanted {
    kind: Option<Kind>,
    worker: String,
    roles: Roles,
    hiding: Hiding,
    budget: Budget,
}

/// What is said of hidden tests.
#[derive(Default)]
struct Hiding {
    /// Whether they are asked for; nothing where the ticket's size decides.
    asked: Option<bool>,
    /// Who writes them.
    author: Option<String>,
}

impl Wanted {
    /// Who writes hidden tests for `ticket`, where any are to be written.
    fn hidden(&self, desk: &Desk, ticket: &Ticket) -> Result<Option<HiddenOrdered>, Failure> {
        let author = self.hiding.author.as_ref().or(self.roles.red.as_ref());
        let worker = author.unwrap_or(&self.worker).clone();
        let is_owed = || -> Result<bool, Failure> {
            let tree = desk.git.tree_of(&desk.git.head()?.commit)?;
            let owed = Config::of_tree(&desk.git, &tree)?.run.hidden_tests;
            Ok(worker != "human" && owed.covers(ticket.size))
        };
        let on_request = self.hiding.asked == Some(true);
        let ordered = match self.hiding.asked {
            Some(asked) => asked,
            None => is_owed()?,
        };
        if ordered && worker == "human" {
            let text = "nobody is named who could write hidden tests";
            return Err(Failure::new(FailureKind::Usage, Code::BadUsage, text)
                .cause("a person works on this ticket, and would read them")
                .hint("--hidden-worker builtin:PROVIDER/MODEL, acp:NAME or command:NAME"));
        }
        Ok(ordered.then_some(HiddenOrdered { worker, on_request }))
    }
}

/// The worker that redgreen.toml names, in the commit that the run starts from.
fn worker_of_base(desk: &Desk) -> Result<String, Failure> {
    let tree = desk.git.tree_of(&desk.git.head()?.commit)?;
    let settings = Config::of_tree(&desk.git, &tree).map_err(Failure::from)?;
    match settings.run.worker {
        Some(worker) => outside::named(&worker),
        None => Ok("human".to_owned()),
    }
}

/// Takes up a ticket for a person or an outside agent.
pub(super) fn start(asked: &Start, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    let desk = Desk::open(common)?;
    let wanted = Wanted {
        kind: None,
        worker: "human".to_owned(),
        roles: Roles::default(),
        hiding: Hiding::default(),
        budget: Budget::default(),
    };
    let ledger = take_up(&desk, &asked.ticket, wanted, screen)?;
    let mut moved = {
        let mut tell = teller(common, screen);
        advance(&desk, ledger, &Spending::default(), &mut *tell)?
    };
    if (moved.state.phase, moved.state.stage) == (Phase::Plan, Stage::Work) {
        // The plan was drafted a moment ago: that it is not filled in is nobody's fault.
        moved.exit = Exit::Person;
    }
    // A person has been given a worktree: that is what was asked for.
    let exit = show(&moved, common, screen)?;
    Ok(if exit == Exit::Person {
        Exit::Met
    } else {
        exit
    })
}

/// Goes on where a run stands.
pub(super) fn resume(asked: &Resume, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    let desk = Desk::open(common)?;
    let ledger = desk.ledger()?;
    go_on(&desk, ledger, &asked.spending, (common, screen))
}

/// Hands in what is in the worktree and judges the current phase.
pub(super) fn check(asked: &Check, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    let desk = Desk::open(common)?;
    let ledger = desk.ledger()?;
    let moved = {
        let mut tell = teller(common, screen);
        let work = Work {
            links: asked.shows.clone(),
            back_to_red: asked.back_to_red.as_deref(),
        };
        judge(&desk, ledger, work, &mut *tell)?
    };
    show(&moved, common, screen)
}

/// What is handed in.
pub(super) struct Work<'w> {
    /// Which test is said to show which criterion.
    pub(super) links: Vec<Link>,
    /// Why the run goes back to RED instead.
    pub(super) back_to_red: Option<&'w str>,
}

/// Hands in what is in the worktree and takes steps.
pub(super) fn judge(
    desk: &Desk,
    mut ledger: Ledger,
    work: Work<'_>,
    tell: &mut dyn FnMut(Progress),
) -> Result<Moved, Failure> {
    let state = ledger.state().map_err(Failure::from)?.clone();
    if let Some(reason) = work.back_to_red {
        let last = state.started.slices.len().saturating_sub(1);
        let slice = if state.phase.is_per_slice() {
            state.slice
        } else {
            last
        };
        let because = Some(reason.to_owned());
        let entered = PhaseEntered {
            phase: Phase::Red,
            slice,
            because,
        };
        ledger.append(Event::PhaseEntered(entered))?;
        return advance(desk, ledger, &Spending::default(), tell);
    }
    let waits_over_plan = state.phase == Phase::Plan
        && state.stage == Stage::Person
        && state
            .last_gate(Phase::Plan)
            .is_some_and(|gate| gate.findings.iter().any(is_of_plan));
    if waits_over_plan {
        ledger.append(Event::PhaseEntered(PhaseEntered {
            phase: Phase::Plan,
            slice: 0,
            because: Some("the plan is judged again".to_owned()),
        }))?;
        return advance(desk, ledger, &Spending::default(), tell);
    }
    let owes_work = match state.phase {
        Phase::Understand | Phase::Complete => false,
        Phase::Plan => state.stage == Stage::Work,
        Phase::Red
        | Phase::Green
        | Phase::Refactor
        | Phase::Verify
        | Phase::Document
        | Phase::Deliver => matches!(state.stage, Stage::Work | Stage::Person),
    };
    if owes_work {
        let mut drive = desk.drive(ledger, tell);
        let claim = Claim {
            links: work.links,
            ..Claim::default()
        };
        drive.hand_in(claim).map_err(Failure::from)?;
        ledger = drive.ledger;
    }
    if let Some(news) = news(&desk.git, &state) {
        tell(Progress::Note(news.trim_end().to_owned()));
    }
    advance(desk, ledger, &Spending::default(), tell)
}

fn take_up(desk: &Desk, ticket: &str, wanted: Wanted, screen: &Screen) -> Result<Ledger, Failure> {
    let ticket = match of_tracker(ticket) {
        Some(named) => Doors::of_repository(&desk.git)?.ticket(ticket, &named)?,
        None => read_ticket(ticket)?,
    };
    let is_new = !is_known(&desk.journal()?, &ticket)?;
    let references = match is_new {
        false => Vec::new(),
        true => references::read(&Doors::of_repository(&desk.git)?, &ticket),
    };
    let is_human = wanted.worker == "human" && wanted.roles.is_empty();
    let pace = if is_human {
        Pace::Person
    } else {
        Pace::Program
    };
    let hidden = wanted.hidden(desk, &ticket)?;
    let order = Order {
        ticket,
        kind: wanted.kind,
        hidden,
        worker: wanted.worker,
        roles: wanted.roles,
        budget: wanted.budget,
        pace,
        references,
    };
    let mut ledger = begin(&desk.git, desk.journal()?, &order).map_err(Failure::from)?;
    ledger.settle(&desk.git).map_err(Failure::from)?;
    if is_new && let Some(said) = welcome(&desk.git, ledger.state()?) {
        screen.note(&harmless(&said));
    }
    Ok(ledger)
}

/// Whether a run of `ticket` goes on: what it refers to was read when it began.
fn is_known(journal: &Embedded, ticket: &Ticket) -> Result<bool, Failure> {
    let run = RunId::new(file_stem(&ticket.id, &ticket.title));
    let state = read_state(journal, &run).map_err(Failure::from)?;
    Ok(state.is_some_and(|state| state.ended.is_none()))
}

/// What the steps of a run came to.
pub(super) struct Moved {
    /// Where the run stands now.
    pub(super) state: RunState,
    /// How many gates had been judged before.
    pub(super) before: usize,
    /// How the command ends.
    pub(super) exit: Exit,
}

/// Takes steps, then says where the run stands and what is owed.
fn go_on(
    desk: &Desk,
    ledger: Ledger,
    spending: &Spending,
    (common, screen): (&Common, &Screen),
) -> Result<Exit, Failure> {
    let moved = {
        let mut tell = teller(common, screen);
        advance(desk, ledger, spending, &mut *tell)?
    };
    show(&moved, common, screen)
}

/// Takes steps until somebody else has to.
pub(super) fn advance(
    desk: &Desk,
    mut ledger: Ledger,
    spending: &Spending,
    tell: &mut dyn FnMut(Progress),
) -> Result<Moved, Failure> {
    for said in below::hear(desk, &mut ledger)? {
        tell(Progress::Note(said));
    }
    let begun = ledger.state().map_err(Failure::from)?.clone();
    let mut worker = crew::crew(desk, &begun, spending)?;
    let mut drive = desk.drive(ledger, &mut *tell);
    let before = begun.gates.len();
    let pause = drive.go(worker.as_mut()).map_err(Failure::from);
    let state = drive.ledger.state().map_err(Failure::from)?.clone();
    drop(drive);
    let exit = match &pause {
        Ok(pause) => exit_of(&state, pause, before),
        Err(failure) => failure.kind.exit(),
    };
    export(desk, &state, spending, (&pause, exit))?;
    telemetry::send(desk, (&state, begun.seq), &crew::settings()?, tell);
    if let Ok(Pause::Budget(why) | Pause::Unreachable(why)) = &pause {
        tell(Progress::Note(why.clone()));
    }
    if let Some(said) = below::ask(desk, &state) {
        tell(Progress::Note(said));
    }
    pause?;
    Ok(Moved {
        state,
        before,
        exit,
    })
}

fn show(moved: &Moved, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    let (state, exit) = (&moved.state, moved.exit);
    if common.json {
        screen.result_document(&RunDocument::of(state, stand::next(state), exit))?;
    } else {
        screen.result(&stand::after(state, moved.before, screen.out()))?;
    }
    Ok(exit)
}

/// Writes down what was spent and how it stopped, also where it failed.
fn export(
    desk: &Desk,
    state: &RunState,
    spending: &Spending,
    (pause, exit): (&Result<Pause, Failure>, Exit),
) -> Result<(), Failure> {
    let why = match pause {
        Ok(Pause::Working(phase)) => format!("{} is being worked on", phase.as_str()),
        Ok(Pause::Person(why) | Pause::Budget(why) | Pause::Unreachable(why)) => why.clone(),
        Ok(Pause::Ready) => "ready to be merged".to_owned(),
        Ok(Pause::Over) => "over".to_owned(),
        Err(failure) => failure.message.clone(),
    };
    let why = redactor().clean(why);
    let settings = crew::settings()?;
    let base = desk.git.tree_of(&state.started.base)?;
    let config = Config::of_tree(&desk.git, &base)?;
    let budget = crew::budget(spending, state.started.budget, &settings, &config);
    let ended = Ended { exit, why, budget };
    super::export::write(desk, state, &ended, spending.export.as_deref())
}

/// The verdict of the gates that were judged now; else what the run waits for.
fn exit_of(state: &RunState, pause: &Pause, before: usize) -> Exit {
    let judged = state.gates[before..].last().map(|gate| gate.verdict);
    match (judged, pause) {
        (_, Pause::Budget(_)) => Exit::Budget,
        (_, Pause::Unreachable(_)) => Exit::Environment,
        (Some(GateVerdict::Unmet), _) => Exit::Refuted,
        (Some(GateVerdict::Unclear), Pause::Person(_)) if waits_over_hidden(state) => Exit::Person,
        (Some(GateVerdict::Unclear), _) => Exit::Unclear,
        (Some(GateVerdict::Met), _) if state.started.pace == Pace::Person => Exit::Met,
        (_, Pause::Ready | Pause::Over) => Exit::Met,
        (_, Pause::Working(_) | Pause::Person(_)) => Exit::Person,
    }
}

/// Whether a person has to say if a hidden test is right.
fn waits_over_hidden(state: &RunState) -> bool {
    let mut open = state.questions.iter().filter(|q| q.answered.is_none());
    open.any(|question| is_about_hidden(&question.asked.id))
}

/// Writes what the workers of the run handed in as a recording.
fn record(desk: &Desk, file: &Path) -> Result<(), Failure> {
    let journal = desk.journal()?;
    let run = desk.state(&journal)?.run;
    let lines = read_lines(&journal, &run).map_err(Failure::from)?;
    let state = desk.state(&journal)?;
    let hidden = hidden_git(&desk.workshop.state, &desk.git, &state);
    let recording = redgreen_worker::record(&desk.git, hidden.as_ref(), &lines);
    let recording = recording.map_err(Failure::from)?;
    let failed = |why: String| {
        let message = format!("{} cannot be written", file.display());
        Failure::new(FailureKind::Environment, Code::CannotWrite, message).cause(why)
    };
    let text = serde_json::to_string_pretty(&recording).map_err(|e| failed(e.to_string()))?;
    fs::write(file, text + "\n").map_err(|e| failed(e.to_string()))
}
