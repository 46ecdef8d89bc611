//! Takes the prose of a ticket apart: sentences that ask for something, their words and clauses.
//! Code, quotations, addresses and HTML are no prose; they leave a mark in their place.

use super::lexicon::list;
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

/// Names of standards; a number behind one of them is not a number of the ticket.
const STANDARDS: [&str; 12] = [
    "rfc", "iso", "wcag", "owasp", "asvs", "ieee", "iec", "semver", "unicode", "posix", "pep",
    "nist",
];

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

/// `text` with code, HTML comments and tags, quotations and addresses covered byte by byte.
fn masked(text: &str, outline: &Outline<'_>) -> String {
    let mut bytes = outline.masked().into_bytes();
    for range in &outline.code {
        cover(&mut bytes, range.clone(), CODE);
    }
    for link in &outline.links {
        let source = &text[link.range.clone()];
        if let Some(at) = source.rfind("](") {
            cover(&mut bytes, link.range.start + at + 1..link.range.end, ' ');
        }
    }
    cover_paired(&mut bytes);
    cover_addresses(&mut bytes);
    String::from_utf8(bytes).unwrap_or_default()
}

fn cover(bytes: &mut [u8], range: std::ops::Range<usize>, with: char) {
    for byte in &mut bytes[range] {
        if *byte != b'\n' {
            *byte = with as u8;
        }
    }
}

/// Quotations and tags that end in the line that they begin in.
fn cover_paired(bytes: &mut [u8]) {
    let pairs: [(&[u8], &[u8], char); 4] = [
        (b"\"", b"\"", QUOTE),
        ("“".as_bytes(), "”".as_bytes(), QUOTE),
        ("„".as_bytes(), "“".as_bytes(), QUOTE),
        (b"<", b">", ' '),
    ];
    let mut start = 0;
    while start < bytes.len() {
        let end = bytes[start..]
            .iter()
            .position(|b| *b == b'\n')
            .map_or(bytes.len(), |e| start + e);
        for (open, close, with) in pairs {
            cover_in_line(&mut bytes[start..end], (open, close), with);
        }
        start = end + 1;
    }
}

fn cover_in_line(line: &mut [u8], (open, close): (&[u8], &[u8]), with: char) {
    let find = |line: &[u8], from: usize, mark: &[u8]| {
        let rest = line.get(from..)?;
        rest.windows(mark.len())
            .position(|window| window == mark)
            .map(|at| from + at)
    };
    let mut from = 0;
    while let Some(start) = find(line, from, open) {
        let Some(end) = find(line, start + open.len(), close) else {
            return;
        };
        let is_tag =
            open != b"<" || line[start + 1].is_ascii_alphabetic() || line[start + 1] == b'/';
        if is_tag {
            cover(line, start..end + close.len(), with);
        }
        from = end + close.len();
    }
}

fn cover_addresses(bytes: &mut [u8]) {
    let find = |bytes: &[u8], from: usize| {
        bytes[from..]
            .windows(3)
            .position(|window| window == b"://")
            .map(|at| from + at)
    };
    let mut from = 0;
    while let Some(at) = find(bytes, from) {
        let scheme = bytes[..at]
            .iter()
            .rev()
            .take(8)
            .take_while(|b| b.is_ascii_alphabetic())
            .count();
        let rest = bytes[at..]
            .iter()
            .take_while(|b| !b.is_ascii_whitespace())
            .count();
        cover(bytes, at - scheme..at + rest, CODE);
        from = at + rest;
    }
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

/// The words and clauses of `source`, which begins at byte `start` in line `line`; and the line
/// that it ends in.
fn words(source: &str, start: usize, line: u32) -> (Vec<Word>, Vec<Clause>, u32) {
    let mut found = Words {
        words: Vec::new(),
        clauses: vec![Clause::default()],
        line,
    };
    let mut open: Option<usize> = None;
    for (at, letter) in source.char_indices().chain([(source.len(), ' ')]) {
        let inside =
            letter.is_alphanumeric() || (matches!(letter, '\'' | '’' | '_') && open.is_some());
        match (open, inside) {
            (None, true) => open = Some(at),
            (Some(from), false) => {
                found.take(&source[from..at], start + from);
                open = None;
            }
            (None, false) | (Some(_), true) => {}
        }
        if !inside {
            found.mark(letter, source[at..].chars().nth(1));
        }
    }
    (found.words, found.clauses, found.line)
}

struct Words {
    words: Vec<Word>,
    clauses: Vec<Clause>,
    line: u32,
}

impl Words {
    fn take(&mut self, source: &str, start: usize) {
        let text = source.to_lowercase().replace('’', "'");
        let clause = self.clauses.len() - 1;
        if let Some(clause) = self.clauses.last_mut() {
            clause.number |= text.starts_with(|c: char| c.is_ascii_digit());
            clause.standard |= STANDARDS.contains(&text.as_str());
        }
        self.words.push(Word {
            capital: source.starts_with(char::is_uppercase),
            text,
            start,
            end: start + source.len(),
            line: self.line,
            clause,
        });
    }

    fn mark(&mut self, mark: char, next: Option<char>) {
        match mark {
            CODE | QUOTE => {
                if let Some(clause) = self.clauses.last_mut() {
                    clause.literal = true;
                }
            }
            '\n' => self.line += 1,
            ',' | ';' | ':' | '(' | ')' | '–' | '—' if next.is_none_or(|c| !c.is_ascii_digit()) =>
            {
                self.clauses.push(Clause::default());
            }
            _ => {}
        }
    }
}
