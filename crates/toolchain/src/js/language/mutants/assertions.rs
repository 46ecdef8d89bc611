//! Negates the assertions of tests, one at a time.

use super::super::syntax::{Step, children, field_text, text_of, walk};
use super::super::tests::Found;
use crate::mutate::{Edit, Wanted, lines_of};
use redgreen_core::mutant::{Draft, Operator};
use tree_sitter::Node;

/// Assertions that say the opposite of each other.
const OPPOSITES: [(&str, &str); 29] = [
    ("equal", "notEqual"),
    ("strictEqual", "notStrictEqual"),
    ("deepEqual", "notDeepEqual"),
    ("deepStrictEqual", "notDeepStrictEqual"),
    ("deepLooseEqual", "notDeepLooseEqual"),
    ("looseEqual", "notLooseEqual"),
    ("rejects", "doesNotReject"),
    ("match", "doesNotMatch"),
    ("isTrue", "isFalse"),
    ("isOk", "isNotOk"),
    ("isNull", "isNotNull"),
    ("isUndefined", "isDefined"),
    ("isEmpty", "isNotEmpty"),
    ("exists", "notExists"),
    ("include", "notInclude"),
    ("isArray", "isNotArray"),
    ("isObject", "isNotObject"),
    ("lengthOf", "notLengthOf"),
    ("instanceOf", "notInstanceOf"),
    ("property", "notProperty"),
    ("is", "not"),
    ("true", "false"),
    ("truthy", "falsy"),
    ("regex", "notRegex"),
    ("same", "notSame"),
    ("like", "unlike"),
    ("throwsAsync", "notThrowsAsync"),
    ("is", "isNot"),
    ("isNaN", "isNotNaN"),
];

/// The negated assertions on the wanted lines of tests. `written` are the file's tests.
pub(super) fn of((root, text): (Node<'_>, &str), written: &[Found], wanted: &Wanted) -> Vec<Draft> {
    let mut drafts = Vec::new();
    walk(root, |node| {
        let edit = match node.kind() {
            "call_expression" => expected(node, text).or_else(|| asserted(node, text)),
            "member_expression" => should(node, text),
            _ => None,
        };
        if let Some((bytes, operator, now)) = edit {
            let lines = lines_of(text, &bytes);
            let around = written.iter().filter(|test| test.lines.touches(lines));
            let inner = around.min_by_key(|test| test.lines.last - test.lines.first);
            if let Some(test) = inner.filter(|_| wanted.tests.iter().any(|w| w.touches(lines))) {
                drafts.push(Draft {
                    function: test.name.trim_start_matches("::").to_owned(),
                    lines,
                    bytes,
                    operator,
                    now,
                });
            }
        }
        Step::Enter
    });
    drafts
}

fn negation(node: Node<'_>, now: String) -> Edit {
    (node.byte_range(), Operator::Assertion, now)
}

/// `expect(x).toBe(y)`, `expect(x).resolves.toBe(y)`, `expect(x).to.equal(y)`.
fn expected(node: Node<'_>, text: &str) -> Option<Edit> {
    let callee = field_text(node, "function", text);
    if !matches!(
        callee,
        "expect" | "expect.soft" | "chai.expect" | "expect.poll"
    ) {
        return None;
    }
    in_chain(&chain(node), text)
}

/// `x.should.equal(y)`.
fn should(node: Node<'_>, text: &str) -> Option<Edit> {
    let property = node.child_by_field_name("property")?;
    if text_of(property, text) != "should" {
        return None;
    }
    let rest = chain(node);
    match in_chain(&rest, text) {
        Some(edit) if edit.2.is_empty() => Some(edit),
        Some(_) | None if !rest.is_empty() => Some(negation(property, "should.not".to_owned())),
        Some(_) | None => None,
    }
}

/// The members that are taken of a value, innermost first.
fn chain(value: Node<'_>) -> Vec<Node<'_>> {
    let mut members = Vec::new();
    let mut at = value;
    while let Some(parent) = at.parent() {
        let is = |field: &str| parent.child_by_field_name(field) == Some(at);
        match parent.kind() {
            "member_expression" if is("object") => members.push(parent),
            "call_expression" if is("function") => {}
            _ => break,
        }
        at = parent;
    }
    members
}

fn in_chain(members: &[Node<'_>], text: &str) -> Option<Edit> {
    let name = |member: &Node<'_>| field_text(*member, "property", text);
    if members
        .iter()
        .any(|member| name(member).contains("Snapshot"))
    {
        return None;
    }
    if let Some(negated) = members.iter().find(|member| name(member) == "not") {
        let from = negated.child_by_field_name("object")?.end_byte();
        let bytes = from..negated.end_byte();
        return Some((bytes, Operator::Assertion, String::new()));
    }
    let chained = members.iter().find(|member| name(member) == "to");
    if let Some(chained) = chained.filter(|_| members.len() > 1) {
        return Some(negation(
            chained.child_by_field_name("property")?,
            "to.not".to_owned(),
        ));
    }
    let matcher = members.iter().find(|member| {
        let rest = name(member).strip_prefix("to");
        rest.is_some_and(|rest| rest.starts_with(char::is_uppercase))
    })?;
    let property = matcher.child_by_field_name("property")?;
    Some(negation(
        property,
        format!("not.{}", text_of(property, text)),
    ))
}

/// `assert(x)`, `assert.equal(x, y)`, `t.is(x, y)`.
fn asserted(node: Node<'_>, text: &str) -> Option<Edit> {
    let callee = node.child_by_field_name("function")?;
    let first = node
        .child_by_field_name("arguments")
        .map(children)?
        .first()
        .copied();
    let negated = |first: Node<'_>| negation(first, format!("!({})", text_of(first, text)));
    match callee.kind() {
        "identifier" => {
            let name = text_of(callee, text);
            match name {
                "assert" | "ok" => first
                    .filter(|_| name == "assert" || text.contains("assert"))
                    .map(negated),
                _ if name.len() > 4 && text.contains("assert") => {
                    Some(negation(callee, opposite(name, text)?.to_owned()))
                        .filter(|_| is_bound(text, opposite(name, text)))
                }
                _ => None,
            }
        }
        "member_expression" => {
            let owner = field_text(callee, "object", text);
            let last = owner.rsplit('.').next().unwrap_or(owner);
            if !matches!(last, "assert" | "strict" | "t" | "tap") {
                return None;
            }
            let property = callee.child_by_field_name("property")?;
            match text_of(property, text) {
                "ok" | "assert" => first.map(negated),
                name => Some(negation(property, opposite(name, text)?.to_owned())),
            }
        }
        _ => None,
    }
}

/// Whether a file that takes its assertions by name has taken this one too.
fn is_bound(text: &str, name: Option<&str>) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    name.is_some_and(|name| text.split(|c: char| !is_word(c)).any(|word| word == name))
}

fn opposite<'n>(name: &'n str, text: &str) -> Option<&'n str> {
    let is_ava = text.contains("'ava'") || text.contains("\"ava\"");
    match name {
        "throws" if is_ava => return Some("notThrows"),
        "throws" => return Some("doesNotThrow"),
        "doesNotThrow" | "notThrows" => return Some("throws"),
        "deepEqual" | "notDeepEqual" | "is" | "not" | "equal" | "notEqual" => {}
        _ => {}
    }
    let forth = OPPOSITES.iter().find(|(a, _)| *a == name).map(|(_, b)| *b);
    forth.or_else(|| OPPOSITES.iter().find(|(_, b)| *b == name).map(|(a, _)| *a))
}
