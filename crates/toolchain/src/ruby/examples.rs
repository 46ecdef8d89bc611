//! Finds the examples of a spec file, as its text shows them.

use super::{syntax, titles};
use crate::Unit;
use crate::shape::{children, lines, text_of};
use redgreen_core::change::TestItem;
use redgreen_core::id::TestId;
use std::collections::BTreeMap;
use tree_sitter::Node;

const GROUPS: [&str; 11] = [
    "describe",
    "context",
    "feature",
    "example_group",
    "experiment",
    "xdescribe",
    "xcontext",
    "xfeature",
    "fdescribe",
    "fcontext",
    "ffeature",
];
const EXAMPLES: [&str; 15] = [
    "it",
    "specify",
    "example",
    "scenario",
    "xit",
    "xspecify",
    "xexample",
    "xscenario",
    "fit",
    "fspecify",
    "fexample",
    "fscenario",
    "focus",
    "skip",
    "pending",
];
const BEHAVES: [&str; 2] = ["it_behaves_like", "it_should_behave_like"];
const INCLUDES: [&str; 2] = ["include_examples", "include_context"];
const SHARED: [&str; 3] = ["shared_examples", "shared_examples_for", "shared_context"];

/// Marks that silence a group or an example, or all the others.
const MUTES: [&str; 3] = ["skip", "pending", "focus"];

/// How deep shared examples may include others.
const DEEPEST: usize = 8;

/// What stands around a node.
#[derive(Clone, Default)]
struct Around {
    titles: Vec<String>,
    muted: bool,
    included: usize,
}

/// A walk over one spec file.
struct Finder<'t, 's> {
    unit: &'s Unit,
    path: &'s str,
    text: &'s str,
    /// Blocks of shared examples, by name.
    shared: BTreeMap<String, Node<'t>>,
    seen: BTreeMap<String, u32>,
    found: Vec<TestItem>,
}

/// The examples of the file at `path`, in the order of the text.
pub(super) fn of(root: Node<'_>, unit: &Unit, path: &str, text: &str) -> Vec<TestItem> {
    let mut finder = Finder {
        unit,
        path,
        text,
        shared: shared_blocks(root, text),
        seen: BTreeMap::new(),
        found: Vec::new(),
    };
    finder.walk(root);
    finder.found
}

/// The name of a call's method, where it is RSpec's to answer: without a receiver, or of `RSpec`.
fn method<'s>(node: Node<'_>, text: &'s str) -> Option<&'s str> {
    if node.kind() != "call" {
        return None;
    }
    let receiver = node.child_by_field_name("receiver");
    let own =
        receiver.is_none_or(|receiver| matches!(text_of(receiver, text), "RSpec" | "::RSpec"));
    let name = node.child_by_field_name("method").filter(|_| own)?;
    Some(text_of(name, text))
}

fn shared_blocks<'t>(root: Node<'t>, text: &str) -> BTreeMap<String, Node<'t>> {
    let mut found = BTreeMap::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        if method(node, text).is_some_and(|name| SHARED.contains(&name))
            && let Some(block) = node.child_by_field_name("block")
            && let Some(first) = titles::arguments(node, text).first()
        {
            let name = titles::literal(first).unwrap_or(first);
            found.insert(name.to_owned(), block);
        }
        open.extend(children(node));
    }
    found
}

