//! Writes a file so that it holds its mutants: every line stays where it is.

use super::super::syntax::{self, attribute_path};
use super::line::one_line;
use super::module;
use super::place::Form;
use super::plan::{Plan, Site};
use crate::mutate::refusal::Refusal;
use redgreen_core::mutant::{Mutant, Operator};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use tree_sitter::{Node, Tree};

/// What of a plan is not written any more, because the compiler refused it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Dropped {
    /// Mutants by index, and what the compiler said.
    pub(super) mutants: BTreeMap<usize, Refusal>,
    /// Files that keep their own lints.
    pub(super) lints: BTreeSet<String>,
}

/// A part of a written file that exists for one mutant, or for all of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// For one mutant, by index.
    Mutant(usize),
    /// For a place, head's own code included.
    Site(usize),
    /// The attribute that quiets lints.
    Lints,
}

/// A file with its mutants in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    pub(super) text: String,
    /// Bytes of the written text, in the order in which they end.
    pub(super) parts: Vec<(Range<usize>, Part)>,
}

/// Text that is put in, and what it is for.
type Piece = (String, Option<Part>);

/// Something that is put between two bytes of head's text.
struct Insertion {
    at: usize,
    /// At one byte: ends of places first, inner ones before outer ones; then beginnings, outer
    /// ones first.
    rank: (u8, i64, i64),
    pieces: Vec<Piece>,
    /// The site that begins or ends here.
    edge: Option<(usize, Edge)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Begins,
    Ends,
}

/// The file `path` of `plan` with its mutants; nothing where none is left.
pub(super) fn write(
    (path, text): (&str, &str),
    plan: &Plan,
    mutants: &[Mutant],
    dropped: &Dropped,
) -> Option<Written> {
    let tree = syntax::parse(text)?;
    let own = plan.sites.iter().enumerate();
    let own: Vec<(usize, &Site)> = own.filter(|(_, site)| site.path == path).collect();
    let (first, count) = (own.first()?.0, own.len());
    let name = format!("__redgreen_{first}");
    let mut insertions = Vec::new();
    for (index, site) in own {
        let kept: Vec<usize> = site
            .mutants
            .iter()
            .copied()
            .filter(|mutant| !dropped.mutants.contains_key(mutant))
            .collect();
        if !kept.is_empty() {
            let made = Made {
                index,
                site,
                kept,
                prefix: "super::".repeat(site.place.depth) + &name,
            };
            insertions.extend(made.insertions(text, mutants));
        }
    }
    if insertions.is_empty() {
        return None;
    }
    if !dropped.lints.contains(path) {
        insertions.extend(lints(&tree, text));
    }
    insertions.sort_by_key(|insertion| (insertion.at, insertion.rank));
    let mut written = joined(text, insertions);
    if !text.ends_with('\n') {
        written.text.push('\n');
    }
    let start = written.text.len();
    let quiet = !dropped.lints.contains(path);
    written
        .text
        .push_str(&module::text(&name, (first, count), quiet));
    if quiet {
        written.parts.push((start..written.text.len(), Part::Lints));
    }
    written.text.push('\n');
    Some(written)
}

/// The text with lints that stop no build.
pub(super) fn quieted(text: &str) -> String {
    match syntax::parse(text) {
        Some(tree) => joined(text, lints(&tree, text)).text,
        None => text.to_owned(),
    }
}

fn joined(text: &str, insertions: Vec<Insertion>) -> Written {
    let mut written = Written::default();
    let mut open: BTreeMap<usize, usize> = BTreeMap::new();
    let mut done = 0;
    for insertion in insertions {
        written.text.push_str(&text[done..insertion.at]);
        done = insertion.at;
        if let Some((site, Edge::Begins)) = insertion.edge {
            open.insert(site, written.text.len());
        }
        for (piece, part) in insertion.pieces {
            let start = written.text.len();
            written.text.push_str(&piece);
            if let Some(part) = part {
                written.parts.push((start..written.text.len(), part));
            }
        }
        if let Some((site, Edge::Ends)) = insertion.edge
            && let Some(start) = open.remove(&site)
        {
            let whole = start..written.text.len();
            written.parts.push((whole, Part::Site(site)));
        }
    }
    written.text.push_str(&text[done..]);
    written
}

/// Lints of the project are no defects: what a mutant leaves unused must not stop the build.
fn lints(tree: &Tree, text: &str) -> Vec<Insertion> {
    let root = tree.root_node();
    let mut cursor = root.walk();
    let put = |at: usize, words: &str, part: Option<Part>| Insertion {
        at,
        rank: (3, 0, 0),
        pieces: vec![(words.to_owned(), part)],
        edge: None,
    };
    let strict = root.named_children(&mut cursor).filter(|child| {
        child.kind() == "inner_attribute_item"
            && matches!(attribute_path(*child, text), "deny" | "forbid")
    });
    let inner = strict.filter_map(|child| child.named_child(0));
    let mut insertions: Vec<Insertion> = inner
        .flat_map(|inner| {
            let never = put(inner.start_byte(), "cfg_attr(any(), ", None);
            [never, put(inner.end_byte(), ")", None)]
        })
        .collect();
    let mut cursor = root.walk();
    let is_inner = |child: &Node<'_>| {
        child.kind() == "inner_attribute_item"
            || child.kind() == "shebang"
            || child.child_by_field_name("inner").is_some()
    };
    let last = root
        .named_children(&mut cursor)
        .take_while(|child| is_inner(child) || child.kind().ends_with("_comment"))
        .filter(is_inner)
        .last();
    let at = match last {
        Some(last) => after(text, last),
        None => text.len() - text.trim_start_matches('\u{feff}').len(),
    };
    let allowed = " #![allow(warnings, unused)] ";
    insertions.push(put(at, allowed, Some(Part::Lints)));
    insertions
}

