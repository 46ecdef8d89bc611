//! Finds the methods of a testify suite: each is a case of the test that starts the suite.

use super::outline::is_named;
use super::syntax::{Function, Go, children, receiver, text_of, walk};
use std::collections::BTreeMap;
use tree_sitter::Node;

/// The methods that are tests, each with its name below the test that starts its suite. Both have
/// to be in one file.
pub(super) fn methods<'f, 't>(
    functions: &'f [Function<'t>],
    text: &str,
) -> Vec<(&'f Function<'t>, String)> {
    let mut started: BTreeMap<String, &str> = BTreeMap::new();
    for function in functions
        .iter()
        .filter(|function| is_named(&function.name, "Test"))
    {
        for suite in suites(function.node, text) {
            started.insert(suite, &function.name);
        }
    }
    let is_method = |function: &&Function<'_>| {
        function.node.kind() == "method_declaration" && is_named(&function.name, "Test")
    };
    functions
        .iter()
        .filter(is_method)
        .filter_map(|method| {
            let test = started.get(&receiver(method.node, text)?)?;
            Some((method, format!("{test}/{}", method.name)))
        })
        .collect()
}

/// The types of all suites that a function starts: `suite.Run(t, new(CartSuite))`.
fn suites(function: Node<'_>, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if function.kind() != "function_declaration" {
        return found;
    }
    walk(function, |node| {
        if node.kind() == "call_expression" {
            found.extend(suite_of(node, text));
        }
        Go::In
    });
    found
}

fn suite_of(call: Node<'_>, text: &str) -> Option<String> {
    let called = call.child_by_field_name("function")?;
    if text_of(called, text) != "suite.Run" {
        return None;
    }
    let arguments = children(call.child_by_field_name("arguments")?);
    let mut name = None;
    walk(*arguments.get(1)?, |node| {
        let is_name = matches!(node.kind(), "type_identifier" | "identifier");
        let word = text_of(node, text);
        if name.is_none() && is_name && word != "new" {
            name = Some(word.to_owned());
        }
        Go::In
    });
    name
}