impl<'t> Finder<'t, '_> {
    fn walk(&mut self, root: Node<'t>) {
        let mut open = vec![(root, Around::default())];
        while let Some((node, around)) = open.pop() {
            let Some((below, inner)) = self.visit(node, around) else {
                continue;
            };
            let below = children(below).into_iter().rev();
            open.extend(below.map(|child| (child, inner.clone())));
        }
    }

    /// Takes a node up; gives what to go on with below it.
    fn visit(&mut self, node: Node<'t>, around: Around) -> Option<(Node<'t>, Around)> {
        if matches!(node.kind(), "method" | "singleton_method") {
            return None;
        }
        let Some(name) = method(node, self.text) else {
            // `xit "todo"` without anything else is a bare word or a call; a word has no title.
            return Some((node, around));
        };
        let block = node.child_by_field_name("block");
        if GROUPS.contains(&name) {
            let block = block?;
            let mut inner = around;
            let arguments = titles::arguments(node, self.text);
            inner.titles.push(titles::group(&arguments));
            inner.muted |= name.starts_with(['x'])
                || name != "feature" && name.starts_with('f')
                || self.is_marked(node)
                || self.skips_all(block);
            return Some((block, inner));
        }
        if EXAMPLES.contains(&name) {
            self.example(node, name, &around);
            return None;
        }
        if BEHAVES.contains(&name) {
            self.behaves(node, &around);
            return None;
        }
        if INCLUDES.contains(&name) {
            let mut inner = around;
            inner.included += 1;
            let first = titles::arguments(node, self.text).first().copied()?;
            let name = titles::literal(first).unwrap_or(first);
            let shared = self.shared.get(name).copied();
            return Some((shared.filter(|_| inner.included <= DEEPEST)?, inner));
        }
        let is_set_up = [
            "let",
            "let!",
            "subject",
            "subject!",
            "before",
            "after",
            "around",
            "prepend_before",
        ];
        if SHARED.contains(&name) || is_set_up.contains(&name) {
            return None;
        }
        Some((node, around))
    }

    fn example(&mut self, node: Node<'t>, name: &str, around: &Around) {
        let block = node.child_by_field_name("block");
        let arguments = titles::arguments(node, self.text);
        let title = titles::example(&arguments, block.map(|block| text_of(block, self.text)));
        let Some(title) = title.filter(|_| !around.titles.is_empty()) else {
            return;
        };
        let plain = matches!(name, "it" | "specify" | "example" | "scenario");
        let by_block = node
            .child_by_field_name("arguments")
            .map(children)
            .unwrap_or_default();
        let passed = by_block.iter().any(|each| each.kind() == "block_argument");
        let muted = !plain
            || self.is_marked(node)
            || block.is_none_or(|block| self.skips_itself(block)) && !passed;
        self.push(node, around, title, muted);
    }

    /// Shared examples are cases of the line that takes them up; where the file itself holds them,
    /// they are its body too.
    fn behaves(&mut self, node: Node<'t>, around: &Around) {
        let arguments = titles::arguments(node, self.text);
        if let Some(title) = titles::shared(&arguments).filter(|_| !around.titles.is_empty()) {
            self.push(node, around, title, false);
        }
    }

    fn push(&mut self, node: Node<'t>, around: &Around, title: String, muted: bool) {
        let mut parts = vec![self.path.to_owned()];
        parts.extend(around.titles.iter().cloned());
        parts.push(title);
        let plain = parts.join("::");
        let count = self.seen.entry(plain.clone()).or_default();
        *count += 1;
        let name = match *count {
            1 => plain,
            more => format!("{plain}[{more}]"),
        };
        let list = node.child_by_field_name("arguments");
        let title = list.and_then(|list| children(list).first().map(Node::id));
        let left_out: Vec<usize> = title.into_iter().collect();
        let is_shared = method(node, self.text).is_some_and(|name| BEHAVES.contains(&name));
        let mut nodes = vec![node];
        if is_shared {
            let first = titles::arguments(node, self.text)
                .first()
                .copied()
                .unwrap_or_default();
            nodes.extend(self.shared.get(titles::literal(first).unwrap_or(first)));
        }
        let left_out = if is_shared { &[][..] } else { &left_out[..] };
        let shape = syntax::shape(self.text);
        self.found.push(TestItem {
            id: TestId::new(&self.unit.id, name),
            path: self.path.to_owned(),
            lines: lines(node, node),
            body: shape.of(&nodes, left_out),
            constants: shape.constants(&nodes, left_out),
            muted: muted || around.muted,
        });
    }

    /// Whether an option of the call silences it: `:skip`, `pending: "why"`.
    fn is_marked(&self, call: Node<'_>) -> bool {
        let list = call.child_by_field_name("arguments").map(children);
        list.unwrap_or_default()
            .into_iter()
            .any(|each| match each.kind() {
                "simple_symbol" => {
                    MUTES.contains(&text_of(each, self.text).trim_start_matches(':'))
                }
                "pair" => {
                    let of = |field| {
                        each.child_by_field_name(field)
                            .map_or("", |n| text_of(n, self.text))
                    };
                    let key = of("key").trim_start_matches(':').trim_matches(['"', '\'']);
                    MUTES.contains(&key) && !matches!(of("value"), "false" | "nil")
                }
                _ => false,
            })
    }

    fn statements(block: Node<'t>) -> Vec<Node<'t>> {
        block
            .child_by_field_name("body")
            .map(children)
            .unwrap_or_default()
    }

    /// Whether the block gives itself up in its first statements, without a condition.
    fn skips_itself(&self, block: Node<'t>) -> bool {
        Self::statements(block).into_iter().any(|statement| {
            let word = statement.kind() == "identifier";
            let word = word.then(|| text_of(statement, self.text));
            let given = statement.child_by_field_name("block").is_none();
            let name = word.or_else(|| method(statement, self.text).filter(|_| given));
            matches!(name, Some("skip" | "pending"))
        })
    }

    /// Whether a hook of the group gives every example up.
    fn skips_all(&self, block: Node<'t>) -> bool {
        let hooks = Self::statements(block).into_iter();
        let mut hooks = hooks.filter(|each| method(*each, self.text) == Some("before"));
        hooks.any(|hook| {
            hook.child_by_field_name("block")
                .is_some_and(|block| self.skips_itself(block))
        })
    }
}
