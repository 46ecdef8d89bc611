//! Writes and reads commit messages: a Conventional Commits header, a wrapped body, trailers.

mod body;
mod header;

pub use header::{ChangeType, NotConventional};

use crate::id::CriterionId;
use crate::ticket::Kind;
use crate::ticket::hidden;
use crate::ticket::outline::fold;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The widest header and the widest line of a body, in columns.
pub const WIDTH: usize = 72;

/// The ticket's title as a commit's subject: without its kind, beginning in lower case. What begins
/// as no other word does (`API`, `OAuth`) keeps its capitals, and is marked as a name of code.
pub fn subject(title: &str) -> String {
    let (_, title) = Kind::of_title(title);
    let title = title.trim().trim_end_matches('.');
    let mut letters = title.chars();
    let Some(first) = letters.next().filter(|first| first.is_uppercase()) else {
        return title.to_owned();
    };
    let word = title.split_whitespace().next().unwrap_or_default();
    if word.chars().skip(1).any(char::is_uppercase) && !word.contains('`') {
        let name = word.trim_end_matches([':', ',', ';']);
        return format!("`{name}`{}", &title[name.len()..]);
    }
    first.to_lowercase().chain(letters).collect()
}

/// The phase that a commit hands in.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum CommitPhase {
    /// Failing tests.
    Red,
    /// The code that makes them pass.
    Green,
    /// The same behaviour from better code.
    Refactor,
}

impl CommitPhase {
    /// The value of the trailer `Redgreen-Phase`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Green => "green",
            Self::Refactor => "refactor",
        }
    }

    fn of_name(name: &str) -> Option<Self> {
        [Self::Red, Self::Green, Self::Refactor]
            .into_iter()
            .find(|phase| phase.name() == name)
    }

    /// The type of the commit that hands in this phase of a ticket of `kind`.
    pub fn change_type(self, kind: Kind) -> ChangeType {
        match (self, kind) {
            (Self::Red, _) => ChangeType::Test,
            (Self::Refactor, _) => ChangeType::Refactor,
            (Self::Green, Kind::Feature | Kind::SpecChange) => ChangeType::Feat,
            (Self::Green, Kind::Bug | Kind::FlakeFix) => ChangeType::Fix,
            (Self::Green, Kind::Refactor) => ChangeType::Refactor,
            (Self::Green, Kind::Removal | Kind::Dependency) => ChangeType::Chore,
            (Self::Green, Kind::Characterization) => ChangeType::Test,
            (Self::Green, Kind::Docs) => ChangeType::Docs,
        }
    }
}

/// A line `Key: value` at the end of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Trailer {
    /// Letters, digits and dashes.
    pub key: String,
    /// One line.
    pub value: String,
}

/// A commit message by its parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CommitMessage {
    /// What sort of change it is.
    pub change: ChangeType,
    /// Which part of the project it is about.
    pub scope: Option<String>,
    /// Whether it breaks what others rely on.
    pub breaking: bool,
    /// What it does, in a few words.
    pub subject: String,
    /// Why, in paragraphs; items start with `- `.
    pub body: String,
    /// The tickets that it belongs to: one trailer `Refs` each.
    pub refs: Vec<String>,
    /// The phase that it hands in: trailer `Redgreen-Phase`.
    pub phase: Option<CommitPhase>,
    /// The criteria that it is about: trailer `Acceptance`.
    pub acceptance: Vec<CriterionId>,
    /// Other trailers.
    pub trailers: Vec<Trailer>,
}

impl CommitMessage {
    /// A message with a header alone.
    pub fn new(change: ChangeType, subject: impl Into<String>) -> Self {
        Self {
            change,
            scope: None,
            breaking: false,
            subject: subject.into(),
            body: String::new(),
            refs: Vec::new(),
            phase: None,
            acceptance: Vec::new(),
            trailers: Vec::new(),
        }
    }

