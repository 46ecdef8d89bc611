//! Makes the commands that run PHPUnit.

use crate::scripted::lines::Session;
use crate::scripted::{Part, canary, file_of, inside, report_file};
use crate::{Ask, Exit, Invocation, Probe, RawOutput, Role, Unit};
use redgreen_core::evidence::{Order, Selection};
use serde_json::json;

/// The launcher with what it loads.
const LAUNCHER: [(&str, &str); 4] = [
    ("rg_autoload.php", include_str!("rg_autoload.php")),
    ("rg_phpunit.php", include_str!("rg_phpunit.php")),
    ("rg_facts.php", include_str!("rg_facts.php")),
    ("rg_command.php", include_str!("rg_command.php")),
];

/// Prints the versions of PHP and of the PHPUnit that is installed outside a project.
const FINGERPRINT: &str = "echo 'php ', PHP_VERSION, \"\\n\"; \
     if ((include_once 'PHPUnit/Autoload.php') !== false) \
     echo 'phpunit ', PHPUnit\\Runner\\Version::id(), \"\\n\";";

/// The most files that may die while they are loaded before the run is given up.
const MOST_DEAD: usize = 16;

/// Programs that may serve the unit.
pub(super) fn probes(unit: &Unit) -> Vec<Probe> {
    let args = [
        "-d",
        "display_errors=0",
        "-d",
        "log_errors=0",
        "-r",
        FINGERPRINT,
    ];
    vec![Probe {
        program: "php".to_owned(),
        args: args.map(str::to_owned).into(),
        remedy: remedy(unit),
    }]
}

/// What a person types to get PHPUnit.
pub(super) fn remedy(unit: &Unit) -> String {
    if unit.locks.is_empty() {
        "composer require --dev phpunit/phpunit:^9.6".to_owned()
    } else {
        "composer install".to_owned()
    }
}

/// The file that a session died in while it loaded it.
fn died_loading(ask: &Ask<'_>, index: usize, output: &RawOutput) -> Option<String> {
    let session = Session::read(output.files.get(&report_file(index))?, ask.nonce);
    let died = session.end.is_none() && session.tests.is_none() && output.exit != Exit::TimedOut;
    session.loading.filter(|_| died)
}

/// The commands of a run, as far as `so_far` tells. PHP gives up whole where a file cannot be
/// compiled, so the run is tried again without that file; the test that must fail has a run of its
/// own behind one that came to its tests.
pub(super) fn parts(ask: &Ask<'_>, so_far: &[RawOutput]) -> Vec<Part> {
    let alone = ask.order == Order::Alone;
    let wanted = match ask.tests {
        Selection::Tests(ids) if alone => return (0..ids.len()).map(Part::Tests).collect(),
        Selection::Tests(names) | Selection::Files(names) => usize::from(!names.is_empty()),
        Selection::Whole => 1,
    };
    let mut parts = Vec::new();
    if wanted == 0 {
        return parts;
    }
    let dead = |(index, output): &(usize, &RawOutput)| died_loading(ask, *index, output).is_some();
    let dead = so_far
        .iter()
        .enumerate()
        .take(MOST_DEAD)
        .take_while(dead)
        .count();
    parts.resize(dead, Part::Attempt);
    parts.push(Part::Tests(0));
    let ended = so_far
        .get(dead)
        .and_then(|output| output.files.get(&report_file(dead)));
    let ended = ended.map(|report| Session::read(report, ask.nonce));
    let ended = ended.is_some_and(|session| session.end.is_some() && session.tests.is_some());
    if ask.order == Order::AsWritten && ended {
        parts.push(Part::MustFail);
    }
    parts
}

/// The next command of a run.
pub(super) fn next(ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
    let index = so_far.len();
    let parts = parts(ask, so_far);
    let part = parts.get(index)?;
    let dead = so_far.iter().enumerate();
    let dead: Vec<String> = dead
        .filter_map(|(at, output)| died_loading(ask, at, output))
        .collect();
    let question = format!("ask-{index}.json");
    let launcher = LAUNCHER.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let mut writes = launcher.to_vec();
    writes.push((question.clone(), body(ask, part, (index, dead))));
    let scratch = |name: &str| ask.scratch.join(name).to_string_lossy().into_owned();
    let settings = [
        "display_errors=stderr",
        "log_errors=0",
        "opcache.enable_cli=0",
    ];
    let mut argv = vec![ask.tool.program.clone()];
    argv.extend(
        settings
            .iter()
            .flat_map(|set| ["-d".to_owned(), (*set).to_owned()]),
    );
    argv.extend([scratch("rg_phpunit.php"), scratch(&question)]);
    Some(Invocation {
        role: Role::Run,
        argv,
        dir: ask.dir(),
        env: [
            ("SYMFONY_DEPRECATIONS_HELPER", "disabled"),
            ("XDEBUG_MODE", "off"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into(),
        writes,
        plants: Vec::new(),
        reads: vec![report_file(index)],
    })
}

/// The question as the launcher reads it.
fn body(ask: &Ask<'_>, part: &Part, (index, dead): (usize, Vec<String>)) -> String {
    let ids: Option<&[String]> = match (ask.tests, ask.order, part) {
        (Selection::Tests(ids), Order::Alone, Part::Tests(at)) => ids.get(*at..=*at),
        (Selection::Tests(ids), _, _) => Some(ids),
        (Selection::Whole | Selection::Files(_), _, _) => None,
    };
    let files: Vec<String> = match ask.tests {
        Selection::Files(files) => inside(ask.unit, files.iter().map(String::as_str)),
        Selection::Tests(_) => inside(
            ask.unit,
            ids.unwrap_or_default().iter().map(|id| file_of(id)),
        ),
        Selection::Whole => Vec::new(),
    };
    let shuffle = match ask.order {
        Order::Shuffled(seed) => Some(seed),
        Order::AsWritten | Order::Alone => None,
    };
    let own = inside(ask.unit, ask.unit.import_roots.iter().map(String::as_str));
    json!({
        "nonce": ask.nonce,
        "tree": ask.tree.to_string_lossy(),
        "report": ask.scratch.join(report_file(index)).to_string_lossy(),
        "whole": *ask.tests == Selection::Whole,
        "files": files,
        "tests": ids,
        "shuffle": shuffle,
        "limit_ms": ask.test_limit_ms,
        "own": own,
        "canary": canary(ask),
        "fails": *part == Part::MustFail,
        "exclude": dead,
    })
    .to_string()
}
