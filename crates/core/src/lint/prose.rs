//! Takes the prose of a ticket apart: sentences that ask for something, their words and clauses.
//! Code, quotations, addresses and HTML are no prose; they leave a mark in their place.

use super::lexicon::list;
use super::mask::masked;
use super::words::words;
use crate::criterion::Criterion;
use crate::ticket::outline::{Block, BlockKind, Outline};
use crate::ticket::section::Section;
use std::collections::BTreeMap;

/// Stands for each byte of code.
pub(super) const CODE: char = '`';
/// Stands for each byte of a quotation.
pub(super) const QUOTE: char = '"';

/// What a sentence is a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The title or another heading.
    Heading,
    /// A criterion, by its place in the list of criteria.
    Criterion(usize),
    /// An item of a list that is no criterion.
    Item,
    /// A paragraph.
    Paragraph,
}

/// A word in its place.
#[derive(Clone, Debug)]
pub(super) struct Word {
    /// In lower case.
    pub(super) text: String,
    /// Its first byte in the ticket's text.
    pub(super) start: usize,
    /// Behind its last byte.
    pub(super) end: usize,
    /// Its line, from 1.
    pub(super) line: u32,
    /// The clause that it stands in, by its place in the sentence's list.
    pub(super) clause: usize,
    /// Whether it is written with a capital.
    pub(super) capital: bool,
}

/// What stands between two commas, semicolons or brackets.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clause {
    /// A number with a unit, or a number with a digit in it at all.
    pub(super) number: bool,
    /// Code or a quotation.
    pub(super) literal: bool,
    /// A standard that can be looked up.
    pub(super) standard: bool,
}

/// One sentence.
#[derive(Clone, Debug)]
pub(super) struct Sentence {
    pub(super) role: Role,
    pub(super) section: Section,
    /// The line that it begins in.
    pub(super) line: u32,
    /// Whether it is the first one of its block.
    pub(super) leads: bool,
    /// Its bytes in the text.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) words: Vec<Word>,
    pub(super) clauses: Vec<Clause>,
    /// Whether it asks for something, and does not only tell.
    pub(super) asks: bool,
}

/// The prose of a ticket.
#[derive(Clone, Debug)]
pub(super) struct Prose<'t> {
    /// The whole text as it was written.
    pub(super) text: &'t str,
    /// The same with code and quotations masked; each byte in its place.
    pub(super) masked: String,
    pub(super) sentences: Vec<Sentence>,
}

impl<'t> Prose<'t> {
    /// The prose of `text`, whose outline is `outline`.
    pub(super) fn of(text: &'t str, outline: &Outline<'_>, criteria: &[Criterion]) -> Self {
        let masked = masked(text, outline);
        let starts = line_starts(&masked);
        let known: BTreeMap<u32, usize> = criteria
            .iter()
            .enumerate()
            .map(|(at, c)| (c.line, at))
            .collect();
        let mut sentences = Vec::new();
        for block in &outline.blocks {
            if let Some(role) = role(block, &known) {
                split(&masked, &starts, (block, role), &mut sentences);
            }
        }
        sentences.sort_by_key(|sentence| sentence.start);
        Self {
            text,
            masked,
            sentences,
        }
    }

    /// Sentences that ask for something.
    pub(super) fn asking(&self) -> impl Iterator<Item = &Sentence> {
        self.sentences.iter().filter(|sentence| sentence.asks)
    }

    /// Sentences of criteria.
    pub(super) fn of_criteria(&self) -> impl Iterator<Item = &Sentence> {
        let mut all = self.sentences.iter();
        std::iter::from_fn(move || all.find(|s| matches!(s.role, Role::Criterion(_))))
    }

    /// Whether the ticket is written in English as far as words tell.
    pub(super) fn is_english(&self) -> bool {
        let (mut english, mut foreign) = (0_usize, 0_usize);
        for word in self.sentences.iter().flat_map(|sentence| &sentence.words) {
            english += usize::from(list("english").has(&word.text));
            foreign += usize::from(list("foreign").has(&word.text) || !word.text.is_ascii());
        }
        foreign == 0 || english >= foreign * 2
    }
}

impl Sentence {
    /// The words from the one at `at` on, as texts.
    pub(super) fn from(&self, at: usize) -> impl Iterator<Item = &str> + Clone {
        self.words[at..].iter().map(|word| word.text.as_str())
    }

    /// The text of the word at `at`; nothing where there is none.
    pub(super) fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| &word.text)
    }

    /// The clause of the word at `at`.
    pub(super) fn clause(&self, at: usize) -> Clause {
        let place = self.words.get(at).map_or(0, |word| word.clause);
        self.clauses.get(place).copied().unwrap_or_default()
    }

    /// Whether a number, code or a quotation stands in it.
    pub(super) fn is_concrete(&self) -> bool {
        self.clauses
            .iter()
            .any(|clause| clause.number || clause.literal)
    }

    /// Whether one of `words` stands in it.
    pub(super) fn has(&self, words: &[&str]) -> bool {
        self.words
            .iter()
            .any(|word| words.contains(&word.text.as_str()))
    }

    /// Whether it belongs to a criterion.
    pub(super) fn of_criterion(&self) -> bool {
        matches!(self.role, Role::Criterion(_))
    }
}