/// Behind `node`; a comment and a shebang go to the end of their line.
fn after(text: &str, node: Node<'_>) -> usize {
    let end = node.end_byte();
    let open = text[node.byte_range()].starts_with("//") || node.kind() == "shebang";
    if !open || text[..end].ends_with('\n') {
        return end;
    }
    text[end..].find('\n').map_or(text.len(), |at| end + at + 1)
}

/// A place that is about to be written.
struct Made<'s> {
    index: usize,
    site: &'s Site,
    /// Those of its mutants that are written.
    kept: Vec<usize>,
    /// Path of the module from here.
    prefix: String,
}

impl Made<'_> {
    fn insertions(&self, text: &str, mutants: &[Mutant]) -> Vec<Insertion> {
        let on = format!(
            "{}::on({}, {}, {})",
            self.prefix,
            self.index,
            self.site.first,
            self.site.mutants.len()
        );
        let only = self.kept.first().copied().unwrap_or_default();
        let sole = |text: String| vec![(text, Some(Part::Mutant(only)))];
        match self.site.place.form {
            Form::Expression => self.around(
                vec![(format!("(match {on} {{ 0 => ("), None)],
                self.arms(text, mutants),
            ),
            Form::Statement => {
                self.around(sole(format!("if {on} == 0 {{ ")), sole(" }".to_owned()))
            }
            Form::Guard => self.around(sole(format!("{on} == 0 && (")), sole(")".to_owned())),
            Form::Arm => vec![self.here(sole(format!(" if {on} == 0")))],
            Form::Body => vec![self.here(self.early(&on, mutants))],
            Form::Loop => self.around(
                vec![(
                    format!("(match {on} {{ 0 => {}::Either::One(", self.prefix),
                    None,
                )],
                self.other(text, mutants),
            ),
            Form::Attribute => Vec::new(),
        }
    }

    /// Something before and something behind head's own code.
    fn around(&self, before: Vec<Piece>, behind: Vec<Piece>) -> Vec<Insertion> {
        let bytes = &self.site.place.bytes;
        let length = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        // A guard is inside of the expression that it is.
        let form = i64::from(self.site.place.form == Form::Guard);
        let begin = Insertion {
            at: bytes.start,
            rank: (2, -length, form),
            pieces: before,
            edge: Some((self.index, Edge::Begins)),
        };
        let end = Insertion {
            at: bytes.end,
            rank: (0, length, -form),
            pieces: behind,
            edge: Some((self.index, Edge::Ends)),
        };
        vec![begin, end]
    }

    /// Something between two bytes.
    fn here(&self, pieces: Vec<Piece>) -> Insertion {
        Insertion {
            at: self.site.place.bytes.start,
            rank: (1, 0, 0),
            pieces,
            edge: None,
        }
    }

    /// What leads to a mutant: its number, or anything for the last one.
    fn key(&self, mutant: usize) -> String {
        match self.site.number(mutant) {
            Some(number) if self.kept.last() != Some(&mutant) => number.to_string(),
            Some(_) | None => "_".to_owned(),
        }
    }

    fn arms(&self, text: &str, mutants: &[Mutant]) -> Vec<Piece> {
        let mut pieces = vec![(")".to_owned(), None)];
        for index in &self.kept {
            pieces.push((format!(", {} => ", self.key(*index)), None));
            let code = self.code(text, &mutants[*index]);
            pieces.push((format!("({code})"), Some(Part::Mutant(*index))));
        }
        pieces.push((" })".to_owned(), None));
        pieces
    }

    fn other(&self, text: &str, mutants: &[Mutant]) -> Vec<Piece> {
        let mut pieces = vec![("), _ => ".to_owned(), None)];
        for index in self.kept.iter().take(1) {
            let code = self.code(text, &mutants[*index]);
            let other = format!("{}::Either::Other({code})", self.prefix);
            pieces.push((other, Some(Part::Mutant(*index))));
        }
        pieces.push((" })".to_owned(), None));
        pieces
    }

    fn early(&self, on: &str, mutants: &[Mutant]) -> Vec<Piece> {
        let mut pieces = vec![(format!("match {on} {{ 0 => {{}}"), None)];
        for index in &self.kept {
            let mutant = &mutants[*index];
            let value = mutant
                .now
                .trim_start_matches('{')
                .trim_end_matches('}')
                .trim();
            let code = if mutant.operator == Operator::NoOp {
                format!("{{ {} }}", mutant.now)
            } else if value.is_empty() {
                "return".to_owned()
            } else {
                format!("return {value}")
            };
            pieces.push((format!(", {} => ", self.key(*index)), None));
            pieces.push((code, Some(Part::Mutant(*index))));
        }
        pieces.push((" } ".to_owned(), None));
        pieces
    }

    /// The place's code with a mutant in it, on one line.
    fn code(&self, text: &str, mutant: &Mutant) -> String {
        let (place, edit) = (&self.site.place.bytes, &mutant.bytes);
        let before = text.get(place.start..edit.start).unwrap_or_default();
        let behind = text.get(edit.end..place.end).unwrap_or_default();
        one_line(&format!("{before}{}{behind}", mutant.now))
    }
}
