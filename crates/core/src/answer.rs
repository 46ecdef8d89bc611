//! Decides whether an answer to a question may stand, and finds one in a comment: what blocks is for
//! a person.

use crate::run::{OpenQuestion, RunState};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The way by which an answer came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// `redgreen answer`, typed.
    #[default]
    Terminal,
    /// The tool `answer`, called by an agent.
    Mcp,
    /// A comment on the ticket's page.
    Ticket,
}

/// Who may answer a question that blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocking {
    /// People alone.
    ForPeople,
    /// Agents too, because the configuration of BASE permits it.
    ForAgentsToo,
}

/// Why an answer may not stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// No question of that id was asked.
    Unknown {
        /// The id.
        id: String,
    },
    /// The question is for a person.
    ForAPerson {
        /// The id.
        id: String,
    },
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { id } => write!(f, "no question {id} was asked"),
            Self::ForAPerson { id } => write!(f, "question {id} blocks: it is for a person"),
        }
    }
}

impl std::error::Error for NoAnswer {}

/// Whether an answer to the question `id` that came by `channel` may stand.
///
/// # Errors
/// Why it may not.
pub fn may_answer(
    state: &RunState,
    id: &str,
    channel: Channel,
    blocking: Blocking,
) -> Result<(), NoAnswer> {
    let mut questions = state.questions.iter().map(|question| &question.asked);
    let id = id.to_owned();
    let Some(asked) = questions.find(|asked| asked.id == id) else {
        return Err(NoAnswer::Unknown { id });
    };
    match (channel, blocking) {
        (Channel::Mcp, Blocking::ForPeople) if asked.blocks => Err(NoAnswer::ForAPerson { id }),
        (
            Channel::Terminal | Channel::Mcp | Channel::Ticket,
            Blocking::ForPeople | Blocking::ForAgentsToo,
        ) => Ok(()),
    }
}

/// The question whether a large ticket is gone on with at all. Only a yes does.
pub const APPROVAL: &str =
    "The ticket is large. Are these criteria and their slices what is wanted?";

/// Whether `answer` approves of what a person was asked to approve: it begins with a clear yes.
pub fn approves(answer: &str) -> bool {
    let first = answer
        .split(|letter: char| !letter.is_alphanumeric())
        .next();
    let first = first.unwrap_or_default().to_lowercase();
    matches!(
        first.as_str(),
        "yes" | "y" | "ok" | "okay" | "approved" | "approve" | "lgtm"
    )
}

/// Whether nothing more is to be said to `question`: what is to be approved waits for a yes.
pub fn is_settled(question: &OpenQuestion) -> bool {
    question
        .answered
        .as_ref()
        .is_some_and(|answered| question.asked.text != APPROVAL || approves(&answered.answer))
}

/// What the comment `body` answers to the question `id`: the rest of the line that begins with the
/// id and a colon, up to the next line of that sort. Quotations and blocks of code answer nothing.
pub fn answer_in(body: &str, id: &str) -> Option<String> {
    let mut answer: Option<Vec<&str>> = None;
    let mut fence = false;
    for line in body.lines() {
        let is_fence = line.trim_start().starts_with("```");
        match begins(line).filter(|_| !fence && !is_fence) {
            Some((named, rest)) if named.eq_ignore_ascii_case(id) => answer = Some(vec![rest]),
            Some(_) if answer.is_some() => break,
            Some(_) | None => answer.iter_mut().for_each(|lines| lines.push(line)),
        }
        fence ^= is_fence;
    }
    let text: String = answer?
        .join("\n")
        .trim()
        .chars()
        .take(MOST_OF_ANSWER)
        .collect();
    (!text.is_empty()).then_some(text)
}

/// The most characters of an answer in a comment.
const MOST_OF_ANSWER: usize = 4000;

