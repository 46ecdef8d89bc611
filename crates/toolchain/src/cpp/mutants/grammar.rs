//! Says which defects a node of the grammar of C and C++ can take.

use super::bodies::returned;
use super::place::is_listed;
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
        ("and", Operator::Logic, &["or"]),
        ("or", Operator::Logic, &["and"]),
        ("+", Operator::Arithmetic, &["-", "*"]),
        ("-", Operator::Arithmetic, &["+", "/"]),
        ("*", Operator::Arithmetic, &["+", "/"]),
        ("/", Operator::Arithmetic, &["*"]),
        ("%", Operator::Arithmetic, &["/", "+"]),
        ("<<", Operator::Arithmetic, &[">>"]),
        (">>", Operator::Arithmetic, &["<<"]),
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
    // What decides is called otherwise in C and in C++, so `more` says it.
    conditions: &[],
    truth: ("true", "false"),
    negations: &[
        ("unary_expression", "!"),
        ("unary_expression", "not"),
        ("unary_expression", "-"),
    ],
    integers: &["number_literal"],
    floats: &[],
    strings: &["string_literal"],
    booleans: &["true", "false"],
    // What can be taken out depends on where it stands, so `more` decides.
    statements: &[],
    raises: &[],
    arid,
    more,
};

/// Functions that speak to people: what they are told is nobody's behaviour.
const SPEECH: [&str; 6] = ["perror", "syslog", "LOG", "VLOG", "DLOG", "assert"];
/// Functions that give memory back: no test sees that it is missing.
const FREEING: [&str; 3] = ["free", "std::free", "delete"];

/// The text of a node.
pub(super) fn text_of<'s>(node: Node<'_>, text: &'s str) -> &'s str {
    text.get(node.byte_range()).unwrap_or_default()
}

/// The named children of a node, comments left out.
pub(super) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor)
        .filter(|child| child.kind() != "comment")
        .collect()
}

/// The operator of an expression.
pub(super) fn operator_of<'s>(node: Node<'_>, text: &'s str) -> &'s str {
    let sign = node.child_by_field_name("operator");
    sign.map_or("", |sign| text_of(sign, text))
}

/// What a call calls.
pub(super) fn called<'s>(call: Node<'_>, text: &'s str) -> &'s str {
    let function = call.child_by_field_name("function");
    function.map_or("", |function| text_of(function, text))
}

/// Nodes below which nothing is changed.
fn arid(node: Node<'_>, text: &str) -> bool {
    let parent = node.parent();
    let in_field = |name: &str| parent.and_then(|up| up.child_by_field_name(name)) == Some(node);
    let within = parent.map_or("", |parent| parent.kind());
    match node.kind() {
        "comment" | "preproc_include" | "preproc_def" | "preproc_function_def" => true,
        "preproc_call" | "template_argument_list" | "template_parameter_list" => true,
        "static_assert_declaration" | "attribute_declaration" | "attribute_specifier" => true,
        "ms_declspec_modifier" | "alignas_qualifier" | "bitfield_clause" => true,
        "sizeof_expression" | "alignof_expression" | "offsetof_expression" | "decltype" => true,
        "noexcept" | "requires_clause" | "concept_definition" | "gnu_asm_expression" => true,
        "parameter_list" | "ERROR" => within != "optional_parameter_declaration",
        "call_expression" => speaks(called(node, text)) || is_loud_log(node, text),
        "binary_expression" if is_stream(node, text) => is_talk(node, text),
        "throw_statement" => false,
        "string_literal" | "concatenated_string" => is_words(node, text),
        _ if within.starts_with("preproc") && in_field("condition") => true,
        _ if within == "array_declarator" && in_field("size") => true,
        _ if within == "linkage_specification" && in_field("value") => true,
        _ => false,
    }
}

fn speaks(called: &str) -> bool {
    let talks = called.starts_with("spdlog::") || called.starts_with("LOG_");
    SPEECH.contains(&called) || talks
}

