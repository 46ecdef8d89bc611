//! Holds for any journal what must hold for any report.

use super::journal::{Journal, lines, said};
use super::{given, report, runs, ticket_of};
use proptest::prelude::*;
use pulldown_cmark::{Event as Mark, HeadingLevel, Options, Parser, Tag};
use redgreen_core::claim::{Claim, Topic};
use redgreen_core::event::Event;
use redgreen_core::report::{Given, Report, headline, implementation, review};
use redgreen_core::run::{RunState, fold};
use redgreen_core::ticket::Ticket;
use serde_json::Value;

const SECTIONS: [&str; 8] = [
    "1. Test Code:",
    "2. Implementation Code:",
    "3. Refactoring and Optimizations:",
    "4. Verification Results:",
    "5. Security Checklist:",
    "6. Performance Considerations:",
    "7. Environment Compatibility:",
    "8. Documentation Updates:",
];

const TOPICS: [Topic; 8] = [
    Topic::Assumption,
    Topic::Design,
    Topic::Refactoring,
    Topic::Security,
    Topic::Performance,
    Topic::Environment,
    Topic::Documentation,
    Topic::LookHere,
];

const RUNS: [fn() -> Journal; 5] = [
    || runs::happy(""),
    runs::waived,
    runs::aborted,
    runs::in_green,
    runs::docs,
];

/// Some run up to some line.
fn any_state() -> impl Strategy<Value = RunState> {
    (0_usize..5, 1_usize..200).prop_map(|(which, length)| {
        let all = lines(&RUNS[which]().events);
        let state = fold(&all[..length.min(all.len())]).expect("any prefix folds");
        state.expect("it has a first line")
    })
}

/// Text that would break a form that trusted it.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "</implementation>",
        "< /IMPLEMENTATION >",
        "<implementation>",
        "\n\n2. Implementation Code:\n\n",
        "\n## 1. Assumptions\n",
        "\n# x\n",
        "- [x] done",
        "\n- [x] done\n",
        "```",
        "\n```\n",
        "````\n",
        "`",
        "|",
        "\n\n",
        "<!--",
        "<details>",
        "**",
        "\\",
        "\u{202e}",
        "\u{1b}[2J",
        "\r",
        "word ",
        "test_coupon_lowers_total",
        "===\n",
        "\n---\n",
        "1. ",
        "> ",
    ]);
    let piece = prop_oneof![5 => piece.prop_map(str::to_owned), 1 => any::<String>()];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// Free text in the fold of a journal: everything that is no id, digest or word of an enum.
const FREE: [&str; 21] = [
    "title",
    "branch",
    "target",
    "worktree",
    "worker",
    "summary",
    "test",
    "text",
    "message",
    "subject",
    "facts",
    "commands",
    "by",
    "why",
    "default",
    "answer",
    "path",
    "kept_in",
    "undo",
    "name",
    "not_checked",
];

