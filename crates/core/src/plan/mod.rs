//! Plans a ticket: slices of criteria, assumptions, questions, design notes, planned tests.
//!
//! A plan is one Markdown file, `specs/<ticket>-<slug>.md`, that workers and people edit:
//! [`render`] writes it, [`parse`] reads it back, [`findings`] says what is still owed.

mod findings;
mod gate;
mod read;
mod render;
mod tidy;

pub use findings::{PlanFinding, findings};
pub use gate::{command_words, gate, is_of_plan, passes_already, unplanned};
pub use read::parse;
pub use render::render;

use crate::criterion::wording_digest;
use crate::id::{CriterionId, Digest, TicketId, text_id};
use crate::ticket::{Size, Ticket};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

text_id!(
    /// A slice of a plan: `S-1`, `S-2`, …
    SliceId
);
text_id!(
    /// An assumption of a plan: `A-1`, `A-2`, …
    AssumptionId
);
text_id!(
    /// A question of a plan: `Q-1`, `Q-2`, …
    QuestionId
);

/// The most questions that one plan may ask a person.
pub const MOST_QUESTIONS: usize = 5;

/// How a ticket is going to be done. Made by a worker or a person: a claim.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// The ticket.
    pub ticket: TicketId,
    /// Digest of the ticket's text when the plan was drafted.
    pub digest: Digest,
    /// The criteria, in testable form.
    pub criteria: Vec<PlannedCriterion>,
    /// What is done together, in this order.
    pub slices: Vec<Slice>,
    /// What is taken for granted although the ticket does not say it.
    pub assumptions: Vec<Assumption>,
    /// What a person is asked.
    pub questions: Vec<Question>,
    /// Design notes.
    pub design: Design,
    /// Which test is going to show which criterion.
    pub tests: Vec<PlannedTest>,
    /// Dependencies that the project does not have yet.
    pub new_dependencies: Vec<NewDependency>,
    /// What is not going to be done.
    pub out_of_scope: Vec<String>,
}

/// A criterion in testable form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedCriterion {
    /// The id that the ticket's criterion has.
    pub id: CriterionId,
    /// The wording that tests are written for.
    pub text: String,
}

impl PlannedCriterion {
    /// Digest of the wording. Another one means that what was proven for it is stale.
    pub fn digest(&self) -> Digest {
        wording_digest(&self.text)
    }
}

/// Criteria that go through red, green and refactor together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Slice {
    /// `S-1`, `S-2`, …
    pub id: SliceId,
    /// Its criteria.
    pub criteria: Vec<CriterionId>,
}

/// Something taken for granted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Assumption {
    /// `A-1`, `A-2`, …
    pub id: AssumptionId,
    /// What is assumed.
    pub text: String,
    /// What happens if it is wrong.
    pub risk: String,
    /// The value that is used.
    pub default: String,
}

/// Something that a person is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Question {
    /// `Q-1`, `Q-2`, …
    pub id: QuestionId,
    /// The question.
    pub text: String,
    /// Why the answer matters.
    pub why: String,
    /// The answer that is used where nobody gives one.
    pub default: String,
    /// Whether work stops until it is answered.
    pub blocker: bool,
    /// The answer.
    pub answer: Option<String>,
}

/// Design notes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Design {
    /// Modules that are made or changed.
    pub modules: Vec<String>,
    /// Data that is kept or passed.
    pub data_models: Vec<String>,
    /// What calls what, in which order.
    pub flows: Vec<String>,
    /// Design patterns, with why they fit.
    pub patterns: Vec<Pattern>,
    /// What can go wrong.
    pub risks: Vec<Risk>,
}

/// A design pattern.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Pattern {
    /// Its name.
    pub name: String,
    /// Why it fits.
    pub why: String,
}

/// The area of a risk.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum RiskArea {
    /// It can be too slow or too large.
    Performance,
    /// It can be abused.
    Security,
    /// It can go wrong when two things happen at once.
    Concurrency,
    /// It can break what is stored or who relies on it.
    Migration,
    /// Anything else.
    #[default]
    Other,
}

