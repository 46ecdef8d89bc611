//! Proposes what stands in place of whole bodies of Java, by the types that methods give back.

use super::super::functions::functions;
use super::super::syntax::{Items, text_of};
use crate::mutate::{Wanted, lines_of};
use redgreen_core::mutant::{Draft, Operator};
use tree_sitter::Node;

/// A comment that changes nothing.
const NO_OP: &str = "{ /* redgreen: no change */";

/// The bodies of the wanted methods, each as something simple of the method's own type, and a
/// change of nothing in each.
pub(super) fn drafts(items: &Items<'_>, text: &str, wanted: &Wanted) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for function in functions(items, text) {
        let Some(body) = function
            .body
            .filter(|_| wanted.functions.contains(&function.name))
        else {
            continue;
        };
        if function.node.kind() == "method_declaration" {
            let bytes = body.start_byte()..body.start_byte() + 1;
            drafts.push(Draft {
                function: function.name.clone(),
                lines: lines_of(text, &bytes),
                bytes,
                operator: Operator::NoOp,
                now: NO_OP.to_owned(),
            });
        }
        for now in bodies(body, text) {
            drafts.push(Draft {
                function: function.name.clone(),
                lines: lines_of(text, &body.byte_range()),
                bytes: body.byte_range(),
                operator: Operator::Body,
                now,
            });
        }
    }
    drafts
}

/// What may stand in place of a method's body. A constructor keeps its own: fields need it.
fn bodies(body: Node<'_>, text: &str) -> Vec<String> {
    let result = body
        .parent()
        .and_then(|method| method.child_by_field_name("type"));
    let Some(result) = result else {
        return Vec::new();
    };
    let own: String = text_of(body, text).split_whitespace().collect();
    // Every line keeps its number.
    let breaks = "\n".repeat(text_of(body, text).matches('\n').count());
    let values = values(text_of(result, text));
    let written = values.iter().map(|value| match *value {
        "" => format!("{{{breaks}}}"),
        value => format!("{{ return {value};{breaks} }}"),
    });
    written
        .filter(|now| now.split_whitespace().collect::<String>() != own)
        .collect()
}

/// Simple values of a type, by its name; the empty text where it has none.
pub(super) fn values(result: &str) -> &'static [&'static str] {
    let name = result.split('<').next().unwrap_or(result).trim();
    let last = name.rsplit('.').next().unwrap_or(name);
    match last {
        "void" => &[""],
        "boolean" | "Boolean" => &["true", "false"],
        "byte" | "short" | "int" | "long" | "char" | "float" | "double" => &["0", "1"],
        "Integer" => &["0", "1"],
        "Long" => &["0L", "1L"],
        "Double" => &["0.0", "1.0"],
        "String" | "CharSequence" => &["\"\"", "\"mutant\""],
        "Optional" => &["java.util.Optional.empty()"],
        "List" | "Collection" | "Iterable" => &["java.util.Collections.emptyList()"],
        "Set" => &["java.util.Collections.emptySet()"],
        "Map" => &["java.util.Collections.emptyMap()"],
        "Stream" => &["java.util.stream.Stream.empty()"],
        _ => &["null"],
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::syntax;
    use super::*;

    fn of(text: &str, name: &str) -> Vec<String> {
        let wanted = Wanted {
            functions: [name.to_owned()].into(),
            ..Wanted::default()
        };
        let tree = syntax::parse(text).expect("a tree");
        let drafts = drafts(&Items::of(&tree, text), text, &wanted);
        let bodies = drafts
            .iter()
            .filter(|draft| draft.operator == Operator::Body);
        let applied = bodies.map(|draft| {
            let mut whole = text.to_owned();
            whole.replace_range(draft.bytes.clone(), &draft.now);
            let tree = syntax::parse(&whole).expect("a tree");
            assert!(!tree.root_node().has_error(), "{whole}");
            draft.now.clone()
        });
        applied.collect()
    }

    #[test]
    fn a_body_gives_way_to_a_value_of_its_type() {
        let text = "class A { int f(int a) { return a; } void g() { go(); } boolean h() { return true; } java.util.List<String> i() { return x; } A() { y = 1; } A j() { return this; } }";
        assert_eq!(of(text, "A.f(int)"), ["{ return 0; }", "{ return 1; }"]);
        assert_eq!(of(text, "A.g()"), ["{}"]);
        assert_eq!(of(text, "A.h()"), ["{ return false; }"], "not what it is");
        assert_eq!(
            of(text, "A.i()"),
            ["{ return java.util.Collections.emptyList(); }"]
        );
        assert_eq!(of(text, "A.j()"), ["{ return null; }"]);
        assert_eq!(of(text, "A.<init>()"), [""; 0]);
    }

    #[test]
    fn every_line_keeps_its_number() {
        let text = "class A {\n  int f() {\n    return 2;\n  }\n}\n";
        let now = &of(text, "A.f()")[0];
        assert_eq!(now.matches('\n').count(), 2);
    }
}
