//! Takes a ticket in: has it linted, asks what it leaves open, and says what its gate finds.

use super::{Drive, DriveError};
use crate::config::Config;
use crate::examine::examine_in;
use redgreen_core::answer::{APPROVAL, is_settled};
use redgreen_core::event::{Event, QuestionAsked};
use redgreen_core::finding::{Code, Finding, Weight};
use redgreen_core::lint::{Severity, TicketFinding, TicketQuestion};
use redgreen_core::run::{OpenQuestion, RunState};
use redgreen_core::ticket::{Size, Ticket};

impl Drive<'_> {
    /// What the gate of the plan finds in the ticket itself. Asks, once, what it leaves open: a
    /// contradiction stops the work until it is answered, of anything else the default is assumed.
    ///
    /// A large ticket is put to a person for approval where its plan `is_ready` for that.
    pub(super) fn take_in(
        &mut self,
        state: &RunState,
        ticket: &Ticket,
        is_ready: bool,
    ) -> Result<Vec<Finding>, DriveError> {
        let base = self.git.tree_of(&state.started.base)?;
        let config = Config::of_tree(self.git, &base)?;
        let seen = examine_in(self.git, &base, ticket, &config.lint)?;
        if ticket.size == Size::Large && is_ready {
            self.ask(&approval())?;
        }
        for question in seen.questions.iter().filter(|question| question.asked) {
            self.ask(&asked(question))?;
        }
        let state = self.ledger.state()?;
        let mut findings: Vec<Finding> = seen
            .findings
            .iter()
            .filter(|found| found.severity > Severity::Info)
            .map(|found| told(found, &state.questions))
            .collect();
        let open = state
            .questions
            .iter()
            .filter(|q| q.asked.blocks && q.answered.is_none());
        findings.extend(open.map(|question| {
            let id = question.asked.id.as_str();
            let text = format!("a question that blocks is unanswered: redgreen answer {id} TEXT");
            Finding::new(Code::Unanswered, Weight::Blocks, id, text)
        }));
        findings.extend(state.questions.iter().filter_map(not_approved));
        Ok(findings)
    }

    /// Appends a question with the next free number, where it was not asked yet.
    fn ask(&mut self, question: &QuestionAsked) -> Result<(), DriveError> {
        let known = &self.ledger.state()?.questions;
        if known.iter().any(|open| open.asked.text == question.text) {
            return Ok(());
        }
        let id = format!("Q-{}", known.len() + 1);
        self.ledger.append(Event::QuestionAsked(QuestionAsked {
            id,
            ..question.clone()
        }))
    }
}

/// That a person was asked to approve, and said something else.
fn not_approved(question: &OpenQuestion) -> Option<Finding> {
    let asked = &question.asked;
    let said = &question.answered.as_ref()?.answer;
    (!is_settled(question)).then(|| {
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        let said: String = said.chars().take(MOST_SAID).collect();
        let id = asked.id.as_str();
        let text = format!(
            "it is not approved, the answer was \"{said}\": change the plan, then redgreen answer {id} yes; \
             or give it up: redgreen abort --reason WHY"
        );
        Finding::new(Code::Unanswered, Weight::Blocks, id, text)
    })
}

/// The most characters of an answer that a finding repeats.
const MOST_SAID: usize = 120;

fn approval() -> QuestionAsked {
    QuestionAsked {
        id: String::new(),
        text: APPROVAL.to_owned(),
        why: "everything that follows is proven against them".to_owned(),
        default: "none: a person approves".to_owned(),
        blocks: true,
    }
}

fn asked(question: &TicketQuestion) -> QuestionAsked {
    QuestionAsked {
        id: String::new(),
        text: question.text.clone(),
        why: question.why.clone(),
        default: question.default.clone(),
        blocks: question.blocks,
    }
}

/// The finding as the gate has it. What is put as a question stops the work as long as that
/// question is open, and no longer.
fn told(found: &TicketFinding, questions: &[OpenQuestion]) -> Finding {
    let is_asked = questions
        .iter()
        .any(|q| q.asked.text.contains(&found.message));
    let weight = if found.blocks() && !is_asked {
        Weight::Blocks
    } else {
        Weight::Advises
    };
    let code = match found.code.as_str() {
        "RQ031" => Code::PlaceholderLeft,
        _ => Code::TicketUnfit,
    };
    let subject = format!("{} line {}", found.code, found.line);
    Finding::new(code, weight, subject, found.message.clone())
}
