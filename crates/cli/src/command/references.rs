//! Reads what a ticket refers to: issues are fetched, addresses are left alone, what leads inside is
//! refused.

use super::source::Doors;
use redgreen_core::reading::{Reading, Referenced};
use redgreen_core::ticket::reference::Reference;
use redgreen_core::ticket::{Defaults, Ticket};
use redgreen_forge::address::{Reach, checked};
use redgreen_forge::name::{Named, named};
use redgreen_forge::snapshot::text;
use redgreen_forge::{ForgeError, Patience};

/// How many issues are fetched for one ticket.
const MOST: usize = 5;

/// Characters of the text of each that are kept.
const KEPT: usize = 4000;

/// What became of the references of `ticket` that are no files.
pub(super) fn read(doors: &Doors, ticket: &Ticket) -> Vec<Referenced> {
    let mut left = MOST;
    let mut all = Vec::new();
    for reference in &ticket.references {
        let name = reference.to_string();
        let reading = match reference {
            Reference::Path(_) => continue,
            Reference::Url(address) => of_address(doors, address, &mut left),
            Reference::Issue { .. } | Reference::Key(_) => match named(&name) {
                Some(item) => fetched(doors, &item, &mut left),
                None => unread("nothing tells where it is"),
            },
            Reference::Named(_) => unread("redgreen does not know what it names"),
        };
        // The ticket's own page is no reference of it.
        if name != ticket.id.as_str() {
            all.push(Referenced { name, reading });
        }
    }
    all
}

/// An address is opened only where it is an issue of a forge that the user has; else it is for a
/// person to open, or for nobody.
fn of_address(doors: &Doors, address: &str, left: &mut usize) -> Reading {
    if let Some(item @ Named::Address(_)) = named(address)
        && doors.knows(&item)
    {
        return fetched(doors, &item, left);
    }
    match checked(address, Reach::Public) {
        Ok(_) => unread("redgreen opens no address that a ticket names"),
        Err(ForgeError::Refused { why, .. }) => Reading::Refused { why },
        Err(other) => unread(&other.to_string()),
    }
}

fn fetched(doors: &Doors, item: &Named, left: &mut usize) -> Reading {
    if *left == 0 {
        return unread(&format!("only {MOST} issues are fetched for a ticket"));
    }
    *left -= 1;
    let tracker = doors.item(item, Patience::short());
    let item = tracker.and_then(|tracker| Ok(tracker.item()?));
    let item = match item {
        Ok(item) => item,
        Err(failure) => return unread(&failure.message),
    };
    // Reading it as a ticket takes out what a reader cannot see.
    match Ticket::parse(&item.name, &text(&item), &Defaults::default()) {
        Ok(ticket) => Reading::Fetched {
            title: ticket.title,
            text: ticket.body.chars().take(KEPT).collect(),
        },
        Err(error) => unread(&error.to_string()),
    }
}

fn unread(why: &str) -> Reading {
    Reading::Unread {
        why: why.to_owned(),
    }
}
