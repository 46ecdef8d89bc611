//! Holds plans against files that people edited.

use super::*;
use crate::ticket::Defaults;
use proptest::prelude::*;

fn ticket(text: &str) -> Ticket {
    Ticket::parse("PROJ-7", text, &Defaults::default()).expect("the ticket has text")
}

fn two_criteria() -> Ticket {
    ticket(
        "# Limit login\n\nAccounts are guessed. See `src/login.rs`.\n\n## Acceptance criteria\n\
         - [ ] the sixth try answers 429\n  - with a header\n- [ ] the counter resets after 60 s\n\n\
         ## Performance\n- p95 < 50 ms\n\n## Out of scope\n- two factors\n",
    )
}

/// A plan in which nothing is owed.
fn complete() -> Plan {
    let mut plan = Plan::draft(&two_criteria());
    plan.assumptions.push(Assumption {
        id: AssumptionId::from("A-1"),
        text: "one counter for each account".to_owned(),
        risk: "shared addresses".to_owned(),
        default: "per account".to_owned(),
    });
    plan.questions.push(Question {
        id: QuestionId::from("Q-1"),
        text: "How long does the lock last?".to_owned(),
        why: "it is a promise to users".to_owned(),
        default: "60 s".to_owned(),
        blocker: true,
        answer: Some("60 s".to_owned()),
    });
    plan.design = Design {
        modules: vec!["login".to_owned()],
        risks: vec![Risk {
            area: RiskArea::Security,
            text: "the answer shows which accounts exist".to_owned(),
            mitigation: "the same text for all".to_owned(),
        }],
        ..Design::default()
    };
    for (criterion, test) in [("AC-1", "sixth_try_is_429"), ("AC-2", "counter_resets")] {
        plan.tests.push(PlannedTest {
            criterion: CriterionId::from(criterion),
            test: test.to_owned(),
            check: None,
        });
    }
    plan
}

fn codes(plan: &Plan) -> Vec<String> {
    findings(plan).into_iter().map(|f| f.code).collect()
}

#[test]
fn a_draft_has_one_slice_a_criterion_and_owes_its_design() {
    let plan = Plan::draft(&two_criteria());
    let slices: Vec<_> = plan
        .slices
        .iter()
        .map(|s| (s.id.as_str(), s.criteria[0].as_str()))
        .collect();
    assert_eq!(slices, [("S-1", "AC-1"), ("S-2", "AC-2")]);
    assert_eq!(
        plan.criteria[0].text,
        "the sixth try answers 429\n- with a header"
    );
    assert_eq!(plan.criteria[0].digest(), two_criteria().criteria[0].digest);
    assert_eq!(plan.out_of_scope, ["two factors"]);
    assert!(codes(&plan).contains(&"PL001".to_owned()));
    assert!(plan.is_of(&two_criteria()));
    assert!(!plan.is_of(&ticket("# Limit login")));
}

#[test]
fn a_tiny_ticket_is_one_slice_and_owes_no_design() {
    let plan = Plan::draft(&ticket("# A\n\n- [ ] b"));
    assert_eq!(plan.slices.len(), 1);
    assert_eq!(codes(&plan), ["PL003"]);
    assert!(Plan::draft(&ticket("# docs: A")).slices.is_empty());
}

#[test]
fn a_complete_plan_owes_nothing() {
    assert_eq!(codes(&complete()), Vec::<String>::new());
}

