//! Splits a ticket's Markdown into the blocks that title, criteria and references are read from.

use crate::ticket::section::Section;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// What a block is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BlockKind {
    /// A heading of this level; 7 for a short line that stands as one.
    Heading(u8),
    /// Prose.
    Paragraph,
    /// An item of a list, with all that is nested in it.
    Item {
        /// Whether its check box is ticked, where it has one.
        ticked: Option<bool>,
    },
    /// Code, with the first word behind its fence.
    Code(String),
}

/// One block outside any quotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) kind: BlockKind,
    /// The section that it stands in.
    pub(crate) section: Section,
    /// Its first line, from 1.
    pub(crate) line: u32,
    /// Its last line.
    pub(crate) last: u32,
    /// A heading's words; of any other block the source text, without marker and check box.
    pub(crate) text: String,
}

/// A link and what it points to.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) range: Range<usize>,
    pub(crate) target: String,
}

/// A Markdown text, taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Outline<'t> {
    pub(crate) text: &'t str,
    pub(crate) blocks: Vec<Block>,
    pub(crate) links: Vec<Link>,
    /// Code blocks and code spans.
    pub(crate) code: Vec<Range<usize>>,
    lines: LineIndex,
}

impl<'t> Outline<'t> {
    /// Takes `text` apart.
    pub(crate) fn of(text: &'t str) -> Self {
        let lines = LineIndex::of(text);
        let parser = Parser::new_ext(text, Options::ENABLE_TASKLISTS);
        let mut walk = Walk::default();
        for (event, range) in parser.into_offset_iter() {
            walk.take(&event, range);
        }
        let blocks = sectioned(text, &lines, walk.chosen());
        Self {
            text,
            blocks,
            links: walk.links,
            code: walk.code,
            lines,
        }
    }

    /// The line of the byte `at`, from 1.
    pub(crate) fn line(&self, at: usize) -> u32 {
        self.lines.line(at)
    }

    /// The text with code and HTML comments blanked out; every other byte stays in its place.
    pub(crate) fn masked(&self) -> String {
        let mut bytes = self.without_code();
        for range in self.comments() {
            blank(&mut bytes, range);
        }
        String::from_utf8(bytes).unwrap_or_default()
    }

    fn without_code(&self) -> Vec<u8> {
        let mut bytes = self.text.as_bytes().to_vec();
        for range in &self.code {
            blank(&mut bytes, range.clone());
        }
        bytes
    }

    /// Where HTML comments stand that are no code.
    pub(crate) fn comments(&self) -> Vec<Range<usize>> {
        let seen = self.without_code();
        let find = |from: usize, mark: &[u8]| {
            let found = seen[from..].windows(mark.len()).position(|w| w == mark);
            found.map(|at| from + at)
        };
        let mut comments = Vec::new();
        let mut from = 0;
        while let Some(start) = find(from, b"<!--") {
            let end = find(start, b"-->").map_or(seen.len(), |end| end + 3);
            comments.push(start..end);
            from = end;
        }
        comments
    }
}

/// Blanks whole characters: `range` begins and ends at the border of one.
pub(crate) fn blank(bytes: &mut [u8], range: Range<usize>) {
    for byte in &mut bytes[range] {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
}

/// Where the lines of a text begin.
#[derive(Clone, Debug)]
struct LineIndex(Vec<usize>);

impl LineIndex {
    fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at).collect())
    }

    fn line(&self, at: usize) -> u32 {
        let before = self.0.partition_point(|&end| end < at);
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }
}

/// A block before its section is known.
#[derive(Clone, Debug)]
struct Raw {
    kind: BlockKind,
    range: Range<usize>,
    words: String,
    /// The item that it is nested in, by its place in the list of items.
    parent: Option<usize>,
}

