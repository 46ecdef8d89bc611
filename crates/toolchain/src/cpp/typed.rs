//! Types the words of an error: what kind it is, and which name it misses.

use crate::ask::Ask;
use redgreen_core::outcome::{FailureKind, Symbol};

/// The kind of an error of a compiler, and the name that it is about. `next` is the line behind
/// it, which shows the source.
pub(super) fn typed(ask: &Ask<'_>, text: &str, next: &str) -> (FailureKind, Option<Symbol>) {
    if let Some(header) = missing_header(text) {
        return (
            FailureKind::MissingModule,
            Some(owned_header(ask, &header, next)),
        );
    }
    let has = |marks: &[&str]| marks.iter().any(|mark| text.contains(mark));
    let words = quoted(text);
    let first = words.first().map(|word| symbol(word));
    if has(&MEMBERS) {
        // GCC names the type first, Clang the member.
        let (name, owner) = match text
            .find("no member named")
            .map_or(1, |at| usize::from(at > 0))
        {
            0 => (words.first(), words.get(1)),
            _ => (words.get(1), words.first()),
        };
        let owner = owner.map(|owner| symbol(owner).name);
        let named = name.map(|name| Symbol {
            owner,
            ..symbol(name)
        });
        return (FailureKind::MissingName, named);
    }
    if has(&MISSING) {
        let owner = words.get(1).map(|owner| symbol(owner).name);
        let owner = owner.filter(|_| has(&[" is not a member of ", " in namespace "]));
        let named = first.map(|first| Symbol {
            owner: owner.or(first.owner.clone()),
            ..first
        });
        return (FailureKind::MissingName, named);
    }
    if has(&MISFIT) {
        return (FailureKind::BadCall, first);
    }
    if has(&SYNTAX) {
        return (FailureKind::Syntax, None);
    }
    (FailureKind::Exception("compile error".to_owned()), first)
}

/// Marks of a member that its type does not have.
const MEMBERS: [&str; 2] = ["has no member named", "no member named"];

/// Marks of a name that is nowhere.
const MISSING: [&str; 16] = [
    "was not declared in this scope",
    "has not been declared",
    "does not name a type",
    "does not name a template",
    " is not a member of ",
    "is not a class, namespace",
    "is not a namespace-name",
    "undeclared (first use",
    "use of undeclared identifier",
    "unknown type name",
    "no type named",
    "no template named",
    "implicit declaration of function",
    "undeclared function",
    "incomplete type",
    "does not have any field named",
];

/// Marks of a use that does not fit what is there.
const MISFIT: [&str; 22] = [
    "no matching function",
    "no matching member function",
    "no matching constructor",
    "too many arguments",
    "too few arguments",
    "no match for",
    "invalid operands",
    "cannot convert",
    "could not convert",
    "invalid conversion",
    "no viable",
    "no known conversion",
    "invalid initialization",
    "too many initializers",
    "no declaration matches",
    "out-of-line definition",
    "does not override",
    "abstract",
    "is private within",
    "is protected within",
    "is a private member",
    "use of deleted function",
];

/// Marks of a text that does not parse.
const SYNTAX: [&str; 9] = [
    "expected ",
    "unterminated",
    "missing terminating",
    "stray ",
    "extraneous",
    "unbalanced",
    "#endif without",
    "#else without",
    "invalid suffix",
];

/// `money.h: No such file or directory`, `'money.h' file not found`.
fn missing_header(text: &str) -> Option<String> {
    if let Some((header, _)) = text.split_once(": No such file or directory") {
        return Some(header.trim().to_owned());
    }
    let quoted = quoted(text).into_iter().next();
    quoted.filter(|_| text.contains("file not found"))
}

/// The header as a module: the project's own where it is included as one's own, or from one of
/// the project's directories.
fn owned_header(ask: &Ask<'_>, header: &str, source: &str) -> Symbol {
    let own = &ask.unit.own_names;
    let named = file_symbol(header);
    let owner = match header.split_once('/') {
        Some((dir, _)) => own.iter().find(|name| *name == dir),
        None => own.first().filter(|_| source.contains('"')),
    };
    Symbol {
        owner: owner.cloned(),
        ..named
    }
}

/// The file's name without its ending.
pub(super) fn file_symbol(path: &str) -> Symbol {
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.split_once('.').map_or(file, |(stem, _)| stem);
    Symbol {
        name: stem.to_owned(),
        owner: None,
    }
}

/// The words between quotes of either kind.
pub(super) fn quoted(text: &str) -> Vec<String> {
    let even = text.replace(['‘', '’', '`', '"'], "'");
    let parts = even.split('\'').skip(1).step_by(2);
    parts.map(str::to_owned).collect()
}

/// A symbol by a name or a signature: `int calc::Till::add(int, int) const`.
pub(super) fn symbol(signature: &str) -> Symbol {
    let head = signature.split('(').next().unwrap_or(signature);
    let bare: String = without_arguments(head);
    let word = bare.split_whitespace().last().unwrap_or_default();
    let word = word.trim_matches(['*', '&', '~', ';', ',']);
    let mut parts = word.rsplit("::");
    let name = parts.next().unwrap_or(word).to_owned();
    let owner = parts
        .next()
        .filter(|owner| !owner.is_empty())
        .map(str::to_owned);
    Symbol { name, owner }
}

/// The text without what stands in angle brackets.
fn without_arguments(text: &str) -> String {
    let mut depth = 0_usize;
    let mut made = String::new();
    for character in text.chars() {
        match character {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            other if depth == 0 => made.push(other),
            _ => {}
        }
    }
    made
}
