//! Makes Gradle's commands: the tests with redgreen's init script, then the reports.

use super::super::canary::{self, Canaries};
use super::super::command::{Batch, batches};
use super::super::layout::{file_of_class, module_of};
use crate::ask::{Ask, Invocation, Role};
use redgreen_core::evidence::Order;

/// Where the gathered reports are, in the scratch directory.
pub(super) const REPORTS: &str = "reports.xml";
const INIT: &str = "redgreen.init.gradle";

/// Whether Gradle may ask for artefacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Net {
    Offline,
    Online,
}

/// One start of Gradle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Start {
    pub(super) batch: Batch,
    pub(super) net: Net,
    pub(super) canaries: Option<Canaries>,
    /// Its number in the run: each has reports of its own.
    number: usize,
}

/// The starts that answer `ask`.
pub(super) fn starts(ask: &Ask<'_>, canaries: Option<Canaries>) -> Vec<Start> {
    let made = batches(ask).into_iter().enumerate();
    made.map(|(number, batch)| Start {
        batch,
        net: Net::Offline,
        canaries,
        number,
    })
    .collect()
}

/// One start of Gradle.
pub(super) fn start(ask: &Ask<'_>, start: &Start) -> Invocation {
    let scratch = |name: &str| ask.scratch.join(name).display().to_string();
    let mut argv = vec![ask.tool.program.clone()];
    let fixed = [
        "--console=plain",
        "--continue",
        "--rerun-tasks",
        "--no-build-cache",
        "--no-daemon",
    ];
    argv.extend(fixed.map(str::to_owned));
    if start.net == Net::Offline {
        argv.push("--offline".to_owned());
    }
    argv.push("--project-cache-dir".to_owned());
    argv.push(ask.cache.join("gradle").display().to_string());
    argv.push("--init-script".to_owned());
    argv.push(scratch(INIT));
    let mut beside = None;
    match &start.batch {
        Batch::Whole => argv.push("test".to_owned()),
        Batch::Named(patterns) => beside = named(ask, patterns, start, &mut argv),
    }
    let plants = start
        .canaries
        .map(|canaries| canaries.plant(ask, beside.as_deref()));
    Invocation {
        role: Role::Run,
        argv,
        dir: ask.dir(),
        env: Vec::new(),
        writes: vec![(INIT.to_owned(), init(ask, start))],
        plants: plants.into_iter().collect(),
        reads: Vec::new(),
    }
}

/// The test task of each module, and the tests that are asked of it.
fn named(
    ask: &Ask<'_>,
    patterns: &[String],
    start: &Start,
    argv: &mut Vec<String>,
) -> Option<String> {
    let mut first = None;
    let mut tasks: Vec<(String, Vec<String>)> = Vec::new();
    for pattern in patterns {
        let (class, methods) = pattern.split_once('#').unwrap_or((pattern, ""));
        let file = file_of_class(ask.unit, class);
        let module = file.as_deref().map_or("", |file| module_of(ask.unit, file));
        let inside = ask.unit.inside(module).unwrap_or_default();
        let task = match inside {
            "" => ":test".to_owned(),
            inside => format!(":{}:test", inside.replace('/', ":")),
        };
        let filters = methods.split('+').map(|method| match method {
            "" => class.to_owned(),
            method => format!("{class}.{method}"),
        });
        match tasks.iter_mut().find(|(known, _)| *known == task) {
            Some((_, known)) => known.extend(filters),
            None => tasks.push((task, filters.collect())),
        }
        first = first.or(file);
    }
    if let (Some((_, filters)), true) = (tasks.first_mut(), start.canaries.is_some()) {
        filters.push(canary::class(ask));
    }
    for (task, filters) in tasks {
        argv.push(task);
        argv.extend(
            filters
                .into_iter()
                .flat_map(|filter| ["--tests".to_owned(), filter]),
        );
    }
    first
}

fn init(ask: &Ask<'_>, start: &Start) -> String {
    let reports = reports(ask, start.number);
    let mut settings = vec![
        (
            "junit.jupiter.execution.timeout.default",
            format!("{} ms", ask.test_limit_ms),
        ),
        (
            "junit.jupiter.execution.parallel.enabled",
            "false".to_owned(),
        ),
        (
            "junit.platform.stacktrace.pruning.enabled",
            "false".to_owned(),
        ),
    ];
    if let Order::Shuffled(seed) = ask.order {
        settings.push((
            "junit.jupiter.testmethod.order.default",
            "org.junit.jupiter.api.MethodOrderer$Random".to_owned(),
        ));
        settings.push((
            "junit.jupiter.testclass.order.default",
            "org.junit.jupiter.api.ClassOrderer$Random".to_owned(),
        ));
        settings.push((
            "junit.jupiter.execution.order.random.seed",
            seed.to_string(),
        ));
    }
    let lines = settings
        .iter()
        .map(|(key, value)| format!("      systemProperty '{key}', '{value}'\n"));
    let lines: String = lines.collect();
    let forks = if ask.order == Order::Alone {
        "      forkEvery = 1\n"
    } else {
        ""
    };
    let reports = reports.replace('\\', "\\\\").replace('\'', "\\'");
    format!(
        "allprojects {{
  tasks.withType(Test).configureEach {{ test ->
    test.ignoreFailures = true
    test.failFast = false
    test.enabled = true
    test.outputs.upToDateWhen {{ false }}
    test.filter.failOnNoMatchingTests = false
    test.reports.junitXml.outputLocation = new File('{reports}', test.path.replace(':', '_'))
    doFirst {{
{lines}{forks}    }}
  }}
}}
"
    )
}

fn reports(ask: &Ask<'_>, number: usize) -> String {
    ask.scratch
        .join("reports")
        .join(number.to_string())
        .display()
        .to_string()
}

/// Gathers the reports of every start so far: all starts write below one directory, and the last
/// gathering is the one that counts.
pub(super) fn gather(ask: &Ask<'_>) -> Invocation {
    let whole = ask.scratch.join(REPORTS).display().to_string();
    let reports = ask.scratch.join("reports").display().to_string();
    let argv = [
        "find",
        &reports,
        "-name",
        "TEST-*.xml",
        "-exec",
        "sed",
        "-n",
    ];
    let mut argv: Vec<String> = argv.map(str::to_owned).to_vec();
    argv.extend([format!("w {whole}"), "{}".to_owned(), "+".to_owned()]);
    Invocation {
        role: Role::Build,
        argv,
        dir: ask.dir(),
        env: Vec::new(),
        writes: Vec::new(),
        plants: Vec::new(),
        reads: vec![REPORTS.to_owned()],
    }
}
