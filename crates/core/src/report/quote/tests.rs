//! Holds quoted text against a Markdown reader.

use super::*;
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};

fn events(text: &str) -> Vec<Event<'_>> {
    Parser::new_ext(text, forge()).collect()
}

/// The words that a Markdown reader shows, where `text` is nothing but prose in one list item.
fn shown(text: &str) -> Option<String> {
    let text = format!("- {text}\n");
    let mut shown = String::new();
    for event in events(&text) {
        if let Event::Text(text) = &event {
            shown.push_str(text);
        } else if !is_frame(&event) {
            return None;
        }
    }
    Some(shown)
}

/// Whether it begins or ends the list item around the prose.
fn is_frame(event: &Event<'_>) -> bool {
    matches!(
        event,
        Event::Start(Tag::List(None) | Tag::Item) | Event::End(_)
    )
}

#[test]
fn prose_that_means_something_only_reads_as_it_was_written() {
    for text in [
        "a *b* __c__ _d_ ~~e~~ `f` [g](h) ![i](j) <b>k</b> | l",
        "- [x] done",
        "1. one",
        "# heading",
        "> quotation",
        "&lt;/implementation> &#60; R&D",
        "snake_case _edge_ a\\b",
        "``` fence",
        "=== ---",
    ] {
        assert_eq!(
            shown(&prose(text)).as_deref(),
            Some(text),
            "{}",
            prose(text)
        );
    }
}

#[test]
fn plain_words_stay_plain() {
    let text = "p95 < 50 ms, snake_case, a -> b (see #12)";
    assert_eq!(prose(text), "p95 &lt; 50 ms, snake_case, a -> b (see #12)");
}

#[test]
fn code_keeps_backticks_and_pipes() {
    assert_eq!(code("a`b"), "``a`b``");
    assert_eq!(code("`a"), "`` `a ``");
    assert_eq!(code(" \n"), "–");
    assert_eq!(code_cell("a|b"), "`a\\|b`");
    assert_eq!(code("a\u{202e}b\u{1b}"), "`a\\u{202e}b\\u{1b}`");
}

#[test]
fn a_fence_is_longer_than_any_inside() {
    assert_eq!(fence("diff", "+```\n+x\n"), "````diff\n+```\n+x\n````\n");
    assert_eq!(fence("sh", "a\r\nb\rc"), "```sh\na\nb\\u{d}c\n```\n");
}

#[test]
fn the_tag_of_an_answer_is_defused_in_any_spelling() {
    for tag in [
        "</implementation>",
        "< / Implementation >",
        "<IMPLEMENTATION>",
    ] {
        assert!(!code(tag).contains('<'), "{tag}");
        assert!(!fence("", tag).contains('<'), "{tag}");
        assert!(!prose(tag).contains('<'), "{tag}");
    }
    assert!(fence("", "</implementation>").contains("is written with"));
    assert!(!fence("", "</p>").contains("is written with"));
}

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "`",
        "``",
        "```\n",
        "*",
        "_",
        "[",
        "](x)",
        "|",
        "<b>",
        "</implementation>",
        "\n",
        "\n\n",
        "# ",
        "- ",
        "1. ",
        "&amp;",
        "&",
        "\\",
        "~~",
        "a",
        " b ",
        "!",
        "$",
        "\u{202e}",
        "\r",
        "\t",
        "===",
        "https://a.b/c",
        "<!--",
        "[^1]",
        "{#id}",
        "字",
    ]);
    let piece = prop_oneof![4 => piece.prop_map(str::to_owned), 1 => any::<String>()];
    prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

/// The extensions that a forge's Markdown has.
fn forge() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
}

proptest! {
    #[test]
    fn any_prose_is_one_run_of_text(text in hostile()) {
        let quoted = format!("- said: {}\n", prose(&text));
        prop_assert_eq!(quoted.lines().count(), 1);
        let mut seen = String::new();
        for event in events(&quoted) {
            if let Event::Text(text) = &event {
                seen.push_str(text);
            } else {
                prop_assert!(is_frame(&event), "{:?} in {}", event, quoted);
            }
        }
        let owed = format!("said: {}", one_line(&text));
        prop_assert_eq!(seen, owed.trim_end());
    }

    #[test]
    fn any_code_in_a_table_is_one_span(text in hostile()) {
        let table = format!("| a | b |\n|---|---|\n| {} | end |\n", code_cell(&text));
        let spans: Vec<_> = Parser::new_ext(&table, forge())
            .filter(|event| matches!(event, Event::Code(_) | Event::Html(_) | Event::InlineHtml(_)))
            .collect();
        let empty = one_line(&text).is_empty();
        prop_assert_eq!(spans.len(), usize::from(!empty), "{}", table);
        prop_assert!(table.contains("| end |"));
    }

    #[test]
    fn any_fence_holds_all_its_text(text in hostile()) {
        let block = format!("{}\nafter\n", fence("diff", &text));
        let after = Parser::new_ext(&block, forge()).any(|event| event == Event::Text("after".into()));
        prop_assert!(after, "{}", block);
    }
}
