//! Makes the commands of a run: clean, Maven, gather the reports.
//!
//! Surefire itself runs the tests, not a launcher of ours: only it knows the project's own
//! settings of the process (arguments, system properties, class path, tags). Its start costs
//! seconds, so one run is one start wherever the order allows it. It writes its reports below
//! `target` and nowhere else (neither 2.22 nor 3.x takes another directory by a flag), so
//! `target` is removed first: neither a stale report nor the class of a source that this tree
//! does not have can be there.

use super::canary::{self, Canaries};
use super::detect::FAIL_FAST;
use super::layout::{class_of, file_of_class, module_of, modules};
use super::surface::is_test_name;
use crate::ask::{Ask, Invocation, Role};
use redgreen_core::evidence::{Order, Selection};
use std::collections::BTreeSet;

/// Where the gathered reports are, in the scratch directory.
pub(super) const REPORTS: &str = "reports.xml";

/// Whether Maven may ask for artefacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Net {
    Offline,
    Online,
}

/// How the tests of one start of Maven are kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Forks {
    /// As the project has it.
    Own,
    /// Each class in a process of its own.
    PerClass,
}

/// What a test that never ends does to the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    /// It is interrupted in its own thread.
    Interrupt,
    /// It is left behind: for code that no interrupt ends. Not the first choice, since thread
    /// locals of the hooks are not those of the test.
    Abandon,
}

/// The tests of one start of Maven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Batch {
    /// Whatever the project runs by itself.
    Whole,
    /// These patterns of Surefire's `test` property.
    Named(Vec<String>),
}

/// What one start is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// It runs tests.
    Run,
    /// It only names them. Platforms before 1.10 run them all the same.
    List,
}

/// One start of Maven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Start {
    pub(super) purpose: Purpose,
    pub(super) batch: Batch,
    pub(super) net: Net,
    pub(super) forks: Forks,
    pub(super) limit: Limit,
    pub(super) canaries: Option<Canaries>,
}

/// Plug-ins that look at the sources and have no say in a proof: a stub or a canary is no style.
const SKIPS: [&str; 12] = [
    "checkstyle.skip",
    "pmd.skip",
    "cpd.skip",
    "spotbugs.skip",
    "spotless.check.skip",
    "spotless.apply.skip",
    "rat.skip",
    "license.skip",
    "fmt.skip",
    "formatter.skip",
    "impsort.skip",
    "forbiddenapis.skip",
];

/// Switches off what hides, repeats or rewrites outcomes. A pom may pin some of them where no
/// flag reaches: the canaries and the counts tell.
const FLAGS: [&str; 14] = [
    "style.color=never",
    "maven.test.skip=false",
    "skipTests=false",
    "maven.test.failure.ignore=true",
    "failIfNoTests=false",
    "surefire.failIfNoSpecifiedTests=false",
    "surefire.rerunFailingTestsCount=0",
    "surefire.skipAfterFailureCount=0",
    "trimStackTrace=false",
    "maven.test.redirectTestOutputToFile=true",
    "maven.compiler.useIncrementalCompilation=true",
    "junit.jupiter.execution.parallel.enabled=false",
    "junit.platform.stacktrace.pruning.enabled=false",
    "junit.jupiter.execution.timeout.mode=enabled",
];

/// Removes what earlier builds left behind.
pub(super) fn clean(ask: &Ask<'_>) -> Invocation {
    let mut argv = ["rm", "-rf", "--"].map(str::to_owned).to_vec();
    argv.extend(modules(ask.unit).into_iter().map(|dir| target(ask, dir)));
    invocation(ask, Role::Build, argv)
}

/// Gathers the reports of one start into one file. Surefire writes one a class, under names that
/// only the run tells.
pub(super) fn gather(ask: &Ask<'_>) -> Invocation {
    let mut argv = vec!["find".to_owned()];
    let reports = modules(ask.unit).into_iter();
    argv.extend(reports.map(|dir| format!("{}/surefire-reports", target(ask, dir))));
    let whole = ask.scratch.join(REPORTS).display().to_string();
    let copy = ["-name", "TEST-*.xml", "-exec", "sed", "-n"].map(str::to_owned);
    argv.extend(copy);
    argv.extend([format!("w {whole}"), "{}".to_owned(), "+".to_owned()]);
    let mut invocation = invocation(ask, Role::Build, argv);
    invocation.reads = vec![REPORTS.to_owned()];
    invocation
}

