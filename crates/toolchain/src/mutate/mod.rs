//! States what an adapter answers about mutants: which defects a text can take, and how they are
//! tried without one build or one start each.

pub(crate) mod refusal;
pub(crate) mod sharing;
pub(crate) mod sites;
mod walk;

pub use walk::{Edit, Grammar, Holder, lines_of, walk};

use crate::ask::{Ask, Invocation, RawOutput};
use crate::unit::{Files, Unit};
use redgreen_core::evidence::Trouble;
use redgreen_core::mutant::{Fate, Mutant, MutantId};
use redgreen_core::surface::Lines;
use std::collections::{BTreeMap, BTreeSet};

/// Why a mutant is skipped where another one on its line was noticed by nobody: on most lines all
/// mutants share one fate.
pub const LINE_HAS_SURVIVOR: &str = "its line has a survivor";

/// Why a mutant is skipped that had no time.
pub const TIME_IS_UP: &str = "the time was up";

/// Why a mutant has no answer that only such tests run over as fail without any mutant.
pub(crate) fn only_failing(tests: &[String]) -> String {
    const NAMED: usize = 5;
    let named: Vec<&str> = tests.iter().take(NAMED).map(String::as_str).collect();
    let more = if tests.len() > NAMED { " …" } else { "" };
    format!(
        "the tests that run over it fail without it: {}{more}",
        named.join(", ")
    )
}

/// By changed file, the test files of its unit from which it cannot be come by.
pub type Unreached = BTreeMap<String, BTreeSet<String>>;

/// Where in one file defects are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Changed lines of production code: operators are changed there.
    pub lines: Vec<Lines>,
    /// Changed functions, as the outline names them: their bodies give way to something simple.
    pub functions: BTreeSet<String>,
    /// Lines of new and changed tests: their assertions are negated.
    pub tests: Vec<Lines>,
}

/// A question about many mutants of one unit.
#[derive(Clone, Debug)]
pub struct MutantAsk<'a> {
    /// Unit, tool, directories, nonce and the tests that may run over the mutants, as in a plain
    /// run; the new ones are among them. The tree holds head with [`Mutator::switched`] laid over
    /// it, and later [`Mutator::revised`].
    pub ask: Ask<'a>,
    /// The mutants, in the order in which they are to be tried.
    pub mutants: &'a [Mutant],
    /// Head's text of every file that a mutant edits.
    pub texts: &'a BTreeMap<String, String>,
    /// The new and changed tests, without cases, as the runner names them. They run first.
    pub new_tests: &'a BTreeSet<String>,
    /// The longest that everything may take, in milliseconds of wall time.
    pub budget_ms: u64,
    /// How many commands of one answer may run at a time.
    pub jobs: usize,
    /// The most memory that one trial may take, in bytes.
    pub memory: u64,
    /// Tests that killed a mutant of the same id before: they are tried first.
    pub killers: &'a BTreeMap<MutantId, String>,
    /// What [`Mutator::unreached`] said of the files that the mutants edit.
    pub unreached: &'a Unreached,
}

/// What a session says of one mutant: as in [`redgreen_core::mutant::Trial`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// What the new and changed tests alone did about it.
    pub by_new: Fate,
    /// What all tests that run over it did.
    pub by_any: Fate,
    /// The tests that run over it, in the order in which they were run.
    pub over: Vec<String>,
}

/// What a session says of all mutants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MutantReport {
    /// By mutant. One that is missing was not answered.
    pub tried: BTreeMap<MutantId, Tried>,
    /// Why the session as a whole cannot be believed.
    pub trouble: Option<Trouble>,
    /// How many mutants were executed, not only looked at.
    pub executed: usize,
    /// What was left out by the adapter's design, by name.
    pub left_out: Vec<String>,
}

