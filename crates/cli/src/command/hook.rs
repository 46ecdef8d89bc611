//! `redgreen hook`: warns an agent early that its phase may not write a file. It never blocks more
//! than the gate would, and where anything is in doubt it says nothing.

use crate::args::{Common, Hook};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::screen::Screen;
use redgreen_core::phase::{Phase, Writable};
use redgreen_core::run::{RunState, Stage};
use redgreen_engine::config::Config;
use redgreen_engine::git::Git;
use redgreen_engine::survey::may_become;
use redgreen_serve::agents::{Edit, Warning, edits, warning};
use serde_json::Value;
use std::fs;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

/// The longest event that is read.
const LONGEST: u64 = 8 * 1024 * 1024;

/// Reads the event on standard input; prints a warning, or nothing.
pub(super) fn hook(asked: &Hook, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    let mut text = String::new();
    let read = std::io::stdin().take(LONGEST).read_to_string(&mut text);
    let event: Value = match read {
        Ok(_) => serde_json::from_str(&text).unwrap_or_default(),
        Err(_) => Value::Null,
    };
    let here = event.get("cwd").and_then(Value::as_str).map(PathBuf::from);
    let here = here.or_else(|| common.repo.clone());
    let here = here.unwrap_or_else(|| super::place(common));
    let refused = edits(&event)
        .iter()
        .find_map(|edit| refused(&here, edit).ok().flatten());
    if let Some(why) = refused {
        let Warning(line) = warning(asked.agent, &why);
        screen.result(&format!("{line}\n"))?;
    }
    Ok(Exit::Met)
}

/// Why the gate would put back what `edit` writes; nothing where it would not.
fn refused(here: &Path, edit: &Edit) -> Result<Option<String>, Failure> {
    let path = plain(&here.join(&edit.path));
    let Some(dir) = path.ancestors().skip(1).find(|dir| dir.is_dir()) else {
        return Ok(None);
    };
    let common = Common {
        repo: Some(dir.to_owned()),
        ..Common::default()
    };
    let desk = super::desk::Desk::until(&common, std::sync::Arc::default())?;
    let state = desk.state(&desk.journal()?)?;
    let git = &desk.git;
    let (Some(name), true) = (inside(git, &path), is_of(git, &state)) else {
        return Ok(None);
    };
    let allowed = state.phase.writable();
    if allowed == Writable::Nothing || !matches!(state.stage, Stage::Work | Stage::Person) {
        return Ok(None);
    }
    let was = fs::read_to_string(&path).ok();
    let will = edit.will(was.as_deref());
    let kept = git.text_at(&git.tree_of(state.tip())?, &name)?;
    if will.is_some() && will == kept {
        // It puts back what stood there before.
        return Ok(None);
    }
    let config = Config::of_tree(git, &git.tree_of(&state.started.base)?)?;
    let texts = (was.as_deref(), will.as_deref());
    let may = may_become(&name, texts, &config, allowed);
    Ok((!may).then(|| words(state.phase, &name)))
}

/// Whether the repository's checkout that `git` looks from is the worktree of the run.
fn is_of(git: &Git, state: &RunState) -> bool {
    let own = Path::new(&state.started.worktree).canonicalize();
    own.is_ok_and(|own| own == git.top())
}

/// The path from the root of the checkout.
fn inside(git: &Git, path: &Path) -> Option<String> {
    let parent = path.ancestors().skip(1).find_map(|dir| {
        let rest = path.strip_prefix(dir).ok()?;
        Some(dir.canonicalize().ok()?.join(rest))
    })?;
    let inside = parent.strip_prefix(git.top()).ok()?;
    Some(inside.to_str()?.to_owned())
}

/// `path` without `.` and `..`, as far as its letters tell.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => plain.push(part),
        }
    }
    plain
}

fn words(phase: Phase, path: &str) -> String {
    let owed = match phase {
        Phase::Red => "write failing tests first; that they fail is right",
        Phase::Green | Phase::Refactor | Phase::Verify => {
            "the tests are frozen; a wrong one is mended by: redgreen check --back-to-red WHY"
        }
        Phase::Document => "write documents only",
        Phase::Plan => "fill in the plan below specs/, and nothing else",
        Phase::Understand | Phase::Deliver | Phase::Complete => "redgreen status",
    };
    format!(
        "redgreen: phase {} may not write {path}, and the gate would put it back: {owed}",
        phase.as_str()
    )
}
