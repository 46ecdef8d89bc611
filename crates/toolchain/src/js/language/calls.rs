//! Tells the calls that make tests and suites from other calls.

use super::syntax::{Step, children, field_text, string, text_of, walk};
use std::collections::BTreeMap;
use tree_sitter::Node;

/// What a call makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Makes {
    /// One test, or one for each row of a table.
    Test,
    /// A suite around tests.
    Suite,
}

/// Names that make tests and suites in every runner; those that skip begin with an x.
const TESTS: [&str; 7] = ["test", "it", "specify", "fit", "xit", "xtest", "xspecify"];
const SUITES: [&str; 7] = [
    "describe",
    "suite",
    "context",
    "fdescribe",
    "xdescribe",
    "xcontext",
    "xsuite",
];

/// Modules whose default export, or whole, makes tests.
const TEST_MODULES: [&str; 5] = ["node:test", "ava", "tape", "tap", "test"];

/// A call that makes tests.
#[derive(Clone, Debug)]
pub(super) struct Call<'t> {
    pub(super) node: Node<'t>,
    pub(super) makes: Makes,
    /// Every name of the callee: `describe`, `skip`.
    pub(super) marks: Vec<String>,
    /// Arguments of calls inside the callee: the table of `.each(table)(..)`.
    pub(super) tables: Vec<Node<'t>>,
    /// Whether its titles are made row by row.
    pub(super) repeated: bool,
    pub(super) arguments: Vec<Node<'t>>,
}

/// Local names that make tests.
#[derive(Debug, Default)]
pub(super) struct Makers {
    /// By a call of their own.
    named: BTreeMap<String, Makes>,
    /// By a call of a member: `tap.test(..)`.
    holders: Vec<String>,
}

impl Makers {
    /// The makers of a file: the names that every runner has, and those that it imports or makes.
    pub(super) fn of(root: Node<'_>, text: &str) -> Self {
        let mut makers = Self::default();
        let names = TESTS.iter().map(|name| (*name, Makes::Test));
        let names = names.chain(SUITES.iter().map(|name| (*name, Makes::Suite)));
        for (name, makes) in names {
            makers.named.insert(name.to_owned(), makes);
        }
        walk(root, |node| {
            match node.kind() {
                "import_statement" => makers.imported(node, text),
                "variable_declarator" => makers.declared(node, text),
                _ => {}
            }
            Step::Enter
        });
        makers
    }

    fn imported(&mut self, node: Node<'_>, text: &str) {
        let source = node.child_by_field_name("source");
        let source = source
            .and_then(|source| string(source, text))
            .unwrap_or_default();
        for clause in children(node).iter().flat_map(|clause| children(*clause)) {
            match clause.kind() {
                "identifier" if TEST_MODULES.contains(&source.as_str()) => {
                    self.whole(text_of(clause, text));
                }
                "namespace_import" => {
                    let names = children(clause);
                    self.holders
                        .extend(names.iter().map(|name| text_of(*name, text).to_owned()));
                }
                "named_imports" => {
                    for each in children(clause) {
                        let alias = field_text(each, "alias", text);
                        self.alias(field_text(each, "name", text), alias);
                    }
                }
                _ => {}
            }
        }
    }

    /// A module that makes tests when it is called, and holds others that do.
    fn whole(&mut self, name: &str) {
        self.named.entry(name.to_owned()).or_insert(Makes::Test);
        self.holders.push(name.to_owned());
    }

    fn alias(&mut self, name: &str, alias: &str) {
        if let Some(makes) = self.named.get(name).copied()
            && !alias.is_empty()
        {
            self.named.insert(alias.to_owned(), makes);
        }
    }

    /// `const test = require('ava')`, `const { test: check } = ..`, `const own = test.extend(..)`.
    fn declared(&mut self, node: Node<'_>, text: &str) {
        let (Some(name), Some(value)) = (
            node.child_by_field_name("name"),
            node.child_by_field_name("value"),
        ) else {
            return;
        };
        if name.kind() == "object_pattern" {
            for pair in children(name).iter().filter(|p| p.kind() == "pair_pattern") {
                self.alias(
                    field_text(*pair, "key", text),
                    field_text(*pair, "value", text),
                );
            }
        } else if name.kind() == "identifier" {
            let (name, value) = (text_of(name, text), unwrapped(value));
            let required = TEST_MODULES.iter().any(|module| {
                let source = text_of(value, text);
                source.starts_with("require(")
                    && source.trim_end_matches(".default").len() < 40
                    && ["'", "\""]
                        .iter()
                        .any(|q| source.contains(&format!("{q}{module}{q}")))
            });
            if required {
                self.whole(name);
            } else if let Some(makes) = self.extended(value, text) {
                self.named.insert(name.to_owned(), makes);
            }
        }
    }

