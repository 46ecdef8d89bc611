//! Makes the commands of a session out of those of plain runs: the same, with a switch beside them
//! and below limits.

use super::Trying;
use crate::js::names;
use crate::js::runs::Runs;
use crate::{Ask, Invocation, MutantAsk, RawOutput, Role};
use redgreen_core::evidence::{Order, Selection};

const SWITCH: &str = include_str!("rg_switch.cjs");

/// Runs the tests of a file again and again in vitest's own process.
const VITEST: &str = include_str!("../vitest/rg-runner.mjs");

/// What a warm process is to try, inside its directory.
const LIST: &str = "list.json";

/// What a process writes down of its mutants, inside its directory.
const TRACE: &str = "trace.jsonl";

/// Times that nobody in their right mind waits for: a loop without end comes to them in a second.
const STEPS: u64 = 10_000_000;

/// One run of tests in a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run<'t> {
    /// Its directory inside the session's own, and a part of its nonce.
    pub(super) name: String,
    /// Which tests.
    pub(super) tests: &'t Selection,
    /// What it is for.
    pub(super) mode: Mode<'t>,
}

/// What a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode<'t> {
    /// No mutant is on; what each test runs over is written down.
    Trace,
    /// The mutant of this number is on.
    Mutant(usize, Limits),
    /// Many mutants in each process, one after another: the list of them, limits of each, and the
    /// milliseconds that may pass.
    Warm(&'t str, Limits, u64),
}

/// Limits of a run with a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limits {
    /// Seconds of processor time.
    pub(super) seconds: u64,
    /// How often the switch may be asked.
    pub(super) steps: u64,
    /// Whether the process says which limit it ran into.
    pub(super) told: bool,
}

impl Limits {
    /// Limits for tests that take `ms` and `steps` without a mutant.
    pub(super) fn of(runs: Runs, ms: u64, steps: u64) -> Self {
        // What it takes to start, several times over.
        let start = match runs {
            Runs::Vitest | Runs::Jest => 15,
            Runs::Mocha | Runs::NodeTest | Runs::Ava | Runs::Tap => 8,
        };
        Self {
            seconds: start + ms.div_ceil(100),
            steps: STEPS.saturating_add(steps.saturating_mul(20)),
            told: false,
        }
    }
}

