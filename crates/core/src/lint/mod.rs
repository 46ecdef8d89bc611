//! Lints a ticket before anyone works on it: rules and lists of words, and no model.
//!
//! One function a rule. Only the structure of a ticket can stop the work; wording advises, and
//! what is left open becomes a question with a default.

mod allow;
mod contradiction;
mod grammar;
mod lexicon;
mod mask;
mod prose;
mod quantity;
mod questions;
mod repository;
pub mod rule;
mod structure;
mod tell;
mod topics;
mod wording;
mod words;

pub use allow::{Allowance, Passed};
pub(crate) use lexicon::shows_something;
pub use questions::TicketQuestion;
pub use repository::{Named, RepositoryFacts, named};
pub use rule::{RULES, Rule, Severity};

use crate::ticket::outline::{Outline, cut, fold};
use crate::ticket::{Defaults, Ticket};
use prose::Prose;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;

/// More lines than a person mends; a hostile ticket has more.
const MOST_LINES: usize = 100;

/// Something that the linter says about a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TicketFinding {
    /// The rule: `RQ030`.
    pub code: String,
    /// How it weighs.
    pub severity: Severity,
    /// The line of the ticket, from 1.
    pub line: u32,
    /// The words that it is about; empty where it is about what is not there.
    pub quote: String,
    /// What was found, in one line.
    pub message: String,
    /// What goes wrong otherwise.
    pub why: String,
    /// What to do about it.
    pub remedy: String,
}

impl TicketFinding {
    /// A finding of the rule `code`.
    fn new(code: &str, line: u32, message: impl Into<String>) -> Self {
        let rule = rule::of_code(code);
        Self {
            code: code.to_owned(),
            severity: rule.map_or(Severity::Info, |rule| rule.severity),
            line,
            quote: String::new(),
            message: message.into(),
            why: rule.map_or(String::new(), |rule| rule.why.to_owned()),
            remedy: String::new(),
        }
    }

    /// The same, with what to do about it.
    #[must_use]
    fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    /// The same, with the words that it is about.
    #[must_use]
    fn quote(mut self, quote: &str) -> Self {
        quote.clone_into(&mut self.quote);
        self
    }

    /// Whether work cannot start before it is mended.
    pub fn blocks(&self) -> bool {
        self.severity == Severity::Block
    }
}

/// Whether work on a ticket can start.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Readiness {
    /// Nothing was found but what is only to be read.
    Green,
    /// Something was found that does not block, or is assumed.
    Amber,
    /// Something blocks.
    Red,
}

impl Readiness {
    /// The readiness that `findings` leave.
    pub fn of(findings: &[TicketFinding]) -> Self {
        match findings.iter().map(|finding| finding.severity).max() {
            Some(Severity::Block) => Self::Red,
            Some(Severity::Ask | Severity::Warn) => Self::Amber,
            Some(Severity::Info) | None => Self::Green,
        }
    }
}

/// What stands around a ticket.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// What the project answers where a ticket does not.
    pub defaults: &'a Defaults,
    /// What the repository says of the names of the ticket, where somebody asked it.
    pub repository: Option<&'a RepositoryFacts>,
    /// What the repository lets pass.
    pub allowed: &'a [Allowance],
}

impl<'a> Around<'a> {
    /// No repository, and nothing that is let pass.
    pub fn of(defaults: &'a Defaults) -> Self {
        Self {
            defaults,
            repository: None,
            allowed: &[],
        }
    }
}

/// Everything that the linter says of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Examination {
    /// Whether work can start.
    pub readiness: Readiness,
    /// What was found, by line.
    pub findings: Vec<TicketFinding>,
    /// What is to be asked, weightiest first; those that are only listed come last.
    pub questions: Vec<TicketQuestion>,
    /// What was found and let pass.
    pub passed: Vec<Passed>,
}

