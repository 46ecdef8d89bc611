//! States what every test runner's adapter answers. An adapter translates; it never acts.

use crate::ask::{Ask, Invocation, Probe, RawOutput};
use crate::check::Check;
use crate::mutate::Mutator;
use crate::unit::{Files, Unit};
use redgreen_core::evidence::Report;

/// What a runner answers that can name its tests without running any.
pub trait Lister: Sync {
    /// Test files of `unit` that can hold other tests although their text is the same: cases of a
    /// list that production code holds, tests that a loop makes.
    fn varying(&self, unit: &Unit, files: &dyn Files) -> Vec<String>;

    /// The next command that names the tests that are asked for, given what the earlier ones left
    /// behind: a build may come first. No command where the report can be read.
    fn next(&self, ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation>;

    /// What they named, each as not reached.
    fn read(&self, ask: &Ask<'_>, outputs: &[RawOutput]) -> Report;
}

/// A test runner.
pub trait Runner: Sync {
    /// Its name in unit ids and in configuration: `pytest`, `cargo`.
    fn name(&self) -> &'static str;

    /// Names of the languages whose code it runs: see [`crate::Language::name`]; `*` for all.
    fn languages(&self) -> &'static [&'static str];

    /// Whether its reports name tests as the source text's outline does.
    fn names_tests_as_source(&self) -> bool {
        true
    }

    /// The units of this runner in a tree. Reads manifests and names only.
    fn detect(&self, files: &dyn Files) -> Vec<Unit>;

    /// Programs that may serve `unit`, best first. `checkout` has the files of the user's
    /// checkout that no tree holds (`.venv/pyvenv.cfg`).
    fn probes(&self, unit: &Unit, checkout: &dyn Files) -> Vec<Probe>;

    /// Linters, formatters, type checkers and the coverage command that the project itself uses,
    /// by its manifests and configuration. Nothing is guessed that the project does not name.
    fn checks(&self, unit: &Unit, files: &dyn Files) -> Vec<Check> {
        let (_, _) = (unit, files);
        Vec::new()
    }

    /// How it names its tests without running any, where it can.
    fn lister(&self) -> Option<&'static dyn Lister> {
        None
    }

    /// The next command of a run, given what the earlier ones left behind; nothing where the
    /// report can be read. A run may need several: build, then run each binary.
    fn next(&self, ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation>;

    /// Changes a command so that its tests run in a changed world: what the runner lets the code
    /// know of a run of tests goes. What the runner needs to mean the same is set here, and stays.
    fn elsewhere(&self, invocation: &mut Invocation) {
        let _ = invocation;
    }

    /// What the commands of one run say. Truncated, mixed or hostile output is never fatal: it
    /// becomes a [`redgreen_core::evidence::Trouble`].
    fn read(&self, ask: &Ask<'_>, outputs: &[RawOutput]) -> Report;

    /// How it tries many mutants at once; nothing where each takes a plain run of its own.
    fn mutator(&self) -> Option<&'static dyn Mutator> {
        None
    }
}
