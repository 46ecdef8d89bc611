//! Holds for any text what must hold for any ticket.

use proptest::prelude::*;
use redgreen_core::commit_message::{ChangeType, CommitMessage};
use redgreen_core::lint::lint;
use redgreen_core::plan::{Plan, parse, render};
use redgreen_core::slug::branch_name;
use redgreen_core::ticket::placeholder::resolve;
use redgreen_core::ticket::{Defaults, Ticket};
use std::collections::BTreeSet;

/// Text in which Markdown, front matter, Gherkin and hidden characters meet.
fn markdown() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "---\n",
        "id: x\n",
        "title: [a, 'b\n",
        "# ",
        "## Acceptance criteria\n",
        "- [ ] ",
        "- [x] ",
        "* ",
        "1. ",
        "  - ",
        "\t",
        "> ",
        "```",
        "```gherkin\n",
        "`",
        "~~~\n",
        "\n",
        "\n\n",
        "\r\n",
        "Given a\n",
        "When b\n",
        "Then c\n",
        "Scenario: d\n",
        "@AC-3\n",
        "| t |\n",
        "AC-3: ",
        "When x, the y shall z. ",
        "If ",
        " shall ",
        "{{TICKET}}",
        "<FEATURE_DESCRIPTION>",
        "<REFERENCES_OR_NONE>",
        "TODO",
        "???",
        "[NEEDS CLARIFICATION",
        "<!--",
        "-->",
        "](",
        "[a]: b\n",
        "https://x.y/",
        "#12",
        "a/b#3",
        "PROJ-1",
        "p95 < 5 ms",
        "9,9,.9 MiB",
        "\u{1b}[0m",
        "\u{1b}]",
        "\u{202e}",
        "\0",
        "é",
        "字",
        "**Done when**\n",
        "h2. Criteria\n",
        "\u{feff}",
        "\u{2028}",
    ]);
    let piece = prop_oneof![4 => piece.prop_map(str::to_owned), 1 => any::<String>()];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn read(text: &str) -> Option<Ticket> {
    Ticket::parse("T-1", text, &Defaults::default()).ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_text_is_read_without_a_panic(text in any::<String>()) {
        if let Some(ticket) = read(&text) {
            prop_assert!(!ticket.title.is_empty());
        }
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let ticket = Ticket::from_bytes("T-1", &bytes, &Defaults::default());
        prop_assert!(ticket.is_err() || !ticket.is_ok_and(|ticket| ticket.text.contains('\0')));
    }

    #[test]
    fn a_ticket_keeps_its_promises_whatever_it_says(text in markdown()) {
        let Some(ticket) = read(&text) else { return Ok(()) };
        let defaults = Defaults::default();
        let ids: BTreeSet<_> = ticket.criteria.iter().map(|c| c.id.as_str()).collect();
        prop_assert_eq!(ids.len(), ticket.criteria.len());
        let lines = u32::try_from(ticket.text.matches('\n').count() + 1).unwrap_or(u32::MAX);
        prop_assert!(ticket.criteria.iter().all(|c| (1..=lines).contains(&c.line)));
        prop_assert!(ticket.criteria.iter().all(|c| !c.text.is_empty()));
        prop_assert!(lint(&ticket, &defaults).iter().all(|f| (1..=lines).contains(&f.line)));
        prop_assert!(ticket.text.ends_with(&ticket.body));
        prop_assert!(!ticket.title.contains('\n') && ticket.title.chars().count() <= 200);
        let json = serde_json::to_string(&ticket).expect("a ticket can be written");
        let again: Ticket = serde_json::from_str(&json).expect("a ticket can be read");
        prop_assert_eq!(&again, &ticket);
    }

    #[test]
    fn what_is_made_of_a_ticket_holds_too(text in markdown()) {
        let Some(ticket) = read(&text) else { return Ok(()) };
        let plan = Plan::draft(&ticket);
        prop_assert_eq!(parse(&render(&plan, &ticket)), plan);
        let branch = branch_name(ticket.kind, &ticket.id, &ticket.title);
        prop_assert!(branch.is_ascii() && !branch.contains(".."));
        let message = CommitMessage::new(ChangeType::Feat, &ticket.title).render();
        prop_assert!(CommitMessage::parse(&message).is_ok());
        let filled = resolve("{{TICKET}}|{{TICKET}}", &ticket, &Defaults::default());
        prop_assert!(filled.text.len() <= 2 * (ticket.text.len() * 2) + 1);
    }

    #[test]
    fn the_same_criteria_have_the_same_digests_in_any_spacing(
        words in prop::collection::vec("[a-z]{2,9}", 2..9),
        gaps in prop::collection::vec(prop::sample::select(vec![" ", "  ", "\n  ", "\t", " \n   "]), 9),
    ) {
        let spread: String = words.iter().zip(&gaps).map(|(w, g)| format!("{w}{g}")).collect();
        let plain = read(&format!("# T\n\n- [ ] {}\n- [ ] z", words.join(" ")));
        let spaced = read(&format!("# T\r\n\r\n\r\n*  [ ]  {spread}\r\n* [x] z\r\n"));
        let digests = |ticket: Option<Ticket>| {
            let criteria = ticket.map(|ticket| ticket.criteria).unwrap_or_default();
            criteria.into_iter().map(|c| c.digest).collect::<Vec<_>>()
        };
        let plain = digests(plain);
        prop_assert_eq!(plain.len(), 2);
        prop_assert_eq!(plain, digests(spaced));
    }
}

#[test]
fn one_mark_repeated_for_ever_is_read_to_its_end() {
    for mark in [
        "> ",
        "- ",
        "[",
        "`",
        "<!--",
        "\u{1b}]",
        "\u{1b}[",
        "#1 ",
        "<A",
        "Given a\n",
        "```\n",
        "**",
        "[a](",
        "TODO ",
        "{{",
        "If a shall b. ",
        "- a\n  - [ ] b\n",
        "9 ms ",
        "https://a.b/(",
    ] {
        let text = mark.repeat(16 * 1024 / mark.len());
        let ticket = read(&text).expect("the ticket has text");
        let plan = Plan::draft(&ticket);
        assert_eq!(parse(&render(&plan, &ticket)), plan, "{mark:?}");
        assert!(lint(&ticket, &Defaults::default()).len() <= text.len());
    }
}