/// The bytes that a rule points at.
#[derive(Clone, Debug)]
struct Spot {
    code: &'static str,
    line: u32,
    bytes: Range<usize>,
}

/// Every finding on `ticket`, by line, as far as the ticket alone tells.
pub fn lint(ticket: &Ticket, defaults: &Defaults) -> Vec<TicketFinding> {
    examine(ticket, &Around::of(defaults)).findings
}

/// Everything that there is to say of `ticket`.
pub fn examine(ticket: &Ticket, around: &Around<'_>) -> Examination {
    let text = repository::with_lines(ticket);
    let outline = Outline::of(&text);
    let prose = Prose::of(&text, &outline, &ticket.criteria);
    let mut findings = structure::find(ticket, around.defaults);
    if prose.is_english() {
        findings.extend(merged(&text, worded(ticket, around, &prose)));
    }
    for (spot, other) in contradiction::find(ticket, &prose) {
        let quote = quoted(&text, &spot.bytes);
        findings.push(tell::contradiction(spot.line, &quote, other));
    }
    if let Some(facts) = around.repository {
        let named = repository::find(ticket, facts, &outline, &prose);
        findings.extend(
            named
                .into_iter()
                .map(|(spot, message)| tell::named(&spot, &quoted(&text, &spot.bytes), message)),
        );
        findings.extend(repository::issues(ticket, facts));
    }
    let (mut findings, passed) = allow::sift(ticket, around.allowed, findings);
    findings.sort_by_key(|finding| finding.line);
    let questions = questions::of(ticket, &prose, &findings);
    let weighs =
        |code: &str| rule::of_code(code).is_some_and(|rule| rule.severity >= Severity::Ask);
    let asks = questions
        .iter()
        .any(|question| question.asked && weighs(&question.code));
    let mut readiness = Readiness::of(&findings);
    if readiness == Readiness::Green && asks {
        readiness = Readiness::Amber;
    }
    Examination {
        readiness,
        findings,
        questions,
        passed,
    }
}

/// What the rules about wording point at.
fn worded(ticket: &Ticket, around: &Around<'_>, prose: &Prose<'_>) -> Vec<Spot> {
    let rules: [fn(&Prose<'_>) -> Vec<Spot>; 14] = [
        wording::vague,
        wording::escape,
        wording::open_end,
        wording::quantifier,
        wording::universal,
        wording::comparative,
        grammar::weak_verb,
        grammar::modality,
        grammar::several,
        grammar::pronoun,
        grammar::passive,
        grammar::negative,
        grammar::no_response,
        grammar::story,
    ];
    let mut spots: Vec<Spot> = rules.iter().flat_map(|rule| rule(prose)).collect();
    spots.extend(quantity::incomplete(prose));
    spots.extend(quantity::no_target(ticket, around, prose));
    spots.extend(quantity::irreversible(ticket, prose));
    spots.extend(quantity::no_outcome(ticket, prose));
    spots
}

/// One finding for each rule and line, with all the words that it points at.
fn merged(text: &str, spots: Vec<Spot>) -> Vec<TicketFinding> {
    let mut lines: BTreeMap<(&'static str, u32), Vec<String>> = BTreeMap::new();
    for spot in spots {
        let quotes = lines.entry((spot.code, spot.line)).or_default();
        if quotes.len() < 5 {
            let quote = quoted(text, &spot.bytes);
            if !quotes.contains(&quote) {
                quotes.push(quote);
            }
        }
    }
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut findings = Vec::new();
    for ((code, line), quotes) in lines {
        let count = counts.entry(code).or_default();
        *count += 1;
        if *count <= MOST_LINES {
            findings.push(tell::wording(code, line, &quotes));
        }
    }
    findings
}

/// The words of `bytes`, short enough for one line.
fn quoted(text: &str, bytes: &Range<usize>) -> String {
    cut(&fold(text.get(bytes.clone()).unwrap_or_default()), 80)
}

#[cfg(test)]
mod tests;
