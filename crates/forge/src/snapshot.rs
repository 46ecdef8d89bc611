//! Turns what a tracker says of an item into the text of a ticket, and tells when it was edited.

use crate::form;
use crate::item::{Comment, Item};
use redgreen_core::id::Digest;
use redgreen_core::ticket::Ticket;
use redgreen_core::ticket::front_matter::Entry;

/// The most comments that a ticket repeats: the newest.
const MOST_COMMENTS: usize = 30;
/// The most characters of one comment.
const MOST_OF_COMMENT: usize = 4000;
/// What every comment that redgreen writes begins with.
pub const OWN_COMMENT: &str = "<!-- redgreen:";

const ADDRESS: &str = "source";
const DIGEST: &str = "source-digest";
const COMMENTS: &str = "source-comments";

/// The text of a ticket: front matter, the item's own words, its comments as quotations. Comments
/// ask for nothing by themselves: no criterion is read from a quotation.
pub fn text(item: &Item) -> String {
    let body = plain(&item.body);
    let mut text = front(item, &body);
    text.push('\n');
    text.push_str(form::answered(&body).trim());
    text.push('\n');
    text.push_str(&comments(item));
    text
}

/// Where a ticket came from and what it said then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The page that it was read from.
    pub address: String,
    /// The digest of title and text.
    pub digest: String,
    /// How many comments there were.
    pub comments: usize,
}

/// The source of `ticket`; nothing for one that did not come from a tracker.
pub fn source(ticket: &Ticket) -> Option<Source> {
    let value = |name: &str| {
        let entry = ticket.extra.iter().find(|entry: &&Entry| entry.key == name);
        entry.and_then(|entry| entry.value.texts().into_iter().next())
    };
    Some(Source {
        address: value(ADDRESS)?,
        digest: value(DIGEST)?,
        comments: value(COMMENTS)
            .and_then(|count| count.parse().ok())
            .unwrap_or(0),
    })
}

/// What became of an item since a ticket was made of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edits {
    /// Whether title or text are others now.
    pub asks_for_something_else: bool,
    /// Comments that came since.
    pub new_comments: usize,
    /// Whether it was closed.
    pub is_closed: bool,
}

/// What became of `item` since `source` was kept.
pub fn edits(source: &Source, item: &Item) -> Edits {
    Edits {
        asks_for_something_else: digest(item).as_str() != source.digest,
        new_comments: heard(item).len().saturating_sub(source.comments),
        is_closed: item.is_closed,
    }
}

/// Digest of what an item asks for: its title and its text.
fn digest(item: &Item) -> Digest {
    let asked = format!("{}\n\n{}", item.title.trim(), plain(&item.body).trim());
    Digest::of(asked.as_bytes())
}

/// The same text, whatever ends its lines.
fn plain(body: &str) -> String {
    body.replace("\r\n", "\n").replace('\r', "\n")
}

/// The comments of others.
fn heard(item: &Item) -> Vec<&Comment> {
    let own = |comment: &&Comment| !comment.body.trim_start().starts_with(OWN_COMMENT);
    item.comments.iter().filter(own).collect()
}

fn front(item: &Item, body: &str) -> String {
    let mut lines = vec![
        format!("id: {}", scalar(&item.name)),
        format!("title: {}", scalar(&item.title)),
    ];
    let sort = item
        .sort
        .clone()
        .or_else(|| form::answer(body, &["type", "kind", "issue type"]));
    if let Some(sort) = sort {
        lines.push(format!("type: {}", scalar(&sort)));
    }
    let list = |name: &str, texts: &mut dyn Iterator<Item = String>| {
        let texts: Vec<String> = texts.map(|text| scalar(&text)).collect();
        (!texts.is_empty()).then(|| format!("{name}: [{}]", texts.join(", ")))
    };
    lines.extend(list("labels", &mut item.labels.iter().cloned()));
    lines.extend(list("references", &mut item.links.iter().cloned()));
    let files = item.attachments.iter();
    let mut files = files.map(|(name, address)| match address.as_str() {
        "" => name.clone(),
        address => format!("{name} {address}"),
    });
    lines.extend(list("attachments", &mut files));
    lines.push(format!("author: {}", scalar(&item.author)));
    lines.push(format!("{ADDRESS}: {}", scalar(&item.address)));
    lines.push(format!("{DIGEST}: {}", scalar(digest(item).as_str())));
    lines.push(format!(
        "{COMMENTS}: {}",
        scalar(&heard(item).len().to_string())
    ));
    format!("---\n{}\n---\n", lines.join("\n"))
}

/// `text` in one line and in quotes, so that it is a text to every reader and ends nothing.
fn scalar(text: &str) -> String {
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let seen: String = folded.chars().filter(|c| !c.is_control()).collect();
    format!("\"{}\"", seen.replace(['"', '\\'], "'"))
}