/// `fprintf(stderr, ...)`.
fn is_loud_log(call: Node<'_>, text: &str) -> bool {
    let name = called(call, text);
    let list = call.child_by_field_name("arguments");
    let arguments = list.map(children).unwrap_or_default();
    let mut arguments = arguments.into_iter().map(|one| text_of(one, text));
    matches!(name, "fprintf" | "fputs" | "std::fprintf" | "vfprintf")
        && arguments.any(|one| one == "stderr")
}

/// Whether an expression shifts into a stream or out of one: its value is dropped, or text is in it.
fn is_stream(node: Node<'_>, text: &str) -> bool {
    if !matches!(operator_of(node, text), "<<" | ">>") {
        return false;
    }
    let mut outer = node;
    while let Some(up) = outer.parent().filter(|up| {
        up.kind() == "binary_expression" && matches!(operator_of(*up, text), "<<" | ">>")
    }) {
        outer = up;
    }
    let dropped = outer
        .parent()
        .is_some_and(|up| up.kind() == "expression_statement");
    dropped || holds_string(node)
}

/// Whether what a stream is given is for people: the streams of errors and logs.
fn is_talk(node: Node<'_>, text: &str) -> bool {
    let own = text_of(node, text).trim_start_matches("std::");
    ["cerr", "clog", "LOG(", "qDebug"]
        .iter()
        .any(|start| own.starts_with(start))
}

/// Whether a text is the words of an error, or joined to such.
fn is_words(string: Node<'_>, text: &str) -> bool {
    let mut up = string.parent();
    while let Some(here) = up {
        match here.kind() {
            "throw_statement" | "throw_expression" => return true,
            "argument_list"
            | "binary_expression"
            | "call_expression"
            | "concatenated_string"
            | "initializer_list"
            | "compound_literal_expression" => up = here.parent(),
            _ => return text_of(here, text).starts_with("throw "),
        }
    }
    false
}

/// Whether an operation joins texts, or is one of a stream: it has no other operator.
pub(super) fn joins(node: Node<'_>, text: &str) -> bool {
    let sums = matches!(operator_of(node, text), "+" | "+=");
    sums && holds_string(node) || is_stream(node, text)
}

/// Whether an operation has a text among its operands, at any depth of the same chain.
fn holds_string(mut node: Node<'_>) -> bool {
    loop {
        let right = node.child_by_field_name("right");
        if right.is_some_and(is_string) {
            return true;
        }
        match node.child_by_field_name("left") {
            Some(left) if is_string(left) => return true,
            Some(left) if left.kind() == "binary_expression" => node = left,
            Some(_) | None => return false,
        }
    }
}

fn is_string(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "string_literal" | "concatenated_string" | "raw_string_literal"
    )
}

/// Defects that no table can say.
fn more(node: Node<'_>, text: &str) -> Vec<Edit> {
    let field = |name: &str| node.child_by_field_name(name);
    match node.kind() {
        "if_statement" if !is_constant(node, text) => decided(field("condition"), true, text),
        "while_statement" | "for_statement" => decided(field("condition"), false, text),
        "do_statement" => decided(field("condition"), false, text),
        "conditional_expression" => decided(field("condition"), true, text),
        "expression_statement" => removed(node, text).into_iter().collect(),
        "throw_statement" => unraised(node, text).into_iter().collect(),
        "catch_clause" => unhandled(field("body")).into_iter().collect(),
        "update_expression" => counted(node, text).into_iter().collect(),
        "return_statement" => returned(node, text),
        "number_literal" => number(node, text).into_iter().collect(),
        "call_expression" => edges(node, text),
        _ => Vec::new(),
    }
}

fn is_constant(statement: Node<'_>, text: &str) -> bool {
    let own = text_of(statement, text).trim_start_matches("if");
    own.trim_start().starts_with("constexpr")
}

