//! Mutants of Rust: one build, a process for each, and verdicts that an edit in place agrees with.

use super::project::Project;
use redgreen_core::evidence::{Order, Selection};
use redgreen_core::mutant::{Fate, Kill, Mutant, Operator, numbered};
use redgreen_core::outcome::Outcome;
use redgreen_core::surface::Lines;
use redgreen_toolchain::rust::Rust;
use redgreen_toolchain::{
    Ask, Invocation, Language, MutantAsk, MutantReport, Tool, Wanted, runner,
};
use std::collections::{BTreeMap, BTreeSet};

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
        match self.items.len() {
            0 => "empty".to_owned(),
            1 => "one".to_owned(),
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

struct Session {
    report: MutantReport,
    commands: Vec<Invocation>,
    mutants: Vec<Mutant>,
}

impl Session {
    fn of(project: &Project, (mutants, texts): (Vec<Mutant>, BTreeMap<String, String>)) -> Self {
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
            budget_ms: 600_000,
            jobs: 2,
            memory: 4 << 30,
            killers: &killers,
        };
        let mutator = runner(&unit.runner).unwrap().mutator().unwrap();
        let (mut outputs, mut commands) = (Vec::new(), Vec::new());
        loop {
            for (path, text) in mutator.revised(&asked, &outputs) {
                if std::fs::read_to_string(tree.join(&path)).unwrap() != text {
                    project.write(&path, &text);
                }
            }
            let next = mutator.next(&asked, &outputs, 0);
            if next.is_empty() {
                break;
            }
            assert!(commands.len() < 2000, "the session never ends");
            let left: Vec<_> = next
                .iter()
                .map(|invocation| project.execute(invocation, scratch.path()))
                .collect();
            outputs.extend(left);
            commands.extend(next);
        }
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

    /// `line was -> now: fate`
    fn lines(&self) -> Vec<String> {
        let line = |mutant: &Mutant| {
            let tried = &self.report.tried[&mutant.id];
            format!(
                "{} {mutant}: {:?} / {:?}",
                mutant.operator.as_str(),
                tried.by_new,
                tried.by_any
            )
        };
        self.mutants.iter().map(line).collect()
    }
}

#[test]
fn show() {
    let project = shop();
    let session = Session::of(&project, mutants(&project));
    for line in session.lines() {
        eprintln!("{line}");
    }
    eprintln!(
        "{:?} {} {:?} {}",
        session.report.trouble,
        session.report.executed,
        session.report.left_out,
        session.commands.len()
    );
    panic!();
}
