//! Writes SARIF 2.1.0 (OASIS): one result a defect that no test notices.

use super::position;
use crate::explain::page;
use crate::json::MutateDocument;
use redgreen_core::finding::Code;
use redgreen_core::mutant::Fate;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The log about `document`; `texts` are head's files.
pub fn log(document: &MutateDocument, texts: &BTreeMap<String, String>) -> Value {
    let results: Vec<Value> = document
        .open()
        .map(|trial| {
            let mutant = &trial.mutant;
            let text = texts.get(&mutant.path).map_or("", String::as_str);
            let (line, column) = position(text, mutant.bytes.start);
            let (end_line, end_column) = position(text, mutant.bytes.end);
            let code = if trial.by_any == Fate::NotReached {
                Code::NotReached
            } else {
                Code::Survivors
            };
            json!({
                "ruleId": code.as_str(),
                "level": "warning",
                "message": {"text": format!("{}: {mutant}", trial.by_any.words())},
                "partialFingerprints": {"mutant/v1": mutant.id},
                "locations": [{"physicalLocation": {
                    "artifactLocation": {"uri": mutant.path, "uriBaseId": "%SRCROOT%"},
                    "region": {
                        "startLine": line, "startColumn": column,
                        "endLine": end_line, "endColumn": end_column,
                    },
                }}],
            })
        })
        .collect();
    let rules: Vec<Value> = [Code::NotReached, Code::Survivors].map(rule).into();
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

/// What a code means, so that a code host can show it beside the line.
fn rule(code: Code) -> Value {
    let mut rule = json!({"id": code.as_str()});
    if let Some(page) = page(code.as_str()) {
        rule["shortDescription"] = json!({"text": page.title});
        rule["fullDescription"] = json!({"text": page.means});
        rule["help"] = json!({"text": page.steps.join("\n")});
    }
    rule
}
