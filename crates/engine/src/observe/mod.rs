//! Observes: checks a tree out, runs the tests that were asked for, reads the report. The only
//! maker of evidence.

mod borrow;
mod lent;
mod locate;
mod place;
mod plant;
mod probed;
mod projection;
mod purpose;
mod store;
mod tools;

pub use place::Rooms;
pub use store::Store;
pub use tools::{Served, find_tools};

use crate::config::Config;
use crate::git::{Git, GitError};
use crate::process::{self, Command, Exit as Ended, Finished, Home, ProcessError, clean_env};
use crate::progress::{Progress, Tell};
use crate::survey::{Survey, units_of};
use lent::Lent;
use locate::Locator;
use place::Scratch;
use redgreen_core::evidence::{Evidence, Observation, Report, Trouble};
use redgreen_core::id::{Digest, TreeId, UnitId};
use redgreen_toolchain::{Ask, Exit, Invocation, RawOutput, Role, Runner, Tool, Unit, runner};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use thiserror::Error;

/// What stands around a run. A sandbox is told here once one is enforced.
pub const SANDBOX: &str = "none";

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
        }
    }

    /// Answers one question.
    ///
    /// # Errors
    /// Where redgreen itself cannot work: git, disk, a stop. A project that does not build and a
    /// runner that is missing are answers.
    pub fn observe(&mut self, observation: &Observation) -> Result<Answer, ObserveError> {
        let missing = |what: String| ObserveError::Unknown { what };
        let unit = self
            .survey
            .units
            .iter()
            .find(|unit| unit.id == observation.unit);
        let unit = unit.ok_or_else(|| missing(format!("unit {}", observation.unit)))?;
        let runner = runner(&unit.runner).ok_or_else(|| missing(unit.runner.clone()))?;
        let tree = self.survey.change.trees.get(&observation.tree).cloned();
        let tree = tree.ok_or_else(|| missing(format!("tree {:?}", observation.tree)))?;
        let tool = self.tool(unit, runner, &tree)?;
        let fingerprint = tool
            .as_ref()
            .map_or("", |tool| tool.fingerprint.as_str())
            .to_owned();
        let matters = self.matters(&tree)?;
        let key = Store::key(&matters, observation, &fingerprint, self.config);
        if let (true, Some(evidence)) = (self.manner.reuse, self.store.find(&key)) {
            (self.tell)(Progress::answered(&evidence, true));
            return Ok(Answer {
                evidence,
                cached: true,
            });
        }
        (self.tell)(Progress::asked(observation));
        let mut evidence = Evidence {
            observation: observation.clone(),
            tree: tree.clone(),
            commands: Vec::new(),
            fingerprint,
            output: Digest::of(b""),
            sandbox: SANDBOX.to_owned(),
            ms: 0,
            report: Report::default(),
        };
        match tool {
            Ok(tool) => self.run(unit, runner, &tool, &mut evidence)?,
            Err(trouble) => evidence.report.trouble = Some(trouble),
        }
        (self.tell)(Progress::answered(&evidence, false));
        if self.manner.reuse && evidence.report.trouble.is_none() {
            self.store.keep(&key, &evidence);
        }
        Ok(Answer {
            evidence,
            cached: false,
        })
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
        self.stand_on(&evidence.tree)?;
        let unit = &self.on_tree(unit, &evidence.tree)?;
        let stand_ins = self.rooms.stand_in(&unit.generated)?;
        let folders = self.borrow(unit, tool)?;
        let lent = Lent::look(&folders);
        let scratch = Scratch::make(&self.rooms)?;
        let nonce = scratch.nonce().to_owned();
        let cache = self
            .rooms
            .caches()
            .join(unit.id.as_str().replace(['/', ':'], "-"));
        fs::create_dir_all(&cache).map_err(ObserveError::disk(&cache))?;
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
        while let Some(invocation) = purpose::next(runner, (&ask, purpose), &outputs) {
            let shown = self.shown(&invocation, &ask);
            (self.tell)(Progress::Executed(shown.clone()));
            evidence.commands.push(shown);
            match self.execute(&invocation, scratch.path())? {
                Ok((output, sum, time)) => {
                    took += time;
                    sums.push_str(&sum);
                    outputs.push(output);
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
        if let Some(Trouble::Hung {
            limit_ms: limit @ 0,
        }) = &mut evidence.report.trouble
        {
            *limit = self.config.limits.run_seconds * 1000;
        }
        evidence.ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        evidence.output = Digest::of(sums.as_bytes());
        Locator::new(self.rooms.tree(), unit).place(&mut evidence.report);
        Ok(())
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

    /// Runs one command. A program that is not there is an answer.
    fn execute(
        &self,
        invocation: &Invocation,
        scratch: &Path,
    ) -> Result<Result<(RawOutput, String, Duration), Trouble>, ObserveError> {
        for (name, text) in &invocation.writes {
            let path = scratch.join(name);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).map_err(ObserveError::disk(parent))?;
            }
            fs::write(&path, text).map_err(ObserveError::disk(&path))?;
        }
        let planted = match plant::into(self.rooms.tree(), &invocation.plants)? {
            Ok(planted) => planted,
            Err(trouble) => return Ok(Err(trouble)),
        };
        let seconds = match invocation.role {
            Role::Build | Role::Run => self.config.limits.run_seconds,
        };
        let parent: Vec<(OsString, OsString)> = std::env::vars_os().collect();
        let mut command = Command::new(
            &invocation.argv,
            &invocation.dir,
            Duration::from_secs(seconds),
        );
        command.env = clean_env(&parent, Home::Own, scratch, &invocation.env);
        command.stop.clone_from(&self.manner.stop);
        let finished = match process::run(command) {
            Ok(finished) => finished,
            Err(ProcessError::Missing { program }) => {
                let tool = program.display().to_string();
                let remedy = format!("install {tool} and put it on the search path");
                return Ok(Err(Trouble::MissingTool { tool, remedy }));
            }
            Err(ProcessError::NoDirectory { .. }) => {
                let why = "the unit's directory is not in this tree".to_owned();
                return Ok(Err(Trouble::CouldNotRun { why }));
            }
            Err(other @ (ProcessError::Start { .. } | ProcessError::Watch { .. })) => {
                return Err(other.into());
            }
        };
        drop(planted);
        if finished.exit == Ended::Interrupted {
            return Err(ObserveError::Interrupted);
        }
        let took = finished.took;
        let (output, sum) = raw(finished, invocation, scratch);
        Ok(Ok((output, sum, took)))
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

/// What the adapter gets to see of a finished command, and the digests of what it printed.
fn raw(finished: Finished, invocation: &Invocation, scratch: &Path) -> (RawOutput, String) {
    let exit = match finished.exit {
        Ended::Code(code) => Exit::Code(code),
        Ended::Signal(signal) => Exit::Signal(signal),
        Ended::TimedOut | Ended::Interrupted => Exit::TimedOut,
    };
    let mut files = BTreeMap::new();
    let mut sums = format!("{}{}", finished.stdout.digest, finished.stderr.digest);
    for name in &invocation.reads {
        if let Ok(bytes) = fs::read(scratch.join(name)) {
            sums.push_str(Digest::of(&bytes).as_str());
            files.insert(name.clone(), bytes);
        }
    }
    let (stdout, stderr) = (finished.stdout.bytes, finished.stderr.bytes);
    (
        RawOutput {
            exit,
            stdout,
            stderr,
            files,
        },
        sums,
    )
}
