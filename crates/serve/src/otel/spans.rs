//! Turns lines of a journal into spans, named as the conventions for generative AI want it.

use redgreen_core::event::{Event, GateJudged, GateVerdict, Line, WorkAsked};
use redgreen_core::hidden::HiddenAsked;
use redgreen_core::id::{Digest, RunId};
use redgreen_core::phase::Phase;
use redgreen_core::time::Timestamp;
use redgreen_core::work::{Spent, Stepped};
use serde_json::{Value, json};

/// The lines of one stretch of a run: what was done between a start of redgreen and its stop.
#[derive(Clone, Copy, Debug)]
pub struct Stretch<'l> {
    /// The run.
    pub run: &'l RunId,
    /// The worker.
    pub worker: &'l str,
    /// Its lines.
    pub lines: &'l [Line],
}

/// What a span is of.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Internal = 1,
    Client = 3,
}

/// One span, before it is written.
struct Span {
    name: String,
    kind: Kind,
    seq: u64,
    parent: Option<u64>,
    began: Timestamp,
    ended: Timestamp,
    attributes: Vec<(&'static str, Value)>,
    failed: bool,
}

/// The trace of `stretch`, as OTLP has it in JSON; nothing where nothing happened. All stretches of a
/// run are one trace, and the same lines give the same spans.
pub fn trace(stretch: &Stretch<'_>, version: &str) -> Option<Value> {
    let spans = spans(stretch)?;
    let id = hex(stretch.run.as_str(), 32);
    let written: Vec<Value> = spans
        .iter()
        .map(|span| {
            let own = |seq: u64| hex(&format!("{} {seq}", stretch.run), 16);
            let mut value = json!({
                "traceId": id,
                "spanId": own(span.seq),
                "name": span.name,
                "kind": span.kind as u8,
                "startTimeUnixNano": nanos(span.began),
                "endTimeUnixNano": nanos(span.ended),
                "attributes": attributes(&span.attributes),
            });
            if let Some(parent) = span.parent {
                value["parentSpanId"] = json!(own(parent));
            }
            if span.failed {
                value["status"] = json!({"code": 2});
            }
            value
        })
        .collect();
    let resource = [
        ("service.name", json!("redgreen")),
        ("service.version", json!(version)),
    ];
    Some(json!({"resourceSpans": [{
        "resource": {"attributes": attributes(&resource)},
        "scopeSpans": [{
            "scope": {"name": "redgreen", "version": version},
            "spans": written,
        }],
    }]}))
}

fn spans(stretch: &Stretch<'_>) -> Option<Vec<Span>> {
    let (first, last) = (stretch.lines.first()?, stretch.lines.last()?);
    // The root of a stretch is no line: it has a number that no line of another stretch has.
    let root = u64::MAX - first.seq;
    let mut spans = vec![Span {
        name: "redgreen run".to_owned(),
        kind: Kind::Internal,
        seq: root,
        parent: None,
        began: first.at,
        ended: last.at,
        attributes: vec![("redgreen.run.id", json!(stretch.run.as_str()))],
        failed: false,
    }];
    let mut attempt: Option<usize> = None;
    let mut before = first.at;
    for line in stretch.lines {
        let parent = attempt.map_or(root, |at| spans[at].seq);
        let at = (before, line.at);
        match &line.event {
            Event::WorkAsked(asked) => {
                attempt = Some(spans.len());
                spans.push(of_attempt(line, root, (stretch, asked)));
            }
            Event::HiddenAsked(asked) => {
                attempt = Some(spans.len());
                spans.push(of_attempt(line, root, (stretch, &in_secret(asked))));
            }
            Event::WorkStepped(stepped) => spans.extend(step(line, at, parent, &stepped.did)),
            Event::WorkHandedIn(_) | Event::HiddenWritten(_) => {
                attempt = end(&mut spans, attempt, line, false)
            }
            Event::WorkFailed(_) | Event::HiddenFailed(_) => {
                attempt = end(&mut spans, attempt, line, true)
            }
            Event::GateJudged(judged) => spans.push(of_gate(line, at, (root, judged))),
            Event::RunStarted(_)
            | Event::PhaseEntered(_)
            | Event::Observed(_)
            | Event::Committed(_)
            | Event::QuestionAsked(_)
            | Event::QuestionAnswered(_)
            | Event::Waived(_)
            | Event::PersonNeeded(_)
            | Event::PointTaken(_)
            | Event::PointClassed(_)
            | Event::RoundBegun(_)
            | Event::PointAnswered(_)
            | Event::Merged(_)
            | Event::CleanedUp(_)
            | Event::RunEnded(_) => {}
        }
        if let Some(at) = attempt {
            spans[at].ended = line.at;
        }
        before = line.at;
    }
    Some(spans)
}

/// Ends the span of an attempt with `line`; no attempt goes on.
fn end(spans: &mut [Span], attempt: Option<usize>, line: &Line, failed: bool) -> Option<usize> {
    if let Some(at) = attempt {
        spans[at].failed = failed;
        spans[at].ended = line.at;
    }
    None
}

/// Work on hidden tests, as work on the phase before whose gate it is done.
fn in_secret(asked: &HiddenAsked) -> WorkAsked {
    WorkAsked {
        phase: Phase::Verify,
        slice: 0,
        attempt: asked.attempt,
        prompt: asked.prompt.clone(),
    }
}

/// An attempt of a worker, as long as it has not ended.
fn of_attempt(line: &Line, root: u64, (stretch, asked): (&Stretch<'_>, &WorkAsked)) -> Span {
    let mut span = of(line, (line.at, line.at), root, "invoke_agent");
    span.name = format!("invoke_agent {}", stretch.worker);
    span.attributes.extend([
        ("gen_ai.agent.name", json!(stretch.worker)),
        ("gen_ai.conversation.id", json!(stretch.run.as_str())),
        ("redgreen.phase", json!(asked.phase.as_str())),
        ("redgreen.attempt", json!(asked.attempt)),
    ]);
    span
}

/// A gate.
fn of_gate(line: &Line, at: (Timestamp, Timestamp), (root, judged): (u64, &GateJudged)) -> Span {
    let mut span = of(line, at, root, "");
    span.name = format!("gate {}", judged.phase.as_str());
    span.attributes = vec![
        ("redgreen.phase", json!(judged.phase.as_str())),
        ("redgreen.gate.verdict", json!(word(judged.verdict))),
        ("redgreen.gate.findings", json!(judged.findings.len())),
    ];
    span
}

/// A step of a worker: an answer of a model, a call of a tool, what an agent tells that it spent.
fn step(line: &Line, at: (Timestamp, Timestamp), parent: u64, did: &Stepped) -> Option<Span> {
    match did {
        Stepped::ModelAnswered { model, spent, .. } => {
            let (provider, model) = model.split_once('/').unwrap_or(("", model));
            let mut span = of(line, at, parent, "chat");
            span.kind = Kind::Client;
            span.name = format!("chat {model}");
            span.attributes.extend([
                ("gen_ai.provider.name", json!(provider_name(provider))),
                ("gen_ai.request.model", json!(model)),
            ]);
            span.attributes.extend(usage(spent));
            Some(span)
        }
        Stepped::ToolAnswered {
            tool, call, failed, ..
        } => {
            let mut span = of(line, at, parent, "execute_tool");
            span.name = format!("execute_tool {tool}");
            span.attributes.extend([
                ("gen_ai.tool.name", json!(tool)),
                ("gen_ai.tool.call.id", json!(call)),
            ]);
            span.failed = *failed;
            Some(span)
        }
        Stepped::Told { spent, .. } if spent.turns > 0 => {
            let mut span = of(line, at, parent, "chat");
            span.kind = Kind::Client;
            span.attributes.extend(usage(spent));
            Some(span)
        }
        // What an agent says and what it was refused are contents.
        Stepped::Told { .. } | Stepped::Refused { .. } => None,
    }
}

/// A span of `line`, without a name of its own.
fn of(
    line: &Line,
    (began, ended): (Timestamp, Timestamp),
    parent: u64,
    operation: &'static str,
) -> Span {
    Span {
        name: operation.to_owned(),
        kind: Kind::Internal,
        seq: line.seq,
        parent: Some(parent),
        began,
        ended,
        attributes: vec![("gen_ai.operation.name", json!(operation))],
        failed: false,
    }
}

fn usage(spent: &Spent) -> [(&'static str, Value); 4] {
    [
        ("gen_ai.usage.input_tokens", json!(spent.usage.input)),
        ("gen_ai.usage.output_tokens", json!(spent.usage.output)),
        (
            "gen_ai.usage.cache_read.input_tokens",
            json!(spent.usage.cached),
        ),
        ("redgreen.cost.micros", json!(spent.micros)),
    ]
}

/// The provider as the conventions call it, where they know it.
fn provider_name(provider: &str) -> &str {
    match provider {
        "gemini" => "gcp.gemini",
        "openai-chat" => "openai",
        other => other,
    }
}

fn word(verdict: GateVerdict) -> &'static str {
    match verdict {
        GateVerdict::Met => "met",
        GateVerdict::Unmet => "unmet",
        GateVerdict::Unclear => "unclear",
    }
}

fn attributes(pairs: &[(&'static str, Value)]) -> Vec<Value> {
    // Numbers of 64 bits are texts in this form of JSON.
    let value = |value: &Value| match value.as_u64() {
        Some(number) => json!({"intValue": number.to_string()}),
        None => json!({"stringValue": value}),
    };
    let pairs = pairs.iter();
    pairs
        .map(|(key, it)| json!({"key": key, "value": value(it)}))
        .collect()
}

fn nanos(at: Timestamp) -> String {
    at.0.saturating_mul(1_000_000).to_string()
}

/// The first `digits` of a digest: never zero for any run.
fn hex(text: &str, digits: usize) -> String {
    let digest = Digest::of(text.as_bytes());
    let whole = digest.as_str().trim_start_matches("sha256:");
    whole.chars().take(digits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use redgreen_core::event::{WorkFailed, WorkStepped};
    use redgreen_core::phase::Phase;
    use redgreen_core::work::Usage;

    fn lines(events: Vec<Event>) -> Vec<Line> {
        let numbered = events.into_iter().zip(1..);
        let line = |(event, seq): (Event, u64)| Line {
            v: 1,
            seq,
            at: Timestamp(1000 * seq),
            run: RunId::new("run-1"),
            cause: None,
            event,
        };
        numbered.map(line).collect()
    }

    fn stepped(did: Stepped) -> Event {
        let (phase, step) = (Phase::Red, 1);
        Event::WorkStepped(WorkStepped { phase, step, did })
    }

    fn story() -> Vec<Line> {
        let prompt = Digest::of(b"SECRET PROMPT");
        let spent = Spent {
            usage: Usage {
                input: 70,
                output: 5,
                ..Usage::default()
            },
            turns: 1,
            ..Spent::default()
        };
        lines(vec![
            Event::WorkAsked(WorkAsked {
                phase: Phase::Red,
                slice: 0,
                attempt: 2,
                prompt,
            }),
            stepped(Stepped::ModelAnswered {
                model: "gemini/gemini-x".to_owned(),
                answer: Digest::of(b"answer"),
                spent,
            }),
            stepped(Stepped::ToolAnswered {
                tool: "read".to_owned(),
                call: "c-1".to_owned(),
                answer: Digest::of(b"file"),
                failed: true,
                tree: None,
            }),
            stepped(Stepped::Refused {
                wanted: "a SECRET word".to_owned(),
                why: "no".to_owned(),
            }),
            Event::WorkFailed(WorkFailed {
                why: "a SECRET reason".to_owned(),
            }),
        ])
    }

    #[test]
    fn an_attempt_holds_its_answers_and_calls_and_none_of_their_words() {
        let (run, lines) = (RunId::new("run-1"), story());
        let stretch = Stretch {
            run: &run,
            worker: "builtin:gemini/gemini-x",
            lines: &lines,
        };
        let told = trace(&stretch, "1").expect("a trace");
        let spans = &told["resourceSpans"][0]["scopeSpans"][0]["spans"];
        let names: Vec<&str> = spans
            .as_array()
            .expect("spans")
            .iter()
            .filter_map(|span| span["name"].as_str())
            .collect();
        let owed = [
            "redgreen run",
            "invoke_agent builtin:gemini/gemini-x",
            "chat gemini-x",
            "execute_tool read",
        ];
        assert_eq!(names, owed);
        assert_eq!(spans[2]["parentSpanId"], spans[1]["spanId"]);
        assert_eq!(spans[1]["parentSpanId"], spans[0]["spanId"]);
        assert_eq!(spans[1]["status"]["code"], 2, "the attempt failed");
        assert_eq!(spans[1]["endTimeUnixNano"], "5000000000");
        assert_eq!(spans[2]["startTimeUnixNano"], "1000000000");
        assert_eq!(spans[0]["traceId"].as_str().map(str::len), Some(32));
        let text = told.to_string();
        for owed in [
            r#"{"key":"gen_ai.usage.input_tokens","value":{"intValue":"70"}}"#,
            r#"{"key":"gen_ai.provider.name","value":{"stringValue":"gcp.gemini"}}"#,
            r#"{"key":"gen_ai.operation.name","value":{"stringValue":"execute_tool"}}"#,
        ] {
            assert!(text.contains(owed), "{owed} is not in {text}");
        }
        assert!(!text.contains("SECRET"), "{text}");
        assert_eq!(trace(&stretch, "1"), Some(told), "the same again");
    }

    /// Reads a request to a collector with the messages that OpenTelemetry publishes.
    const COLLECTOR: &str = "
import json, sys
from google.protobuf.json_format import ParseDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
read = ParseDict(json.loads(sys.argv[1]), ExportTraceServiceRequest())
print(sum(len(s.spans) for r in read.resource_spans for s in r.scope_spans))
";

    fn collected(told: &Value) -> Result<String, String> {
        let home = env!("CARGO_MANIFEST_DIR");
        let python = format!("{home}/../../target/test-tools/readers/bin/python3");
        let mut asked = std::process::Command::new(python);
        let said = asked.args(["-c", COLLECTOR, &told.to_string()]).output();
        let said = said.expect("needed: bash -c 'source scripts/needs; need_readers'");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match said.status.success() {
            true => Ok(text(&said.stdout)),
            false => Err(text(&said.stderr)),
        }
    }

    #[test]
    fn a_trace_is_read_with_the_messages_that_opentelemetry_publishes() {
        let (run, lines) = (RunId::new("run-1"), story());
        let stretch = Stretch {
            run: &run,
            worker: "builtin:gemini/gemini-x",
            lines: &lines,
        };
        let mut told = trace(&stretch, "1").expect("a trace");
        assert_eq!(collected(&told).as_deref(), Ok("4\n"));
        told["resourceSpans"][0]["scopeSpans"][0]["spans"][1]["state"] = json!(2);
        let refused = collected(&told).expect_err("an unknown field");
        assert!(refused.contains("no field named \"state\""), "{refused}");
    }

    #[test]
    fn where_nothing_happened_there_is_nothing_to_tell() {
        let run = RunId::new("run-1");
        let (worker, lines) = ("human", &[][..]);
        let stretch = Stretch {
            run: &run,
            worker,
            lines,
        };
        assert_eq!(trace(&stretch, "1"), None);
    }
}
