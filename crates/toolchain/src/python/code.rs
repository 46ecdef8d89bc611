//! Digests what a file executes, so that an edit of comments or layout is told from one of code.

use super::{digest, syntax};
use redgreen_core::id::Digest;
use tree_sitter::Node;

/// The digest of a file's tokens: comments, layout and docstrings left out. Docstrings count where
/// the file reads them or holds an example to execute.
pub(super) fn of(root: Node<'_>, text: &str) -> Digest {
    let are_read = text.contains("__doc__") || text.contains(">>>") || text.contains("docopt");
    let mut left_out = Vec::new();
    if !are_read {
        let (functions, classes) = syntax::definitions(root, text);
        let bodies = functions.iter().chain(&classes).map(|def| def.node);
        let own = syntax::docstring(&syntax::children(root));
        let inner = bodies.filter_map(|node| syntax::docstring(&syntax::statements(node)));
        left_out.extend(own.into_iter().chain(inner).map(|node| node.id()));
    }
    digest::tokens(root, text, &left_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Digest {
        let tree = syntax::parse(text).expect("a tree");
        of(tree.root_node(), text)
    }

    const BASE: &str =
        "\"\"\"A shop.\"\"\"\nA = {'a': 1}\n\n\ndef f(a):\n    \"\"\"Says a.\"\"\"\n    return a\n";

    #[test]
    fn comments_layout_and_docstrings_are_no_code() {
        for (from, to) in [
            ("A = {'a': 1}", "# All of it.\nA = { 'a':  1 }  # one"),
            ("A shop.", "A large shop."),
            ("Says a.", "Says a at once."),
            ("    \"\"\"Says a.\"\"\"\n", ""),
        ] {
            assert_eq!(code(&BASE.replace(from, to)), code(BASE), "{to}");
        }
    }

    #[test]
    fn whatever_is_executed_is_code() {
        for (from, to) in [("1}", "2}"), ("return a", "return A"), ("f(a)", "g(a)")] {
            assert_ne!(code(&BASE.replace(from, to)), code(BASE), "{to}");
        }
    }

    #[test]
    fn a_docstring_that_is_read_is_code() {
        for read in ["print(__doc__)\n", "# >>> f(1)\n", "import docopt\n"] {
            let base = format!("{BASE}{read}");
            assert_ne!(
                code(&base.replace("Says a.", "Says b.")),
                code(&base),
                "{read}"
            );
        }
    }
}
