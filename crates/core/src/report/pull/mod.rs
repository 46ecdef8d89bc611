//! Renders a report as a pull request: what a reviewer sees at once, and the evidence folded away.
//!
//! The visible part has at most [`MOST_VISIBLE`] characters, whatever the run. No text that came
//! in can name a person, close an issue or end the block that it stands in.

mod asked;
mod comment;
mod inert;
mod markers;
mod reply;
mod room;
mod template;

pub use asked::{is_asked_there, question_comment};
pub use comment::{Proven, proof_comment};
pub use markers::{BEGIN, END, put};
pub use reply::{point_reply, points_comment};
pub use room::within;
pub use template::filled;

use super::names::BASE;
use super::parts;
use super::quote::{code, code_cell, one_line, prose};
use super::rows::{AssumptionRow, CriterionRow, GitObject, TestRow};
use super::tables;
use super::{Report, Side};
use crate::commit_message::{CommitMessage, CommitPhase, subject};
use crate::finding::{Finding, Weight};
use crate::proof::{Cell, FunctionVerdict, Mark, TestVerdict};
use crate::ticket::outline::cut;
use inert::inert;

/// The most characters that are seen before the evidence is unfolded.
pub const MOST_VISIBLE: usize = 1000;
/// The most characters of a body: GitHub takes 65,536.
const MOST: usize = 60_000;
/// How much of a commit's name is shown.
const DIGITS: usize = 12;

/// What the ticket is to the forge that the pull request is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// Merging closes it: `#12`.
    Closes(String),
    /// It is named only: the forge cannot close it, or merging does not close anything there.
    Refers(String),
    /// The ticket is on no tracker.
    None,
}

/// The title: what the change does, from the ticket and never from the last commit.
pub fn pull_title(report: &Report) -> String {
    let change = CommitPhase::Green.change_type(report.ticket.kind);
    let message = CommitMessage::new(change, subject(&report.ticket.title));
    let rendered = message.render();
    one_line(rendered.lines().next().unwrap_or_default())
}

/// The block that redgreen writes into the body, with the markers around it.
pub fn pull_block(report: &Report, link: &Link) -> String {
    let visible = visible(report, link);
    let room = MOST.saturating_sub(visible.chars().count());
    let folded = folded(report, room);
    format!(
        "{BEGIN}\n{visible}\n<details><summary>Evidence</summary>\n\n{folded}\n</details>\n{END}\n"
    )
}

/// What is seen at once.
fn visible(report: &Report, link: &Link) -> String {
    let head = head(report, link);
    let tail = tail(report);
    let taken = head.chars().count() + tail.chars().count();
    let table = table(report, MOST_VISIBLE.saturating_sub(taken + 60));
    format!("{head}{table}{tail}")
}

fn head(report: &Report, link: &Link) -> String {
    let title = prose(&cut(report.ticket.title.trim_end_matches('.'), 120));
    let link = match link {
        Link::Closes(name) => format!(" Closes {}", reference(name)),
        Link::Refers(name) => format!(" Refs {}", reference(name)),
        Link::None => String::new(),
    };
    let verdict = cut(&report.verdict.words, 80);
    format!(
        "{}.{link}\n\n**{}** by redgreen {}{}\n\n",
        inert(&title),
        prose(&verdict),
        env!("CARGO_PKG_VERSION"),
        recompute(report),
    )
}

/// The name of an issue, in the only letters that such names have.
fn reference(name: &str) -> String {
    let plain = |c: &char| c.is_ascii_alphanumeric() || "#/-_.".contains(*c);
    name.chars().filter(plain).take(100).collect()
}

fn recompute(report: &Report) -> String {
    let id = |label: &str| {
        let commits = report
            .ids
            .iter()
            .filter(|id| id.object == GitObject::Commit);
        let id = commits.into_iter().find(|id| id.label == label)?;
        id.id.get(..DIGITS).map(str::to_owned)
    };
    match (id(BASE), id(&report.head)) {
        (Some(base), Some(head)) if base != head => {
            format!(
                " (recompute: {})",
                code(&format!("redgreen prove {base}..{head}"))
            )
        }
        (_, _) => String::new(),
    }
}

