//! Finds vitest's tests inside production files, and exchanges them.

use super::syntax::{self, children, field_text};
use crate::Region;
use std::ops::Range;
use tree_sitter::Node;

/// The blocks `if (import.meta.vitest) { .. }` at the top of a file.
pub(super) fn regions(root: Node<'_>, text: &str) -> Vec<Region> {
    let blocks = children(root).into_iter().filter(|node| {
        node.kind() == "if_statement" && is_vitest(field_text(*node, "condition", text))
    });
    let numbered = blocks.enumerate().map(|(at, node)| Region {
        key: match at {
            0 => "import.meta.vitest".to_owned(),
            at => format!("import.meta.vitest#{}", at + 1),
        },
        lines: syntax::lines(node),
        bytes: node.byte_range(),
    });
    numbered.collect()
}

fn is_vitest(condition: &str) -> bool {
    let bare: String = condition.split_whitespace().collect();
    let bare = bare.trim_matches(['(', ')']);
    bare == "import.meta.vitest" || bare.starts_with("import.meta.vitest&&")
}

fn bytes_of(text: &str) -> Vec<Range<usize>> {
    if !text.contains("import.meta.vitest") {
        return Vec::new();
    }
    let tree = syntax::parse("", text);
    let regions = tree.map(|tree| regions(tree.root_node(), text));
    let regions = regions.unwrap_or_default().into_iter();
    regions.map(|region| region.bytes).collect()
}

/// `production` with its test regions taken out and those of `tests` put in their place; those
/// that have no place go to the end.
pub(super) fn graft(production: &str, tests: &str) -> String {
    let (old, new) = (bytes_of(production), bytes_of(tests));
    let mut made = String::with_capacity(production.len());
    let mut at = 0;
    for (number, region) in old.iter().enumerate() {
        match new.get(number) {
            Some(replacement) => {
                made.push_str(&production[at..region.start]);
                made.push_str(&tests[replacement.clone()]);
                at = region.end;
            }
            None => {
                let start = production[..region.start].trim_end().len().max(at);
                made.push_str(&production[at..start]);
                at = region.end;
            }
        }
    }
    made.push_str(&production[at..]);
    for region in new.iter().skip(old.len()) {
        if !made.is_empty() && !made.ends_with('\n') {
            made.push('\n');
        }
        made.push('\n');
        made.push_str(&tests[region.clone()]);
        made.push('\n');
    }
    made
}
