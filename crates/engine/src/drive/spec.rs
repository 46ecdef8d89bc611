//! Writes the documents that a run owes by itself: the spec and the changelog's entry.

use super::stale::{reworded, spec_name};
use super::{DriveError, known, ticket_of};
use crate::git::Git;
use redgreen_core::claim::Topic;
use redgreen_core::kind::Kind;
use redgreen_core::phase::Phase;
use redgreen_core::plan::{Assumption, Plan, PlannedTest, Question, render};
use redgreen_core::proof::TestVerdict;
use redgreen_core::report::pull::{BEGIN, put};
use redgreen_core::report::{Given, Report, trace_block};
use redgreen_core::run::RunState;
use redgreen_core::surface::Surface;
use redgreen_core::ticket::{Size, Ticket};
use std::fs;
use std::path::Path;

/// Writes what the documents lack. What somebody else wrote there is left as it is.
pub(super) fn write(
    git: &Git,
    state: &RunState,
    worktree: &Path,
) -> Result<Vec<String>, DriveError> {
    let ticket = ticket_of(state)?;
    let mut written = Vec::new();
    if ticket.size != Size::Tiny || worktree.join(spec_name(&ticket)).is_file() {
        written.extend(spec(state, &ticket, worktree)?);
        trace(git, state, &ticket, worktree)?;
    }
    if changes_more_than_tests(git, state, worktree)? {
        written.extend(changelog(state, &ticket, worktree)?);
    }
    written.extend(known::write(state, worktree)?);
    Ok(written)
}

/// Whether the change does anything that users of the project can see: whoever reads the changelog
/// is told nothing of tests, documents and what only builds them.
fn changes_more_than_tests(
    git: &Git,
    state: &RunState,
    worktree: &Path,
) -> Result<bool, DriveError> {
    let base = git.tree_of(&state.started.base)?;
    let head = git.tree_of_worktree(worktree)?;
    let shows = |path: &str| match redgreen_toolchain::surface(path, None) {
        Surface::Production | Surface::Manifest => true,
        Surface::Test | Surface::Fixture | Surface::RunnerConfig | Surface::Docs => false,
    };
    let changed = git.changed(&base, &head)?;
    Ok(changed.iter().any(|changed| shows(&changed.path.text())))
}

/// Writes into the spec which tests, commits and proofs belong to which criterion, and back, between
/// two marks at its end.
fn trace(git: &Git, state: &RunState, ticket: &Ticket, worktree: &Path) -> Result<(), DriveError> {
    let path = worktree.join(spec_name(ticket));
    let Ok(text) = fs::read_to_string(&path) else {
        return Ok(());
    };
    let given = Given {
        stale: reworded(git, state, None)?,
        ..Given::default()
    };
    let block = trace_block(&Report::of(state, ticket, &given));
    let new = match text.contains(BEGIN) {
        true => put(&text, &block),
        false => format!("{}\n\n{block}", text.trim_end()),
    };
    if new == text {
        return Ok(());
    }
    fs::write(&path, new).map_err(DriveError::disk(&path))
}

fn spec(state: &RunState, ticket: &Ticket, worktree: &Path) -> Result<Option<String>, DriveError> {
    let name = spec_name(ticket);
    let path = worktree.join(&name);
    if path.exists() {
        return Ok(None);
    }
    let dir = worktree.join("specs");
    fs::create_dir_all(&dir).map_err(DriveError::disk(&dir))?;
    fs::write(&path, render(&plan(state, ticket), ticket)).map_err(DriveError::disk(&path))?;
    Ok(Some(name))
}

