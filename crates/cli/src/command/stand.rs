//! Words where a run stands: what its gates found, what is owed now, what to type next.

use super::watch::spent_words;
use crate::screen::steps::{PhaseLine, PhaseMark, Standing, Typed, next_block, render};
use crate::screen::{Palette, Tone, harmless};
use redgreen_core::answer::APPROVAL;
use redgreen_core::event::{GateJudged, GateVerdict, QuestionAsked, Slot};
use redgreen_core::feedback::is_asked_by_feedback;
use redgreen_core::finding::{Finding, Weight};
use redgreen_core::phase::Phase;
use redgreen_core::proof::TestVerdict;
use redgreen_core::run::{OpenQuestion, RunState, Stage};
use redgreen_core::work::Spent;

/// The gates that were judged since `before`, then what is owed.
pub(super) fn after(state: &RunState, before: usize, palette: Palette) -> String {
    let spent = state.spent();
    let mut text = gates(state, before, palette);
    if spent != Spent::default() {
        text.push_str(&format!("spent: {}\n", spent_words(&spent)));
    }
    text + &next_block(&owed(state), &next(state), palette)
}

/// The gates that were judged since `before`.
pub(super) fn gates(state: &RunState, before: usize, palette: Palette) -> String {
    let judged = &state.gates[before.min(state.gates.len())..];
    judged
        .iter()
        .map(|gate| gate_lines(gate, palette))
        .collect()
}

/// What is owed now, and what to type next.
pub(super) fn what_next(state: &RunState, palette: Palette) -> String {
    next_block(&owed(state), &next(state), palette)
}

/// Where the whole run stands, without what is owed.
pub(super) fn phases(state: &RunState, palette: Palette) -> String {
    let standing = Standing {
        ticket: state.started.ticket.to_string(),
        title: state.started.title.clone(),
        branch: state.started.branch.clone(),
        worktree: state.started.worktree.clone(),
        ports: state.started.slot.as_ref().map_or_else(String::new, ports),
        phases: Phase::ALL
            .into_iter()
            .map(|phase| phase_line(state, phase))
            .collect(),
        owed: Vec::new(),
        next: Vec::new(),
    };
    render(&standing, palette)
}

/// Which ports a slot has, and what to type so that programs know.
fn ports(slot: &Slot) -> String {
    let last = slot.first_port.saturating_add(slot.ports - 1);
    let known = slot
        .variables()
        .map(|(name, value)| format!("{name}={value}"));
    let known = known.join(" ");
    format!("{} to {last}   (export {known})", slot.first_port)
}

fn gate_lines(gate: &GateJudged, palette: Palette) -> String {
    let (mark, tone, words) = match gate.verdict {
        GateVerdict::Met => (palette.or("✓", "met"), Tone::Good, "met"),
        GateVerdict::Unmet => (palette.or("✗", "UNMET"), Tone::Bad, "not met"),
        GateVerdict::Unclear => (palette.or("?", "unclear"), Tone::Doubtful, "unclear"),
    };
    let phase = gate.phase.as_str();
    let mut text = format!("{} {phase}: {words}\n", palette.paint(tone, mark));
    for fact in &gate.facts {
        text.push_str(&format!("    {}\n", harmless(fact)));
    }
    let proof = gate.proof.iter().flat_map(|proof| proof.tests.iter());
    for test in proof.filter(|test| matches!(test.verdict, TestVerdict::Red | TestVerdict::Proves))
    {
        let reason = test
            .cells
            .iter()
            .find_map(|cell| cell.reason)
            .map_or("", |r| r.words());
        let id = harmless(&test.id.to_string());
        text.push_str(&format!(
            "    {} {id}  {}\n",
            test.verdict.words(),
            palette.paint(Tone::Quiet, reason)
        ));
        let message = test.cells.iter().find(|cell| !cell.message.is_empty());
        if let Some(cell) = message.filter(|_| test.verdict == TestVerdict::Red) {
            text.push_str(&format!(
                "        {}\n",
                palette.paint(Tone::Quiet, &harmless(&cell.message))
            ));
        }
    }
    for finding in &gate.findings {
        text.push_str(&finding_line(finding, palette));
    }
    text
}

