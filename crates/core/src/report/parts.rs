//! Renders the lists that both text forms of a report share. Each ends in a line end, or is empty.

use super::Report;
use super::names::BASE;
use super::quote::{code, fence, prose};
use super::rows::{AssumptionRow, AttemptRow, ClaimRow, FileDiff, GateRow, GitObject, Side};
use super::tables::place;
use super::unchecked::Part;
use super::verdict::{Standing, gate_words};
use super::words::{count, of_phase};
use crate::change::Status;
use crate::claim::Topic;
use crate::finding::{Finding, Weight};
use crate::phase::Phase;

/// Whatever workers said on `topic`, each line labelled as a claim.
pub(super) fn claims(report: &Report, topic: Topic) -> String {
    let claims = report
        .claims
        .iter()
        .filter(|claim| claim.topic == Some(topic));
    claims.map(claim).collect()
}

/// What workers said of their work in `phases`, each line labelled as a claim.
pub(super) fn summaries(report: &Report, phases: &[Phase]) -> String {
    let own = |claim: &&ClaimRow| claim.topic.is_none() && phases.contains(&claim.phase);
    report.claims.iter().filter(own).map(claim).collect()
}

fn claim(claim: &ClaimRow) -> String {
    let phase = of_phase(claim.phase, claim.slice);
    format!("- the worker says ({phase}): {}\n", prose(&claim.text))
}

/// What was not checked in `part`, but for what `shown` says of already.
pub(super) fn not_checked(report: &Report, part: Part, shown: &[String]) -> String {
    let rows = report.not_checked.iter().filter(|row| row.part == part);
    let left = rows.filter(|row| !shown.contains(&row.what));
    let lines = left.map(|row| format!("- {}\n", prose(&row.what)));
    led("Not checked", &lines.collect::<String>())
}

/// The changed files of `sides`: a list, then each one's diff.
pub(super) fn diffs(report: &Report, sides: &[Side]) -> String {
    let of_sides = |file: &&FileDiff| sides.contains(&file.side);
    let files: Vec<&FileDiff> = report.files.iter().filter(of_sides).collect();
    let mut text = String::new();
    for file in &files {
        let status = match file.status {
            Status::Added => "added",
            Status::Modified => "modified",
            Status::Deleted => "deleted",
        };
        let side = file.side.words();
        text.push_str(&format!("- {} ({side}, {status})\n", code(&file.path)));
    }
    for file in files
        .iter()
        .filter(|file| !file.diff_text.trim().is_empty())
    {
        let diff = fence("diff", &file.diff_text);
        text.push_str(&format!("\n{}:\n\n{diff}", code(&file.path)));
    }
    text
}

/// The gates that `wanted` picks, in order, with what each found and saw.
pub(super) fn gates(report: &Report, wanted: fn(&GateRow) -> bool) -> String {
    let gates = report.gates.iter().filter(|gate| wanted(gate));
    gates.map(gate_lines).collect()
}

fn gate_lines(gate: &GateRow) -> String {
    let phase = of_phase(gate.phase, gate.slice);
    let (met, tree) = (gate_words(gate.verdict), &gate.tree);
    let mut text = format!("- gate {}, {phase}: **{met}** on {tree}", gate.number);
    if let Some(commit) = &gate.commit {
        text.push_str(&format!(", committed as {commit}"));
    }
    text.push('\n');
    for finding in &gate.findings {
        text.push_str(&format!("  - {}\n", found(finding)));
    }
    for fact in &gate.facts {
        text.push_str(&format!("  - seen: {}\n", prose(fact)));
    }
    for command in &gate.commands {
        text.push_str(&format!("  - ran: {}\n", code(command)));
    }
    text
}

/// One finding in one line.
pub(super) fn found(finding: &Finding) -> String {
    let weight = match finding.weight {
        Weight::Blocks => "blocks",
        Weight::Clouds => "unclear",
        Weight::Excepts => "exception",
        Weight::Advises => "note",
    };
    let mut text = format!("{} ({weight})", finding.code);
    if !finding.subject.is_empty() {
        text.push_str(&format!(" {}", code(&finding.subject)));
    }
    text.push_str(&format!(": {}", prose(&finding.message)));
    if let Some(at) = &finding.at {
        text.push_str(&format!(" ({})", place(at)));
    }
    text
}

/// Every waiver with its name and reason.
pub(super) fn waivers(report: &Report) -> String {
    let line = |waiver: &crate::event::Waived| {
        let subject = match waiver.subject.is_empty() {
            true => "all of that code".to_owned(),
            false => code(&waiver.subject),
        };
        let phase = waiver.phase.as_str().to_uppercase();
        let (by, reason) = (prose(&waiver.by), prose(&waiver.reason));
        format!(
            "- waived at {phase}: {}, {subject}, by {by}: {reason}\n",
            waiver.code
        )
    };
    report.waivers.iter().map(line).collect()
}

/// Every question with its answer.
pub(super) fn questions(report: &Report) -> String {
    let line = |question: &crate::run::OpenQuestion| {
        let asked = &question.asked;
        let answer = match &question.answered {
            Some(answered) => format!("{} (by {})", prose(&answered.answer), prose(&answered.by)),
            None if asked.blocks => "**not answered, and it blocks**".to_owned(),
            None => format!("not answered; the default holds: {}", prose(&asked.default)),
        };
        format!("- {} {} — {answer}\n", prose(&asked.id), prose(&asked.text))
    };
    report.questions.iter().map(line).collect()
}

