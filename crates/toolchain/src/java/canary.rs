//! Plants a class of two tests beside the project's own: one must pass, one must fail.
//!
//! Both ride in the main run: a start of Maven costs seconds, and in one class they go through
//! the same flags, the same process and the same report as every other test. The class stands in
//! the tree for the time of the command, since Surefire takes tests from nowhere else.

use super::detect::{FAIL_FAST, FRAMEWORK, OWN_PATTERNS};
use super::layout::{TEST_ROOT, module_of, modules, sources};
use crate::Ask;
use crate::formats::junit::{Case, CaseOutcome};
use redgreen_core::evidence::{Order, Selection, Trouble};

/// The canaries of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Canaries {
    /// Whether the one that must fail rides too: where the project stops at the first failure,
    /// and no flag takes that back, it would hide the tests behind it.
    failing: bool,
    imports: &'static str,
}

impl Canaries {
    /// The canaries of `ask`; none where the library that the tests are written with is not
    /// known (a class that does not compile would hide every test), where the project picks its
    /// classes by patterns of its own and all are asked for, or in repetitions.
    pub(super) fn of(ask: &Ask<'_>) -> Option<Self> {
        let marks = &ask.unit.marks;
        let picked = marks.contains_key(OWN_PATTERNS);
        if ask.order != Order::AsWritten || (picked && *ask.tests == Selection::Whole) {
            return None;
        }
        let imports = match marks.get(FRAMEWORK)?.as_str() {
            "junit5" => "org.junit.jupiter.api.Test",
            "junit4" => "org.junit.Test",
            "testng" => "org.testng.annotations.Test",
            _ => return None,
        };
        Some(Self {
            failing: !marks.contains_key(FAIL_FAST),
            imports,
        })
    }

    /// Path from the tree's root and text of the class, in the module of `beside`, or in the
    /// first one that has tests.
    pub(super) fn plant(self, ask: &Ask<'_>, beside: Option<&str>) -> (String, String) {
        let module = beside.map_or_else(|| first_module(ask), |path| module_of(ask.unit, path));
        let dir = if module.is_empty() {
            TEST_ROOT.to_owned()
        } else {
            format!("{module}/{TEST_ROOT}")
        };
        let class = class(ask);
        let name = class.rsplit('.').next().unwrap_or(&class);
        let fails = if self.failing {
            format!(
                "    @Test public void fails() {{ throw new AssertionError(\"redgreen canary {}\"); }}\n",
                ask.nonce
            )
        } else {
            String::new()
        };
        let text = format!(
            "package redgreen;\n\nimport {};\n\npublic class {name} {{\n    @Test public void passes() {{ }}\n{fails}}}\n",
            self.imports
        );
        (format!("{dir}/redgreen/{name}.java"), text)
    }

    /// What is wrong with the canaries of a run.
    pub(super) fn trouble(self, ask: &Ask<'_>, cases: &[Case]) -> Option<Trouble> {
        let class = class(ask);
        let of = |name: &str| {
            let mut own = cases.iter().filter(|case| case.class == class);
            own.find(|case| plain(&case.name) == name)
                .map(|case| case.outcome)
        };
        let inconsistent = |why: &str| {
            Some(Trouble::Inconsistent {
                why: why.to_owned(),
            })
        };
        match of("passes") {
            Some(CaseOutcome::Passed) => {}
            Some(CaseOutcome::Failed | CaseOutcome::Error | CaseOutcome::Skipped) => {
                return inconsistent("a test that must pass did not");
            }
            None => return inconsistent("a test that must run is not in the report"),
        }
        match of("fails") {
            Some(CaseOutcome::Failed | CaseOutcome::Error) => None,
            Some(CaseOutcome::Passed | CaseOutcome::Skipped) => {
                inconsistent("a test that must fail passed")
            }
            None if self.failing => inconsistent("a test that must fail is not in the report"),
            None => None,
        }
    }
}

/// The canaries' class.
pub(super) fn class(ask: &Ask<'_>) -> String {
    format!("redgreen.Redgreen{}Test", ask.nonce)
}

/// The name of a method as the report has it, without the parameters that TestNG adds.
fn plain(name: &str) -> &str {
    name.split(['(', '{', '[']).next().unwrap_or(name)
}

fn first_module<'u>(ask: &'u Ask<'_>) -> &'u str {
    let mut tests = sources(ask.unit).filter(super::layout::Source::is_test);
    let first = tests.next();
    let module = first.map(|source| module_of(ask.unit, source.dir));
    module
        .or_else(|| modules(ask.unit).into_iter().next())
        .unwrap_or_default()
}
