//! Builds the test binaries of a mutant session, without what the compiler refused, and makes
//! builds for single mutants.

use super::super::canary;
use super::super::command;
use super::super::listing::Package;
use super::blame::{self, Complaint, Reach};
use super::trials::{Phase, Step, Trials};
use crate::ask::{Exit, Invocation, RawOutput};
use crate::mutate::LINE_HAS_SURVIVOR;
use crate::mutate::refusal::{self, Refusal};
use crate::mutate::sharing;
use redgreen_core::evidence::Trouble;
use redgreen_core::mutant::Fate;

/// Builds that may be made again without what the compiler refused.
const ROUNDS: usize = 4;
/// Mutants that have a build of their own.
const ALONE: usize = 24;

impl Trials<'_> {
    /// Says of mutants that cannot be tried why not.
    pub(super) fn refuse(&mut self) {
        for index in &self.plan.left_out {
            let why = "a build constraint leaves its file out".to_owned();
            self.trials[*index].settle(&Fate::Unviable(why));
        }
    }

    /// Builds `package` so that the compiler tells all that it complains of.
    pub(super) fn build(&self, package: &Package) -> Invocation {
        let mut invocation = command::compile(self.ask, package);
        let place = invocation.argv.len().min(3);
        let flag = "-gcflags=./...=-e".to_owned();
        invocation.argv.insert(place, flag);
        invocation
    }

    /// Has every package built, the first one first.
    pub(super) fn build_all(&mut self) {
        self.said.clear();
        self.unbuilt = (0..self.candidates.len()).rev().collect();
        for candidate in &mut self.candidates {
            candidate.is_built = false;
        }
    }

    pub(super) fn take_build(&mut self, at: usize, output: &RawOutput) {
        self.candidates[at].is_built = output.exit == Exit::Code(0);
        if !self.candidates[at].is_built {
            let said = [&output.stdout, &output.stderr];
            let said = said.map(|text| String::from_utf8_lossy(text).into_owned());
            self.said.push(said.join("\n"));
        }
    }

    /// What the compiler complained of in this round.
    fn complaints(&self) -> Vec<Complaint> {
        let said = self.said.iter();
        said.flat_map(|text| blame::complaints(text)).collect()
    }

    fn why(&self) -> String {
        let complaints = self.complaints();
        let first = complaints.first().map(|first| first.words.clone());
        let line = || {
            let text = self.said.first()?;
            let mut lines = text.lines().filter(|line| !line.trim().is_empty());
            lines
                .find(|line| !line.starts_with("# "))
                .map(str::to_owned)
        };
        let why = first.or_else(line);
        why.unwrap_or_else(|| "the build failed without a word".to_owned())
    }

    /// After all packages were built: what the compiler refused is left out of the next builds.
    pub(super) fn conclude_build(&mut self) {
        let reach = if self.rounds + 1 >= ROUNDS {
            Reach::Function
        } else {
            Reach::Near
        };
        let given = (&self.plan, self.asked.texts);
        let complaints = self.complaints();
        let mut news = blame::blamed(self.ask, &complaints, given, reach);
        let known = |index: &usize| self.dropped.contains_key(index);
        if news.keys().all(known) {
            news = blame::blamed(self.ask, &complaints, given, Reach::Function);
        }
        let is_news = !news.keys().all(known);
        if is_news && self.rounds < ROUNDS {
            self.rounds += 1;
            for (index, refusal) in news {
                self.dropped.entry(index).or_insert(refusal);
            }
            self.build_all();
            return;
        }
        let built = |at: &usize| self.candidates[*at].is_built;
        if is_news || !self.said.is_empty() && !(0..self.candidates.len()).any(|at| built(&at)) {
            let why = format!("the build with all mutants in it fails: {}", self.why());
            self.trouble = Some(Trouble::CouldNotRun { why });
            return;
        }
        let lost = self.candidates.iter().filter(|one| !one.is_built);
        let lost = lost.map(|one| format!("{} (it was not built)", one.package.import));
        self.unfit.extend(lost);
        self.phase = Phase::Naming;
        self.set_steps(
            (0..self.candidates.len())
                .filter(built)
                .map(Step::Names)
                .collect(),
        );
    }

    pub(super) fn take_names(&mut self, at: usize, output: &RawOutput) {
        let text = String::from_utf8_lossy(&output.stdout);
        let is_test = |line: &&str| {
            let starts = ["Test", "Example", "Fuzz"];
            let named = starts.iter().any(|start| line.starts_with(start));
            named && !line.contains(' ') && !canary::is_canary(line)
        };
        self.candidates[at].names = text.lines().filter(is_test).map(str::to_owned).collect();
    }

    /// Chooses the mutants that have a build of their own. A comment is not worth one.
    pub(super) fn queue_alone(&mut self) {
        let planned = self.plan.refused.iter();
        let planned = planned.map(|(index, why)| (*index, Refusal::Fixed(why.clone())));
        let dropped = self.dropped.iter();
        let dropped = dropped.map(|(index, refusal)| (*index, refusal.clone()));
        let refused = planned.chain(dropped).collect();
        let (waiting, rest) = refusal::apart(self.asked.mutants, refused, ALONE);
        self.waiting = waiting;
        for (index, fate) in rest {
            self.trials[index].settle(&fate);
        }
    }

    /// Goes on to the next mutant that waits for a build of its own.
    pub(super) fn begin_alone(&mut self) {
        let Some(index) = self.waiting.pop() else {
            self.phase = Phase::Done;
            return;
        };
        self.phase = Phase::Alone(index);
        if sharing::has_survivor(self.asked.mutants, &self.trials, index) {
            let why = LINE_HAS_SURVIVOR.to_owned();
            self.trials[index].settle(&Fate::Skipped(why));
            return;
        }
        self.choose_alone(index);
        let tests = self.trials[index].chunks.iter().flat_map(|one| &one.tests);
        let mut packages: Vec<usize> = tests.map(|test| self.tests[*test].home).collect();
        packages.sort_unstable();
        packages.dedup();
        self.said.clear();
        self.unbuilt = packages;
        self.unbuilt.reverse();
    }

    pub(super) fn owe_alone(&mut self, index: usize) {
        if !self.said.is_empty() && self.trials[index].by_any.is_none() {
            let said = Fate::Unviable(self.why());
            self.trials[index].settle(&said);
        }
        if self.trials[index].by_any.is_some() {
            self.begin_alone();
        } else {
            self.set_steps(vec![Step::Try(index)]);
        }
    }
}
