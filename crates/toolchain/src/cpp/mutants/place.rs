//! Finds the place where a mutant can be switched on: the start of a body, a statement, an
//! expression that is true or false, or an expression with a value.
//!
//! No grammar tells the type of an expression. What is true or false stays so behind `!!`; a
//! statement has no type; a value is replaced where both sides stand in one conditional, and what
//! does not fit there the compiler refuses.

use super::super::tokens::{Kind, tokens};
use super::grammar::{operator_of, text_of};
use super::literal::ended;
use super::macros::{assertion, is_argument, is_measured};
use redgreen_core::mutant::{Mutant, Operator};
use std::ops::Range;
use tree_sitter::Node;

/// How a place is rewritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// A branch is put behind the opening brace of a body.
    Start,
    /// A statement becomes branches.
    Statement,
    /// An expression that is true or false becomes a conditional.
    Truth,
    /// Any other expression becomes a conditional.
    Value,
    /// A string literal becomes a conditional between two of one length.
    Text,
}

/// A place in head's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) form: Form,
    pub(super) bytes: Range<usize>,
    /// Whether it stands among the arguments of a macro, where no directive may.
    pub(super) is_flat: bool,
}

/// Words of a function whose body no switch may stand in: the compiler may compute it, or it runs
/// without what a call needs.
const UNFIT: [&str; 5] = ["constexpr", "consteval", "naked", "interrupt", "__global__"];

/// Expressions that a conditional can hold as a value.
const VALUES: [&str; 11] = [
    "binary_expression",
    "unary_expression",
    "update_expression",
    "assignment_expression",
    "call_expression",
    "number_literal",
    "string_literal",
    "concatenated_string",
    "subscript_expression",
    "true",
    "false",
];

/// Where everything is computed with the build, and what it is called.
const FIXED: [(&str, &str); 8] = [
    ("enumerator", "an enumerator"),
    ("template_argument_list", "an argument of a template"),
    ("static_assert_declaration", "a static assertion"),
    ("bitfield_clause", "the width of a field"),
    ("preproc_def", "a macro"),
    ("preproc_function_def", "a macro"),
    ("subscript_designator", "a designator"),
    ("concept_definition", "a concept"),
];

/// The place of a mutant of the file `text` at `path`, or why there is none.
pub(super) fn of(
    root: Node<'_>,
    (path, text): (&str, &str),
    mutant: &Mutant,
) -> Result<Place, String> {
    let bytes = mutant.bytes.clone();
    if mutant.was == "{" {
        let node = root.descendant_for_byte_range(bytes.start, bytes.end);
        let body = node.ok_or("its place is not found")?;
        fits(body, (path, text))?;
        return Ok(Place {
            form: Form::Start,
            bytes,
            is_flat: is_argument(body, text),
        });
    }
    match mutant.operator {
        Operator::Assertion => {
            if let Some(place) = assertion(text, &bytes) {
                return Ok(place);
            }
        }
        Operator::Body | Operator::NoOp => {
            return Err("a stub stands in no branch".to_owned());
        }
        Operator::Hunk
        | Operator::Condition
        | Operator::Boundary
        | Operator::Constant
        | Operator::Arithmetic
        | Operator::Logic
        | Operator::Return
        | Operator::Statement
        | Operator::ErrorPath
        | Operator::Collection => {}
    }
    let node = root.descendant_for_byte_range(bytes.start, bytes.end);
    let (form, node) = around(node.ok_or("its place is not found")?, (text, &bytes))?;
    fits(node, (path, text))?;
    let own = text_of(node, text);
    if node.has_error() {
        return Err("the grammar cannot read it".to_owned());
    }
    let form = match node.kind() {
        "string_literal" | "concatenated_string" if form == Form::Value => Form::Text,
        _ => form,
    };
    if form == Form::Text && (mutant.now.ends_with("mutant\"") || ended(&mutant.was).is_none()) {
        return Err("its length is a part of its type".to_owned());
    }
    if form == Form::Text && is_measured(node, text) {
        return Err("a macro may measure it".to_owned());
    }
    let is_flat = is_argument(node, text);
    if is_flat && own.contains("R\"") {
        return Err("a raw string among the arguments of a macro".to_owned());
    }
    if own.lines().any(|line| line.trim_start().starts_with('#')) {
        return Err("a directive stands in it".to_owned());
    }
    Ok(Place {
        form,
        bytes: node.byte_range(),
        is_flat,
    })
}

