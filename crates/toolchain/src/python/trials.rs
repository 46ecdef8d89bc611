//! Makes the command that tries many mutants in one session of pytest, and reads what it says.

use super::lines::Session;
use super::report::{hung, unstarted};
use super::{command, imports};
use crate::mutate::{MutantAsk, MutantReport, Mutator, Tried, Unreached};
use crate::words::{ended, last_words};
use crate::{Exit, Files, Invocation, RawOutput, Role, Unit};
use redgreen_core::evidence::{Order, Trouble};
use redgreen_core::mutant::{Fate, Kill, Mutant, MutantId};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The session that forks, and what it imports beside the plug-in of a plain run.
const SESSION: [(&str, &str); 10] = [
    ("rg_mutants.py", include_str!("rg_mutants.py")),
    ("rg_nursery.py", include_str!("rg_nursery.py")),
    ("rg_baseline.py", include_str!("rg_baseline.py")),
    ("rg_session.py", include_str!("rg_session.py")),
    ("rg_plan.py", include_str!("rg_plan.py")),
    ("rg_code.py", include_str!("rg_code.py")),
    ("rg_reach.py", include_str!("rg_reach.py")),
    ("rg_protocol.py", include_str!("rg_protocol.py")),
    ("rg_trial.py", include_str!("rg_trial.py")),
    ("rg_turns.py", include_str!("rg_turns.py")),
];

/// The question, inside the scratch directory.
const PLAN: &str = "mutants.json";

/// Tries mutants under pytest: one session collects, forks for each mutant, gives the changed
/// function its other code and runs the tests that meet it up to the first failure.
pub(super) struct Trials;

impl Mutator for Trials {
    fn unreached(&self, unit: &Unit, files: &dyn Files, changed: &BTreeSet<String>) -> Unreached {
        imports::unreached(unit, files, changed)
    }

    fn next(&self, ask: &MutantAsk<'_>, so_far: &[RawOutput], _spent_ms: u64) -> Vec<Invocation> {
        if !so_far.is_empty() || ask.mutants.is_empty() {
            return Vec::new();
        }
        let mut plain = ask.ask.clone();
        plain.order = Order::AsWritten;
        let Some(mut invocation) = command::next(&plain, &[]) else {
            return Vec::new();
        };
        let session = SESSION.map(|(name, text)| (name.to_owned(), text.to_owned()));
        invocation.role = Role::Session;
        invocation.writes.extend(session);
        invocation.writes.push((PLAN.to_owned(), plan(ask, &plain)));
        let scratch = |name: &str| ask.ask.scratch.join(name).to_string_lossy().into_owned();
        invocation.argv = vec![
            ask.ask.tool.program.clone(),
            scratch("rg_mutants.py"),
            scratch(PLAN),
        ];
        vec![invocation]
    }

    fn read(&self, ask: &MutantAsk<'_>, outputs: &[RawOutput]) -> MutantReport {
        let Some(output) = outputs.first() else {
            return unanswered(ask, MutantReport::default());
        };
        let file = output.files.get(&command::report_file(0));
        let bytes = file.map_or(&[][..], Vec::as_slice);
        let said = Said::read(bytes, ask.ask.nonce);
        let mut report = MutantReport::default();
        for answer in &said.answers {
            let known = ask.mutants.iter().any(|mutant| mutant.id == answer.id);
            if let Some(tried) = answer.tried().filter(|_| known) {
                report.tried.insert(answer.id.clone(), tried);
            }
        }
        if let Some(end) = &said.end {
            report.executed = end.executed;
            report.left_out.clone_from(&end.left);
        }
        report.trouble = trouble(ask, output, bytes, &said);
        unanswered(ask, report)
    }
}

