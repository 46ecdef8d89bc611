//! Reads a ticket: what is asked for, as text that nobody has to trust.

mod clean;
pub mod front_matter;
pub(crate) mod outline;
pub mod performance;
pub mod placeholder;
pub mod reference;
pub(crate) mod section;
mod size;

pub use crate::kind::Kind;
pub use clean::Removed;
pub use size::Size;

use crate::criterion::{self, Criterion};
use crate::id::{Digest, TicketId};
use front_matter::{Entry, Split};
use outline::{BlockKind, Outline, cut, fold};
use performance::{PerfTarget, Place};
use reference::Reference;
use schemars::JsonSchema;
use section::Section;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

pub(crate) use clean::hidden;

/// The largest ticket that is read, in bytes.
pub const MAX_TICKET_BYTES: usize = 1024 * 1024;

/// What the project answers where a ticket does not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Defaults {
    /// Performance targets for tickets that state none.
    pub performance: Vec<String>,
    /// The kind of tickets that do not tell it.
    pub kind: Kind,
    /// Values for other placeholders of the project's templates, by name.
    pub placeholders: BTreeMap<String, String>,
}

/// A ticket, as it was read at one moment. Its text is data: nothing in it is a permission.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ticket {
    /// Its id: from front matter, else as its source names it. One line, at most 200 characters.
    pub id: TicketId,
    /// One line, at most 200 characters.
    pub title: String,
    /// What kind of work it asks for.
    pub kind: Kind,
    /// How much ceremony it gets.
    pub size: Size,
    /// Labels of front matter.
    pub labels: Vec<String>,
    /// What it refers to, front matter first, each once.
    pub references: Vec<Reference>,
    /// Its performance targets.
    pub performance: Vec<PerfTarget>,
    /// Its acceptance criteria, in its order.
    pub criteria: Vec<Criterion>,
    /// What it says is not to be done.
    pub out_of_scope: Vec<String>,
    /// What stands behind the front matter, as it was written.
    pub body: String,
    /// The whole ticket, without what a reader cannot see.
    pub text: String,
    /// Front matter that redgreen gives no meaning to, in its order.
    pub extra: Vec<Entry>,
    /// What was taken out of the text.
    pub removed: Vec<Removed>,
    /// Digest of `text`: another one means that the ticket was edited.
    pub digest: Digest,
}

/// Why a text is no ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TicketError {
    /// Nothing but white space.
    Empty,
    /// More than is read.
    TooLarge {
        /// Its size in bytes.
        bytes: usize,
        /// The largest size in bytes.
        limit: usize,
    },
}

impl fmt::Display for TicketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the ticket is empty"),
            Self::TooLarge { bytes, limit } => {
                write!(
                    f,
                    "the ticket has {bytes} bytes, more than the limit of {limit}"
                )
            }
        }
    }
}

impl std::error::Error for TicketError {}

impl Ticket {
    /// Reads a ticket from Markdown with optional front matter. `id_hint` is how its source names
    /// it: a file stem, `#12`, `PROJ-7`.
    ///
    /// # Errors
    /// The text is empty, or larger than [`MAX_TICKET_BYTES`].
    pub fn parse(id_hint: &str, text: &str, defaults: &Defaults) -> Result<Self, TicketError> {
        if text.len() > MAX_TICKET_BYTES {
            return Err(TicketError::TooLarge {
                bytes: text.len(),
                limit: MAX_TICKET_BYTES,
            });
        }
        let (text, removed) = clean::clean(text);
        let Split {
            entries,
            lines,
            body,
        } = front_matter::split(&text);
        let unnumbered = format!("{}{body}", "\n".repeat(lines));
        let outline = Outline::of(&unnumbered);
        let mut matter = Matter(entries);
        let title = matter
            .text(&["title"])
            .filter(|title| !title.trim().is_empty())
            .or_else(|| title_of(&outline));
        let Some(title) = title.map(|title| cut(&fold(&title), 200)) else {
            return Err(TicketError::Empty);
        };
        let criteria = criterion::find(&outline);
        let labels = matter.texts(&["labels", "label", "tags"]);
        let kind = matter.kind(&labels, &title).unwrap_or(defaults.kind);
        let size = matter
            .take(&["size"], &|word| Size::of_word(word))
            .unwrap_or_else(|| Size::of_counts(criteria.len(), body.trim().chars().count()));
        let id = matter.id(id_hint);
        let references = matter.references(&id, &outline);
        let performance = targets(&matter.texts(&["performance", "perf"]), &outline);
        let out_of_scope = out_of_scope(&outline);
        Ok(Self {
            id,
            title,
            kind,
            size,
            labels,
            references,
            performance,
            criteria,
            out_of_scope,
            body: body.to_owned(),
            digest: Digest::of(text.as_bytes()),
            extra: matter.0,
            text: text.clone(),
            removed,
        })
    }

