//! `redgreen init --agent-commands`: writes redgreen's verbs down in the forms of coding agents.

use super::{no_events, open};
use crate::args::{Cli, Common};
use crate::exit::Exit;
use crate::failure::{Failure, of_disk};
use crate::json::{AgentsDocument, Written, WrittenState};
use crate::screen::{Screen, agents as draw};
use clap::CommandFactory as _;
use redgreen_serve::agents::{Agent, COMMANDS, File, Outcome, SlashCommand, files};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// Whether anything is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writing {
    /// The differences are only shown.
    Shown,
    /// The files are written.
    Done,
}

/// Writes the files of `agents`, and nothing of anybody else.
pub(super) fn agents(
    agents: &[Agent],
    writing: Writing,
    common: &Common,
    screen: &Screen,
) -> Result<Exit, Failure> {
    no_events("init", common)?;
    let git = open(common)?;
    let commands = there();
    let all = agents.iter().flat_map(|agent| files(*agent, &commands));
    let mut written = Vec::new();
    for file in all {
        written.push(merge(git.top(), &file, writing)?);
    }
    let document = AgentsDocument {
        schema: AgentsDocument::SCHEMA.to_owned(),
        exit_code: Exit::Met.number(),
        written: writing == Writing::Done,
        files: written,
    };
    if common.json {
        screen.result_document(&document)?;
    } else {
        screen.result(&draw::render(&document, screen.out()))?;
    }
    if writing == Writing::Shown && !common.quiet {
        let names: Vec<&str> = agents.iter().map(|agent| agent.name()).collect();
        let names = names.join(",");
        let next = format!("redgreen init --agent-commands {names}   (writes the files above)");
        screen.next_steps(&[&next]);
    }
    Ok(Exit::Met)
}

/// The slash commands whose verbs this build has.
fn there() -> Vec<SlashCommand> {
    let cli = Cli::command();
    let has = |row: &&SlashCommand| cli.find_subcommand(row.verb).is_some();
    COMMANDS.iter().filter(has).copied().collect()
}

fn merge(top: &Path, file: &File, writing: Writing) -> Result<Written, Failure> {
    let path = top.join(&file.path);
    let told = |state, why: &str, diff: String| Written {
        path: file.path.clone(),
        state,
        why: why.to_owned(),
        diff,
    };
    if is_behind_a_link(top, &file.path) {
        let why = "a link leads away from it";
        return Ok(told(WrittenState::Left, why, String::new()));
    }
    let text = match fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            return Ok(told(WrittenState::Left, "it is no text", String::new()));
        }
        Err(error) => return Err(of_disk(&path, &error)),
    };
    let new = match file.merged(text.as_deref()) {
        Outcome::Same => return Ok(told(WrittenState::Same, "", String::new())),
        Outcome::Left(why) => return Ok(told(WrittenState::Left, &why, String::new())),
        Outcome::Text(new) => new,
    };
    if writing == Writing::Done {
        let parent = path.parent().unwrap_or(top);
        fs::create_dir_all(parent).map_err(|error| of_disk(parent, &error))?;
        fs::write(&path, &new).map_err(|error| of_disk(&path, &error))?;
    }
    let state = match text {
        None => WrittenState::New,
        Some(_) => WrittenState::Changed,
    };
    let diff = draw::difference(text.as_deref().unwrap_or_default(), &new);
    Ok(told(state, "", diff))
}

/// Whether a part of the way to `path` is a link: it may lead out of the repository.
fn is_behind_a_link(top: &Path, path: &str) -> bool {
    let mut way = top.to_owned();
    Path::new(path).components().any(|part| {
        way.push(part);
        way.symlink_metadata()
            .is_ok_and(|meta| meta.file_type().is_symlink())
    })
}
