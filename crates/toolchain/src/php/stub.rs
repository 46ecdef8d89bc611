//! Puts stubs into functions. Every line keeps its number.

use super::syntax::{self, Def};
use crate::language::STUB;
use std::collections::BTreeSet;

/// The text with a stub at the start of each named function's body.
pub(super) fn stubbed(text: &str, functions: &BTreeSet<String>) -> String {
    let Some(tree) = syntax::parse(text) else {
        return text.to_owned();
    };
    let (found, _) = syntax::definitions(tree.root_node());
    let mut result = text.to_owned();
    for def in found.iter().rev() {
        let name = def.name(text);
        if functions.contains(&name)
            && takes_stub(def)
            && let Some(body) = def.node.child_by_field_name("body")
        {
            let stub = format!(" throw new \\RuntimeException('{STUB}{name}');");
            result.insert_str(body.start_byte() + 1, &stub);
        }
    }
    result
}

/// Whether a stub can be put into the function: it has a body.
pub(super) fn takes_stub(def: &Def<'_>) -> bool {
    let body = def.node.child_by_field_name("body");
    body.is_some_and(|body| !body.has_error() && body.kind() == "compound_statement")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stub_goes_before_the_first_statement_and_keeps_the_lines() {
        let text = "<?php\nnamespace App;\nabstract class Calc {\n  public function add(int $a): int\n  {\n    return $a;\n  }\n  abstract function no(): int;\n}\nfunction f() { return 1; }\n";
        let names = [
            "Calc::add".to_owned(),
            "Calc::no".to_owned(),
            "f".to_owned(),
        ]
        .into();
        let found = stubbed(text, &names);
        let owed = text
            .replace(
                "  {\n    return",
                "  { throw new \\RuntimeException('redgreen stub: Calc::add');\n    return",
            )
            .replace(
                "{ return 1",
                "{ throw new \\RuntimeException('redgreen stub: f'); return 1",
            );
        assert_eq!(found, owed);
    }
}