/// The innermost place around `node`: what is true or false first, then a plain statement, then a
/// value.
fn around<'t>(
    node: Node<'t>,
    (text, bytes): (&str, &Range<usize>),
) -> Result<(Form, Node<'t>), String> {
    let mut value = None;
    let mut here = Some(node);
    while let Some(one) = here {
        let holds = one.start_byte() <= bytes.start && bytes.end <= one.end_byte();
        if holds && is_truth(one, text) {
            return Ok((Form::Truth, one));
        }
        if holds && value.is_none() && is_value(one) {
            value = Some(one);
        }
        if is_statement(one) {
            return match (one.kind(), value) {
                ("expression_statement" | "return_statement" | "throw_statement", _) => {
                    Ok((Form::Statement, one))
                }
                ("break_statement" | "continue_statement" | "goto_statement", _) => {
                    Ok((Form::Statement, one))
                }
                (_, Some(value)) => Ok((Form::Value, value)),
                (_, None) => Err("no branch can hold it".to_owned()),
            };
        }
        here = one.parent();
    }
    match value {
        Some(value) => Ok((Form::Value, value)),
        None => Err("it stands outside of any function".to_owned()),
    }
}

/// Whether a node is an expression that a conditional can hold: no part of a longer string, and
/// not the text that an array begins with.
fn is_value(node: Node<'_>) -> bool {
    let parent = node.parent();
    let kind = parent.map_or("", |parent| parent.kind());
    let is_array = parent
        .filter(|parent| parent.kind() == "init_declarator")
        .and_then(|parent| parent.child_by_field_name("declarator"))
        .is_some_and(|declarator| declarator.kind() == "array_declarator");
    let is_literal = kind.contains("string") || kind == "user_defined_literal";
    VALUES.contains(&node.kind()) && !is_literal && !(is_array && node.kind().contains("string"))
}

/// Whether a node stands where a statement does.
pub(super) fn is_statement(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else {
        return false;
    };
    let is_kind = node.kind().ends_with("_statement")
        || matches!(
            node.kind(),
            "declaration" | "for_range_loop" | "field_declaration"
        );
    is_listed(node) || is_kind && is_body(node, parent)
}

/// Whether a statement stands in a list of them, and not as the one body of another.
pub(super) fn is_listed(node: Node<'_>) -> bool {
    let kind = node.parent().map_or("", |parent| parent.kind());
    let value = node
        .parent()
        .and_then(|parent| parent.child_by_field_name("value"));
    match kind {
        "compound_statement" => true,
        "case_statement" => value != Some(node),
        "preproc_if" | "preproc_elif" | "preproc_ifdef" | "preproc_else" => {
            node.kind().ends_with("_statement") || node.kind() == "declaration"
        }
        _ => false,
    }
}

/// Whether a statement is the body of another without braces.
fn is_body(node: Node<'_>, parent: Node<'_>) -> bool {
    parent.kind() == "else_clause"
        || ["body", "consequence"]
            .iter()
            .any(|field| parent.child_by_field_name(field) == Some(node))
}

/// Whether an expression is true or false by its look alone.
fn is_truth(node: Node<'_>, text: &str) -> bool {
    let compares = match node.kind() {
        "binary_expression" => matches!(
            operator_of(node, text),
            "==" | "!=" | "<" | "<=" | ">" | ">=" | "&&" | "||" | "and" | "or" | "not_eq"
        ),
        "unary_expression" => matches!(operator_of(node, text), "!" | "not"),
        _ => false,
    };
    compares || is_condition(node)
}

