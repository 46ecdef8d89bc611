//! `redgreen status`, `log` and `report`: looks at a run without touching it.

use super::desk::Desk;
use super::{source, stand};
use crate::args::{Common, Log};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::json::RunDocument;
use crate::screen::{Screen, harmless};
use redgreen_core::answer::Channel;
use redgreen_core::event::{Event, Line, WorkHandedIn};
use redgreen_core::hidden::HiddenWritten;
use redgreen_core::work::Stepped;
use redgreen_engine::drive::{read_lines, reworded};
use redgreen_engine::journal::Journal as _;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Where the current run stands.
pub(super) fn status(common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    let desk = Desk::open(common)?;
    let journal = desk.journal()?;
    let state = desk.state(&journal)?;
    if let Some(lost) = journal.read(&state.run)?.truncated {
        let (known, found) = (lost.known, lost.found);
        screen.narrate(&format!(
            "lines are missing: {known} were written, {found} are there\n"
        ));
    }
    let heard = source::heard(&desk.git, &state);
    if let Some(news) = &heard.news {
        screen.narrate(news);
    }
    let stale = reworded(&desk.git, &state, heard.now.as_ref())?;
    if common.json {
        let document = RunDocument::of(&state, stand::next(&state), Exit::Met);
        screen.result_document(&RunDocument { stale, ..document })?;
    } else {
        let mut text = stand::phases(&state, screen.out());
        for id in &stale {
            text.push_str(&format!("\nstale: {id} was reworded after its proof\n"));
        }
        screen.result(&(text + &stand::what_next(&state, screen.out())))?;
    }
    Ok(Exit::Met)
}

/// How often the journal is looked at while it is followed.
const GLANCE: Duration = Duration::from_millis(100);

/// Everything that happened in the current run, and with `--follow` what happens from now on.
pub(super) fn log(asked: &Log, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    let desk = Desk::open(common)?;
    let journal = desk.journal()?;
    let run = desk.state(&journal)?.run;
    let mut lines = read_lines(&journal, &run).map_err(Failure::from)?;
    if common.json && !asked.follow {
        screen.result_document(&lines)?;
        return Ok(Exit::Met);
    }
    let mut shown = 0;
    loop {
        let news = &lines[shown.min(lines.len())..];
        let text: String = if common.json || common.events {
            news.iter().map(as_json).collect()
        } else {
            news.iter().map(one_line).collect()
        };
        screen.result(&text)?;
        shown = lines.len();
        let is_over = matches!(
            lines.last().map(|line| &line.event),
            Some(Event::RunEnded(_))
        );
        let stop = desk.manner.stop.as_ref();
        if !asked.follow || is_over || stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
            return Ok(Exit::Met);
        }
        std::thread::sleep(GLANCE);
        lines = read_lines(&journal, &run).map_err(Failure::from)?;
    }
}

/// One event a line, as it is kept.
fn as_json(line: &Line) -> String {
    let text = serde_json::to_string(line).unwrap_or_default();
    text + "\n"
}

/// A worker's step in a few words; what a tool or a model said is not among them.
fn stepped_words(did: &Stepped) -> String {
    match did {
        Stepped::ModelAnswered { model, spent, .. } => {
            let usage = spent.usage;
            format!("{model}: {} tokens in, {} out", usage.input, usage.output)
        }
        Stepped::ToolAnswered { tool, failed, .. } if *failed => format!("{tool}, which failed"),
        Stepped::ToolAnswered { tool, .. } => tool.clone(),
        Stepped::Told { sort, text, .. } => format!("{sort}: {text}"),
        Stepped::Refused { wanted, why } => format!("refused {wanted}: {why}"),
    }
}

fn handed_words(handed: &WorkHandedIn) -> String {
    let moved = handed.moved_aside.len();
    format!("tree {}, {moved} moved aside", handed.tree)
}

/// Hidden tests in a few words; what they are called is not among them.
fn hidden_words(written: &HiddenWritten) -> String {
    format!("{} that count, by {}", written.tests.len(), written.worker)
}

fn one_line(line: &Line) -> String {
    let words = match &line.event {
        Event::RunStarted(started) => format!("{} on {}", started.title, started.branch),
        Event::PhaseEntered(entered) => match &entered.because {
            Some(why) => format!("{}, because {why}", entered.phase.as_str()),
            None => entered.phase.as_str().to_owned(),
        },
        Event::WorkAsked(asked) => format!("{}, attempt {}", asked.phase.as_str(), asked.attempt),
        Event::WorkStepped(stepped) => stepped_words(&stepped.did),
        Event::WorkHandedIn(handed) => handed_words(handed),
        Event::WorkFailed(failed) => failed.why.clone(),
        Event::HiddenAsked(asked) => format!("attempt {}", asked.attempt),
        Event::HiddenWritten(written) => hidden_words(written),
        Event::HiddenFailed(failed) => failed.why.clone(),
        Event::Observed(seen) => {
            format!(
                "tree {:?} of {}",
                seen.observation.tree, seen.observation.unit
            )
        }
        Event::GateJudged(judged) => format!("{}: {:?}", judged.phase.as_str(), judged.verdict),
        Event::Committed(done) => {
            let commit = done
                .commit
                .as_ref()
                .map_or("nothing to commit", |commit| commit.as_str());
            format!("{}: {commit}", done.phase.as_str())
        }
        Event::QuestionAsked(asked) => format!("{}: {}", asked.id, asked.text),
        Event::QuestionAnswered(answer) => {
            let way = match answer.channel {
                Channel::Terminal => "",
                Channel::Mcp => ", over mcp",
                Channel::Ticket => ", on the ticket",
            };
            format!("{}: {} ({}{way})", answer.id, answer.answer, answer.by)
        }
        Event::Waived(waived) => format!("{} by {}: {}", waived.code, waived.by, waived.reason),
        Event::PersonNeeded(needed) => needed.why.clone(),
        Event::PointTaken(point) => {
            let (id, class, by) = (&point.id, point.class.as_str(), &point.author);
            format!("{id} by {by}, {class}: {}", point.because)
        }
        Event::PointClassed(point) => {
            format!("{}, {}: {}", point.id, point.class.as_str(), point.because)
        }
        Event::RoundBegun(begun) => format!("round {}: {}", begun.round, begun.points.join(", ")),
        Event::PointAnswered(answered) => format!("{}: {}", answered.id, answered.words),
        Event::Merged(merged) => format!("{} into {}", merged.commit, merged.target),
        Event::CleanedUp(cleaned) => format!("{} commands undo it", cleaned.undo.len()),
        Event::RunEnded(ended) if ended.completed => "completed".to_owned(),
        Event::RunEnded(ended) => format!("aborted: {}", ended.reason),
    };
    format!(
        "{:4}  {}  {:17}  {}\n",
        line.seq,
        line.at,
        line.event.name(),
        harmless(&words)
    )
}
