//! Says a turn in the words of each provider, and counts the answers in a request.

use super::script::Turn;
use serde_json::{Value, json};

/// The wire format of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Anthropic Messages.
    Messages,
    /// OpenAI Responses.
    Responses,
    /// OpenAI Chat Completions and what speaks like it.
    Chat,
    /// Google Gemini.
    Gemini,
}

/// One event of a stream: its name, where the dialect names them, and its data.
pub(super) type Event = (Option<String>, String);

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Messages, Self::Responses, Self::Chat, Self::Gemini];

    pub(super) fn of(path: &str) -> Option<Self> {
        let path = path.split('?').next().unwrap_or(path);
        if path.ends_with("/messages") {
            Some(Self::Messages)
        } else if path.ends_with("/responses") {
            Some(Self::Responses)
        } else if path.ends_with("/chat/completions") {
            Some(Self::Chat)
        } else if path.ends_with(":streamGenerateContent") {
            Some(Self::Gemini)
        } else {
            None
        }
    }

    /// How many answers of the model a request holds.
    pub(super) fn answers(self, body: &Value) -> usize {
        let (list, field, own) = match self {
            Self::Messages | Self::Chat => ("messages", "role", "assistant"),
            Self::Gemini => ("contents", "role", "model"),
            Self::Responses => return responses_answers(body),
        };
        let entries = body[list].as_array().cloned().unwrap_or_default();
        entries.iter().filter(|entry| entry[field] == own).count()
    }

    /// The events of one answer.
    pub(super) fn events(self, turn: &Turn, number: usize, spoken: &Spoken) -> Vec<Event> {
        match self {
            Self::Messages => messages(turn, number, spoken),
            Self::Responses => responses(turn, number, spoken),
            Self::Chat => chat(turn, number, spoken),
            Self::Gemini => gemini(turn, number, spoken),
        }
    }
}

/// Calls and words of one answer are several items: an answer ends where something of the client's
/// begins.
fn responses_answers(body: &Value) -> usize {
    let items = body["input"].as_array().cloned().unwrap_or_default();
    let own = |item: &Value| {
        item["type"] == "function_call"
            || item["type"] == "reasoning"
            || item["role"] == "assistant"
    };
    let mut count = 0;
    let mut before = false;
    for item in &items {
        let now = own(item);
        count += usize::from(now && !before);
        before = now;
    }
    count
}

/// What differs from the usual.
pub(super) struct Spoken {
    /// Tokens of the request.
    pub(super) input: u64,
    /// Whether the usage is told.
    pub(super) usage: bool,
    /// Whether the arguments are cut to something that is no JSON.
    pub(super) broken: bool,
}

impl Spoken {
    fn arguments(&self, arguments: &Value) -> String {
        let text = arguments.to_string();
        if self.broken {
            text[..text.len() - 1].to_owned()
        } else {
            text
        }
    }

    fn cached(&self) -> u64 {
        self.input / 2
    }
}

/// Two halves, so that clients have to join them.
fn halves(text: &str) -> [&str; 2] {
    let middle = text.floor_char_boundary(text.len() / 2);
    [&text[..middle], &text[middle..]]
}

fn typed(data: &Value) -> Event {
    let name = data["type"].as_str().map(str::to_owned);
    (name, data.to_string())
}

fn untyped(data: &Value) -> Event {
    (None, data.to_string())
}

fn parts(turn: &Turn) -> (String, Vec<(String, Value)>) {
    match turn {
        Turn::Say(text) => (text.clone(), Vec::new()),
        Turn::Call(calls) => ("Next step.".to_owned(), calls.clone()),
    }
}

fn messages(turn: &Turn, number: usize, spoken: &Spoken) -> Vec<Event> {
    let (text, calls) = parts(turn);
    let mut usage = json!({
        "input_tokens": spoken.input - spoken.cached(), "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": spoken.cached(), "output_tokens": 1,
    });
    if !spoken.usage {
        usage = Value::Null;
    }
    let mut events = vec![
        json!({"type": "message_start", "message": {
            "id": format!("msg_{number}"), "type": "message", "role": "assistant",
            "content": [], "stop_reason": null, "usage": usage,
        }}),
        json!({"type": "ping"}),
        json!({"type": "content_block_start", "index": 0,
               "content_block": {"type": "text", "text": ""}}),
    ];
    for half in halves(&text) {
        events.push(json!({"type": "content_block_delta", "index": 0,
                           "delta": {"type": "text_delta", "text": half}}));
    }
    events.push(json!({"type": "content_block_stop", "index": 0}));
    for (at, (tool, arguments)) in calls.iter().enumerate() {
        let index = at + 1;
        events.push(
            json!({"type": "content_block_start", "index": index, "content_block": {
                "type": "tool_use", "id": format!("toolu_{number}_{at}"), "name": tool, "input": {},
            }}),
        );
        for half in halves(&spoken.arguments(arguments)) {
            events.push(json!({"type": "content_block_delta", "index": index,
                               "delta": {"type": "input_json_delta", "partial_json": half}}));
        }
        events.push(json!({"type": "content_block_stop", "index": index}));
    }
    let stop = if calls.is_empty() {
        "end_turn"
    } else {
        "tool_use"
    };
    let mut last = json!({"type": "message_delta", "delta": {"stop_reason": stop}});
    if spoken.usage {
        last["usage"] = json!({"output_tokens": 40});
    }
    events.push(last);
    events.push(json!({"type": "message_stop"}));
    events.iter().map(typed).collect()
}

