//! Lists what a source file holds: tests, functions, names.

use super::constraint;
use super::digest;
use super::names;
use super::place::{parent, prefix};
use super::stub::is_stubbable;
use super::suite;
use super::syntax::{Function, Go, children, functions, lines, parse, statements, text_of, walk};
use crate::language::Outline;
use crate::unit::Unit;
use redgreen_core::change::{FunctionItem, TestItem};
use redgreen_core::id::{Digest, TestId};
use redgreen_core::surface::Surface;
use std::collections::{BTreeMap, BTreeSet};
use tree_sitter::Node;

/// The outline of a file that stands on `surface`.
pub(super) fn outline(unit: &Unit, path: &str, text: &str, surface: Surface) -> Outline {
    let Some(tree) = parse(text) else {
        return Outline::default();
    };
    let root = tree.root_node();
    if surface.is_test_surface() {
        let holds_tests = surface == Surface::Test && path.ends_with("_test.go");
        let file = File::new(unit, path, text, root);
        return Outline {
            tests: if holds_tests {
                file.tests()
            } else {
                Vec::new()
            },
            ..Outline::default()
        };
    }
    Outline {
        functions: functions(root, text)
            .iter()
            .map(|function| item(function, path, text))
            .collect(),
        names: names::defined(root, text),
        code: (!text.is_empty()).then(|| code(root, text)),
        ..Outline::default()
    }
}

fn item(function: &Function<'_>, path: &str, text: &str) -> FunctionItem {
    FunctionItem {
        name: function.path.clone(),
        path: path.to_owned(),
        lines: lines(function.node),
        body: digest::of(&[function.node], None, text),
        stubbable: is_stubbable(function),
    }
}

/// The digest of a production file. In a file of cgo, comments are code of another language.
fn code(root: Node<'_>, text: &str) -> Digest {
    if text.contains("import \"C\"") {
        Digest::of(text.as_bytes())
    } else {
        digest::of(&[root], None, text)
    }
}

/// A test file.
struct File<'f> {
    unit: &'f Unit,
    path: &'f str,
    text: &'f str,
    root: Node<'f>,
    /// Whether a plain run leaves it out.
    left_out: bool,
    /// Constants and variables outside of functions, by name.
    tables: BTreeMap<&'f str, Node<'f>>,
}

impl<'f> File<'f> {
    fn new(unit: &'f Unit, path: &'f str, text: &'f str, root: Node<'f>) -> Self {
        Self {
            unit,
            path,
            text,
            root,
            left_out: constraint::is_left_out(path, text),
            tables: tables(root, text),
        }
    }

    fn tests(&self) -> Vec<TestItem> {
        let functions = functions(self.root, self.text);
        let mut found: Vec<TestItem> = Vec::new();
        for function in &functions {
            if is_test(function, self.text) {
                found.push(self.item(function, &function.name));
            }
        }
        for (method, test) in suite::methods(&functions, self.text) {
            found.push(self.item(method, &test));
        }
        found.sort_by_key(|item| item.lines);
        found
    }

    fn item(&self, function: &Function<'_>, test: &str) -> TestItem {
        let dir = parent(self.path);
        let dir = if dir == self.unit.dir {
            ""
        } else {
            self.unit.inside(dir).unwrap_or(dir)
        };
        let mut parts = vec![function.node];
        parts.extend(self.used_tables(function.node));
        let name = function.node.child_by_field_name("name");
        TestItem {
            id: TestId::new(&self.unit.id, format!("{}{test}", prefix(dir))),
            path: self.path.to_owned(),
            lines: lines(function.node),
            body: digest::of(&parts, name, self.text),
            constants: digest::constants(&parts, self.text),
            muted: self.left_out || is_skipped(function, self.text),
        }
    }