fn role(block: &Block, criteria: &BTreeMap<u32, usize>) -> Option<Role> {
    let criterion = criteria.get(&block.line).map(|at| Role::Criterion(*at));
    match block.kind {
        BlockKind::Heading(_) => Some(Role::Heading),
        BlockKind::Code(_) => None,
        BlockKind::Item { .. } => Some(criterion.unwrap_or(Role::Item)),
        BlockKind::Paragraph => Some(criterion.unwrap_or(Role::Paragraph)),
    }
}

/// Where each line begins.
fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0)
        .chain(text.match_indices('\n').map(|(at, _)| at + 1))
        .collect()
}

/// Adds the sentences of `block`.
fn split(
    masked: &str,
    starts: &[usize],
    (block, role): (&Block, Role),
    sentences: &mut Vec<Sentence>,
) {
    let first = block.line.saturating_sub(1) as usize;
    let from = starts.get(first).copied().unwrap_or(masked.len());
    let end = starts
        .get(block.last as usize)
        .copied()
        .unwrap_or(masked.len());
    let mut reader = Reader {
        block,
        role,
        line: block.line,
        leads: true,
    };
    let mut start = from;
    let text = &masked[from..end];
    let mut marks = text.char_indices().peekable();
    while let Some((at, mark)) = marks.next() {
        let next = marks.peek().map(|(_, next)| *next);
        let ends = match mark {
            '.' | '!' | '?' => next.is_none_or(char::is_whitespace) && !is_short(&text[..at]),
            '\n' => opens_item(&text[at + 1..]) || block.kind == BlockKind::Heading(7),
            _ => false,
        };
        if ends {
            let stop = from + at + mark.len_utf8();
            sentences.extend(reader.sentence(masked, start, stop));
            start = stop;
        }
    }
    sentences.extend(reader.sentence(masked, start, end));
}

/// Whether a full stop behind `before` belongs to a short form.
fn is_short(before: &str) -> bool {
    let word = before
        .rsplit(|c: char| c.is_whitespace() || c == '(')
        .next()
        .unwrap_or_default();
    [
        "e.g", "i.e", "incl", "max", "min", "approx", "resp", "vs", "no", "cf",
    ]
    .iter()
    .any(|short| word.eq_ignore_ascii_case(short))
}

/// Whether the line that `rest` begins with is an item or a row of its own.
fn opens_item(rest: &str) -> bool {
    let line = rest.trim_start_matches([' ', '\t', '>']);
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    ["- ", "* ", "+ ", "|", "#"]
        .iter()
        .any(|mark| line.starts_with(mark))
        || (digits.len() < line.len() && (digits.starts_with(". ") || digits.starts_with(") ")))
}

/// Reads the sentences of one block in their order.
struct Reader<'b> {
    block: &'b Block,
    role: Role,
    line: u32,
    leads: bool,
}

impl Reader<'_> {
    fn sentence(&mut self, masked: &str, start: usize, end: usize) -> Option<Sentence> {
        let source = &masked[start..end];
        let (words, clauses, line) = words(source, start, self.line);
        let first_line = self.line;
        self.line = line;
        let is_literal = clauses.iter().any(|clause| clause.literal);
        if words.is_empty() && !is_literal {
            return None;
        }
        let begin = words.first().map_or(first_line, |word| word.line);
        let mut sentence = Sentence {
            role: self.role,
            section: self.block.section,
            line: begin,
            leads: std::mem::replace(&mut self.leads, false),
            start,
            end,
            words,
            clauses,
            asks: false,
        };
        sentence.asks = asks(&sentence, source.trim_end().ends_with(':'));
        Some(sentence)
    }
}

/// Words that make a sentence a wish.
const WISHES: [&str; 20] = [
    "should", "must", "shall", "need", "needs", "needed", "want", "wants", "please", "let's",
    "lets", "will", "would", "ought", "expected", "required", "wish", "ensure", "make", "like",
];

/// Verbs with which a wish begins.
const ORDERS: [&str; 44] = [
    "add",
    "allow",
    "avoid",
    "build",
    "cache",
    "change",
    "collect",
    "create",
    "delete",
    "deprecate",
    "describe",
    "drop",
    "enable",
    "ensure",
    "expose",
    "extend",
    "extract",
    "fix",
    "follow",
    "general",
    "handle",
    "harden",
    "implement",
    "improve",
    "introduce",
    "limit",
    "mark",
    "migrate",
    "move",
    "optimise",
    "optimize",
    "provide",
    "raise",
    "reduce",
    "refactor",
    "remove",
    "rename",
    "replace",
    "rewrite",
    "show",
    "split",
    "support",
    "update",
    "use",
];

/// Whether `sentence` asks for something. What stands aside asks for nothing.
fn asks(sentence: &Sentence, leads_on: bool) -> bool {
    if !sentence.section.asks() {
        return false;
    }
    match sentence.role {
        Role::Criterion(_) => true,
        Role::Item => !leads_on,
        Role::Heading => sentence.section == Section::Other,
        Role::Paragraph => {
            sentence.section == Section::Criteria
                || sentence.section == Section::Expected
                || sentence.has(&WISHES)
                || ORDERS.contains(&sentence.word(0))
                || (sentence.word(0) == "we" && sentence.word(1) == "can")
        }
    }
}
