//! What documents owe, as claims about behaviour.

use super::*;
use crate::finding::{Code, Weight};

fn offer(sort: Sort, name: &str) -> Offer {
    Offer {
        sort,
        name: name.to_owned(),
        path: "app.py".to_owned(),
        line: 3,
        shape: String::new(),
        described: false,
    }
}

fn shelf(offers: &[Offer], readme: &str) -> Shelf {
    Shelf {
        offers: offers.to_vec(),
        documents: vec![Document {
            path: "README.md".to_owned(),
            text: format!("{readme}\n# Usage\n# Configuration\n# Troubleshooting\n"),
        }],
        unreleased: None,
    }
}

fn blocking(base: &Shelf, head: &Shelf) -> Vec<(Code, String)> {
    let judged = judge(base, head);
    let blocks = judged.findings.into_iter();
    let blocks = blocks.filter(|found| found.weight == Weight::Blocks);
    blocks.map(|found| (found.code, found.subject)).collect()
}

#[test]
fn a_new_flag_has_to_be_named_by_its_whole_name() {
    let base = shelf(&[], "");
    let new = offer(Sort::Flag, "--limit");
    let other = shelf(std::slice::from_ref(&new), "`--limits` and `--limit-all`");
    assert_eq!(
        blocking(&base, &other),
        [(Code::Undocumented, "app.py:3".to_owned())]
    );
    let named = shelf(&[new], "Use `--limit 3`.");
    assert_eq!(blocking(&base, &named), []);
}

#[test]
fn a_route_is_named_whatever_its_parameter_is_called() {
    let base = shelf(&[], "");
    let new = [offer(Sort::Route, "GET /users/{id}")];
    for text in [
        "GET /users/:name",
        "`curl http://localhost:8000/users/7`",
        "| GET | `/users/<int:id>/` |",
    ] {
        assert_eq!(blocking(&base, &shelf(&new, text)), [], "{text}");
    }
    assert_eq!(blocking(&base, &shelf(&new, "`/users`")).len(), 1);
}

#[test]
fn what_is_gone_is_named_by_the_changelog_and_no_more_by_the_documents() {
    let old = [offer(Sort::Variable, "APP_HOME")];
    let base = shelf(&old, "`APP_HOME`");
    let mut head = shelf(&[], "`APP_HOME`");
    head.unreleased = Some("### Added\n".to_owned());
    let codes: Vec<Code> = blocking(&base, &head).into_iter().map(|f| f.0).collect();
    assert_eq!(codes, [Code::StaleDocument, Code::BreakingUnnamed]);
    let mut mended = shelf(&[], "");
    mended.unreleased = Some("### Removed\n- `APP_HOME`\n".to_owned());
    assert_eq!(blocking(&base, &mended), []);
}

#[test]
fn a_function_is_described_at_home_or_in_a_document_and_never_blocks() {
    let base = shelf(&[], "");
    let mut new = offer(Sort::Function, "stats.median");
    let bare = judge(&base, &shelf(std::slice::from_ref(&new), ""));
    assert_eq!(bare.findings[0].weight, Weight::Advises);
    let named = judge(&base, &shelf(std::slice::from_ref(&new), "see median()"));
    assert_eq!(named.findings, []);
    new.described = true;
    assert_eq!(judge(&base, &shelf(&[new], "")).findings, []);
}

#[test]
fn an_argument_with_a_default_breaks_nobody() {
    let with = |shape: &str| {
        let mut offer = offer(Sort::Function, "stats.median");
        offer.shape = shape.to_owned();
        offer.described = true;
        let mut shelf = shelf(&[offer], "");
        shelf.unreleased = Some(String::new());
        shelf
    };
    let breaks = |old, new| judge(&with(old), &with(new)).findings.len();
    assert_eq!(breaks("values", "values, strict=False"), 0);
    assert_eq!(breaks("values", "values, strict"), 1);
    assert_eq!(breaks("values, strict", "values"), 1);
}

#[test]
fn a_part_that_was_there_must_stay_and_new_configuration_needs_its_part() {
    let bare = |offers: &[Offer], text: &str| Shelf {
        offers: offers.to_vec(),
        documents: vec![Document {
            path: "README.md".to_owned(),
            text: text.to_owned(),
        }],
        unreleased: None,
    };
    let lost = blocking(&bare(&[], "# Usage\n"), &bare(&[], "# About\n"));
    assert_eq!(lost.len(), 1);
    let key = [offer(Sort::Key, "limit")];
    let owed = blocking(&bare(&[], "x"), &bare(&key, "`limit`"));
    assert_eq!(owed, [(Code::PartMissing, "README.md".to_owned())]);
    assert_eq!(blocking(&bare(&[], "x"), &bare(&[], "x")), []);
}

#[test]
fn headings_are_read_in_both_markups_and_not_in_code() {
    let text = "# One\n```sh\n# not one\n```\nTwo\n---\n\n- item\n---\nThree\n=====\n";
    assert_eq!(headings(text), ["One", "Two", "Three"]);
}