/// One line a criterion and test, as many as there is `room` for.
fn table(report: &Report, room: usize) -> String {
    let rows: Vec<String> = report.criteria.iter().flat_map(rows).collect();
    if rows.is_empty() {
        return String::new();
    }
    let mut text = "| criterion | test (claimed) | base | head |\n|---|---|---|---|\n".to_owned();
    let mut left = room.saturating_sub(text.chars().count());
    let mut shown = 0;
    for row in &rows {
        let Some(rest) = left.checked_sub(row.chars().count()) else {
            break;
        };
        left = rest;
        text.push_str(row);
        shown += 1;
    }
    match rows.len() - shown {
        0 => text.push('\n'),
        _ if shown == 0 => return format!("{} rows are in the evidence.\n\n", rows.len()),
        more => text.push_str(&format!("\n{more} more rows are in the evidence.\n\n")),
    }
    text
}

fn rows(criterion: &CriterionRow) -> Vec<String> {
    let stale = match criterion.stale {
        true => " (stale)",
        false => "",
    };
    let words = format!("{}{stale} {}", criterion.id, criterion.wording);
    let words = inert(&prose(&cut(&words, 48)));
    let row = |name: &str, test: Option<&TestRow>| {
        let cell = |cell: Option<&Cell>| inert(&answer(cell));
        let base = cell(test.and_then(|test| test.base.as_ref()));
        let head = cell(test.and_then(|test| test.head.as_ref()));
        format!(
            "| {words} | {} | {base} | {head} |\n",
            inert(&code_cell(&short(name)))
        )
    };
    if criterion.tests.is_empty() {
        return vec![format!("| {words} | none is claimed | – | – |\n")];
    }
    let rows = criterion.tests.iter().map(|traced| match &traced.test {
        Some(test) => row(&test.id.name, Some(test)),
        None => row("in no proof", None),
    });
    rows.collect()
}

/// The end of a test's name says the most.
fn short(name: &str) -> String {
    let count = name.chars().count();
    match count > 44 {
        true => format!("…{}", name.chars().skip(count - 43).collect::<String>()),
        false => name.to_owned(),
    }
}

/// `✗ 100 != 90`.
fn answer(cell: Option<&Cell>) -> String {
    let Some(cell) = cell else {
        return "–".to_owned();
    };
    let mark = match cell.mark {
        Mark::Passed => return "✓".to_owned(),
        Mark::Failed => "✗",
        Mark::Mixed => "±",
        Mark::Skipped => "skipped",
        Mark::Absent => "absent",
        Mark::Unknown => "not reached",
    };
    let why = match (cell.message.as_str(), cell.reason) {
        ("", Some(reason)) => reason.words(),
        (message, _) => message,
    };
    format!("{mark} {}", prose(&cut(why, 32)))
        .trim_end()
        .to_owned()
}

/// What is not good news: it has its place before the table takes the rest.
fn tail(report: &Report) -> String {
    let kept = match report.kept {
        Some(kept) => format!("{kept} old tests kept their promise. "),
        None => String::new(),
    };
    let stale = match report.ticket.stale {
        true => "**The ticket was changed since: what was proven is stale.** ".to_owned(),
        false => stale_criteria(report),
    };
    format!(
        "{kept}{stale}**Look here:** {}\n**Waived:** {} · **Not checked:** {}\n",
        looks(report),
        waived(report),
        unchecked(report),
    )
}

/// Criteria that were reworded after they were proven.
fn stale_criteria(report: &Report) -> String {
    let stale = report.criteria.iter().filter(|criterion| criterion.stale);
    let names: Vec<&str> = stale.map(|criterion| criterion.id.as_str()).collect();
    if names.is_empty() {
        return String::new();
    }
    let shown = names[..names.len().min(3)].join(", ");
    let names = more(prose(&shown), names.len().saturating_sub(3));
    format!("**Stale, reworded after its proof: {names}.** ")
}

