//! States what each example ticket says.

use super::example;
use redgreen_core::criterion::CriterionForm;
use redgreen_core::criterion::ears::EarsPattern;
use redgreen_core::lint::{Readiness, lint};
use redgreen_core::slug::{branch_name, file_stem};
use redgreen_core::ticket::front_matter::Value;
use redgreen_core::ticket::performance::Comparison;
use redgreen_core::ticket::{Defaults, Kind, Size, Ticket, TicketError};

/// Id, first line and line number of each criterion.
fn criteria(ticket: &Ticket) -> Vec<(&str, &str, u32)> {
    let criteria = ticket.criteria.iter();
    criteria
        .map(|c| {
            (
                c.id.as_str(),
                c.text.lines().next().unwrap_or_default(),
                c.line,
            )
        })
        .collect()
}

fn forms(ticket: &Ticket) -> Vec<CriterionForm> {
    ticket.criteria.iter().map(|c| c.form).collect()
}

fn references(ticket: &Ticket) -> Vec<String> {
    ticket.references.iter().map(ToString::to_string).collect()
}

/// Code, line and whether it blocks, of every finding.
fn findings(ticket: &Ticket) -> Vec<(String, u32, bool)> {
    let findings = lint(ticket, &Defaults::default()).into_iter();
    findings
        .map(|f| {
            let blocks = f.blocks();
            (f.code, f.line, blocks)
        })
        .collect()
}

fn readiness(ticket: &Ticket) -> Readiness {
    Readiness::of(&lint(ticket, &Defaults::default()))
}

#[test]
fn check_boxes_of_the_criteria_count_and_tasks_do_not() {
    let ticket = example("checkbox-feature");
    assert_eq!(ticket.id.as_str(), "checkbox-feature");
    assert_eq!(ticket.title, "Limit login attempts");
    assert_eq!((ticket.kind, ticket.size), (Kind::Feature, Size::Normal));
    assert_eq!(
        criteria(&ticket),
        [
            (
                "AC-1",
                "The sixth failed attempt within 60 s answers with status 429.",
                8
            ),
            ("AC-2", "A successful login resets the counter.", 11),
            (
                "AC-3",
                "Attempts are counted for each account, not for each address.",
                12
            )
        ]
    );
    assert_eq!(
        ticket.criteria[0].text.lines().nth(1),
        Some("- The answer has a `Retry-After` header.")
    );
    assert_eq!(forms(&ticket), [CriterionForm::Checkbox; 3]);
    assert!(ticket.criteria[1].ticked && !ticket.criteria[0].ticked);
    assert_eq!(references(&ticket), ["#88", "src/login/attempts.rs"]);
    let targets: Vec<_> = ticket
        .performance
        .iter()
        .map(|t| {
            (
                t.measure.as_deref(),
                t.comparison,
                t.quantity,
                t.unit.as_str(),
            )
        })
        .collect();
    assert_eq!(targets, [(Some("p95"), Comparison::Below, 50.0, "ms")]);
    assert_eq!(ticket.out_of_scope, ["Two-factor authentication"]);
    assert_eq!(readiness(&ticket), Readiness::Green);
}

#[test]
fn a_bug_is_done_when_the_expected_behaviour_is_there() {
    let ticket = example("bug-with-steps");
    assert_eq!((ticket.kind, ticket.size), (Kind::Bug, Size::Tiny));
    assert_eq!(
        criteria(&ticket),
        [("AC-1", "The total is the price of what is left.", 11)]
    );
    assert_eq!(
        branch_name(ticket.kind, &"#7".into(), &ticket.title),
        "fix/7-totals-are-wrong-when-a-line-is-removed"
    );
}

#[test]
fn each_ears_sentence_is_a_criterion_with_its_pattern() {
    use EarsPattern::{Complex, Event, Optional, State, Ubiquitous, Unwanted};
    let ticket = example("ears");
    let patterns = [Ubiquitous, State, Event, Unwanted, Optional, Complex];
    assert_eq!(forms(&ticket), patterns.map(CriterionForm::Ears));
    assert_eq!(
        criteria(&ticket)[1],
        (
            "AC-2",
            "While the network is down, the app shall queue messages on disk.",
            3
        )
    );
}

#[test]
fn scenarios_count_in_fences_and_in_prose() {
    let ticket = example("gherkin");
    assert_eq!(ticket.id.as_str(), "SHOP-31");
    assert_eq!(ticket.kind, Kind::Feature);
    assert_eq!(forms(&ticket), [CriterionForm::Scenario; 3]);
    assert_eq!(
        criteria(&ticket),
        [
            ("AC-2", "Scenario: a valid voucher", 16),
            ("AC-1", "Scenario Outline: a voucher that is not valid", 20),
            ("AC-3", "Given a cart with a voucher", 29)
        ]
    );
    assert!(ticket.criteria[1].text.ends_with("| OLD | expired |"));
    assert_eq!(readiness(&ticket), Readiness::Green);
}

#[test]
fn a_list_under_done_when_counts_and_the_hints_do_not() {
    let ticket = example("numbered-list");
    assert_eq!(ticket.title, "Export the report as CSV");
    let ids: Vec<_> = criteria(&ticket)
        .into_iter()
        .map(|(id, _, line)| (id, line))
        .collect();
    assert_eq!(ids, [("AC-1", 7), ("AC-2", 8), ("AC-3", 9)]);
    assert_eq!(forms(&ticket), [CriterionForm::Listed; 3]);
    assert_eq!(references(&ticket), ["src/report/table.py"]);
}

