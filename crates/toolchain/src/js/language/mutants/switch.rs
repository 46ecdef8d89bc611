//! Rewrites a file so that each of its mutants can be switched on while it runs.
//!
//! A switched expression is a condition, never a function of its own: `await`, `yield`, `this`
//! and `arguments` keep their meaning. What is written on one line of the text stays there.

use super::super::syntax::{self, children};
use super::arm::{Form, Place, place};
use super::grammar::is_directive;
use redgreen_core::mutant::Mutant;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use tree_sitter::Node;

/// The question whether a mutant is on. A file's functions can run before the file does: without
/// an answer, none is.
fn ask(number: usize) -> String {
    format!("globalThis.__rg?.({number})")
}

/// Answers it from the environment where nothing else does.
const PRELUDE: &str = "globalThis.__rg ??= ((on) => (n) => n === on)\
    (Number(globalThis.process?.env?.REDGREEN_MUTANT ?? -1)); ";

/// A file with its mutants in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Switched {
    /// The text.
    pub(crate) text: String,
    /// Numbers of the mutants that it can be switched to.
    pub(crate) numbers: BTreeSet<usize>,
}

/// The file `text` at `path` with all of `mutants`, each with its number, that can be switched.
/// `unchecked` says that a compiler is not to check its types. Where some cannot be, the file asks
/// for `load` when it is loaded: a trace then tells who loads it.
pub(crate) fn switched(
    (path, text): (&str, &str),
    mutants: &[(usize, &Mutant)],
    (unchecked, load): (bool, usize),
) -> Option<Switched> {
    let tree = syntax::parse(path, text).filter(|tree| !tree.root_node().has_error())?;
    let root = tree.root_node();
    let placed = mutants
        .iter()
        .filter_map(|(number, mutant)| Some((*number, place(root, text, mutant)?)));
    let mut placed: Vec<(usize, Place)> = placed.collect();
    let parses = |placed: &[(usize, Place)]| {
        let probe = (placed.len() < mutants.len()).then_some(load);
        let made = written((root, probe), text, placed);
        let tree = syntax::parse(path, &made).filter(|tree| !tree.root_node().has_error());
        tree.map(|_| made)
    };
    let made = match parses(&placed) {
        Some(made) => made,
        None => {
            placed.retain(|each| parses(std::slice::from_ref(each)).is_some());
            parses(&placed)?
        }
    };
    let no_types = if unchecked { "// @ts-nocheck\n" } else { "" };
    Some(Switched {
        text: format!("{no_types}{made}"),
        numbers: placed.iter().map(|(number, _)| *number).collect(),
    })
}

/// Texts to put in, each with its place: those that close before those that open, and of those
/// the outer ones first.
#[derive(Default)]
struct Insertions(Vec<(usize, bool, usize, Form, String)>);

impl Insertions {
    fn around(&mut self, bytes: &Range<usize>, form: Form, open: String, close: &str) {
        let inner_first = usize::MAX - bytes.start;
        self.0.push((
            bytes.end,
            false,
            inner_first,
            reversed(form),
            close.to_owned(),
        ));
        self.open(bytes, form, open);
    }

    fn open(&mut self, bytes: &Range<usize>, form: Form, open: String) {
        self.0
            .push((bytes.start, true, usize::MAX - bytes.end, form, open));
    }

    fn into(mut self, text: &str) -> String {
        self.0.sort_by_key(|each| (each.0, each.1, each.2, each.3));
        let mut made = String::with_capacity(text.len() * 2);
        let mut last = 0;
        for (at, .., insert) in self.0 {
            made.push_str(&text[last..at]);
            made.push_str(&insert);
            last = at;
        }
        made.push_str(&text[last..]);
        made
    }
}

/// Mutants that are switched at one place.
type Group<'p> = Vec<(usize, &'p Place)>;

/// Of two that end together, the one that is opened first closes last.
fn reversed(form: Form) -> Form {
    match form {
        Form::Entry => Form::Value,
        Form::Guard => Form::Value,
        Form::Value => Form::Guard,
    }
}

fn written(
    (root, probe): (Node<'_>, Option<usize>),
    text: &str,
    placed: &[(usize, Place)],
) -> String {
    let mut insertions = Insertions::default();
    let mut groups: BTreeMap<(usize, usize, Form), Group<'_>> = BTreeMap::new();
    for (number, place) in placed {
        let key = (place.bytes.start, place.bytes.end, place.form);
        groups.entry(key).or_default().push((*number, place));
    }
    let guarded =
        |bytes: &Range<usize>| groups.contains_key(&(bytes.start, bytes.end, Form::Guard));
    let mut braced: BTreeSet<(usize, usize)> = BTreeSet::new();
    for ((start, end, form), group) in &groups {
        let bytes = *start..*end;
        match form {
            Form::Entry => insertions.open(&(bytes.start..usize::MAX), *form, entered(group)),
            Form::Guard => {
                let on: Vec<String> = group.iter().map(|(n, _)| format!("!{}", ask(*n))).collect();
                insertions.around(&bytes, *form, format!("{{ if ({}) ", on.join(" && ")), " }");
            }
            Form::Value => {
                let arms = group
                    .iter()
                    .map(|(n, place)| format!("{} ? ({}) : ", ask(*n), place.arm));
                insertions.around(
                    &bytes,
                    *form,
                    format!("({}(", arms.collect::<String>()),
                    "))",
                );
                let begun = group.iter().find_map(|(_, place)| place.begins.clone());
                if let Some(begun) =
                    begun.filter(|begun| !guarded(begun) && braced.insert((begun.start, begun.end)))
                {
                    insertions.around(&begun, Form::Guard, "{".to_owned(), "}");
                }
            }
        }
    }
    if let Some(at) = first_statement(root) {
        let probe = probe.map(|number| format!("{}; ", ask(number)));
        let prelude = format!("{PRELUDE}{}", probe.unwrap_or_default());
        insertions.open(&(at..usize::MAX), Form::Entry, prelude);
    }
    insertions.into(text)
}

/// The statements at the start of a body.
fn entered(group: &[(usize, &Place)]) -> String {
    let mut made = String::new();
    for (number, place) in group {
        let (before, arm) = place.arm.split_once('\0').unwrap_or(("", &place.arm));
        if made.is_empty() {
            made.push_str(before);
        }
        match arm {
            "" => made.push_str(&format!(" {};", ask(*number))),
            arm => made.push_str(&format!(" if ({}) {{ {arm} }}", ask(*number))),
        }
    }
    made.push(' ');
    made
}

/// Where the file's own first statement stands, behind its directives.
fn first_statement(root: Node<'_>) -> Option<usize> {
    let statements = children(root);
    let mut own = statements
        .iter()
        .filter(|node| node.kind() != "hash_bang_line" && !is_directive(**node));
    own.next().map(Node::start_byte)
}