#[test]
fn each_gap_has_its_own_finding() {
    let mut cases: Vec<(&str, Plan)> = Vec::new();
    let mut case = |code: &'static str, change: fn(&mut Plan)| {
        let mut plan = complete();
        change(&mut plan);
        cases.push((code, plan));
    };
    case("PL001", |plan| plan.design.flows.push("TBD".to_owned()));
    case("PL002", |plan| plan.design.risks[0].mitigation.clear());
    case("PL003", |plan| drop(plan.tests.pop()));
    case("PL004", |plan| {
        for number in 2..=6 {
            plan.questions.push(Question {
                id: QuestionId::new(format!("Q-{number}")),
                ..Question::default()
            });
        }
    });
    case("PL005", |plan| plan.questions[0].answer = None);
    case("PL006", |plan| drop(plan.slices.pop()));
    case("PL006", |plan| {
        plan.slices[0].criteria.push(CriterionId::from("AC-9"))
    });
    case("PL007", |plan| plan.slices[1].id = SliceId::from("S-1"));
    case("PL008", |plan| plan.ticket = TicketId::default());
    for (code, plan) in cases {
        let found = findings(&plan);
        let codes: Vec<_> = found.iter().map(|f| f.code.as_str()).collect();
        assert_eq!(codes, [code]);
        assert_eq!(found[0].blocks, code != "PL003");
    }
}

#[test]
fn the_file_has_every_section_that_a_reader_looks_for() {
    let text = render(&complete(), &two_criteria());
    for line in [
        "ticket: PROJ-7",
        "# Limit login",
        "> Limit login. Accounts are guessed. See `src/login.rs`.",
        "- **AC-1**: the sixth try answers 429\n  - with a header",
        "- src/login.rs",
        "- p95 < 50 ms",
        "- **S-2**: AC-2",
        "- **A-1**: one counter for each account\n  - Risk: shared addresses\n  - Default: per account",
        "  - Blocker: yes\n  - Answer: 60 s",
        "### Data models\n\nNone.",
        "- **security**: the answer shows which accounts exist\n  - Mitigation: the same text for all",
        "- **AC-2**: `counter_resets`",
        "## Dependencies\n\nNone.",
        "## Out of scope\n\n- two factors",
    ] {
        assert!(text.contains(line), "{line}\nis not in\n{text}");
    }
}

#[test]
fn what_a_person_writes_by_hand_is_read() {
    let text = "---\nticket: '#12'\n---\n# X\n\n## Requirements\n\nSome prose.\n\n- [ ] AC-2: b\n* a\n  more\n\n\
                ## Questions\n1. Why?\n   - blocker: Yes\n\n### Flows\n\nFirst this,\nthen that.\n\nAnd this.\n\n\
                ## Risks\n- Security: x\n- **legal**: y\n\n## Dependencies\n- none\n- serde: to read\n\n## Hints\n- z\n";
    let plan = parse(text);
    assert_eq!(plan.ticket.as_str(), "#12");
    let criteria: Vec<_> = plan
        .criteria
        .iter()
        .map(|c| (c.id.as_str(), c.text.as_str()))
        .collect();
    assert_eq!(criteria, [("AC-2", "b"), ("AC-1", "a\nmore")]);
    assert!(plan.questions[0].blocker && plan.questions[0].answer.is_none());
    assert_eq!(plan.design.flows, ["First this,\nthen that.", "And this."]);
    let risks: Vec<_> = plan
        .design
        .risks
        .iter()
        .map(|r| (r.area, r.text.as_str()))
        .collect();
    assert_eq!(
        risks,
        [(RiskArea::Security, "x"), (RiskArea::Other, "legal: y")]
    );
    assert_eq!(plan.new_dependencies.len(), 1);
    assert_eq!(plan.new_dependencies[0].name, "serde");
}

fn text() -> impl Strategy<Value = String> {
    let nasty = prop::sample::select(vec![
        "None.",
        "none",
        "- Risk: x",
        "\\- Why: y",
        "**b**: c",
        "# h",
        "---",
        "- a",
        "1. b",
        "`t`",
        "AC-1: d",
        "[ ] e",
        "Blocker: yes",
        "- blocker: yes",
        "<X_Y>",
        "\\",
        "*",
        "**",
        ":",
        "",
    ]);
    let piece = prop_oneof![
        nasty.prop_map(str::to_owned),
        "[^\\p{Cc}]{0,12}",
        any::<String>()
    ];
    prop::collection::vec(piece, 0..3).prop_map(|pieces| pieces.join("\n"))
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(text(), 0..3)
}

