//! Walks a syntax tree and proposes defects by a table of the language's grammar. Iterative, so
//! that deeply nested source costs no stack.

use super::Wanted;
use redgreen_core::mutant::{Draft, Operator};
use redgreen_core::surface::Lines;
use std::ops::Range;
use tree_sitter::Node;

/// Bytes of the text, the sort of defect, and the text in their place.
pub type Edit = (Range<usize>, Operator, String);

/// What the walk has to know of a language. Kinds and fields are those of its tree-sitter grammar.
pub struct Grammar {
    /// Nodes with an operator token between operands: `binary_expression`.
    pub operations: &'static [&'static str],
    /// Operator tokens and what takes their place.
    pub swaps: &'static [(&'static str, Operator, &'static [&'static str])],
    /// Nodes that decide, and the field that holds their condition.
    pub conditions: &'static [(&'static str, &'static str)],
    /// What true and false are called.
    pub truth: (&'static str, &'static str),
    /// Nodes that negate, with their operand as the last named child, and the token that does it.
    pub negations: &'static [(&'static str, &'static str)],
    /// Kinds of whole numbers.
    pub integers: &'static [&'static str],
    /// Kinds of numbers with a fraction.
    pub floats: &'static [&'static str],
    /// Kinds of strings, quotes included.
    pub strings: &'static [&'static str],
    /// The literals `true` and `false`, as kinds or as texts of a node of one kind.
    pub booleans: &'static [&'static str],
    /// Statements that can be taken out, and what stands in their place.
    pub statements: &'static [(&'static str, &'static str)],
    /// Statements that raise an error, and what stands in their place.
    pub raises: &'static [(&'static str, &'static str)],
    /// Nodes below which nothing is changed: types, attributes, comments, documentation, logging.
    pub arid: fn(Node<'_>, &str) -> bool,
    /// Further defects of one node, for what no table can say: returns, collections, handlers.
    pub more: fn(Node<'_>, &str) -> Vec<Edit>,
}

/// A function that holds code: its name as the outline has it, and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// As the outline names it.
    pub name: String,
    /// From its first to its last byte.
    pub bytes: Range<usize>,
}

/// The name of the innermost function of `holders` around `bytes`; empty outside of any.
fn holder_of(holders: &[Holder], bytes: &Range<usize>) -> String {
    let around = holders
        .iter()
        .filter(|holder| holder.bytes.start <= bytes.start && bytes.end <= holder.bytes.end);
    let inner = around.min_by_key(|holder| holder.bytes.len());
    inner.map_or(String::new(), |holder| holder.name.clone())
}

/// Every defect that the table of `grammar` can put on `wanted`'s lines of production code.
pub fn walk(
    (root, text): (Node<'_>, &str),
    grammar: &Grammar,
    holders: &[Holder],
    wanted: &Wanted,
) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        let is_dry = (grammar.arid)(node, text) || !is_wanted(node, wanted);
        if !is_dry {
            for (bytes, operator, now) in at(node, text, grammar) {
                let lines = lines_of(text, &bytes);
                let is_same = text.get(bytes.clone()) == Some(now.as_str());
                if is_same || !wanted.lines.iter().any(|some| some.touches(lines)) {
                    continue;
                }
                drafts.push(Draft {
                    function: holder_of(holders, &bytes),
                    lines,
                    bytes,
                    operator,
                    now,
                });
            }
        }
        if !is_dry && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return drafts;
            }
        }
    }
}

fn is_wanted(node: Node<'_>, wanted: &Wanted) -> bool {
    let lines = Lines::new(row(node.start_position().row), row(node.end_position().row));
    wanted.lines.iter().any(|some| some.touches(lines))
}

fn row(from_zero: usize) -> u32 {
    u32::try_from(from_zero + 1).unwrap_or(u32::MAX)
}

/// The lines of `bytes`, from 1.
pub fn lines_of(text: &str, bytes: &Range<usize>) -> Lines {
    let breaks = |to: usize| {
        text.as_bytes()[..to]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count()
    };
    let last = bytes.end.saturating_sub(1).max(bytes.start);
    Lines::new(row(breaks(bytes.start)), row(breaks(last)))
}

/// What the table says of one node.
fn at(node: Node<'_>, text: &str, grammar: &Grammar) -> Vec<Edit> {
    let mut edits = Vec::new();
    let kind = node.kind();
    if !node.is_named() || node.is_error() {
        return edits;
    }
    if grammar.operations.contains(&kind) {
        edits.extend(operations(node, text, grammar));
    }
    for (_, field) in grammar.conditions.iter().filter(|(of, _)| *of == kind) {
        if let Some(condition) = node.child_by_field_name(field) {
            edits.extend(decided(condition, grammar));
        }
    }
    for (_, token) in grammar.negations.iter().filter(|(of, _)| *of == kind) {
        edits.extend(unnegated(node, text, token));
    }
    edits.extend(
        literal(node, text, grammar).map(|now| (node.byte_range(), Operator::Constant, now)),
    );
    for (table, operator) in [
        (grammar.statements, Operator::Statement),
        (grammar.raises, Operator::ErrorPath),
    ] {
        for (_, instead) in table.iter().filter(|(of, _)| *of == kind) {
            edits.push((node.byte_range(), operator, (*instead).to_owned()));
        }
    }
    edits.extend((grammar.more)(node, text));
    edits
}

