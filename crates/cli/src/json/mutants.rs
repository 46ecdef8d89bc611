//! Shapes what `redgreen mutate --json` prints.

use super::Range;
use crate::exit::Exit;
use redgreen_core::mutant::{Fate, MutantId, Trial, Trials};
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

    /// Defects that nobody notices, and those that no test comes by.
    pub fn open(&self) -> impl Iterator<Item = &Trial> {
        self.breaking()
            .filter(|trial| matches!(trial.by_any, Fate::Survived | Fate::NotReached))
    }
}

/// How the command ends: no mutant and no answer are no pass.
pub fn exit_of(trials: &[Trials]) -> Exit {
    let all = || trials.iter().flat_map(|all| &all.trials);
    let breaking = || all().filter(|trial| trial.mutant.operator.breaks_code());
    let is_open = |trial: &Trial| matches!(trial.by_any, Fate::Survived | Fate::NotReached);
    let is_decided = |trial: &Trial| trial.by_any.is_noticed() || is_open(trial);
    if trials.iter().any(|all| all.trouble.is_some()) {
        Exit::Environment
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