/// The plan as the session reads it.
fn plan(ask: &MutantAsk<'_>, plain: &crate::Ask<'_>) -> String {
    let mut question = command::body(plain, 0, command::Part::Tests);
    question["dir"] = json!(plain.unit.dir);
    let mutants: Vec<Value> = ask.mutants.iter().map(mutant).collect();
    json!({
        "ask": question,
        "mutants": mutants,
        "texts": ask.texts,
        "new_tests": ask.new_tests,
        "budget_ms": ask.budget_ms,
        "jobs": ask.jobs,
        "memory": ask.memory,
        "killers": ask.killers,
        "unreached": ask.unreached,
        "ignored": ignored(ask),
    })
    .to_string()
}

/// Test files that come by none of the files that the mutants edit, and hold no new test.
fn ignored(ask: &MutantAsk<'_>) -> BTreeSet<String> {
    let edited: BTreeSet<&String> = ask.mutants.iter().map(|mutant| &mutant.path).collect();
    let none = BTreeSet::new();
    let mut missed = edited
        .iter()
        .map(|path| ask.unreached.get(*path).unwrap_or(&none));
    let Some(first) = missed.next() else {
        return none;
    };
    let mut all = missed.fold(first.clone(), |all, some| &all & some);
    for test in ask.new_tests {
        all.remove(command::file_of(test));
    }
    all
}

fn mutant(mutant: &Mutant) -> Value {
    json!({
        "id": mutant.id,
        "path": mutant.path,
        "function": mutant.function,
        "lines": [mutant.lines.first, mutant.lines.last],
        "bytes": [mutant.bytes.start, mutant.bytes.end],
        "operator": mutant.operator.as_str(),
        "was": mutant.was,
        "now": mutant.now,
    })
}

/// What the session says of one mutant: each fate as its name and its facts.
#[derive(Deserialize)]
struct Answer {
    id: MutantId,
    new: Vec<String>,
    any: Vec<String>,
    #[serde(default)]
    over: Vec<String>,
}

impl Answer {
    fn tried(&self) -> Option<Tried> {
        Some(Tried {
            by_new: fate(&self.new)?,
            by_any: fate(&self.any)?,
            over: self.over.clone(),
        })
    }
}

fn fate(words: &[String]) -> Option<Fate> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let owned = |text: &str| text.to_owned();
    Some(match words[..] {
        ["survived"] => Fate::Survived,
        ["not-reached"] => Fate::NotReached,
        ["killed", by, "assertion", ..] => Fate::Killed {
            by: owned(by),
            how: Kill::Assertion,
        },
        ["killed", by, "error", ..] => Fate::Killed {
            by: owned(by),
            how: Kill::Error,
        },
        ["timed-out", by] => Fate::TimedOut { by: owned(by) },
        ["out-of-memory", by] => Fate::OutOfMemory { by: owned(by) },
        ["unviable", why] => Fate::Unviable(owned(why)),
        ["harness-error", why] => Fate::HarnessError(owned(why)),
        ["equivalent", why] => Fate::Equivalent(owned(why)),
        ["skipped", why] => Fate::Skipped(owned(why)),
        _ => return None,
    })
}

/// How the session ended.
#[derive(Deserialize)]
struct End {
    executed: usize,
    /// How many tests pass without a mutant.
    tests: usize,
    left: Vec<String>,
    /// Even those tests took all the time.
    #[serde(default)]
    late: bool,
}

/// Everything that the session says beyond what a plain run does.
#[derive(Default)]
struct Said {
    answers: Vec<Answer>,
    end: Option<End>,
    broken: Option<String>,
    /// Lines that carry the nonce.
    lines: u64,
}

impl Said {
    fn read(bytes: &[u8], nonce: &str) -> Self {
        let mut said = Self::default();
        for line in bytes.split(|byte| *byte == b'\n') {
            let Ok(line) = serde_json::from_slice::<Value>(line) else {
                continue;
            };
            if line["n"] == nonce {
                said.lines += 1;
                said.take(line);
            }
        }
        said
    }