fn any_design() -> impl Strategy<Value = Design> {
    let patterns = prop::collection::vec((text(), text()), 0..3);
    let area = prop::sample::select(RiskArea::ALL.to_vec());
    let risks = prop::collection::vec((area, text(), text()), 0..3);
    (texts(), texts(), texts(), patterns, risks).prop_map(
        |(modules, data_models, flows, patterns, risks)| Design {
            modules,
            data_models,
            flows,
            patterns: patterns
                .into_iter()
                .map(|(name, why)| Pattern { name, why })
                .collect(),
            risks: risks
                .into_iter()
                .map(|(area, text, mitigation)| Risk {
                    area,
                    text,
                    mitigation,
                })
                .collect(),
        },
    )
}

fn any_asked() -> impl Strategy<Value = (Vec<Assumption>, Vec<Question>)> {
    let assumption =
        ("A-[1-9]|", text(), text(), text()).prop_map(|(id, text, risk, default)| Assumption {
            id: AssumptionId::new(id),
            text,
            risk,
            default,
        });
    let words = ("Q-[1-9]|", text(), text(), text());
    let question = (words, any::<bool>(), prop::option::of(text())).prop_map(
        |((id, text, why, default), blocker, answer)| Question {
            id: QuestionId::new(id),
            text,
            why,
            default,
            blocker,
            answer,
        },
    );
    (
        prop::collection::vec(assumption, 0..3),
        prop::collection::vec(question, 0..3),
    )
}

fn any_plan() -> impl Strategy<Value = Plan> {
    let ids = || prop::collection::vec("AC-[1-9]", 0..3);
    let criteria = prop::collection::vec(("AC-[1-9]|", text()), 0..4);
    let slices = prop::collection::vec(("S-[1-9]|", ids()), 0..3);
    let tests = prop::collection::vec(("AC-[1-9]", text()), 0..3);
    let new = prop::collection::vec((text(), text()), 0..3);
    let lists = (criteria, slices, tests, new);
    ("[^\\p{Cc}]{0,9}", lists, any_asked(), any_design(), texts()).prop_map(
        |(ticket, (criteria, slices, tests, new), (assumptions, questions), design, out)| Plan {
            ticket: TicketId::new(ticket),
            digest: Digest::of(b"x"),
            criteria: criteria
                .into_iter()
                .map(|(id, text)| PlannedCriterion {
                    id: CriterionId::new(id),
                    text,
                })
                .collect(),
            slices: slices
                .into_iter()
                .map(|(id, criteria)| Slice {
                    id: SliceId::new(id),
                    criteria: criteria.into_iter().map(CriterionId::new).collect(),
                })
                .collect(),
            assumptions,
            questions,
            design,
            tests: tests
                .into_iter()
                .map(|(criterion, test)| PlannedTest {
                    criterion: CriterionId::new(criterion),
                    check: (test.len() % 2 == 0).then(|| test.clone()),
                    test,
                })
                .collect(),
            new_dependencies: new
                .into_iter()
                .map(|(name, reason)| NewDependency { name, reason })
                .collect(),
            out_of_scope: out,
        },
    )
}

proptest! {
    #[test]
    fn a_written_plan_is_read_back(plan in any_plan(), title in any::<String>()) {
        let tidy = plan.tidied();
        prop_assert_eq!(&tidy.tidied(), &tidy);
        let mut ticket = two_criteria();
        ticket.title = title;
        let text = render(&plan, &ticket);
        prop_assert_eq!(parse(&text), tidy, "{}", text);
    }

    #[test]
    fn reading_any_file_gives_a_plan_that_can_be_written(text in any::<String>()) {
        let plan = parse(&format!("## Requirements\n- {text}\n## Flows\n{text}"));
        prop_assert_eq!(parse(&render(&plan, &two_criteria())), plan);
    }
}
