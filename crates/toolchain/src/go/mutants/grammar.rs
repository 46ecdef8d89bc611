//! Says which defects a node of Go's grammar can take.

use super::super::syntax::{children, text_of};
use crate::mutate::{Edit, Grammar};
use redgreen_core::mutant::Operator;
use tree_sitter::Node;

/// The table for the walk that all languages share.
pub(super) static GRAMMAR: Grammar = Grammar {
    operations: &["binary_expression", "assignment_statement"],
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
        ("&", Operator::Arithmetic, &["|", "^"]),
        ("|", Operator::Arithmetic, &["&", "^"]),
        ("^", Operator::Arithmetic, &["|", "&"]),
        ("&^", Operator::Arithmetic, &["&"]),
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
        ("&^=", Operator::Arithmetic, &["&="]),
    ],
    // A loop's condition has no field of its own, so `more` decides.
    conditions: &[],
    truth: ("true", "false"),
    negations: &[("unary_expression", "!"), ("unary_expression", "-")],
    integers: &["int_literal"],
    floats: &["float_literal"],
    strings: &["interpreted_string_literal", "raw_string_literal"],
    booleans: &["true", "false"],
    // What can be taken out depends on where it stands, so `more` decides.
    statements: &[],
    raises: &[],
    arid,
    more,
};

/// Packages that speak to people: what they are told is nobody's behaviour.
const TALK: [&str; 4] = ["log", "slog", "klog", "zap"];
/// Functions that do.
const SPEECH: [&str; 5] = ["fmt.Print", "fmt.Println", "fmt.Printf", "println", "print"];
/// Functions whose words are read by people, not by code.
const WORDS: [&str; 3] = ["errors.New", "fmt.Errorf", "panic"];

/// Nodes below which nothing is changed.
fn arid(node: Node<'_>, text: &str) -> bool {
    match node.kind() {
        "comment" | "package_clause" | "import_declaration" | "type_declaration" => true,
        "parameter_list" | "type_arguments" | "type_parameter_list" | "array_type" => true,
        "slice_type" | "map_type" | "struct_type" | "interface_type" | "function_type" => true,
        "generic_type" | "pointer_type" | "channel_type" | "qualified_type" => true,
        "const_declaration" => counts(node, text),
        "call_expression" => speaks(node, text),
        "interpreted_string_literal" | "raw_string_literal" => {
            is_words(node, text) || is_beside_error(node, text)
        }
        "int_literal" | "float_literal" | "true" | "false" => is_beside_error(node, text),
        _ => false,
    }
}

/// Whether constants are counted by `iota`, so that one edit changes many.
fn counts(declaration: Node<'_>, text: &str) -> bool {
    let own = text_of(declaration, text);
    let mut words = own.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    words.any(|word| word == "iota")
}

/// What a call calls.
pub(super) fn called<'s>(call: Node<'_>, text: &'s str) -> &'s str {
    let function = call.child_by_field_name("function");
    function.map_or("", |function| text_of(function, text))
}

fn speaks(call: Node<'_>, text: &str) -> bool {
    let called = called(call, text);
    let package = called.split('.').next().unwrap_or_default();
    SPEECH.contains(&called) || called.contains('.') && TALK.contains(&package)
}

/// Whether a string is the words of an error, or a part of them.
fn is_words(string: Node<'_>, text: &str) -> bool {
    let mut around = string.parent();
    while let Some(sum) = around.filter(|sum| sum.kind() == "binary_expression") {
        around = sum.parent();
    }
    let list = around.filter(|list| list.kind() == "argument_list");
    let call = list.and_then(|list| list.parent());
    call.is_some_and(|call| WORDS.contains(&called(call, text)))
}

/// Whether a value is returned beside an error: nobody may look at it.
fn is_beside_error(value: Node<'_>, text: &str) -> bool {
    let list = value
        .parent()
        .filter(|list| list.kind() == "expression_list");
    let statement = list.and_then(|list| list.parent());
    let statement = statement.filter(|one| one.kind() == "return_statement");
    let (Some(list), Some(statement)) = (list, statement) else {
        return false;
    };
    let last = children(list).into_iter().next_back();
    let Some(last) = last.filter(|last| *last != value) else {
        return false;
    };
    let own = text_of(last, text);
    let is_made = last.kind() == "call_expression" && WORDS.contains(&called(last, text));
    let is_named = own.starts_with("Err");
    let block = statement.parent().and_then(|list| list.parent());
    let check = block.and_then(|block| block.parent());
    let condition = check.and_then(|check| check.child_by_field_name("condition"));
    let is_checked = condition.is_some_and(|one| text_of(one, text) == format!("{own} != nil"));
    is_made || is_named || is_checked
}

