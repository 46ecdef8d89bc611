//! Types errors of the compiler: what was missing, and where.

use super::build::{Line, Message, Span};
use super::panic::{located, stub_name};
use crate::ask::Ask;
use redgreen_core::outcome::{Failure, FailureKind, Stage, Symbol};

/// Names that were looked for and not found.
const MISSING: [&str; 27] = [
    "E0026", "E0403", "E0405", "E0407", "E0412", "E0422", "E0423", "E0425", "E0432", "E0433",
    "E0437", "E0438", "E0451", "E0531", "E0532", "E0559", "E0560", "E0574", "E0576", "E0583",
    "E0599", "E0603", "E0609", "E0610", "E0615", "E0616", "E0624",
];

/// Calls, patterns and implementations that do not fit an existing item.
const MISFIT: [&str; 26] = [
    "E0023", "E0027", "E0046", "E0049", "E0050", "E0053", "E0057", "E0060", "E0061", "E0063",
    "E0107", "E0185", "E0186", "E0195", "E0220", "E0271", "E0277", "E0308", "E0326", "E0369",
    "E0604", "E0605", "E0606", "E0608", "E0614", "E0618",
];

/// The failures that one error of the compiler stands for: one for each name that it misses.
pub(super) fn failures(ask: &Ask<'_>, message: &Message) -> Vec<Failure> {
    let text = &message.message;
    if message.spans.is_empty() && text.starts_with("aborting due to") {
        return Vec::new();
    }
    if let Some(name) = all_text(message).find_map(stub_name) {
        let failure = Failure::new(Stage::Load, FailureKind::Stub(name), text);
        return vec![failure.at(place(ask, primary(message)))];
    }
    let spans: Vec<&Span> = message
        .spans
        .iter()
        .filter(|span| span.is_primary)
        .collect();
    let code = message.code.as_ref().map_or("", |code| code.code.as_str());
    if code == "E0432" && !spans.is_empty() {
        return spans
            .into_iter()
            .map(|span| import(ask, text, span))
            .collect();
    }
    let (kind, symbol) = typed(message, code);
    let failure = Failure::new(Stage::Load, kind, &coded(code, text));
    vec![failure.at(place(ask, primary(message))).missing(symbol)]
}

fn coded(code: &str, text: &str) -> String {
    if code.is_empty() {
        text.to_owned()
    } else {
        format!("{code}: {text}")
    }
}

fn all_text(message: &Message) -> impl Iterator<Item = &str> {
    let own = std::iter::once(message.message.as_str());
    let labels = message
        .spans
        .iter()
        .filter_map(|span| span.label.as_deref());
    own.chain(labels)
        .chain(message.children.iter().map(|child| child.message.as_str()))
}

fn primary(message: &Message) -> Option<&Span> {
    message.spans.iter().find(|span| span.is_primary)
}

/// Where a span is; for code that a macro of another crate made, where the macro was called.
fn place(ask: &Ask<'_>, span: Option<&Span>) -> Option<redgreen_core::outcome::Location> {
    let mut span = span?;
    while span.file_name.starts_with('/') || span.file_name.starts_with('<') {
        match &span.expansion {
            Some(outer) => span = &outer.span,
            None => break,
        }
    }
    Some(located(ask, &span.file_name, span.line_start))
}

fn typed(message: &Message, code: &str) -> (FailureKind, Option<Symbol>) {
    let text = &message.message;
    if code.is_empty() {
        return uncoded(text);
    }
    if let Some(name) = unlinked(message) {
        return (FailureKind::MissingModule, Some(symbol(&name, None)));
    }
    if MISSING.contains(&code) {
        return (FailureKind::MissingName, missing(code, text));
    }
    if MISFIT.contains(&code) {
        return (FailureKind::BadCall, callee(message));
    }
    (FailureKind::Exception(code.to_owned()), None)
}

/// Errors without a code: the parser, macros, the linker.
fn uncoded(text: &str) -> (FailureKind, Option<Symbol>) {
    let missing = [
        "cannot find macro",
        "cannot find attribute",
        "cannot find derive macro",
    ];
    if missing.iter().any(|start| text.starts_with(start)) {
        return (FailureKind::MissingName, missing_word(text));
    }
    if text.starts_with("linking with") || text.starts_with("linker ") {
        return (FailureKind::Environment, None);
    }
    if text.starts_with("no rules expected") || text.starts_with("unexpected end of macro") {
        return (FailureKind::BadCall, None);
    }
    let panicked = [
        "proc macro panicked",
        "custom attribute panicked",
        "proc-macro derive",
    ];
    if panicked.iter().any(|start| text.starts_with(start)) {
        return (FailureKind::Exception("macro".to_owned()), None);
    }
    (FailureKind::Syntax, None)
}

/// The crate that is not linked, where that is what the error says.
fn unlinked(message: &Message) -> Option<String> {
    let marks = [
        "unlinked crate",
        "undeclared crate or module",
        "unresolved module or",
        "can't find crate for",
        "module or crate `",
    ];
    let text = all_text(message).find(|text| marks.iter().any(|mark| text.contains(mark)))?;
    quoted(text).into_iter().next()
}

/// The words between backticks.
fn quoted(text: &str) -> Vec<String> {
    let parts = text.split('`').skip(1).step_by(2);
    parts.map(str::to_owned).collect()
}

fn missing_word(text: &str) -> Option<Symbol> {
    Some(symbol(quoted(text).first()?, None))
}