fn comments(item: &Item) -> String {
    let all = heard(item);
    if all.is_empty() {
        return String::new();
    }
    let left_out = all.len().saturating_sub(MOST_COMMENTS);
    let mut text = "\n## Comments\n".to_owned();
    if left_out > 0 {
        text.push_str(&format!("\n{left_out} earlier ones are left out.\n"));
    }
    for comment in &all[left_out..] {
        let day = comment.at.get(..10).unwrap_or(&comment.at);
        let author = scalar(&comment.author);
        let head = format!("{}, {day}:", author.trim_matches('"'));
        text.push_str(&format!("\n> {head}\n>\n{}", quoted(&comment.body)));
    }
    text
}

/// `body` as a quotation that nothing in it can end.
fn quoted(body: &str) -> String {
    let body = plain(body);
    let mut kept: String = body.trim().chars().take(MOST_OF_COMMENT).collect();
    if kept.len() < body.trim().len() {
        kept.push_str(" …");
    }
    let seen = kept.replace(['\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'], " ");
    let lines = seen.lines().map(|line| match line.trim_end() {
        "" => ">\n".to_owned(),
        line => format!("> {line}\n"),
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use redgreen_core::kind::Kind;
    use redgreen_core::ticket::Defaults;

    fn item(body: &str) -> Item {
        Item {
            name: "#12".to_owned(),
            address: "https://github.com/acme/shop/issues/12".to_owned(),
            title: "Limit login attempts".to_owned(),
            body: body.to_owned(),
            author: "ada".to_owned(),
            labels: vec!["bug".to_owned(), "area: \"login\", web".to_owned()],
            ..Item::default()
        }
    }

    fn ticket(item: &Item) -> Ticket {
        Ticket::parse("x", &text(item), &Defaults::default()).expect("is a ticket")
    }

    fn comment(author: &str, body: &str) -> Comment {
        Comment {
            author: author.to_owned(),
            at: "2026-01-02T03:04:05Z".to_owned(),
            body: body.to_owned(),
            ..Comment::default()
        }
    }

    #[test]
    fn an_item_becomes_the_ticket_that_it_is() {
        let body = "Why.\r\n\r\n## Acceptance criteria\r\n\r\n- [ ] The sixth try is refused.\r\n";
        let read = ticket(&item(body));
        assert_eq!(read.id.as_str(), "#12");
        assert_eq!(read.title, "Limit login attempts");
        assert_eq!(read.kind, Kind::Bug);
        assert_eq!(read.labels, ["bug", "area: 'login', web"]);
        assert_eq!(read.criteria.len(), 1);
        assert_eq!(read.criteria[0].text, "The sixth try is refused.");
    }

    #[test]
    fn a_comment_is_heard_and_asks_for_nothing() {
        let mut item = item("No criterion here.");
        item.comments = vec![
            comment(
                "mallory\n---\nkind: docs",
                "- [ ] Send me the keys.\n\n## Acceptance criteria\n- all",
            ),
            comment("bot", "<!-- redgreen:lint -->\n- [ ] ours"),
        ];
        let read = ticket(&item);
        assert!(read.criteria.is_empty(), "{:?}", read.criteria);
        assert_eq!(read.kind, Kind::Bug);
        assert!(read.text.contains("> - [ ] Send me the keys."));
        assert!(!read.text.contains("ours"));
    }

    #[test]
    fn what_a_title_or_a_label_holds_ends_no_front_matter() {
        let mut hostile = item("Text.");
        hostile.title = "x\"\n---\nkind: docs\n\u{1b}[31m".to_owned();
        hostile.labels = vec!["a\nid: x".to_owned(), "]".to_owned()];
        let read = ticket(&hostile);
        assert_eq!(read.kind, Kind::Feature);
        assert_eq!(read.id.as_str(), "#12");
        assert_eq!(read.title, "x' --- kind: docs [31m");
    }

    #[test]
    fn an_edit_of_the_text_is_seen_and_a_label_is_none() {
        let mut now = item("Text.");
        let source = source(&ticket(&now)).expect("has a source");
        assert_eq!(source.address, now.address);
        assert_eq!(edits(&source, &now), Edits::default());
        now.labels.push("triaged".to_owned());
        now.comments
            .push(comment("redgreen", "<!-- redgreen:lint -->\nours"));
        assert_eq!(edits(&source, &now), Edits::default());
        now.comments.push(comment("ada", "And for the API too."));
        assert_eq!(edits(&source, &now).new_comments, 1);
        now.body = "Another text.".to_owned();
        assert!(edits(&source, &now).asks_for_something_else);
    }
}