/// The plan as it turned out: what was assumed and designed is the worker's word, which tests
/// belong to which criterion too.
fn plan(state: &RunState, ticket: &Ticket) -> Plan {
    let mut plan = Plan::draft(ticket);
    plan.design = redgreen_core::plan::Design::default();
    let notes = |topic: Topic| {
        let all = state
            .claims
            .iter()
            .flat_map(|(_, _, claim)| claim.notes.iter());
        all.filter(move |note| note.topic == topic)
            .map(|note| note.text.clone())
    };
    plan.design.modules = notes(Topic::Design).collect();
    let said = notes(Topic::Assumption).map(|text| Assumption {
        text,
        ..Assumption::default()
    });
    plan.assumptions = (1..)
        .zip(said.chain(assumed(state)))
        .map(|(number, assumption)| Assumption {
            id: redgreen_core::plan::AssumptionId::new(format!("A-{number}")),
            ..assumption
        })
        .collect();
    plan.questions = answered(state);
    plan.tests = planned_tests(state, ticket);
    plan
}

/// What was assumed because nobody answered: the default, with the risk of its being wrong.
fn assumed(state: &RunState) -> impl Iterator<Item = Assumption> + '_ {
    let open = state
        .questions
        .iter()
        .filter(|q| q.answered.is_none() && !q.asked.blocks);
    open.map(|question| Assumption {
        text: question.asked.text.clone(),
        risk: question.asked.why.clone(),
        default: question.asked.default.clone(),
        ..Assumption::default()
    })
}

/// The questions that somebody answered.
fn answered(state: &RunState) -> Vec<Question> {
    let answered = state.questions.iter().filter_map(|question| {
        let answer = question.answered.as_ref()?;
        Some(Question {
            id: redgreen_core::plan::QuestionId::new(question.asked.id.clone()),
            text: question.asked.text.clone(),
            why: question.asked.why.clone(),
            default: question.asked.default.clone(),
            blocker: question.asked.blocks,
            answer: Some(answer.answer.clone()),
        })
    });
    answered.collect()
}

fn planned_tests(state: &RunState, ticket: &Ticket) -> Vec<PlannedTest> {
    let proof = state
        .last_gate(Phase::Verify)
        .and_then(|gate| gate.proof.as_ref());
    let proving = proof.iter().flat_map(|proof| proof.tests.iter());
    let proving: Vec<String> = proving
        .filter(|test| test.verdict == TestVerdict::Proves)
        .map(|test| test.id.to_string())
        .collect();
    let links = state
        .claims
        .iter()
        .flat_map(|(_, _, claim)| claim.links.iter());
    let links: Vec<_> = links.collect();
    let mut planned = Vec::new();
    for criterion in &ticket.criteria {
        for test in &proving {
            let said = links.iter().any(|link| {
                link.criterion == criterion.id && redgreen_core::gate::is_named(test, &link.test)
            });
            if said || ticket.criteria.len() == 1 {
                let (criterion, test) = (criterion.id.clone(), test.clone());
                planned.push(PlannedTest {
                    criterion,
                    test,
                    check: None,
                });
            }
        }
    }
    planned
}

/// Adds an entry below `## [Unreleased]` (Keep a Changelog 1.1), where there is such a heading and
/// no entry for this ticket yet. A project that keeps FEATURES.md instead gets one there, where the
/// change is something new for its users.
fn changelog(
    state: &RunState,
    ticket: &Ticket,
    worktree: &Path,
) -> Result<Option<String>, DriveError> {
    let named = format!("({})", ticket.id);
    let entry = format!("- {} {named}", ticket.title.trim_end_matches('.'));
    let is_new = match state.started.kind {
        Kind::Feature | Kind::SpecChange => true,
        Kind::Bug
        | Kind::FlakeFix
        | Kind::Refactor
        | Kind::Removal
        | Kind::Dependency
        | Kind::Characterization
        | Kind::Docs => false,
    };
    for name in ["CHANGELOG.md", "FEATURES.md"] {
        let path = worktree.join(name);
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        if text.contains(&named) {
            return Ok(None);
        }
        let changed = with_entry(&text, section(state.started.kind), &entry);
        let changed = match name {
            "FEATURES.md" if is_new => changed.or_else(|| Some(listed(&text, &entry))),
            "FEATURES.md" => None,
            _ => changed,
        };
        let Some(changed) = changed else {
            return Ok(None);
        };
        fs::write(&path, changed).map_err(DriveError::disk(&path))?;
        return Ok(Some(name.to_owned()));
    }
    Ok(None)
}

