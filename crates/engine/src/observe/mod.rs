//! Observes: checks a tree out, runs the tests that were asked for, reads the report. The only
//! maker of evidence.

mod borrow;
mod confine;
mod denied;
mod execute;
mod lent;
mod locate;
mod mutant_runs;
mod mutant_sessions;
mod mutants;
mod own_command;
mod place;
mod plant;
mod probed;
mod projection;
mod purpose;
mod store;
mod tools;
mod world;

pub(crate) use borrow::lend;
pub(crate) use confine::Confined;
pub(crate) use own_command::run_own;
pub use place::Rooms;
pub use store::Store;
pub use tools::{Served, find_tools};

use crate::config::Config;
use crate::git::{Git, GitError};
use crate::process::ProcessError;
use crate::progress::{Progress, Tell};
use crate::sandbox::{Level, NotHad};
use crate::survey::{Survey, units_of};
use execute::Stage;
use lent::Lent;
use locate::Locator;
use place::Scratch;
use redgreen_core::evidence::{Evidence, Observation, Report, Trouble};
use redgreen_core::id::{Digest, TreeId, UnitId};
use redgreen_toolchain::{Ask, Invocation, RawOutput, Runner, Tool, Unit, runner};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use thiserror::Error;

/// The most commands that one observation may take.
const MOST_COMMANDS: usize = 4096;

/// Why nothing could be observed. A project that cannot be built is no error: it is evidence.
#[derive(Debug, Error)]
pub enum ObserveError {
    /// Git failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// A file of redgreen's own cannot be written.
    #[error("{} cannot be used: {source}", path.display())]
    Disk {
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A program could not be watched.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// Less of a sandbox is to be had than was asked for.
    #[error("no {wanted} sandbox is to be had here: {}", why.join("; "))]
    Sandbox {
        /// What was asked for, or more.
        wanted: Level,
        /// Why not.
        why: Vec<String>,
    },
    /// The user wants to stop.
    #[error("stopped on request")]
    Interrupted,
    /// The question names something that the survey does not have.
    #[error("no {what} to observe")]
    Unknown {
        /// What is not there.
        what: String,
    },
}

impl From<NotHad> for ObserveError {
    fn from(not_had: NotHad) -> Self {
        let NotHad { wanted, why } = not_had;
        Self::Sandbox { wanted, why }
    }
}

impl ObserveError {
    fn disk(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Disk { path, source }
    }
}

/// How to observe.
#[derive(Clone, Debug, Default)]
pub struct Manner {
    /// Set from outside to stop.
    pub stop: Option<Arc<AtomicBool>>,
    /// Install the dependencies afresh from the lock files.
    pub install: bool,
    /// Answer from what was seen before where nothing that matters changed, and keep what is seen.
    pub reuse: bool,
}

/// Looks at one surveyed range.
pub struct Observer<'a> {
    git: &'a Git,
    survey: &'a Survey,
    config: &'a Config,
    rooms: Rooms,
    store: Store,
    manner: Manner,
    tools: BTreeMap<UnitId, Result<Tool, Trouble>>,
    /// Where the dependencies of a unit were installed by redgreen.
    stores: BTreeMap<UnitId, PathBuf>,
    standing: Option<TreeId>,
    projections: BTreeMap<TreeId, Digest>,
    tell: Tell<'a>,
    /// Whether single runs are not told of: a mutant each, in which a red test is good news.
    is_hushed: bool,
}

/// A unit on the tree that stands in the proof worktree.
struct Ready {
    unit: Unit,
    /// Where its build output stays warm.
    cache: PathBuf,
    /// Files that stand in for what only a build writes.
    stand_ins: Vec<String>,
    /// Dependency folders that were lent to it.
    folders: Vec<lent::Folder>,
}

/// An answer, and whether it was known already.
pub struct Answer {
    /// What was seen.
    pub evidence: Evidence,
    /// Whether nothing had to be run for it.
    pub cached: bool,
}

impl<'a> Observer<'a> {
    /// An observer of `survey` that works in `rooms`.
    pub fn new(
        git: &'a Git,
        (survey, config): (&'a Survey, &'a Config),
        (rooms, store): (Rooms, Store),
        manner: Manner,
        tell: Tell<'a>,
    ) -> Self {
        let (tools, stores) = (BTreeMap::new(), BTreeMap::new());
        let (standing, projections) = (None, BTreeMap::new());
        Self {
            git,
            survey,
            config,
            rooms,
            store,
            manner,
            tools,
            stores,
            standing,
            projections,
            tell,
            is_hushed: false,
        }
    }