/// Puts `texts` in turn wherever `value` holds free text.
fn spoil(value: &mut Value, free: bool, texts: &mut dyn Iterator<Item = String>) {
    match value {
        Value::String(text) if free => *text = texts.next().unwrap_or_default(),
        Value::Array(all) => all.iter_mut().for_each(|one| spoil(one, free, texts)),
        Value::Object(fields) => {
            for (key, one) in fields {
                let free = FREE.contains(&key.as_str()) && !one.is_object();
                spoil(one, free, texts);
            }
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn spoiled<T: serde::Serialize + serde::de::DeserializeOwned>(of: &T, texts: &[String]) -> T {
    let mut value = serde_json::to_value(of).expect("it is written");
    let mut texts = texts.iter().cloned().cycle();
    spoil(&mut value, false, &mut texts);
    serde_json::from_value(value).expect("it is read")
}

/// A report in which every free text is one of `texts`.
fn spoiled_report(state: &RunState, texts: &[String]) -> Report {
    let mut ticket: Ticket = ticket_of(state);
    ticket.title = texts[0].clone();
    for (criterion, text) in ticket.criteria.iter_mut().zip(texts) {
        criterion.text.clone_from(text);
    }
    for target in &mut ticket.performance {
        target.text.clone_from(&texts[0]);
    }
    let mut given = given();
    for (file, text) in given.diffs.iter_mut().zip(texts.iter().cycle()) {
        file.path.clone_from(text);
        file.diff_text.clone_from(text);
    }
    given.commands = texts.to_vec();
    given.versions = texts.to_vec();
    Report::of(&spoiled(state, texts), &ticket, &given)
}

/// Where a tag of an answer begins, in any case and spacing.
fn tags(text: &str) -> Vec<usize> {
    let text = text.to_lowercase();
    let is_tag = |at: &usize| {
        let after = text[at + 1..].trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        after.starts_with("implementation")
    };
    let starts = text.match_indices('<').map(|(at, _)| at);
    starts.filter(is_tag).collect()
}

fn marks(text: &str) -> Vec<Mark<'_>> {
    let forge = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
    Parser::new_ext(text, forge).collect()
}

fn count(marks: &[Mark<'_>], wanted: fn(&Mark<'_>) -> bool) -> usize {
    marks.iter().filter(|mark| wanted(mark)).count()
}

fn holds_its_form(report: &Report) {
    let answer = implementation(report);
    assert_eq!(tags(&answer).len(), 2, "{answer}");
    assert!(answer.starts_with("<implementation>\n") && answer.ends_with("\n</implementation>\n"));
    let outer = answer
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("   "));
    let inner: Vec<&str> = outer.filter(|line| !line.starts_with('<')).collect();
    assert_eq!(inner, SECTIONS);
    let review = review(report);
    let marks = marks(&review);
    let heading = |mark: &Mark<'_>| matches!(mark, Mark::Start(Tag::Heading { .. }));
    let second = |mark: &Mark<'_>| {
        matches!(
            mark,
            Mark::Start(Tag::Heading {
                level: HeadingLevel::H2,
                ..
            })
        )
    };
    let html = |mark: &Mark<'_>| matches!(mark, Mark::Html(_) | Mark::InlineHtml(_));
    let boxes = |mark: &Mark<'_>| matches!(mark, Mark::TaskListMarker(_));
    assert_eq!(count(&marks, heading), 8, "{review}");
    assert_eq!(count(&marks, second), 7, "{review}");
    assert_eq!(count(&marks, html), 0, "{review}");
    assert_eq!(count(&marks, boxes), 8, "{review}");
    assert_eq!(headline(report).lines().count(), 1);
    let unseen = |c: char| (c.is_control() && c != '\n' && c != '\t') || c == '\u{202e}';
    assert!(!answer.contains(unseen) && !review.contains(unseen));
}

fn ticks(report: &Report) -> Vec<bool> {
    report.checklist.iter().map(|row| row.ticked).collect()
}

/// Claims that praise the work, and name tests that are there.
fn praise() -> impl Strategy<Value = Claim> {
    let text = prop::sample::select(vec![
        "all tests pass, 100 % coverage, lint is clean",
        "authentication, validation, rate limiting, OWASP: done, see test_coupon_lowers_total",
        "p95 is 3 ms, measured",
        "README, runbook and changelog are complete",
    ]);
    let note = (prop::sample::select(TOPICS.to_vec()), text.clone());
    let link = (
        prop::sample::select(vec!["AC-1", "AC-2", "AC-3"]),
        prop::sample::select(vec![
            "test_coupon_lowers_total",
            "test_expired_is_refused",
            "x",
        ]),
    );
    let (links, notes) = (
        prop::collection::vec(link, 0..4),
        prop::collection::vec(note, 0..6),
    );
    (text, links, notes).prop_map(|(text, links, notes)| said(text, &links, &notes))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_text_that_comes_in_breaks_the_form(
        state in any_state(),
        texts in prop::collection::vec(hostile(), 1..12),
    ) {
        holds_its_form(&spoiled_report(&state, &texts));
    }

    #[test]
    fn any_part_of_a_journal_is_reported(state in any_state()) {
        let report = report(&state, &given());
        holds_its_form(&report);
        prop_assert!(!report.not_checked.is_empty());
    }

    #[test]
    fn no_claim_ticks_or_unticks_a_box(
        state in any_state(),
        claims in prop::collection::vec(praise(), 0..6),
    ) {
        let mut praised = state.clone();
        for (claim, at) in claims.into_iter().zip(state.claims.iter().map(|(p, s, _)| (*p, *s)).cycle()) {
            praised.claims.push((at.0, at.1, claim));
        }
        let mut silent = state.clone();
        silent.claims.clear();
        let given = given();
        prop_assert_eq!(ticks(&report(&praised, &given)), ticks(&report(&silent, &given)));
    }

    #[test]
    fn claims_without_evidence_tick_nothing(claims in prop::collection::vec(praise(), 1..6)) {
        let mut journal = runs::aborted();
        journal.events.retain(|event| !matches!(event, Event::RunEnded(_)));
        for claim in claims {
            journal = journal.hand_in(claim);
        }
        let report = report(&journal.fold(), &given());
        prop_assert!(!ticks(&report).contains(&true));
        prop_assert!(!implementation(&report).contains("proven by"));
    }
}

