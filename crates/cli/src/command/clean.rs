//! `redgreen clean`: lists what ended runs have left behind, and takes away what can go.

use super::desk::Desk;
use super::no_events;
use crate::args::{Clean, Common};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::json::{CleanDocument, LeftoverDocument};
use crate::screen::{Screen, harmless};
use redgreen_engine::drive::{Fate, Leftover, leftovers, sweep};

/// Lists everything, and removes only where that was asked for.
pub(super) fn clean(asked: &Clean, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    no_events("clean", common)?;
    let desk = Desk::open(common)?.at_first_worktree()?;
    let states = desk.states(&desk.journal()?)?;
    let found = leftovers(&desk.git, &states).map_err(Failure::from)?;
    let undo = if asked.yes {
        sweep(&desk.git, &found).map_err(Failure::from)?
    } else {
        Vec::new()
    };
    let document = CleanDocument::of(&found, asked.yes, undo);
    if common.json {
        screen.result_document(&document)?;
    } else {
        screen.result(&text(&found, &document))?;
    }
    let waits = found.iter().any(|one| matches!(one.fate, Fate::Goes(_)));
    if waits && !asked.yes {
        screen.next_steps(&["redgreen clean --yes   (takes away what can go)"]);
    }
    Ok(Exit::Met)
}

fn text(found: &[Leftover], document: &CleanDocument) -> String {
    if found.is_empty() {
        return "nothing is left behind\n".to_owned();
    }
    let mut text = String::new();
    for one in &document.leftovers {
        let LeftoverDocument {
            ticket,
            branch,
            worktree,
            goes,
            because,
            ..
        } = one;
        let word = match (goes, document.removed) {
            (true, true) => "gone",
            (true, false) => "can go",
            (false, _) => "stays",
        };
        text.push_str(&format!("{word}  {}\n", harmless(ticket.as_str())));
        let parts = [("branch", branch), ("worktree", worktree)];
        for (what, name) in parts {
            if let Some(name) = name {
                text.push_str(&format!("    {what} {}\n", harmless(name)));
            }
        }
        text.push_str(&format!("    {}\n", harmless(because)));
    }
    if !document.undo.is_empty() {
        text.push_str("to undo:\n");
    }
    for line in &document.undo {
        text.push_str(&format!("  {}\n", harmless(line)));
    }
    text
}
