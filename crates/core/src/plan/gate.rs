//! Says what stops the work at the gate of a plan's file: its rules, its parts, its ticket.

use super::findings::{PlanFinding, findings};
use super::{NewDependency, Plan, PlannedTest, RiskArea, parse};
use crate::finding::{Code, Finding, Weight};
use crate::lint::shows_something;
use crate::ticket::Ticket;
use crate::ticket::outline::cut;
use std::collections::BTreeSet;

/// Headings that every plan has; of several names any will do.
const PARTS: [&[&str]; 11] = [
    &["requirements", "criteria", "acceptance criteria"],
    &["slices"],
    &["assumptions"],
    &["questions"],
    &["modules"],
    &["data models"],
    &["flows"],
    &["patterns"],
    &["risks and mitigations", "risks"],
    &["test plan"],
    &["out of scope"],
];

/// What the gate finds in the plan's file `text` for `ticket`, in the words of the gate.
pub fn gate(text: &str, ticket: &Ticket) -> Vec<Finding> {
    let plan = parse(text);
    let mut all = findings(&plan);
    for found in &mut all {
        // A criterion that nothing is going to show is no criterion of a plan.
        found.blocks |= found.code == "PL003";
    }
    all.extend(parts_missing(text));
    all.extend(of_another_ticket(&plan, ticket));
    all.extend(without_outcome(&plan));
    all.extend(areas_unsaid(&plan));
    all.extend(patterns_without_reason(&plan));
    all.extend(dependencies_without_reason(&plan.new_dependencies));
    let mut once = BTreeSet::new();
    let found = all.iter().map(told);
    found
        .filter(|found| once.insert((found.subject.clone(), found.message.clone())))
        .collect()
}

/// Whether a finding of the gate is about the plan's file, which its worker can mend.
pub fn is_of_plan(found: &Finding) -> bool {
    found.subject.starts_with("PL")
}

fn told(found: &PlanFinding) -> Finding {
    let code = match found.code.as_str() {
        "PL001" => Code::PlaceholderLeft,
        "PL005" => Code::Unanswered,
        "PL010" => Code::UnplannedDependency,
        _ => Code::PlanUnfit,
    };
    let weight = match found.blocks {
        true => Weight::Blocks,
        false => Weight::Advises,
    };
    let subject = format!("{} {}", found.code, found.at);
    let message = format!("{}; {}", found.message, found.remedy);
    Finding::new(code, weight, subject, message)
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

/// PL014: a part of the plan has no heading.
fn parts_missing(text: &str) -> Vec<PlanFinding> {
    let headings: BTreeSet<String> = text
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| line.trim_start_matches('#').trim().to_lowercase())
        .collect();
    let missing = PARTS
        .iter()
        .filter(|names| !names.iter().any(|name| headings.contains(*name)));
    missing
        .map(|names| {
            let remedy = "write it; \"None.\" below it says that there is nothing";
            let text = format!("the plan has no part \"{}\"", names[0]);
            blocking("PL014", names[0], text, remedy)
        })
        .collect()
}

/// PL012: the plan is of another ticket or of another text of it, or leaves a criterion out.
fn of_another_ticket(plan: &Plan, ticket: &Ticket) -> Vec<PlanFinding> {
    let mut all = Vec::new();
    if !plan.is_of(ticket) {
        let text = match plan.ticket == ticket.id {
            true => "the ticket has another text than when the plan was drafted".to_owned(),
            false => format!("the plan is of {}, the run of {}", plan.ticket, ticket.id),
        };
        let remedy = format!(
            "read the ticket again, then write \"ticket: {}\" and \"digest: {}\" at the top",
            ticket.id, ticket.digest
        );
        all.push(blocking("PL012", "front matter", text, &remedy));
    }
    let planned: BTreeSet<_> = plan.criteria.iter().map(|c| &c.id).collect();
    let left_out = ticket.criteria.iter().filter(|c| !planned.contains(&c.id));
    all.extend(left_out.map(|criterion| {
        let text = format!("the plan leaves out {}", criterion.id);
        let remedy =
            "plan every criterion of the ticket; have the ticket changed where one is wrong";
        blocking("PL012", criterion.id.as_str(), text, remedy)
    }));
    all
}

