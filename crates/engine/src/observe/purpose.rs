//! Asks a runner by the purpose of a question: to run tests, or to name them only.

use redgreen_core::evidence::{Purpose, Report, Trouble};
use redgreen_toolchain::{Ask, Invocation, RawOutput, Runner};

/// The next command of a question.
pub(super) fn next(
    runner: &dyn Runner,
    (ask, purpose): (&Ask<'_>, Purpose),
    so_far: &[RawOutput],
) -> Option<Invocation> {
    match purpose {
        Purpose::Run => runner.next(ask, so_far),
        Purpose::Elsewhere => {
            let mut invocation = runner.next(ask, so_far)?;
            runner.elsewhere(&mut invocation);
            Some(invocation)
        }
        Purpose::List => runner.lister()?.next(ask, so_far),
    }
}

/// What its commands left behind says.
pub(super) fn read(
    runner: &dyn Runner,
    (ask, purpose): (&Ask<'_>, Purpose),
    outputs: &[RawOutput],
) -> Report {
    let lister = match purpose {
        Purpose::Run | Purpose::Elsewhere => return runner.read(ask, outputs),
        Purpose::List => runner.lister(),
    };
    match lister {
        Some(lister) => lister.read(ask, outputs),
        None => {
            let why = format!(
                "{} cannot name its tests without running them",
                runner.name()
            );
            Report {
                trouble: Some(Trouble::CouldNotRun { why }),
                ..Report::default()
            }
        }
    }
}
