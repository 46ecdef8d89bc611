//! Asks for what a ticket leaves open: one question a topic, each with why it matters and a
//! default, the weightiest first, at most five.

use super::TicketFinding;
use super::prose::{Prose, Role};
use super::rule::{self, Severity};
use super::topics::{Part, TOPICS, Topic};
use crate::kind::Kind;
use crate::plan::MOST_QUESTIONS;
use crate::ticket::Ticket;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Something that the ticket leaves open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TicketQuestion {
    /// The rule that asks: `RQ060`.
    pub code: String,
    /// What is missing: `login: lockout`; the quoted words for a question about a finding.
    pub about: String,
    /// The line that raises it, from 1.
    pub line: u32,
    /// The question, a full sentence.
    pub text: String,
    /// Why the answer matters.
    pub why: String,
    /// What is assumed where nobody answers.
    pub default: String,
    /// Whether work stops until it is answered.
    pub blocks: bool,
    /// Whether it is among the few that are asked; the others are listed.
    pub asked: bool,
    /// Impact times doubt, from 1 to 9.
    pub weight: u8,
}

/// The least weight of a question that is asked; what weighs less is listed.
const LEAST: u8 = 4;

/// The questions of `ticket`, those about `findings` among them, weightiest first.
pub(super) fn of(
    ticket: &Ticket,
    prose: &Prose<'_>,
    findings: &[TicketFinding],
) -> Vec<TicketQuestion> {
    let mut all: Vec<TicketQuestion> = findings.iter().filter_map(about).collect();
    if prose.is_english() {
        all.extend(missing(ticket, prose));
    }
    all.sort_by_key(|question| (!question.blocks, std::cmp::Reverse(question.weight)));
    let mut topics = BTreeSet::new();
    let mut asked = 0;
    for question in &mut all {
        let topic = question
            .about
            .split(':')
            .next()
            .unwrap_or_default()
            .to_owned();
        let first = topics.insert((question.code.clone(), topic));
        question.asked =
            asked < MOST_QUESTIONS && (question.blocks || (first && question.weight >= LEAST));
        asked += usize::from(question.asked);
    }
    all.sort_by_key(|question| !question.asked);
    all
}

/// The question that a finding of its own comes to.
fn about(finding: &TicketFinding) -> Option<TicketQuestion> {
    let rule = rule::of_code(&finding.code)?;
    // A rule that only informs asks nobody: its question is listed.
    let weight = match finding.severity {
        Severity::Block => 9,
        Severity::Ask => 6,
        Severity::Warn | Severity::Info => LEAST - 1,
    };
    let (text, default) = match rule.code {
        "RQ032" => (
            format!("Which of the two holds: {}?", finding.message),
            "none: somebody decides".to_owned(),
        ),
        "RQ033" => (
            format!(
                "How fast is \"{}\", measured how, under which load?",
                finding.quote
            ),
            "not slower than now by more than 20 %; no other target is held".to_owned(),
        ),
        "RQ034" => (
            format!(
                "How is it undone where \"{}\" was a mistake?",
                finding.quote
            ),
            "a copy is kept, and the command that brings it back is documented".to_owned(),
        ),
        "RQ040" => (
            format!(
                "What does the ticket mean by {}: {}?",
                finding.quote, finding.message
            ),
            "a new thing of that name".to_owned(),
        ),
        "RQ042" => (
            format!("May the project get a new dependency: {}?", finding.quote),
            "no: it is done with what the project has".to_owned(),
        ),
        _ => return None,
    };
    Some(TicketQuestion {
        code: finding.code.clone(),
        about: finding.quote.clone(),
        line: finding.line,
        text,
        why: rule.why.to_owned(),
        default,
        blocks: finding.severity == Severity::Block,
        asked: false,
        weight,
    })
}

/// Kinds that bring new behaviour; the others say themselves what must hold.
fn brings_behaviour(kind: Kind) -> bool {
    match kind {
        Kind::Feature | Kind::SpecChange | Kind::Removal => true,
        Kind::Bug
        | Kind::Refactor
        | Kind::Dependency
        | Kind::FlakeFix
        | Kind::Characterization
        | Kind::Docs => false,
    }
}

