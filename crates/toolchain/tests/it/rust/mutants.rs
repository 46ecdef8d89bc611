//! Mutants of Rust: one build, a process for each, and verdicts that an edit in place agrees with.

use super::project::Project;
use redgreen_core::evidence::{Order, Selection, TestSeen};
use redgreen_core::mutant::{Fate, Mutant, Operator, numbered};
use redgreen_core::outcome::Outcome;
use redgreen_core::surface::Lines;
use redgreen_toolchain::mutate::Tried;
use redgreen_toolchain::rust::Rust;
use redgreen_toolchain::{
    Ask, Invocation, Language, MutantAsk, MutantReport, Mutator, RawOutput, Tool, Wanted, runner,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// The shop that every session is about.
const LIB: &str = r#"#![deny(warnings)]
//! Sells.
pub struct Cart { items: Vec<u32>, limit: usize }
impl Cart {
    pub fn new(limit: usize) -> Self { Self { items: Vec::new(), limit } }
    pub fn add(&mut self, price: u32) -> Result<usize, String> {
        if self.items.len() >= self.limit {
            return Err(format!("only {}", self.limit));
        }
        self.items.push(price);
        Ok(self.items.len())
    }
    pub fn total(&self) -> u32 {
        let mut sum = 0;
        for at in 0..self.items.len() {
            sum += self.items[at];
        }
        sum
    }
}
pub fn countdown(from: u32) -> u32 {
    let mut left = from;
    let mut steps = 0;
    while left > 0 {
        left -= 1;
        steps += 1;
    }
    steps
}
pub fn largest<T: PartialOrd + Copy>(all: &[T]) -> Option<T> {
    let mut best = *all.first()?;
    for one in all {
        if *one > best { best = *one; }
    }
    Some(best)
}
pub const fn double(n: u32) -> u32 { n * 2 }
pub fn unused(n: u32) -> bool { n > 3 }
pub trait Label { fn label(&self) -> String; }
impl Label for Cart {
    fn label(&self) -> String {
        let many = &(self.limit > 2);
        match self.items.len() {
            0 => "empty".to_owned(),
            1 => "one".to_owned(),
            2 if *many => "pair".to_owned(),
            _ => "many".to_owned(),
        }
    }
}
pub struct Price(pub u32);
pub fn price(n: u32) -> Price { Price(n + 1) }
pub fn half(n: u32) -> u32 { assert!(n > 0, "nothing to halve"); 100 / n }
#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn adds() {
        let mut cart = Cart::new(2);
        assert_eq!(cart.add(3), Ok(1));
        assert!(cart.add(4).is_ok());
        assert_ne!(cart.add(5), Ok(3));
        assert_eq!(cart.total(), 7);
    }
    #[test]
    fn counts() { assert_eq!(countdown(3), 3); }
    #[test]
    #[should_panic]
    fn halves() { half(0); }
    #[test]
    fn vain() {
        for price in Vec::<u32>::new() { assert_eq!(price, 1); }
        assert_eq!(half(2), 50);
    }
}
"#;

const IT: &str = r#"use shop::{Cart, Label, double, largest, price};
#[test]
fn labels() {
    let mut cart = Cart::new(9);
    assert_eq!(cart.label(), "empty");
    cart.add(1).unwrap();
    assert_eq!(cart.label(), "one");
    cart.add(1).unwrap();
    assert_eq!(cart.label(), "pair");
    let mut cart = Cart::new(2);
    cart.add(1).unwrap();
    cart.add(1).unwrap();
    assert_eq!(cart.label(), "many");
}
#[test]
fn compares() { assert_eq!(largest(&[1, 3, 2]), Some(3)); assert_eq!(largest::<u8>(&[]), None); }
#[test]
fn prices() { assert_eq!(price(2).0 + double(2), 7); }
"#;

fn shop() -> Project {
    Project::package(&[("src/lib.rs", LIB), ("tests/it.rs", IT)])
}