/// The name that an error misses and what it was looked for in. Most name the missing thing
/// first; those about fields of a known type name the type first.
fn missing(code: &str, text: &str) -> Option<Symbol> {
    let words = quoted(text);
    let mut words = words.iter();
    let (first, second) = (words.next()?, words.next());
    let owner_first = matches!(code, "E0026" | "E0559" | "E0560");
    match (owner_first, second) {
        (true, Some(name)) => Some(symbol(name, Some(first))),
        (true, None) | (false, _) => Some(symbol(first, second)),
    }
}

/// The failure of one unresolved import. The label tells which part of the path is missing.
fn import(ask: &Ask<'_>, text: &str, span: &Span) -> Failure {
    let label = span.label.as_deref().unwrap_or(text);
    let words = quoted(label);
    let missing = words.first().map(|name| symbol(name, words.get(1)));
    let module = label.contains("crate") && label.contains("unresolved")
        || label.contains("unlinked")
        || label.starts_with("could not find") && !ends_path(span);
    let kind = if module {
        FailureKind::MissingModule
    } else {
        FailureKind::MissingName
    };
    let message = format!("E0432: {text}: {label}");
    let failure = Failure::new(Stage::Load, kind, &message);
    failure.at(place(ask, Some(span))).missing(missing)
}

/// Whether the missing part is the last one of its path: what follows the mark is no `::`.
fn ends_path(span: &Span) -> bool {
    span.text.first().is_none_or(|line| {
        let after = line.text.chars().skip(line.highlight_end.saturating_sub(1));
        !after.collect::<String>().trim_start().starts_with("::")
    })
}

/// What a misfitting call calls: the item that a note shows, else the last name of the span.
fn callee(message: &Message) -> Option<Symbol> {
    let notes = message
        .children
        .iter()
        .filter(|child| child.message.contains("defined here"));
    let shown = notes
        .filter_map(primary)
        .find_map(|span| last_name(&highlighted(span.text.first())?));
    let own = || last_name(&highlighted(primary(message)?.text.first())?);
    let named = || {
        quoted(&message.message)
            .first()
            .and_then(|word| last_name(word))
    };
    shown
        .or_else(named)
        .or_else(own)
        .map(|name| symbol(&name, None))
}

fn highlighted(line: Option<&Line>) -> Option<String> {
    let line = line?;
    let length = line.highlight_end.checked_sub(line.highlight_start)?;
    let skipped = line.text.chars().skip(line.highlight_start.checked_sub(1)?);
    Some(skipped.take(length).collect())
}

/// The last identifier of a text.
fn last_name(text: &str) -> Option<String> {
    let mut words = text.rsplit(|c: char| !(c.is_alphanumeric() || c == '_'));
    words
        .find(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '_'))
        .map(str::to_owned)
}

/// A symbol by the last part of its path, its owner without generics and references.
fn symbol(name: &str, owner: Option<&String>) -> Symbol {
    Symbol {
        name: last_part(name),
        owner: owner
            .map(|owner| last_part(owner))
            .filter(|owner| !owner.is_empty()),
    }
}

fn last_part(path: &str) -> String {
    let bare = path
        .trim_start_matches(['&', '*'])
        .trim_start_matches("mut ");
    let bare = bare.split(['<', '(', '[', ' ']).next().unwrap_or(bare);
    let last = bare.rsplit("::").next().unwrap_or(bare);
    last.trim_end_matches('!').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(code: &str, text: &str) -> Option<(String, Option<String>)> {
        missing(code, text).map(|symbol| (symbol.name, symbol.owner))
    }

    fn owed(name: &str, owner: Option<&str>) -> Option<(String, Option<String>)> {
        Some((name.to_owned(), owner.map(str::to_owned)))
    }

    #[test]
    fn the_missing_name_is_told_from_its_owner() {
        let cases = [
            (
                "E0425",
                "cannot find function `clamp` in crate `calc`",
                "clamp",
                Some("calc"),
            ),
            ("E0425", "cannot find value `x` in this scope", "x", None),
            (
                "E0560",
                "struct `a::Opts` has no field named `deep`",
                "deep",
                Some("Opts"),
            ),
            (
                "E0026",
                "struct `Opts` does not have a field named `deep`",
                "deep",
                Some("Opts"),
            ),
            (
                "E0609",
                "no field `deep` on type `&Opts<T>`",
                "deep",
                Some("Opts"),
            ),
            (
                "E0599",
                "no method named `go` found for struct `Vec<u8>` in the current scope",
                "go",
                Some("Vec"),
            ),
            ("E0603", "function `hidden` is private", "hidden", None),
        ];
        for (code, text, name, owner) in cases {
            assert_eq!(found(code, text), owed(name, owner), "{text}");
        }
    }

    #[test]
    fn errors_without_a_code_are_not_all_syntax() {
        let kinds = [
            ("mismatched closing delimiter: `}`", FailureKind::Syntax),
            (
                "cannot find macro `vecc` in this scope",
                FailureKind::MissingName,
            ),
            (
                "linking with `cc` failed: exit status: 1",
                FailureKind::Environment,
            ),
        ];
        for (text, kind) in kinds {
            assert_eq!(uncoded(text).0, kind, "{text}");
        }
    }

    #[test]
    fn an_old_compilers_words_for_an_unlinked_crate_are_understood() {
        for text in [
            "failed to resolve: use of undeclared crate or module `rand`",
            "failed to resolve: use of unresolved module or unlinked crate `rand`",
            "can't find crate for `rand`",
            "cannot find module or crate `rand` in this scope",
        ] {
            let message = Message {
                message: text.to_owned(),
                ..Message::default()
            };
            assert_eq!(unlinked(&message).as_deref(), Some("rand"), "{text}");
        }
    }
}