/// The id that `line` begins with, and what stands behind its colon: `**Q-1:** yes`, `- Q-1: yes`.
fn begins(line: &str) -> Option<(&str, &str)> {
    const MARKS: [char; 3] = ['*', '_', '`'];
    let line = line.trim();
    let line = ["- ", "* ", "+ "]
        .iter()
        .find_map(|mark| line.strip_prefix(mark))
        .unwrap_or(line);
    let (named, rest) = line.split_once(':')?;
    let named = named.trim().trim_matches(MARKS).trim();
    let (letters, number) = named.split_once('-')?;
    let is_id = !letters.is_empty()
        && letters.chars().all(|letter| letter.is_ascii_alphabetic())
        && !number.is_empty()
        && number.chars().all(|letter| letter.is_ascii_digit());
    is_id.then(|| (named, rest.trim().trim_start_matches(MARKS).trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Event, QuestionAsked};
    use crate::folded::folded;

    fn check(id: &str, channel: Channel, blocking: Blocking, owed: Result<(), &str>) {
        let asked = |id: &str, blocks| {
            Event::QuestionAsked(QuestionAsked {
                id: id.to_owned(),
                text: String::new(),
                why: String::new(),
                default: String::new(),
                blocks,
            })
        };
        let events = [
            Event::RunStarted(Box::default()),
            asked("Q-1", true),
            asked("Q-2", false),
        ];
        let state = folded(&events);
        let found = may_answer(&state, id, channel, blocking);
        assert_eq!(
            found.map_err(|no| no.to_string()),
            owed.map_err(str::to_owned)
        );
    }

    #[test]
    fn an_agent_answers_what_does_not_block() {
        check("Q-2", Channel::Mcp, Blocking::ForPeople, Ok(()));
    }

    #[test]
    fn what_blocks_is_for_a_person_unless_base_permits_it() {
        let refused = Err("question Q-1 blocks: it is for a person");
        check("Q-1", Channel::Mcp, Blocking::ForPeople, refused);
        check("Q-1", Channel::Mcp, Blocking::ForAgentsToo, Ok(()));
        check("Q-1", Channel::Terminal, Blocking::ForPeople, Ok(()));
    }

    #[test]
    fn an_answer_on_the_ticket_is_a_persons() {
        check("Q-1", Channel::Ticket, Blocking::ForPeople, Ok(()));
    }

    #[test]
    fn an_answer_in_a_comment_begins_with_the_id_of_its_question() {
        let owed = [
            ("Q-1: yes", Some("yes")),
            (
                "Hello,\r\n\r\n**Q-1:** five minutes\r\nnot more",
                Some("five minutes\nnot more"),
            ),
            ("- `q-1`: Euros: two digits", Some("Euros: two digits")),
            ("Q-2: no\nQ-1: yes\nQ-3: maybe", Some("yes")),
            ("Q-10: yes", None),
            ("Q-1 is a good question", None),
            ("I would say yes to Q-1: go on", None),
            ("> Q-1: yes", None),
            ("```\nQ-1: yes\n```", None),
            ("Q-1:", None),
            ("Q-1: no\nQ-1: yes, after all", Some("yes, after all")),
        ];
        for (body, answer) in owed {
            assert_eq!(answer_in(body, "Q-1").as_deref(), answer, "{body:?}");
        }
        let long = format!("Q-1: {}", "x".repeat(MOST_OF_ANSWER + 9));
        assert_eq!(
            answer_in(&long, "Q-1").map(|text| text.len()),
            Some(MOST_OF_ANSWER)
        );
    }

    #[test]
    fn only_a_clear_yes_approves() {
        for yes in ["yes", "Yes, go on", "y", "OK.", "approved", "LGTM!"] {
            assert!(approves(yes), "{yes}");
        }
        for no in [
            "no",
            "yesterday",
            "not yet",
            "wait",
            "",
            "I think yes",
            "why?",
        ] {
            assert!(!approves(no), "{no}");
        }
    }

    #[test]
    fn a_question_that_nobody_asked_has_no_answer() {
        let refused = Err("no question Q-3 was asked");
        check("Q-3", Channel::Terminal, Blocking::ForPeople, refused);
        check("Q-3", Channel::Mcp, Blocking::ForAgentsToo, refused);
    }
}
