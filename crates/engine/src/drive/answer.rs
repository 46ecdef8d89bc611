//! Records an answer to a question of a run, where core lets it stand.

use super::{DriveError, Ledger};
use crate::config::Config;
use crate::git::Git;
use redgreen_core::answer::{Blocking, NoAnswer, may_answer};
use redgreen_core::event::{Event, QuestionAnswered};
use thiserror::Error;

/// Why an answer was not recorded.
#[derive(Debug, Error)]
pub enum AnswerError {
    /// It may not stand.
    #[error(transparent)]
    Refused(#[from] NoAnswer),
    /// redgreen itself cannot work.
    #[error(transparent)]
    Drive(#[from] DriveError),
}

/// Appends `answer` to the run of `ledger`. Who may answer what blocks is read from the
/// configuration of the run's base.
///
/// # Errors
/// Where it may not stand, or cannot be written.
pub fn answer(git: &Git, ledger: &mut Ledger, answer: QuestionAnswered) -> Result<(), AnswerError> {
    let state = ledger.state()?;
    let base = git.tree_of(&state.started.base).map_err(DriveError::from)?;
    let config = Config::of_tree(git, &base).map_err(DriveError::from)?;
    let blocking = match config.mcp.blocking_answers {
        true => Blocking::ForAgentsToo,
        false => Blocking::ForPeople,
    };
    may_answer(state, &answer.id, answer.channel, blocking)?;
    ledger.append(Event::QuestionAnswered(answer))?;
    Ok(())
}