    /// Answers one question.
    ///
    /// # Errors
    /// Where redgreen itself cannot work: git, disk, a stop. A project that does not build and a
    /// runner that is missing are answers.
    pub fn observe(&mut self, observation: &Observation) -> Result<Answer, ObserveError> {
        let missing = |what: String| ObserveError::Unknown { what };
        let tree = self.survey.change.trees.get(&observation.tree).cloned();
        let tree = tree.ok_or_else(|| missing(format!("tree {:?}", observation.tree)))?;
        self.observe_on(&tree, observation)
    }

    /// The unit of that id, and its runner.
    fn served(&self, id: &UnitId) -> Result<(&'a Unit, &'static dyn Runner), ObserveError> {
        let missing = |what: String| ObserveError::Unknown { what };
        let unit = self.survey.units.iter().find(|unit| unit.id == *id);
        let unit = unit.ok_or_else(|| missing(format!("unit {id}")))?;
        let runner = runner(&unit.runner).ok_or_else(|| missing(unit.runner.clone()))?;
        Ok((unit, runner))
    }

    /// Answers one question about a tree that is none of the proof's, or is.
    fn observe_on(
        &mut self,
        tree: &TreeId,
        observation: &Observation,
    ) -> Result<Answer, ObserveError> {
        let (unit, runner) = self.served(&observation.unit)?;
        let tool = self.tool(unit, runner, tree)?;
        let fingerprint = tool
            .as_ref()
            .map_or("", |tool| tool.fingerprint.as_str())
            .to_owned();
        let matters = self.matters(tree)?;
        let sandbox = self.confined(unit)?.told();
        let around = (fingerprint.as_str(), sandbox.as_str());
        let key = Store::key(&matters, observation, around, self.config);
        if let (true, Some(evidence)) = (self.manner.reuse, self.store.find(&key)) {
            self.say(Progress::answered(&evidence, true));
            return Ok(Answer {
                evidence,
                cached: true,
            });
        }
        self.say(Progress::asked(observation));
        let mut evidence = Evidence {
            observation: observation.clone(),
            tree: tree.clone(),
            commands: Vec::new(),
            fingerprint,
            output: Digest::of(b""),
            sandbox,
            ms: 0,
            report: Report::default(),
        };
        match tool {
            Ok(tool) => self.run(unit, runner, &tool, &mut evidence)?,
            Err(trouble) => evidence.report.trouble = Some(trouble),
        }
        self.say(Progress::answered(&evidence, false));
        if self.manner.reuse && evidence.report.trouble.is_none() {
            self.store.keep(&key, &evidence);
        }
        Ok(Answer {
            evidence,
            cached: false,
        })
    }

    fn say(&mut self, progress: Progress) {
        if !self.is_hushed {
            (self.tell)(progress);
        }
    }

    /// What of `tree` an answer can depend on, computed once a tree.
    fn matters(&mut self, tree: &TreeId) -> Result<Digest, ObserveError> {
        if let Some(known) = self.projections.get(tree) {
            return Ok(known.clone());
        }
        let digest = projection::of(self.git, tree)?;
        self.projections.insert(tree.clone(), digest.clone());
        Ok(digest)
    }

    /// Makes the proof worktree equal to `tree`.
    fn stand_on(&mut self, tree: &TreeId) -> Result<(), ObserveError> {
        if self.standing.as_ref() != Some(tree) {
            self.standing = None;
            self.rooms.stand_on(self.git, tree)?;
            self.standing = Some(tree.clone());
        }
        Ok(())
    }