#[test]
fn front_matter_decides_and_what_is_unknown_is_kept() {
    let ticket = example("front-matter");
    assert_eq!(ticket.id.as_str(), "#412");
    assert_eq!(
        ticket.title,
        "Read the token from a file: not only from the environment"
    );
    assert_eq!((ticket.kind, ticket.size), (Kind::SpecChange, Size::Large));
    assert_eq!(ticket.labels, ["security", "area/cli"]);
    assert_eq!(
        references(&ticket),
        [
            "https://example.com/docs/tokens",
            "acme/infra#9",
            "the talk of last week"
        ]
    );
    assert_eq!(ticket.performance.len(), 2);
    let ids: Vec<_> = ticket.criteria.iter().map(|c| c.id.as_str()).collect();
    assert_eq!(ids, ["AC-2", "AC-1", "AC-3"]);
    assert!(!ticket.criteria[0].text.contains("AC-"));
    let kept: Vec<_> = ticket.extra.iter().map(|e| e.key.as_str()).collect();
    assert_eq!(kept, ["owner", "reviewers"]);
    assert_eq!(ticket.extra[0].value, Value::Text("Ada".to_owned()));
    assert!(ticket.body.starts_with("\n## Criteria\n"));
    assert_eq!(
        file_stem(&ticket.id, &ticket.title),
        "412-read-the-token-from-a-file-not-only-from"
    );
}

#[test]
fn a_wish_without_criteria_is_red() {
    let ticket = example("no-criteria");
    assert!(ticket.criteria.is_empty());
    assert_eq!(ticket.size, Size::Normal);
    assert_eq!(findings(&ticket)[0], ("RQ030".to_owned(), 1, true));
    assert_eq!(readiness(&ticket), Readiness::Red);
}

#[test]
fn a_refactoring_needs_no_criterion_of_its_own() {
    let ticket = example("refactor");
    assert_eq!(ticket.kind, Kind::Refactor);
    assert_eq!(readiness(&ticket), Readiness::Green);
}

#[test]
fn a_template_that_the_ticket_answers_is_green() {
    let ticket = example("template-answered");
    assert!(findings(&ticket).iter().all(|(_, _, blocks)| !blocks));
    assert_eq!(readiness(&ticket), Readiness::Green);
}

#[test]
fn every_gap_is_named_with_its_line() {
    let ticket = example("gaps");
    let lines: Vec<u32> = findings(&ticket)
        .into_iter()
        .map(|(_, line, _)| line)
        .collect();
    assert_eq!(lines, [2, 5, 9, 10, 11]);
    assert!(
        findings(&ticket)
            .iter()
            .all(|(code, _, blocks)| code == "RQ031" && *blocks)
    );
}

#[test]
fn steps_nested_in_an_item_belong_to_it() {
    let ticket = example("given-when-then-items");
    assert_eq!(
        forms(&ticket),
        [
            CriterionForm::Scenario,
            CriterionForm::Scenario,
            CriterionForm::Listed
        ]
    );
    assert_eq!(ticket.criteria[0].text.lines().count(), 4);
}

#[test]
fn what_a_reader_cannot_see_is_taken_out_and_named() {
    let ticket = example("hostile");
    assert_eq!(ticket.title, "Fix the red button");
    assert!(ticket.text.contains("Pay evil to nobody.\n"));
    let removed: Vec<_> = ticket
        .removed
        .iter()
        .map(|r| (r.what.as_str(), r.line, r.count))
        .collect();
    assert_eq!(
        removed,
        [
            ("ANSI escape sequence", 1, 2),
            ("U+202E right-to-left override", 3, 1),
            ("U+202C pop directional formatting", 3, 1),
            ("U+0000 null", 3, 1),
            ("U+0007 bell", 9, 1),
            ("Unicode tag", 9, 2),
            ("bytes that are no text", 12, 2)
        ]
    );
    assert_eq!(ticket.criteria.len(), 2);
    assert_eq!(readiness(&ticket), Readiness::Red);
}

#[test]
fn line_ends_of_windows_change_nothing() {
    let ticket = example("crlf");
    assert_eq!(ticket.id.as_str(), "WIN-5");
    assert!(!ticket.text.contains('\r'));
    assert_eq!(
        criteria(&ticket),
        [
            ("AC-1", "A file keeps its line ends.", 8),
            ("AC-2", "A new file gets those of the system.", 10)
        ]
    );
    let unix = ticket.text.clone();
    let again = Ticket::parse("x", &unix, &Defaults::default()).expect("the ticket has text");
    assert_eq!(again.digest, ticket.digest);
}

#[test]
fn a_title_without_latin_letters_goes_by_its_ticket() {
    let ticket = example("not-latin");
    assert_eq!(ticket.criteria.len(), 1);
    assert_eq!(
        branch_name(ticket.kind, &"PROJ-3".into(), &ticket.title),
        "feature/PROJ-3"
    );
}

#[test]
fn nothing_and_too_much_are_refused_with_the_facts() {
    let parse = |text: &str| Ticket::parse("x", text, &Defaults::default());
    for empty in ["", " \n\t\r\n", "\u{feff}", "\0", "---\nid: 1\n---\n"] {
        assert_eq!(parse(empty), Err(TicketError::Empty), "{empty:?}");
    }
    let large = "x".repeat(1024 * 1024 + 1);
    let error = parse(&large).expect_err("it is too large");
    assert_eq!(
        error.to_string(),
        "the ticket has 1048577 bytes, more than the limit of 1048576"
    );
    assert!(parse(&large[1..]).is_ok());
}