/// Every mutant of the shop.
fn mutants(project: &Project) -> (Vec<Mutant>, BTreeMap<String, String>) {
    let unit = project.unit();
    let mut mutants = Vec::new();
    let mut texts = BTreeMap::new();
    for (path, text) in [("src/lib.rs", LIB), ("tests/it.rs", IT)] {
        let outline = Rust.outline(&unit, path, text);
        let wanted = Wanted {
            lines: if path.starts_with("src") {
                vec![Lines::new(1, 400)]
            } else {
                Vec::new()
            },
            functions: outline
                .functions
                .iter()
                .map(|one| one.name.clone())
                .collect(),
            tests: outline.tests.iter().map(|test| test.lines).collect(),
        };
        mutants.extend(numbered(path, text, Rust.mutants(text, &wanted), |_| None));
        texts.insert(path.to_owned(), text.to_owned());
    }
    mutants.sort_by_key(|mutant| mutant.operator);
    (mutants, texts)
}

/// What engine does: files, commands, until none is owed.
fn driven(
    project: &Project,
    mutator: &dyn Mutator,
    asked: &MutantAsk<'_>,
) -> (Vec<RawOutput>, Vec<Invocation>) {
    let (mut outputs, mut commands) = (Vec::new(), Vec::new());
    loop {
        for (path, text) in mutator.revised(asked, &outputs) {
            if project.text(&path).unwrap() != text {
                project.write(&path, &text);
            }
        }
        let next = mutator.next(asked, &outputs, 0);
        if next.is_empty() {
            return (outputs, commands);
        }
        assert!(commands.len() < 2000, "the session never ends");
        let left = next.iter();
        let left: Vec<_> = left
            .map(|invocation| project.execute(invocation, asked.ask.scratch))
            .collect();
        outputs.extend(left);
        commands.extend(next);
    }
}

struct Session {
    report: MutantReport,
    commands: Vec<Invocation>,
    mutants: Vec<Mutant>,
}

impl Session {
    fn of(project: &Project, given: (Vec<Mutant>, BTreeMap<String, String>)) -> Self {
        Self::with_budget(project, given, 1)
    }

    fn with_budget(
        project: &Project,
        (mutants, texts): (Vec<Mutant>, BTreeMap<String, String>),
        budget_ms: u64,
    ) -> Self {
        let unit = project.unit();
        let scratch = tempfile::tempdir().unwrap();
        let (tree, cache) = (project.tree(), project.cache());
        let tool = Tool {
            program: "cargo".to_owned(),
            fingerprint: "cargo".to_owned(),
        };
        let new_tests: BTreeSet<String> =
            ["shop$tests::adds", "shop$tests::vain", "shop$tests::halves"]
                .map(str::to_owned)
                .into();
        let killers = BTreeMap::new();
        let asked = MutantAsk {
            ask: Ask {
                unit: &unit,
                tool: &tool,
                tests: &Selection::Whole,
                order: Order::AsWritten,
                tree: &tree,
                cache: &cache,
                scratch: scratch.path(),
                nonce: "n1",
                test_limit_ms: 20_000,
            },
            mutants: &mutants,
            texts: &texts,
            new_tests: &new_tests,
            budget_ms,
            jobs: 2,
            memory: 4 << 30,
            killers: &killers,
            unreached: &Default::default(),
        };
        let mutator = runner(&unit.runner).unwrap().mutator().unwrap();
        let (outputs, commands) = driven(project, mutator, &asked);
        let report = mutator.read(&asked, &outputs);
        for (path, text) in &texts {
            project.write(path, text);
        }
        Self {
            report,
            commands,
            mutants,
        }
    }

    /// The mutant on `line` of the library whose words hold `words`.
    fn mutant(&self, at: &str, words: &str) -> &Mutant {
        let line = LIB.lines().position(|line| line.contains(at));
        let line = u32::try_from(line.expect(at) + 1).unwrap();
        let mut found = self.mutants.iter().filter(|mutant| {
            mutant.lines.first == line
                && mutant.path == "src/lib.rs"
                && mutant.to_string().contains(words)
        });
        found
            .next()
            .unwrap_or_else(|| panic!("no {words} on {line}: {:#?}", self.mutants))
    }