/// One finding, as every command of a run shows it.
pub(super) fn finding_line(finding: &Finding, palette: Palette) -> String {
    let (tone, word) = match finding.weight {
        Weight::Blocks => (Tone::Bad, "blocks"),
        Weight::Clouds => (Tone::Doubtful, "unclear"),
        Weight::Excepts => (Tone::Doubtful, "excepted"),
        Weight::Advises => (Tone::Quiet, "note"),
    };
    let place = finding
        .at
        .as_ref()
        .map_or(String::new(), |at| format!(" ({}:{})", at.path, at.line));
    let subject = if finding.subject.is_empty() {
        String::new()
    } else {
        format!("{}: ", finding.subject)
    };
    let words = harmless(&format!("{subject}{}{place}", finding.message));
    format!(
        "    {} {} {words}\n",
        palette.paint(tone, word),
        finding.code
    )
}

fn phase_line(state: &RunState, phase: Phase) -> PhaseLine {
    let last = state.last_gate(phase);
    let is_current = state.phase == phase && state.ended.is_none();
    let mark = match (last.map(|gate| gate.verdict), is_current) {
        (Some(GateVerdict::Unmet), true) => PhaseMark::Unmet,
        (Some(GateVerdict::Unclear), true) => PhaseMark::Unclear,
        (_, true) => PhaseMark::Current,
        (Some(GateVerdict::Met), false) if was_waived(state, phase) => PhaseMark::Waived,
        (Some(GateVerdict::Met), false) => PhaseMark::Met,
        (_, false) if phase == Phase::Complete && state.merged.is_some() => PhaseMark::Met,
        (_, false) => PhaseMark::Ahead,
    };
    let slices = state.started.slices.len();
    let note = match (is_current, phase.is_per_slice()) {
        (true, true) if slices > 1 => format!("slice {} of {slices}", state.slice + 1),
        (true, _) if state.attempts > 1 => format!("attempt {}", state.attempts),
        (true | false, _) => String::new(),
    };
    PhaseLine {
        name: phase.as_str().to_owned(),
        mark,
        note,
    }
}

fn was_waived(state: &RunState, phase: Phase) -> bool {
    state.waivers.iter().any(|waiver| waiver.phase == phase)
}

/// What is owed now, one line each.
pub(super) fn owed(state: &RunState) -> Vec<String> {
    if let Some(completed) = state.ended {
        let words = if completed {
            "nothing: the change has landed"
        } else {
            "nothing: the run was aborted"
        };
        return vec![words.to_owned()];
    }
    let mut lines = match (state.phase, state.stage) {
        (Phase::Plan, Stage::Work) => vec![
            "the plan: fill in its file below specs/, section by section".to_owned(),
            "where there is nothing to say, write none and why".to_owned(),
        ],
        (Phase::Red, Stage::Work) => vec![
            "failing tests for the criteria below; that they fail is expected".to_owned(),
            "change tests, fixtures and runner configuration only".to_owned(),
        ],
        (Phase::Green, Stage::Work) => vec![
            "production code that makes the new tests pass".to_owned(),
            "the tests are frozen; a wrong one is mended by: redgreen check --back-to-red WHY"
                .to_owned(),
        ],
        (Phase::Refactor, Stage::Work) => vec!["cleaner code, same behaviour".to_owned()],
        (Phase::Verify, Stage::Work) => {
            vec!["mend what the checks found; leave the tests".to_owned()]
        }
        (Phase::Document, Stage::Work) => vec!["the documents lack something".to_owned()],
        (Phase::Complete, _) => vec!["a person's decision to land the proven change".to_owned()],
        (_, Stage::Person) => {
            let waiting = state.waiting.iter();
            let asked = blocking(state).map(|open| question(&open.asked));
            waiting
                .map(|waiting| format!("a person: {}", waiting.why))
                .chain(asked)
                .collect()
        }
        (_, Stage::Enter | Stage::Work | Stage::Gate | Stage::Commit | Stage::Over) => Vec::new(),
    };
    if let Some(question) = open_question(state) {
        let (words, asked) = (self::question(&question.asked), &question.asked);
        return vec![words, format!("without one it would be: {}", asked.default)];
    }
    if state.stage == Stage::Work && state.phase.is_per_slice() {
        lines.extend(criteria(state));
    }
    lines
}

