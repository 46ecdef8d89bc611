//! Proposes defects of Python code.

mod arid;
mod assertion;
mod body;
mod collection;
mod dead;
mod grammar;
mod guarded;
mod place;
mod renamed;

use super::{stub, syntax};
use crate::mutate::{Edit, Holder, Wanted, lines_of, walk};
use redgreen_core::mutant::{Draft, Operator};
use redgreen_core::surface::Lines;
use syntax::Def;
use tree_sitter::Node;

/// Every defect that `text` can take where it is `wanted`.
pub(super) fn of(text: &str, wanted: &Wanted) -> Vec<Draft> {
    let Some(tree) = syntax::parse(text) else {
        return Vec::new();
    };
    let root = tree.root_node();
    let (functions, _) = syntax::definitions(root, text);
    let holders: Vec<Holder> = functions.iter().map(holder).collect();
    let mut drafts = walk((root, text), &grammar::PYTHON, &holders, wanted);
    drafts.retain(|draft| {
        !guarded::is_equal(root, text, draft) && !dead::is_equal(root, text, draft)
    });
    for def in &functions {
        let name = def.dotted();
        if wanted.functions.contains(&name) && stub::takes_stub(def, text) {
            let edits = body::edits(def, text);
            drafts.extend(edits.into_iter().map(|edit| draft(text, &name, edit)));
        }
        let is_tested = |lines: &Lines| wanted.tests.iter().any(|some| some.touches(*lines));
        if wanted.functions.contains(&name) || is_tested(&def.lines()) {
            drafts.extend(renamed::edit(def, text).map(|edit| draft(text, &name, edit)));
        }
    }
    for (def, edits) in assertion::edits(root, text, &functions, wanted) {
        let name = def.map_or(String::new(), Def::dotted);
        drafts.extend(edits.into_iter().map(|edit| draft(text, &name, edit)));
    }
    once_each(drafts)
}

/// The function with its decorators: what stands in them is its own.
fn holder(def: &Def<'_>) -> Holder {
    Holder {
        name: def.dotted(),
        bytes: def.whole.byte_range(),
    }
}

fn draft(text: &str, function: &str, (bytes, operator, now): Edit) -> Draft {
    Draft {
        function: function.to_owned(),
        lines: lines_of(text, &bytes),
        bytes,
        operator,
        now,
    }
}

/// Two rules may propose the same edit; the first keeps it.
fn once_each(drafts: Vec<Draft>) -> Vec<Draft> {
    let mut seen = std::collections::BTreeSet::new();
    let is_new = |draft: &Draft| {
        seen.insert((
            draft.bytes.start,
            draft.bytes.end,
            draft.now.trim().to_owned(),
            draft.operator == Operator::NoOp,
        ))
    };
    let mut is_new = is_new;
    drafts.into_iter().filter(|draft| is_new(draft)).collect()
}

/// `now` in the place of `node`, with a space where it would grow together with its neighbour.
fn instead(node: Node<'_>, text: &str, now: &str) -> String {
    let grows = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '"');
    let before = text.get(..node.start_byte()).unwrap_or_default();
    let after = text.get(node.end_byte()..).unwrap_or_default();
    let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let left = word(before.chars().next_back()) && grows(now.chars().next());
    let right = grows(now.chars().next_back()) && word(after.chars().next());
    let space = |wanted: bool| if wanted { " " } else { "" };
    format!("{}{now}{}", space(left), space(right))
}

/// The name that a call goes to, without what stands in front of it, and the call's arguments.
fn called<'t, 's>(call: Node<'t>, text: &'s str) -> Option<(&'s str, Vec<Node<'t>>)> {
    let function = call.child_by_field_name("function")?;
    let name = match function.kind() {
        "identifier" => function,
        "attribute" => function.child_by_field_name("attribute")?,
        _ => return None,
    };
    let arguments = call.child_by_field_name("arguments")?;
    let is_list = arguments.kind() == "argument_list";
    let arguments = if is_list {
        syntax::children(arguments)
    } else {
        Vec::new()
    };
    is_list.then(|| (syntax::text_of(name, text), arguments))
}

#[cfg(test)]
mod tests;
