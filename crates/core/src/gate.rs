//! Rules gates: from what was observed to met, unmet or unclear.

use crate::claim::Link;
use crate::event::GateVerdict;
use crate::finding::{Code, Finding, Weight};
use crate::id::CriterionId;
use crate::proof::{ChangeVerdict, Proof};

/// A gate's ruling: the verdict follows from the findings alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// The verdict.
    pub verdict: GateVerdict,
    /// What was found, waivers applied.
    pub findings: Vec<Finding>,
}

/// The verdict that `findings` come to: one that blocks is a no, one that clouds is no answer.
pub fn rule(findings: Vec<Finding>) -> Ruling {
    let weighs = |weight| {
        findings
            .iter()
            .any(|found: &Finding| found.weight == weight)
    };
    let verdict = if weighs(Weight::Blocks) {
        GateVerdict::Unmet
    } else if weighs(Weight::Clouds) {
        GateVerdict::Unclear
    } else {
        GateVerdict::Met
    };
    Ruling { verdict, findings }
}

/// What the GREEN, REFACTOR and VERIFY gates find in the proof of the change so far. A change
/// that is still being built owes no verdict on what later slices will bring.
pub fn of_proof(proof: &Proof) -> Vec<Finding> {
    let mut findings = proof.findings.clone();
    let proven = match proof.verdict {
        ChangeVerdict::Proven | ChangeVerdict::ProvenExcept | ChangeVerdict::Preserved => true,
        ChangeVerdict::Refuted | ChangeVerdict::Unclear | ChangeVerdict::NothingToProve => false,
    };
    let explained = findings
        .iter()
        .any(|found| matches!(found.weight, Weight::Blocks | Weight::Clouds));
    if !proven && !explained {
        let text = "the change so far holds nothing that a test proves";
        findings.push(Finding::new(Code::NothingNotices, Weight::Blocks, "", text));
    }
    findings
}

/// Criteria of a slice that no red test is said to belong to. Where the worker must link its
/// tests, a missing link blocks; a person is only told.
pub fn unlinked(
    criteria: &[CriterionId],
    links: &[Link],
    red: &[String],
    weight: Weight,
) -> Vec<Finding> {
    if criteria.len() == 1 && !red.is_empty() {
        return Vec::new();
    }
    let linked = |criterion: &CriterionId| {
        links.iter().any(|link| {
            link.criterion == *criterion && red.iter().any(|test| is_named(test, &link.test))
        })
    };
    criteria
        .iter()
        .filter(|criterion| !linked(criterion))
        .map(|criterion| {
            let text = "no red test is said to belong to this criterion";
            Finding::new(Code::CriterionWithoutTest, weight, criterion.as_str(), text)
        })
        .collect()
}

/// Criteria that nothing shows when the change is to be delivered: `open` are those without a test
/// that is red without the change and green with it.
pub fn undelivered(open: &[CriterionId]) -> Vec<Finding> {
    let found = open.iter().map(|criterion| {
        let text = format!(
            "no test that proves the change is said to show it: redgreen check --shows \
             {criterion}=TEST, or a person who checked it by hand: redgreen waive RG203 \
             {criterion} --reason HOW --by NAME"
        );
        Finding::new(
            Code::CriterionWithoutTest,
            Weight::Blocks,
            criterion.as_str(),
            text,
        )
    });
    found.collect()
}

/// Whether a worker that writes `said` can mean the test `name`: it may leave out the beginning
/// of the name and the parameters.
pub fn is_named(name: &str, said: &str) -> bool {
    let plain = name.split('[').next().unwrap_or(name);
    let ends = |whole: &str| {
        whole
            .strip_suffix(said)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with([':', '.', '/', '$', ' ']))
    };
    !said.is_empty() && (ends(name) || ends(plain))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::CriterionId;

    fn red(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn link(criterion: &str, test: &str) -> Link {
        Link {
            criterion: CriterionId::from(criterion),
            test: test.to_owned(),
        }
    }

    #[test]
    fn one_criterion_owns_every_red_test() {
        let criteria = [CriterionId::from("AC-1")];
        assert!(unlinked(&criteria, &[], &red(&["t::a"]), Weight::Blocks).is_empty());
        assert_eq!(unlinked(&criteria, &[], &[], Weight::Blocks).len(), 1);
    }

    #[test]
    fn of_several_criteria_each_needs_a_link_to_a_red_test() {
        let criteria = [CriterionId::from("AC-1"), CriterionId::from("AC-2")];
        let links = [link("AC-1", "test_a"), link("AC-2", "test_gone")];
        let found = unlinked(
            &criteria,
            &links,
            &red(&["t.py::test_a[1]"]),
            Weight::Blocks,
        );
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].subject, "AC-2");
    }

    #[test]
    fn a_name_may_be_said_by_its_end_but_not_by_a_part_of_a_word() {
        assert!(is_named("pkg::it$mod::adds", "adds"));
        assert!(is_named("t.py::test_a[x]", "t.py::test_a"));
        assert!(!is_named("t.py::test_ab", "b"));
        assert!(!is_named("t.py::test_a", ""));
    }

    #[test]
    fn the_heaviest_finding_decides() {
        let found = |weight| Finding::new(Code::Unstable, weight, "", "");
        assert_eq!(rule(vec![]).verdict, GateVerdict::Met);
        assert_eq!(rule(vec![found(Weight::Advises)]).verdict, GateVerdict::Met);
        assert_eq!(
            rule(vec![found(Weight::Clouds)]).verdict,
            GateVerdict::Unclear
        );
        let both = vec![found(Weight::Clouds), found(Weight::Blocks)];
        assert_eq!(rule(both).verdict, GateVerdict::Unmet);
    }
}
