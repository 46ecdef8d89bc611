//! Reads the calls that are meant for redgreen itself. They change nothing here: the loop obeys.

use super::Answer;
use super::arguments::{Arguments, Misshapen};
use redgreen_core::claim::{Link, Note};

/// What a model wants of redgreen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verb {
    /// A question to the person.
    Ask {
        /// What is asked.
        question: String,
        /// What depends on the answer.
        why: String,
        /// What would be done without one.
        default: String,
    },
    /// Its word on which test shows which criterion, and notes: claims.
    Criteria {
        /// Tests by criterion.
        links: Vec<Link>,
        /// Notes by topic.
        notes: Vec<Note>,
    },
    /// A provisional judgement of the phase.
    Gate,
}

pub(super) fn ask(arguments: &Arguments) -> Result<Answer, Misshapen> {
    let verb = Verb::Ask {
        question: arguments.needed("question")?,
        why: arguments.needed("why")?,
        default: arguments.needed("default")?,
    };
    Ok(Answer::of(verb))
}

pub(super) fn criteria(arguments: &Arguments) -> Result<Answer, Misshapen> {
    let (links, notes) = (arguments.list("links")?, arguments.list("notes")?);
    if links.is_empty() && notes.is_empty() {
        return Err(arguments.wrong("`links` or `notes` is needed"));
    }
    Ok(Answer::of(Verb::Criteria { links, notes }))
}
