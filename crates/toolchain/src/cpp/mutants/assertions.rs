//! Proposes how the assertions of a test are turned round.

use super::super::cases::{arguments, cases};
use super::super::tokens::{Kind, Token, closing, tokens};
use super::grammar::{children, text_of};
use crate::mutate::{Wanted, lines_of};
use redgreen_core::mutant::{Draft, Operator};
use std::ops::Range;
use tree_sitter::Node;

/// Ends of macros and functions, and their contraries.
const CONTRARIES: [(&str, &str); 18] = [
    ("_EQ", "_NE"),
    ("_TRUE", "_FALSE"),
    ("_LT", "_GE"),
    ("_GT", "_LE"),
    ("_STREQ", "_STRNE"),
    ("_STRCASEEQ", "_STRCASENE"),
    ("_FLOAT_EQ", "_NE"),
    ("_DOUBLE_EQ", "_NE"),
    ("_NO_THROW", "_ANY_THROW"),
    ("_NOTHROW", "_THROWS"),
    ("REQUIRE", "REQUIRE_FALSE"),
    ("CHECK", "CHECK_FALSE"),
    ("assert_true", "assert_false"),
    ("assert_null", "assert_non_null"),
    ("assert_int_equal", "assert_int_not_equal"),
    ("assert_string_equal", "assert_string_not_equal"),
    ("assert_ptr_equal", "assert_ptr_not_equal"),
    ("assert_memory_equal", "assert_memory_not_equal"),
];

/// Starts of the macros of GoogleTest, Catch2 and doctest.
const MACROS: [&str; 4] = ["EXPECT_", "ASSERT_", "REQUIRE", "CHECK"];

/// Calls that end a plain program as a failed test.
const ENDING: [&str; 4] = ["abort", "exit", "std::abort", "std::exit"];

/// Every assertion on the wanted lines of tests, negated.
pub(super) fn drafts(root: Node<'_>, text: &str, wanted: &Wanted) -> Vec<Draft> {
    if wanted.tests.is_empty() {
        return Vec::new();
    }
    let all = tokens(text);
    let mut edits: Vec<(Range<usize>, String)> = (0..all.len())
        .filter_map(|index| edit(&all, text, index))
        .collect();
    if cases(&all, text).is_empty() {
        edits.extend(turned(root, text));
    }
    edits.sort_by_key(|(bytes, _)| bytes.start);
    let draft = |(bytes, now): (Range<usize>, String)| {
        let lines = lines_of(text, &bytes);
        let is_wanted = wanted.tests.iter().any(|some| some.touches(lines));
        is_wanted.then(|| Draft {
            function: String::new(),
            lines,
            bytes,
            operator: Operator::Assertion,
            now,
        })
    };
    edits.into_iter().filter_map(draft).collect()
}

/// The contrary of the assertion whose name is the token at `index`.
fn edit(all: &[Token], text: &str, index: usize) -> Option<(Range<usize>, String)> {
    let token = all.get(index).filter(|token| token.kind == Kind::Word)?;
    let name = token.of(text);
    all.get(index + 1).filter(|next| next.is(text, "("))?;
    let after_define = index > 0 && all[index - 1].is(text, "define");
    if after_define {
        return None;
    }
    let close = closing(all, text, index + 1)?;
    let arguments = arguments(all, text, index + 2..close - 1);
    let bytes = |range: &Range<usize>| all[range.start].bytes.start..all[range.end - 1].bytes.end;
    let whole = token.bytes.start..all[close - 1].bytes.end;
    let is_macro = MACROS.iter().any(|start| name.starts_with(start));
    let negated = |at: usize| {
        let range = arguments.get(at).filter(|range| !range.is_empty())?;
        let own = text.get(bytes(range))?;
        Some((bytes(range), format!("!({own})")))
    };
    if is_macro && name.ends_with("_THAT") {
        let range = arguments.get(1).filter(|range| !range.is_empty())?;
        let own = text.get(bytes(range))?;
        let not = if name.starts_with("EXPECT") || name.starts_with("ASSERT") {
            format!("::testing::Not({own})")
        } else {
            format!("!({own})")
        };
        return Some((bytes(range), not));
    }
    if is_macro && let Some(what) = thrown(name) {
        let range = arguments.first().filter(|range| !range.is_empty())?;
        let own = text.get(bytes(range))?;
        return Some((whole, format!("{what}({own})")));
    }
    if let Some(other) = contrary(name).filter(|_| is_macro || name.starts_with("assert_")) {
        return Some((token.bytes.clone(), other));
    }
    let is_loud = name == "assert"
        || [
            "ASSERT",
            "CHECK",
            "REQUIRE",
            "EXPECT",
            "VERIFY",
            "TEST_ASSERT",
            "TEST_CHECK",
        ]
        .contains(&name)
        || name.ends_with("_ASSERT")
        || name.ends_with("_CHECK");
    if is_loud && arguments.len() == 1 {
        return negated(0);
    }
    None
}

