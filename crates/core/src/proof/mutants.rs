//! Judges what the tests did about defects in the change. A defect that nobody notices is a
//! question with a place; a change of which no defect is noticed is not tested at all.

use super::Policy;
use super::facts::Facts;
use super::judge::Bench;
use super::verdict::{ChangeVerdict, FunctionJudged, Proof, TestVerdict};
use crate::change::{Change, ChangedFunction, Status};
use crate::finding::{Code, Finding, Weight};
use crate::id::{TestId, UnitId};
use crate::mutant::{Fate, Operator, Question, Trial, Trials};
use crate::outcome::Location;
use crate::surface::Surface;
use std::collections::{BTreeMap, BTreeSet};

/// The next question about mutants: once a unit, where the trees have proven the change.
pub(super) fn owed(
    change: &Change,
    facts: &Facts,
    policy: &Policy,
    judged: &Proof,
) -> Option<Question> {
    let budget = policy.mutants_ms.filter(|ms| *ms > 0)?;
    if !matches!(
        judged.verdict,
        ChangeVerdict::Proven | ChangeVerdict::ProvenExcept
    ) {
        return None;
    }
    let spent: u64 = facts.all_trials().iter().map(|trials| trials.ms).sum();
    let proves = |unit: &UnitId| judged.proving().any(|test| test.id.unit == *unit);
    let changes_code = |unit: &UnitId| {
        change.files.iter().any(|file| {
            file.unit.as_ref() == Some(unit) && file.surfaces.contains(&Surface::Production)
        })
    };
    let mut units = change.units.iter();
    let unit =
        units.find(|unit| facts.trials(unit).is_none() && proves(unit) && changes_code(unit))?;
    let proving = judged.proving().filter(|test| test.id.unit == *unit);
    Some(Question {
        unit: unit.clone(),
        new_tests: new_tests(change, unit, judged),
        proving: proving.map(|test| test.id.name.clone()).collect(),
        budget_ms: budget.saturating_sub(spent),
    })
}

/// The tests of `unit` that the range brought or edited; where only what they read changed, those
/// that prove it.
fn new_tests(change: &Change, unit: &UnitId, judged: &Proof) -> BTreeSet<String> {
    let names = change.new_tests(unit);
    let is_new = |name: &str| {
        let id = TestId::new(unit, name);
        names
            .iter()
            .any(|new| id.is_case_of(&TestId::new(unit, new.clone())))
    };
    let proving = judged.proving().filter(|test| test.id.unit == *unit);
    let others: Vec<String> = proving
        .filter(|test| !is_new(&test.id.name))
        .map(|test| test.id.name.clone())
        .collect();
    names.into_iter().chain(others).collect()
}

/// Whether tests ran over the mutant and it could be judged by them.
pub(super) fn has_run(fate: &Fate) -> bool {
    fate.is_noticed() || *fate == Fate::Survived
}

pub(super) fn is_of(trial: &Trial, function: &ChangedFunction) -> bool {
    trial.mutant.operator.breaks_code()
        && trial.mutant.path == function.function.path
        && trial.mutant.function == function.function.name
}