    fn tried(&self, at: &str, words: &str) -> &Tried {
        &self.report.tried[&self.mutant(at, words).id]
    }

    /// What the new tests did and what all did, in short words.
    fn fates(&self, at: &str, words: &str) -> String {
        let tried = self.tried(at, words);
        let short = |fate: &Fate| {
            let Fate::Killed { by, how } = fate else {
                return fate.words().to_owned();
            };
            format!("{how:?} {}", by.rsplit([':', '$']).next().unwrap_or(by))
        };
        format!("{} / {}", short(&tried.by_new), short(&tried.by_any))
    }
}

/// The one session that most tests look at.
fn session() -> &'static Session {
    static SESSION: OnceLock<Session> = OnceLock::new();
    SESSION.get_or_init(|| {
        let project = shop();
        Session::of(&project, mutants(&project))
    })
}

#[test]
fn a_mutant_dies_by_an_assertion_or_an_error_of_a_test_that_runs_over_it() {
    let session = session();
    assert_eq!(session.report.trouble, None);
    let fates = |at: &str, words: &str| session.fates(at, words);
    assert_eq!(fates("sum += ", "`*=`"), "Assertion adds / Assertion adds");
    assert_eq!(fates("sum += ", "`-=`"), "Error adds / Error adds");
    assert_eq!(fates("for at in", "`..=`"), "Error adds / Error adds");
    assert_eq!(
        fates("steps += 1", "removed"),
        "not reached / Assertion counts"
    );
    assert_eq!(
        fates("return Err", "removed"),
        "Assertion adds / Assertion adds"
    );
    assert_eq!(
        fates("pub fn total", "`{ 0 }`"),
        "Assertion adds / Assertion adds"
    );
    assert_eq!(
        fates("0 => \"empty\"", "removed"),
        "not reached / Assertion labels"
    );
    assert_eq!(
        fates("2 if *many", "`true`"),
        "not reached / Assertion labels"
    );
    assert_eq!(
        fates("Price(n + 1)", "`-`"),
        "not reached / Assertion prices"
    );
    let over = &session.tried("sum += ", "`*=`").over;
    assert_eq!(over.as_slice(), ["shop$tests::adds"]);
}

#[test]
fn survivors_and_what_no_test_reaches_are_told_apart() {
    let session = session();
    let fates = |at: &str, words: &str| session.fates(at, words);
    assert_eq!(
        fates("if *one > best", "`>` becomes `>=`"),
        "not reached / survived"
    );
    assert_eq!(fates("best = *one", "removed"), "skipped / skipped");
    assert_eq!(fates("100 / n", "`101`"), "survived / survived");
    assert_eq!(
        fates("pub fn unused", "`{ true }`"),
        "not reached / not reached"
    );
    assert_eq!(fates("pub fn total", "no change"), "survived / survived");
}

#[test]
fn a_mutant_that_never_ends_is_timed_out_only_after_a_second_run() {
    let session = session();
    let endless = session.mutant("left -= 1", "removed");
    let owed = Fate::TimedOut {
        by: "shop$tests::counts".to_owned(),
    };
    assert_eq!(session.report.tried[&endless.id].by_any, owed);
    let of = |invocation: &&Invocation| {
        let mut env = invocation.env.iter();
        env.find(|(key, _)| key == "REDGREEN_MUTANT")
            .map(|(_, number)| number.clone())
    };
    let numbers: Vec<String> = session.commands.iter().filter_map(|one| of(&one)).collect();
    let twice = numbers
        .iter()
        .filter(|number| numbers.iter().filter(|other| other == number).count() == 2);
    assert!(twice.count() >= 2);
}

#[test]
fn what_does_not_compile_is_unviable_and_takes_nothing_along() {
    let session = session();
    let unviable = session
        .tried("pub fn price", "Default::default()")
        .by_any
        .clone();
    let Fate::Unviable(why) = unviable else {
        panic!("{unviable:?}");
    };
    assert!(why.contains("E0277"), "{why}");
    let builds = session
        .commands
        .iter()
        .filter(|command| command.argv[0] == "cargo");
    let alone = session.mutants.iter().filter(|one| {
        let fate = &session.report.tried[&one.id].by_any;
        one.function == "double"
            && one.operator != Operator::NoOp
            && !matches!(fate, Fate::Skipped(_))
    });
    let whole = builds.count() - alone.count();
    assert_eq!(whole, 2, "one build, and one without the unviable");
}

