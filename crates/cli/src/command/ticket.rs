//! `redgreen ticket`: drafts a ticket, and lists those that are open on the forge.

use super::no_events;
use super::source::Doors;
use crate::args::{Common, Ticket, TicketVerb};
use crate::exit::Exit;
use crate::failure::{Failure, FailureKind, of_disk};
use crate::json::{TicketLine, TicketList};
use crate::screen::{Screen, harmless};
use redgreen_core::finding::Code;
use redgreen_forge::name::Named;
use redgreen_forge::{ItemLine, Patience};
use std::fs::File;
use std::io::{ErrorKind, Write as _};

/// Does what `asked` names.
pub(super) fn ticket(asked: &Ticket, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    no_events("ticket", common)?;
    match &asked.verb {
        TicketVerb::New { draft, title, out } => {
            let text = draft.text(title.as_deref());
            match out {
                None => screen.result(&text)?,
                Some(path) => {
                    write(path, &text)?;
                    screen.result(&format!("drafted {}\n", path.display()))?;
                    screen.next_steps(&[&format!("redgreen lint {}", path.display())]);
                }
            }
            Ok(Exit::Met)
        }
        TicketVerb::List { of, most } => list(of.as_deref(), *most, common, screen),
    }
}

/// Writes a file, and never over one that is there.
fn write(path: &std::path::Path, text: &str) -> Result<(), Failure> {
    let written = File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| {
        if error.kind() != ErrorKind::AlreadyExists {
            return of_disk(path, &error);
        }
        let message = format!("{} is there already and stays as it is", path.display());
        Failure::new(FailureKind::Usage, Code::BadUsage, message)
            .hint("redgreen ticket new --out ANOTHER-FILE")
    })
}

fn list(of: Option<&str>, most: usize, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    // A tracker of keys is asked by one of them: its number does not matter.
    let named = match of {
        Some(project) => Named::Key(format!("{project}-1")),
        None => Named::Here(1),
    };
    let doors = Doors::of(common)?;
    let lines = doors.item(&named, Patience::default())?.open_items(most)?;
    if common.json {
        screen.result_document(&TicketList {
            schema: TicketList::SCHEMA.to_owned(),
            exit_code: Exit::Met.number(),
            tickets: lines.into_iter().map(line).collect(),
        })?;
        return Ok(Exit::Met);
    }
    let width = lines.iter().map(|line| line.name.chars().count()).max();
    let width = width.unwrap_or(0);
    let text: String = lines.iter().map(|line| words(line, width)).collect();
    screen.result(match text.is_empty() {
        true => "no ticket is open\n",
        false => &text,
    })?;
    Ok(Exit::Met)
}

fn line(line: ItemLine) -> TicketLine {
    TicketLine {
        name: line.name,
        title: line.title,
        labels: line.labels,
        address: line.address,
    }
}

fn words(line: &ItemLine, width: usize) -> String {
    let labels = match line.labels.is_empty() {
        true => String::new(),
        false => format!("  [{}]", harmless(&line.labels.join(", "))),
    };
    format!(
        "{:width$}  {}{labels}\n",
        harmless(&line.name),
        harmless(&line.title)
    )
}
