//! Tests of the linter as a whole.

use super::*;

fn read(text: &str) -> Ticket {
    Ticket::parse("T-1", text, &Defaults::default()).expect("the ticket has text")
}

/// Code, line and whether it blocks.
fn codes(text: &str) -> Vec<(String, u32, bool)> {
    let findings = lint(&read(text), &Defaults::default()).into_iter();
    findings
        .map(|f| {
            let blocks = f.blocks();
            (f.code, f.line, blocks)
        })
        .collect()
}

/// The lines that the rule `code` points at.
pub(super) fn lines_of(code: &str, text: &str) -> Vec<u32> {
    let found = codes(text)
        .into_iter()
        .filter(|(found, _, _)| found == code);
    found.map(|(_, line, _)| line).collect()
}

/// Whether the rule `code` points at a criterion that says `text`.
fn says(code: &str, text: &str) -> bool {
    let ticket = format!("# Things\n\n## Acceptance criteria\n\n- The page shows 1.\n- {text}\n");
    lines_of(code, &ticket).contains(&6)
}

#[test]
fn a_ticket_with_a_criterion_and_no_gap_is_green() {
    assert!(codes("# A\n\n- [ ] `b` returns 3").is_empty());
    assert_eq!(Readiness::of(&[]), Readiness::Green);
}

#[test]
fn a_missing_criterion_blocks_unless_the_kind_says_what_must_hold() {
    assert_eq!(codes("# A\n\ntext"), [("RQ030".to_owned(), 1, true)]);
    assert!(codes("# refactor: A\n\ntext").is_empty());
}

#[test]
fn a_ticket_cannot_answer_for_itself_what_it_wants() {
    let left = "# A\n\n- [ ] matches <FEATURE_DESCRIPTION>, <REFERENCES_OR_NONE>\n- [ ] shows TBD";
    assert_eq!(
        codes(left),
        [("RQ031".to_owned(), 3, true), ("RQ031".to_owned(), 4, true)]
    );
}

#[test]
fn hidden_text_is_shown_and_does_not_block() {
    let findings = lint(&read("# A\n- [ ] shows b\u{202e}c"), &Defaults::default());
    assert_eq!(Readiness::of(&findings), Readiness::Amber);
    assert_eq!(
        findings[0].message,
        "U+202E right-to-left override taken out, 1 times"
    );
}

#[test]
fn a_vague_word_is_found_unless_a_number_or_a_standard_stands_by() {
    assert!(says("RQ001", "The page has a user-friendly form"));
    assert!(!says("RQ001", "The page is easy to read at 4.5:1"));
    assert!(!says("RQ001", "The form is accessible (WCAG 2.2)"));
    assert!(!says("RQ001", "The command can clean the cache"));
}

#[test]
fn ways_out_open_ends_and_vague_quantities_are_found() {
    assert!(says("RQ002", "The page shows a hint where appropriate"));
    assert!(says("RQ003", "The page shows name, mail, etc."));
    assert!(says("RQ003", "The page shows name, mail, ..."));
    assert!(!says("RQ003", "Numbers such as `-5` are printed"));
    assert!(says("RQ004", "The page shows several rows"));
    assert!(!says("RQ004", "The page shows at most 3 rows"));
    assert!(says("RQ005", "The page works in all browsers"));
    assert!(!says("RQ005", "All of the 3 rows are shown"));
    assert!(says("RQ006", "The page shows a better text"));
}

#[test]
fn sentences_of_criteria_are_looked_at() {
    assert!(says("RQ007", "Errors are handled"));
    assert!(!says("RQ007", "Errors are handled: the exit code is 3"));
    assert!(says("RQ008", "The page might show a hint"));
    assert!(!says("RQ008", "A name may have 20 characters"));
    assert!(says("RQ009", "Shows the name and/or the mail"));
    assert!(says("RQ010", "It shows the name"));
    assert!(says("RQ011", "An old entry is removed"));
    assert!(!says("RQ011", "An old entry is removed by the nightly job"));
    assert!(says("RQ013", "The page must not flicker"));
    assert!(says("RQ020", "When the network is down."));
    assert!(!says(
        "RQ020",
        "When the network is down, the page shows a hint."
    ));
}

#[test]
fn quantities_need_their_unit_and_their_conditions() {
    assert!(says("RQ012", "The timeout is at least 30"));
    assert!(!says("RQ012", "The timeout is at least 30 s"));
    assert!(says("RQ012", "The response time is under 200 ms"));
    assert!(!says("RQ012", "The p95 response time is under 200 ms"));
    assert!(says("RQ033", "The page loads fast"));
    assert!(says("RQ035", "Good usability"));
}

#[test]
fn a_deletion_wants_a_way_back() {
    let delete = "# Accounts\n\n- [ ] A click deletes the account";
    assert_eq!(lines_of("RQ034", delete), [3]);
    let text = format!("{delete}\n- [ ] Support can undo it within 30 days");
    assert_eq!(lines_of("RQ034", &text), [0_u32; 0]);
}

#[test]
fn a_story_has_an_end() {
    let text = "# A\n\nAs a user I want to sort rows.\n\n- [ ] `b` sorts";
    assert_eq!(lines_of("RQ021", text), [3]);
    let text = "# A\n\nAs a user I want to sort rows so that I find the last.\n\n- [ ] `b` sorts";
    assert_eq!(lines_of("RQ021", text), [0_u32; 0]);
}

#[test]
fn code_quotations_and_asides_are_no_prose() {
    let text = "# A\n\n## Background\n\nIt is slow and not robust, etc.\n\n## Acceptance criteria\n\n\
                - [ ] prints `some nice text, etc.` and \"fast and robust\"\n\n> many fast things\n\n\
                ```\nas needed\n```\n";
    assert_eq!(codes(text), []);
}

#[test]
fn of_a_ticket_in_another_language_only_the_structure_is_looked_at() {
    let text = "# Anmeldung\n\nDie Seite soll robust und clean sein, etc. und das ist nicht gut.\n\n\
                ## Acceptance criteria\n\n- [ ] Die Seite ist robust und der Knopf ist fast nie rot.\n- [ ] TBD\n";
    assert_eq!(codes(text), [("RQ031".to_owned(), 8, true)]);
}

#[test]
fn a_large_hostile_ticket_is_linted_in_bounds() {
    let defaults = Defaults::default();
    let facts = RepositoryFacts::default();
    let around = Around {
        repository: Some(&facts),
        ..Around::of(&defaults)
    };
    for (first, piece) in [
        ("", "some fast, robust etc. "),
        ("", "- [ ] a b c\n"),
        ("", "<!-- "),
        ("", "\" "),
        ("", "`"),
        ("", "]("),
        ("", "://"),
        ("", "a.\n\n"),
        ("", "As a user I want x. "),
        ("", "5 s "),
        ("", "<b>"),
        ("", "| a | b |\n"),
        ("", "- it may be 5\n"),
        ("", "**a:**\n"),
        ("", "TBD "),
        ("- [ ] ", "When a b. "),
        ("- [ ] ", "robust, "),
        ("Rename ", "`a_b()` "),
        ("- [ ] ", "all such, "),
    ] {
        let text = format!("# A\n\n{first}{}", piece.repeat(50_000 / piece.len()));
        let found = examine(&read(&text), &around).findings;
        assert!(found.len() < 30 * MOST_LINES, "{piece}");
    }
}

#[test]
fn every_rule_has_a_code_of_its_own_in_order() {
    let codes: Vec<&str> = RULES.iter().map(|rule| rule.code).collect();
    let mut sorted = codes.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(codes, sorted);
}
