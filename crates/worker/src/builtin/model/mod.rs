//! Asks a language model one question and waits for its whole answer.
//!
//! What a turn looks like on the wire is [`dialects`]' affair; who is asked, with which key, is
//! [`provider`]'s; [`online`] sends, waits, bounds and repeats.

mod dialects;
mod online;
mod patience;
mod provider;
mod sse;

pub use dialects::Dialect;
pub use online::Online;
pub use patience::Patience;
pub use provider::{Endpoint, Endpoints, Key, Own, ProviderError};

use redgreen_core::work::Usage;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;
use thiserror::Error;

/// A language model. It is asked with the whole history each time: it keeps nothing.
pub trait Model {
    /// Its name as the journal keeps it: `anthropic/claude-…`.
    fn name(&self) -> &str;

    /// Asks it, and repeats what failed on the way. `heard` is told each piece of news.
    ///
    /// # Errors
    /// What kept it from a whole answer after all patience.
    fn answer(
        &mut self,
        request: &Request<'_>,
        heard: &mut dyn FnMut(Heard),
    ) -> Result<Answer, ModelError>;
}

/// What a model is asked. The same beginning is sent again with every turn: only `turns` grows, at
/// its end.
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    /// What holds for the whole context.
    pub system: &'r str,
    /// The tools that it may call, always in the same order.
    pub tools: &'r [Offered],
    /// The history so far, oldest first; it ends with something for the model.
    pub turns: &'r [Turn],
    /// A name for the context, by which a provider finds its cached beginning.
    pub cache_key: &'r str,
    /// The longest answer, in tokens.
    pub longest: u32,
    /// The longest that it may take with all repetitions.
    pub within: Option<Duration>,
}

/// A tool as it is offered to a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Offered {
    /// Its name.
    pub name: String,
    /// What it does.
    pub description: String,
    /// The JSON schema of its arguments, an object.
    pub schema: Value,
}

/// One turn of a history.
#[derive(Clone, Debug, PartialEq)]
pub enum Turn {
    /// redgreen said something.
    Told(String),
    /// The model answered.
    Answered(Answer),
    /// Tools answered: all calls of the answer before, in their order.
    Returned(Vec<Returned>),
}

/// What a tool answered to one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returned {
    /// The call's id.
    pub call: String,
    /// The tool.
    pub tool: String,
    /// Its answer.
    pub text: String,
    /// Whether it could not do what was asked.
    pub failed: bool,
}

/// A model's whole answer. Whether it goes on is told by its calls, never by its stop reason.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The format that `said` is in.
    pub dialect: Dialect,
    /// Its words.
    pub text: String,
    /// The calls that it wants made, in their order.
    pub calls: Vec<Call>,
    /// What it cost, repetitions included.
    pub usage: Usage,
    /// The answer in its provider's own form, which is what goes back into the history.
    pub said: Value,
}

/// A call of a tool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// Its id.
    pub id: String,
    /// The tool.
    pub tool: String,
    /// The arguments; text where they are no JSON.
    pub arguments: Value,
}

/// News while a model is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Bytes of the answer so far.
    Bytes(u64),
    /// It failed on the way and is asked again.
    Again {
        /// Why.
        why: String,
        /// After which pause.
        pause: Duration,
    },
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ModelError {
    /// It will not answer, however often it is asked.
    #[error("{model} refused the request: {said}")]
    Refused {
        /// The model.
        model: String,
        /// Status and words of the provider, cut to a few lines.
        said: String,
    },
    /// It was asked as often as patience allows.
    #[error("{model} gave no answer in {attempts} attempts: {last}")]
    Exhausted {
        /// The model.
        model: String,
        /// How often it was asked.
        attempts: u32,
        /// What went wrong last.
        last: String,
    },
    /// Its answer has no end, or none that fits.
    #[error("the answer of {model} is longer than {limit} bytes")]
    TooLong {
        /// The model.
        model: String,
        /// The longest that is read.
        limit: usize,
    },
    /// The time is over.
    #[error("{model} did not answer within {} s", within.as_secs())]
    Late {
        /// The model.
        model: String,
        /// The time that there was.
        within: Duration,
    },
    /// The user wants to stop.
    #[error("stopped on request")]
    Stopped,
    /// Nothing can be sent at all.
    #[error("no request can be made: {why}")]
    Unable {
        /// What is wrong.
        why: String,
    },
}
