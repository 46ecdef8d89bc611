//! Edits files: one text for another, a whole new file, or a patch over several files.

mod drafts;
mod hunks;
mod nearest;
mod patch;
mod replace;

use super::Answer;
use super::arguments::{Arguments, Misshapen};
use super::place::Place;
use super::words::counted;
use drafts::Drafts;
use patch::Change;
use redgreen_engine::survey::Border;
use replace::{Places, replace};

/// Answers a call of `edit`.
pub(super) fn edit(within: (&Place, &Border), arguments: &Arguments) -> Result<Answer, Misshapen> {
    if let Some(text) = arguments.text("patch")? {
        return Ok(patched(within, &Patch::whole(text)));
    }
    let (path, new) = (arguments.needed("path")?, arguments.needed("new")?);
    let old = arguments.text("old")?.unwrap_or_default();
    let places = if arguments.flag("all")? {
        Places::All
    } else {
        Places::One
    };
    let mut drafts = Drafts::new(within);
    let made = if old.is_empty() {
        whole(&mut drafts, &path, &new, places)
    } else {
        part(&mut drafts, &path, (&old, &new), places)
    };
    Ok(finished(drafts, made))
}

fn finished(drafts: Drafts<'_>, made: Result<(), String>) -> Answer {
    match made {
        Ok(()) => drafts.write(),
        Err(why) => Answer::refused(why),
    }
}

/// A whole file. One that is there is only written over where that was asked for.
fn whole(drafts: &mut Drafts<'_>, path: &str, new: &str, places: Places) -> Result<(), String> {
    let own = drafts.own(path)?;
    let before = drafts.text(&own)?;
    let text = match &before {
        Some(text) if places == Places::One && !text.is_empty() => {
            let lines = counted(text.lines().count(), "line");
            return Err(format!(
                "`{own}` is there already, with {lines}: give `old`, or `all`: true for the whole file"
            ));
        }
        Some(text) => {
            let line_break = replace::ending("", text);
            new.replace("\r\n", "\n").replace('\n', line_break)
        }
        None => new.to_owned(),
    };
    let note = format!("{own}: written, {}", counted(text.lines().count(), "line"));
    drafts.put(&own, Some(&text), note)
}

fn part(
    drafts: &mut Drafts<'_>,
    path: &str,
    texts: (&str, &str),
    places: Places,
) -> Result<(), String> {
    let own = drafts.own(path)?;
    let text = drafts.present(&own)?;
    let replaced = replace(&text, texts, places).map_err(|why| format!("{own}: {why}"))?;
    let note = format!("{own}: replaced at {}", at_lines(&replaced.lines));
    drafts.put(&own, Some(&replaced.text), note)
}

fn at_lines(lines: &[usize]) -> String {
    let shown: Vec<String> = lines.iter().take(20).map(usize::to_string).collect();
    let noun = if lines.len() == 1 { "line" } else { "lines" };
    let more = if lines.len() > shown.len() {
        ", …"
    } else {
        ""
    };
    format!("{noun} {}{more}", shown.join(", "))
}

/// A patch, and the directory that its paths start from.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Patch {
    dir: String,
    text: String,
}

impl Patch {
    fn whole(text: String) -> Self {
        let dir = String::new();
        Self { dir, text }
    }
}

/// Applies a patch: all of it, or nothing.
pub(super) fn patched(within: (&Place, &Border), patch: &Patch) -> Answer {
    let changes = match patch::parse(&patch.text) {
        Ok(changes) => changes,
        Err(why) => return Answer::refused(why),
    };
    let mut drafts = Drafts::new(within);
    let made = changes
        .iter()
        .try_for_each(|change| apply(&mut drafts, &patch.dir, change));
    finished(drafts, made)
}

fn apply(drafts: &mut Drafts<'_>, dir: &str, change: &Change) -> Result<(), String> {
    let own = |drafts: &Drafts<'_>, path: &str| {
        let below = if dir.is_empty() {
            path.to_owned()
        } else {
            format!("{dir}/{path}")
        };
        drafts.own(&below)
    };
    match change {
        Change::Add { path, text } => {
            let own = own(drafts, path)?;
            if drafts.text(&own)?.is_some() {
                return Err(format!(
                    "`{own}` is there already: use `*** Update File: {own}`"
                ));
            }
            let note = format!("{own}: written, {}", counted(text.lines().count(), "line"));
            drafts.put(&own, Some(text), note)
        }
        Change::Delete { path } => {
            let own = own(drafts, path)?;
            drafts.present(&own)?;
            drafts.put(&own, None, format!("{own}: gone"))
        }
        Change::Update { path, to, hunks } => {
            let own_path = own(drafts, path)?;
            let text = drafts.present(&own_path)?;
            let made = hunks::apply(&text, hunks).map_err(|why| format!("{own_path}: {why}"))?;
            let what = if made.lines.is_empty() {
                "as it was".to_owned()
            } else {
                format!("patched from {}", at_lines(&made.lines))
            };
            let Some(to) = to else {
                return drafts.put(&own_path, Some(&made.text), format!("{own_path}: {what}"));
            };
            let target = own(drafts, to)?;
            if target != own_path {
                if drafts.text(&target)?.is_some() {
                    return Err(format!("`{target}` is there already"));
                }
                drafts.put(&own_path, None, format!("{own_path}: moved to {target}"))?;
            }
            drafts.put(&target, Some(&made.text), format!("{target}: {what}"))
        }
    }
}

/// The patch that a command is, as GPT models give it: `apply_patch <<'EOF' …`, perhaps behind a
/// change of directory, perhaps in a shell of its own.
pub(super) fn patch_of_command(words: &[String]) -> Option<Patch> {
    const NAMES: [&str; 2] = ["apply_patch", "applypatch"];
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [name, text] if NAMES.contains(name) => Some(Patch::whole((*text).to_owned())),
        [
            "bash" | "sh" | "zsh" | "/bin/bash" | "/bin/sh",
            "-c" | "-lc",
            line,
        ]
        | [line] => {
            let (dir, rest) = changed_dir(line.trim());
            let rest = NAMES.iter().find_map(|name| rest.strip_prefix(name))?;
            let start = rest.find("*** Begin Patch")?;
            let end = rest.find("\n*** End Patch")? + "\n*** End Patch".len();
            let quoting = |text: &str| {
                let plain =
                    |c: char| c.is_alphanumeric() || "<-_'\"".contains(c) || c.is_whitespace();
                text.chars().all(plain)
            };
            (quoting(&rest[..start]) && quoting(&rest[end..])).then(|| Patch {
                dir: dir.to_owned(),
                text: rest[start..end].to_owned(),
            })
        }
        _ => None,
    }
}

/// The directory of `cd DIR && REST`, and the rest.
fn changed_dir(line: &str) -> (&str, &str) {
    let parts = line
        .strip_prefix("cd ")
        .and_then(|rest| rest.split_once("&&"));
    match parts {
        Some((dir, rest)) if !dir.contains('\n') => {
            (dir.trim().trim_matches(['\'', '"']), rest.trim_start())
        }
        Some(_) | None => ("", line),
    }
}

#[cfg(test)]
mod tests;
