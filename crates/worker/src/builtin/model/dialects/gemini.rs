//! Google Gemini.

use super::super::{Answer, Call, Endpoint, Offered, Request, Turn};
use super::{Broken, Dialect, Joining, answer, failure, number, sendable, text_of};
use redgreen_core::work::Usage;
use serde_json::{Value, json};

pub(super) fn body(_to: &Endpoint, request: &Request<'_>) -> Value {
    let contents: Vec<Value> = request.turns.iter().map(content).collect();
    json!({
        "systemInstruction": {"parts": [{"text": request.system}]},
        "tools": [{"functionDeclarations": request.tools.iter().map(declaration).collect::<Vec<_>>()}],
        "contents": contents,
        "generationConfig": {"maxOutputTokens": request.longest},
    })
}

/// An object without properties is refused: a tool without arguments has no schema.
fn declaration(tool: &Offered) -> Value {
    let mut declared = json!({"name": tool.name, "description": tool.description});
    let properties = tool.schema["properties"].as_object();
    if properties.is_some_and(|properties| !properties.is_empty()) {
        declared["parameters"] = tool.schema.clone();
    }
    declared
}

fn content(turn: &Turn) -> Value {
    match turn {
        Turn::Told(text) => json!({"role": "user", "parts": [{"text": text}]}),
        Turn::Answered(answer) => json!({"role": "model", "parts": parts(answer)}),
        Turn::Returned(all) => {
            let parts = all.iter().map(|one| {
                let field = if one.failed { "error" } else { "output" };
                json!({"functionResponse": {"name": one.tool, "response": {field: one.text}}})
            });
            json!({"role": "user", "parts": parts.collect::<Vec<_>>()})
        }
    }
}

fn parts(answer: &Answer) -> Value {
    if answer.dialect == Dialect::Gemini {
        return answer.said.clone();
    }
    let mut parts = Vec::new();
    if !answer.text.trim().is_empty() {
        parts.push(json!({"text": answer.text}));
    }
    for call in &answer.calls {
        let args = sendable(&call.arguments);
        parts.push(json!({"functionCall": {"name": call.tool, "args": args}}));
    }
    Value::Array(parts)
}

/// A stream of Gemini's. Its calls have no ids: they are numbered.
#[derive(Default)]
pub(super) struct Joined {
    text: String,
    calls: Vec<Call>,
    said: Vec<Value>,
    /// Words that are not in `said` yet: in the history, many pieces are one part.
    words: String,
    usage: Option<Usage>,
    blocked: Option<String>,
}

impl Joining for Joined {
    fn event(&mut self, event: &Value) -> Result<(), Broken> {
        if let Some(broken) = failure(event) {
            return Err(broken);
        }
        let usage = &event["usageMetadata"];
        if usage.is_object() {
            self.usage = Some(Usage {
                input: number(&usage["promptTokenCount"]),
                cached: number(&usage["cachedContentTokenCount"]),
                cache_written: 0,
                output: number(&usage["candidatesTokenCount"])
                    + number(&usage["thoughtsTokenCount"]),
            });
        }
        let reason = event["promptFeedback"]["blockReason"].as_str();
        self.blocked = self.blocked.take().or(reason.map(str::to_owned));
        let parts = event["candidates"][0]["content"]["parts"].as_array();
        for part in parts.into_iter().flatten() {
            self.part(part);
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Answer, Broken> {
        if let Some(reason) = &self.blocked {
            return Err(Broken(format!("the provider blocked the prompt: {reason}")));
        }
        let mut joined = *self;
        joined.end_words();
        let said = Value::Array(joined.said);
        answer(
            Dialect::Gemini,
            (joined.text, joined.calls),
            joined.usage,
            said,
        )
    }
}

impl Joined {
    fn part(&mut self, part: &Value) {
        let call = &part["functionCall"];
        if call.is_object() {
            let mut said = part.clone();
            said["functionCall"]["args"] = sendable(&call["args"]);
            self.calls.push(Call {
                id: format!("call-{}", self.calls.len() + 1),
                tool: text_of(&call["name"]).to_owned(),
                arguments: call["args"].clone(),
            });
            self.end_words();
            self.said.push(said);
            return;
        }
        let words = text_of(&part["text"]);
        if part["thought"] == true || words.is_empty() {
            return;
        }
        self.text.push_str(words);
        if part.get("thoughtSignature").is_some() {
            self.end_words();
            self.said.push(part.clone());
        } else {
            self.words.push_str(words);
        }
    }

    fn end_words(&mut self) {
        let words = std::mem::take(&mut self.words);
        if !words.is_empty() {
            self.said.push(json!({ "text": words }));
        }
    }
}
