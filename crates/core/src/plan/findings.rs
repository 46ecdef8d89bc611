//! Says what a plan still owes before work may start.

use super::{MOST_QUESTIONS, Plan};
use crate::ticket::placeholder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Something that a plan owes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanFinding {
    /// The rule: `PL001`.
    pub code: String,
    /// Where in the plan: `AC-1`, `Q-2`, `Modules`.
    pub at: String,
    /// What was found, in one line.
    pub message: String,
    /// Whether work cannot start before it is mended.
    pub blocks: bool,
    /// What to do about it.
    pub remedy: String,
}

/// Everything that `plan` owes, rule by rule.
pub fn findings(plan: &Plan) -> Vec<PlanFinding> {
    let rules: [fn(&Plan) -> Vec<PlanFinding>; 8] = [
        placeholders_left,
        risks_without_mitigation,
        criteria_without_test,
        too_many_questions,
        open_blockers,
        slices_that_do_not_fit,
        doubled_ids,
        nothing_to_do,
    ];
    rules.iter().flat_map(|rule| rule(plan)).collect()
}

fn blocking(code: &str, at: &str, message: String, remedy: &str) -> PlanFinding {
    PlanFinding {
        code: code.to_owned(),
        at: at.to_owned(),
        message,
        blocks: true,
        remedy: remedy.to_owned(),
    }
}

/// PL001: a part of the template is not filled in.
fn placeholders_left(plan: &Plan) -> Vec<PlanFinding> {
    let mut findings = Vec::new();
    for (at, text) in texts(plan) {
        findings.extend(placeholder::find(text).into_iter().map(|left| {
            blocking(
                "PL001",
                at,
                format!("the placeholder {} is left", left.written),
                "write what it stands for; take the entry out where there is nothing to say",
            )
        }));
    }
    findings
}

/// Every text of a plan with the name of its place.
fn texts(plan: &Plan) -> Vec<(&str, &str)> {
    let mut texts: Vec<(&str, &str)> = Vec::new();
    texts.extend(
        plan.criteria
            .iter()
            .map(|c| (c.id.as_str(), c.text.as_str())),
    );
    for assumption in &plan.assumptions {
        let of = [&assumption.text, &assumption.risk, &assumption.default];
        texts.extend(of.map(|text| (assumption.id.as_str(), text.as_str())));
    }
    for question in &plan.questions {
        let of = [&question.text, &question.why, &question.default];
        texts.extend(of.map(|text| (question.id.as_str(), text.as_str())));
        texts.extend(
            question
                .answer
                .iter()
                .map(|text| (question.id.as_str(), text.as_str())),
        );
    }
    let design = &plan.design;
    texts.extend(design.modules.iter().map(|text| ("Modules", text.as_str())));
    texts.extend(
        design
            .data_models
            .iter()
            .map(|text| ("Data models", text.as_str())),
    );
    texts.extend(design.flows.iter().map(|text| ("Flows", text.as_str())));
    for pattern in &design.patterns {
        texts.extend([&pattern.name, &pattern.why].map(|text| ("Patterns", text.as_str())));
    }
    for risk in &design.risks {
        texts.extend([&risk.text, &risk.mitigation].map(|text| ("Risks", text.as_str())));
    }
    texts.extend(
        plan.tests
            .iter()
            .map(|t| (t.criterion.as_str(), t.test.as_str())),
    );
    for new in &plan.new_dependencies {
        texts.extend([&new.name, &new.reason].map(|text| ("Dependencies", text.as_str())));
    }
    texts.extend(
        plan.out_of_scope
            .iter()
            .map(|text| ("Out of scope", text.as_str())),
    );
    texts
}

/// PL002: a risk without a mitigation.
fn risks_without_mitigation(plan: &Plan) -> Vec<PlanFinding> {
    let open = plan
        .design
        .risks
        .iter()
        .filter(|risk| risk.mitigation.is_empty() && !says_none(&risk.text));
    open.map(|risk| {
        let text = risk.text.lines().next().unwrap_or_default();
        blocking(
            "PL002",
            risk.area.name(),
            format!("nothing is done about the risk \"{text}\""),
            "add a line \"- Mitigation: …\" below it; accepting the risk is one, with the reason",
        )
    })
    .collect()
}