/// A condition decided beforehand. An endless loop tells little, and costs two limits of time.
fn decided(condition: Option<Node<'_>>, both: bool, text: &str) -> Vec<Edit> {
    let inner = condition.and_then(|condition| match condition.kind() {
        "condition_clause" => condition.child_by_field_name("value"),
        "parenthesized_expression" => children(condition).into_iter().next(),
        _ => Some(condition),
    });
    let fixed = |one: &Node<'_>| {
        matches!(text_of(*one, text), "true" | "false" | "0" | "1") || one.kind() == "declaration"
    };
    let Some(condition) = inner.filter(|one| !fixed(one)) else {
        return Vec::new();
    };
    let words: [&str; 2] = match super::has_truth(text) {
        true => ["true", "false"],
        false => ["1", "0"],
    };
    let words = words.iter().skip(usize::from(!both));
    let edit = |word: &&str| {
        (
            condition.byte_range(),
            Operator::Condition,
            (*word).to_owned(),
        )
    };
    words.map(edit).collect()
}

/// What stands in place of a statement that is taken out.
fn nothing(statement: Node<'_>) -> String {
    if is_listed(statement) { "" } else { ";" }.to_owned()
}

/// A statement that is taken out.
fn removed(statement: Node<'_>, text: &str) -> Option<Edit> {
    let own = children(statement).into_iter().next()?;
    let silent = match own.kind() {
        "call_expression" => {
            let name = called(own, text);
            !speaks(name) && !FREEING.contains(&name) && !is_loud_log(own, text)
        }
        "binary_expression" => is_stream(own, text) && !is_talk(own, text),
        "assignment_expression" | "update_expression" => true,
        _ => false,
    };
    silent.then(|| {
        (
            statement.byte_range(),
            Operator::Statement,
            nothing(statement),
        )
    })
}

/// An error that is not raised.
fn unraised(statement: Node<'_>, _text: &str) -> Option<Edit> {
    let range = statement.byte_range();
    Some((range, Operator::ErrorPath, nothing(statement)))
}

/// An error that is not handled: it goes on.
fn unhandled(body: Option<Node<'_>>) -> Option<Edit> {
    let start = body?.start_byte();
    Some((start..start + 1, Operator::ErrorPath, "{ throw;".to_owned()))
}

/// `x++` becomes `x--`.
fn counted(expression: Node<'_>, text: &str) -> Option<Edit> {
    let sign = expression.child_by_field_name("operator")?;
    let other = match text_of(sign, text) {
        "++" => "--",
        "--" => "++",
        _ => return None,
    };
    Some((sign.byte_range(), Operator::Arithmetic, other.to_owned()))
}

/// `1.5` becomes `1.51`, and `-1` becomes `1`: the grammar has the sign in the number.
fn number(literal: Node<'_>, text: &str) -> Option<Edit> {
    let own = text_of(literal, text);
    let edit = |now: String| (literal.byte_range(), Operator::Constant, now);
    if let Some(rest) = own.strip_prefix('-') {
        return Some(edit(rest.trim_start().to_owned()));
    }
    let digits = own.trim_end_matches(['f', 'F', 'l', 'L']);
    let suffix = own.get(digits.len()..)?;
    let plain = digits.contains('.') && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    plain.then(|| edit(format!("{digits}1{suffix}")))
}

/// A collection's end moves: one element less, the other end, no length.
fn edges(call: Node<'_>, text: &str) -> Vec<Edit> {
    let Some(function) = call.child_by_field_name("function") else {
        return Vec::new();
    };
    let list = call.child_by_field_name("arguments");
    let arguments = list.map(children).unwrap_or_default();
    let method = function.child_by_field_name("field");
    let name = method.map_or(text_of(function, text), |method| text_of(method, text));
    let own = text_of(call, text);
    let whole = |now: String| (call.byte_range(), Operator::Collection, now);
    match (method, name, arguments.as_slice()) {
        (Some(_), "size" | "length", []) => vec![whole(format!("({own} - 1)"))],
        (None, "strlen" | "std::strlen", [_]) => vec![whole(format!("({own} - 1)"))],
        (Some(method), "front" | "back", []) => {
            let other = if name == "front" { "back" } else { "front" };
            vec![(method.byte_range(), Operator::Collection, other.to_owned())]
        }
        (Some(_), "substr", [first, second]) => vec![(
            first.end_byte()..second.end_byte(),
            Operator::Collection,
            String::new(),
        )],
        _ => Vec::new(),
    }
}
