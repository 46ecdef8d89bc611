//! `redgreen report`: the whole story of a run, filled from its journal and the proof alone.

use super::desk::Desk;
use super::hidden;
use crate::args::{Common, Report as Asked, ReportFormat};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::screen::Screen;
use redgreen_core::change::Status;
use redgreen_core::id::CriterionId;
use redgreen_core::report::pull::{Link, pull_block};
use redgreen_core::report::{FileDiff, Given, Report, Side, implementation, review};
use redgreen_core::run::RunState;
use redgreen_core::surface::Surface;
use redgreen_engine::drive::{reworded, ticket_of};
use redgreen_engine::git::Git;
use std::collections::BTreeSet;

/// The most lines of one file that a report shows.
const LINES: usize = 400;

/// Prints the report of the current run in the form that is asked for.
pub(super) fn report(asked: &Asked, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    let desk = Desk::open(common)?;
    let state = desk.state(&desk.journal()?)?;
    let report = compose(&desk.git, &state)?;
    match asked.format {
        _ if common.json => screen.result_document(&report)?,
        ReportFormat::Json => screen.result_document(&report)?,
        ReportFormat::Implementation => screen.result(&implementation(&report))?,
        ReportFormat::Review => screen.result(&review(&report))?,
        ReportFormat::Hidden => screen.result(&hidden::page(&desk, &state)?)?,
        ReportFormat::Pr => screen.result(&pull_block(&report, &Link::None))?,
    }
    Ok(Exit::Met)
}

/// The report of the run in `state`.
pub(super) fn compose(git: &Git, state: &RunState) -> Result<Report, Failure> {
    let ticket = ticket_of(state)?;
    Ok(Report::of(state, &ticket, &given(git, state)?))
}

/// What the journal does not hold: the diffs of the branch, the commands, the tools' versions.
pub(super) fn given(git: &Git, state: &RunState) -> Result<Given, Failure> {
    let base = git.tree_of(&state.started.base)?;
    let tip = git.tree_of(state.tip())?;
    let mut diffs = Vec::new();
    for changed in git.changed(&base, &tip)? {
        let path = changed.path.text();
        let diff_text = cut(&git.diff_text(&base, &tip, &changed.path)?);
        let text = match &changed.new {
            Some(held) => String::from_utf8_lossy(&git.blob(&held.blob)?).into_owned(),
            None => String::new(),
        };
        let side = side(redgreen_toolchain::surface(&path, Some(&text)));
        let status: Status = changed.status;
        diffs.push(FileDiff {
            path,
            side,
            status,
            diff_text,
        });
    }
    let commands: BTreeSet<String> = state
        .gates
        .iter()
        .flat_map(|gate| gate.commands.iter().cloned())
        .collect();
    let commands = commands
        .into_iter()
        .filter(|line| !line.contains("$SCRATCH"))
        .take(12)
        .collect();
    let versions = state
        .gates
        .first()
        .map(|gate| gate.facts.clone())
        .unwrap_or_default();
    Ok(Given {
        diffs,
        commands,
        versions,
        stale: stale(git, state)?,
    })
}

/// Criteria that read differently now than when they were proven: in the spec, or on the ticket's
/// tracker where that answers at once.
pub(super) fn stale(git: &Git, state: &RunState) -> Result<Vec<CriterionId>, Failure> {
    let now = super::source::heard(git, state).now;
    Ok(reworded(git, state, now.as_ref())?)
}

fn side(surface: Surface) -> Side {
    match surface {
        Surface::Test | Surface::Fixture | Surface::RunnerConfig => Side::Test,
        Surface::Production => Side::Production,
        Surface::Docs => Side::Docs,
        Surface::Manifest => Side::Manifest,
    }
}

fn cut(diff: &str) -> String {
    let mut lines: Vec<&str> = diff.lines().collect();
    let more = lines.len().saturating_sub(LINES);
    lines.truncate(LINES);
    let mut text = lines.join("\n");
    if more > 0 {
        text.push_str(&format!("\n… and {more} more lines"));
    }
    text
}
