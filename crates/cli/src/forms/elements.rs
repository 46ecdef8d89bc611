//! Writes mutation-testing-elements, the report schema of Stryker, version 2:
//! `mutation-testing-report-schema` of the mutation-testing-elements project.

use super::position;
use crate::json::MutateDocument;
use redgreen_core::mutant::{Fate, Trial};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The report about `document`; `texts` are head's files.
pub fn report(document: &MutateDocument, texts: &BTreeMap<String, String>) -> Value {
    let mut files = Map::new();
    for (path, text) in texts {
        let own = document.breaking().filter(|t| t.mutant.path == *path);
        let mutants: Vec<Value> = own.map(|trial| mutant(trial, text)).collect();
        if mutants.is_empty() {
            continue;
        }
        let language = redgreen_toolchain::language(path).map_or("text", |known| known.name());
        let file = json!({"language": language, "source": text, "mutants": mutants});
        files.insert(path.clone(), file);
    }
    json!({
        "schemaVersion": "2",
        "thresholds": {"high": 80, "low": 60},
        "framework": {"name": "redgreen", "version": document.version},
        "files": files,
    })
}

fn mutant(trial: &Trial, text: &str) -> Value {
    let mutant = &trial.mutant;
    let place = |byte| {
        let (line, column) = position(text, byte);
        json!({"line": line, "column": column})
    };
    let (status, reason, by) = status(&trial.by_any);
    json!({
        "id": mutant.id,
        "mutatorName": mutant.operator.as_str(),
        "replacement": mutant.now,
        "location": {"start": place(mutant.bytes.start), "end": place(mutant.bytes.end)},
        "status": status,
        "statusReason": reason,
        "coveredBy": trial.over,
        "killedBy": by.into_iter().collect::<Vec<_>>(),
    })
}

/// Status, its reason and the test that decided it.
fn status(fate: &Fate) -> (&'static str, String, Option<&str>) {
    let words = fate.words().to_owned();
    match fate {
        Fate::Killed { by, .. } => ("Killed", words, Some(by)),
        Fate::TimedOut { by } => ("Timeout", words, Some(by)),
        Fate::OutOfMemory { by } => ("RuntimeError", words, Some(by)),
        Fate::Survived => ("Survived", words, None),
        Fate::NotReached => ("NoCoverage", words, None),
        Fate::Unviable(why) => ("CompileError", why.clone(), None),
        Fate::HarnessError(why) => ("RuntimeError", why.clone(), None),
        Fate::Equivalent(why) => ("Ignored", why.clone(), None),
        Fate::Skipped(why) => ("Pending", why.clone(), None),
    }
}
