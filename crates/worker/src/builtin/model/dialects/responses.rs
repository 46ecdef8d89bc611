//! OpenAI Responses.

use super::super::{Answer, Call, Endpoint, Request, Turn};
use super::{Broken, Dialect, Joining, answer, arguments, failure, number, sendable, text_of};
use redgreen_core::work::Usage;
use serde_json::{Value, json};

pub(super) fn body(to: &Endpoint, request: &Request<'_>) -> Value {
    let tools = request.tools.iter().map(|tool| {
        json!({"type": "function", "name": tool.name, "description": tool.description,
               "parameters": tool.schema, "strict": false})
    });
    let input = request.turns.iter().flat_map(items);
    let mut body = json!({
        "model": to.model,
        "max_output_tokens": request.longest,
        "stream": true,
        "store": false,
        "prompt_cache_key": request.cache_key,
        "instructions": request.system,
        "tools": tools.collect::<Vec<_>>(),
        "input": input.collect::<Vec<_>>(),
    });
    if thinks(&to.model) {
        // Nothing is stored at the provider, so its thoughts travel with the history.
        body["include"] = json!(["reasoning.encrypted_content"]);
    }
    body
}

/// Whether a model of this name has thoughts of its own; others refuse to be asked for them.
fn thinks(model: &str) -> bool {
    let after = |prefix: &str| {
        model
            .strip_prefix(prefix)
            .and_then(|rest| rest.chars().next())
    };
    after("o").is_some_and(|letter| letter.is_ascii_digit())
        || after("gpt-").is_some_and(|letter| letter.is_ascii_digit() && letter >= '5')
}

fn items(turn: &Turn) -> Vec<Value> {
    match turn {
        Turn::Told(text) => vec![json!({"role": "user", "content": text})],
        Turn::Answered(answer) if answer.dialect == Dialect::Responses => {
            answer.said.as_array().cloned().unwrap_or_default()
        }
        Turn::Answered(answer) => rebuilt(answer),
        Turn::Returned(all) => {
            let item = all.iter().map(|one| {
                json!({"type": "function_call_output", "call_id": one.call, "output": one.text})
            });
            item.collect()
        }
    }
}

fn rebuilt(answer: &Answer) -> Vec<Value> {
    let mut items = Vec::new();
    if !answer.text.trim().is_empty() {
        items.push(json!({"role": "assistant", "content": answer.text}));
    }
    for call in &answer.calls {
        let arguments = sendable(&call.arguments).to_string();
        items.push(
            json!({"type": "function_call", "call_id": call.id, "name": call.tool,
                          "arguments": arguments}),
        );
    }
    items
}

/// A stream of OpenAI's.
#[derive(Default)]
pub(super) struct Joined {
    items: Vec<Value>,
    usage: Option<Usage>,
}

impl Joining for Joined {
    fn event(&mut self, event: &Value) -> Result<(), Broken> {
        match text_of(&event["type"]) {
            "response.output_item.done" => self.items.push(event["item"].clone()),
            "response.completed" | "response.incomplete" => self.end(&event["response"]),
            "response.failed" => {
                let unknown = || Broken("the provider failed".to_owned());
                return Err(failure(&event["response"]).unwrap_or_else(unknown));
            }
            "error" => {
                let words: String = text_of(&event["message"]).chars().take(300).collect();
                let own = Broken(format!("the provider says: {words}"));
                return Err(failure(event).unwrap_or(own));
            }
            _ => {}
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Answer, Broken> {
        let (mut text, mut calls, mut said) = (String::new(), Vec::new(), Vec::new());
        for item in &self.items {
            match text_of(&item["type"]) {
                "message" => {
                    let words = words(item);
                    said.push(json!({"role": "assistant", "content": words}));
                    text.push_str(&words);
                }
                "function_call" => {
                    let call = Call {
                        id: text_of(&item["call_id"]).to_owned(),
                        tool: text_of(&item["name"]).to_owned(),
                        arguments: arguments(text_of(&item["arguments"])),
                    };
                    let sent = sendable(&call.arguments).to_string();
                    said.push(json!({"type": "function_call", "call_id": call.id,
                                     "name": call.tool, "arguments": sent}));
                    calls.push(call);
                }
                // Thoughts that are not sent along cannot be referred to.
                "reasoning" if item["encrypted_content"].is_string() => {
                    said.push(json!({"type": "reasoning", "summary": item["summary"],
                                     "encrypted_content": item["encrypted_content"]}));
                }
                _ => {}
            }
        }
        answer(
            Dialect::Responses,
            (text, calls),
            self.usage,
            Value::Array(said),
        )
    }
}

impl Joined {
    fn end(&mut self, response: &Value) {
        if self.items.is_empty() {
            self.items = response["output"].as_array().cloned().unwrap_or_default();
        }
        let usage = &response["usage"];
        self.usage = usage.is_object().then(|| Usage {
            input: number(&usage["input_tokens"]),
            cached: number(&usage["input_tokens_details"]["cached_tokens"]),
            cache_written: 0,
            output: number(&usage["output_tokens"]),
        });
    }
}

fn words(item: &Value) -> String {
    let parts = item["content"].as_array().into_iter().flatten();
    parts.map(|part| text_of(&part["text"])).collect()
}
