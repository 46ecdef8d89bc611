//! Tries mutants in one session: asks the runner's adapter for commands until it has no more.

use super::execute::Stage;
use super::mutants::Course;
use super::{ObserveError, Observer, Ready, Scratch};
use crate::config::Limits;
use crate::git::{Edit, Held, Mode, RepoPath};
use crate::mutate::Drafted;
use crate::survey::TreeFiles;
use redgreen_core::evidence::{Order, Selection, Trouble};
use redgreen_core::id::TreeId;
use redgreen_core::mutant::{Mutant, MutantId};
use redgreen_toolchain::mutate::Tried;
use redgreen_toolchain::{
    Ask, Invocation, MutantAsk, MutantReport, Mutator, RawOutput, Role, Tool, Unit,
};
use std::collections::BTreeMap;

/// Memory of one trial, in bytes.
const MEMORY: u64 = 4 << 30;

/// The most answers that one session may take.
const MOST_ANSWERS: usize = 4096;

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

impl Observer<'_> {
    /// One session for all of `open`.
    pub(super) fn by_session(
        &mut self,
        course: &mut Course,
        (unit, tool): (&Unit, &Tool),
        mutator: &dyn Mutator,
        (open, drafted): (&[Mutant], &Drafted),
    ) -> Result<BTreeMap<MutantId, Tried>, ObserveError> {
        let head = course.trials.tree.clone();
        let Ready {
            unit,
            cache,
            stand_ins: _,
            folders: _,
        } = self.ready((unit, tool), &head)?;
        let scratch = Scratch::make(&self.rooms)?;
        let nonce = scratch.nonce().to_owned();
        let tree = self.rooms.tree().to_owned();
        let tests = Selection::Whole;
        let killers = std::mem::take(&mut course.killers);
        let new_tests = course.question.new_tests.clone();
        let edited = open.iter().map(|mutant| mutant.path.clone()).collect();
        let files = TreeFiles::open(self.git, &head)?;
        let unreached = mutator.unreached(&unit, &files, &edited);
        if let Some(error) = files.trouble() {
            return Err(error.into());
        }
        let ask = MutantAsk {
            ask: Ask {
                unit: &unit,
                tool,
                tests: &tests,
                order: Order::AsWritten,
                tree: &tree,
                cache: &cache,
                scratch: scratch.path(),
                nonce: &nonce,
                test_limit_ms: self.config.limits.test_seconds * 1000,
            },
            mutants: open,
            texts: &drafted.texts,
            new_tests: &new_tests,
            budget_ms: course.question.budget_ms,
            jobs: self.config.mutants.jobs.unwrap_or_else(cores),
            memory: MEMORY,
            killers: &killers,
            unreached: &unreached,
        };
        let outputs = self.answers(course, mutator, &ask, &scratch)?;
        let MutantReport {
            tried,
            trouble,
            executed,
            left_out,
        } = mutator.read(&ask, &outputs);
        course.trials.trouble = course.trials.trouble.take().or(trouble);
        course.trials.executed += executed;
        course.trials.left_out.extend(left_out);
        self.stand_on(&head)?;
        Ok(tried)
    }

    /// Everything that the commands of one session leave behind.
    fn answers(
        &mut self,
        course: &mut Course,
        mutator: &dyn Mutator,
        ask: &MutantAsk<'_>,
        scratch: &Scratch,
    ) -> Result<Vec<RawOutput>, ObserveError> {
        let head = course.trials.tree.clone();
        let switched = mutator.switched(ask);
        let mut outputs: Vec<RawOutput> = Vec::new();
        let mut laid = (BTreeMap::new(), head.clone());
        for _ in 0..MOST_ANSWERS {
            let mut files = switched.clone();
            files.extend(mutator.revised(ask, &outputs));
            if laid.0 != files {
                laid = (files.clone(), self.laid_over(&head, &files)?);
            }
            self.stand_on(&laid.1)?;
            let batch = mutator.next(ask, &outputs, course.spent_ms());
            if batch.is_empty() {
                break;
            }
            for invocation in &batch {
                let shown = self.shown(invocation, &ask.ask);
                course.trials.commands.push(shown);
            }
            match self.execute_all(&batch, scratch, (ask.jobs, course))? {
                Ok(done) => outputs.extend(done),
                Err(trouble) => {
                    course.trials.trouble = Some(trouble);
                    break;
                }
            }
        }
        Ok(outputs)
    }

    /// `head` with whole files rewritten.
    pub(super) fn laid_over(
        &self,
        head: &TreeId,
        files: &BTreeMap<String, String>,
    ) -> Result<TreeId, ObserveError> {
        if files.is_empty() {
            return Ok(head.clone());
        }
        let mut edits = Vec::new();
        for entry in self.git.list_tree(head)? {
            if let Some(text) = files.get(&entry.path.text()) {
                let blob = self.git.write_blob(text.as_bytes())?;
                let mode = entry.held.mode;
                let held = Some(Held { mode, blob });
                let path = entry.path;
                edits.push(Edit { path, held });
            }
        }
        let known: Vec<String> = edits.iter().map(|edit| edit.path.text()).collect();
        for (path, text) in files.iter().filter(|(path, _)| !known.contains(path)) {
            let blob = self.git.write_blob(text.as_bytes())?;
            let mode = Mode::Regular;
            let path = RepoPath::from_bytes(path.as_bytes());
            let held = Some(Held { mode, blob });
            edits.push(Edit { path, held });
        }
        Ok(self.git.write_tree(head, &edits)?)
    }

    /// Runs the commands of one answer, some at a time, and keeps their order.
    fn execute_all(
        &self,
        batch: &[Invocation],
        scratch: &Scratch,
        (jobs, course): (usize, &Course),
    ) -> Result<Result<Vec<RawOutput>, Trouble>, ObserveError> {
        let unit = self.served(&course.question.unit)?.0;
        let stage = self.stage(unit, scratch)?;
        let left = course.question.budget_ms.saturating_sub(course.spent_ms());
        let allowed = Allowed {
            limits: self.config.limits,
            left,
        };
        let jobs = jobs.max(1);
        // In turn, so that all take about as long.
        let shares: Vec<Vec<(usize, &Invocation)>> = (0..jobs)
            .map(|job| batch.iter().enumerate().skip(job).step_by(jobs).collect())
            .collect();
        let done: Vec<Shared> = std::thread::scope(|threads| {
            let running: Vec<_> = shares
                .iter()
                .map(|share| threads.spawn(|| execute_share(&stage, share, &allowed)))
                .collect();
            let lost = || ObserveError::Unknown {
                what: "end of a command".to_owned(),
            };
            running
                .into_iter()
                .map(|one| one.join().unwrap_or_else(|_| Err(lost())))
                .collect()
        });
        let mut outputs = BTreeMap::new();
        for share in done {
            match share? {
                Ok(some) => outputs.extend(some),
                Err(trouble) => return Ok(Err(trouble)),
            }
        }
        Ok(Ok(outputs.into_values().collect()))
    }
}

