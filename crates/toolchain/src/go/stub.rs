//! Puts stubs into functions: bodies that fail before they begin.

use super::syntax::{Function, functions, parse};
use crate::language::STUB;
use std::collections::BTreeSet;

/// The text with a stub at the start of each named function. The body stays behind it, so that
/// imports and variables stay used and lines stay where they are; Go lets code stand behind a
/// panic, and a function that ends in one owes no `return`.
pub(super) fn stub(text: &str, names: &BTreeSet<String>) -> String {
    let Some(tree) = parse(text) else {
        return text.to_owned();
    };
    let functions = functions(tree.root_node(), text);
    let mut places: Vec<(usize, &str)> = functions
        .iter()
        .filter(|function| is_stubbable(function) && names.contains(&function.path))
        .filter_map(|function| Some((function.body()?.start_byte() + 1, function.path.as_str())))
        .collect();
    places.sort_unstable();
    let mut stubbed = text.to_owned();
    for (place, name) in places.into_iter().rev() {
        stubbed.insert_str(place, &format!(" panic(\"{STUB}{name}\"); "));
    }
    stubbed
}

/// Whether a stub can be put into a function: it has a body, and is none that runs before any
/// test does.
pub(super) fn is_stubbable(function: &Function<'_>) -> bool {
    let is_entry = function.node.kind() == "function_declaration"
        && matches!(function.name.as_str(), "init" | "main");
    !is_entry && function.body().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stubbed(text: &str, name: &str) -> String {
        stub(text, &[name.to_owned()].into())
    }

    #[test]
    fn a_stub_stands_at_the_start_of_the_body_and_keeps_the_lines() {
        let text = "package a\n\nfunc Add(a, b int) int { return a + b }\n\nfunc (c *Cart) Total() int {\n\treturn c.n\n}\n";
        assert_eq!(
            stubbed(text, "Add"),
            text.replace(
                "int { return a",
                "int { panic(\"redgreen stub: Add\");  return a"
            )
        );
        assert_eq!(
            stubbed(text, "Cart.Total"),
            text.replace("int {\n", "int { panic(\"redgreen stub: Cart.Total\"); \n")
        );
        assert_eq!(stubbed(text, "Total"), text);
    }

    #[test]
    fn entries_and_functions_without_a_body_are_left_alone() {
        let text = "package main\nfunc init() {}\nfunc main() {}\nfunc asm(x int) int\nfunc (m M) init() {}\n";
        for name in ["init", "main", "asm"] {
            assert_eq!(stubbed(text, name), text);
        }
        assert!(stubbed(text, "M.init").contains("redgreen stub: M.init"));
    }
}
