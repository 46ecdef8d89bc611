//! Tells whether a test file of Go can run other subtests although its text is the same.

use super::surface;
use super::syntax::{Go, children, parse, text_of, walk};
use redgreen_core::surface::Surface;
use tree_sitter::Node;

/// Whether a loop over something that the file does not spell out runs subtests.
pub(super) fn varies(path: &str, text: &str) -> bool {
    if !path.ends_with("_test.go")
        || surface::surface(path) != Surface::Test
        || !text.contains(".Run(")
    {
        return false;
    }
    let Some(tree) = parse(text) else {
        return false;
    };
    let root = tree.root_node();
    let mut found = false;
    walk(root, |node| {
        found |= is_subtest(node, text) && is_repeated(node, root, text);
        if found { Go::Past } else { Go::In }
    });
    found
}

/// `t.Run(name, ..)`.
fn is_subtest(node: Node<'_>, text: &str) -> bool {
    let called = || {
        node.child_by_field_name("function")?
            .child_by_field_name("field")
    };
    node.kind() == "call_expression" && called().is_some_and(|name| text_of(name, text) == "Run")
}

/// Whether a loop around it takes its rows from elsewhere.
fn is_repeated(call: Node<'_>, root: Node<'_>, text: &str) -> bool {
    let around = std::iter::successors(call.parent(), |node| node.parent());
    let mut loops = around.filter(|node| node.kind() == "for_statement");
    loops.any(|each| {
        let of = children(each)
            .into_iter()
            .find(|part| part.kind() == "range_clause")
            .and_then(|range| range.child_by_field_name("right"));
        of.is_none_or(|rows| !is_spelled(rows, root, text))
    })
}

/// Whether the rows stand in the file: a literal, or a variable that is set to one and to which
/// nothing is appended.
fn is_spelled(rows: Node<'_>, root: Node<'_>, text: &str) -> bool {
    match rows.kind() {
        "composite_literal" | "int_literal" => true,
        "identifier" => {
            let name = text_of(rows, text);
            let mut values = Vec::new();
            walk(root, |node| {
                values.extend(set(node, name, text));
                Go::In
            });
            !values.is_empty()
                && values
                    .iter()
                    .all(|value| matches!(value.kind(), "composite_literal" | "int_literal"))
        }
        _ => false,
    }
}

/// What `node` sets the variable `name` to.
fn set<'t>(node: Node<'t>, name: &str, text: &str) -> Option<Node<'t>> {
    let (names, values) = match node.kind() {
        "short_var_declaration" | "assignment_statement" => ("left", "right"),
        "var_spec" | "const_spec" => ("name", "value"),
        _ => return None,
    };
    let names = node.child_by_field_name(names)?;
    let is_it = text_of(names, text)
        .split(',')
        .any(|each| each.trim() == name);
    let values = node.child_by_field_name(values).filter(|_| is_it)?;
    match values.kind() {
        "expression_list" => children(values).first().copied(),
        _ => Some(values),
    }
}

#[cfg(test)]
mod tests {
    use super::varies;

    #[test]
    fn subtests_of_rows_that_stand_elsewhere_can_vary() {
        let run = "t.Run(name, func(t *testing.T) {})";
        for (body, owed) in [
            (run.to_owned(), false),
            (
                format!("for _, name := range []string{{\"a\"}} {{ {run} }}"),
                false,
            ),
            (
                format!("cases := []struct{{}}{{}}\nfor _, name := range cases {{ {run} }}"),
                false,
            ),
            (
                format!(
                    "cases := []struct{{}}{{}}\ncases = append(cases, x)\nfor _, name := range cases {{ {run} }}"
                ),
                true,
            ),
            (format!("for name := range shop.Formats {{ {run} }}"), true),
            (format!("for name := range shop.All() {{ {run} }}"), true),
            (format!("for i := 0; i < shop.Count; i++ {{ {run} }}"), true),
            (
                "for name := range shop.Formats { check(name) }".to_owned(),
                false,
            ),
        ] {
            let text = format!("package shop\n\nfunc TestA(t *testing.T) {{\n{body}\n}}\n");
            assert_eq!(varies("a_test.go", &text), owed, "{text}");
        }
        let table = "package shop\nvar cases = []int{1}\nfunc TestA(t *testing.T) { for _, n := range cases { t.Run(f(n), g) } }\n";
        assert!(!varies("a_test.go", table));
    }
}
