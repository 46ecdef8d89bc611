//! Names what nobody notices: functions that are not missed, defects that survive, lines that no
//! test comes by.

use super::judge::Bench;
use super::mutants::{has_run, is_of, place};
use super::verdict::{FunctionJudged, FunctionVerdict};
use crate::change::ChangedFunction;
use crate::finding::{Code, Finding, Weight};
use crate::mutant::{Fate, Operator, Trial, Trials};
use std::collections::{BTreeMap, BTreeSet};

/// How many defects one line of a report names.
const SHOWN: usize = 3;

impl Bench<'_> {
    /// One changed function: not run, run and not missed, or missed in places.
    pub(super) fn of_function(
        &mut self,
        trials: &Trials,
        changed: &ChangedFunction,
        judged: &[FunctionJudged],
    ) {
        let own: Vec<&Trial> = trials
            .trials
            .iter()
            .filter(|trial| is_of(trial, changed))
            .collect();
        let bodies = || {
            let all = own.iter();
            all.filter(|trial| trial.mutant.operator == Operator::Body && has_run(&trial.by_any))
        };
        let name = changed.function.name.as_str();
        if own.iter().any(|trial| has_run(&trial.by_any)) {
            let is_missed =
                bodies().next().is_none() || own.iter().any(|trial| trial.by_any.is_noticed());
            if is_missed {
                self.survivors(name, &own);
                self.unreached_lines(name, &own);
            } else {
                let text = "runs under test, and nothing notices when its body is gone";
                let finding = Finding::new(Code::PseudoTested, Weight::Excepts, name, text);
                self.find(finding.at(bodies().next().map(|trial| place(trial))));
            }
            return;
        }
        let is_proven = judged
            .iter()
            .any(|judged| judged.name == name && matches!(judged.verdict, FunctionVerdict::Exempt));
        let unreached = own.iter().find(|trial| trial.by_any == Fate::NotReached);
        if let (Some(first), false) = (unreached, is_proven) {
            let text = "changed, and no test runs over it";
            let finding = Finding::new(Code::NotReached, Weight::Excepts, name, text);
            self.find(finding.at(Some(place(first))));
        }
    }

    /// Changed code outside of functions: constants, tables, class bodies.
    pub(super) fn outside_functions(&mut self, trials: &Trials) {
        let changed: BTreeSet<(&str, &str)> = self
            .change
            .functions
            .iter()
            .map(|changed| {
                let function = &changed.function;
                (function.path.as_str(), function.name.as_str())
            })
            .collect();
        let mut rest: BTreeMap<&str, Vec<&Trial>> = BTreeMap::new();
        for trial in &trials.trials {
            let mutant = &trial.mutant;
            let is_known = changed.contains(&(mutant.path.as_str(), mutant.function.as_str()));
            if mutant.operator.breaks_code() && !is_known {
                rest.entry(mutant.path.as_str()).or_default().push(trial);
            }
        }
        for (path, own) in rest {
            self.survivors(path, &own);
        }
    }

    /// Defects that nobody notices: named, each with the diff that replays it.
    fn survivors(&mut self, subject: &str, own: &[&Trial]) {
        let lived: Vec<&&Trial> = own
            .iter()
            .filter(|trial| trial.by_any == Fate::Survived)
            .collect();
        let Some(first) = lived.first() else { return };
        let named = |trial: &&Trial| format!("{} ({})", trial.mutant, trial.mutant.id);
        let shown = lived.iter().take(SHOWN).map(|trial| named(trial));
        let shown: Vec<String> = shown.collect();
        let more = match lived.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!("; {more} more"),
        };
        let (defects, verb) = match lived.len() {
            1 => ("1 defect".to_owned(), "goes"),
            several => (format!("{several} defects"), "go"),
        };
        let text = format!("{defects} {verb} unnoticed: {}{more}", shown.join("; "));
        let finding = Finding::new(Code::Survivors, Weight::Excepts, subject, text);
        self.find(finding.at(Some(place(first))));
    }

    /// Changed lines of a function under test that no test comes by.
    fn unreached_lines(&mut self, name: &str, own: &[&Trial]) {
        let unreached = own.iter().filter(|trial| trial.by_any == Fate::NotReached);
        let lines: BTreeSet<u32> = unreached
            .clone()
            .map(|trial| trial.mutant.lines.first)
            .collect();
        let Some(first) = unreached.min_by_key(|trial| trial.mutant.lines.first) else {
            return;
        };
        let lines: Vec<String> = lines.iter().map(u32::to_string).collect();
        let word = if lines.len() == 1 { "line" } else { "lines" };
        let text = format!("no test comes by {word} {} of it", lines.join(", "));
        let finding = Finding::new(Code::NotReached, Weight::Excepts, name, text);
        self.find(finding.at(Some(place(first))));
    }
}