#[test]
fn a_constant_function_is_tried_by_builds_of_its_own() {
    let session = session();
    let fates = |words: &str| session.fates("const fn double", words);
    assert_eq!(fates("`{ 0 }`"), "survived / Assertion prices");
    assert_eq!(fates("`2` becomes `3`"), "survived / Assertion prices");
    assert_eq!(fates("`*` becomes `+`"), "survived / survived");
    let no_op = &session.tried("const fn double", "no change").by_any;
    let Fate::Unviable(why) = no_op else {
        panic!("{no_op:?}");
    };
    assert!(
        why.starts_with("cannot be switched: a constant function"),
        "{why}"
    );
}

#[test]
fn an_assertion_that_is_never_reached_shows() {
    let session = session();
    let fates = |at: &str| session.fates(at, "assert_");
    assert_eq!(
        fates("assert_eq!(cart.total(), 7)"),
        "Assertion adds / Assertion adds"
    );
    assert_eq!(fates("assert_eq!(price, 1)"), "not reached / not reached");
    assert_eq!(
        session.fates("#[should_panic]", "removed"),
        "Error halves / Error halves"
    );
    assert_eq!(
        session.fates("cart.add(4)", "!("),
        "Assertion adds / Assertion adds"
    );
}

#[test]
fn nothing_runs_when_the_time_is_up_and_nothing_is_said_to_survive() {
    let project = shop();
    let mut session = Session::with_budget(&project, mutants(&project), 0);
    assert_eq!(session.commands.len(), 1, "the build had begun");
    let late = Fate::Skipped("the time was up".to_owned());
    session.report.tried.retain(|_, tried| tried.by_any == late);
    assert!(session.report.tried.len() > 60);
    assert_eq!(session.report.executed, 0);
}

/// A project that takes every mutant in place too.
const SMALL: &str = r#"pub fn grade(points: u32, bonus: bool) -> Option<char> {
    let mut all = points;
    if bonus && points > 10 { all += 5; }
    if all > 100 { return None; }
    Some(match all { 0 => 'x', n if n >= 50 => 'a', _ => 'b' })
}
#[cfg(test)]
mod tests {
    #[test] fn a() { assert_eq!(super::grade(50, false), Some('a')); }
    #[test] fn b() { assert_eq!(super::grade(46, true), Some('a')); }
    #[test] fn c() { assert_eq!(super::grade(0, true), Some('x')); }
}
"#;

#[test]
fn an_edit_in_place_comes_to_the_same() {
    let project = Project::package(&[("src/lib.rs", SMALL)]);
    let wanted = Wanted {
        lines: vec![Lines::new(1, 6)],
        functions: ["grade".to_owned()].into(),
        tests: Vec::new(),
    };
    let mutants = numbered("src/lib.rs", SMALL, Rust.mutants(SMALL, &wanted), |_| None);
    let texts = [("src/lib.rs".to_owned(), SMALL.to_owned())].into();
    let session = Session::of(&project, (mutants, texts));
    for mutant in session.mutants.iter().step_by(3) {
        let fate = &session.report.tried[&mutant.id].by_any;
        if matches!(fate, Fate::Skipped(_)) {
            continue;
        }
        project.write("src/lib.rs", &mutant.applied(SMALL).unwrap());
        let run = project.whole();
        let failed = |seen: &TestSeen| matches!(seen.outcome, Outcome::Failed(_));
        let owed = if !run.report.diagnostics.is_empty() {
            "unviable"
        } else if run.report.tests.values().any(failed) {
            "killed"
        } else {
            "survived"
        };
        let passes = matches!(fate, Fate::Survived | Fate::NotReached);
        assert!(
            fate.words().starts_with(owed) || owed == "survived" && passes,
            "{mutant}: {fate:?}, in place {owed}"
        );
    }
}

