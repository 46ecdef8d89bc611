//! `redgreen feedback`: hears what reviewers and checks say of the pull request, has it worked on,
//! and answers each point once.

mod answer;
mod gather;
mod shown;
mod stop;

use self::gather::{Heard, gather};
use self::shown::{document, show};
use super::desk::Desk;
use super::fork::way;
use super::run::{Moved, advance};
use super::source::Doors;
use super::watch::teller;
use super::{decide, no_events, pr};
use crate::args::{Common, Feedback};
use crate::exit::Exit;
use crate::failure::{Failure, FailureKind};
use crate::screen::Screen;
use redgreen_core::event::Event;
use redgreen_core::feedback::{Cause, Class, Owed, Place, PointClassed, RoundBegun, judge, owed};
use redgreen_core::finding::Code;
use redgreen_core::id::CommitId;
use redgreen_core::phase::Phase;
use redgreen_core::run::RunState;
use redgreen_engine::drive::Ledger;
use redgreen_engine::progress::Progress;
use redgreen_forge::Forge;
use redgreen_forge::pull::Opened;
use redgreen_forge::review::Reviews;
use redgreen_forge::site::Spot;

/// The pull request of a run, with what leads to it.
struct Offered<'o> {
    desk: &'o Desk,
    doors: &'o Doors,
    spot: Spot,
    forge: Box<dyn Forge>,
    reviews: Box<dyn Reviews>,
    opened: Opened,
}

/// Hears, works and answers.
pub(super) fn feedback(
    asked: &Feedback,
    common: &Common,
    screen: &Screen,
) -> Result<Exit, Failure> {
    go(asked, common, screen).map_err(|mut failure| {
        if failure.code == Code::ForgeAway {
            let again = "redgreen feedback   (when the forge is back: what was worked on stays)";
            failure.hints = vec![again.to_owned()];
        }
        failure
    })
}

fn go(asked: &Feedback, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    no_events("feedback", common)?;
    if !asked.classes.is_empty() || !asked.hear.is_empty() {
        decide::refuse_workers("say what a point asks for, or who is heard")?;
    }
    let desk = Desk::open(common)?;
    let journal = desk.journal()?;
    let state = desk.named(&journal, asked.run.as_deref())?;
    let doors = Doors::of_repository(&desk.git)?;
    let offered = offered(&desk, &doors, &state)?;
    let heard = offered.hear(&state)?;
    let (points, unheard) = gather(&state, &heard, &asked.hear);
    if asked.dry_run {
        let mut dry = state.clone();
        dry.feedback.take_all(&points);
        let document = document(&offered.opened, &dry, (&heard, &unheard), Exit::Met);
        return show(&document, common, screen);
    }
    let mut ledger = Ledger::open(journal, &state.run)?;
    for point in points {
        ledger.append(Event::PointTaken(Box::new(point)))?;
    }
    let (state, exit) = {
        let mut tell = teller(common, screen);
        take_up(&offered, ledger, (asked, &heard), &mut *tell)?
    };
    offered.answer(&state, &heard, screen)?;
    let state = desk.named(&desk.journal()?, Some(state.run.as_str()))?;
    let document = document(&offered.opened, &state, (&heard, &unheard), exit);
    show(&document, common, screen)
}

/// The open pull request of the run.
fn offered<'o>(desk: &'o Desk, doors: &'o Doors, state: &RunState) -> Result<Offered<'o>, Failure> {
    if state.ended.is_some() {
        let message = format!("the run {} is over", state.run);
        return Err(
            Failure::new(FailureKind::Usage, Code::WrongPhase, message).hint("redgreen status")
        );
    }
    let (spot, forge) = doors.home()?;
    let branch = &state.started.branch;
    let head = way(&desk.git, branch, &spot)?.head;
    let Some(opened) = forge.pull_of(&head)? else {
        let message = format!("no pull request of {branch} is open");
        return Err(Failure::new(FailureKind::Person, Code::NotToOffer, message)
            .hint("redgreen pr")
            .hint("redgreen complete   (where it was merged)"));
    };
    let reviews = doors.reviews()?;
    Ok(Offered {
        desk,
        doors,
        spot,
        forge,
        reviews,
        opened,
    })
}