/// Whether an expression decides: what stands between the brackets of an `if`.
fn is_condition(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else {
        return false;
    };
    if node.kind() == "declaration" || node.kind() == "condition_clause" {
        return false;
    }
    let field = |parent: Node<'_>, name: &str| parent.child_by_field_name(name) == Some(node);
    match parent.kind() {
        "condition_clause" => {
            let switches = parent
                .parent()
                .is_some_and(|up| up.kind() == "switch_statement");
            field(parent, "value") && !switches
        }
        "for_statement" | "conditional_expression" => field(parent, "condition"),
        "parenthesized_expression" => {
            let above = parent.parent();
            above.is_some_and(|above| {
                above.kind() == "do_statement"
                    && above.child_by_field_name("condition") == Some(parent)
            })
        }
        _ => false,
    }
}

/// Whether a switch may stand at `node`; else why not.
fn fits(node: Node<'_>, (path, text): (&str, &str)) -> Result<(), String> {
    let is_c = path.ends_with(".c") || path.ends_with(".h");
    let mut inner = node;
    let mut is_inside = false;
    while let Some(here) = inner.parent() {
        if here.kind() == "ERROR" {
            return Err("the grammar cannot read what stands around it".to_owned());
        }
        let field = |name: &str| here.child_by_field_name(name) == Some(inner);
        let fixed = FIXED.iter().find(|(kind, _)| *kind == here.kind());
        let what = match here.kind() {
            "case_statement" if field("value") => Some("a case"),
            "array_declarator" if field("size") => Some("the size of an array"),
            "if_statement" if field("condition") && is_constant_if(here, text) => {
                Some("a condition of the compiler")
            }
            "function_definition" if is_unfit(here, text) => Some("a function of the compiler"),
            "declaration" | "field_declaration" if is_fixed(here, (text, is_c, is_inside)) => {
                Some("a constant")
            }
            _ => fixed.map(|(_, what)| *what),
        };
        if let Some(what) = what {
            return Err(format!("{what} is computed with the build"));
        }
        if here.kind().starts_with("preproc") && field("condition") {
            return Err("a directive is read before the build".to_owned());
        }
        is_inside |= matches!(inner.kind(), "lambda_expression" | "compound_statement");
        inner = here;
    }
    Ok(())
}

/// `if constexpr`.
fn is_constant_if(statement: Node<'_>, text: &str) -> bool {
    let own = text_of(statement, text).trim_start_matches("if");
    own.trim_start().starts_with("constexpr")
}

fn is_unfit(function: Node<'_>, text: &str) -> bool {
    let body = function.child_by_field_name("body");
    let head = text.get(function.start_byte()..body.map_or(0, |body| body.start_byte()));
    let mut words = head
        .unwrap_or_default()
        .split(|c: char| !(c.is_alphanumeric() || c == '_'));
    words.any(|word| UNFIT.contains(&word))
}

/// Whether what a declaration begins with has to be known to the compiler: always in C outside of
/// a function or with `static`; in C++ with `constexpr`, and with `const` where nothing but
/// literals stands in it, so that it may be the size of an array elsewhere.
fn is_fixed(declaration: Node<'_>, (text, is_c, is_inside): (&str, bool, bool)) -> bool {
    let own = text_of(declaration, text);
    let head = own.split(['=', '{', '(']).next().unwrap_or_default();
    let mut words = head.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    let has = |word: &str| words.clone().any(|own| own == word);
    if has("constexpr") || has("constinit") {
        return true;
    }
    if is_inside {
        return false;
    }
    let in_function = std::iter::successors(declaration.parent(), Node::parent)
        .any(|up| up.kind() == "function_definition");
    if is_c && (!in_function || has("static")) {
        return true;
    }
    let rest = own.get(head.len()..).unwrap_or_default();
    let named = tokens(rest)
        .iter()
        .any(|token| token.kind == Kind::Word && !matches!(token.of(rest), "true" | "false"));
    words.any(|word| word == "const") && !head.contains('*') && !named
}
