//! Turns the assertions of tests round, so that a test that reaches one must fail.

use super::super::syntax::{Def, children, text_of};
use super::{called, instead};
use crate::mutate::{Edit, Wanted, lines_of};
use redgreen_core::mutant::Operator;
use tree_sitter::Node;

/// unittest's assertions and their opposites.
const OPPOSITES: [(&str, &str); 28] = [
    ("assertEqual", "assertNotEqual"),
    ("assertNotEqual", "assertEqual"),
    ("assertEquals", "assertNotEqual"),
    ("assertTrue", "assertFalse"),
    ("assertFalse", "assertTrue"),
    ("assertIs", "assertIsNot"),
    ("assertIsNot", "assertIs"),
    ("assertIsNone", "assertIsNotNone"),
    ("assertIsNotNone", "assertIsNone"),
    ("assertIn", "assertNotIn"),
    ("assertNotIn", "assertIn"),
    ("assertIsInstance", "assertNotIsInstance"),
    ("assertNotIsInstance", "assertIsInstance"),
    ("assertAlmostEqual", "assertNotAlmostEqual"),
    ("assertNotAlmostEqual", "assertAlmostEqual"),
    ("assertGreater", "assertLessEqual"),
    ("assertGreaterEqual", "assertLess"),
    ("assertLess", "assertGreaterEqual"),
    ("assertLessEqual", "assertGreater"),
    ("assertRegex", "assertNotRegex"),
    ("assertNotRegex", "assertRegex"),
    ("assertListEqual", "assertNotEqual"),
    ("assertDictEqual", "assertNotEqual"),
    ("assertTupleEqual", "assertNotEqual"),
    ("assertSetEqual", "assertNotEqual"),
    ("assertMultiLineEqual", "assertNotEqual"),
    ("assertSequenceEqual", "assertNotEqual"),
    ("assertHasAttr", "assertNotHasAttr"),
];

/// What a mock is asked whether it was called.
const CALLED: [&str; 6] = [
    "assert_called",
    "assert_called_once",
    "assert_called_with",
    "assert_called_once_with",
    "assert_any_call",
    "assert_has_calls",
];

/// A context that lets every error through.
const OPEN: &str = "__import__(\"contextlib\").nullcontext()";

/// The edits of every wanted assertion, with the function that holds it.
pub(super) fn edits<'d, 't>(
    root: Node<'_>,
    text: &str,
    functions: &'d [Def<'t>],
    wanted: &Wanted,
) -> Vec<(Option<&'d Def<'t>>, Vec<Edit>)> {
    let mut found = Vec::new();
    if wanted.tests.is_empty() {
        return found;
    }
    let mut waiting = vec![root];
    while let Some(node) = waiting.pop() {
        let lines = lines_of(text, &node.byte_range());
        if !wanted.tests.iter().any(|some| some.touches(lines)) {
            continue;
        }
        let edits = of(node, text);
        if !edits.is_empty() {
            let holds = |def: &&Def<'_>| {
                let whole = def.whole.byte_range();
                whole.contains(&node.start_byte())
            };
            found.push((functions.iter().find(holds), edits));
        }
        waiting.extend(children(node).into_iter().rev());
    }
    found
}

fn of(node: Node<'_>, text: &str) -> Vec<Edit> {
    let edit = match node.kind() {
        "assert_statement" => negated(node, text),
        "call" => asserting(node, text),
        _ => None,
    };
    let edit = edit.map(|(node, now)| (node.byte_range(), Operator::Assertion, now));
    edit.into_iter().collect()
}

/// `assert not (E)`; a message stays.
fn negated<'t>(node: Node<'t>, text: &str) -> Option<(Node<'t>, String)> {
    let condition = *children(node).first()?;
    let now = format!("not ({})", text_of(condition, text));
    Some((condition, instead(condition, text, &now)))
}

fn asserting<'t>(call: Node<'t>, text: &str) -> Option<(Node<'t>, String)> {
    let (name, arguments) = called(call, text)?;
    let function = call.child_by_field_name("function")?;
    if let Some(method) = function.child_by_field_name("attribute") {
        if let Some((_, opposite)) = OPPOSITES.iter().find(|(of, _)| *of == name) {
            return Some((method, (*opposite).to_owned()));
        }
        let object = text_of(function.child_by_field_name("object")?, text);
        if CALLED.contains(&name) {
            return Some((call, format!("{object}.assert_not_called()")));
        }
        if name == "assert_not_called" {
            return Some((method, "assert_called".to_owned()));
        }
    }
    let before = match name {
        "raises" | "assertRaises" | "assertRaisesGroup" => 1,
        "assertRaisesRegex" | "assertRaisesRegexp" => 2,
        _ => return None,
    };
    if is_context(call) {
        return Some((call, OPEN.to_owned()));
    }
    // `raises(E, function, *arguments)` without the expectation.
    let named = |node: &Node<'_>| node.kind() == "keyword_argument";
    let action = *arguments.get(before).filter(|node| !named(node))?;
    let rest: Vec<&str> = arguments[before + 1..]
        .iter()
        .map(|node| text_of(*node, text))
        .collect();
    let now = format!("({})({})", text_of(action, text), rest.join(", "));
    Some((call, instead(call, text, &now)))
}

/// Whether the call is what a `with` statement enters.
fn is_context(call: Node<'_>) -> bool {
    let mut parents = std::iter::successors(call.parent(), Node::parent);
    let outer = parents.find(|node| {
        !matches!(
            node.kind(),
            "as_pattern" | "parenthesized_expression" | "tuple"
        )
    });
    outer.is_some_and(|node| node.kind() == "with_item")
}
