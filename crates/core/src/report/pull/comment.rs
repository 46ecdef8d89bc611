//! Renders a proof that no run stands behind: what CI says below a pull request.

use super::inert::inert;
use super::{MOST, MOST_VISIBLE, answer, more, short};
use crate::evidence::TreeKind;
use crate::finding::{Finding, Weight};
use crate::proof::{Proof, TestJudged};
use crate::report::quote::{code, code_cell, prose};
use crate::report::verdict::change_words;
use crate::ticket::outline::cut;

/// A proof and how to make it again.
#[derive(Clone, Copy, Debug)]
pub struct Proven<'p> {
    /// The proof.
    pub proof: &'p Proof,
    /// The command that makes it again.
    pub reproduce: &'p str,
}

/// The text of the comment, without a marker.
pub fn proof_comment(proven: &Proven<'_>) -> String {
    let proof = proven.proof;
    let head = format!(
        "**{}** by redgreen {} (recompute: {})\n\n",
        change_words(proof.verdict),
        env!("CARGO_PKG_VERSION"),
        code(&cut(proven.reproduce, 200)),
    );
    let tail = tail(proof);
    let room = MOST_VISIBLE.saturating_sub(head.chars().count() + tail.chars().count() + 60);
    let rows: Vec<String> = proof.tests.iter().map(row).collect();
    let visible = format!("{head}{}{tail}", table(&rows, room));
    let folded = folded(&rows, proof);
    format!("{visible}\n<details><summary>Evidence</summary>\n\n{folded}\n</details>\n")
}

fn row(test: &TestJudged) -> String {
    let base = test.on(TreeKind::R).or_else(|| test.on(TreeKind::B));
    format!(
        "| {} | {} | {} | {} |\n",
        inert(&code_cell(&short(&test.id.name))),
        inert(&answer(base)),
        inert(&answer(test.on(TreeKind::H))),
        test.verdict.words(),
    )
}

const HEADING: &str = "| test | base | head | verdict |\n|---|---|---|---|\n";

fn table(rows: &[String], room: usize) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut text = HEADING.to_owned();
    let mut left = room.saturating_sub(text.chars().count());
    let mut shown = 0;
    for row in rows {
        let Some(rest) = left.checked_sub(row.chars().count()) else {
            break;
        };
        left = rest;
        text.push_str(row);
        shown += 1;
    }
    match rows.len() - shown {
        0 => text + "\n",
        _ if shown == 0 => format!("{} tests are in the evidence.\n\n", rows.len()),
        more => format!("{text}\n{more} more are in the evidence.\n\n"),
    }
}

fn tail(proof: &Proof) -> String {
    let weighs = |finding: &&Finding| matches!(finding.weight, Weight::Blocks | Weight::Clouds);
    let named: Vec<&Finding> = proof.findings.iter().filter(weighs).collect();
    let shown = named.iter().take(3).map(|finding| {
        let subject = code(&cut(&short(&finding.subject), 44));
        format!(
            "{} {subject} {}",
            finding.code,
            prose(&cut(&finding.message, 60))
        )
    });
    let shown: Vec<String> = shown.collect();
    let look = match shown.is_empty() {
        true => "nothing stands out".to_owned(),
        false => more(inert(&shown.join(" · ")), named.len() - shown.len()),
    };
    let unchecked = proof.not_checked.iter().take(3);
    let unchecked: Vec<String> = unchecked
        .map(|line| inert(&prose(&cut(line, 50))))
        .collect();
    let left = proof.not_checked.len() - unchecked.len();
    let unchecked = match unchecked.is_empty() {
        true => "nothing is known of".to_owned(),
        false => more(unchecked.join("; "), left),
    };
    format!(
        "{} old tests kept their promise. **Look here:** {look}\n**Not checked:** {unchecked}\n",
        proof.kept
    )
}

fn folded(rows: &[String], proof: &Proof) -> String {
    let findings = proof.findings.iter().map(|finding| {
        let place = finding.at.as_ref();
        let place = place.map_or(String::new(), |at| {
            format!(" {}", code(&format!("{}:{}", at.path, at.line)))
        });
        let (subject, message) = (code(&finding.subject), prose(&finding.message));
        format!("- {}{place} {subject}: {message}\n", finding.code)
    });
    let unchecked = proof.not_checked.iter();
    let unchecked = unchecked.map(|line| format!("- not checked: {}\n", prose(line)));
    let lines = std::iter::once(HEADING.to_owned())
        .chain(rows.iter().cloned())
        .chain(std::iter::once("\n".to_owned()))
        .chain(findings.map(|line| inert(&line)))
        .chain(unchecked.map(|line| inert(&line)));
    let mut text = String::new();
    let mut left = MOST - MOST_VISIBLE;
    for line in lines {
        let Some(rest) = left.checked_sub(line.chars().count()) else {
            return text + "\nThis is cut; the whole is printed by the command above.\n";
        };
        left = rest;
        text.push_str(&line);
    }
    text
}