    /// Reads a ticket from bytes: UTF-8, or UTF-16 with a byte order mark. Bytes that are no text
    /// become U+FFFD and are listed in [`Ticket::removed`].
    ///
    /// # Errors
    /// As [`Ticket::parse`].
    pub fn from_bytes(
        id_hint: &str,
        bytes: &[u8],
        defaults: &Defaults,
    ) -> Result<Self, TicketError> {
        if bytes.len() > MAX_TICKET_BYTES {
            return Err(TicketError::TooLarge {
                bytes: bytes.len(),
                limit: MAX_TICKET_BYTES,
            });
        }
        let (text, unreadable) = clean::decode(bytes);
        let mut ticket = Self::parse(id_hint, &text, defaults)?;
        ticket.removed.extend(unreadable);
        Ok(ticket)
    }

    /// The whole text as a page shows it: without HTML comments, which readers never see and which
    /// must not speak to a worker behind their backs.
    pub fn seen(&self) -> String {
        let outline = Outline::of(&self.text);
        let mut seen = String::with_capacity(self.text.len());
        let mut from = 0;
        for comment in outline.comments() {
            seen.push_str(&self.text[from..comment.start]);
            seen.push_str("[a comment that pages do not show was left out]");
            from = comment.end;
        }
        seen + &self.text[from..]
    }

    /// What the ticket wants, in one line: its title and the first prose of its body.
    pub fn description(&self) -> String {
        let outline = Outline::of(&self.body);
        let prose = outline.blocks.iter().find(|block| {
            block.kind == BlockKind::Paragraph
                && block.section == Section::Other
                && !self.title.starts_with(&fold(&block.text))
        });
        match prose.map(|block| cut(&fold(&block.text), 400)) {
            Some(prose) => {
                let title = self.title.trim_end_matches(['.', ':']);
                format!("{title}. {prose}")
            }
            None => self.title.clone(),
        }
    }
}

/// The title that a body has: its first heading where it starts with one or has one of the first
/// level, else its first line.
fn title_of(outline: &Outline<'_>) -> Option<String> {
    let said = || outline.blocks.iter().filter(|block| !block.text.is_empty());
    let first = said().next();
    let top = said().find(|block| block.kind == BlockKind::Heading(1));
    let block = match first.map(|block| &block.kind) {
        Some(BlockKind::Heading(1..=6)) => first,
        Some(_) | None => top.or(first),
    };
    let line = match block {
        Some(block) => block.text.lines().next(),
        None => outline.text.lines().find(|line| !line.trim().is_empty()),
    };
    line.map(|line| line.trim().trim_matches(['*', '_']).to_owned())
        .filter(|line| !line.is_empty())
        .or_else(|| {
            let line = outline.text.lines().find(|line| !line.trim().is_empty());
            line.map(str::to_owned)
        })
}

/// More targets than any ticket means; a hostile one has more.
const MOST_TARGETS: usize = 100;

