//! Tries mutants one by one: a plain run each, where no session is to be had.

use super::mutants::Course;
use super::{Answer, ObserveError, Observer};
use crate::mutate::{Drafted, probe};
use redgreen_core::evidence::{Observation, Order, Purpose, Report, Selection, TreeKind};
use redgreen_core::mutant::{Fate, Kill, Mutant, MutantId, Operator};
use redgreen_core::outcome::{Failure, FailureKind, Outcome};
use redgreen_toolchain::mutate::{TIME_IS_UP, Tried};
use std::collections::BTreeMap;

impl Observer<'_> {
    /// A run for each of `open`, of the tests that prove the change.
    pub(super) fn one_by_one(
        &mut self,
        course: &mut Course,
        (open, drafted): (&[Mutant], &Drafted),
    ) -> Result<BTreeMap<MutantId, Tried>, ObserveError> {
        let (mut tried, mut reached) = (BTreeMap::new(), BTreeMap::new());
        if open.is_empty() {
            return Ok(tried);
        }
        let proving: Vec<String> = course.question.proving.iter().cloned().collect();
        course
            .trials
            .left_out
            .push("what old tests do about each mutant".to_owned());
        for mutant in open {
            let fate = if course.is_over() {
                Fate::Skipped(TIME_IS_UP.to_owned())
            } else {
                course.trials.executed += 1;
                let asked = (drafted, proving.as_slice());
                match self.is_reached(course, mutant, asked, &mut reached)? {
                    true => self.fate_of(course, mutant, asked)?,
                    false => Fate::NotReached,
                }
            };
            let over = match fate {
                Fate::NotReached | Fate::Skipped(_) => Vec::new(),
                Fate::Killed { .. }
                | Fate::Survived
                | Fate::Unviable(_)
                | Fate::TimedOut { .. }
                | Fate::OutOfMemory { .. }
                | Fate::HarnessError(_)
                | Fate::Equivalent(_) => proving.clone(),
            };
            let answer = Tried {
                by_new: fate.clone(),
                by_any: fate,
                over,
            };
            tried.insert(mutant.id.clone(), answer);
        }
        Ok(tried)
    }

    /// Whether the tests come by the function of `mutant`. A run tells only what passes and what
    /// fails, so a body that fails at once is tried first, once a function.
    fn is_reached(
        &mut self,
        course: &mut Course,
        mutant: &Mutant,
        (drafted, proving): (&Drafted, &[String]),
        reached: &mut BTreeMap<(String, String), bool>,
    ) -> Result<bool, ObserveError> {
        let key = (mutant.path.clone(), mutant.function.clone());
        if let Some(known) = reached.get(&key) {
            return Ok(*known);
        }
        let text = drafted.texts.get(&mutant.path);
        let stub = text.and_then(|text| probe(&mutant.path, text, &mutant.function));
        let is_body = mutant.operator == Operator::Body && !is_stub(mutant);
        let Some(stub) = stub.filter(|_| is_body) else {
            return Ok(true);
        };
        let fate = self.fate_of(course, &stub, (drafted, proving))?;
        let is_reached = fate != Fate::NotReached;
        reached.insert(key, is_reached);
        Ok(is_reached)
    }

    fn fate_of(
        &mut self,
        course: &mut Course,
        mutant: &Mutant,
        (drafted, proving): (&Drafted, &[String]),
    ) -> Result<Fate, ObserveError> {
        let text = drafted.texts.get(&mutant.path);
        let Some(broken) = text.and_then(|text| mutant.applied(text)) else {
            let why = "its text is not in the file".to_owned();
            return Ok(Fate::Unviable(why));
        };
        let head = course.trials.tree.clone();
        let tree = self.laid_over(&head, &[(mutant.path.clone(), broken)].into())?;
        let mut fate = Fate::NotReached;
        // A time limit is a reading of the machine's load, too: it has to be reached twice.
        for sample in 0..2 {
            let observation = Observation {
                unit: course.question.unit.clone(),
                tree: TreeKind::H,
                tests: match proving {
                    [] => Selection::Whole,
                    some => Selection::Tests(some.to_vec()),
                },
                order: Order::AsWritten,
                sample,
                purpose: Purpose::Run,
            };
            self.is_hushed = true;
            let answer = self.observe_on(&tree, &observation);
            self.is_hushed = false;
            let Answer { evidence, .. } = answer?;
            course.trials.commands.extend(evidence.commands.clone());
            fate = fate_by(&evidence.report, mutant);
            if !matches!(fate, Fate::TimedOut { .. }) {
                break;
            }
        }
        Ok(fate)
    }
}

/// What a plain run says of a mutant.
fn fate_by(report: &Report, mutant: &Mutant) -> Fate {
    if let Some(trouble) = &report.trouble {
        return Fate::HarnessError(trouble.words());
    }
    let mut has_run = false;
    for (name, seen) in &report.tests {
        match &seen.outcome {
            Outcome::Failed(failure) => {
                return Fate::Killed {
                    by: name.clone(),
                    how: kill_of(failure),
                };
            }
            Outcome::TimedOut => return Fate::TimedOut { by: name.clone() },
            Outcome::Passed => has_run = true,
            Outcome::Absent | Outcome::NotCollected | Outcome::Skipped(_) | Outcome::NotReached => {
            }
        }
    }
    let hidden = report.diagnostics.first();
    match hidden {
        _ if has_run && is_stub(mutant) => Fate::NotReached,
        _ if has_run => Fate::Survived,
        Some(found) => Fate::Unviable(found.failure.message.clone()),
        None => Fate::Unviable("its tests did not run".to_owned()),
    }
}

/// Whether the mutant is a body that fails at once.
fn is_stub(mutant: &Mutant) -> bool {
    mutant.now.contains(redgreen_toolchain::language::STUB)
}

fn kill_of(failure: &Failure) -> Kill {
    match failure.kind {
        FailureKind::Assertion | FailureKind::UnexpectedPass => Kill::Assertion,
        FailureKind::Stub(_)
        | FailureKind::MissingName
        | FailureKind::MissingModule
        | FailureKind::BadCall
        | FailureKind::Exception(_)
        | FailureKind::Syntax
        | FailureKind::Fixture
        | FailureKind::Environment
        | FailureKind::Death => Kill::Error,
    }
}
