//! Asks on the ticket's page what stops a run, and hears what is answered below.

use super::desk::Desk;
use super::source::Doors;
use crate::failure::Failure;
use crate::screen::harmless;
use redgreen_core::answer::{Channel, answer_in, is_settled};
use redgreen_core::event::{QuestionAnswered, QuestionAsked};
use redgreen_core::id::Digest;
use redgreen_core::report::pull::{is_asked_there, question_comment};
use redgreen_core::run::{OpenQuestion, RunState};
use redgreen_engine::config::{Config, TicketConfig};
use redgreen_engine::drive::{Ledger, answer, ticket_of};
use redgreen_forge::name::Named;
use redgreen_forge::snapshot::{OWN_COMMENT, source};
use redgreen_forge::{Comment, Patience, Posted, Tracker};

/// The page of a run's ticket, where the project wants questions asked there.
struct Page {
    tracker: Box<dyn Tracker>,
    config: TicketConfig,
    /// Tells the run from others of the same ticket, whichever clone they are in.
    run: String,
}

impl Page {
    /// Nothing for a ticket of no tracker, and where nothing is to be asked there.
    fn of(desk: &Desk, state: &RunState) -> Result<Option<Self>, Failure> {
        let base = desk.git.tree_of(&state.started.base)?;
        let config = Config::of_tree(&desk.git, &base)?.ticket;
        let Some(source) = source(&ticket_of(state)?).filter(|_| config.ask) else {
            return Ok(None);
        };
        let doors = Doors::of_repository(&desk.git)?;
        let tracker = doors.item(&Named::Address(source.address), Patience::brief())?;
        let (base, worktree) = (&state.started.base, &state.started.worktree);
        let run = Digest::of(format!("{} {base} {worktree}", state.run).as_bytes());
        Ok(Some(Self {
            tracker,
            config,
            run: run.as_str().chars().take(12).collect(),
        }))
    }

    /// The mark of the comment that asks `id`.
    fn mark(&self, id: &str) -> String {
        format!("redgreen:asked {} {id}", self.run)
    }

    fn write(&self, state: &RunState, asked: &QuestionAsked) -> Result<Posted, Failure> {
        let words = question_comment(state, asked);
        Ok(self.tracker.comment_once(&self.mark(&asked.id), &words)?)
    }

    /// The newest answer to `asked` below the comment that asks it, by somebody who is heard, and a
    /// word on each that is not.
    fn answer(&self, said: &[Comment], asked: &QuestionAsked) -> Result<Found, Failure> {
        let names = |comment: &Comment| {
            let body = comment.body.trim_start();
            let is_ours = body.starts_with(&format!("<!-- redgreen:asked {} ", self.run));
            is_ours && body.contains(&format!("**{}**", asked.id))
        };
        let mut found = Found::default();
        let Some(at) = said.iter().position(names) else {
            return Ok(found);
        };
        for comment in &said[at + 1..] {
            let is_own = comment.body.trim_start().starts_with(OWN_COMMENT);
            let Some(text) = answer_in(&comment.body, &asked.id).filter(|_| !is_own) else {
                continue;
            };
            let is_named = self.config.hear.contains(&comment.author_id);
            if is_named || self.tracker.may_write(comment)? {
                found.answer = Some(QuestionAnswered {
                    id: asked.id.clone(),
                    answer: text,
                    by: format!("{} ({})", comment.author, comment.address),
                    channel: Channel::Ticket,
                });
            } else {
                found.unheard.push(format!(
                    "{} answers {} on the ticket and is not heard (to hear them: [ticket] hear = [{:?}])",
                    comment.author, asked.id, comment.author_id
                ));
            }
        }
        Ok(found)
    }
}

#[derive(Default)]
struct Found {
    answer: Option<QuestionAnswered>,
    unheard: Vec<String>,
}