    fn take(&mut self, line: Value) {
        match line["ev"].as_str() {
            Some("mutant") => self.answers.extend(serde_json::from_value(line).ok()),
            Some("tried") => self.end = serde_json::from_value(line).ok(),
            Some("broken") => self.broken = line["why"].as_str().map(str::to_owned),
            Some(_) | None => {}
        }
    }
}

/// Why the session cannot be believed.
fn trouble(ask: &MutantAsk<'_>, output: &RawOutput, bytes: &[u8], said: &Said) -> Option<Trouble> {
    let session = Session::read(bytes, ask.ask.nonce);
    if let Some(trouble) = unstarted(&session, output) {
        return Some(trouble);
    }
    if let Some((module, path)) = session.outside.first().cloned() {
        return Some(Trouble::AnotherCopy { module, path });
    }
    if output.exit == Exit::TimedOut {
        return Some(hung());
    }
    let could_not = |why: String| Some(Trouble::CouldNotRun { why });
    let why = match (&said.broken, session.end, &said.end) {
        (Some(why), _, _) => why.clone(),
        (None, Some(end), _) if output.exit != Exit::Code(end.exit) => {
            format!(
                "the report says exit code {}, {}",
                end.exit,
                ended(output.exit)
            )
        }
        (None, Some(end), _) if end.lines != said.lines => {
            format!("{} of {} report lines were found", said.lines, end.lines)
        }
        (None, _, None) if session.nothing => {
            return could_not("none of the asked tests is there".to_owned());
        }
        (None, _, None) => {
            let words = session.internal.clone();
            let words = words.unwrap_or_else(|| last_words(output));
            return could_not(format!("{}: {words}", ended(output.exit)));
        }
        (None, None, Some(_)) => format!("the session never finished, yet {}", ended(output.exit)),
        (None, Some(_), Some(end)) if end.tests == 0 && !end.late && ignored(ask).is_empty() => {
            return could_not("no test passes without a mutant".to_owned());
        }
        (None, Some(_), Some(_)) => return None,
    };
    Some(Trouble::Inconsistent { why })
}

/// A mutant that nothing was said of.
fn unanswered(ask: &MutantAsk<'_>, mut report: MutantReport) -> MutantReport {
    if report.trouble.is_none() && report.tried.is_empty() && !ask.mutants.is_empty() {
        let why = "nothing is said of any mutant".to_owned();
        report.trouble = Some(Trouble::CouldNotRun { why });
    }
    let silent: BTreeMap<MutantId, Tried> = ask
        .mutants
        .iter()
        .filter(|mutant| !report.tried.contains_key(&mutant.id))
        .map(|mutant| {
            let fate = Fate::HarnessError("the session says nothing of it".to_owned());
            let tried = Tried {
                by_new: fate.clone(),
                by_any: fate,
                over: Vec::new(),
            };
            (mutant.id.clone(), tried)
        })
        .collect();
    report.tried.extend(silent);
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Option<Fate> {
        let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        fate(&words)
    }

    #[test]
    fn a_fate_is_read_by_its_name_and_nothing_else_is_one() {
        let killed = Fate::Killed {
            by: "t.py::a".to_owned(),
            how: Kill::Error,
        };
        assert_eq!(words("killed t.py::a error KeyError"), Some(killed));
        assert_eq!(words("survived"), Some(Fate::Survived));
        for strange in ["killed t.py::a", "killed", "passed", "survived 1", ""] {
            assert_eq!(words(strange), None, "{strange}");
        }
    }

    #[test]
    fn lines_without_the_nonce_are_nobodys() {
        let line = |nonce: &str| {
            format!(
                "{{\"n\":\"{nonce}\",\"ev\":\"mutant\",\"id\":\"a\",\"new\":[\"survived\"],\"any\":[\"survived\"]}}\n"
            )
        };
        let text = format!("{}{}half {{", line("x"), line("y"));
        let said = Said::read(text.as_bytes(), "x");
        assert_eq!((said.answers.len(), said.lines), (1, 1));
        assert!(said.answers[0].tried().is_some());
    }
}