/// A crate without the standard library whose lints nobody may allow, and a program of another
/// package that uses it.
const BARE: &str = r#"#![no_std]
#![forbid(unused_parens, unsafe_code)]
pub mod inner {
    pub fn evens(to: u8) -> impl Iterator<Item = u8> { (0..to).filter(|n| n % 2 == 0) }
    pub fn first(all: &[u8], from: usize) -> Option<&u8> {
        let rest = &all[from..];
        #[cfg(feature = "never")]
        let rest = &all[from + 1..];
        rest.first()
    }
    pub fn spare(n: u8) -> u8 { n * 3 }
}
"#;

const MAIN: &str = "fn main() { let mut all = bare::inner::evens(5); println!(\"{:?} {:?}\", all.by_ref().count(), bare::inner::first(&[7, 8], 1)); }\n";

const SPAWNS: &str = r#"#[test]
fn says() {
    let program = std::process::Command::new(env!("CARGO_BIN_EXE_app"));
    let said = { let mut program = program; program.output().unwrap() };
    assert_eq!(String::from_utf8(said.stdout).unwrap(), "3 Some(8)\n");
}
#[test]
#[ignore]
fn slow() { panic!() }
#[test]
fn broken() { assert_eq!(bare::inner::spare(2), 5, "it never passed") }
"#;

/// The crate without std, the program that uses it, and a package that does not compile.
fn bare_workspace() -> Project {
    let package = |name: &str, rest: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"1.0.0\"\nedition = \"2018\"\n{rest}")
    };
    let app = package("app", "[dependencies]\nbare = { path = \"../bare\" }\n");
    let bare = package("bare", "[features]\nnever = []\n");
    let alone = package("alone", "");
    Project::new(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"app\", \"bare\", \"alone\"]\n",
        ),
        ("app/Cargo.toml", &app),
        ("app/src/main.rs", MAIN),
        ("app/tests/it.rs", SPAWNS),
        ("alone/Cargo.toml", &alone),
        (
            "alone/src/lib.rs",
            "#[test]\nfn t() { does_not_compile() }\n",
        ),
        ("bare/Cargo.toml", &bare),
        ("bare/src/lib.rs", BARE),
    ])
}

#[test]
fn tests_of_another_package_reach_a_crate_without_std_through_a_program() {
    let project = bare_workspace();
    let wanted = Wanted {
        lines: vec![Lines::new(1, 20)],
        functions: ["inner::evens", "inner::first"].map(str::to_owned).into(),
        tests: Vec::new(),
    };
    let mutants = numbered("bare/src/lib.rs", BARE, Rust.mutants(BARE, &wanted), |_| {
        None
    });
    let texts = [("bare/src/lib.rs".to_owned(), BARE.to_owned())].into();
    let session = Session::of(&project, (mutants, texts));
    assert_eq!(session.report.trouble, None);
    let fate = |words: &str| {
        let mut found = session
            .mutants
            .iter()
            .filter(|one| one.to_string().contains(words));
        let found = found
            .next()
            .unwrap_or_else(|| panic!("no {words}: {:#?}", session.mutants));
        session.report.tried[&found.id].by_any.words()
    };
    assert_eq!(fate("`==` becomes `!=`"), "killed by assertion");
    assert_eq!(fate("`{ None }`"), "killed by assertion");
    assert_eq!(fate("no change"), "survived");
    assert_eq!(
        fate("::std::iter::empty()"),
        "unviable",
        "the crate has no std"
    );
    assert_eq!(fate("`+` becomes `*`"), "not reached");
    let of_spare = session
        .mutants
        .iter()
        .filter(|m| m.function.ends_with("spare"));
    let spare: Vec<&Fate> = of_spare
        .map(|mutant| &session.report.tried[&mutant.id].by_any)
        .collect();
    let why = "the tests that run over it fail without it: app::it$broken".to_owned();
    assert_eq!(spare[0], &Fate::HarnessError(why), "{spare:?}");
    let broken = "app::it$broken (with every mutant off: it fails)".to_owned();
    assert!(
        session.report.left_out.contains(&broken),
        "{:?}",
        session.report.left_out
    );
}