/// Records what was answered on the page of the ticket: what happened, in words. A tracker that
/// does not answer keeps nobody from going on.
pub(super) fn hear(desk: &Desk, ledger: &mut Ledger) -> Result<Vec<String>, Failure> {
    let state = ledger.state().map_err(Failure::from)?.clone();
    let open: Vec<&QuestionAsked> = open(&state).map(|question| &question.asked).collect();
    if open.is_empty() || state.ended.is_some() {
        return Ok(Vec::new());
    }
    let heard = || -> Result<Option<(Page, Vec<Found>)>, Failure> {
        let Some(page) = Page::of(desk, &state)? else {
            return Ok(None);
        };
        let said = page.tracker.comments()?;
        let found: Result<Vec<Found>, Failure> =
            open.iter().map(|asked| page.answer(&said, asked)).collect();
        Ok(Some((page, found?)))
    };
    let (page, found) = match heard() {
        Ok(Some(heard)) => heard,
        Ok(None) => return Ok(Vec::new()),
        Err(failure) => {
            let words = format!("what the ticket answers is not known: {}", failure.message);
            return Ok(vec![harmless(&words)]);
        }
    };
    let mut words = Vec::new();
    for Found {
        answer: given,
        unheard,
    } in found
    {
        words.extend(unheard);
        let is_new = |given: &QuestionAnswered| {
            let mut known = state
                .questions
                .iter()
                .filter_map(|open| open.answered.as_ref());
            known.all(|known| known != given)
        };
        if let Some(given) = given.filter(is_new) {
            words.push(format!(
                "{} answers {}: {}",
                given.by, given.id, given.answer
            ));
            answer(&desk.git, ledger, given)?;
        }
    }
    let state = ledger.state().map_err(Failure::from)?;
    words.extend(settle(&page, state, &open).err().map(|failure| {
        format!(
            "the ticket was not told that it is answered: {}",
            failure.message
        )
    }));
    Ok(words.iter().map(|line| harmless(line)).collect())
}

/// Asks on the page of the ticket what stops the run: what was done, in words.
pub(super) fn ask(desk: &Desk, state: &RunState) -> Option<String> {
    let asked = open(state)
        .map(|open| &open.asked)
        .find(|asked| asked.blocks)?;
    let done = || -> Result<Option<String>, Failure> {
        let Some(page) = Page::of(desk, state)? else {
            return Ok(None);
        };
        Ok(match page.write(state, asked)? {
            Posted::Written(address) => Some(format!("{} is asked at {address}", asked.id)),
            Posted::Edited(_) | Posted::Unchanged => Some(format!(
                "{} is asked on the ticket, and not settled",
                asked.id
            )),
        })
    };
    let words = match done() {
        Ok(words) => words?,
        Err(failure) => format!(
            "{} is not asked on the ticket: {}",
            asked.id, failure.message
        ),
    };
    Some(harmless(&words))
}

/// Says below the ticket that what was asked there is answered, wherever that was.
pub(super) fn answered(desk: &Desk, state: &RunState, id: &str) -> Option<String> {
    let question = state
        .questions
        .iter()
        .find(|question| question.asked.id == id)?;
    if !is_asked_there(&question.asked) || !question.asked.blocks {
        return None;
    }
    let told = Page::of(desk, state)
        .and_then(|page| page.map_or(Ok(()), |page| settle(&page, state, &[&question.asked])));
    told.err()
        .map(|failure| harmless(&format!("the ticket was not told: {}", failure.message)))
}

/// Brings the comments of those of `asked` in step that block and are answered.
fn settle(page: &Page, state: &RunState, asked: &[&QuestionAsked]) -> Result<(), Failure> {
    let is_answered = |asked: &&&QuestionAsked| {
        let mut all = state.questions.iter();
        asked.blocks && all.any(|open| open.asked.id == asked.id && open.answered.is_some())
    };
    let settled: Vec<&&QuestionAsked> = asked.iter().filter(is_answered).collect();
    if settled.is_empty() {
        return Ok(());
    }
    let said = page.tracker.comments()?;
    for asked in settled {
        let mark = format!("<!-- {} -->", page.mark(&asked.id));
        if said
            .iter()
            .any(|comment| comment.body.trim_start().starts_with(&mark))
        {
            page.write(state, asked)?;
        }
    }
    Ok(())
}

/// What is asked of the ticket and not answered.
fn open(state: &RunState) -> impl Iterator<Item = &OpenQuestion> {
    let open = state.questions.iter();
    open.filter(|question| !is_settled(question) && is_asked_there(&question.asked))
}