    /// The same message as it will be written: subject cut at [`WIDTH`], white space folded,
    /// hidden characters and empty trailers left out. Tidying twice changes nothing.
    #[must_use]
    pub fn tidied(&self) -> Self {
        let scope = self.scope.as_deref().map(header::scope);
        let scope = scope.filter(|scope| !scope.is_empty());
        let footer = |trailer: &Trailer| trailer.key.to_lowercase().starts_with("breaking");
        let breaking = self.breaking || self.trailers.iter().any(footer);
        let prefix = header::prefix(self.change, scope.as_deref(), breaking);
        let ours = ["refs", "redgreen-phase", "acceptance"];
        let acceptance = self.acceptance.iter().map(|id| word(id.as_str()));
        let trailers = self.trailers.iter().map(|trailer| Trailer {
            key: word(&trailer.key),
            value: one_line(&trailer.value),
        });
        Self {
            change: self.change,
            breaking,
            subject: header::subject(&self.subject, WIDTH - header::columns(&prefix)),
            scope,
            body: body::tidy(&self.body),
            refs: self
                .refs
                .iter()
                .map(|text| one_line(text))
                .filter(|text| !text.is_empty())
                .collect(),
            phase: self.phase,
            acceptance: acceptance
                .filter(|id| !id.is_empty())
                .map(CriterionId::new)
                .collect(),
            trailers: trailers
                .filter(|t| t.key.starts_with(|c: char| c.is_ascii_alphabetic()))
                .filter(|t| !t.value.is_empty() && !ours.contains(&t.key.to_lowercase().as_str()))
                .collect(),
        }
    }

    /// The text of the message, ending in a line end.
    pub fn render(&self) -> String {
        let tidy = self.tidied();
        let prefix = header::prefix(tidy.change, tidy.scope.as_deref(), tidy.breaking);
        let mut text = format!("{prefix}{}\n", tidy.subject);
        let trailers = tidy.trailer_lines();
        if !tidy.body.is_empty() {
            text.push('\n');
            text.push_str(&body::wrap(&tidy.body, WIDTH, trailers.is_empty()));
        }
        if !trailers.is_empty() {
            text.push('\n');
            text.push_str(&trailers);
        }
        text
    }

    fn trailer_lines(&self) -> String {
        let mut lines = String::new();
        let mut line = |key: &str, value: &str| {
            lines.push_str(key);
            lines.push_str(": ");
            lines.push_str(value);
            lines.push('\n');
        };
        for reference in &self.refs {
            line("Refs", reference);
        }
        if let Some(phase) = self.phase {
            line("Redgreen-Phase", phase.name());
        }
        if !self.acceptance.is_empty() {
            let ids: Vec<&str> = self.acceptance.iter().map(CriterionId::as_str).collect();
            line("Acceptance", &ids.join(","));
        }
        for trailer in &self.trailers {
            line(&trailer.key, &trailer.value);
        }
        lines
    }

    /// Reads a message back. What a message says is a hint; no verdict rests on it.
    ///
    /// # Errors
    /// The first line is no `type(scope)!: subject`.
    pub fn parse(text: &str) -> Result<Self, NotConventional> {
        let text = text.replace("\r\n", "\n");
        let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
        let (change, scope, breaking, subject) = header::read(first)?;
        let mut message = Self {
            scope,
            breaking,
            ..Self::new(change, subject)
        };
        let rest = rest.trim_end();
        let (before, last) = match rest.rfind("\n\n") {
            Some(at) => (&rest[..at], &rest[at + 2..]),
            None => ("", rest.trim_start_matches('\n')),
        };
        let separated = rest.starts_with('\n');
        match body::trailers(last).filter(|_| separated) {
            Some(trailers) => {
                message.body = body::tidy(before);
                trailers.into_iter().for_each(|t| message.add(t));
            }
            None => message.body = body::tidy(rest),
        }
        Ok(message)
    }

    fn add(&mut self, trailer: Trailer) {
        let key = trailer.key.to_lowercase();
        let phase = CommitPhase::of_name(&trailer.value);
        match key.as_str() {
            "refs" => self.refs.push(trailer.value),
            "redgreen-phase" if phase.is_some() && self.phase.is_none() => self.phase = phase,
            "acceptance" => {
                let ids = trailer.value.split(',').map(word);
                let ids = ids.filter(|id| !id.is_empty()).map(CriterionId::new);
                self.acceptance.extend(ids);
            }
            _ => {
                self.breaking |= key.starts_with("breaking");
                self.trailers.push(trailer);
            }
        }
    }
}

/// Letters, digits and inner dashes alone.
fn word(text: &str) -> String {
    let kept = text
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-');
    kept.take(60)
        .collect::<String>()
        .trim_matches('-')
        .to_owned()
}

/// One line without hidden characters.
fn one_line(text: &str) -> String {
    let spaced = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c });
    let seen: String = spaced.filter(|c| hidden(*c).is_none()).collect();
    fold(&seen)
}

#[cfg(test)]
mod tests;