/// PL009: a criterion names nothing that can be seen.
fn without_outcome(plan: &Plan) -> Vec<PlanFinding> {
    let unseen = plan.criteria.iter().filter(|c| !shows_something(&c.text));
    unseen
        .map(|criterion| {
            let text = format!(
                "{} names nothing that can be seen: \"{}\"",
                criterion.id,
                cut(&criterion.text, 80)
            );
            let remedy = "say what is returned, shown, written or refused, with a value";
            blocking("PL009", criterion.id.as_str(), text, remedy)
        })
        .collect()
}

/// PL013: the plan says nothing of an area in which changes go wrong.
fn areas_unsaid(plan: &Plan) -> Vec<PlanFinding> {
    // What stands there without a mitigation is told by PL002.
    let named: BTreeSet<RiskArea> = plan.design.risks.iter().map(|risk| risk.area).collect();
    let unsaid = RiskArea::NAMED.into_iter().filter(|a| !named.contains(a));
    unsaid
        .map(|area| {
            let text = format!("nothing is said of the risk to {}", area.name());
            let remedy = "name the risk with its mitigation, or \"none:\" and why";
            blocking("PL013", area.name(), text, remedy)
        })
        .collect()
}

/// PL015: a pattern is named and not why it fits.
fn patterns_without_reason(plan: &Plan) -> Vec<PlanFinding> {
    let bare = plan.design.patterns.iter().filter(|p| p.why.is_empty());
    bare.map(|pattern| {
        let text = format!("why \"{}\" fits is not said", pattern.name);
        blocking(
            "PL015",
            "Patterns",
            text,
            "write the reason behind its name",
        )
    })
    .collect()
}

/// PL010: a new dependency has no reason.
fn dependencies_without_reason(new: &[NewDependency]) -> Vec<PlanFinding> {
    let bare = new.iter().filter(|new| new.reason.is_empty());
    bare.map(|new| {
        let text = format!("nothing says why {} is needed", new.name);
        blocking("PL010", &new.name, text, "write the reason behind its name")
    })
    .collect()
}

/// PL011: what is planned as the test of a criterion passes without the change.
pub fn passes_already(planned: &PlannedTest, what: &str) -> Finding {
    let text = format!(
        "{what} passes on BASE already, so that it cannot show {}",
        planned.criterion
    );
    let subject = format!("PL011 {}", planned.criterion);
    Finding::new(Code::PassesAlready, Weight::Blocks, subject, text)
}

/// Of the dependencies `new`, those for which `plan` gives no reason. Without a plan they are told
/// and stop nothing.
pub fn unplanned(new: &BTreeSet<String>, plan: Option<&Plan>) -> Vec<Finding> {
    let weight = match plan {
        Some(_) => Weight::Blocks,
        None => Weight::Advises,
    };
    let has_reason = |name: &String| {
        let mut planned = plan.iter().flat_map(|plan| &plan.new_dependencies);
        planned.any(|new| new.name.eq_ignore_ascii_case(name) && !new.reason.is_empty())
    };
    let open = new.iter().filter(|name| !has_reason(name));
    open.map(|name| {
        let text = "a new dependency, and no plan says why it is needed";
        Finding::new(Code::UnplannedDependency, weight, name.as_str(), text)
    })
    .collect()
}