/// The state of one walk over the parser's events.
#[derive(Default)]
struct Walk {
    blocks: Vec<Raw>,
    items: Vec<Raw>,
    open_items: Vec<usize>,
    heading: Option<Raw>,
    quotes: usize,
    links: Vec<Link>,
    code: Vec<Range<usize>>,
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the events are the parser's, and most say nothing about a ticket"
)]
impl Walk {
    fn take(&mut self, event: &Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(*tag),
            Event::Code(words) => {
                self.code.push(range);
                self.say(words);
            }
            Event::Text(words) => self.say(words),
            Event::SoftBreak | Event::HardBreak => self.say(" "),
            Event::TaskListMarker(ticked) => {
                if let Some(&item) = self.open_items.last() {
                    self.items[item].kind = BlockKind::Item {
                        ticked: Some(*ticked),
                    };
                }
            }
            _ => {}
        }
    }

    fn say(&mut self, words: &str) {
        if let Some(heading) = &mut self.heading {
            heading.words.push_str(words);
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: Range<usize>) {
        let free = self.quotes == 0 && self.open_items.is_empty();
        let raw = |kind| Raw {
            kind,
            range: range.clone(),
            words: String::new(),
            parent: None,
        };
        match tag {
            Tag::BlockQuote(_) => self.quotes += 1,
            Tag::Heading { level, .. } if free => {
                self.heading = Some(raw(BlockKind::Heading(*level as u8)));
            }
            Tag::Paragraph if free => self.blocks.push(raw(BlockKind::Paragraph)),
            Tag::CodeBlock(kind) => {
                self.code.push(range.clone());
                if free {
                    self.blocks.push(raw(BlockKind::Code(language(kind))));
                }
            }
            Tag::Item if self.quotes == 0 => {
                let mut item = raw(BlockKind::Item { ticked: None });
                item.parent = self.open_items.last().copied();
                self.open_items.push(self.items.len());
                self.items.push(item);
            }
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => self.links.push(Link {
                range,
                target: dest_url.to_string(),
            }),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::BlockQuote(_) => self.quotes -= 1,
            TagEnd::Item if self.quotes == 0 => {
                self.open_items.pop();
            }
            TagEnd::Heading(_) => self.blocks.extend(self.heading.take()),
            _ => {}
        }
    }

    /// The blocks in the order of the text, with the items that stand for their lists: the
    /// outermost ones, but where an item only groups check boxes, the boxes.
    fn chosen(&mut self) -> Vec<Raw> {
        let items = std::mem::take(&mut self.items);
        let boxed = |item: &Raw| matches!(item.kind, BlockKind::Item { ticked: Some(_) });
        let mut below_box = vec![false; items.len()];
        let mut groups = vec![false; items.len()];
        for at in 0..items.len() {
            let parent = items[at].parent;
            below_box[at] = parent.is_some_and(|p| below_box[p] || boxed(&items[p]));
            if boxed(&items[at]) && !below_box[at] {
                let mut above = parent;
                while let Some(p) = above.filter(|&p| !groups[p]) {
                    groups[p] = true;
                    above = items[p].parent;
                }
            }
        }
        let mut blocks = std::mem::take(&mut self.blocks);
        for (at, item) in items.into_iter().enumerate() {
            let outermost = item.parent.is_none() && !groups[at];
            if outermost || (boxed(&item) && !below_box[at]) {
                blocks.push(item);
            }
        }
        blocks.sort_by_key(|block| block.range.start);
        blocks
    }
}

fn language(kind: &CodeBlockKind<'_>) -> String {
    match kind {
        CodeBlockKind::Fenced(label) => {
            let word = label.split_whitespace().next().unwrap_or_default();
            word.to_lowercase()
        }
        CodeBlockKind::Indented => String::new(),
    }
}

/// Gives each block its lines, its text and its section.
fn sectioned(text: &str, lines: &LineIndex, raw: Vec<Raw>) -> Vec<Block> {
    let mut headings: Vec<(u8, Section)> = Vec::new();
    let mut blocks = Vec::with_capacity(raw.len());
    for block in raw {
        let source = &text[block.range.clone()];
        let end = block.range.start + source.trim_end().len();
        let (kind, words) = match block.kind {
            BlockKind::Heading(level) => (BlockKind::Heading(level), fold(&block.words)),
            BlockKind::Item { ticked } => (BlockKind::Item { ticked }, item_text(source)),
            BlockKind::Paragraph => match standing_heading(source) {
                Some(words) => (BlockKind::Heading(7), words),
                None => (BlockKind::Paragraph, source.trim().to_owned()),
            },
            BlockKind::Code(language) => (BlockKind::Code(language), source.to_owned()),
        };
        if let BlockKind::Heading(level) = kind {
            headings.retain(|(above, _)| *above < level);
            headings.push((level, Section::of_title(&words)));
        }
        let named = headings.iter().rev().map(|(_, section)| *section);
        let named = named.into_iter().find(|section| *section != Section::Other);
        let own = led_by(&kind, &words);
        blocks.push(Block {
            kind,
            section: own.or(named).unwrap_or(Section::Other),
            line: lines.line(block.range.start),
            last: lines.line(end.saturating_sub(1).max(block.range.start)),
            text: words,
        });
    }
    blocks
}

/// The section of a paragraph that begins with its own heading: `Expected result: it prints 3.`
fn led_by(kind: &BlockKind, words: &str) -> Option<Section> {
    let (title, rest) = words.split_once(':')?;
    let expected = Section::of_title(title) == Section::Expected && !rest.trim().is_empty();
    (*kind == BlockKind::Paragraph && expected).then_some(Section::Expected)
}