/// The required answers that the ticket does not give.
fn missing(ticket: &Ticket, prose: &Prose<'_>) -> Vec<TicketQuestion> {
    if !brings_behaviour(ticket.kind) {
        return Vec::new();
    }
    let text = ticket.text.to_lowercase();
    let title = padded(&ticket.title);
    let asking: Vec<(u32, String)> = prose
        .asking()
        .filter(|sentence| sentence.role != Role::Heading)
        .map(|sentence| {
            let source = prose
                .text
                .get(sentence.start..sentence.end)
                .unwrap_or_default();
            (sentence.line, padded(source))
        })
        .collect();
    let mut found = Vec::new();
    for topic in &TOPICS {
        let Some(line) = raised(topic, &title, &asking) else {
            continue;
        };
        let open: Vec<&Part> = topic
            .parts
            .iter()
            .filter(|part| !part.answered_by.iter().any(|word| text.contains(word)))
            .collect();
        let doubt = doubt(open.len(), topic.parts.len());
        found.extend(open.iter().map(|part| question(topic, part, line, doubt)));
    }
    found
}

/// Lower-case words with one space round each; of punctuation only `/` stays.
fn padded(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || matches!(c, '/' | '-' | '\'' | '(' | ')') {
                c
            } else {
                ' '
            }
        })
        .collect();
    let words: Vec<String> = spaced.split_whitespace().map(str::to_lowercase).collect();
    format!(" {} ", words.join(" "))
}

/// The line that raises `topic`.
fn raised(topic: &Topic, title: &str, asking: &[(u32, String)]) -> Option<u32> {
    let holds = |text: &str, word: &str| {
        if word.ends_with('/') {
            text.contains(&format!(" {word}"))
        } else {
            text.contains(&format!(" {word} "))
        }
    };
    let all = || topic.raised_by.iter();
    let by_title = topic.in_title.iter().any(|word| holds(title, word))
        || all().any(|word| holds(title, word));
    let line = asking
        .iter()
        .find(|(_, text)| all().any(|word| holds(text, word)));
    line.map(|(line, _)| *line).or(by_title.then_some(1))
}

/// How open a topic is, from 1 to 3.
fn doubt(open: usize, parts: usize) -> u8 {
    match open {
        0 => 0,
        open if open == parts => 3,
        open if open * 2 > parts => 2,
        _ => 1,
    }
}

fn question(topic: &Topic, part: &Part, line: u32, doubt: u8) -> TicketQuestion {
    TicketQuestion {
        code: "RQ060".to_owned(),
        about: format!("{}: {}", topic.name, part.name),
        line,
        text: part.question.to_owned(),
        why: part.why.to_owned(),
        default: part.default.to_owned(),
        blocks: false,
        asked: false,
        weight: part.impact * doubt,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Around, examine};
    use super::*;
    use crate::ticket::Defaults;

    fn questions(text: &str) -> Vec<TicketQuestion> {
        let defaults = Defaults::default();
        let ticket = Ticket::parse("T-1", text, &defaults).expect("has text");
        examine(&ticket, &Around::of(&defaults)).questions
    }

    #[test]
    fn the_weightiest_missing_part_of_a_topic_is_asked_for() {
        let found = questions("# Upload of pictures\n\n- [ ] A user can upload a picture.");
        let asked: Vec<&str> = found
            .iter()
            .filter(|q| q.asked)
            .map(|q| q.about.as_str())
            .collect();
        assert_eq!(asked, ["upload: size"]);
        assert!(found.iter().any(|q| q.about == "upload: types" && !q.asked));
        assert!(
            found
                .iter()
                .all(|q| !q.default.is_empty() && !q.why.is_empty() && !q.blocks)
        );
    }

    #[test]
    fn an_answered_topic_asks_nothing_and_a_bug_neither() {
        let answered = "# Upload\n\n- [ ] POST /files takes PNG up to 5 MiB by role `a`, else 415, and scans it.";
        assert!(
            questions(answered).iter().all(|q| !q.asked),
            "{:?}",
            questions(answered)
        );
        assert!(questions("# fix: upload of pictures\n\n- [ ] `a` is kept").is_empty());
    }

    #[test]
    fn at_most_five_are_asked_and_a_contradiction_comes_first() {
        let text = "# Delete uploads\n\n- [ ] A session expires after 5 minutes.\n\
                    - [ ] A session expires after 9 minutes.\n- [ ] GET /a lists a list of prices.\n\
                    - [ ] A user can upload a file at midnight.\n- [ ] A mail is sent to them.\n\
                    - [ ] The birthday is cached.\n";
        let found = questions(text);
        assert_eq!(found.iter().filter(|q| q.asked).count(), 5);
        assert_eq!((found[0].code.as_str(), found[0].blocks), ("RQ032", true));
    }
}