/// What the commands of one share left behind, by their places, or why nothing can be run.
type Shared = Result<Result<Vec<(usize, RawOutput)>, Trouble>, ObserveError>;

/// How long commands may take.
struct Allowed {
    limits: Limits,
    /// What is left of the time for everything, in milliseconds.
    left: u64,
}

/// Runs some commands one after another: those of tests in one sandbox as far as it keeps them apart,
/// the others each by itself.
fn execute_share(stage: &Stage<'_>, share: &[(usize, &Invocation)], allowed: &Allowed) -> Shared {
    let mut outputs: Vec<(usize, RawOutput)> = Vec::new();
    while let Some((place, one)) = share.get(outputs.len()) {
        let seconds = limit_of(one.role, allowed.limits, allowed.left);
        let open = &share[outputs.len()..];
        let like: Vec<&Invocation> = open
            .iter()
            .map(|(_, one)| *one)
            .take_while(|one| is_listed(one))
            .collect();
        if like.len() > 1 {
            let all = limit_of(Role::Session, allowed.limits, allowed.left);
            let answered = stage.execute_listed(&like, (seconds, all))?;
            let places = open.iter().map(|(place, _)| *place);
            let before = outputs.len();
            outputs.extend(places.zip(answered));
            if outputs.len() > before {
                continue;
            }
        }
        match stage.execute(one, seconds)? {
            Ok(executed) => outputs.push((*place, executed.output)),
            Err(trouble) => return Ok(Err(trouble)),
        }
    }
    Ok(Ok(outputs))
}

/// Whether a command can stand in a list: it is one of tests, and needs nothing laid out for it.
fn is_listed(one: &Invocation) -> bool {
    one.role == Role::Run && one.writes.is_empty() && one.plants.is_empty()
}

/// The longest that a command of that role may take, in seconds, where `left_ms` of the time for
/// everything are left.
fn limit_of(role: Role, limits: Limits, left_ms: u64) -> u64 {
    match role {
        // A session watches each test itself.
        Role::Build | Role::Session => limits.run_seconds.min(left_ms / 1000 + limits.test_seconds),
        Role::Run => limits.test_seconds,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_of_many_tests_has_longer_than_one_test() {
        let limits = Limits {
            test_seconds: 10,
            run_seconds: 400,
        };
        assert_eq!(limit_of(Role::Run, limits, 300_000), 10);
        assert_eq!(limit_of(Role::Session, limits, 300_000), 310);
        assert_eq!(limit_of(Role::Session, limits, 900_000), 400);
        assert_eq!(limit_of(Role::Build, limits, 0), 10);
    }
}