/// The words of a command: white space parts them, quotes of either kind hold them together.
/// Nothing where a quote is left open or there is no word.
pub fn command_words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for letter in line.chars() {
        match quote {
            Some(open) if letter == open => quote = None,
            Some(_) => word.get_or_insert_default().push(letter),
            None if matches!(letter, '"' | '\'') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            None if letter.is_whitespace() => words.extend(word.take()),
            None => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    (quote.is_none() && !words.is_empty()).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::render;
    use crate::ticket::Defaults;

    const TICKET: &str = "# Limit login\n\nGuessing.\n\n## Acceptance criteria\n\
        - [ ] the sixth try answers 429\n- [ ] the counter resets after 60 s\n";

    fn ticket() -> Ticket {
        Ticket::parse("PROJ-7", TICKET, &Defaults::default()).expect("a ticket")
    }

    /// A plan's file in which nothing is owed.
    fn filled() -> String {
        let plan = Plan::draft(&ticket());
        let text = render(&plan, &ticket());
        let test = "## Test plan\n\n- **AC-1**: `sixth_is_429`\n- **AC-2**: `resets`\n";
        text.replace("## Test plan\n\nNone.\n", test)
            .replace("<MODULES_TO_MAKE_OR_CHANGE>", "login")
            .replace("<DATA_MODELS_OR_NONE>", "a counter")
            .replace("<FLOWS_OR_NONE>", "count, then compare")
            .replace("<PATTERN_OR_NONE>", "Strategy")
            .replace("<WHY_IT_FITS>", "two clocks")
            .replace("<RISK_OR_NONE_AND_WHY>", "none: twenty accounts")
            .replace("\n  - Mitigation: <MITIGATION>", "")
    }

    fn subjects(text: &str) -> Vec<String> {
        let found = gate(text, &ticket());
        let blocks = |f: &Finding| f.weight == Weight::Blocks && is_of_plan(f);
        assert!(found.iter().all(blocks), "{found:?}");
        found.into_iter().map(|found| found.subject).collect()
    }

    #[test]
    fn a_plan_that_says_everything_is_let_through() {
        assert_eq!(subjects(&filled()), Vec::<String>::new(), "{}", filled());
    }

    #[test]
    fn each_debt_is_refused_by_its_own_code() {
        let cases = [
            ("the sixth try answers 429", "Login is nice", "PL009 AC-1"),
            ("- **AC-2**: `resets`\n", "", "PL003 AC-2"),
            (
                "**performance**: none: twenty accounts",
                "**performance**: slow",
                "PL002 performance",
            ),
            ("**migration**", "**other**", "PL013 migration"),
            ("two clocks", "", "PL015 Patterns"),
            (
                "## Dependencies\n\nNone.",
                "## Dependencies\n\n- **serde**:",
                "PL010 serde",
            ),
            ("### Data models", "### Data", "PL014 data models"),
            ("ticket: PROJ-7", "ticket: PROJ-8", "PL012 front matter"),
            ("count, then compare", "<FLOW>", "PL001 Flows"),
        ];
        for (from, to, subject) in cases {
            let text = filled();
            assert!(text.contains(from), "{from} is not in {text}");
            assert_eq!(subjects(&text.replace(from, to)), [subject], "{from}");
        }
    }

    #[test]
    fn a_criterion_of_the_ticket_cannot_be_left_out() {
        let text = filled().replace("- **AC-2**: the counter resets after 60 s\n", "");
        assert!(subjects(&text).contains(&"PL012 AC-2".to_owned()));
    }

    #[test]
    fn a_dependency_without_a_reason_stops_a_plan_and_is_only_told_where_there_is_none() {
        let new = BTreeSet::from(["serde".to_owned(), "toml".to_owned()]);
        let plan = Plan {
            new_dependencies: vec![NewDependency {
                name: "Serde".to_owned(),
                reason: "reads JSON".to_owned(),
            }],
            ..Plan::default()
        };
        let found = unplanned(&new, Some(&plan));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].subject, "toml");
        assert_eq!(found[0].weight, Weight::Blocks);
        let told = unplanned(&new, None);
        assert!(told.iter().all(|found| found.weight == Weight::Advises));
    }

    #[test]
    fn a_command_is_words_and_an_open_quote_is_none() {
        let words = |line| command_words(line).unwrap_or_default();
        assert_eq!(words("a 'b c' \"\" d'e'"), ["a", "b c", "", "de"]);
        assert_eq!(command_words("a 'b"), None);
        assert_eq!(words(" ; rm -rf / "), [";", "rm", "-rf", "/"]);
        assert_eq!(command_words("  "), None);
    }
}
