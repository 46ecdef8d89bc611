//! Reproduces a failed check: runs the project's own tests and checks on head and on base.

use super::bench::Bench;
use super::seen::failing;
use super::{Drive, DriveError};
use crate::config::Config;
use crate::observe::Manner;
use redgreen_core::feedback::{Class, Rerun};
use redgreen_core::finding::{Code, Finding, Weight};
use redgreen_core::id::{CommitId, TreeId};
use redgreen_core::run::RunState;

/// How often head is run: what differs between two runs is unstable.
const HEAD_RUNS: u32 = 3;

/// What the whole suite did here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reproduced {
    /// On head, once for each run.
    pub head: Vec<Rerun>,
    /// On base.
    pub base: Rerun,
}

impl Drive<'_> {
    /// Runs everything on `head`, several times and always anew, and on the run's base.
    ///
    /// # Errors
    /// Where redgreen itself cannot work.
    pub fn reproduce(&mut self, head: &CommitId) -> Result<Reproduced, DriveError> {
        let base = self.ledger.state()?.started.base.clone();
        let (head, base) = (self.git.tree_of(head)?, self.git.tree_of(&base)?);
        let config = Config::of_tree(self.git, &base)?;
        let anew = Manner {
            reuse: false,
            ..self.manner.clone()
        };
        let mut bench = Bench {
            git: self.git,
            workshop: &self.workshop,
            manner: &anew,
            tell: &mut *self.tell,
        };
        let runs = (0..HEAD_RUNS).map(|sample| bench.rerun(&head, &config, sample));
        let head = runs.collect::<Result<Vec<Rerun>, _>>()?;
        let base = self.bench().rerun(&base, &config, 0)?;
        Ok(Reproduced { head, base })
    }
}

impl Bench<'_> {
    fn rerun(&mut self, tree: &TreeId, config: &Config, sample: u32) -> Result<Rerun, DriveError> {
        let all = self.whole_suites(tree, sample)?;
        let troubled = all.iter().any(|(seen, _)| seen.report.trouble.is_some());
        let mut rerun = Rerun {
            ran: !all.is_empty() && !troubled,
            failed: all.iter().flat_map(|(seen, _)| failing(seen)).collect(),
        };
        for argv in &config.verify.commands {
            if self.check(tree, argv, config)?.is_some() {
                rerun.failed.insert(argv.join(" "));
            }
        }
        Ok(rerun)
    }

    /// What of the tests that a failed check is about fails still.
    pub(super) fn still_failing(
        &mut self,
        state: &RunState,
        tree: &TreeId,
    ) -> Result<Vec<Finding>, DriveError> {
        let of_slice = state.feedback.of_slice(state.slice);
        let Some(kept) = of_slice.filter(|kept| kept.class == Class::Failure) else {
            return Ok(Vec::new());
        };
        let base = self.git.tree_of(&state.started.base)?;
        let config = Config::of_tree(self.git, &base)?;
        let rerun = self.rerun(tree, &config, 0)?;
        let still = kept
            .tests
            .iter()
            .filter(|test| rerun.failed.contains(*test));
        let found = |test: &String| {
            let text = "it fails still, as the check says";
            Finding::new(Code::BrokenOnHead, Weight::Blocks, test.clone(), text)
        };
        Ok(still.map(found).collect())
    }
}