    fn run(
        &mut self,
        unit: &Unit,
        runner: &dyn Runner,
        tool: &Tool,
        evidence: &mut Evidence,
    ) -> Result<(), ObserveError> {
        let Ready {
            unit,
            cache,
            stand_ins,
            folders,
        } = self.ready((unit, tool), &evidence.tree)?;
        let unit = &unit;
        let lent = Lent::look(&folders);
        let scratch = Scratch::make(&self.rooms)?;
        let nonce = scratch.nonce().to_owned();
        let ask = Ask {
            unit,
            tool,
            tests: &evidence.observation.tests,
            order: evidence.observation.order,
            tree: self.rooms.tree(),
            cache: &cache,
            scratch: scratch.path(),
            nonce: &nonce,
            test_limit_ms: self.config.limits.test_seconds * 1000,
        };
        let purpose = evidence.observation.purpose;
        let mut took = Duration::ZERO;
        let mut outputs: Vec<RawOutput> = Vec::new();
        let mut sums = String::new();
        let stage = self.stage(unit, &scratch)?.of(purpose);
        let mut denied = stage.confined.denied();
        while let Some(invocation) = purpose::next(runner, (&ask, purpose), &outputs) {
            let shown = self.shown(&invocation, &ask);
            (self.tell)(Progress::Executed(shown.clone()));
            evidence.commands.push(shown);
            let seconds = self.config.limits.run_seconds;
            match stage.execute(&invocation, seconds)? {
                Ok(executed) => {
                    took += executed.took;
                    sums.push_str(&executed.sum);
                    denied.also(executed.denied);
                    outputs.push(executed.output);
                }
                Err(trouble) => {
                    evidence.report.trouble = Some(trouble);
                    return Ok(());
                }
            }
            if outputs.len() >= MOST_COMMANDS {
                break;
            }
        }
        evidence.report = purpose::read(runner, (&ask, purpose), &outputs);
        let copies = borrow::copies(unit, &folders);
        let said = [stand_ins, copies, lent.written_since()].concat();
        evidence.report.left_out.extend(said);
        self.name_limit(&mut evidence.report);
        denied.say(&mut evidence.report);
        evidence.ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        evidence.output = Digest::of(sums.as_bytes());
        Locator::new(self.rooms.tree(), unit).place(&mut evidence.report);
        Ok(())
    }

    /// Says of a run that hung how long it had.
    fn name_limit(&self, report: &mut Report) {
        if let Some(Trouble::Hung {
            limit_ms: limit @ 0,
        }) = &mut report.trouble
        {
            *limit = self.config.limits.run_seconds * 1000;
        }
    }

    /// Makes the proof worktree ready for commands of `unit` on `tree`.
    fn ready(
        &mut self,
        (unit, tool): (&Unit, &Tool),
        tree: &TreeId,
    ) -> Result<Ready, ObserveError> {
        self.stand_on(tree)?;
        let unit = self.on_tree(unit, tree)?;
        let stand_ins = self.rooms.stand_in(&unit.generated)?;
        let folders = self.borrow(&unit, tool)?;
        let cache = self
            .rooms
            .caches()
            .join(unit.id.as_str().replace(['/', ':'], "-"));
        fs::create_dir_all(&cache).map_err(ObserveError::disk(&cache))?;
        Ok(Ready {
            unit,
            cache,
            stand_ins,
            folders,
        })
    }

    /// Where commands with this directory are executed.
    fn stage<'s>(&self, unit: &Unit, scratch: &'s Scratch) -> Result<Stage<'s>, ObserveError> {
        Ok(Stage {
            tree: self.rooms.tree().to_owned(),
            scratch: scratch.path(),
            stop: self.manner.stop.clone(),
            confined: self.confined(unit)?.with_scratch(scratch.path())?,
            is_elsewhere: false,
        })
    }

    /// The unit as `tree` has it: a test binary that head brings is not there without the change.
    fn on_tree(&self, unit: &Unit, tree: &TreeId) -> Result<Unit, ObserveError> {
        let mut here = unit.clone();
        if !unit.packages.is_empty() || !unit.marks.is_empty() {
            let mut there = units_of(self.git, tree, self.config)?.into_iter();
            if let Some(there) = there.find(|there| there.id == unit.id) {
                here.packages = there.packages;
                here.marks = there.marks;
            }
        }
        Ok(here)
    }

    /// The command with the machine's own paths taken out.
    fn shown(&self, invocation: &Invocation, ask: &Ask<'_>) -> Vec<String> {
        let known = [
            (ask.scratch, "$SCRATCH"),
            (ask.tree, "$TREE"),
            (ask.cache, "$CACHE"),
            (self.git.top(), "$REPO"),
        ];
        let plain = |arg: &String| {
            known.iter().fold(arg.clone(), |arg, (path, name)| {
                arg.replace(path.to_string_lossy().as_ref(), name)
            })
        };
        invocation.argv.iter().map(plain).collect()
    }
}
