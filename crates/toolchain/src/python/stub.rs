//! Puts stubs into functions. Every line keeps its number.

use super::syntax::{self, Def};
use crate::language::STUB;
use std::collections::BTreeSet;
use std::ops::Range;
use tree_sitter::Node;

/// The text with the body of each named function replaced by a stub. The docstring stays; a
/// generator stays one.
pub(super) fn stubbed(text: &str, functions: &BTreeSet<String>) -> String {
    let Some(tree) = syntax::parse(text) else {
        return text.to_owned();
    };
    let (found, _) = syntax::definitions(tree.root_node(), text);
    let mut result = text.to_owned();
    for def in found.iter().rev() {
        let name = def.dotted();
        if functions.contains(&name)
            && takes_stub(def, text)
            && let Some((bytes, stub)) = replacement(def, text, &name)
        {
            result.replace_range(bytes, &stub);
        }
    }
    result
}

/// Whether a stub means something in this function: it has a body that runs.
pub(super) fn takes_stub(def: &Def<'_>, text: &str) -> bool {
    let promised = syntax::decorators(def.whole, text).into_iter().any(|each| {
        matches!(
            syntax::last_name(each),
            "abstractmethod" | "abstractproperty" | "overload"
        )
    });
    let statements = syntax::statements(def.node);
    let own = body(&statements);
    let dots = |node: &Node<'_>| syntax::text_of(*node, text) == "...";
    let empty = !own.is_empty() && own.iter().all(dots);
    !promised && !empty && !statements.is_empty()
}

/// The statements behind the docstring.
pub(super) fn body<'s, 't>(statements: &'s [Node<'t>]) -> &'s [Node<'t>] {
    let doc = usize::from(syntax::docstring(statements).is_some());
    &statements[doc..]
}

/// The bytes of a body and what takes their place: the stub on the first line, and as many line
/// breaks as there were.
fn replacement(def: &Def<'_>, text: &str, name: &str) -> Option<(Range<usize>, String)> {
    let statements = syntax::statements(def.node);
    let own = body(&statements);
    let keep = match syntax::holds(def.node, "yield") {
        true => "; yield",
        false => "",
    };
    // An error that no test expects: one that expects another one runs into the stub all the same.
    let stub = format!("raise SystemError(\"{STUB}{name}\"){keep}");
    let (Some(first), Some(last)) = (own.first(), own.last()) else {
        let end = statements.last()?.end_byte();
        return Some((end..end, format!("; {stub}")));
    };
    let bytes = first.start_byte()..past_semicolon(text, last.end_byte());
    let breaks = text.get(bytes.clone())?.chars();
    let breaks: String = breaks.filter(|c| matches!(c, '\n' | '\r')).collect();
    Some((bytes, stub + &breaks))
}

/// A statement may end with a semicolon, which cannot stand alone on a line.
pub(super) fn past_semicolon(text: &str, end: usize) -> usize {
    let rest = text.get(end..).unwrap_or_default();
    let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    if rest[blank..].starts_with(';') {
        end + blank + 1
    } else {
        end
    }
}