/// Defects that no table can say.
fn more(node: Node<'_>, text: &str) -> Vec<Edit> {
    match node.kind() {
        "if_statement" => decided(
            node.child_by_field_name("condition"),
            &["true", "false"],
            text,
        ),
        "for_clause" => decided(node.child_by_field_name("condition"), &["false"], text),
        "for_statement" => decided(loop_condition(node), &["false"], text),
        "expression_statement" | "assignment_statement" => {
            removed(node, text).into_iter().collect()
        }
        "inc_statement" | "dec_statement" => counted(node, text),
        "return_statement" => unreturned(node, text).into_iter().collect(),
        "call_expression" => unappended(node, text).into_iter().collect(),
        "slice_expression" => uncut(node, text),
        _ => Vec::new(),
    }
}

/// The condition of `for x < 3 {}`.
pub(super) fn loop_condition(statement: Node<'_>) -> Option<Node<'_>> {
    let first = children(statement).into_iter().next()?;
    let other = matches!(first.kind(), "for_clause" | "range_clause" | "block");
    (!other).then_some(first)
}

/// A condition decided beforehand. An endless loop tells little, and costs two limits of time.
fn decided(condition: Option<Node<'_>>, words: &[&str], text: &str) -> Vec<Edit> {
    let Some(condition) = condition else {
        return Vec::new();
    };
    if matches!(text_of(condition, text), "true" | "false") {
        return Vec::new();
    }
    let edit = |word: &&str| {
        (
            condition.byte_range(),
            Operator::Condition,
            (*word).to_owned(),
        )
    };
    words.iter().map(edit).collect()
}

/// Whether a statement stands in a list of statements, not in the head of another.
fn is_listed(statement: Node<'_>) -> bool {
    statement
        .parent()
        .is_some_and(|parent| parent.kind() == "statement_list")
}

/// A statement that is taken out. Without a panic at its end, a function would owe a `return`.
fn removed(statement: Node<'_>, text: &str) -> Option<Edit> {
    let own = text_of(statement, text);
    let blank = own.starts_with("_ =") || own.starts_with("panic(");
    let call = children(statement).into_iter().next()?;
    let silent = call.kind() != "call_expression" || !speaks(call, text);
    let fits = is_listed(statement) && !blank && silent;
    fits.then(|| (statement.byte_range(), Operator::Statement, String::new()))
}

/// `x++` becomes `x--`, or goes.
fn counted(statement: Node<'_>, text: &str) -> Vec<Edit> {
    let range = statement.byte_range();
    let (sign, other) = if statement.kind() == "inc_statement" {
        ("++", "--")
    } else {
        ("--", "++")
    };
    if !is_listed(statement) || !text_of(statement, text).ends_with(sign) {
        return Vec::new();
    }
    vec![
        (
            range.end - 2..range.end,
            Operator::Arithmetic,
            other.to_owned(),
        ),
        (range, Operator::Statement, String::new()),
    ]
}

/// The types that the function around a node gives back, as they are written.
fn results<'s>(node: Node<'_>, text: &'s str) -> Option<&'s str> {
    let mut around = node.parent();
    while let Some(holder) = around {
        let kind = holder.kind();
        if matches!(
            kind,
            "function_declaration" | "method_declaration" | "func_literal"
        ) {
            return Some(text_of(holder.child_by_field_name("result")?, text));
        }
        around = holder.parent();
    }
    None
}

/// `return x, err` without the error.
fn unreturned(statement: Node<'_>, text: &str) -> Option<Edit> {
    let values = children(statement).into_iter().next()?;
    let last = children(values).into_iter().next_back()?;
    let result = results(statement, text)?;
    let last_type = result.trim_end_matches([')', ' ', ',']);
    let is_error = last_type == "error"
        || last_type.ends_with([' ', '(', ',']) && last_type.trim().ends_with("error")
        || last_type.ends_with(" error")
        || last_type.ends_with("(error");
    let fits = is_error && last.kind() != "nil";
    fits.then(|| (last.byte_range(), Operator::ErrorPath, "nil".to_owned()))
}

/// `append(all, one)` becomes `all`.
fn unappended(call: Node<'_>, text: &str) -> Option<Edit> {
    let arguments = call.child_by_field_name("arguments")?;
    let arguments = children(arguments);
    let first = arguments.first().filter(|_| arguments.len() > 1)?;
    let now = text_of(*first, text).to_owned();
    (called(call, text) == "append").then(|| (call.byte_range(), Operator::Collection, now))
}

/// A slice without its start, or without its end.
fn uncut(slice: Node<'_>, text: &str) -> Vec<Edit> {
    if slice.child_by_field_name("capacity").is_some() {
        return Vec::new();
    }
    let bounds = ["start", "end"].map(|field| slice.child_by_field_name(field));
    let bounds = bounds.into_iter().flatten();
    let bounds = bounds.filter(|bound| text_of(*bound, text) != "0");
    bounds
        .map(|bound| (bound.byte_range(), Operator::Collection, String::new()))
        .collect()
}