impl Offered<'_> {
    /// What was said, where the branch of the forge is what was offered.
    fn hear(&self, state: &RunState) -> Result<Heard, Failure> {
        let review = self.reviews.review(self.opened.number)?;
        self.refuse_moved(state, &review.head)?;
        let checks = self.reviews.checks(self.opened.number, &review.head)?;
        Ok(Heard { review, checks })
    }

    /// Nothing is built on commits that no gate has judged, here or there.
    fn refuse_moved(&self, state: &RunState, head: &str) -> Result<(), Failure> {
        let git = &self.desk.git;
        let branch = &state.started.branch;
        let not_ours = |message: String, hint: String| {
            Failure::new(FailureKind::Person, Code::NotToOffer, message).hint(hint)
        };
        let tip = git.ref_target(&format!("refs/heads/{branch}"))?;
        if tip.as_ref() != Some(state.tip()) {
            let message = format!("{branch} has commits that no gate has judged");
            return Err(not_ours(
                message,
                "redgreen check --back-to-red WHY".to_owned(),
            ));
        }
        let is_known = git.resolve(head).is_ok();
        if is_known && git.is_ancestor(&CommitId::new(head), state.tip())? {
            return Ok(());
        }
        let short = head.get(..12).unwrap_or(head);
        let message = format!("{branch} was moved on the forge, to {short}, which is not here");
        Err(not_ours(
            message,
            format!("git fetch origin {branch}   (then compare: git log {branch}..FETCH_HEAD)"),
        ))
    }

    /// Pushes what is new and brings the pull request in step, then answers what can be answered.
    fn answer(&self, state: &RunState, heard: &Heard, screen: &Screen) -> Result<(), Failure> {
        let is_ready = state.phase == Phase::Complete;
        let is_new = state.tip().as_str() != heard.review.head;
        if is_ready && is_new {
            if stop::beyond_plan(&self.desk.git, state)?.is_some() {
                return Ok(());
            }
            pr::bring(
                (&self.desk.git, state),
                (&self.spot, self.forge.as_ref()),
                &self.opened,
                screen,
            )?;
        }
        answer::answer(self, state, heard)
    }
}

/// Takes steps until nothing is owed but a person's word.
fn take_up(
    offered: &Offered<'_>,
    mut ledger: Ledger,
    (asked, heard): (&Feedback, &Heard),
    tell: &mut dyn FnMut(Progress),
) -> Result<(RunState, Exit), Failure> {
    let desk = offered.desk;
    stop::settle(&mut ledger)?;
    reclass(&mut ledger, asked, &decide::person(desk))?;
    let mut ledger = look_into(desk, ledger, heard, tell)?;
    loop {
        let state = ledger.state()?.clone();
        let stops = match owed(&state) {
            Owed::Nothing => Some(Vec::new()),
            Owed::Person(stops) => Some(stops),
            Owed::Round(points) => {
                let round = state.feedback.rounds + 1;
                let tip = state.tip().clone();
                ledger.append(Event::RoundBegun(RoundBegun { round, points, tip }))?;
                None
            }
            Owed::Run => None,
        };
        if let Some(stops) = stops {
            let beyond = stop::beyond_plan(&desk.git, &state)?;
            let exit = stop::ask(&mut ledger, &stops, beyond.as_ref())?;
            return Ok((ledger.state()?.clone(), exit));
        }
        let Moved { state, exit, .. } = advance(desk, ledger, &asked.spending, tell)?;
        if state.phase != Phase::Complete {
            return Ok((state, exit));
        }
        ledger = Ledger::open(desk.journal()?, &state.run)?;
    }
}

/// What a person says of points on the command line.
fn reclass(ledger: &mut Ledger, asked: &Feedback, by: &str) -> Result<(), Failure> {
    for wanted in &asked.classes {
        let known = ledger.state()?.feedback.point(&wanted.point).cloned();
        let Some(known) = known.filter(|known| known.slice.is_none()) else {
            let message = format!("{} is no point that is still open", wanted.point);
            return Err(Failure::new(FailureKind::Usage, Code::BadUsage, message)
                .hint("redgreen feedback --dry-run"));
        };
        ledger.append(Event::PointClassed(PointClassed {
            id: known.point.id,
            class: wanted.class,
            because: format!("{by} says so"),
            cause: None,
            tests: Vec::new(),
        }))?;
    }
    Ok(())
}

/// Reproduces the checks that failed, once for all of them.
fn look_into(
    desk: &Desk,
    ledger: Ledger,
    heard: &Heard,
    tell: &mut dyn FnMut(Progress),
) -> Result<Ledger, Failure> {
    let state = ledger.state()?.clone();
    let is_open = |kept: &&redgreen_core::feedback::PointState| {
        let is_new = kept.cause.is_none() && kept.answered.is_none();
        kept.point.place == Place::Check && kept.class == Class::Ambiguous && is_new
    };
    let open: Vec<_> = state.feedback.points.iter().filter(is_open).collect();
    if open.is_empty() || state.phase != Phase::Complete {
        return Ok(ledger);
    }
    tell(Progress::Note(format!(
        "{} failed: looking into it here",
        open.len()
    )));
    let mut drive = desk.drive(ledger, tell);
    let seen = drive.reproduce(&CommitId::new(heard.review.head.as_str()))?;
    let mut ledger = drive.ledger;
    for kept in open {
        let (cause, tests) = judge(&seen.head, &seen.base, &kept.point.text);
        let class = match cause {
            Cause::Ours => Class::Failure,
            Cause::Base | Cause::Flaky | Cause::Infrastructure => Class::Remark,
            Cause::Unknown => Class::Ambiguous,
        };
        // What was mended and fails again is a person's, whatever it is.
        let class = match (&kept.point.returns, class) {
            (Some(_), Class::Failure) => Class::Ambiguous,
            (Some(_) | None, class) => class,
        };
        ledger.append(Event::PointClassed(PointClassed {
            id: kept.point.id.clone(),
            class,
            because: cause.words().to_owned(),
            cause: Some(cause),
            tests,
        }))?;
    }
    Ok(ledger)
}