impl RiskArea {
    /// Every area.
    pub const ALL: [Self; 5] = [
        Self::Performance,
        Self::Security,
        Self::Concurrency,
        Self::Migration,
        Self::Other,
    ];

    /// The areas that every plan says something of.
    pub const NAMED: [Self; 4] = [
        Self::Performance,
        Self::Security,
        Self::Concurrency,
        Self::Migration,
    ];

    /// Its name in plans.
    pub fn name(self) -> &'static str {
        match self {
            Self::Performance => "performance",
            Self::Security => "security",
            Self::Concurrency => "concurrency",
            Self::Migration => "migration",
            Self::Other => "other",
        }
    }
}

/// Something that can go wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Risk {
    /// Where.
    pub area: RiskArea,
    /// What.
    pub text: String,
    /// What is done about it.
    pub mitigation: String,
}

/// A test that is going to show a criterion.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedTest {
    /// The criterion.
    pub criterion: CriterionId,
    /// The test: a name, or what it does.
    pub test: String,
    /// A command that must fail before the change: words as for a shell that knows quotes alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
}

/// A dependency that the project does not have yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NewDependency {
    /// Its name.
    pub name: String,
    /// Why it is needed.
    pub reason: String,
}

impl Plan {
    /// The plan to start from: the ticket's criteria in slices, and design notes that are still to
    /// be filled in. A tiny ticket is one slice and needs no notes.
    pub fn draft(ticket: &Ticket) -> Self {
        let criteria = ticket.criteria.iter().map(|criterion| PlannedCriterion {
            id: criterion.id.clone(),
            text: criterion.text.clone(),
        });
        let ids = ticket.criteria.iter().map(|criterion| criterion.id.clone());
        let (groups, design): (Vec<Vec<CriterionId>>, _) = match ticket.size {
            Size::Tiny => (vec![ids.collect()], Design::default()),
            Size::Normal | Size::Large => (ids.map(|id| vec![id]).collect(), Design::unfilled()),
        };
        let slices = groups.into_iter().filter(|group| !group.is_empty());
        Self {
            ticket: ticket.id.clone(),
            digest: ticket.digest.clone(),
            criteria: criteria.collect(),
            slices: (1..)
                .zip(slices)
                .map(|(number, criteria)| Slice {
                    id: SliceId::new(format!("S-{number}")),
                    criteria,
                })
                .collect(),
            design,
            out_of_scope: ticket.out_of_scope.clone(),
            ..Self::default()
        }
        .tidied()
    }

    /// Whether the plan was drafted from this text of the ticket.
    pub fn is_of(&self, ticket: &Ticket) -> bool {
        self.ticket == ticket.id && self.digest == ticket.digest
    }

    /// The questions that stop work: blockers without an answer.
    pub fn open_blockers(&self) -> impl Iterator<Item = &Question> {
        let open = |question: &&Question| question.blocker && question.answer.is_none();
        self.questions.iter().filter(open)
    }
}

impl Design {
    /// Notes in which every part is a placeholder, so that none is passed over in silence.
    fn unfilled() -> Self {
        Self {
            modules: vec!["<MODULES_TO_MAKE_OR_CHANGE>".to_owned()],
            data_models: vec!["<DATA_MODELS_OR_NONE>".to_owned()],
            flows: vec!["<FLOWS_OR_NONE>".to_owned()],
            patterns: vec![Pattern {
                name: "<PATTERN_OR_NONE>".to_owned(),
                why: "<WHY_IT_FITS>".to_owned(),
            }],
            risks: RiskArea::NAMED
                .map(|area| Risk {
                    area,
                    text: "<RISK_OR_NONE_AND_WHY>".to_owned(),
                    mitigation: "<MITIGATION>".to_owned(),
                })
                .into(),
        }
    }
}

#[cfg(test)]
mod tests;
