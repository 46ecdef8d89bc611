//! Says which defects a node of Java's grammar can take.

use super::super::syntax::{children, is_comment, text_of};
use super::bodies::values;
use crate::mutate::{Edit, Grammar};
use redgreen_core::mutant::Operator;
use tree_sitter::Node;

/// The table for the walk that all languages share.
pub(super) static GRAMMAR: Grammar = Grammar {
    operations: &["binary_expression", "assignment_expression"],
    swaps: &[
        ("==", Operator::Boundary, &["!="]),
        ("!=", Operator::Boundary, &["=="]),
        ("<", Operator::Boundary, &["==", ">", "<="]),
        (">", Operator::Boundary, &["==", "<", ">="]),
        ("<=", Operator::Boundary, &["<", ">"]),
        (">=", Operator::Boundary, &[">", "<"]),
        ("&&", Operator::Logic, &["||"]),
        ("||", Operator::Logic, &["&&"]),
        ("+", Operator::Arithmetic, &["-", "*"]),
        ("-", Operator::Arithmetic, &["+", "/"]),
        ("*", Operator::Arithmetic, &["+", "/"]),
        ("/", Operator::Arithmetic, &["*"]),
        ("%", Operator::Arithmetic, &["/", "+"]),
        ("<<", Operator::Arithmetic, &[">>"]),
        (">>", Operator::Arithmetic, &["<<"]),
        (">>>", Operator::Arithmetic, &["<<"]),
        ("&", Operator::Arithmetic, &["|", "^"]),
        ("|", Operator::Arithmetic, &["&", "^"]),
        ("^", Operator::Arithmetic, &["|", "&"]),
        ("+=", Operator::Arithmetic, &["-=", "*="]),
        ("-=", Operator::Arithmetic, &["+="]),
        ("*=", Operator::Arithmetic, &["+=", "/="]),
        ("/=", Operator::Arithmetic, &["*="]),
        ("%=", Operator::Arithmetic, &["/=", "+="]),
        ("<<=", Operator::Arithmetic, &[">>="]),
        (">>=", Operator::Arithmetic, &["<<="]),
        ("&=", Operator::Arithmetic, &["|="]),
        ("|=", Operator::Arithmetic, &["&="]),
        ("^=", Operator::Arithmetic, &["|=", "&="]),
    ],
    // A loop whose condition is always true tells little, so `more` says which are decided.
    conditions: &[],
    truth: ("true", "false"),
    negations: &[("unary_expression", "!"), ("unary_expression", "-")],
    integers: &["decimal_integer_literal"],
    floats: &["decimal_floating_point_literal"],
    strings: &["string_literal"],
    booleans: &["true", "false"],
    // What can be taken out depends on what it is, so `more` decides.
    statements: &[],
    raises: &[],
    arid,
    more,
};

/// Objects that speak to people: what they are told is nobody's behaviour.
const SPEAKERS: [&str; 7] = [
    "log",
    "logger",
    "LOG",
    "LOGGER",
    "System.out",
    "System.err",
    "this.logger",
];
/// Stages of a stream, and of a text, that give back what they were called on in another shape.
const STAGES: [&str; 9] = [
    "filter", "sorted", "distinct", "limit", "skip", "trim", "strip", "reversed", "peek",
];

/// Nodes below which nothing is changed.
fn arid(node: Node<'_>, text: &str) -> bool {
    match node.kind() {
        kind if is_comment(kind) => true,
        "package_declaration" | "import_declaration" | "module_declaration" => true,
        "annotation" | "marker_annotation" | "type_arguments" | "type_parameters" => true,
        "assert_statement" | "annotation_type_declaration" | "ERROR" => true,
        "method_invocation" => speaks(node, text),
        "string_literal" => is_words(node, text) || text_of(node, text).starts_with("\"\"\""),
        _ => false,
    }
}

fn speaks(call: Node<'_>, text: &str) -> bool {
    let object = call.child_by_field_name("object");
    object.is_some_and(|object| SPEAKERS.contains(&text_of(object, text)))
}

/// Whether a text is the words of an error, or joined to such.
fn is_words(string: Node<'_>, text: &str) -> bool {
    let mut up = string.parent();
    while let Some(here) = up {
        match here.kind() {
            "throw_statement" => return true,
            "object_creation_expression" => {
                let name = here.child_by_field_name("type");
                let name = name.map_or("", |name| text_of(name, text));
                return name.ends_with("Exception") || name.ends_with("Error");
            }
            "argument_list" | "binary_expression" | "method_invocation" => up = here.parent(),
            _ => return false,
        }
    }
    false
}

/// Whether an operation joins texts: it has no other operator.
pub(super) fn joins(operation: Node<'_>, text: &str) -> bool {
    let sign = operation.child_by_field_name("operator");
    let sums = sign.is_some_and(|sign| matches!(text_of(sign, text), "+" | "+="));
    let mut node = Some(operation).filter(|_| sums);
    let is_string = |side: &Node<'_>| side.kind() == "string_literal";
    while let Some(one) = node {
        let side = |name: &str| one.child_by_field_name(name);
        if side("left").as_ref().is_some_and(is_string)
            || side("right").as_ref().is_some_and(is_string)
        {
            return true;
        }
        node = side("left").filter(|left| left.kind() == "binary_expression");
    }
    false
}