/// Tries many mutants with one build or one warm session.
///
/// What engine does, in this order, until an answer of [`Mutator::next`] is empty: lay the files
/// of [`Mutator::switched`] (once) and of [`Mutator::revised`] (before each answer) over the tree,
/// those alone whose text is another than what lies there, with a time stamp later than any build;
/// ask for the next commands; run at most [`MutantAsk::jobs`] of them at a time and all of them to
/// their end; keep what they left behind in the order of the answer. A command of
/// [`crate::Role::Run`] is stopped, with every process that it started, at the limit of one test
/// ([`Exit::TimedOut`](crate::Exit::TimedOut)), one of [`crate::Role::Session`] a little after the
/// time for everything. Afterwards the tree is head again.
pub trait Mutator: Sync {
    /// Whether there is a session for `unit`. Where there is none, whole bodies alone are broken,
    /// and each has a plain run of its own.
    fn serves(&self, unit: &Unit) -> bool {
        let _ = unit;
        true
    }

    /// Files of head rewritten so that every mutant can be switched on at run time: path and text.
    /// Empty where the session needs no rewriting.
    fn switched(&self, ask: &MutantAsk<'_>) -> BTreeMap<String, String> {
        let _ = ask;
        BTreeMap::new()
    }

    /// Files that have to say something else before the next commands, given what the earlier
    /// ones left behind: path and whole text. A build that refuses a mutant gives way to one
    /// without it; a mutant that cannot be switched on has a build of its own. Each answer is
    /// complete: a file that it does not name any more says again what `switched` said of it.
    fn revised(&self, ask: &MutantAsk<'_>, so_far: &[RawOutput]) -> BTreeMap<String, String> {
        let (_, _) = (ask, so_far);
        BTreeMap::new()
    }

    /// The test files of `unit` that cannot come by each of the files `changed`, by what is written
    /// in the tree: a session may leave them out. Empty where that cannot be told.
    fn unreached(&self, unit: &Unit, files: &dyn Files, changed: &BTreeSet<String>) -> Unreached {
        let (_, _, _) = (unit, files, changed);
        Unreached::new()
    }

    /// The next commands, given what the earlier ones left behind, in the order of both; empty
    /// where the report can be read. Those of one answer may run at the same time; one that must
    /// run alone is an answer of its own. The same question with fewer outputs has had the same
    /// answer before, whatever the time was: `spent_ms`, the wall time since the first command,
    /// only decides whether there is a next answer.
    fn next(&self, ask: &MutantAsk<'_>, so_far: &[RawOutput], spent_ms: u64) -> Vec<Invocation>;

    /// What the commands say. Truncated or hostile output is never fatal, and never a kill.
    fn read(&self, ask: &MutantAsk<'_>, outputs: &[RawOutput]) -> MutantReport;
}

/// `argv` below limits that the system itself enforces: `cpu_seconds` of processor time and
/// `memory` bytes of address space, for it and every child, each by itself. At the limit of time
/// a process gets SIGXCPU (24), which tells it from one that somebody killed, and two seconds
/// later SIGKILL.
pub fn limited(argv: Vec<String>, cpu_seconds: u64, memory: u64) -> Vec<String> {
    let script = "ulimit -c 0; ulimit -S -t \"$1\" && ulimit -H -t \"$(($1 + 2))\" && \
                  ulimit -v \"$2\" && shift 2 && exec \"$@\"";
    let mut whole: Vec<String> = ["/bin/sh", "-c", script, "sh"].map(str::to_owned).into();
    whole.push(cpu_seconds.max(1).to_string());
    whole.push((memory / 1024).to_string());
    whole.extend(argv);
    whole
}

/// `argv` below a limit of processor time alone, for it and every child: where a program reserves
/// much more address space than it uses, and has a limit of its own for what it uses.
pub fn limited_time(argv: Vec<String>, cpu_seconds: u64) -> Vec<String> {
    let script = "ulimit -t \"$1\" && shift && exec \"$@\"";
    let mut whole: Vec<String> = ["/bin/sh", "-c", script, "sh"].map(str::to_owned).into();
    whole.push(cpu_seconds.max(1).to_string());
    whole.extend(argv);
    whole
}
