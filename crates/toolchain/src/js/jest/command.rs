//! Makes the commands that run jest.

use crate::js::session::{self, Asks, Followed, script};
use crate::{Ask, Invocation, RawOutput};

/// What is written beside a run.
const OWN: [(&str, &str); 4] = [
    ("rg_jest.cjs", include_str!("rg_jest.cjs")),
    ("rg_circus.cjs", include_str!("rg_circus.cjs")),
    ("rg_order.cjs", include_str!("rg_order.cjs")),
    ("rg_nothing.cjs", include_str!("rg_nothing.cjs")),
];

/// What brings jest.
pub(super) const REMEDY: &str = "npm install --save-dev jest";

/// Options of the project's script that choose what is run, and how it is loaded.
const KEPT: [(&str, bool); 10] = [
    ("-c", true),
    ("--config", true),
    ("--rootDir", true),
    ("--env", true),
    ("--testEnvironment", true),
    ("--preset", true),
    ("--transform", true),
    ("--selectProjects", true),
    ("--globals", true),
    ("--projects", true),
];

/// The next command of a run.
pub(super) fn next(ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
    let asks = *session::owed(ask, so_far).get(so_far.len())?;
    Some(invocation(ask, asks, so_far))
}

/// The command that finds the tests and runs none.
pub(super) fn listing(ask: &Ask<'_>) -> Invocation {
    invocation(ask, Asks::Names, &[])
}

fn invocation(ask: &Ask<'_>, asks: Asks, so_far: &[RawOutput]) -> Invocation {
    let given = session::given(ask, "jest");
    let mut args = script::options(&given.args, &KEPT);
    args.extend(flags(ask));
    let by_path =
        asks == Asks::Canary || !matches!(ask.tests, redgreen_core::evidence::Selection::Whole);
    args.extend(by_path.then(|| "--runTestsByPath".to_owned()));
    let slot = session::slot(ask, so_far);
    let followed = Followed {
        package: "jest",
        args,
        index: so_far.len(),
        asks,
        slot: slot.as_deref(),
    };
    session::invocation(ask, &followed, &OWN, given)
}

/// Our own reporter, runner and order; everything that hides, repeats, watches or writes is off.
/// `--ci` writes no snapshot: a missing one fails its test.
fn flags(ask: &Ask<'_>) -> Vec<String> {
    let scratch = |name: &str| ask.scratch.join(name).to_string_lossy().into_owned();
    let cache = ask.cache.join("jest");
    let mut flags: Vec<String> = [
        "--ci",
        "--bail=0",
        "--coverage=false",
        "--watch=false",
        "--watchAll=false",
        "--watchman=false",
        "--notify=false",
        "--onlyChanged=false",
        "--onlyFailures=false",
        "--passWithNoTests",
        "--forceExit",
        "--silent=false",
        "--verbose=false",
        "--colors=false",
        "--noStackTrace=false",
        "--detectOpenHandles=false",
        "--maxWorkers=2",
    ]
    .map(str::to_owned)
    .into();
    flags.push(format!("--cacheDirectory={}", cache.to_string_lossy()));
    flags.push(format!("--testTimeout={}", ask.test_limit_ms));
    flags.push(format!("--reporters={}", scratch("rg_jest.cjs")));
    flags.push(format!("--testSequencer={}", scratch("rg_order.cjs")));
    flags.push(format!("--testRunner={}", scratch("rg_circus.cjs")));
    flags
}