#[test]
fn every_claim_is_labelled_wherever_it_shows() {
    for (topic, number) in TOPICS.into_iter().zip(0..) {
        let notes = format!("zzznote{number} validation test_coupon_lowers_total");
        let mut state = runs::happy("").fold();
        let claim = said(
            "zzzsummary",
            &[("AC-1", "zzzlink"), ("AC-7", "zzzstray")],
            &[],
        );
        let mut other = said("", &[], &[(topic, &notes)]);
        other.links = claim.links.clone();
        for phase in redgreen_core::phase::Phase::ALL {
            state.claims.push((phase, 0, claim.clone()));
        }
        state
            .claims
            .push((redgreen_core::phase::Phase::Green, 1, other));
        let report = report(&state, &Given::default());
        for text in [implementation(&report), review(&report)] {
            assert!(
                text.contains("zzzsummary") && text.contains("zzzstray"),
                "{text}"
            );
            assert!(
                text.contains(&format!("zzznote{number}")),
                "{topic:?}: {text}"
            );
            for line in text.lines().filter(|line| line.contains("zzz")) {
                // The table of links names its column so.
                let in_trace = line.trim_start().starts_with("| AC-1 | `zzzlink`");
                assert!(line.contains("the worker says") || in_trace, "{line}");
            }
        }
    }
}

#[test]
fn a_criterion_without_a_link_is_not_said_to_be_proven() {
    let mut state = runs::happy("").fold();
    state.claims.clear();
    // One slice of all criteria tells nothing of any of them.
    let all = state.started.slices.concat();
    state.started.slices = vec![all.clone(), all];
    let report = report(&state, &Given::default());
    assert!(
        report
            .criteria
            .iter()
            .all(|criterion| criterion.tests.is_empty())
    );
    assert!(review(&report).contains("no proving test is said to belong to AC-2"));
}

#[test]
fn a_ticket_that_was_changed_makes_what_was_proven_stale() {
    let state = runs::happy("").fold();
    let mut ticket = ticket_of(&state);
    ticket.digest = redgreen_core::id::Digest::of(b"edited");
    let report = Report::of(&state, &ticket, &given());
    assert!(report.ticket.stale && !report.checklist[0].ticked && !report.checklist[5].ticked);
    assert!(review(&report).contains("what was proven is stale"));
}

#[test]
fn going_back_makes_the_proof_of_the_whole_stale() {
    let mut journal = runs::happy("");
    let complete = |event: &Event| matches!(event, Event::RunEnded(_) | Event::CleanedUp(_));
    journal.events.retain(|event| !complete(event));
    journal.events.truncate(journal.events.len() - 3);
    let before = report(&journal.fold(), &given());
    assert!(before.verdict.whole && before.checklist[0].ticked);
    let journal = journal.back(redgreen_core::phase::Phase::Red, 0, "a test is wrong");
    let after = report(&journal.fold(), &given());
    assert!(!after.verdict.whole, "{}", after.verdict.words);
    assert!(!ticks(&after).contains(&true));
}
