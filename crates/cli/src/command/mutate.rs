//! `redgreen mutate`: breaks the change of a range on purpose and says what its tests notice.

use super::range::{self, Found};
use super::typed::quoted;
use super::{no_events, open, prove, signals, watch};
use crate::args::{Common, Mutate};
use crate::exit::Exit;
use crate::failure::{Failure, FailureKind};
use crate::forms::{elements, sarif};
use crate::json::MutateDocument;
use crate::screen::{Screen, mutants as draw};
use redgreen_core::finding::Code;
use redgreen_core::mutant::MutantId;
use redgreen_engine::git::Git;
use redgreen_engine::mutate::{Accepted, LEDGER, Ledger, Mutated, Wish, mutate as try_mutants};
use redgreen_engine::observe::Manner;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::sync::atomic::Ordering;

/// Tries the mutants of the range and prints what came of them; or accepts one.
pub(super) fn mutate(asked: &Mutate, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    no_events("mutate", common)?;
    let git = open(common)?;
    let found = range::find_with_worktree(&git, asked.range.as_deref(), asked.worktree)?;
    let again = again(asked, common, &found);
    let mutated = observe(asked, (common, screen), (&git, &found, &again))?;
    if let Some(id) = asked.only.as_ref().or(asked.accept.as_ref()) {
        let all = mutated.trials.iter().flat_map(|all| &all.trials);
        if !all.clone().any(|trial| trial.mutant.id.as_str() == id) {
            return Err(unknown(id, &found));
        }
    }
    if let (Some(id), Some(reason)) = (&asked.accept, &asked.reason) {
        return accept(&git, screen, &mutated, (id, reason));
    }
    let texts = mutated.texts.clone();
    let document = MutateDocument::of(found.range.clone(), mutated, again);
    if let Some(path) = &asked.sarif {
        write(path, &sarif::log(&document, &texts))?;
    }
    if let Some(path) = &asked.elements {
        write(path, &elements::report(&document, &texts))?;
    }
    if common.json {
        screen.result_document(&document)?;
    } else {
        screen.result(&draw::render(&document, screen.out()))?;
    }
    let exit = crate::json::exit_of(&document.trials);
    Ok(exit)
}

fn observe(
    asked: &Mutate,
    (common, screen): (&Common, &Screen),
    (git, found, again): (&Git, &Found, &str),
) -> Result<Mutated, Failure> {
    let stop = signals::stop_flag()?;
    let workshop = prove::workshop(git)?;
    let manner = Manner {
        stop: Some(stop.clone()),
        install: false,
        // One that is replayed is run.
        reuse: !asked.no_cache && asked.only.is_none(),
    };
    let only = asked.only.as_ref().or(asked.accept.as_ref());
    let wish = Wish {
        seconds: asked.seconds,
        only: only.map(|id| MutantId::from(id.as_str())),
    };
    let mut tell = watch::teller(common, screen);
    for note in &found.notes {
        tell(redgreen_engine::progress::Progress::Note(note.clone()));
    }
    let mutated = try_mutants(git, &found.ends, &wish, (&workshop, manner), tell);
    mutated.map_err(|error| match stop.load(Ordering::Relaxed) {
        true => prove::stopped(again),
        false => error.into(),
    })
}

/// Writes one defect into the list of the accepted ones.
fn accept(
    git: &Git,
    screen: &Screen,
    mutated: &Mutated,
    (id, reason): (&str, &str),
) -> Result<Exit, Failure> {
    let usage = |message: String| Failure::new(FailureKind::Usage, Code::BadUsage, message);
    let by = git.user_name()?.unwrap_or_default();
    if by.trim().is_empty() {
        let message = "an entry has a name, and git knows none".to_owned();
        return Err(usage(message).hint("git config user.name NAME"));
    }
    let mut all = mutated.trials.iter().flat_map(|all| &all.trials);
    let trial = all.find(|trial| trial.mutant.id.as_str() == id);
    let entry = Accepted {
        id: MutantId::from(id),
        what: trial.map_or(String::new(), |trial| trial.mutant.to_string()),
        reason: reason.to_owned(),
        by,
    };
    let path = git.top().join(LEDGER);
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        read => read.map_err(|error| unwritable(&path, &error))?,
    };
    let known = Ledger::parse(&text).map_err(|error| usage(error.to_string()))?;
    if known.entry(&entry.id).is_some() {
        return Err(usage(format!("{LEDGER} has {id} already")));
    }
    let text = Ledger::with(&text, &entry).map_err(|error| usage(error.to_string()))?;
    fs::write(&path, text).map_err(|error| unwritable(&path, &error))?;
    screen.result(&format!("{LEDGER}: {} is accepted\n", entry.what))?;
    screen.next_steps(&[&format!(
        "git add {LEDGER}   (it counts once it is at BASE)"
    )]);
    Ok(Exit::Met)
}

/// Writes `value` to a file.
pub(super) fn write(path: &Path, value: &Value) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).unwrap_or_default() + "\n";
    fs::write(path, text).map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    let message = format!("{} cannot be written", path.display());
    let failure = Failure::new(FailureKind::Environment, Code::CannotWrite, message);
    failure
        .cause(error.to_string())
        .hint(format!("ls -ld {}", path.display()))
}

fn unknown(id: &str, found: &Found) -> Failure {
    let message = format!("the range has no mutant {id}");
    let failure = Failure::new(FailureKind::Usage, Code::BadUsage, message);
    let cause = "an id holds the digest of its function: it ends where the function changes";
    failure
        .cause(cause)
        .hint(format!("{}   (lists them)", plain(found)))
}

fn plain(found: &Found) -> String {
    let short =
        |id: &redgreen_core::id::CommitId| -> String { id.as_str().chars().take(12).collect() };
    let head = found.range.head.as_ref().map(short).unwrap_or_default();
    let worktree = if found.range.worktree {
        " --worktree"
    } else {
        ""
    };
    format!(
        "redgreen mutate {}..{head}{worktree}",
        short(&found.range.base)
    )
}

/// The command that makes this again.
fn again(asked: &Mutate, common: &Common, found: &Found) -> String {
    let mut typed = plain(found);
    if let Some(seconds) = asked.seconds {
        typed.push_str(&format!(" --seconds {seconds}"));
    }
    if let Some(only) = &asked.only {
        typed.push_str(&format!(" --only {}", quoted(only)));
    }
    if let Some(dir) = &common.repo {
        typed.push_str(&format!(" --repo {}", quoted(&dir.to_string_lossy())));
    }
    typed
}