fn responses(turn: &Turn, number: usize, spoken: &Spoken) -> Vec<Event> {
    let (text, calls) = parts(turn);
    let response = json!({"id": format!("resp_{number}"), "object": "response",
                          "status": "in_progress", "output": []});
    let mut events = vec![json!({"type": "response.created", "response": response})];
    let mut output = Vec::new();
    let words = json!({"id": format!("msg_{number}"), "type": "message", "role": "assistant",
        "status": "completed",
        "content": [{"type": "output_text", "text": text, "annotations": []}]});
    for half in halves(&text) {
        events.push(
            json!({"type": "response.output_text.delta", "output_index": 0,
                           "content_index": 0, "delta": half}),
        );
    }
    events.push(json!({"type": "response.output_item.done", "output_index": 0, "item": words}));
    output.push(words);
    for (at, (tool, arguments)) in calls.iter().enumerate() {
        let index = at + 1;
        let arguments = spoken.arguments(arguments);
        let item = json!({"id": format!("fc_{number}_{at}"), "type": "function_call",
            "status": "completed", "call_id": format!("call_{number}_{at}"),
            "name": tool, "arguments": arguments});
        events.push(
            json!({"type": "response.output_item.added", "output_index": index,
                           "item": {"type": "function_call", "name": tool, "arguments": ""}}),
        );
        for half in halves(&arguments) {
            events.push(json!({"type": "response.function_call_arguments.delta",
                               "output_index": index, "delta": half}));
        }
        events.push(
            json!({"type": "response.output_item.done", "output_index": index,
                           "item": item}),
        );
        output.push(item);
    }
    let mut done = json!({"id": format!("resp_{number}"), "object": "response",
                          "status": "completed", "output": output});
    if spoken.usage {
        done["usage"] = json!({"input_tokens": spoken.input, "output_tokens": 40,
            "input_tokens_details": {"cached_tokens": spoken.cached()},
            "output_tokens_details": {"reasoning_tokens": 0}});
    }
    events.push(json!({"type": "response.completed", "response": done}));
    events.iter().map(typed).collect()
}

fn chat(turn: &Turn, number: usize, spoken: &Spoken) -> Vec<Event> {
    let (text, calls) = parts(turn);
    let chunk = |delta: Value, finish: Value| {
        json!({"id": format!("chatcmpl-{number}"), "object": "chat.completion.chunk",
               "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})
    };
    let mut events = vec![chunk(
        json!({"role": "assistant", "content": ""}),
        Value::Null,
    )];
    for half in halves(&text) {
        events.push(chunk(json!({"content": half}), Value::Null));
    }
    for (at, (tool, arguments)) in calls.iter().enumerate() {
        let arguments = spoken.arguments(arguments);
        let call = json!({"index": at, "id": format!("call_{number}_{at}"), "type": "function",
                          "function": {"name": tool, "arguments": ""}});
        events.push(chunk(json!({"tool_calls": [call]}), Value::Null));
        for half in halves(&arguments) {
            let more = json!({"index": at, "function": {"arguments": half}});
            events.push(chunk(json!({"tool_calls": [more]}), Value::Null));
        }
    }
    let finish = if calls.is_empty() {
        "stop"
    } else {
        "tool_calls"
    };
    events.push(chunk(json!({}), json!(finish)));
    if spoken.usage {
        events.push(
            json!({"id": format!("chatcmpl-{number}"), "choices": [], "usage": {
            "prompt_tokens": spoken.input, "completion_tokens": 40,
            "prompt_tokens_details": {"cached_tokens": spoken.cached()}}}),
        );
    }
    let mut events: Vec<Event> = events.iter().map(untyped).collect();
    events.push((None, "[DONE]".to_owned()));
    events
}

/// A call without JSON cannot be said in this dialect: its arguments are text instead.
fn gemini(turn: &Turn, number: usize, spoken: &Spoken) -> Vec<Event> {
    let (text, calls) = parts(turn);
    let chunk =
        |parts: Value| json!({"candidates": [{"content": {"role": "model", "parts": parts}}]});
    let mut events: Vec<Value> = halves(&text)
        .iter()
        .map(|half| chunk(json!([{"text": half}])))
        .collect();
    for (tool, arguments) in &calls {
        let arguments = if spoken.broken {
            json!(spoken.arguments(arguments))
        } else {
            arguments.clone()
        };
        let call = json!({"functionCall": {"name": tool, "args": arguments},
                          "thoughtSignature": format!("signed-{number}")});
        events.push(chunk(json!([call])));
    }
    let mut last = json!({"candidates": [{"content": {"role": "model", "parts": [{"text": ""}]},
                                          "finishReason": "STOP"}]});
    if spoken.usage {
        last["usageMetadata"] = json!({"promptTokenCount": spoken.input,
            "candidatesTokenCount": 40, "cachedContentTokenCount": spoken.cached()});
    }
    events.push(last);
    events.iter().map(untyped).collect()
}
