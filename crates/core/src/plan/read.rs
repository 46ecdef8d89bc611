//! Reads a plan's file back, whoever edited it.

use super::{
    Assumption, AssumptionId, NewDependency, Pattern, Plan, PlannedCriterion, PlannedTest,
    Question, QuestionId, Risk, RiskArea, Slice, SliceId,
};
use crate::id::{CriterionId, Digest, TicketId};
use crate::ticket::front_matter;

/// The fields that entries have, as the file names them.
pub(super) const FIELDS: [&str; 7] = [
    "Risk",
    "Default",
    "Why",
    "Blocker",
    "Answer",
    "Mitigation",
    "Check",
];

/// The plan that `text` holds. Never fails: what is not there is empty, sections that are not
/// known are passed over, and [`super::findings`] says what is owed.
pub fn parse(text: &str) -> Plan {
    let text = text.replace("\r\n", "\n");
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let split = front_matter::split(text);
    let mut plan = Plan::default();
    for entry in &split.entries {
        let value = entry.value.texts().into_iter().next().unwrap_or_default();
        if entry.is("ticket") {
            plan.ticket = TicketId::new(value);
        } else if entry.is("digest") {
            plan.digest = Digest::new(value);
        }
    }
    let mut part = Part::Unknown;
    let mut lines: Vec<&str> = Vec::new();
    for line in split.body.lines() {
        if line.starts_with('#') {
            part.fill(&mut plan, &entries(&lines, part.takes_prose()));
            part = Part::of_heading(line);
            lines.clear();
        } else {
            lines.push(line);
        }
    }
    part.fill(&mut plan, &entries(&lines, part.takes_prose()));
    plan.tidied()
}

/// A part of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Criteria,
    Slices,
    Assumptions,
    Questions,
    Modules,
    DataModels,
    Flows,
    Patterns,
    Risks,
    Tests,
    Dependencies,
    OutOfScope,
    Unknown,
}

/// One entry of a list.
#[derive(Clone, Debug, Default)]
struct Entry {
    text: String,
    fields: Vec<(&'static str, String)>,
}

/// The entries of a part. A line in the first column that is no item goes on with the entry before
/// it; after an empty line it is an entry of its own where `prose` counts, else it is passed over.
fn entries(lines: &[&str], prose: bool) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut open = false;
    for line in lines {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            open = open && line.starts_with(' ');
            continue;
        }
        let indented = line.starts_with([' ', '\t']);
        let item = item_of(line).filter(|_| !indented);
        match (item, entries.last_mut()) {
            (Some(text), _) => entries.push(Entry {
                text: text.to_owned(),
                fields: Vec::new(),
            }),
            (None, Some(entry)) if indented || open => entry.go_on(trimmed),
            (None, _) if prose => entries.push(Entry {
                text: trimmed.to_owned(),
                fields: Vec::new(),
            }),
            (None, _) => continue,
        }
        open = true;
    }
    entries
}

/// What stands behind a list marker in the first column.
fn item_of(line: &str) -> Option<&str> {
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = digits
        .strip_prefix(['.', ')'])
        .filter(|_| digits.len() < line.len());
    let rest = line.strip_prefix(['-', '*', '+']).or(numbered)?;
    if rest.is_empty() {
        return Some("");
    }
    rest.strip_prefix(' ').map(str::trim)
}

impl Entry {
    fn go_on(&mut self, line: &str) {
        let field = line.strip_prefix("- ").and_then(|rest| {
            let (key, value) = rest.split_once(':')?;
            let key = FIELDS
                .iter()
                .find(|field| field.eq_ignore_ascii_case(key))?;
            Some((*key, value.trim().to_owned()))
        });
        if let Some(field) = field {
            self.fields.push(field);
            return;
        }
        let line = line.strip_prefix('\\').unwrap_or(line);
        let text = match self.fields.last_mut() {
            Some((_, value)) => value,
            None => &mut self.text,
        };
        text.push('\n');
        text.push_str(line);
    }

    fn field(&self, key: &str) -> String {
        let found = self.fields.iter().find(|(field, _)| *field == key);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// The bold name that the entry starts with, and what stands behind it. Without a bold name,
    /// what stands before a colon, where `is_name` takes it.
    fn named(&self, is_name: fn(&str) -> bool) -> (String, String) {
        let text = ["[ ] ", "[x] ", "[X] "]
            .iter()
            .find_map(|mark| self.text.strip_prefix(mark))
            .unwrap_or(&self.text);
        if let Some((name, rest)) = text.strip_prefix("**").and_then(bold_end) {
            let rest = rest.strip_prefix(':').unwrap_or(rest);
            return (name, rest.trim_start().to_owned());
        }
        match text.split_once(':') {
            Some((name, rest)) if is_name(name) => (name.to_owned(), rest.trim_start().to_owned()),
            Some(_) | None if is_name(text) => (text.to_owned(), String::new()),
            Some(_) | None => (String::new(), text.to_owned()),
        }
    }
}

/// The bold text up to its end, and what stands behind it.
fn bold_end(text: &str) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut rest = text;
    loop {
        if let Some(after) = rest.strip_prefix("**") {
            let name = match after.strip_prefix(':') {
                Some(_) => name,
                None => name.trim_end_matches(':').to_owned(),
            };
            return Some((name, after));
        }
        let mut characters = rest.chars();
        match characters.next()? {
            '\n' => return None,
            '\\' => name.extend(characters.next()),
            other => name.push(other),
        }
        rest = characters.as_str();
    }
}