/// Up to three places where a reviewer's eyes are worth most.
fn looks(report: &Report) -> String {
    let doubtful = |finding: &&Finding| finding.weight != Weight::Blocks && finding.at.is_some();
    let last = report
        .gates
        .iter()
        .rev()
        .find(|gate| !gate.findings.is_empty());
    let findings = last.iter().flat_map(|gate| &gate.findings).filter(doubtful);
    let findings = findings.filter_map(|finding| {
        let at = finding.at.as_ref()?;
        let place = code(&cut(&format!("{}:{}", at.path, at.line), 60));
        Some(format!("{place} {}", finding.code))
    });
    let unproven = report.functions.iter().filter_map(|judged| {
        let words = match judged.verdict {
            FunctionVerdict::NotToldApart => "is not told apart",
            FunctionVerdict::NotReached => "is not reached",
            FunctionVerdict::ProvenBy(_) | FunctionVerdict::Removed | FunctionVerdict::Exempt => {
                return None;
            }
        };
        Some(format!("{} {words}", code(&cut(&judged.name, 40))))
    });
    let assumed = report
        .assumptions
        .iter()
        .map(|assumption| match assumption {
            AssumptionRow::Claimed { text } => format!("assumed: {}", prose(&cut(text, 60))),
            AssumptionRow::Unanswered { default, .. } => {
                format!("unanswered, assumed: {}", prose(&cut(default, 48)))
            }
        });
    let largest = || {
        let production = report
            .files
            .iter()
            .filter(|file| file.side == Side::Production);
        let largest = production.max_by_key(|file| file.diff_text.len());
        largest.map(|file| code(&cut(&file.path, 80)))
    };
    let mut all: Vec<String> = findings.chain(unproven).chain(assumed).take(3).collect();
    if all.is_empty() {
        all.extend(largest());
    }
    match all.is_empty() {
        true => "nothing stands out".to_owned(),
        false => inert(&all.join(" · ")),
    }
}

fn waived(report: &Report) -> String {
    if report.waivers.is_empty() {
        return "none".to_owned();
    }
    let named = report.waivers.iter().take(2).map(|waiver| {
        let (by, why) = (prose(&cut(&waiver.by, 20)), prose(&cut(&waiver.reason, 36)));
        format!("{} by {by} ({why})", waiver.code)
    });
    let named: Vec<String> = named.collect();
    more(inert(&named.join(", ")), report.waivers.len() - named.len())
}

/// One thing of every part: the rest is in the evidence.
fn unchecked(report: &Report) -> String {
    let mut parts = Vec::new();
    let mut named: Vec<String> = Vec::new();
    for row in &report.not_checked {
        if named.len() < 4 && !parts.contains(&row.part) {
            parts.push(row.part);
            named.push(inert(&prose(&cut(&row.what, 44))));
        }
    }
    match named.is_empty() {
        true => "nothing is known of".to_owned(),
        false => more(named.join("; "), report.not_checked.len() - named.len()),
    }
}

fn more(words: String, left: usize) -> String {
    match left {
        0 => words,
        left => format!("{words} and {left} more"),
    }
}

/// Everything else, in at most `room` characters, cut between lines.
fn folded(report: &Report, room: usize) -> String {
    let unchecked = report.not_checked.iter();
    let unchecked =
        unchecked.map(|row| format!("- {}: {}\n", row.part.heading(), prose(&row.what)));
    let proving = report
        .tests
        .iter()
        .filter(|test| test.verdict == TestVerdict::Proves);
    let counts = format!("Tests that prove the change: {}.\n", proving.count());
    let blocks = [
        counts,
        tables::trace(report),
        tables::tests(report),
        tables::functions(report),
        parts::led("Waivers", &parts::waivers(report)),
        parts::led("Assumptions", &parts::assumptions(report)),
        parts::led("Questions", &parts::questions(report)),
        parts::led("Not checked", &unchecked.collect::<String>()),
        parts::led(
            "Gates that had to be judged again",
            &parts::attempts(report),
        ),
        format!(
            "Run {}, worker {}, ticket digest {}.\n",
            code(report.run.as_str()),
            code(&report.worker),
            code(report.ticket.digest.as_str())
        ),
    ];
    let whole = inert(&parts::joined(&blocks));
    if whole.chars().count() <= room {
        return whole;
    }
    let note = "\nThis is cut; the whole is printed by `redgreen report --format review`.\n";
    let mut kept = String::new();
    let mut left = room.saturating_sub(note.len());
    for line in whole.split_inclusive('\n') {
        let Some(rest) = left.checked_sub(line.chars().count()) else {
            break;
        };
        left = rest;
        kept.push_str(line);
    }
    kept + note
}
