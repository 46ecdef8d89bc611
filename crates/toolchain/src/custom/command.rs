//! Makes the commands of a project's own runner.

use super::{Form, Settings};
use crate::{Ask, Invocation, RawOutput, Role};
use redgreen_core::evidence::{Order, Selection};

/// The report of the command at `index`: a name that no earlier run could know.
pub(super) fn report_file(ask: &Ask<'_>, index: usize) -> String {
    format!("report-{}-{index}", ask.nonce)
}

/// The tests that each command of the run is about; nothing for all of them.
pub(super) fn rounds(ask: &Ask<'_>) -> Vec<Option<Vec<String>>> {
    let settings = Settings::of(ask.unit);
    match (ask.tests, ask.order) {
        (Selection::Tests(names), _) if names.is_empty() => Vec::new(),
        (Selection::Tests(_) | Selection::Files(_) | Selection::Whole, _)
            if settings.some.is_empty() =>
        {
            vec![None]
        }
        (Selection::Tests(names), Order::Alone) => {
            names.iter().map(|name| Some(vec![name.clone()])).collect()
        }
        (Selection::Tests(names), Order::AsWritten | Order::Shuffled(_)) => {
            vec![Some(names.clone())]
        }
        (Selection::Whole | Selection::Files(_), _) => vec![None],
    }
}

pub(super) fn next(ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
    let index = so_far.len();
    let round = rounds(ask).into_iter().nth(index)?;
    let settings = Settings::of(ask.unit);
    let report = report_file(ask, index);
    let argv = match &round {
        None => filled(ask, &settings.command, &[], &report),
        Some(tests) => filled(ask, &settings.some, tests, &report),
    };
    Some(Invocation {
        role: Role::Run,
        argv,
        dir: ask.dir(),
        env: Vec::new(),
        writes: Vec::new(),
        plants: Vec::new(),
        reads: vec![report],
    })
}

/// The words with their places filled. A program with a slash lies in the tree.
fn filled(ask: &Ask<'_>, words: &[String], tests: &[String], report: &str) -> Vec<String> {
    let seed = match ask.order {
        Order::Shuffled(seed) => seed,
        Order::AsWritten | Order::Alone => 0,
    };
    let path = ask.scratch.join(report);
    let mut argv: Vec<String> = Vec::new();
    for word in words {
        if word == "$TESTS" {
            argv.extend(tests.iter().cloned());
            continue;
        }
        let word = word.replace("$REPORT", &path.to_string_lossy());
        argv.push(word.replace("$SEED", &seed.to_string()));
    }
    if let Some(program) = argv.first_mut()
        && program.contains('/')
        && !program.starts_with('/')
    {
        *program = ask.dir().join(&*program).to_string_lossy().into_owned();
    }
    argv
}

/// What the command at `index` reported: the file, or standard output where no word names one.
pub(super) fn reported<'o>(ask: &Ask<'_>, output: &'o RawOutput, index: usize) -> Option<&'o [u8]> {
    let settings = Settings::of(ask.unit);
    let file = output
        .files
        .get(&report_file(ask, index))
        .map(Vec::as_slice);
    let prints = settings.report == Form::Tap
        && !settings.command.iter().any(|word| word.contains("$REPORT"));
    if prints { Some(&output.stdout) } else { file }
}