    /// What `test.extend(..)` and `cond ? it : it.skip` make.
    fn extended(&self, value: Node<'_>, text: &str) -> Option<Makes> {
        let callee = match value.kind() {
            "call_expression" => {
                let function = value.child_by_field_name("function")?;
                let is_extend = field_text(function, "property", text) == "extend";
                is_extend.then_some(function)?
            }
            "ternary_expression" => value.child_by_field_name("consequence")?,
            "member_expression" => value,
            _ => return None,
        };
        let root = text_of(callee, text).split('.').next()?;
        self.named.get(root).copied()
    }

    /// What `node` makes, if it is a call that makes tests. `contexts` are names by which a test
    /// makes sub-tests: `t` in `t.test(..)`.
    pub(super) fn call<'t>(
        &self,
        node: Node<'t>,
        contexts: &[String],
        text: &str,
    ) -> Option<Call<'t>> {
        if node.kind() != "call_expression" {
            return None;
        }
        let arguments = node.child_by_field_name("arguments")?;
        if arguments.kind() != "arguments" {
            return None;
        }
        let mut call = Call {
            node,
            makes: Makes::Test,
            marks: Vec::new(),
            tables: Vec::new(),
            repeated: false,
            arguments: children(arguments),
        };
        let mut callee = node.child_by_field_name("function")?;
        loop {
            match callee.kind() {
                "identifier" => break,
                "member_expression" => {
                    let property = field_text(callee, "property", text).to_owned();
                    call.repeated |= matches!(property.as_str(), "each" | "for");
                    call.marks.push(property);
                    callee = callee.child_by_field_name("object")?;
                }
                "call_expression" => {
                    call.tables.extend(callee.child_by_field_name("arguments"));
                    callee = callee.child_by_field_name("function")?;
                }
                "parenthesized_expression" | "non_null_expression" | "as_expression" => {
                    callee = children(callee).first().copied()?;
                }
                _ => return None,
            }
        }
        let root = text_of(callee, text);
        call.makes = self.makes(root, &call.marks, contexts)?;
        call.marks.push(root.to_owned());
        call.marks.reverse();
        // `test.each(table)` alone makes nothing yet.
        let last = call.marks.last().map(String::as_str);
        let unfinished = matches!(last, Some("each" | "for" | "skipIf" | "runIf" | "extend"))
            && call.tables.is_empty();
        (!unfinished && is_plausible(&call, text)).then_some(call)
    }

    /// `marks` are the properties behind `root`, last first.
    fn makes(&self, root: &str, marks: &[String], contexts: &[String]) -> Option<Makes> {
        let nested = contexts.iter().any(|context| context == root);
        let holds = nested || self.holders.iter().any(|holder| holder == root);
        if let Some(first) = marks.last().filter(|_| holds) {
            let known = TESTS.contains(&first.as_str()).then_some(Makes::Test);
            let known = known.or_else(|| SUITES.contains(&first.as_str()).then_some(Makes::Suite));
            if known.is_some() || nested {
                return known;
            }
        }
        if nested {
            return None;
        }
        let makes = self.named.get(root).copied()?;
        let mut first = marks.last().map(String::as_str).into_iter();
        first.all(|mark| !is_no_test(mark)).then_some(makes)
    }
}

/// Members of a maker that make no test.
fn is_no_test(mark: &str) -> bool {
    matches!(
        mark,
        "extend"
            | "before"
            | "after"
            | "beforeEach"
            | "afterEach"
            | "beforeAll"
            | "afterAll"
            | "use"
            | "setTimeout"
            | "mock"
            | "run"
            | "end"
            | "teardown"
            | "onFinish"
            | "onFailure"
            | "createHarness"
            | "createStream"
            | "meta"
            | "macro"
            | "step"
            | "plan"
            | "snapshot"
            | "assert"
            | "getHarness"
            | "pipe"
            | "comment"
    )
}

/// Whether the arguments can be those of a test: a title, and something to run.
fn is_plausible(call: &Call<'_>, text: &str) -> bool {
    let Some(first) = call.arguments.first() else {
        return false;
    };
    let titled = matches!(first.kind(), "string" | "template_string");
    let runs = |node: &&Node<'_>| super::syntax::is_function(**node);
    let several = call.arguments.len() > 1;
    match first.kind() {
        "string" | "template_string" => true,
        "object" => call.arguments.iter().skip(1).any(|node| runs(&node)),
        "function_expression" | "arrow_function" => !several && call.makes == Makes::Test,
        "number" | "regex" | "array" => false,
        _ => titled || several && !text_of(*first, text).is_empty(),
    }
}

/// The expression inside parentheses, `await` and type assertions.
fn unwrapped(mut node: Node<'_>) -> Node<'_> {
    while matches!(
        node.kind(),
        "parenthesized_expression" | "await_expression" | "as_expression" | "satisfies_expression"
    ) {
        match node.named_child(0) {
            Some(inner) => node = inner,
            None => break,
        }
    }
    node
}
