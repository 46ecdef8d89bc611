//! Lists the tests that the source of a file spells out.

use super::calls::{Call, Makers, Makes};
use super::syntax::{
    self, Step, Token, children, field_text, is_function, lines, string, text_of, walk,
};
use super::titles;
use crate::js::names::{self, Counted};
use redgreen_core::id::Digest;
use redgreen_core::surface::Lines;
use tree_sitter::Node;

/// A test in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Its name: see [`names`].
    pub(crate) name: String,
    /// Its titles as they are written, outermost first.
    pub(crate) titles: Vec<String>,
    /// Whether the runner shows other titles, made when the file runs.
    pub(crate) dynamic: bool,
    /// Its lines.
    pub(crate) lines: Lines,
    /// Digest of all that it does.
    pub(crate) body: Digest,
    /// Digest of its literals and operators.
    pub(crate) constants: Digest,
    /// Whether it is marked as skipped, to do or expected to fail.
    pub(crate) muted: bool,
    /// Whether no condition stands around its call.
    pub(crate) always: bool,
}

/// A suite, or a test that may have sub-tests.
struct Around {
    end: usize,
    titles: Vec<String>,
    dynamic: bool,
    muted: bool,
    only: bool,
    /// By which its function makes sub-tests.
    context: Option<String>,
    /// Whether its own call makes a test.
    test: bool,
}

/// Marks that silence a test.
const MUTING: [&str; 12] = [
    "skip",
    "todo",
    "fails",
    "failing",
    "skipIf",
    "runIf",
    "xit",
    "xtest",
    "xspecify",
    "xdescribe",
    "xcontext",
    "xsuite",
];

/// Marks that silence all others.
const ONLY: [&str; 3] = ["only", "fit", "fdescribe"];

/// Every test that the text spells out, in its order. `path` is the file's, from the root.
pub(crate) fn tests(path: &str, root: Node<'_>, text: &str) -> Vec<Found> {
    let makers = Makers::of(root, text);
    let mut around: Vec<Around> = Vec::new();
    let mut found: Vec<(Found, bool)> = Vec::new();
    walk(root, |node| {
        around.retain(|outer| node.start_byte() < outer.end);
        if is_apart(node) {
            return Step::Skip;
        }
        let contexts: Vec<String> = around.iter().filter_map(|o| o.context.clone()).collect();
        let in_test = around.iter().any(|outer| outer.test);
        let Some(call) = makers.call(node, &contexts, text) else {
            return Step::Enter;
        };
        let root_mark = call.marks.first().cloned().unwrap_or_default();
        if in_test && !contexts.contains(&root_mark) && !around.iter().any(|o| o.context.is_some())
        {
            return Step::Enter;
        }
        let inner = inside(&call, around.last(), text);
        if call.makes == Makes::Test {
            found.push((test(path, &call, &inner, text), inner.only));
        }
        around.push(inner);
        Step::Enter
    });
    finished(found)
}

/// Numbers names that come again, and mutes what an `only` elsewhere silences.
fn finished(found: Vec<(Found, bool)>) -> Vec<Found> {
    let any_only = found.iter().any(|(_, only)| *only);
    let mut counted = Counted::default();
    let finish = |(mut test, only): (Found, bool)| {
        test.name = counted.unique(test.name);
        test.muted |= any_only && !only;
        test
    };
    found.into_iter().map(finish).collect()
}

/// A function that is declared, and not handed to a call, runs where it is called: what it makes
/// has other titles around it.
fn is_apart(node: Node<'_>) -> bool {
    if !is_function(node) {
        return false;
    }
    let declared = matches!(
        node.kind(),
        "function_declaration" | "generator_function_declaration" | "method_definition"
    );
    let held = node.parent().is_some_and(|parent| {
        matches!(
            parent.kind(),
            "variable_declarator" | "pair" | "assignment_expression" | "public_field_definition"
        )
    });
    declared || held
}

