//! Looks at a tree as the gate of a phase does, and appends nothing: the loop rules on what was
//! seen, and a worker may ask how things stand before it hands in.

use super::hand_in::trespasses;
use super::logbook::Outlook;
use super::plan::new_dependencies;
use super::seen::{Seen, counted, failing, moved_aside, policy_of, told};
use super::stale::stale;
use super::{DriveError, ticket_of, worktree_of};
use crate::config::Config;
use crate::document::examine;
use crate::git::{Edit, Git};
use crate::observe::{Manner, ObserveError, Observer, Rooms, Store, run_own};
use crate::process::Exit;
use crate::progress::{Progress, Tell};
use crate::prove::{Proved, Workshop, prove};
use crate::survey::{Ends, Survey, survey, units_of};
use redgreen_core::event::Pace;
use redgreen_core::evidence::{Evidence, Observation, Order, Purpose, Selection, TreeKind};
use redgreen_core::finding::{Code, Finding, Weight};
use redgreen_core::gate::{of_proof, rule, unlinked};
use redgreen_core::id::TreeId;
use redgreen_core::phase::Phase;
use redgreen_core::proof::{Facts, Policy, Proof, TestVerdict, judge_red, owed_red};
use redgreen_core::run::RunState;
use redgreen_core::ticket::Size;
use std::collections::BTreeSet;

/// What gates are executed with.
pub(super) struct Bench<'b> {
    pub(super) git: &'b Git,
    pub(super) workshop: &'b Workshop,
    pub(super) manner: &'b Manner,
    pub(super) tell: &'b mut dyn FnMut(Progress),
}

impl<'b> Bench<'b> {
    /// The same, over another repository's objects.
    pub(super) fn on(self, git: &'b Git) -> Self {
        Self { git, ..self }
    }

    /// What the gate of `phase` sees of `tree`. That of the plan asks questions, and those behind
    /// look at nothing: both are the loop's.
    pub(super) fn look(
        &mut self,
        state: &RunState,
        phase: Phase,
        tree: &TreeId,
    ) -> Result<Seen, DriveError> {
        match phase {
            Phase::Understand => self.baseline(state),
            Phase::Red => self.red(state, tree),
            Phase::Green => self.green(state, tree),
            Phase::Refactor => self.refactor(state, tree),
            Phase::Verify => self.verify(state, tree),
            Phase::Document => self.document(state, tree),
            Phase::Plan | Phase::Deliver | Phase::Complete => Ok(Seen::default()),
        }
    }

    /// How the worktree would be judged if it were handed in now. What the phase may not write is
    /// left out, and named.
    pub(super) fn outlook(&mut self, state: &RunState) -> Result<Outlook, DriveError> {
        let phase = state.phase;
        let worktree = worktree_of(self.git, state);
        let head = self.git.tree_of_worktree(&worktree)?;
        let aside = trespasses(self.git, state, &head, phase.writable())?;
        let edits: Vec<Edit> = aside
            .iter()
            .map(|mended| Edit {
                path: mended.path.clone(),
                held: mended.held.clone(),
            })
            .collect();
        let tree = self.git.write_tree(&head, &edits)?;
        let mut seen = self.look(state, phase, &tree)?;
        let code = if phase == Phase::Red {
            Code::RedTouchedProduction
        } else {
            Code::GreenTouchedTests
        };
        seen.findings.extend(aside.iter().map(|mended| {
            let text = "this phase may not write it: it will be moved aside";
            Finding::new(code, Weight::Advises, mended.path.text(), text)
        }));
        let ruling = rule(state.waive(phase, seen.findings));
        Ok(Outlook {
            verdict: ruling.verdict,
            findings: ruling.findings,
            facts: seen.facts,
        })
    }

    /// The untouched tree: which units there are, and which tests fail already.
    fn baseline(&mut self, state: &RunState) -> Result<Seen, DriveError> {
        let tree = self.git.tree_of(&state.started.base)?;
        let evidence = self.whole_suites(&tree, 0)?;
        let mut seen = Seen {
            evidence,
            ..Seen::default()
        };
        if seen.evidence.is_empty() {
            let text = "no directory with a known test runner";
            seen.findings
                .push(Finding::new(Code::NoRunner, Weight::Clouds, "", text));
        }
        for (evidence, _) in &seen.evidence {
            seen.facts.push(told(evidence));
            let failing = failing(evidence);
            if !failing.is_empty() {
                let names: Vec<&str> = failing.iter().take(5).map(String::as_str).collect();
                let more = if failing.len() > 5 { ", …" } else { "" };
                seen.facts
                    .push(format!("failing already: {}{more}", names.join(", ")));
            }
            if let Some(trouble) = &evidence.report.trouble {
                let text = format!("{trouble:?}");
                let unit = evidence.observation.unit.as_str();
                seen.findings
                    .push(Finding::new(Code::CouldNotRun, Weight::Clouds, unit, text));
            }
        }
        Ok(seen)
    }