    /// The tables of cases that stand outside of the test: a case more is another test.
    fn used_tables(&self, function: Node<'_>) -> Vec<Node<'f>> {
        let mut used: BTreeSet<&str> = BTreeSet::new();
        walk(function, |node| {
            if node.kind() == "identifier" {
                let name = text_of(node, self.text);
                used.extend(self.tables.get_key_value(name).map(|(name, _)| *name));
            }
            Go::In
        });
        let mut found: Vec<Node<'f>> = used.iter().map(|name| self.tables[name]).collect();
        found.sort_by_key(Node::start_byte);
        found.dedup();
        found
    }
}

fn tables<'f>(root: Node<'f>, text: &'f str) -> BTreeMap<&'f str, Node<'f>> {
    let mut found = BTreeMap::new();
    for declaration in children(root) {
        if !matches!(declaration.kind(), "var_declaration" | "const_declaration") {
            continue;
        }
        walk(declaration, |node| {
            if !matches!(node.kind(), "var_spec" | "const_spec") {
                return Go::In;
            }
            let mut cursor = node.walk();
            for name in node.children_by_field_name("name", &mut cursor) {
                found.insert(text_of(name, text), node);
            }
            Go::Past
        });
    }
    found
}

/// Whether `go test` runs the function: `TestX(t *testing.T)`, `FuzzX(f *testing.F)`, and
/// `ExampleX()` that says what it prints.
fn is_test(function: &Function<'_>, text: &str) -> bool {
    let node = function.node;
    let bare = node.child_by_field_name("result").is_none()
        && node.child_by_field_name("type_parameters").is_none();
    if node.kind() != "function_declaration" || !bare {
        return false;
    }
    let parameters = node.child_by_field_name("parameters").map(children);
    let parameters = parameters.unwrap_or_default();
    let takes = |wanted: &str| {
        let [only] = parameters.as_slice() else {
            return false;
        };
        let kind = only
            .child_by_field_name("type")
            .map(|kind| text_of(kind, text));
        kind.is_some_and(|kind| {
            let kind = kind.strip_prefix('*').unwrap_or_default();
            kind == wanted
                || kind
                    .rsplit_once('.')
                    .is_some_and(|(_, last)| last == wanted)
        })
    };
    let name = &function.name;
    (is_named(name, "Test") && takes("T"))
        || (is_named(name, "Fuzz") && takes("F"))
        || (is_named(name, "Example") && parameters.is_empty() && says_output(function, text))
}

/// Whether `name` is `start` alone or with a word behind it that begins with no small letter.
pub(super) fn is_named(name: &str, start: &str) -> bool {
    name.strip_prefix(start)
        .is_some_and(|rest| !rest.starts_with(char::is_lowercase))
}

/// Whether the last comment of an example's body says what it prints.
fn says_output(example: &Function<'_>, text: &str) -> bool {
    let mut comments: Vec<Node<'_>> = Vec::new();
    if let Some(body) = example.body() {
        walk(body, |node| {
            if node.kind() == "comment" {
                comments.push(node);
            }
            Go::In
        });
    }
    let mut first = comments.pop();
    while let (Some(here), Some(above)) = (first, comments.pop()) {
        if above.end_position().row + 1 != here.start_position().row {
            break;
        }
        first = Some(above);
    }
    let words = first.map_or("", |node| text_of(node, text));
    let words = words
        .trim_start_matches(['/', '*'])
        .trim()
        .to_ascii_lowercase();
    words.starts_with("output:") || words.starts_with("unordered output:")
}

/// Whether the first statement of a test skips it: `t.Skip("later")`, or leaves it.
fn is_skipped(function: &Function<'_>, text: &str) -> bool {
    let first = function.body().map(statements).unwrap_or_default();
    let Some(first) = first.first() else {
        return false;
    };
    let call = text_of(*first, text);
    let called = call.split('(').collect::<Vec<_>>();
    first.kind() == "return_statement"
        || called.iter().any(|before| {
            let name = before.rsplit('.').next().unwrap_or(before).trim();
            first.kind() == "expression_statement" && matches!(name, "Skip" | "Skipf" | "SkipNow")
        })
}

#[cfg(test)]
mod tests;
