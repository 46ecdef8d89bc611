//! Shapes what `redgreen mutate --json` prints.

use super::Range;
use crate::exit::Exit;
use redgreen_core::mutant::{Fate, MutantId, Operator, Trial, Trials};
use redgreen_engine::mutate::Mutated;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What `redgreen mutate --json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MutateDocument {
    /// Name and version of this form: `redgreen.mutate/1`.
    pub schema: String,
    /// The version of redgreen that made it.
    pub version: String,
    /// The range whose change was broken.
    #[serde(flatten)]
    pub range: Range,
    /// The exit code of the command.
    pub exit_code: u8,
    /// How many defects had which fate, by all tests that run over them; assertions that were
    /// negated and changes of nothing are left out.
    pub fates: BTreeMap<String, usize>,
    /// Every mutant, a unit each.
    pub trials: Vec<Trials>,
    /// The diff of each mutant, by its id.
    pub diffs: BTreeMap<MutantId, String>,
    /// The command that makes this again.
    pub reproduce: String,
}

impl MutateDocument {
    /// Name and version of this form.
    pub const SCHEMA: &str = "redgreen.mutate/1";

    /// The document about what came of the mutants of `range`.
    pub fn of(range: Range, mutated: Mutated, reproduce: String) -> Self {
        let mut fates: BTreeMap<String, usize> = BTreeMap::new();
        let mut diffs = BTreeMap::new();
        for trial in mutated.trials.iter().flat_map(|all| &all.trials) {
            let mutant = &trial.mutant;
            if mutant.operator.breaks_code() {
                *fates.entry(trial.by_any.words().to_owned()).or_default() += 1;
            }
            let text = mutated.texts.get(&mutant.path);
            if let Some(diff) = text.and_then(|text| mutant.diff(text)) {
                diffs.insert(mutant.id.clone(), diff);
            }
        }
        Self {
            schema: Self::SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            range,
            exit_code: exit_of(&mutated.trials).number(),
            fates,
            trials: mutated.trials,
            diffs,
            reproduce,
        }
    }

    /// Every trial of a defect.
    pub fn breaking(&self) -> impl Iterator<Item = &Trial> {
        let all = self.trials.iter().flat_map(|all| &all.trials);
        all.filter(|trial| trial.mutant.operator.breaks_code())
    }

    /// Negated assertions that no test misses, and changes of nothing that one notices.
    pub fn odd(&self) -> impl Iterator<Item = &Trial> {
        let all = self.trials.iter().flat_map(|all| &all.trials);
        all.filter(|trial| is_odd(trial))
    }

    /// Defects that nobody notices, and those that no test comes by.
    pub fn open(&self) -> impl Iterator<Item = &Trial> {
        self.breaking()
            .filter(|trial| matches!(trial.by_any, Fate::Survived | Fate::NotReached))
    }
}

fn is_odd(trial: &Trial) -> bool {
    let is_dead = matches!(trial.by_any, Fate::Survived | Fate::NotReached);
    match trial.mutant.operator {
        Operator::Assertion => is_dead,
        Operator::NoOp => trial.by_any.is_noticed(),
        Operator::Body
        | Operator::Hunk
        | Operator::Condition
        | Operator::Boundary
        | Operator::Constant
        | Operator::Arithmetic
        | Operator::Logic
        | Operator::Return
        | Operator::Statement
        | Operator::ErrorPath
        | Operator::Collection => false,
    }
}

/// How the command ends: no mutant and no answer are no pass. Without any defect of the code, an
/// assertion that cannot fail is still an answer.
pub fn exit_of(trials: &[Trials]) -> Exit {
    let all = || trials.iter().flat_map(|all| &all.trials);
    let breaking = || all().filter(|trial| trial.mutant.operator.breaks_code());
    let is_open = |trial: &Trial| matches!(trial.by_any, Fate::Survived | Fate::NotReached);
    let is_decided = |trial: &Trial| trial.by_any.is_noticed() || is_open(trial);
    if trials.iter().any(|all| all.trouble.is_some()) {
        Exit::Environment
    } else if breaking().next().is_none() && all().any(is_odd) {
        Exit::Refuted
    } else if breaking().next().is_none() {
        Exit::NothingToProve
    } else if !breaking().any(is_decided) {
        Exit::Unclear
    } else if breaking().any(is_open) {
        Exit::Refuted
    } else {
        Exit::Met
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use redgreen_core::mutant::Kill;

    fn ended(tried: &[(&str, Fate)]) -> Exit {
        let killed = serde_json::json!({"killed": {"by": "t", "how": "assertion"}});
        let trials = tried.iter().map(|(operator, fate)| {
            serde_json::json!({
                "mutant": {
                    "id": "1", "path": "a.py", "function": "f", "operator": operator,
                    "lines": {"first": 1, "last": 1}, "bytes": {"start": 0, "end": 1},
                    "was": "a", "now": "b",
                },
                "by_new": killed, "by_any": fate, "over": [],
            })
        });
        let trials: Vec<serde_json::Value> = trials.collect();
        let all = serde_json::json!([{
            "question": {"unit": ".:pytest", "new_tests": [], "proving": [], "budget_ms": 1},
            "tree": "0".repeat(40), "trials": trials, "trouble": null, "left_out": [],
            "executed": 0, "known": 0, "commands": [], "fingerprint": "", "sandbox": "", "ms": 1,
        }]);
        exit_of(&serde_json::from_value::<Vec<Trials>>(all).expect("trials"))
    }

    #[test]
    fn an_assertion_that_cannot_fail_is_an_answer_where_no_code_was_broken() {
        let killed = || Fate::Killed {
            by: "t".to_owned(),
            how: Kill::Assertion,
        };
        assert_eq!(ended(&[]), Exit::NothingToProve);
        assert_eq!(ended(&[("assertion", killed())]), Exit::NothingToProve);
        assert_eq!(ended(&[("assertion", Fate::Survived)]), Exit::Refuted);
        assert_eq!(ended(&[("no-op", Fate::Survived)]), Exit::NothingToProve);
        assert_eq!(ended(&[("no-op", killed())]), Exit::Refuted);
        let both = [("assertion", Fate::Survived), ("body", killed())];
        assert_eq!(ended(&both), Exit::Met, "the proof weighs the assertion");
        assert_eq!(ended(&[("body", Fate::NotReached)]), Exit::Refuted);
    }
}