impl Bench<'_> {
    /// The tests that notice a defect in `changed`, of those that prove the change where they do.
    pub(super) fn noticing(
        &self,
        changed: &ChangedFunction,
        proving: &[TestId],
    ) -> Option<Vec<TestId>> {
        let all = self.facts.all_trials().iter();
        let mut killers = BTreeSet::new();
        for trials in all {
            for trial in trials.trials.iter().filter(|trial| is_of(trial, changed)) {
                for fate in [&trial.by_new, &trial.by_any] {
                    let unit = &trials.question.unit;
                    killers.extend(fate.noticed_by().map(|name| TestId::new(unit, name)));
                }
            }
        }
        let new: Vec<TestId> = killers
            .iter()
            .filter(|test| proving.contains(test))
            .cloned()
            .collect();
        let tests: Vec<TestId> = if new.is_empty() {
            killers.into_iter().collect()
        } else {
            new
        };
        (!tests.is_empty()).then_some(tests)
    }

    /// Whether mutants were tried in `changed` and no test came by any of them.
    pub(super) fn is_out_of_reach(&self, changed: &ChangedFunction) -> bool {
        let all = self.facts.all_trials().iter();
        let mut own = all
            .flat_map(|all| &all.trials)
            .filter(|trial| is_of(trial, changed))
            .filter(|trial| has_run(&trial.by_any) || trial.by_any == Fate::NotReached)
            .peekable();
        own.peek().is_some() && own.all(|trial| trial.by_any == Fate::NotReached)
    }

    /// Everything that the mutants showed.
    pub(super) fn mutants(&mut self, functions: &[FunctionJudged]) {
        let facts = self.facts;
        for trials in facts.all_trials() {
            if self.is_untried(trials) {
                continue;
            }
            let is_hollow = self.is_hollow(trials);
            self.assertions(trials);
            self.no_ops(trials);
            if !is_hollow {
                for changed in &self.change.functions {
                    if changed.status != Status::Deleted {
                        self.of_function(trials, changed, functions);
                    }
                }
                self.outside_functions(trials);
            }
        }
    }

    /// No mutant, no answer: that is no pass.
    fn is_untried(&mut self, trials: &Trials) -> bool {
        let unit = &trials.question.unit;
        let breaking = || {
            let all = trials.trials.iter();
            all.filter(|trial| trial.mutant.operator.breaks_code())
        };
        let is_answered =
            |trial: &Trial| has_run(&trial.by_any) || trial.by_any == Fate::NotReached;
        let why = match &trials.trouble {
            Some(trouble) => trouble.words(),
            None if breaking().any(is_answered) => return false,
            None if breaking().next().is_none() => {
                "nothing in the changed code can be broken on purpose".to_owned()
            }
            None => {
                let fates: BTreeSet<&str> = breaking().map(|trial| trial.by_any.words()).collect();
                let fates: Vec<&str> = fates.into_iter().collect();
                format!("{} mutants: {}", breaking().count(), fates.join(", "))
            }
        };
        let text = format!("no defect could be tried on the changed code: {why}");
        self.find(Finding::new(
            Code::NoMutants,
            Weight::Excepts,
            unit.to_string(),
            text,
        ));
        true
    }

    /// Whole bodies go, and no new test minds any defect at all.
    fn is_hollow(&mut self, trials: &Trials) -> bool {
        let breaking = || {
            let all = trials.trials.iter();
            all.filter(|trial| trial.mutant.operator.breaks_code() && has_run(&trial.by_new))
        };
        let count = breaking().count();
        let bodies = breaking().filter(|trial| trial.mutant.operator == Operator::Body);
        let Some(first) = bodies.into_iter().next() else {
            return false;
        };
        if breaking().any(|trial| trial.by_new.is_noticed()) {
            return false;
        }
        let defects = if count == 1 { "defect" } else { "defects" };
        // Defects are on in the tests' own process alone: in a program that it starts, none was tried.
        let starter = self.change.starts_programs.first();
        let weight = match starter {
            None => Weight::Blocks,
            Some(_) => Weight::Excepts,
        };
        let elsewhere = starter.map_or(String::new(), |path| {
            format!("; what the programs do that {path} starts was not tried")
        });
        let text = format!(
            "the tests of the change run over it and notice none of {count} {defects} that were \
             put into it, as {}{elsewhere}",
            first.mutant
        );
        let subject = first.mutant.function.clone();
        let finding = Finding::new(Code::Hollow, weight, subject, text);
        self.find(finding.at(Some(place(first))));
        true
    }

    /// Tests none of whose assertions can fail.
    fn assertions(&mut self, trials: &Trials) {
        let mut live: BTreeMap<&str, (bool, &Trial)> = BTreeMap::new();
        let negated = trials.trials.iter().filter(|trial| {
            trial.mutant.operator == Operator::Assertion
                && (has_run(&trial.by_new) || trial.by_new == Fate::NotReached)
        });
        for trial in negated {
            let entry = live
                .entry(trial.mutant.function.as_str())
                .or_insert((false, trial));
            entry.0 |= trial.by_new.is_noticed();
        }
        let unit = &trials.question.unit;
        let has_name = |test: &TestId, name: &str| {
            test.unit == *unit && test.is_case_of(&TestId::new(unit, name))
        };
        let mut proving = self
            .tests
            .values()
            .filter(|t| t.verdict == TestVerdict::Proves);
        let all_idle = proving.all(|test| {
            let mut idle = live.iter().filter(|(_, (is_live, _))| !is_live);
            idle.any(|(name, _)| has_name(&test.id, name))
        });
        let weight = match all_idle {
            true => Weight::Blocks,
            false => Weight::Excepts,
        };
        for (name, (_, first)) in live.into_iter().filter(|(_, (is_live, _))| !is_live) {
            let text = format!(
                "none of its assertions can fail: it passes all the same with {}",
                first.mutant
            );
            let finding = Finding::new(Code::IdleAssertions, weight, name, text);
            self.find(finding.at(Some(place(first))));
        }
    }

    /// Changes that change nothing.
    fn no_ops(&mut self, trials: &Trials) {
        let seen = trials
            .trials
            .iter()
            .filter(|trial| trial.mutant.operator == Operator::NoOp && trial.by_any.is_noticed());
        for trial in seen {
            let text = format!(
                "a change that changes nothing turns a test red: {}; the code or the test reads \
                 its own text",
                trial.mutant
            );
            let subject = trial.mutant.function.clone();
            let finding = Finding::new(Code::InspectsItself, Weight::Clouds, subject, text);
            self.find(finding.at(Some(place(trial))));
        }
    }

    /// What of the mutants was not tried.
    pub(super) fn unchecked_mutants(&self) -> Vec<String> {
        let mut lines = BTreeSet::new();
        for trials in self.facts.all_trials() {
            let unit = &trials.question.unit;
            lines.extend(
                trials
                    .left_out
                    .iter()
                    .map(|what| format!("{what} in {unit}")),
            );
            let mut skipped: BTreeMap<&str, usize> = BTreeMap::new();
            for trial in &trials.trials {
                if let Fate::Skipped(why) | Fate::HarnessError(why) = &trial.by_any {
                    *skipped.entry(why.as_str()).or_default() += 1;
                }
            }
            for (why, count) in skipped {
                let mutants = if count == 1 { "mutant" } else { "mutants" };
                lines.insert(format!("{count} {mutants} in {unit}: {why}"));
            }
        }
        if self.facts.all_trials().is_empty() {
            lines.insert("mutants of the change: how much of it the tests would notice".to_owned());
        }
        lines.into_iter().collect()
    }
}

pub(super) fn place(trial: &Trial) -> Location {
    let mut at = Location::new(trial.mutant.path.clone(), trial.mutant.lines.first);
    at.surface = Some(match trial.mutant.operator {
        Operator::Assertion => Surface::Test,
        Operator::NoOp
        | Operator::Body
        | Operator::Hunk
        | Operator::Condition
        | Operator::Boundary
        | Operator::Constant
        | Operator::Arithmetic
        | Operator::Logic
        | Operator::Return
        | Operator::Statement
        | Operator::ErrorPath
        | Operator::Collection => Surface::Production,
    });
    at
}