fn is_id(text: &str) -> bool {
    text.split_once('-').is_some_and(|(letters, digits)| {
        let lettered = !letters.is_empty() && letters.chars().all(|c| c.is_ascii_uppercase());
        lettered && !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())
    })
}

fn is_short(text: &str) -> bool {
    !text.contains('\n') && text.split_whitespace().count() <= 4
}

impl Part {
    fn of_heading(line: &str) -> Self {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        match title.as_str() {
            "requirements" | "criteria" | "acceptance criteria" => Self::Criteria,
            "slices" => Self::Slices,
            "assumptions" => Self::Assumptions,
            "questions" => Self::Questions,
            "modules" => Self::Modules,
            "data models" => Self::DataModels,
            "flows" => Self::Flows,
            "patterns" => Self::Patterns,
            "risks and mitigations" | "risks" => Self::Risks,
            "test plan" => Self::Tests,
            "dependencies" | "new dependencies" => Self::Dependencies,
            "out of scope" => Self::OutOfScope,
            _ => Self::Unknown,
        }
    }

    fn takes_prose(self) -> bool {
        match self {
            Self::Modules | Self::DataModels | Self::Flows | Self::OutOfScope => true,
            Self::Criteria
            | Self::Slices
            | Self::Assumptions
            | Self::Questions
            | Self::Patterns
            | Self::Risks
            | Self::Tests
            | Self::Dependencies
            | Self::Unknown => false,
        }
    }

    fn fill(self, plan: &mut Plan, entries: &[Entry]) {
        let texts = || entries.iter().map(|entry| entry.text.clone());
        match self {
            Self::Criteria => plan.criteria.extend(entries.iter().map(criterion)),
            Self::Slices => plan.slices.extend(entries.iter().map(slice)),
            Self::Assumptions => plan.assumptions.extend(entries.iter().map(assumption)),
            Self::Questions => plan.questions.extend(entries.iter().map(question)),
            Self::Modules => plan.design.modules.extend(texts()),
            Self::DataModels => plan.design.data_models.extend(texts()),
            Self::Flows => plan.design.flows.extend(texts()),
            Self::Patterns => plan.design.patterns.extend(entries.iter().map(pattern)),
            Self::Risks => plan.design.risks.extend(entries.iter().map(risk)),
            Self::Tests => plan.tests.extend(entries.iter().map(test)),
            Self::Dependencies => plan.new_dependencies.extend(entries.iter().map(dependency)),
            Self::OutOfScope => plan.out_of_scope.extend(texts()),
            Self::Unknown => {}
        }
    }
}

fn criterion(entry: &Entry) -> PlannedCriterion {
    let (id, text) = entry.named(is_id);
    PlannedCriterion {
        id: CriterionId::new(id),
        text,
    }
}

fn slice(entry: &Entry) -> Slice {
    let (id, text) = entry.named(is_id);
    let criteria = text
        .split([',', '\n'])
        .map(|id| CriterionId::new(id.trim()));
    Slice {
        id: SliceId::new(id),
        criteria: criteria.collect(),
    }
}

fn assumption(entry: &Entry) -> Assumption {
    let (id, text) = entry.named(is_id);
    Assumption {
        id: AssumptionId::new(id),
        text,
        risk: entry.field("Risk"),
        default: entry.field("Default"),
    }
}

fn question(entry: &Entry) -> Question {
    let (id, text) = entry.named(is_id);
    let blocker = entry.field("Blocker").to_lowercase();
    Question {
        id: QuestionId::new(id),
        text,
        why: entry.field("Why"),
        default: entry.field("Default"),
        blocker: matches!(blocker.trim_end_matches('.'), "yes" | "true"),
        answer: Some(entry.field("Answer")),
    }
}

fn pattern(entry: &Entry) -> Pattern {
    let (name, why) = entry.named(is_short);
    Pattern { name, why }
}

fn risk(entry: &Entry) -> Risk {
    let (name, text) = entry.named(|name| area(name).is_some());
    let known = area(&name);
    Risk {
        area: known.unwrap_or_default(),
        text: match known {
            None if !name.is_empty() => format!("{name}: {text}"),
            Some(_) | None => text,
        },
        mitigation: entry.field("Mitigation"),
    }
}

fn area(name: &str) -> Option<RiskArea> {
    let name = name.trim().to_lowercase();
    RiskArea::ALL.into_iter().find(|area| area.name() == name)
}

fn test(entry: &Entry) -> PlannedTest {
    let (criterion, test) = entry.named(is_id);
    PlannedTest {
        criterion: CriterionId::new(criterion),
        test,
        check: Some(entry.field("Check")),
    }
}

fn dependency(entry: &Entry) -> NewDependency {
    let (name, reason) = entry.named(is_short);
    NewDependency { name, reason }
}
