//! Finds the runs that could not be made or believed.

use super::Policy;
use super::facts::Facts;
use crate::change::Change;
use crate::evidence::{Evidence, Purpose, TreeKind, Trouble};
use crate::finding::{Code, Finding, Weight};
use crate::kind::Kind;
use crate::surface::Surface;

/// Runs that could not be made or believed.
pub(super) fn troubles(change: &Change, facts: &Facts, policy: &Policy) -> Vec<Finding> {
    let mut found: Vec<Finding> = facts.all().iter().filter_map(trouble).collect();
    let changed = change.touches(Surface::Production) || change.touches(Surface::Test);
    let owed = policy.kind != Some(Kind::Docs);
    if change.units.is_empty() && changed && owed {
        let text = "no directory with a known test runner holds the change";
        found.push(Finding::new(Code::NoRunner, Weight::Clouds, "", text));
    }
    found
}

fn trouble(evidence: &Evidence) -> Option<Finding> {
    let trouble = evidence.report.trouble.as_ref()?;
    let tree = evidence.observation.tree;
    let (code, text) = match trouble {
        Trouble::MissingTool { tool, remedy } => {
            (Code::MissingTool, format!("{tool} is missing: {remedy}"))
        }
        Trouble::CouldNotRun { why } => (Code::CouldNotRun, why.clone()),
        Trouble::Inconsistent { why } => (Code::Inconsistent, why.clone()),
        Trouble::AnotherCopy { module, path } => (
            Code::AnotherCopy,
            format!("{module} was loaded from {path}"),
        ),
        Trouble::Hung { limit_ms } => (
            Code::Hung,
            format!("the run did not end within {} s", limit_ms / 1000),
        ),
    };
    // R and S may fail to build for good reasons; what follows from that is said of the tests.
    let weight = match (tree, trouble) {
        // Names only: what base runs decides, and what was not listed is said.
        _ if evidence.observation.purpose == Purpose::List => Weight::Advises,
        // The same tests run in the world as it is.
        _ if evidence.observation.purpose == Purpose::Elsewhere => Weight::Advises,
        (TreeKind::R | TreeKind::S, Trouble::CouldNotRun { .. } | Trouble::Hung { .. }) => {
            Weight::Advises
        }
        (TreeKind::R | TreeKind::S | TreeKind::H | TreeKind::T | TreeKind::B, _) => Weight::Clouds,
    };
    let subject = format!("{} on tree {tree:?}", evidence.observation.unit);
    Some(Finding::new(code, weight, subject, text))
}
