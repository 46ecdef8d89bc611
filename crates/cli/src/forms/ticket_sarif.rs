//! Writes SARIF 2.1.0 (OASIS): one result a finding on a ticket, and one a question that is asked.

use crate::json::LintDocument;
use redgreen_core::lint::{RULES, Severity, TicketFinding, TicketQuestion};
use serde_json::{Value, json};

/// The log about `document`. What was let pass stands in it as suppressed.
pub fn log(document: &LintDocument) -> Value {
    let uri = uri(&document.source);
    let mut results: Vec<Value> = document.findings.iter().map(|f| result(f, &uri)).collect();
    let own = document.asked().filter(|question| question.code == "RQ060");
    results.extend(own.map(|question| asked(question, &uri)));
    results.extend(document.passed.iter().map(|passed| {
        let mut result = result(&passed.finding, &uri);
        let kind = if passed.said_in == "ticket" {
            "inSource"
        } else {
            "external"
        };
        result["suppressions"] = json!([{"kind": kind, "justification": passed.reason}]);
        result
    }));
    let rules: Vec<Value> = RULES
        .iter()
        .map(|rule| {
            json!({
                "id": rule.code,
                "shortDescription": {"text": rule.title},
                "fullDescription": {"text": rule.why},
                "defaultConfiguration": {"level": level(rule.severity)},
            })
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "redgreen", "version": document.version, "rules": rules,
            }},
            "results": results,
        }],
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "note",
        Severity::Warn | Severity::Ask => "warning",
        Severity::Block => "error",
    }
}

fn result(found: &TicketFinding, uri: &str) -> Value {
    let text = format!("{}: {}. {}", found.message, found.why, found.remedy);
    json!({
        "ruleId": found.code,
        "level": level(found.severity),
        "message": {"text": text},
        "partialFingerprints": {"finding/v1": format!("{}:{}", found.code, found.quote)},
        "locations": [place(found.line, uri)],
    })
}

fn asked(question: &TicketQuestion, uri: &str) -> Value {
    let text = format!(
        "{} ({}). Assumed where nobody answers: {}",
        question.text, question.why, question.default
    );
    json!({
        "ruleId": question.code,
        "level": "note",
        "message": {"text": text},
        "partialFingerprints": {"finding/v1": format!("{}:{}", question.code, question.about)},
        "locations": [place(question.line, uri)],
    })
}

fn place(line: u32, uri: &str) -> Value {
    json!({"physicalLocation": {
        "artifactLocation": {"uri": uri},
        "region": {"startLine": line.max(1)},
    }})
}

/// The source as a relative address: what is no plain letter of a path is escaped.
fn uri(source: &str) -> String {
    let mut text = String::with_capacity(source.len());
    for byte in source.trim_start_matches("./").bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::ticket_comment::tests::document;

    #[test]
    fn each_finding_and_each_asked_question_is_a_result() {
        let log = log(&document());
        let results = log["runs"][0]["results"].as_array().unwrap();
        let seen: Vec<_> = results
            .iter()
            .map(|r| (r["ruleId"].as_str().unwrap(), r["level"].as_str().unwrap()))
            .collect();
        assert_eq!(
            seen,
            [
                ("RQ031", "error"),
                ("RQ001", "warning"),
                ("RQ060", "note"),
                ("RQ003", "warning")
            ]
        );
        assert_eq!(
            results[3]["suppressions"][0]["justification"],
            "the list is long"
        );
        let place = &results[0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "tickets/a%20b.md");
    }
}
