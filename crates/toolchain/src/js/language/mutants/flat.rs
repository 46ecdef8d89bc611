//! Puts code on one line, so that what stands below it keeps its place.

use super::super::syntax::{self, Step, text_of, walk};
use tree_sitter::Node;

/// Statements that a line's end may close.
const OPEN_ENDED: [&str; 10] = [
    "expression_statement",
    "lexical_declaration",
    "variable_declaration",
    "return_statement",
    "throw_statement",
    "break_statement",
    "continue_statement",
    "debugger_statement",
    "do_statement",
    "public_field_definition",
];

/// The expression `arm` on one line; as it is where its line breaks mean something.
pub(super) fn flat(arm: &str) -> String {
    if !arm.contains('\n') {
        return arm.to_owned();
    }
    let bracketed = format!("({arm}\n)");
    let made = syntax::parse("", &bracketed)
        .filter(|tree| !tree.root_node().has_error())
        .and_then(|tree| joined(tree.root_node(), &bracketed))
        .filter(|made| {
            let again = syntax::parse("", made);
            !made.contains('\n') && again.is_some_and(|tree| !tree.root_node().has_error())
        });
    let inner = made
        .as_deref()
        .and_then(|made| made.strip_prefix('(')?.strip_suffix(')'));
    // A comment at the end of the last line would swallow the bracket behind it.
    inner.map_or_else(|| format!("{arm}\n"), str::to_owned)
}

/// The tokens of a tree with spaces where lines ended.
fn joined(root: Node<'_>, text: &str) -> Option<String> {
    let mut closes: Vec<usize> = Vec::new();
    let mut made = String::new();
    let mut last = 0;
    let mut broken = false;
    walk(root, |node| {
        let own = text_of(node, text);
        if node.kind() == "comment" {
            return Step::Skip;
        }
        if OPEN_ENDED.contains(&node.kind()) && !own.ends_with(';') {
            closes.push(node.end_byte());
        }
        broken |= matches!(
            node.kind(),
            "jsx_element" | "object_type" | "interface_body"
        );
        if node.child_count() > 0 || own.is_empty() {
            return Step::Enter;
        }
        close(&mut made, &mut closes, last);
        let gap = &text[last.min(node.start_byte())..node.start_byte()];
        made.push_str(if gap.contains(['\n', '/']) { " " } else { gap });
        let in_template = node
            .parent()
            .is_some_and(|parent| parent.kind() == "template_string");
        match own.contains('\n') {
            true if in_template && node.kind() == "string_fragment" && !is_tagged(node) => {
                made.push_str(&own.replace('\r', "").replace('\n', "\\n"));
            }
            true => broken = true,
            false => made.push_str(own),
        }
        last = node.end_byte();
        Step::Enter
    });
    (!broken).then_some(made)
}

/// Closes the statements that end where the last token did.
fn close(made: &mut String, closes: &mut Vec<usize>, last: usize) {
    if closes.contains(&last) {
        made.push(';');
    }
    closes.retain(|end| *end > last);
}

fn is_tagged(fragment: Node<'_>) -> bool {
    let whole = fragment.parent();
    let call = whole.and_then(|whole| whole.parent());
    call.is_some_and(|call| {
        call.kind() == "call_expression" && call.child_by_field_name("arguments") == whole
    })
}
