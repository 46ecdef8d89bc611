//! OpenAI Chat Completions, and what speaks like it.

use super::super::{Answer, Call, Endpoint, Request, Turn};
use super::{
    Broken, Dialect, Joining, answer, arguments, failure, number, place, sendable, text_of,
};
use redgreen_core::work::Usage;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) fn body(to: &Endpoint, request: &Request<'_>) -> Value {
    let tools = request.tools.iter().map(|tool| {
        json!({"type": "function", "function": {"name": tool.name,
               "description": tool.description, "parameters": tool.schema}})
    });
    let mut messages = vec![json!({"role": "system", "content": request.system})];
    messages.extend(request.turns.iter().flat_map(entries));
    let mut body = json!({
        "model": to.model,
        "stream": true,
        "stream_options": {"include_usage": true},
        "tools": tools.collect::<Vec<_>>(),
        "messages": messages,
    });
    // What only speaks like it knows the older name, and no cache key.
    if to.is_openai {
        body["max_completion_tokens"] = json!(request.longest);
        body["prompt_cache_key"] = json!(request.cache_key);
    } else {
        body["max_tokens"] = json!(request.longest);
    }
    body
}

fn entries(turn: &Turn) -> Vec<Value> {
    match turn {
        Turn::Told(text) => vec![json!({"role": "user", "content": text})],
        Turn::Answered(answer) if answer.dialect == Dialect::Chat => vec![answer.said.clone()],
        Turn::Answered(answer) => vec![entry(&answer.text, &answer.calls)],
        Turn::Returned(all) => {
            let entry = all
                .iter()
                .map(|one| json!({"role": "tool", "tool_call_id": one.call, "content": one.text}));
            entry.collect()
        }
    }
}

fn entry(text: &str, calls: &[Call]) -> Value {
    let mut entry = json!({"role": "assistant", "content": text});
    let calls = calls.iter().map(|call| {
        let arguments = sendable(&call.arguments).to_string();
        json!({"id": call.id, "type": "function",
               "function": {"name": call.tool, "arguments": arguments}})
    });
    let calls: Vec<Value> = calls.collect();
    if !calls.is_empty() {
        entry["tool_calls"] = Value::Array(calls);
    }
    entry
}

/// A stream of chat chunks.
#[derive(Default)]
pub(super) struct Joined {
    text: String,
    calls: BTreeMap<usize, (String, String, String)>,
    usage: Option<Usage>,
}

impl Joining for Joined {
    fn event(&mut self, event: &Value) -> Result<(), Broken> {
        if let Some(broken) = failure(event) {
            return Err(broken);
        }
        let usage = &event["usage"];
        if usage.is_object() {
            self.usage = Some(Usage {
                input: number(&usage["prompt_tokens"]),
                cached: number(&usage["prompt_tokens_details"]["cached_tokens"]),
                cache_written: 0,
                output: number(&usage["completion_tokens"]),
            });
        }
        let delta = &event["choices"][0]["delta"];
        self.text.push_str(text_of(&delta["content"]));
        for part in delta["tool_calls"].as_array().into_iter().flatten() {
            self.grow(part)?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Answer, Broken> {
        let call = |(at, (id, tool, text)): (usize, (String, String, String))| Call {
            // Some servers give none, and a history needs one.
            id: if id.is_empty() {
                format!("call_{at}")
            } else {
                id
            },
            tool,
            arguments: arguments(&text),
        };
        let calls: Vec<Call> = self.calls.into_iter().map(call).collect();
        let said = entry(&self.text, &calls);
        answer(Dialect::Chat, (self.text, calls), self.usage, said)
    }
}

impl Joined {
    fn grow(&mut self, part: &Value) -> Result<(), Broken> {
        // Without an index, a part with a name of its own begins the next call.
        let begins = part["function"]["name"].is_string();
        let at = match (&part["index"], begins) {
            (Value::Null, true) => self.calls.len(),
            (Value::Null, false) => self.calls.len().saturating_sub(1),
            (index, true | false) => place(index)?,
        };
        let (id, tool, text) = self.calls.entry(at).or_default();
        if id.is_empty() {
            id.push_str(text_of(&part["id"]));
        }
        if tool.is_empty() {
            tool.push_str(text_of(&part["function"]["name"]));
        }
        let arguments = &part["function"]["arguments"];
        match arguments.as_object() {
            Some(_) => text.push_str(&arguments.to_string()),
            None => text.push_str(text_of(arguments)),
        }
        Ok(())
    }
}