/// The named children of a node, comments left out.
pub(super) fn parts(node: Node<'_>) -> Vec<Node<'_>> {
    let all = children(node).into_iter();
    all.filter(|child| child.is_named() && !is_comment(child.kind()))
        .collect()
}

/// Defects that no table can say.
fn more(node: Node<'_>, text: &str) -> Vec<Edit> {
    let field = |name: &str| node.child_by_field_name(name);
    match node.kind() {
        "if_statement" | "ternary_expression" => decided(field("condition"), true, text),
        "while_statement" | "for_statement" | "do_statement" => {
            decided(field("condition"), false, text)
        }
        "expression_statement" => removed(node, text).into_iter().collect(),
        "throw_statement" => vec![(node.byte_range(), Operator::ErrorPath, ";".to_owned())],
        "catch_clause" => unhandled(field("body"), text).into_iter().collect(),
        "update_expression" => counted(node, text).into_iter().collect(),
        "return_statement" => returned(node, text).into_iter().collect(),
        "method_invocation" => edges(node, text),
        _ => Vec::new(),
    }
}

/// A condition decided beforehand. An endless loop tells little, and costs two limits of time.
fn decided(condition: Option<Node<'_>>, both: bool, text: &str) -> Vec<Edit> {
    let inner = condition.and_then(|condition| match condition.kind() {
        "parenthesized_expression" => parts(condition).into_iter().next(),
        _ => Some(condition),
    });
    let fixed = |one: &Node<'_>| matches!(text_of(*one, text), "true" | "false");
    let Some(condition) = inner.filter(|one| !fixed(one)) else {
        return Vec::new();
    };
    let words = ["true", "false"].into_iter().skip(usize::from(!both));
    let edit = |word: &str| (condition.byte_range(), Operator::Condition, word.to_owned());
    words.map(edit).collect()
}

/// A statement that is taken out.
fn removed(statement: Node<'_>, text: &str) -> Option<Edit> {
    let own = parts(statement).into_iter().next()?;
    // What a `switch` gives back is no statement, though the grammar calls it one.
    let is_value = statement.parent()?.kind() == "switch_rule";
    let taken = match own.kind() {
        "method_invocation" => !speaks(own, text) && !is_value,
        "assignment_expression" | "update_expression" => true,
        _ => false,
    };
    taken.then(|| (statement.byte_range(), Operator::Statement, ";".to_owned()))
}

/// An error that is caught, and nothing is done about it.
fn unhandled(body: Option<Node<'_>>, text: &str) -> Option<Edit> {
    let body = body.filter(|body| !parts(*body).is_empty())?;
    let breaks = "\n".repeat(text_of(body, text).matches('\n').count());
    Some((
        body.byte_range(),
        Operator::ErrorPath,
        format!("{{{breaks}}}"),
    ))
}

/// `x++` becomes `x--`.
fn counted(expression: Node<'_>, text: &str) -> Option<Edit> {
    let signs = children(expression);
    let sign = signs
        .iter()
        .find(|child| matches!(child.kind(), "++" | "--"))?;
    let other = match text_of(*sign, text) {
        "++" => "--",
        _ => "++",
    };
    Some((sign.byte_range(), Operator::Arithmetic, other.to_owned()))
}

/// Another value that is given back. Where nothing else stands in the body, the whole body says so.
fn returned(statement: Node<'_>, text: &str) -> Option<Edit> {
    let value = parts(statement).into_iter().next()?;
    let block = statement.parent()?;
    let mut around = Some(block);
    let method = loop {
        let here = around?;
        match here.kind() {
            "method_declaration" => break here,
            "lambda_expression" | "class_body" => return None,
            _ => around = here.parent(),
        }
    };
    if block.parent() == Some(method) && parts(block).len() == 1 {
        return None;
    }
    let own = text_of(value, text);
    let result = text_of(method.child_by_field_name("type")?, text);
    let now = match result {
        "boolean" if matches!(own, "true" | "false") => return None,
        "boolean" => format!("!({own})"),
        _ => {
            let mut all = values(result).iter();
            (*all.find(|one| !one.is_empty() && **one != own)?).to_owned()
        }
    };
    Some((value.byte_range(), Operator::Return, now))
}

/// A collection's end moves: one element less, nothing in it, a stage of a stream less.
fn edges(call: Node<'_>, text: &str) -> Vec<Edit> {
    let field = |name: &str| call.child_by_field_name(name);
    let (Some(object), Some(name)) = (field("object"), field("name")) else {
        return Vec::new();
    };
    let arguments = field("arguments").map(parts).unwrap_or_default();
    let own = text_of(call, text);
    let whole = |now: String| vec![(call.byte_range(), Operator::Collection, now)];
    match (text_of(name, text), arguments.as_slice()) {
        ("size" | "length", []) => whole(format!("({own} - 1)")),
        ("isEmpty", []) => whole(format!("(!{own})")),
        ("toList", []) => whole("java.util.Collections.emptyList()".to_owned()),
        ("substring", [first, second]) => vec![(
            first.end_byte()..second.end_byte(),
            Operator::Collection,
            String::new(),
        )],
        (stage, _) if STAGES.contains(&stage) && object.kind() != "super" => {
            whole(text_of(object, text).to_owned())
        }
        _ => Vec::new(),
    }
}
