//! Translates between redgreen's turns and the formats of providers. Nothing is sent here.

mod chat;
mod gemini;
mod messages;
mod responses;

use super::{Answer, Call, Endpoint, Request};
use redgreen_core::work::Usage;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The wire format of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// Anthropic Messages.
    Messages,
    /// OpenAI Responses.
    Responses,
    /// OpenAI Chat Completions and what speaks like it: vLLM, llama.cpp, Ollama.
    Chat,
    /// Google Gemini.
    Gemini,
}

/// What is wrong with a stream. It may be better the next time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Broken(pub(super) String);

/// Joins the events of one stream into an answer.
pub(super) trait Joining {
    /// Takes the next event.
    fn event(&mut self, event: &Value) -> Result<(), Broken>;

    /// The whole answer.
    fn finish(self: Box<Self>) -> Result<Answer, Broken>;
}

impl Dialect {
    /// Where a request goes.
    pub(super) fn url(self, to: &Endpoint) -> String {
        let (base, model) = (&to.base, &to.model);
        match self {
            Self::Messages => format!("{base}/v1/messages"),
            Self::Responses => format!("{base}/responses"),
            Self::Chat => format!("{base}/chat/completions"),
            Self::Gemini => format!("{base}/models/{model}:streamGenerateContent?alt=sse"),
        }
    }

    /// The header that holds the key: its name, and what stands before the key.
    pub(super) fn key_header(self) -> (&'static str, &'static str) {
        match self {
            Self::Messages => ("x-api-key", ""),
            Self::Responses | Self::Chat => ("authorization", "Bearer "),
            Self::Gemini => ("x-goog-api-key", ""),
        }
    }

    /// The body of a request.
    pub(super) fn body(self, to: &Endpoint, request: &Request<'_>) -> Value {
        match self {
            Self::Messages => messages::body(to, request),
            Self::Responses => responses::body(to, request),
            Self::Chat => chat::body(to, request),
            Self::Gemini => gemini::body(to, request),
        }
    }

    /// What joins the events of the answer.
    pub(super) fn joining(self) -> Box<dyn Joining> {
        match self {
            Self::Messages => Box::new(messages::Joined::default()),
            Self::Responses => Box::new(responses::Joined::default()),
            Self::Chat => Box::new(chat::Joined::default()),
            Self::Gemini => Box::new(gemini::Joined::default()),
        }
    }
}

/// An answer, once everything that it needs is there.
fn answer(
    dialect: Dialect,
    (text, calls): (String, Vec<Call>),
    usage: Option<Usage>,
    said: Value,
) -> Result<Answer, Broken> {
    let Some(usage) = usage else {
        return Err(Broken("the stream ended without usage".to_owned()));
    };
    if calls.is_empty() && text.trim().is_empty() {
        return Err(Broken("the answer is empty".to_owned()));
    }
    Ok(Answer {
        dialect,
        text,
        calls,
        usage,
        said,
    })
}

/// The arguments of a call: what was sent where it is JSON, else the text.
fn arguments(text: &str) -> Value {
    if text.trim().is_empty() {
        return json!({});
    }
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}

/// Arguments as a history may hold them: providers refuse what is no object.
fn sendable(arguments: &Value) -> Value {
    if arguments.is_object() {
        arguments.clone()
    } else {
        json!({ "unreadable": arguments })
    }
}

/// What a provider says of its own failure, where this event does.
fn failure(event: &Value) -> Option<Broken> {
    let error = event.get("error").filter(|error| !error.is_null())?;
    let message = error["message"].as_str().or(error.as_str());
    let words = message.map_or_else(|| error.to_string(), str::to_owned);
    let words: String = words.chars().take(300).collect();
    Some(Broken(format!("the provider says: {words}")))
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or(0)
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A place in a stream, bounded: what comes with a larger one is dropped as broken.
fn place(value: &Value) -> Result<usize, Broken> {
    let at = value.as_u64().and_then(|at| usize::try_from(at).ok());
    at.filter(|at| *at < 1000)
        .ok_or_else(|| Broken("a part of the answer has no place in it".to_owned()))
}