/// What was taken for granted.
pub(super) fn assumptions(report: &Report) -> String {
    let line = |assumption: &AssumptionRow| match assumption {
        AssumptionRow::Claimed { text } => format!("- the worker says: {}\n", prose(text)),
        AssumptionRow::Unanswered {
            id,
            question,
            default,
        } => {
            let (id, question) = (prose(id), prose(question));
            let default = prose(default);
            format!("- nobody answered {id} ({question}), so this is assumed: {default}\n")
        }
    };
    report.assumptions.iter().map(line).collect()
}

/// The phases that did not go through at the first attempt.
pub(super) fn attempts(report: &Report) -> String {
    let again = |row: &&AttemptRow| {
        row.asked > 1 || row.judged > 1 || !row.failed.is_empty() || !row.back.is_empty()
    };
    let line = |row: &AttemptRow| {
        let phase = of_phase(row.phase, row.slice);
        let asked = count(row.asked, "time");
        let judged = count(row.judged, "time");
        let mut text =
            format!("- {phase}: the worker was asked {asked}, the gate was judged {judged}\n");
        for why in &row.failed {
            text.push_str(&format!("  - the worker failed: {}\n", prose(why)));
        }
        for why in &row.back {
            text.push_str(&format!("  - gone back to: {}\n", prose(why)));
        }
        text
    };
    let lines = report.attempts.iter().filter(again).map(line);
    lines.collect()
}

/// What was moved aside, and where it is kept.
pub(super) fn moved_aside(report: &Report) -> String {
    let line = |row: &crate::history::MovedIn| {
        let phase = of_phase(row.phase, row.slice);
        let (path, kept) = (code(&row.moved.path), code(&row.moved.kept_in));
        format!("- moved aside in {phase}, which may not write it: {path}, kept in {kept}\n")
    };
    report.moved_aside.iter().map(line).collect()
}

/// The commits of `phases`; those in which nothing changed are named too.
pub(super) fn commits(report: &Report, phases: &[Phase]) -> String {
    let rows = report
        .commits
        .iter()
        .filter(|row| phases.contains(&row.phase));
    let line = |row: &super::CommitRow| {
        let phase = of_phase(row.phase, row.slice);
        let ids: Vec<String> = row.acceptance.iter().map(|id| prose(id.as_str())).collect();
        let accepts = match ids.is_empty() {
            true => String::new(),
            false => format!(" (Acceptance: {})", ids.join(", ")),
        };
        match &row.label {
            Some(label) => format!("- {phase}: {label}{accepts}\n"),
            None => format!("- {phase}: changed nothing\n"),
        }
    };
    led("Commits", &rows.map(line).collect::<String>())
}

/// The block that names every commit and proves the range again, and the trees that were judged.
pub(super) fn reproduce(report: &Report) -> String {
    let plain = |id: &str| {
        let letters = id.chars().filter(char::is_ascii_alphanumeric);
        letters.collect::<String>()
    };
    let mut lines = String::new();
    for named in report.ids.iter().filter(|n| n.object == GitObject::Commit) {
        lines.push_str(&format!("{}={}\n", named.label, plain(&named.id)));
    }
    match report.head == BASE {
        true => lines.push_str("# no commit was made yet: there is nothing to prove\n"),
        false => lines.push_str(&format!("redgreen prove \"$BASE..${}\"\n", report.head)),
    }
    let mut text = fence("sh", &lines);
    let trees = report.ids.iter().filter(|n| n.object == GitObject::Tree);
    let trees = trees.map(|named| format!("{} = {}", named.label, code(&plain(&named.id))));
    let trees: Vec<String> = trees.collect();
    if !trees.is_empty() {
        text.push_str(&format!(
            "\nTrees that were judged: {}.\n",
            trees.join(", ")
        ));
    }
    text
}

/// The commands that run and test the project.
pub(super) fn commands(report: &Report) -> String {
    match report.commands.is_empty() {
        true => String::new(),
        false => fence("sh", &report.commands.join("\n")),
    }
}

/// The commands that bring back what was cleaned up.
pub(super) fn undo(report: &Report) -> String {
    match report.undo.is_empty() {
        true => String::new(),
        false => led("To undo", &fence("sh", &report.undo.join("\n"))),
    }
}

/// Where the run stands; `quote` is how text that came in is written.
pub(super) fn standing(report: &Report, quote: fn(&str) -> String) -> String {
    let target = quote(&report.target);
    match &report.standing {
        Standing::Landed => {
            let landed = report.landed.as_ref();
            let target = landed.map_or(target, |landed| quote(&landed.target));
            format!("landed on {target}")
        }
        Standing::Aborted { reason } if reason.trim().is_empty() => {
            "ended without landing".to_owned()
        }
        Standing::Aborted { reason } => format!("ended without landing: {}", quote(reason)),
        Standing::Ready => format!("ready to land on {target}"),
        Standing::Waits { why } => format!("waits for a person: {}", quote(why)),
        Standing::AtWork { phase, slice } => format!("at work in {}", of_phase(*phase, *slice)),
    }
}

/// What workers said, behind a line that says that nobody checked it.
pub(super) fn claimed(lines: &[String]) -> String {
    led("Claims of the worker", &lines.concat())
}

/// `body` behind a line that says what it is; nothing where it is empty. Without such a line, two
/// lists in a row would be read as one.
pub(super) fn led(lead: &str, body: &str) -> String {
    match body.is_empty() {
        true => String::new(),
        false => format!("{lead}:\n\n{body}"),
    }
}

/// `blocks` with an empty line between each two; those without text are left out.
pub(super) fn joined(blocks: &[String]) -> String {
    let blocks = blocks.iter().filter(|block| !block.trim().is_empty());
    blocks.cloned().collect::<Vec<_>>().join("\n")
}