/// Whether a risk is said to be none, with a reason.
fn says_none(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    text.strip_prefix("none").is_some_and(|rest| {
        rest.starts_with([':', ',', ' ', '-'])
            && rest.chars().filter(|c| c.is_alphanumeric()).count() > 3
    })
}

/// PL003: a criterion that no planned test shows. Advises; in the gate it blocks.
fn criteria_without_test(plan: &Plan) -> Vec<PlanFinding> {
    let shown: BTreeSet<_> = plan
        .tests
        .iter()
        .map(|planned| &planned.criterion)
        .collect();
    let open = plan.criteria.iter().filter(|c| !shown.contains(&c.id));
    open.map(|criterion| PlanFinding {
        blocks: false,
        ..blocking(
            "PL003",
            criterion.id.as_str(),
            format!("no test is planned for {}", criterion.id),
            "name a test for it under \"Test plan\"",
        )
    })
    .collect()
}

/// PL004: more questions than a person is asked.
fn too_many_questions(plan: &Plan) -> Vec<PlanFinding> {
    let count = plan.questions.len();
    if count <= MOST_QUESTIONS {
        return Vec::new();
    }
    vec![blocking(
        "PL004",
        "Questions",
        format!("{count} questions, at most {MOST_QUESTIONS} are asked"),
        "keep those whose answer changes most, and make assumptions of the others",
    )]
}

/// PL005: a blocker without an answer.
fn open_blockers(plan: &Plan) -> Vec<PlanFinding> {
    let open = plan.open_blockers();
    open.map(|question| {
        blocking(
            "PL005",
            question.id.as_str(),
            format!("{} stops the work and has no answer", question.id),
            "answer it: add a line \"- Answer: …\" below it",
        )
    })
    .collect()
}

/// PL006: a criterion in no slice or in two, or a slice that names no criterion of the plan.
fn slices_that_do_not_fit(plan: &Plan) -> Vec<PlanFinding> {
    let known: BTreeSet<_> = plan.criteria.iter().map(|c| &c.id).collect();
    let mut findings = Vec::new();
    for criterion in &plan.criteria {
        let holding = plan.slices.iter().flat_map(|slice| &slice.criteria);
        let count = holding.filter(|id| **id == criterion.id).count();
        if count != 1 {
            findings.push(blocking(
                "PL006",
                criterion.id.as_str(),
                format!("{} stands in {count} slices", criterion.id),
                "name it in one slice",
            ));
        }
    }
    for slice in &plan.slices {
        let strange = slice.criteria.iter().filter(|id| !known.contains(id));
        findings.extend(strange.map(|id| {
            blocking(
                "PL006",
                slice.id.as_str(),
                format!("{} names {id}, which is no criterion of the plan", slice.id),
                "correct the id, or add the criterion under \"Requirements\"",
            )
        }));
    }
    findings
}

/// PL007: two entries with one id.
fn doubled_ids(plan: &Plan) -> Vec<PlanFinding> {
    let criteria = plan.criteria.iter().map(|c| c.id.as_str());
    let slices = plan.slices.iter().map(|s| s.id.as_str());
    let assumptions = plan.assumptions.iter().map(|a| a.id.as_str());
    let questions = plan.questions.iter().map(|q| q.id.as_str());
    let mut seen = BTreeSet::new();
    let all = criteria.chain(slices).chain(assumptions).chain(questions);
    all.filter(|id| !seen.insert(*id))
        .map(|id| {
            blocking(
                "PL007",
                id,
                format!("two entries are called {id}"),
                "give one of them a number of its own",
            )
        })
        .collect()
}

/// PL008: no ticket, or no criterion.
fn nothing_to_do(plan: &Plan) -> Vec<PlanFinding> {
    let mut findings = Vec::new();
    if plan.ticket.as_str().is_empty() {
        findings.push(blocking(
            "PL008",
            "front matter",
            "the plan names no ticket".to_owned(),
            "add \"ticket: …\" to the lines between the two \"---\" at the top",
        ));
    }
    if plan.criteria.is_empty() {
        findings.push(blocking(
            "PL008",
            "Requirements",
            "the plan has no criterion".to_owned(),
            "add one as \"- **AC-1**: …\" under \"Requirements\"",
        ));
    }
    findings
}
