//! Proposes what stands at the start of a whole body, and in place of a returned value, by the
//! type that the function gives back.
//!
//! The body stays behind it, as behind a stub.

use super::super::functions::Function;
use super::grammar::{children, text_of};
use super::is_cpp;
use crate::mutate::{Edit, lines_of};
use redgreen_core::mutant::{Draft, Operator};
use tree_sitter::Node;

/// What a comment that changes nothing says.
const NO_OP: &str = "/* redgreen: no change */";

/// Whole numbers and those with a fraction, by the last word of their type.
const NUMBERS: [&str; 18] = [
    "int",
    "long",
    "short",
    "unsigned",
    "signed",
    "char",
    "float",
    "double",
    "size_t",
    "ssize_t",
    "ptrdiff_t",
    "int8_t",
    "int16_t",
    "int32_t",
    "int64_t",
    "uint8_t",
    "uint16_t",
    "uint32_t",
];

/// Drafts for the body of one function: nothing changed, and values that its type allows.
pub(super) fn drafts(function: &Function<'_>, text: &str) -> Vec<Draft> {
    let Some(body) = function.node.child_by_field_name("body") else {
        return Vec::new();
    };
    let start = body.start_byte();
    let bytes = start..start + 1;
    let draft = |operator: Operator, what: &str| Draft {
        function: function.name.clone(),
        lines: lines_of(text, &bytes),
        bytes: bytes.clone(),
        operator,
        now: format!("{{ {what}"),
    };
    let mut drafts = vec![draft(Operator::NoOp, NO_OP)];
    let own = children(body);
    let only = match own.as_slice() {
        [only] => text_of(*only, text).trim_end_matches(';'),
        _ => "",
    };
    if own.is_empty() {
        return drafts;
    }
    for value in values(function.node, text) {
        let instead = format!("return {value}");
        let instead = instead.trim_end();
        if instead != only {
            drafts.push(draft(Operator::Body, &format!("{instead};")));
        }
    }
    drafts
}

/// What a function may give back: the simplest value of its type, then another.
fn values(function: Node<'_>, text: &str) -> Vec<String> {
    let given = given(function, text);
    let simple = given.name.rsplit([' ', ':']).next().unwrap_or_default();
    let words: &[&str] = match (given.stars, given.name.as_str()) {
        (_, "auto" | "decltype(auto)") | (Stars::Reference, _) => &[],
        (Stars::Pointer, _) => &["0"],
        (Stars::None, "void" | "") => &[""],
        (Stars::None, "bool" | "_Bool") => &["true", "false"],
        (Stars::None, "std::string" | "string" | "std::string_view") => &["\"\"", "\"mutant\""],
        (Stars::None, _) if NUMBERS.contains(&simple) || simple == "uint64_t" => &["0", "1"],
        (Stars::None, name) if is_cpp(text) && !name.starts_with("struct ") => &["{}"],
        (Stars::None, name) => return vec![format!("({name}){{0}}")],
    };
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stars {
    None,
    Pointer,
    Reference,
}

/// The type that a function gives back.
struct Given {
    /// Without what says how it is kept.
    name: String,
    stars: Stars,
}

fn given(function: Node<'_>, text: &str) -> Given {
    let mut stars = Stars::None;
    let mut declarator = function.child_by_field_name("declarator");
    while let Some(here) = declarator {
        match here.kind() {
            "pointer_declarator" => stars = Stars::Pointer,
            "reference_declarator" => stars = Stars::Reference,
            "function_declarator" => break,
            "operator_cast" => {
                let to = here.child_by_field_name("type");
                let name = to.map_or("", |to| text_of(to, text)).to_owned();
                return Given { name, stars };
            }
            _ => {}
        }
        let next = here.child_by_field_name("declarator");
        declarator = next.or_else(|| here.named_child(0));
    }
    let trailing = declarator.and_then(|function| {
        let parts = children(function).into_iter();
        let mut parts = parts.filter(|part| part.kind() == "trailing_return_type");
        Some(text_of(parts.next()?, text).trim_start_matches("->").trim())
    });
    if let Some(whole) = trailing {
        let stars = match whole.chars().next_back() {
            Some('*') => Stars::Pointer,
            Some('&') => Stars::Reference,
            Some(_) | None => Stars::None,
        };
        let name = whole.trim_start_matches("const ").to_owned();
        return Given { name, stars };
    }
    let name = function.child_by_field_name("type");
    let name = name.map_or("", |name| text_of(name, text));
    let words: Vec<&str> = name.split_whitespace().collect();
    Given {
        name: words.join(" "),
        stars,
    }
}

/// Another value for `return x`: what says the contrary, or the simplest of its type. What the
/// other operators change already is left to them.
pub(super) fn returned(statement: Node<'_>, text: &str) -> Vec<Edit> {
    let Some(value) = children(statement).into_iter().next() else {
        return Vec::new();
    };
    let mut up = statement.parent();
    let function = loop {
        match up {
            Some(here) if here.kind() == "function_definition" => break here,
            Some(here) if here.kind() != "lambda_expression" => up = here.parent(),
            Some(_) | None => return Vec::new(),
        }
    };
    let own = text_of(value, text);
    if own.starts_with('-') && own.trim_start_matches('-').trim().parse::<u64>().is_ok() {
        return vec![(value.byte_range(), Operator::ErrorPath, "0".to_owned())];
    }
    let is_plain = matches!(
        value.kind(),
        "identifier"
            | "call_expression"
            | "field_expression"
            | "subscript_expression"
            | "pointer_expression"
    );
    let first = values(function, text).into_iter().next();
    let Some(first) = first.filter(|_| is_plain) else {
        return Vec::new();
    };
    let now = if first == "true" {
        format!("!({own})")
    } else {
        first
    };
    if now.is_empty() || now == own {
        return Vec::new();
    }
    vec![(value.byte_range(), Operator::Return, now)]
}