/// The operator tokens of an operation, each swapped.
fn operations(node: Node<'_>, text: &str, grammar: &Grammar) -> Vec<Edit> {
    let mut cursor = node.walk();
    let tokens = node.children(&mut cursor).filter(|child| !child.is_named());
    let mut edits = Vec::new();
    for token in tokens {
        let sign = text.get(token.byte_range()).unwrap_or_default();
        let sign = sign.split_whitespace().collect::<Vec<_>>().join(" ");
        for (_, operator, instead) in grammar.swaps.iter().filter(|(of, ..)| *of == sign) {
            let swapped = instead.iter();
            edits.extend(swapped.map(|now| (token.byte_range(), *operator, (*now).to_owned())));
        }
    }
    edits
}

/// A condition that is decided beforehand. Some grammars count its brackets as a part of it.
fn decided(condition: Node<'_>, grammar: &Grammar) -> Vec<Edit> {
    let inner = match condition.kind() {
        "parenthesized_expression" | "condition_clause" => condition.named_child(0),
        _ => Some(condition),
    };
    let bytes = inner.unwrap_or(condition).byte_range();
    let (yes, no) = grammar.truth;
    [yes, no]
        .map(|word| (bytes.clone(), Operator::Condition, word.to_owned()))
        .into()
}

/// `not x` without the `not`.
fn unnegated(node: Node<'_>, text: &str, token: &str) -> Option<Edit> {
    let sign = text.get(node.child(0)?.byte_range())?;
    let count = u32::try_from(node.named_child_count()).ok()?;
    let operand = node.named_child(count.checked_sub(1)?)?;
    let rest = text.get(operand.byte_range())?;
    (sign == token).then(|| (node.byte_range(), Operator::Condition, rest.to_owned()))
}

/// Another literal of the same type.
fn literal(node: Node<'_>, text: &str, grammar: &Grammar) -> Option<String> {
    let kind = node.kind();
    let own = text.get(node.byte_range())?;
    let (yes, no) = grammar.truth;
    if grammar.booleans.contains(&kind) && (own == yes || own == no) {
        return Some(if own == yes { no } else { yes }.to_owned());
    }
    if grammar.integers.contains(&kind) {
        return next_whole(own);
    }
    if grammar.floats.contains(&kind) {
        return Some(format!("{own}1")).filter(|_| own.contains('.') && is_digits(own));
    }
    if grammar.strings.contains(&kind) {
        return other_string(own);
    }
    None
}

fn is_digits(text: &str) -> bool {
    text.ends_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || c == '.')
}

/// The number one higher; a type's suffix stays (`10_u8`, `5n`).
fn next_whole(own: &str) -> Option<String> {
    let digits = own
        .find(|c: char| !c.is_ascii_digit() && c != '_')
        .unwrap_or(own.len());
    let (number, suffix) = own.split_at(digits);
    let is_suffix = suffix.is_empty() || suffix.starts_with(['u', 'i', 'n', 'L', 'l', 'U', 'f']);
    let number = number.trim_end_matches('_').replace('_', "");
    let value: u128 = number.parse().ok().filter(|_| is_suffix)?;
    let is_octal = number.len() > 1 && number.starts_with('0');
    (!is_octal).then(|| format!("{}{suffix}", value + 1))
}

/// An empty string gets a word; any other becomes empty. The quotes stay.
fn other_string(own: &str) -> Option<String> {
    let open = own.find(['"', '\'', '`'])?;
    let quote = own[open..].chars().next()?;
    let close = own.rfind(quote).filter(|close| *close > open)?;
    let run = own[open..close].chars().take_while(|c| *c == quote).count();
    let run = if own.len() - open < 2 * run { 1 } else { run };
    let (inner_from, inner_to) = (open + run, (close + 1).checked_sub(run)?);
    let inner = own.get(inner_from..inner_to)?;
    let now = if inner.is_empty() { "mutant" } else { "" };
    Some(format!(
        "{}{now}{}",
        own.get(..inner_from)?,
        own.get(inner_to..)?
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_becomes_another_of_its_type() {
        assert_eq!(next_whole("0").as_deref(), Some("1"));
        assert_eq!(next_whole("1_000_u64").as_deref(), Some("1001u64"));
        assert_eq!(next_whole("5n").as_deref(), Some("6n"));
        assert_eq!(next_whole("0x1f"), None);
        assert_eq!(next_whole("0755"), None);
        assert_eq!(other_string("\"ab\"").as_deref(), Some("\"\""));
        assert_eq!(other_string("''").as_deref(), Some("'mutant'"));
        assert_eq!(other_string("b\"x\"").as_deref(), Some("b\"\""));
        assert_eq!(
            other_string("\"\"\"ab\"\"\"").as_deref(),
            Some("\"\"\"\"\"\"")
        );
        assert_eq!(other_string("r#\"ab\"#").as_deref(), Some("r#\"\"#"));
    }

    #[test]
    fn lines_are_those_of_the_edited_bytes() {
        assert_eq!(lines_of("a\nbc\nd", &(2..4)), Lines::new(2, 2));
        assert_eq!(lines_of("a\nbc\nd", &(0..6)), Lines::new(1, 3));
    }
}
