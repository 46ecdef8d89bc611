//! `redgreen document`: says whether the documents of a range keep up with its change.

use super::{no_events, open, prove, range, signals, watch};
use crate::args::{Common, Document};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::json::DocumentsDocument;
use crate::screen::{Screen, documents as draw};
use redgreen_engine::document::examine;
use redgreen_engine::observe::Manner;

/// Examines the documents of the range and prints what they lack.
pub(super) fn document(
    asked: &Document,
    common: &Common,
    screen: &Screen,
) -> Result<Exit, Failure> {
    no_events("document", common)?;
    let git = open(common)?;
    let found = range::find_with_worktree(&git, asked.range.as_deref(), asked.worktree)?;
    let manner = Manner {
        stop: Some(signals::stop_flag()?),
        ..Manner::default()
    };
    let workshop = prove::workshop(&git)?;
    let mut tell = watch::teller(common, screen);
    let examined = examine(&git, &found.ends, (&workshop, &manner), &mut *tell)?;
    drop(tell);
    let document = DocumentsDocument::of(found.range, examined);
    if common.json {
        screen.result_document(&document)?;
    } else {
        screen.result(&draw::render(&document, screen.out()))?;
    }
    Ok(document.exit())
}