/// What becomes of an assertion that something is thrown.
fn thrown(name: &str) -> Option<String> {
    for end in ["_ANY_THROW", "_THROW"] {
        if let Some(start) = name
            .strip_suffix(end)
            .filter(|_| !name.ends_with("_NO_THROW"))
        {
            return Some(format!("{start}_NO_THROW"));
        }
    }
    for end in ["_THROWS", "_THROWS_AS", "_THROWS_WITH", "_THROWS_MATCHES"] {
        if let Some(start) = name.strip_suffix(end) {
            return Some(format!("{start}_NOTHROW"));
        }
    }
    None
}

/// The name of the contrary assertion.
fn contrary(name: &str) -> Option<String> {
    if let Some(start) = name.strip_suffix("_FALSE") {
        let is_bare = matches!(start, "REQUIRE" | "CHECK");
        let other = if is_bare { "" } else { "_TRUE" };
        return Some(format!("{start}{other}"));
    }
    let mut best: Option<(usize, String)> = None;
    for (one, other) in CONTRARIES {
        let back = (other, one);
        for (from, to) in [(one, other), back] {
            let whole = !from.starts_with('_');
            let start = name.strip_suffix(from);
            let Some(start) = start.filter(|start| start.is_empty() == whole) else {
                continue;
            };
            if best.as_ref().is_none_or(|(length, _)| *length < from.len()) {
                best = Some((from.len(), format!("{start}{to}")));
            }
        }
    }
    best.map(|(_, other)| other)
}

/// `if (got != want) return 1;` of a plain program, with its condition negated.
fn turned(root: Node<'_>, text: &str) -> Vec<(Range<usize>, String)> {
    let mut edits = Vec::new();
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        if node.kind() == "if_statement" {
            edits.extend(negated(node, text));
        }
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return edits;
            }
        }
    }
}

fn negated(statement: Node<'_>, text: &str) -> Option<(Range<usize>, String)> {
    let clause = statement.child_by_field_name("condition")?;
    let condition = clause
        .child_by_field_name("value")
        .filter(|value| value.kind() != "declaration")?;
    let body = statement.child_by_field_name("consequence")?;
    let statements = match body.kind() {
        "compound_statement" => children(body),
        _ => vec![body],
    };
    let fails = statements.iter().any(|one| {
        let inner = children(*one).into_iter().next();
        match (one.kind(), inner) {
            ("return_statement", Some(value)) => {
                let own = text_of(value, text);
                own == "EXIT_FAILURE" || own.parse::<i64>().is_ok_and(|code| code != 0)
            }
            ("expression_statement", Some(call)) if call.kind() == "call_expression" => {
                ENDING.contains(&super::grammar::called(call, text))
            }
            _ => false,
        }
    });
    let now = format!("!({})", text_of(condition, text));
    fails.then(|| (condition.byte_range(), now))
}