/// `text` with `entry` behind the last item of its first list; at its end where it has no list.
fn listed(text: &str, entry: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let is_item = |line: &str| line.starts_with("- ") || line.starts_with("* ");
    let Some(first) = lines.iter().position(|line| is_item(line)) else {
        return format!("{}\n\n{entry}\n", text.trim_end());
    };
    let goes_on = |line: &&&str| is_item(line) || line.starts_with("  ");
    let end = first + lines[first..].iter().take_while(goes_on).count();
    let entry = match lines[first].starts_with('*') {
        true => entry.replacen('-', "*", 1),
        false => entry.to_owned(),
    };
    let mut out: Vec<&str> = lines;
    out.insert(end, &entry);
    out.join("\n") + "\n"
}

fn section(kind: Kind) -> &'static str {
    match kind {
        Kind::Feature | Kind::Characterization => "Added",
        Kind::Bug | Kind::FlakeFix => "Fixed",
        Kind::Removal => "Removed",
        Kind::Refactor | Kind::SpecChange | Kind::Dependency | Kind::Docs => "Changed",
    }
}

/// `text` with `entry` in `section` of the unreleased part; nothing where there is no such part.
fn with_entry(text: &str, section: &str, entry: &str) -> Option<String> {
    let is_unreleased =
        |line: &str| line.starts_with("## ") && line.to_ascii_lowercase().contains("unreleased");
    let lines: Vec<&str> = text.lines().collect();
    let start = lines.iter().position(|line| is_unreleased(line))? + 1;
    let rest = lines[start..]
        .iter()
        .position(|line| line.starts_with("## "));
    let end = rest.map_or(lines.len(), |rest| start + rest);
    let heading = format!("### {section}");
    let found = (start..end).find(|at| lines[*at].trim() == heading);
    let mut out: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    match found {
        Some(at) => {
            let after = (at + 1..end)
                .find(|at| lines[*at].starts_with("### "))
                .unwrap_or(end);
            let full = (at + 1..after)
                .rev()
                .find(|at| !lines[*at].trim().is_empty());
            out.insert(full.map_or(at + 1, |full| full + 1), entry.to_owned());
        }
        None => {
            let new = ["", heading.as_str(), "", entry];
            let new = new.iter().map(|line| (*line).to_owned());
            out.splice(start..start, new);
        }
    }
    Some(out.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_goes_to_the_end_of_its_section() {
        let text = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- one\n\n## [1.0]\n\n- old\n";
        let wanted =
            "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- one\n- two\n\n## [1.0]\n\n- old\n";
        assert_eq!(with_entry(text, "Added", "- two").as_deref(), Some(wanted));
    }

    #[test]
    fn a_list_of_features_grows_at_its_end_in_its_own_sign() {
        let text = "# Features\n\n* one\n  more\n* two\n\n## Plans\n\n* three\n";
        let wanted = "# Features\n\n* one\n  more\n* two\n* new\n\n## Plans\n\n* three\n";
        assert_eq!(listed(text, "- new"), wanted);
        assert_eq!(listed("# Features\n", "- new"), "# Features\n\n- new\n");
    }

    #[test]
    fn a_missing_section_is_made_and_a_missing_part_is_not() {
        let text = "# Changelog\n\n## [Unreleased]\n";
        let wanted = "# Changelog\n\n## [Unreleased]\n\n### Fixed\n\n- two\n";
        assert_eq!(with_entry(text, "Fixed", "- two").as_deref(), Some(wanted));
        assert_eq!(with_entry("# Changelog\n", "Fixed", "- two"), None);
    }
}
