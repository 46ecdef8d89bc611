//! Anthropic Messages.

use super::super::{Answer, Call, Endpoint, Request, Turn};
use super::{
    Broken, Dialect, Joining, answer, arguments, failure, number, place, sendable, text_of,
};
use redgreen_core::work::Usage;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

pub(super) fn body(to: &Endpoint, request: &Request<'_>) -> Value {
    let tools = request.tools.iter().map(|tool| {
        json!({"name": tool.name, "description": tool.description, "input_schema": tool.schema})
    });
    let mut messages: Vec<Value> = request.turns.iter().map(message).collect();
    // The beginning, and everything so far: what is cached is found by its mark.
    let last = messages.len().saturating_sub(1);
    for at in [0, last] {
        if let Some(message) = messages.get_mut(at) {
            mark(message);
        }
    }
    json!({
        "model": to.model,
        "max_tokens": request.longest,
        "stream": true,
        "system": [{"type": "text", "text": request.system, "cache_control": ephemeral()}],
        "tools": tools.collect::<Vec<_>>(),
        "messages": messages,
    })
}

fn ephemeral() -> Value {
    json!({"type": "ephemeral"})
}

fn mark(message: &mut Value) {
    let blocks = message["content"].as_array_mut();
    if let Some(block) = blocks.and_then(|blocks| blocks.last_mut()) {
        block["cache_control"] = ephemeral();
    }
}

fn message(turn: &Turn) -> Value {
    match turn {
        Turn::Told(text) => {
            json!({"role": "user", "content": [{"type": "text", "text": text}]})
        }
        Turn::Answered(answer) => json!({"role": "assistant", "content": blocks(answer)}),
        Turn::Returned(all) => {
            let blocks = all.iter().map(|one| {
                json!({"type": "tool_result", "tool_use_id": one.call, "content": one.text,
                       "is_error": one.failed})
            });
            json!({"role": "user", "content": blocks.collect::<Vec<_>>()})
        }
    }
}

fn blocks(answer: &Answer) -> Value {
    if answer.dialect == Dialect::Messages {
        return answer.said.clone();
    }
    let mut blocks = Vec::new();
    if !answer.text.trim().is_empty() {
        blocks.push(json!({"type": "text", "text": answer.text}));
    }
    for call in &answer.calls {
        blocks.push(json!({"type": "tool_use", "id": call.id, "name": call.tool,
                           "input": sendable(&call.arguments)}));
    }
    Value::Array(blocks)
}

/// A stream of Anthropic's.
#[derive(Default)]
pub(super) struct Joined {
    blocks: BTreeMap<usize, Block>,
    usage: Map<String, Value>,
    /// Whether the usage of the output was told, which comes last.
    ended: bool,
}

#[derive(Default)]
struct Block {
    start: Value,
    text: String,
    signature: String,
}

impl Joining for Joined {
    fn event(&mut self, event: &Value) -> Result<(), Broken> {
        match text_of(&event["type"]) {
            "message_start" => self.count(&event["message"]["usage"]),
            "content_block_start" => {
                let block = Block {
                    start: event["content_block"].clone(),
                    ..Block::default()
                };
                self.blocks.insert(place(&event["index"])?, block);
            }
            "content_block_delta" => self.grow(event)?,
            "message_delta" if event["usage"].is_object() => {
                self.count(&event["usage"]);
                self.ended = true;
            }
            "error" => {
                let unknown = || Broken("the provider failed".to_owned());
                return Err(failure(event).unwrap_or_else(unknown));
            }
            _ => {}
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Answer, Broken> {
        let usage = self.ended.then(|| self.usage());
        let (mut text, mut calls, mut said) = (String::new(), Vec::new(), Vec::new());
        for block in self.blocks.into_values() {
            let mut whole = block.start;
            match text_of(&whole["type"]) {
                "text" => {
                    text.push_str(&block.text);
                    whole["text"] = json!(block.text);
                    if block.text.is_empty() {
                        continue;
                    }
                }
                "tool_use" => {
                    let arguments = arguments(&block.text);
                    whole["input"] = sendable(&arguments);
                    calls.push(Call {
                        id: text_of(&whole["id"]).to_owned(),
                        tool: text_of(&whole["name"]).to_owned(),
                        arguments,
                    });
                }
                "thinking" => {
                    whole["thinking"] = json!(block.text);
                    whole["signature"] = json!(block.signature);
                }
                _ => {}
            }
            said.push(whole);
        }
        answer(Dialect::Messages, (text, calls), usage, Value::Array(said))
    }
}

impl Joined {
    fn count(&mut self, usage: &Value) {
        let told = usage.as_object().into_iter().flatten();
        for (name, value) in told.filter(|(_, value)| value.is_number()) {
            self.usage.insert(name.clone(), value.clone());
        }
    }

    fn usage(&self) -> Usage {
        let of = |name: &str| self.usage.get(name).map_or(0, number);
        let cached = of("cache_read_input_tokens");
        let cache_written = of("cache_creation_input_tokens");
        Usage {
            input: of("input_tokens") + cached + cache_written,
            cached,
            cache_written,
            output: of("output_tokens"),
        }
    }

    fn grow(&mut self, event: &Value) -> Result<(), Broken> {
        let block = self.blocks.entry(place(&event["index"])?).or_default();
        let delta = &event["delta"];
        match text_of(&delta["type"]) {
            "text_delta" => block.text.push_str(text_of(&delta["text"])),
            "input_json_delta" => block.text.push_str(text_of(&delta["partial_json"])),
            "thinking_delta" => block.text.push_str(text_of(&delta["thinking"])),
            "signature_delta" => block.signature.push_str(text_of(&delta["signature"])),
            _ => {}
        }
        Ok(())
    }
}