/// Removes the reports of the start before, so that each is read once.
pub(super) fn forget(ask: &Ask<'_>) -> Invocation {
    let mut argv = ["rm", "-rf", "--"].map(str::to_owned).to_vec();
    let reports = modules(ask.unit).into_iter();
    argv.extend(reports.map(|dir| format!("{}/surefire-reports", target(ask, dir))));
    argv.push(ask.scratch.join(REPORTS).display().to_string());
    invocation(ask, Role::Build, argv)
}

fn target(ask: &Ask<'_>, dir: &str) -> String {
    ask.tree.join(dir).join("target").display().to_string()
}

/// One start of Maven.
pub(super) fn start(ask: &Ask<'_>, start: &Start) -> Invocation {
    let mut argv = vec![ask.tool.program.clone()];
    let mut add = |word: String| argv.push(word);
    add("--batch-mode".to_owned());
    add("--fail-at-end".to_owned());
    if start.net == Net::Offline {
        add("--offline".to_owned());
    }
    for flag in FLAGS {
        add(format!("-D{flag}"));
    }
    for skip in SKIPS {
        add(format!("-D{skip}=true"));
    }
    add(format!(
        "-Djunit.jupiter.execution.timeout.default={} ms",
        ask.test_limit_ms
    ));
    let lists = start.purpose == Purpose::List;
    add(format!("-Djunit.platform.execution.dryRun.enabled={lists}"));
    order(ask.order).into_iter().for_each(&mut add);
    if start.forks == Forks::PerClass {
        add("-DforkCount=1".to_owned());
        add("-DreuseForks=false".to_owned());
    }
    if start.limit == Limit::Abandon {
        add("-Djunit.jupiter.execution.timeout.thread.mode.default=SEPARATE_THREAD".to_owned());
    }
    let mut beside = None;
    if let Batch::Named(patterns) = &start.batch {
        beside = named(ask, patterns, start.canaries.is_some(), &mut add);
    }
    add("test".to_owned());
    let mut invocation = invocation(ask, Role::Run, argv);
    if let Some(canaries) = start.canaries {
        invocation.plants = vec![canaries.plant(ask, beside.as_deref())];
    }
    invocation
}

/// Picks tests and their modules; gives the file of the first one.
fn named(
    ask: &Ask<'_>,
    patterns: &[String],
    canaries: bool,
    add: &mut dyn FnMut(String),
) -> Option<String> {
    let files: Vec<String> = patterns
        .iter()
        .filter_map(|pattern| file_of_class(ask.unit, pattern.split('#').next()?))
        .collect();
    let mut tests = patterns.join(",");
    if canaries {
        tests = format!("{tests},{}", canary::class(ask));
    }
    add(format!("-Dtest={tests}"));
    let held: BTreeSet<&str> = files.iter().map(|file| module_of(ask.unit, file)).collect();
    if modules(ask.unit).len() > 1 && files.len() == patterns.len() {
        let inside = held.into_iter().map(|dir| match ask.unit.inside(dir) {
            None | Some("") => ".",
            Some(inside) => inside,
        });
        let inside: Vec<&str> = inside.collect();
        add("--projects".to_owned());
        add(inside.join(","));
        add("--also-make".to_owned());
    }
    files.into_iter().next()
}

/// Surefire sorts the classes, Jupiter the methods. JUnit 4 and TestNG keep their methods' order.
fn order(order: Order) -> Vec<String> {
    match order {
        Order::AsWritten | Order::Alone => vec!["-Dsurefire.runOrder=filesystem".to_owned()],
        Order::Shuffled(seed) => vec![
            "-Dsurefire.runOrder=random".to_owned(),
            format!("-Dsurefire.runOrder.random.seed={seed}"),
            "-Djunit.jupiter.testmethod.order.default=org.junit.jupiter.api.MethodOrderer$Random"
                .to_owned(),
            "-Djunit.jupiter.testclass.order.default=org.junit.jupiter.api.ClassOrderer$Random"
                .to_owned(),
            format!("-Djunit.jupiter.execution.order.random.seed={seed}"),
        ],
    }
}

/// The starts that answer `ask`. A test alone is a class with one method picked, so each start
/// runs one test of every class, each class in a process of its own.
pub(super) fn batches(ask: &Ask<'_>) -> Vec<Batch> {
    match ask.tests {
        Selection::Whole => vec![Batch::Whole],
        Selection::Files(files) => {
            let is_taken = |class: &String| {
                let stem = class.rsplit('.').next().unwrap_or(class);
                is_test_name(stem) || ask.unit.marks.contains_key(super::detect::OWN_PATTERNS)
            };
            let classes = files.iter().filter_map(|file| class_of(file));
            named_batch(classes.filter(is_taken).collect())
        }
        Selection::Tests(names) => {
            let methods: BTreeSet<&str> = names.iter().filter_map(|name| method(name)).collect();
            match ask.order {
                Order::Alone => ranks(&methods),
                Order::AsWritten | Order::Shuffled(_) => named_batch(merged(&methods)),
            }
        }
    }
}

