//! `redgreen lint`: looks for gaps in a ticket before anybody works on it.

use super::{no_events, open, source};
use crate::args::{Common, Lint};
use crate::exit::Exit;
use crate::failure::{Failure, FailureKind};
use crate::forms::{ticket_comment, ticket_sarif};
use crate::json::LintDocument;
use crate::screen::{Screen, ticket as draw};
use redgreen_core::finding::Code;
use redgreen_core::id::TreeId;
use redgreen_core::lint::{Around, Readiness, examine};
use redgreen_core::ticket::{Defaults, MAX_TICKET_BYTES, Ticket};
use redgreen_engine::config::{Config, LintConfig};
use redgreen_engine::examine::examine_in;
use redgreen_engine::git::Git;
use redgreen_forge::Patience;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The mark of the one comment, without the signs around it.
const MARK: &str = "redgreen:lint";

/// Reads the ticket and prints what is missing in it; inside a repository, what the repository
/// does not have as well.
pub(super) fn lint(asked: &Lint, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    no_events("lint", common)?;
    let repository = repository(common)?;
    let config = match &repository {
        Some((git, tree)) => Config::of_tree(git, tree)?.lint,
        None => LintConfig::default(),
    };
    let (ticket, source) = match source::of_tracker(&asked.ticket) {
        Some(named) => {
            let ticket = source::Doors::of(common)?.ticket(&asked.ticket, &named)?;
            (ticket, asked.ticket.clone())
        }
        None => read(&asked.ticket, &config.defaults())?,
    };
    let seen = match &repository {
        Some((git, tree)) => examine_in(git, tree, &ticket, &config)?,
        None => examine(&ticket, &Around::of(&config.defaults())),
    };
    let document = LintDocument::of(source, ticket, seen, repository.is_some());
    if asked.post {
        screen.note(&post(&asked.ticket, common, &document)?);
    }
    if let Some(path) = &asked.sarif {
        super::mutate::write(path, &ticket_sarif::log(&document))?;
    }
    if asked.comment {
        screen.result(&ticket_comment::body(&document))?;
    } else if common.json {
        screen.result_document(&document)?;
    } else {
        screen.result(&draw::render(&document, screen.out()))?;
    }
    Ok(match document.readiness {
        Readiness::Green | Readiness::Amber => Exit::Met,
        Readiness::Red => Exit::Refuted,
    })
}

/// Has one comment of the ticket's page say what was found; a later one takes its place.
fn post(name: &str, common: &Common, document: &LintDocument) -> Result<String, Failure> {
    let Some(named) = source::of_tracker(name) else {
        let message = format!("{name} is on no tracker: there is no page to comment on");
        let failure = Failure::new(FailureKind::Usage, Code::BadUsage, message);
        return Err(failure.hint(format!("redgreen lint {name} --comment")));
    };
    let tracker = source::Doors::of(common)?.item(&named, Patience::default())?;
    let body = ticket_comment::body(document);
    // The mark is the tracker's to write.
    let words = body.strip_prefix(ticket_comment::BEGINS).unwrap_or(&body);
    let posted = tracker.comment_once(MARK, words)?;
    Ok(source::posted_words(&posted))
}

/// The repository that the command stands in, and the tree of its `HEAD`. A ticket can be linted
/// outside of any; one that was named must be there.
fn repository(common: &Common) -> Result<Option<(Git, TreeId)>, Failure> {
    let opened = open(common).and_then(|git| {
        let tree = git.tree_of(&git.head()?.commit)?;
        Ok((git, tree))
    });
    match opened {
        Ok(opened) => Ok(Some(opened)),
        Err(_) if common.repo.is_none() => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// The ticket that `name` stands for, and how its source is called.
fn read(name: &str, defaults: &Defaults) -> Result<(Ticket, String), Failure> {
    let (bytes, hint, source) = if name == "-" {
        let bytes = whole(io::stdin().lock());
        (bytes, "ticket".to_owned(), "standard input".to_owned())
    } else {
        let path = Path::new(name);
        let stem = path.file_stem().unwrap_or_default();
        let bytes = File::open(path).and_then(whole);
        (bytes, stem.to_string_lossy().into_owned(), name.to_owned())
    };
    let unreadable = |cause: String| {
        let message = format!("{source} is no ticket that can be read");
        Failure::new(FailureKind::Usage, Code::TicketUnreadable, message)
            .cause(cause)
            .hint("redgreen lint FILE")
            .hint("redgreen lint -   (reads standard input)")
    };
    let bytes = bytes.map_err(|error| unreadable(error.to_string()))?;
    if is_binary(&bytes) {
        return Err(unreadable("it holds NUL bytes: a binary file".to_owned()));
    }
    let ticket = Ticket::from_bytes(&hint, &bytes, defaults);
    let ticket = ticket.map_err(|error| unreadable(error.to_string()))?;
    Ok((ticket, source))
}

/// Everything there is to read, but no more than shows that it is too much.
fn whole(source: impl Read) -> io::Result<Vec<u8>> {
    let limit = MAX_TICKET_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    source.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Text has no NUL bytes, but in UTF-16, which starts with its mark.
fn is_binary(bytes: &[u8]) -> bool {
    let is_wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    !is_wide && bytes.contains(&0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_16_is_text() {
        assert!(!is_binary(&[0xff, 0xfe, b'#', 0]));
        assert!(is_binary(b"\x89PNG\0"));
    }
}
