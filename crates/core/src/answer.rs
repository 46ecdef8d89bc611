//! Decides whether an answer to a question may stand: what blocks is for a person.

use crate::run::RunState;
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
        (Channel::Terminal | Channel::Mcp, Blocking::ForPeople | Blocking::ForAgentsToo) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Event, LINE_VERSION, Line, QuestionAsked};
    use crate::id::RunId;
    use crate::run::fold;
    use crate::time::Timestamp;

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
        let lines: Vec<Line> = events
            .into_iter()
            .zip(1..)
            .map(|(event, seq)| Line {
                v: LINE_VERSION,
                seq,
                at: Timestamp(0),
                run: RunId::new("r"),
                cause: None,
                event,
            })
            .collect();
        let state = fold(&lines).expect("folds").expect("a state");
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
    fn a_question_that_nobody_asked_has_no_answer() {
        let refused = Err("no question Q-3 was asked");
        check("Q-3", Channel::Terminal, Blocking::ForPeople, refused);
        check("Q-3", Channel::Mcp, Blocking::ForAgentsToo, refused);
    }
}