fn named_batch(patterns: Vec<String>) -> Vec<Batch> {
    if patterns.is_empty() {
        Vec::new()
    } else {
        vec![Batch::Named(patterns)]
    }
}

/// A test's name without its case.
pub(super) fn method(name: &str) -> Option<&str> {
    let (_, method) = name.split_once('#')?;
    let end = method.find('[').unwrap_or(method.len());
    name.get(..name.len() - method.len() + end)
}

/// `C#a` and `C#b` as `C#a+b`.
fn merged(methods: &BTreeSet<&str>) -> Vec<String> {
    let mut patterns: Vec<String> = Vec::new();
    for name in methods {
        let Some((class, method)) = name.split_once('#') else {
            continue;
        };
        let start = format!("{class}#");
        match patterns.last_mut().filter(|last| last.starts_with(&start)) {
            Some(last) => {
                last.push('+');
                last.push_str(method);
            }
            None => patterns.push(format!("{start}{method}")),
        }
    }
    patterns
}

/// The first tests of every class, the second ones, and so on. Nested classes share the process
/// of the class around them.
pub(super) fn ranks(methods: &BTreeSet<&str>) -> Vec<Batch> {
    let mut ranks: Vec<Vec<String>> = Vec::new();
    let mut rank = 0;
    let mut before = "";
    for name in methods {
        let top = name.split(['#', '$']).next().unwrap_or(name);
        rank = if top == before { rank + 1 } else { 0 };
        before = top;
        if ranks.len() <= rank {
            ranks.push(Vec::new());
        }
        if let Some(names) = ranks.get_mut(rank) {
            names.push((*name).to_owned());
        }
    }
    ranks.into_iter().map(Batch::Named).collect()
}

/// What a run leaves out by design.
pub(super) fn left_out(ask: &Ask<'_>) -> Vec<String> {
    let mut left_out = Vec::new();
    if ask.unit.marks.contains_key(super::detect::FAILSAFE) {
        left_out.push("integration tests (maven-failsafe-plugin)".to_owned());
    }
    if ask.order == Order::AsWritten {
        if Canaries::of(ask).is_none() {
            left_out.push("tests of redgreen's own that must pass and must fail".to_owned());
        } else if ask.unit.marks.contains_key(FAIL_FAST) {
            left_out.push("a test of redgreen's own that must fail".to_owned());
        }
    }
    left_out
}

fn invocation(ask: &Ask<'_>, role: Role, argv: Vec<String>) -> Invocation {
    let mut env = vec![(
        "MAVEN_OPTS".to_owned(),
        "-XX:TieredStopAtLevel=1".to_owned(),
    )];
    if ask.unit.marks.contains_key(super::detect::WRAPPER) {
        // The wrapper is the checkout's; the project that it is to build is the tree's.
        env.push(("MAVEN_BASEDIR".to_owned(), ask.dir().display().to_string()));
    }
    Invocation {
        role,
        argv,
        dir: ask.dir(),
        env,
        writes: Vec::new(),
        plants: Vec::new(),
        reads: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set<'n>(names: &[&'n str]) -> BTreeSet<&'n str> {
        names.iter().copied().collect()
    }

    #[test]
    fn tests_of_a_class_are_asked_for_together() {
        let names = set(&["a.A#x", "a.A#y", "a.A$In#z", "a.B#x"]);
        assert_eq!(merged(&names), ["a.A#x+y", "a.A$In#z", "a.B#x"]);
    }

    #[test]
    fn tests_alone_take_as_many_starts_as_the_largest_class_has_tests() {
        let made = ranks(&set(&["a.A#x", "a.A#y", "a.A$In#z", "a.B#x"]));
        let named = |names: &[&str]| Batch::Named(names.iter().map(|n| (*n).to_owned()).collect());
        assert_eq!(
            made,
            [
                named(&["a.A#x", "a.B#x"]),
                named(&["a.A#y"]),
                named(&["a.A$In#z"])
            ]
        );
    }

    #[test]
    fn a_case_is_asked_for_by_its_method() {
        assert_eq!(method("a.A#x[1] b#c"), Some("a.A#x"));
        assert_eq!(method("a.A#x"), Some("a.A#x"));
        assert_eq!(method("none"), None);
    }
}