/// The question of a plain run as `run` puts it.
pub(super) fn asked<R>(ask: &MutantAsk<'_>, run: &Run<'_>, then: impl FnOnce(&Ask<'_>) -> R) -> R {
    let scratch = ask.ask.scratch.join(&run.name);
    let nonce = format!("{}{}", ask.ask.nonce, run.name);
    then(&Ask {
        tests: run.tests,
        order: Order::AsWritten,
        scratch: &scratch,
        nonce: &nonce,
        ..ask.ask.clone()
    })
}

/// The next command of `run`.
pub(super) fn next(
    trying: &Trying,
    ask: &MutantAsk<'_>,
    run: &Run<'_>,
    so_far: &[RawOutput],
) -> Option<Invocation> {
    asked(ask, run, |plain| {
        let mut made = trying.runner.next(plain, so_far)?;
        for (path, _) in &mut made.writes {
            *path = format!("{}/{path}", run.name);
        }
        for path in &mut made.reads {
            *path = format!("{}/{path}", run.name);
        }
        made.writes
            .push((format!("{}/rg_switch.cjs", run.name), SWITCH.to_owned()));
        made.reads.push(format!("{}/{TRACE}", run.name));
        if trying.runs == Runs::Vitest {
            // Each test file starts with modules of its own, and tests run one after another.
            made.argv
                .extend(["--pool=forks", "--isolate", "--maxConcurrency=1"].map(str::to_owned));
        }
        if is_lean(trying.runs, run) {
            lean(&mut made);
        }
        environment((ask, plain), trying.runs, run, &mut made);
        made.role = match run.mode {
            Mode::Trace | Mode::Warm(..) => Role::Session,
            Mode::Mutant(..) => Role::Run,
        };
        let over = match run.mode {
            Mode::Trace => None,
            Mode::Mutant(_, limits) if limits.told => Some(limits.seconds + 5),
            Mode::Mutant(_, limits) => Some(limits.seconds),
            Mode::Warm(list, ..) => {
                made.writes
                    .push((format!("{}/{LIST}", run.name), list.to_owned()));
                let own = format!("{}/node_modules/rg-runner.mjs", run.name);
                made.writes.push((own, VITEST.to_owned()));
                None
            }
        };
        if let Some(seconds) = over {
            made.argv = crate::mutate::limited_time(made.argv, seconds);
        }
        Some(made)
    })
}

/// Whether node runs the only file itself. It starts three processes otherwise: one that follows,
/// the file's, and one for the test that redgreen adds. A doubtful test is followed.
pub(super) fn is_lean(runs: Runs, run: &Run<'_>) -> bool {
    let (Mode::Mutant(_, limits), Selection::Tests(tests)) = (run.mode, run.tests) else {
        return false;
    };
    let mut files = tests.iter().map(|test| names::file_of(test));
    let first = files.next();
    runs == Runs::NodeTest && !limits.told && files.all(|file| Some(file) == first)
}

fn lean(made: &mut Invocation) {
    let canary = made.argv.pop();
    made.argv
        .retain(|word| word != "--test" && !word.starts_with("--test-timeout="));
    let is_canary = |path: &str| canary.as_deref().is_some_and(|own| own.ends_with(path));
    made.writes.retain(|(path, _)| !is_canary(path));
}

/// The variables by which the switch knows what to do.
fn environment(
    (ask, plain): (&MutantAsk<'_>, &Ask<'_>),
    runs: Runs,
    run: &Run<'_>,
    made: &mut Invocation,
) {
    let switch = plain.scratch.join("rg_switch.cjs");
    let mut options = format!("--require={}", quoted(&switch.to_string_lossy()));
    let mut put = |name: &str, value: String| made.env.push((name.to_owned(), value));
    put("REDGREEN_NONCE", plain.nonce.to_owned());
    put("REDGREEN_TREE", plain.tree.to_string_lossy().into_owned());
    put(
        "REDGREEN_TRACE",
        plain.scratch.join(TRACE).to_string_lossy().into_owned(),
    );
    match run.mode {
        Mode::Trace => put("REDGREEN_MODE", "trace".to_owned()),
        Mode::Mutant(number, limits) => {
            // Its own heap has the limit; what it takes besides is looked at now and then.
            let heap = ask.memory / (1024 * 1024);
            let heap = if limits.told { heap * 2 } else { heap };
            options.push_str(&format!(" --max-old-space-size={}", heap.max(64)));
            put("REDGREEN_MUTANT", number.to_string());
            put("REDGREEN_STEPS", limits.steps.to_string());
            put("REDGREEN_MEMORY", ask.memory.to_string());
            if is_lean(runs, run) {
                let all = plain.test_limit_ms.saturating_mul(2);
                put("REDGREEN_WALL", all.to_string());
            }
            if limits.told {
                put(
                    "REDGREEN_WATCH",
                    format!("{},{}", limits.seconds * 1000, ask.memory),
                );
            }
        }
        Mode::Warm(_, limits, budget) => {
            put("REDGREEN_MODE", "warm".to_owned());
            put("REDGREEN_STEPS", limits.steps.to_string());
            put("REDGREEN_BUDGET", budget.to_string());
            let list = plain.scratch.join(LIST);
            put("REDGREEN_LIST", list.to_string_lossy().into_owned());
            let watch = format!("{},{}", limits.seconds * 1000, ask.memory);
            put("REDGREEN_WATCH", watch);
        }
    }
    match made.env.iter_mut().find(|(name, _)| name == "NODE_OPTIONS") {
        Some((_, known)) => *known = format!("{known} {options}"),
        None => made.env.push(("NODE_OPTIONS".to_owned(), options)),
    }
}

/// As node reads words out of a variable.
fn quoted(text: &str) -> String {
    if text.contains([' ', '"', '\\']) {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        text.to_owned()
    }
}

/// What a command of `run` left behind, as a plain run would have.
pub(super) fn plain(run: &Run<'_>, output: &RawOutput) -> RawOutput {
    let start = format!("{}/", run.name);
    let files = output
        .files
        .iter()
        .filter_map(|(path, bytes)| Some((path.strip_prefix(&start)?.to_owned(), bytes.clone())));
    RawOutput {
        files: files.collect(),
        ..output.clone()
    }
}

/// What the switch wrote down.
pub(super) fn trace(output: &RawOutput) -> &[u8] {
    output.files.get(TRACE).map_or(&[], Vec::as_slice)
}