/// The words of a paragraph that stands as a heading: one short line, bold or with a colon, or
/// the plain name of a section that says what must hold.
fn standing_heading(source: &str) -> Option<String> {
    let source = source.trim();
    let wiki = source.len() > 3 && source.starts_with('h') && source[1..].find(". ") == Some(1);
    let bold = |mark: &str| {
        let inner = source.strip_prefix(mark)?;
        inner
            .strip_suffix(mark)
            .or_else(|| inner.strip_suffix(':')?.strip_suffix(mark))
            .filter(|inner| !inner.contains(mark))
    };
    let plain = matches!(
        Section::of_title(source),
        Section::Criteria | Section::Expected | Section::OutOfScope
    ) && source.split_whitespace().count() <= 3
        && source
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, ' ' | '-'));
    let words = if plain {
        source
    } else if wiki && source.is_char_boundary(4) {
        &source[4..]
    } else if let Some(inner) = bold("**").or_else(|| bold("__")) {
        inner
    } else {
        source.strip_suffix(':')?
    };
    let short = !source.contains('\n') && words.split_whitespace().count() <= 6;
    short.then(|| fold(words.trim_end_matches(':')))
}

/// The text of an item without its marker and its check box.
fn item_text(source: &str) -> String {
    let source = source.trim();
    let rest = source
        .strip_prefix(['-', '*', '+'])
        .or_else(|| {
            let rest = source.trim_start_matches(|c: char| c.is_ascii_digit());
            rest.strip_prefix(['.', ')'])
        })
        .unwrap_or(source)
        .trim_start();
    let unboxed = ["[ ]", "[x]", "[X]"]
        .iter()
        .find_map(|mark| rest.strip_prefix(mark));
    unboxed.unwrap_or(rest).trim_start().to_owned()
}

/// `text` with every run of white space as one space, and none at its ends.
pub(crate) fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most `limit` characters of `text`, cut between two words where there is a place for it.
pub(crate) fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let short: String = text.chars().take(limit.saturating_sub(1)).collect();
    let end = short.rfind(' ').filter(|&end| end * 2 > short.len());
    let words = &short[..end.unwrap_or(short.len())];
    format!("{}…", words.trim_end_matches([' ', ',', ';', ':', '.']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(text: &str) -> Vec<(String, Option<bool>, u32, u32)> {
        let outline = Outline::of(text);
        let found = outline.blocks.into_iter().filter_map(|b| match b.kind {
            BlockKind::Item { ticked } => Some((b.text, ticked, b.line, b.last)),
            BlockKind::Heading(_) | BlockKind::Paragraph | BlockKind::Code(_) => None,
        });
        found.collect()
    }

    #[test]
    fn a_nested_list_stays_in_its_item() {
        let found = items("- [ ] a\n  - b\n  - [x] c\n- [x] d\n");
        assert_eq!(
            found,
            [
                ("a\n  - b\n  - [x] c".to_owned(), Some(false), 1, 3),
                ("d".to_owned(), Some(true), 4, 4)
            ]
        );
    }

    #[test]
    fn an_item_that_only_groups_boxes_gives_way_to_them() {
        let found = items("- Backend\n  - [ ] a\n  - [x] b\n- plain\n");
        let texts: Vec<_> = found.iter().map(|(text, ..)| text.as_str()).collect();
        assert_eq!(texts, ["a", "b", "plain"]);
    }

    #[test]
    fn a_section_lasts_until_a_heading_of_its_own_level() {
        let text = "# T\n\n## Acceptance criteria\n\n### API\n- a\n\n## Other\n- b\n\nDone when:\n- c\n\nHints:\n- d\n";
        let outline = Outline::of(text);
        let sections: Vec<_> = outline
            .blocks
            .iter()
            .filter(|b| matches!(b.kind, BlockKind::Item { .. }))
            .map(|b| b.section)
            .collect();
        let expected = [
            Section::Criteria,
            Section::Other,
            Section::Criteria,
            Section::Other,
        ];
        assert_eq!(sections, expected);
    }

    #[test]
    fn the_plain_name_of_a_section_opens_it_and_a_sentence_does_not() {
        let section = |text: &str| {
            let outline = Outline::of(text);
            outline.blocks.last().map(|block| block.section)
        };
        assert_eq!(
            section("Acceptance Criteria\n\n- a"),
            Some(Section::Criteria)
        );
        assert_eq!(section("Done when\n\n- a"), Some(Section::Criteria));
        assert_eq!(
            section("Acceptance of it is low.\n\n- a"),
            Some(Section::Other)
        );
        assert_eq!(
            section("Expected result: it prints 3."),
            Some(Section::Expected)
        );
        assert_eq!(section("As expected: nothing."), Some(Section::Other));
    }

    #[test]
    fn code_and_comments_are_blanked_in_place() {
        let text = "a `é<X_Y>` <!-- TODO\nx --> b\n\n```\nTBD\n```\nend";
        let masked = Outline::of(text).masked();
        assert_eq!(masked.len(), text.len());
        assert_eq!(masked.lines().count(), text.lines().count());
        assert_eq!(fold(&masked), "a b end");
    }

    #[test]
    fn a_text_is_cut_between_words() {
        assert_eq!(cut("one two three", 13), "one two three");
        assert_eq!(cut("one two three", 12), "one two…");
        assert_eq!(cut("abcdefghij", 5), "abcd…");
    }
}