fn question(asked: &QuestionAsked) -> String {
    format!("an answer to {}: {} ({})", asked.id, asked.text, asked.why)
}

/// What the worker asked in the middle of its work, and nobody has answered.
fn open_question(state: &RunState) -> Option<&OpenQuestion> {
    let is_feedback = state.phase == Phase::Complete;
    let mut open = state.questions.iter().filter(|question| {
        let is_open = question.asked.blocks && question.answered.is_none();
        let is_due = is_feedback || state.stage == Stage::Work;
        is_open && is_due && is_asked_by_feedback(&question.asked.id) == is_feedback
    });
    open.next()
}

/// The first question that stops the work.
fn blocking(state: &RunState) -> Option<&OpenQuestion> {
    let mut open = state.questions.iter();
    open.find(|question| question.asked.blocks && question.answered.is_none())
}

fn criteria(state: &RunState) -> Vec<String> {
    if let Some(kept) = state.feedback.of_slice(state.slice) {
        let point = &kept.point;
        let line = point.line.map_or(String::new(), |line| format!(":{line}"));
        let path = point.path.as_ref();
        let place = path.map_or(String::new(), |path| format!(" beside {path}{line}"));
        let words = point.text.split_whitespace().collect::<Vec<_>>().join(" ");
        return vec![format!("{} by {}{place}: {words}", point.id, point.author)];
    }
    let slice = state
        .started
        .slices
        .get(state.slice)
        .cloned()
        .unwrap_or_default();
    let ticket = redgreen_engine::drive::ticket_of(state);
    let all = ticket.map(|ticket| ticket.criteria).unwrap_or_default();
    let here = all
        .into_iter()
        .filter(|criterion| slice.contains(&criterion.id));
    here.map(|criterion| format!("{}: {}", criterion.id, criterion.text))
        .collect()
}

/// What to type next, best first.
pub(super) fn next(state: &RunState) -> Vec<Typed> {
    let typed = |command: &str, does: &str| Typed {
        command: command.to_owned(),
        does: does.to_owned(),
    };
    if state.ended.is_some() {
        return vec![typed("redgreen report", "the whole story")];
    }
    if let Some(question) = open_question(state) {
        let command = format!("redgreen answer {} TEXT", question.asked.id);
        return vec![typed(&command, "answer, and go on")];
    }
    let go_there = typed(
        &format!("cd {}", shell_word(&state.started.worktree)),
        "where the work is done",
    );
    match (state.phase, state.stage) {
        (Phase::Complete, _) => vec![
            typed(
                "redgreen complete",
                &format!("land it on {}", state.started.target),
            ),
            typed("redgreen feedback", "hear what is said of the pull request"),
            typed("redgreen report", "the whole story"),
        ],
        (_, Stage::Work) => vec![go_there, typed("redgreen check", "judge what is there")],
        (Phase::Plan, Stage::Person) if blocking(state).is_some() => {
            let id = blocking(state).map_or("", |question| &question.asked.id);
            let word = match blocking(state).is_some_and(|q| q.asked.text == APPROVAL) {
                true => ("yes", "approve the plan"),
                false => ("TEXT", "answer, and go on"),
            };
            vec![typed(&format!("redgreen answer {id} {}", word.0), word.1)]
        }
        (_, Stage::Person) => {
            let code = state.waiting.as_ref().and_then(|waiting| waiting.code);
            let mut all = vec![go_there, typed("redgreen check", "judge again")];
            if let Some(code) = code {
                all.push(typed(
                    &format!("redgreen explain {code}"),
                    "why, and what to do",
                ));
                let waive = format!("redgreen waive {code} --reason WHY --by NAME");
                all.push(typed(&waive, "let it pass, and show that in every report"));
            }
            all
        }
        (_, Stage::Enter | Stage::Gate | Stage::Commit | Stage::Over) => {
            vec![typed("redgreen resume", "go on")]
        }
    }
}

/// A word that can be pasted into a shell.
fn shell_word(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-+@%".contains(letter);
    if text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}
