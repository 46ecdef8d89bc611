//! Mutants of Python, tried by pytest itself.

use super::project::{Project, python};
use redgreen_core::evidence::{Order, Selection, Trouble};
use redgreen_core::mutant::{Fate, Kill, Mutant, Operator, numbered};
use redgreen_core::surface::Lines;
use redgreen_toolchain::mutate::{MutantReport, Wanted};
use redgreen_toolchain::python::{Pytest, Python};
use redgreen_toolchain::{Language, MutantAsk, RawOutput, Runner, Unit};
use std::collections::{BTreeMap, BTreeSet};

/// A project with its mutants.
struct Case {
    project: Project,
    texts: BTreeMap<String, String>,
    mutants: Vec<Mutant>,
    new: BTreeSet<String>,
    budget_ms: u64,
}

impl Case {
    fn new(files: &[(&str, &str)]) -> Self {
        Self {
            project: Project::new(files),
            texts: files
                .iter()
                .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
                .collect(),
            mutants: Vec::new(),
            new: BTreeSet::new(),
            budget_ms: 100_000,
        }
    }

    /// Every mutant of `path` that the language proposes.
    fn all(mut self, path: &str) -> Self {
        let text = self.texts[path].clone();
        let outline = Python.outline(&Unit::default(), path, &text);
        let functions = outline.functions.into_iter().map(|each| each.name);
        let everywhere = Lines::new(1, u32::try_from(text.lines().count()).expect("short"));
        let is_test = path.contains("test_");
        let wanted = Wanted {
            lines: if is_test {
                Vec::new()
            } else {
                vec![everywhere]
            },
            functions: functions.collect(),
            tests: if is_test {
                vec![everywhere]
            } else {
                Vec::new()
            },
        };
        let drafts = Python.mutants(&text, &wanted);
        self.mutants.extend(numbered(path, &text, drafts, |_| None));
        self
    }

    /// One edit by hand: `was` stands once in the text.
    fn edit(mut self, path: &str, was: &str, now: &str) -> Self {
        let text = self.texts[path].clone();
        let start = text.find(was).expect("the text is there");
        let line = 1 + u32::try_from(text[..start].matches('\n').count()).expect("short");
        let draft = redgreen_core::mutant::Draft {
            function: String::new(),
            lines: Lines::new(
                line,
                line + u32::try_from(was.matches('\n').count()).expect("short"),
            ),
            bytes: start..start + was.len(),
            operator: Operator::Statement,
            now: now.to_owned(),
        };
        self.mutants
            .extend(numbered(path, &text, vec![draft], |_| None));
        self
    }

    fn new_tests(mut self, names: &[&str]) -> Self {
        self.new = names.iter().map(|name| (*name).to_owned()).collect();
        self
    }

    fn run(&self) -> MutantReport {
        let report = self.report();
        assert_eq!(report.trouble, None, "{report:#?}");
        report
    }

    fn report(&self) -> MutantReport {
        let unit = self.project.unit();
        let order = Order::AsWritten;
        self.project.asked(&unit, &Selection::Whole, order, |ask| {
            let question = MutantAsk {
                ask: ask.clone(),
                mutants: &self.mutants,
                texts: &self.texts,
                new_tests: &self.new,
                budget_ms: self.budget_ms,
                jobs: 2,
                memory: 1 << 30,
                killers: &NO_KILLERS,
            };
            let mutator = Pytest.mutator().expect("pytest tries mutants");
            let mut outputs: Vec<RawOutput> = Vec::new();
            for invocation in mutator.next(&question, &outputs, 0) {
                outputs.push(self.project.execute(&invocation, ask.scratch));
            }
            assert_eq!(mutator.next(&question, &outputs, 0), []);
            let report = mutator.read(&question, &outputs);
            if let Some(trouble) = &report.trouble {
                let stderr = outputs
                    .iter()
                    .map(|each| String::from_utf8_lossy(&each.stderr));
                eprintln!("{trouble:?}: {}", stderr.collect::<String>());
            }
            report
        })
    }

    /// `was -> now: fate` of every mutant, by all tests.
    fn fates(&self, report: &MutantReport) -> Vec<String> {
        self.mutants
            .iter()
            .map(|mutant| {
                let fate = &report.tried[&mutant.id].by_any;
                format!("{} -> {}: {}", mutant.was, mutant.now, fate.words())
            })
            .collect()
    }

    /// What became of the only mutant.
    fn fate(&self) -> Fate {
        let report = self.run();
        assert_eq!(self.mutants.len(), 1);
        report.tried[&self.mutants[0].id].by_any.clone()
    }
}

static NO_KILLERS: BTreeMap<redgreen_core::mutant::MutantId, String> = BTreeMap::new();

fn killed(by: &str, how: Kill) -> Fate {
    Fate::Killed {
        by: by.to_owned(),
        how,
    }
}

const CALC: &str = "\
def larger(a, b):
    if a > b:
        return a
    return b


def never(a):
    return a + 1
";

#[test]
fn plain_functions_are_killed_survive_and_are_not_reached() {
    let case = Case::new(&[
        ("calc.py", CALC),
        (
            "test_calc.py",
            "from calc import larger\ndef test_larger():\n    assert larger(2, 1) == 2\n    assert larger(1, 2) == 2\n",
        ),
    ])
    .all("calc.py")
    .new_tests(&["test_calc.py::test_larger"]);
    let report = case.run();
    let fates = case.fates(&report);
    let expected = [
        "a > b -> True: killed by assertion",
        "a > b -> False: killed by assertion",
        "> -> >=: survived",
        "> -> <=: skipped",
        "a -> None: killed by assertion",
    ];
    for line in expected {
        assert!(fates.iter().any(|each| each == line), "{line}: {fates:#?}");
    }
    assert!(
        fates.contains(&"a + 1 -> None: not reached".to_owned()),
        "{fates:#?}"
    );
    assert!(report.executed > 5, "{report:#?}");
}