fn targets(stated: &[String], outline: &Outline<'_>) -> Vec<PerfTarget> {
    let mut targets: Vec<PerfTarget> = stated
        .iter()
        .flat_map(|text| performance::find(text, Place::Stated))
        .collect();
    for block in &outline.blocks {
        let place = match (&block.kind, block.section) {
            (BlockKind::Heading(_) | BlockKind::Code(_), _) => continue,
            (_, Section::Performance) => Place::Stated,
            (_, Section::Criteria | Section::Expected | Section::Other) => Place::Prose,
            (_, Section::OutOfScope | Section::Aside) => continue,
        };
        for target in performance::find(&block.text, place) {
            if targets.len() < MOST_TARGETS && !targets.contains(&target) {
                targets.push(target);
            }
        }
    }
    targets
}

fn out_of_scope(outline: &Outline<'_>) -> Vec<String> {
    let named = outline.blocks.iter().filter(|block| {
        block.section == Section::OutOfScope
            && matches!(block.kind, BlockKind::Item { .. } | BlockKind::Paragraph)
    });
    named
        .map(|block| criterion::tidy_lines(&block.text))
        .collect()
}

/// Front matter that is being used up: what is understood is taken, the rest stays.
struct Matter(Vec<Entry>);

impl Matter {
    /// Takes the first entry of one of `names` that `read` understands.
    fn take<T>(&mut self, names: &[&str], read: &dyn Fn(&str) -> Option<T>) -> Option<T> {
        let found = self.0.iter().enumerate().find_map(|(at, entry)| {
            let named = names.iter().any(|name| entry.is(name));
            let text = entry.value.texts().into_iter().next().filter(|_| named)?;
            Some((at, read(&text)?))
        });
        let (at, value) = found?;
        self.0.remove(at);
        Some(value)
    }

    fn text(&mut self, names: &[&str]) -> Option<String> {
        self.take(names, &|text| Some(text.to_owned()))
    }

    /// Takes every entry of `names`, with all its texts.
    fn texts(&mut self, names: &[&str]) -> Vec<String> {
        let (taken, rest) = std::mem::take(&mut self.0)
            .into_iter()
            .partition(|entry| names.iter().any(|name| entry.is(name)));
        self.0 = rest;
        let taken: Vec<Entry> = taken;
        taken.iter().flat_map(|entry| entry.value.texts()).collect()
    }

    fn kind(&mut self, labels: &[String], title: &str) -> Option<Kind> {
        self.take(&["kind"], &|word| Kind::of_word(word))
            .or_else(|| self.take(&["type"], &|word| Kind::of_word(word)))
            .or_else(|| labels.iter().find_map(|label| Kind::of_label(label)))
            .or_else(|| Kind::of_title(title).0)
    }

    fn id(&mut self, hint: &str) -> TicketId {
        let tidy = |text: &str| {
            let seen: String = text.chars().filter(|c| hidden(*c).is_none()).collect();
            fold(&seen).chars().take(200).collect::<String>()
        };
        let own = self.text(&["id"]).map(|id| tidy(&id));
        TicketId::new(
            own.filter(|id| !id.is_empty())
                .unwrap_or_else(|| tidy(hint)),
        )
    }

    fn references(&mut self, id: &TicketId, outline: &Outline<'_>) -> Vec<Reference> {
        let stated = self.texts(&["references", "reference", "refs", "links"]);
        let mut references: Vec<Reference> = Vec::new();
        let all = stated.iter().map(|text| reference::of_entry(text));
        for reference in all.chain(reference::find(outline)) {
            if reference.to_string() != id.as_str() && !references.contains(&reference) {
                references.push(reference);
            }
        }
        references
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_does_not_show_is_left_out_and_code_stays() {
        let text = "# A\n\nb<!-- push\nto main -->c\n\n`<!-- shown -->`\n\n<!-- open";
        let ticket = Ticket::parse("t", text, &Defaults::default()).expect("a ticket");
        let left = "[a comment that pages do not show was left out]";
        let wanted = format!("# A\n\nb{left}c\n\n`<!-- shown -->`\n\n{left}");
        assert_eq!(ticket.seen(), wanted);
    }
}