    /// Runs the whole suite of every unit on `tree`.
    pub(super) fn whole_suites(
        &mut self,
        tree: &TreeId,
        sample: u32,
    ) -> Result<Vec<(Evidence, bool)>, DriveError> {
        let config = Config::of_tree(self.git, tree)?;
        let units = units_of(self.git, tree, &config)?;
        let mut survey = Survey {
            units,
            ..Survey::default()
        };
        survey.change.trees.insert(TreeKind::B, tree.clone());
        let asked: Vec<Observation> = survey
            .units
            .iter()
            .map(|unit| Observation {
                unit: unit.id.clone(),
                tree: TreeKind::B,
                tests: Selection::Whole,
                order: Order::AsWritten,
                sample,
                purpose: Purpose::Run,
            })
            .collect();
        self.observe_all(&survey, &config, &asked)
    }

    pub(super) fn observe_all(
        &mut self,
        survey: &Survey,
        config: &Config,
        asked: &[Observation],
    ) -> Result<Vec<(Evidence, bool)>, DriveError> {
        let mut observer = self.observer(survey, config)?;
        let mut all = Vec::new();
        for observation in asked {
            let answer = observer.observe(observation)?;
            all.push((answer.evidence, answer.cached));
        }
        Ok(all)
    }

    fn observer<'o>(
        &'o mut self,
        survey: &'o Survey,
        config: &'o Config,
    ) -> Result<Observer<'o>, DriveError> {
        let rooms = Rooms::open(&self.workshop.cache)?;
        let store = Store::new(
            &self.workshop.cache.join("evidence"),
            self.workshop.key.clone(),
        );
        let tell: Tell<'o> = Box::new(&mut *self.tell);
        let manner = (*self.manner).clone();
        Ok(Observer::new(
            self.git,
            (survey, config),
            (rooms, store),
            manner,
            tell,
        ))
    }

    /// The new tests on the branch's own production code.
    fn red(&mut self, state: &RunState, tree: &TreeId) -> Result<Seen, DriveError> {
        let tip = state.tip().clone();
        let ends = Ends {
            base_tree: self.git.tree_of(&tip)?,
            base: tip,
            head: None,
            head_tree: tree.clone(),
        };
        let (proof, evidence) = self.reds(state, &ends)?;
        let mut seen = Seen {
            evidence,
            ..Seen::default()
        };
        seen.findings = proof.findings.clone();
        let red: Vec<String> = proof
            .tests
            .iter()
            .filter(|test| test.verdict == TestVerdict::Red)
            .map(|test| test.id.to_string())
            .collect();
        let links = state.claims.last().map(|(_, _, claim)| claim.links.clone());
        let criteria = state
            .started
            .slices
            .get(state.slice)
            .cloned()
            .unwrap_or_default();
        let weight = match state.started.pace {
            Pace::Person => Weight::Advises,
            Pace::Program => Weight::Blocks,
        };
        if !red.is_empty() {
            seen.findings.extend(unlinked(
                &criteria,
                &links.unwrap_or_default(),
                &red,
                weight,
            ));
        }
        seen.findings
            .extend(moved_aside(state, Code::RedTouchedProduction));
        seen.facts
            .push(counted(red.len(), "new test is", "new tests are", "red"));
        seen.proof = Some(Box::new(proof));
        Ok(seen)
    }

    /// Judges the new tests between `ends`, whose production code is the same.
    pub(super) fn reds(
        &mut self,
        state: &RunState,
        ends: &Ends,
    ) -> Result<(Proof, Vec<(Evidence, bool)>), DriveError> {
        let start = self.git.tree_of(&state.started.base)?;
        let config = Config::of_tree(self.git, &start)?;
        let known = self.known_failures(&start)?;
        let survey = survey(self.git, ends, &config, Some(state.started.kind))?;
        let policy = Policy {
            samples: config.prove.samples,
            ..Policy::default()
        };
        let (mut facts, mut all) = (Facts::default(), Vec::new());
        let mut observer = self.observer(&survey, &config)?;
        while let Some(observation) = owed_red(&survey.change, &facts, &policy) {
            let answer = observer.observe(&observation)?;
            facts.add(answer.evidence.clone());
            all.push((answer.evidence, answer.cached));
        }
        drop(observer);
        Ok((judge_red(&survey.change, &facts, &policy, &known), all))
    }

    fn known_failures(&mut self, base: &TreeId) -> Result<BTreeSet<String>, DriveError> {
        let all = self.whole_suites(base, 0)?;
        Ok(all
            .iter()
            .flat_map(|(evidence, _)| failing(evidence))
            .collect())
    }

    /// Everything since the run's base, proven.
    fn prove_all(
        &mut self,
        (state, phase): (&RunState, Phase),
        tree: &TreeId,
    ) -> Result<Proved, DriveError> {
        let base = state.started.base.clone();
        let base_tree = self.git.tree_of(&base)?;
        let ends = Ends {
            base,
            base_tree,
            head: None,
            head_tree: tree.clone(),
        };
        // Breaking the change on purpose is worth its time once the change is whole.
        let policy = Policy {
            mutants_ms: (phase != Phase::Verify).then_some(0),
            ..policy_of(state)
        };
        let tell: Tell<'_> = Box::new(&mut *self.tell);
        let manner = (self.workshop, (*self.manner).clone());
        Ok(prove(self.git, &ends, &policy, manner, tell)?)
    }

    fn proven(
        &mut self,
        state: &RunState,
        tree: &TreeId,
        phase: Phase,
    ) -> Result<Seen, DriveError> {
        let proved = self.prove_all((state, phase), tree)?;
        let facts = vec![
            counted(
                proved.proof.proving().count(),
                "test proves",
                "tests prove",
                "the change",
            ),
            counted(
                proved.proof.kept,
                "old test keeps",
                "old tests keep",
                "the promise",
            ),
        ];
        Ok(Seen {
            findings: of_proof(&proved.proof),
            proof: Some(Box::new(proved.proof)),
            facts,
            commands: Vec::new(),
            evidence: proved.evidence,
        })
    }

    fn green(&mut self, state: &RunState, tree: &TreeId) -> Result<Seen, DriveError> {
        let mut seen = self.proven(state, tree, Phase::Green)?;
        let still = self.still_failing(state, tree)?;
        seen.findings.extend(still);
        seen.findings
            .extend(moved_aside(state, Code::GreenTouchedTests));
        Ok(seen)
    }

    /// A refactoring that changed nothing owes nothing.
    fn refactor(&mut self, state: &RunState, tree: &TreeId) -> Result<Seen, DriveError> {
        if *tree == self.git.tree_of(state.tip())? {
            let facts = vec!["nothing was refactored".to_owned()];
            return Ok(Seen {
                facts,
                ..Seen::default()
            });
        }
        self.green(state, tree)
    }

    /// The whole change once more, and the project's own commands.
    fn verify(&mut self, state: &RunState, tree: &TreeId) -> Result<Seen, DriveError> {
        let mut seen = self.proven(state, tree, Phase::Verify)?;
        let config = Config::of_tree(self.git, &self.git.tree_of(&state.started.base)?)?;
        for argv in &config.verify.commands {
            let shown = argv.join(" ");
            match self.check(tree, argv, &config)? {
                None => seen.facts.push(format!("{shown}: exit 0")),
                Some(why) => {
                    let code = Code::LintFailed;
                    seen.findings
                        .push(Finding::new(code, Weight::Blocks, shown.clone(), why));
                }
            }
            seen.commands.push(shown);
        }
        if config.verify.commands.is_empty() {
            let text = "no linter, formatter or type checker is named under [verify] commands";
            seen.facts.push(format!("not checked: {text}"));
        }
        seen.findings
            .extend(moved_aside(state, Code::GreenTouchedTests));
        seen.findings
            .extend(new_dependencies(self.git, state, tree)?);
        Ok(seen)
    }

    /// Runs one of the project's own commands on a tree made from git objects.
    pub(super) fn check(
        &self,
        tree: &TreeId,
        argv: &[String],
        config: &Config,
    ) -> Result<Option<String>, DriveError> {
        let rooms = Rooms::open(&self.workshop.cache)?;
        rooms.stand_on(self.git, tree)?;
        let stop = self.manner.stop.as_ref();
        match run_own((self.git, &rooms), config, argv, stop) {
            Ok(done) if done.exit == Exit::Code(0) => Ok(None),
            Ok(done) if done.exit == Exit::Interrupted => Err(ObserveError::Interrupted.into()),
            Ok(done) => {
                let text = format!("{}{}", done.stdout.text(), done.stderr.text());
                let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).collect();
                let last = lines[lines.len().saturating_sub(5)..].join(" | ");
                Ok(Some(format!("{:?}: {last}", done.exit)))
            }
            Err(ObserveError::Process(error)) => Ok(Some(error.to_string())),
            Err(error) => Err(error.into()),
        }
    }

    /// The documents: they name what is new, forget what is gone, and hold no open place.
    fn document(&mut self, state: &RunState, tree: &TreeId) -> Result<Seen, DriveError> {
        let base = state.started.base.clone();
        let base_tree = self.git.tree_of(&base)?;
        let head = None;
        let ends = Ends {
            base,
            base_tree,
            head,
            head_tree: tree.clone(),
        };
        let place = (self.workshop, self.manner);
        let examined = examine(self.git, &ends, place, &mut *self.tell)?;
        let mut findings = examined.documented.findings;
        findings.extend(stale(self.git, state, tree)?);
        // Who mends one line owes no handbook: only what is wrong is told.
        if ticket_of(state)?.size == Size::Tiny {
            findings.retain(|found| found.weight != Weight::Advises);
        }
        Ok(Seen {
            findings,
            facts: examined.documented.facts,
            commands: examined.commands,
            ..Seen::default()
        })
    }
}
