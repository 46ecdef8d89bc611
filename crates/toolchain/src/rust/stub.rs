//! Puts stubs into functions: bodies that fail before they begin.

use super::outline::functions;
use super::syntax;
use crate::language::STUB;
use std::collections::BTreeSet;
use tree_sitter::Node;

/// The text with a stub at the start of each named function. The body stays behind it, so that
/// types, lints and line numbers stay as they are.
pub(super) fn stub(text: &str, names: &BTreeSet<String>) -> String {
    let Some(tree) = syntax::parse(text) else {
        return text.to_owned();
    };
    let items = syntax::items(&tree, text);
    let functions = functions(&items, text);
    let mut places: Vec<(usize, &str)> = functions
        .iter()
        .filter(|function| function.stubbable && names.contains(&function.name))
        .filter_map(|function| Some((entry(function.node)?, function.name.as_str())))
        .collect();
    places.sort_unstable();
    let mut stubbed = text.to_owned();
    for (place, name) in places.into_iter().rev() {
        stubbed.insert_str(place, &statement(name));
    }
    stubbed
}

/// Names of the constant functions of a text: their stubs may be hit when the crate is built.
pub fn const_functions(text: &str) -> BTreeSet<String> {
    let Some(tree) = syntax::parse(text) else {
        return BTreeSet::new();
    };
    let items = syntax::items(&tree, text);
    let functions = functions(&items, text).into_iter();
    functions
        .filter(|function| is_constant(function.node, text))
        .map(|function| function.name)
        .collect()
}

/// Whether a function may be called when the crate is built.
pub(super) fn is_constant(function: Node<'_>, text: &str) -> bool {
    let first = function.named_child(0).into_iter();
    let mut modifiers = first
        .chain(function.named_child(1))
        .filter(|child| child.kind() == "function_modifiers");
    modifiers.any(|node| {
        text[node.byte_range()]
            .split_whitespace()
            .any(|word| word == "const")
    })
}

/// Where the first statement of a body may stand: behind its brace and its inner attributes.
pub(super) fn entry(function: Node<'_>) -> Option<usize> {
    let body = function.child_by_field_name("body")?;
    let mut cursor = body.walk();
    let inner = body.named_children(&mut cursor).take_while(|child| {
        child.kind() == "inner_attribute_item" || child.kind().ends_with("_comment")
    });
    let is_inner = |child: &Node<'_>| {
        child.kind() == "inner_attribute_item" || child.child_by_field_name("inner").is_some()
    };
    let last = inner.filter(is_inner).last();
    Some(last.map_or(body.start_byte() + 1, |last| last.end_byte()))
}

/// `if true` keeps the compiler from calling the rest unreachable, in constant functions too.
/// A brace would be taken for a place holder.
fn statement(name: &str) -> String {
    let name = name.replace('\\', "\\\\").replace('"', "\\\"");
    if name.contains(['{', '}']) {
        format!("if true {{ panic!(\"{{}}\", \"{STUB}{name}\") }} ")
    } else {
        format!("if true {{ panic!(\"{STUB}{name}\") }} ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stubbed(text: &str, name: &str) -> String {
        stub(text, &[name.to_owned()].into())
    }

    #[test]
    fn a_stub_stands_at_the_start_of_the_body_and_keeps_the_lines() {
        let text = "pub fn a() -> u8 {\n    1\n}\nfn b() {}\n";
        let owed =
            "pub fn a() -> u8 {if true { panic!(\"redgreen stub: a\") } \n    1\n}\nfn b() {}\n";
        assert_eq!(stubbed(text, "a"), owed);
        assert_eq!(stubbed(text, "unknown"), text);
    }

    #[test]
    fn inner_attributes_and_docs_stay_first() {
        let text = "fn a() {\n    //! doc\n    #![allow(x)]\n    go()\n}";
        assert!(stubbed(text, "a").contains("#![allow(x)]if true { panic!"));
    }

    #[test]
    fn methods_are_named_by_type_trait_and_module() {
        let text = "mod m { impl<T> S<T> { fn a(&self) {} } }\nimpl Default for S { fn default() -> S { S } }\ntrait T { fn d(&self) {} fn r(&self); }\n";
        for name in ["m::S::a", "<S as Default>::default", "T::d"] {
            assert!(stubbed(text, name).contains(&format!(
                "{{if true {{ panic!(\"redgreen stub: {name}\") }} "
            )));
        }
        assert_eq!(stubbed(text, "T::r"), text);
    }

    #[test]
    fn a_name_with_braces_is_no_format() {
        assert_eq!(
            statement("<A<{1}> as B>::c"),
            "if true { panic!(\"{}\", \"redgreen stub: <A<{1}> as B>::c\") } "
        );
    }

    #[test]
    fn tests_and_entry_points_are_not_stubbed() {
        let text = "fn main() { go() }\n#[cfg(test)] mod tests { fn h() {} }";
        let names = ["main", "tests::h"].map(str::to_owned).into();
        assert_eq!(stub(text, &names), text);
    }

    #[test]
    fn constant_functions_are_told_apart() {
        let text = "pub const fn a() {} const unsafe fn b() {} fn c() {} const X: u8 = 1;";
        let owed: BTreeSet<String> = ["a", "b"].map(str::to_owned).into();
        assert_eq!(const_functions(text), owed);
    }
}