fn inside(call: &Call<'_>, outer: Option<&Around>, text: &str) -> Around {
    let title = titles::of(call.arguments.first().copied(), call.repeated, text);
    let mut path = outer.map(|outer| outer.titles.clone()).unwrap_or_default();
    path.push(title.text);
    let marked = |marks: &[&str]| call.marks.iter().any(|mark| marks.contains(&mark.as_str()));
    let context = (call.makes == Makes::Test)
        .then(|| context(call, text))
        .flatten();
    Around {
        end: call.node.end_byte(),
        titles: path,
        dynamic: title.dynamic || outer.is_some_and(|outer| outer.dynamic),
        muted: marked(&MUTING)
            || is_muted_by_options(call, text)
            || skips_itself(call, text)
            || outer.is_some_and(|outer| outer.muted),
        only: marked(&ONLY) || outer.is_some_and(|outer| outer.only),
        context,
        test: call.makes == Makes::Test,
    }
}

/// The function that a call runs: the last one among its arguments.
fn body<'t>(call: &Call<'t>) -> Option<Node<'t>> {
    let mut functions = call.arguments.iter().rev().copied();
    functions.find(|node| is_function(*node))
}

/// The name of the first parameter of the test's function.
fn context(call: &Call<'_>, text: &str) -> Option<String> {
    let function = body(call)?;
    let single = function.child_by_field_name("parameter");
    let list = || {
        let list = function.child_by_field_name("parameters")?;
        let first = children(list).first().copied()?;
        first.child_by_field_name("pattern").or(Some(first))
    };
    let name = single.or_else(list)?;
    (name.kind() == "identifier").then(|| text_of(name, text).to_owned())
}

/// `{ skip: true }`, `{ todo: 'later' }`, `{ fails: true }` among the arguments.
fn is_muted_by_options(call: &Call<'_>, text: &str) -> bool {
    let options = call.arguments.iter().filter(|node| node.kind() == "object");
    options.flat_map(|node| children(*node)).any(|pair| {
        let key = field_text(pair, "key", text);
        let key = key.trim_matches(['"', '\'']);
        MUTING.contains(&key) && field_text(pair, "value", text) != "false"
    })
}

/// A statement of the test's own function that skips it whatever happens: `t.skip()`.
fn skips_itself(call: &Call<'_>, text: &str) -> bool {
    let block = body(call).and_then(|function| function.child_by_field_name("body"));
    let statements = block.map(children).unwrap_or_default();
    statements.iter().any(|statement| {
        let source = text_of(*statement, text);
        let own = context(call, text);
        let starts = |name: &str| {
            [".skip(", ".todo("].iter().any(|end| {
                source
                    .strip_prefix(name)
                    .is_some_and(|rest| rest.starts_with(end))
            })
        };
        statement.kind() == "expression_statement"
            && (starts("this") || own.is_some_and(|own| starts(&own)))
    })
}

fn test(path: &str, call: &Call<'_>, inner: &Around, text: &str) -> Found {
    let shown: Vec<&str> = inner.titles.iter().map(String::as_str).collect();
    let titled = call.arguments.first().is_some_and(|first| {
        string(*first, text).is_some() || !is_function(*first) && first.kind() != "object"
    });
    let mut nodes = call.tables.clone();
    nodes.extend(call.arguments.iter().skip(usize::from(titled)));
    let constants = |node: Node<'_>| syntax::constants(node);
    Found {
        name: names::name(path, &shown),
        titles: inner.titles.clone(),
        dynamic: inner.dynamic,
        lines: lines(call.node),
        body: syntax::digest(&nodes, text, unmarked),
        constants: syntax::digest(&nodes, text, constants),
        muted: inner.muted,
        always: is_always_made(call.node),
    }
}

/// Whether a run of the file comes by `call` whatever it finds out.
fn is_always_made(call: Node<'_>) -> bool {
    let conditions = [
        "if_statement",
        "ternary_expression",
        "switch_statement",
        "catch_clause",
        "binary_expression",
    ];
    let around = std::iter::successors(call.parent(), |node| node.parent());
    around
        .into_iter()
        .all(|node| !conditions.contains(&node.kind()))
}

/// Every token; what mutes a test is a mark of its own.
fn unmarked(node: Node<'_>) -> Token {
    syntax::all_tokens(node)
}
