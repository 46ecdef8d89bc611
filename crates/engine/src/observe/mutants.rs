//! Tries mutants: in one session where the runner's adapter has one, else one run each.

use super::{ObserveError, Observer};
use crate::mutate::{Drafted, Known, Suite, suite_of};
use crate::progress::Progress;
use redgreen_core::evidence::TreeKind;
use redgreen_core::id::{Digest, TreeId};
use redgreen_core::mutant::{Fate, Mutant, MutantId, Question, Trial, Trials};
use redgreen_toolchain::mutate::Tried;
use redgreen_toolchain::{Runner, Tool, Unit, language};
use std::collections::BTreeMap;
use std::time::Instant;

/// What came of mutants, by their ids.
type Trialled = BTreeMap<MutantId, Trial>;

/// Tests that noticed a mutant before, by its id: they are tried first.
type Killers = BTreeMap<MutantId, String>;

/// How one question is being answered.
pub(super) struct Course {
    pub(super) question: Question,
    started: Instant,
    pub(super) trials: Trials,
    suite: Suite,
    pub(super) killers: Killers,
}

impl Course {
    pub(super) fn spent_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub(super) fn is_over(&self) -> bool {
        self.spent_ms() >= self.question.budget_ms
    }
}

impl Observer<'_> {
    /// Tries the mutants `drafted` on head, and says what the tests did about each.
    ///
    /// # Errors
    /// As [`Observer::observe`].
    pub fn try_mutants(
        &mut self,
        question: &Question,
        drafted: &Drafted,
    ) -> Result<Trials, ObserveError> {
        let (unit, runner) = self.served(&question.unit)?;
        let head = self.tree_of(TreeKind::H)?;
        let tool = self.tool(unit, runner, &head)?;
        // Who remembers nothing has no need of what it would rest on.
        let suite = match self.manner.reuse {
            true => suite_of(self.git, &head, unit)?,
            false => Suite::default(),
        };
        let mut course = Course {
            question: question.clone(),
            started: Instant::now(),
            trials: Trials {
                question: question.clone(),
                tree: head.clone(),
                trials: Vec::new(),
                trouble: None,
                left_out: drafted.left_out.clone(),
                executed: 0,
                known: 0,
                commands: Vec::new(),
                fingerprint: tool
                    .as_ref()
                    .map_or(String::new(), |t| t.fingerprint.clone()),
                sandbox: self.confined(unit)?.told(),
                ms: 0,
            },
            suite,
            killers: Killers::new(),
        };
        let tool = match tool {
            Ok(tool) => tool,
            Err(trouble) => {
                course.trials.trouble = Some(trouble);
                return Ok(course.trials);
            }
        };
        let (known, killers) = self.known(&course, drafted);
        course.killers = killers;
        let open: Vec<Mutant> = drafted
            .mutants
            .iter()
            .filter(|mutant| !known.contains_key(&mutant.id))
            .filter(|mutant| !drafted.accepted.contains_key(&mutant.id))
            .cloned()
            .collect();
        let all = drafted.mutants.len();
        let mutants = if all == 1 { "mutant" } else { "mutants" };
        (self.tell)(Progress::Note(format!(
            "{all} {mutants} of the change in {}, {} known already",
            question.unit,
            known.len()
        )));
        course.trials.known = known.len();
        let tried = self.tried(&mut course, (unit, runner, &tool), (open, drafted))?;
        self.conclude(course, drafted, (known, tried))
    }

    /// Tries all of `open`, in a session as far as there is one.
    fn tried(
        &mut self,
        course: &mut Course,
        (unit, runner, tool): (&Unit, &dyn Runner, &Tool),
        (open, drafted): (Vec<Mutant>, &Drafted),
    ) -> Result<BTreeMap<MutantId, Tried>, ObserveError> {
        let Some(mutator) = runner.mutator().filter(|own| own.serves(unit)) else {
            return self.one_by_one(course, (&open, drafted));
        };
        // What no language claims is in no session's code.
        let (code, data): (Vec<Mutant>, Vec<Mutant>) = open
            .into_iter()
            .partition(|mutant| language(&mutant.path).is_some());
        let mut tried = BTreeMap::new();
        if !code.is_empty() {
            tried.extend(self.by_session(course, (unit, tool), mutator, (&code, drafted))?);
        }
        if !data.is_empty() {
            tried.extend(self.one_by_one(course, (&data, drafted))?);
        }
        Ok(tried)
    }

    fn tree_of(&self, kind: TreeKind) -> Result<TreeId, ObserveError> {
        let tree = self.survey.change.trees.get(&kind).cloned();
        let what = format!("tree {kind:?}");
        tree.ok_or(ObserveError::Unknown { what })
    }

    /// Puts what was known and what was tried in the order of the mutants, and remembers it.
    fn conclude(
        &self,
        mut course: Course,
        drafted: &Drafted,
        (mut known, mut tried): (Trialled, BTreeMap<MutantId, Tried>),
    ) -> Result<Trials, ObserveError> {
        for mutant in &drafted.mutants {
            if let Some(trial) = known.remove(&mutant.id) {
                course.trials.trials.push(Trial {
                    mutant: mutant.clone(),
                    ..trial
                });
                continue;
            }
            let unanswered = || {
                let why = "the session gave no answer".to_owned();
                let fate = Fate::HarnessError(why);
                Tried {
                    by_new: fate.clone(),
                    by_any: fate,
                    over: Vec::new(),
                }
            };
            let Tried {
                by_new,
                by_any,
                over,
            } = match drafted.accepted.get(&mutant.id) {
                Some(why) => accepted(why),
                None => tried.remove(&mutant.id).unwrap_or_else(unanswered),
            };
            let trial = Trial {
                mutant: mutant.clone(),
                by_new,
                by_any,
                over,
            };
            if self.manner.reuse
                && course.trials.trouble.is_none()
                && !drafted.accepted.contains_key(&mutant.id)
                && let Some(known) = Known::of(&trial, &course.suite, &course.question.new_tests)
            {
                self.store
                    .keep_mutant(&self.mutant_key(&course, mutant), &known);
            }
            course.trials.trials.push(trial);
        }
        course.trials.ms = course.spent_ms();
        Ok(course.trials)
    }

    /// Everything that a trial depends on and that its tests do not tell.
    fn mutant_key(&self, course: &Course, mutant: &Mutant) -> Digest {
        let words = (
            env!("CARGO_PKG_VERSION"),
            &course.question.unit,
            &mutant.id,
            &course.trials.fingerprint,
            &course.suite.around,
            &course.trials.sandbox,
        );
        Digest::of(serde_json::to_string(&words).unwrap_or_default().as_bytes())
    }

    /// Trials that need not be made again, and the tests that noticed before where one has to be.
    fn known(&self, course: &Course, drafted: &Drafted) -> (Trialled, Killers) {
        let (mut known, mut killers) = (Trialled::new(), Killers::new());
        if !self.manner.reuse {
            return (known, killers);
        }
        let asked = drafted.mutants.iter();
        for mutant in asked.filter(|mutant| !drafted.accepted.contains_key(&mutant.id)) {
            let stored: Option<Known> = self.store.find_mutant(&self.mutant_key(course, mutant));
            let Some(stored) = stored else { continue };
            if stored.holds(&course.suite, &course.question.new_tests) {
                known.insert(mutant.id.clone(), stored.trial);
            } else if let Some(by) = stored.trial.by_any.noticed_by() {
                killers.insert(mutant.id.clone(), by.to_owned());
            }
        }
        (known, killers)
    }
}

/// A mutant that somebody looked at and calls harmless.
fn accepted(why: &str) -> Tried {
    let fate = Fate::Equivalent(why.to_owned());
    Tried {
        by_new: fate.clone(),
        by_any: fate,
        over: Vec::new(),
    }
}
