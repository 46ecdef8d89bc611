//! Collects what an edit makes of files, asks whether all of it may be written, and writes it.

use super::super::Answer;
use super::super::place::{Place, Refused};
use super::super::read::unreadable;
use redgreen_core::phase::Writable;
use redgreen_core::surface::Surface;
use redgreen_engine::survey::Border;
use std::collections::BTreeMap;

/// What begins the text of some files.
const BOM: char = '\u{feff}';

/// Files as they are going to be. Nothing is written before all of it may be.
pub(super) struct Drafts<'a> {
    place: &'a Place,
    border: &'a Border,
    files: BTreeMap<String, Draft>,
    notes: Vec<String>,
}

#[derive(Default)]
struct Draft {
    before: Option<Vec<u8>>,
    after: Option<Vec<u8>>,
}

impl<'a> Drafts<'a> {
    pub(super) fn new((place, border): (&'a Place, &'a Border)) -> Self {
        Self {
            place,
            border,
            files: BTreeMap::new(),
            notes: Vec::new(),
        }
    }

    /// `path` from the worktree's root.
    pub(super) fn own(&self, path: &str) -> Result<String, String> {
        self.place.inside(path).map_err(said)
    }

    fn draft(&mut self, own: &str) -> Result<&mut Draft, String> {
        if !self.files.contains_key(own) {
            let before = self.place.held(own).map_err(said)?;
            let after = before.clone();
            self.files.insert(own.to_owned(), Draft { before, after });
        }
        Ok(self.files.entry(own.to_owned()).or_default())
    }

    /// The text at `own` as it stands so far, without a byte order mark; nothing where no file is.
    pub(super) fn text(&mut self, own: &str) -> Result<Option<String>, String> {
        let Some(bytes) = &self.draft(own)?.after else {
            return Ok(None);
        };
        if let Some(what) = unreadable(bytes) {
            return Err(format!("`{own}` is binary: {what}"));
        }
        let text = String::from_utf8(bytes.clone());
        let text = text.map_err(|_| format!("`{own}` is not UTF-8: change it by `run`"))?;
        Ok(Some(text.strip_prefix(BOM).unwrap_or(&text).to_owned()))
    }

    /// The text of a file that has to be there.
    pub(super) fn present(&mut self, own: &str) -> Result<String, String> {
        let text = self.text(own)?;
        text.ok_or_else(|| format!("`{own}` is not there: `new` without `old` makes a new file"))
    }

    /// Makes `own` hold `text`, with the byte order mark that it had, or be gone. `note` is told
    /// once it is written.
    pub(super) fn put(
        &mut self,
        own: &str,
        text: Option<&str>,
        note: String,
    ) -> Result<(), String> {
        let draft = self.draft(own)?;
        let marked = |bytes: &Vec<u8>| bytes.starts_with("\u{feff}".as_bytes());
        let mark = draft.before.as_ref().is_some_and(marked);
        draft.after = text.map(|text| {
            let mark = if mark && !text.starts_with(BOM) {
                "\u{feff}"
            } else {
                ""
            };
            format!("{mark}{text}").into_bytes()
        });
        self.notes.push(note);
        Ok(())
    }

    /// Writes all of it, or nothing where a part may not be written.
    pub(super) fn write(mut self) -> Answer {
        self.files.retain(|_, draft| draft.before != draft.after);
        if self.files.is_empty() {
            return Answer::refused("nothing changes: the file has this text already");
        }
        for (own, draft) in &self.files {
            if let Err(why) = self.check(own, draft) {
                return Answer::refused(why);
            }
        }
        let mut changed = Vec::new();
        // What is new stands before what is old goes.
        let (written, gone): (Vec<_>, Vec<_>) = self
            .files
            .iter()
            .partition(|(_, draft)| draft.after.is_some());
        for (own, draft) in written.into_iter().chain(gone) {
            let done = match &draft.after {
                Some(bytes) => self.place.write(own, bytes),
                None => self.place.remove(own),
            };
            if let Err(refused) = done {
                let text = match changed.as_slice() {
                    [] => refused.to_string(),
                    _ => format!("{refused}. Written before that: {}", changed.join(", ")),
                };
                return Answer {
                    changed,
                    ..Answer::refused(text)
                };
            }
            changed.push(own.clone());
        }
        Answer {
            changed,
            ..Answer::told(self.notes.join("\n"))
        }
    }

    fn check(&self, own: &str, draft: &Draft) -> Result<(), String> {
        let text = |bytes: &Option<Vec<u8>>| {
            bytes
                .as_ref()
                .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        };
        let (before, after) = (text(&draft.before), text(&draft.after));
        let found = self
            .border
            .trespass(own, before.as_deref(), after.as_deref());
        match found.first() {
            None => Ok(()),
            Some(surface) => Err(forbidden(own, *surface, self.border.allowed())),
        }
    }
}

fn said(refused: Refused) -> String {
    refused.to_string()
}

/// Why the phase does not let `own` change, and what to do instead.
fn forbidden(own: &str, surface: Surface, allowed: Writable) -> String {
    let what = match surface {
        Surface::Test => "test code",
        Surface::Fixture => "test data",
        Surface::RunnerConfig => "configuration of the test runner",
        Surface::Manifest => "a manifest",
        Surface::Docs => "prose",
        Surface::Production => "production code",
    };
    let why = match allowed {
        Writable::TestSurface => {
            "this phase writes tests alone. Write a test that fails until the code is there; \
             the code is written in the next phase"
        }
        Writable::Production => {
            "tests are frozen in this phase. Change the code so that they pass; if a test is \
             wrong, say so by `ask`"
        }
        Writable::Docs => "this phase writes prose alone. Leave code and tests as they are",
        Writable::Nothing => "this phase writes no file",
    };
    format!("`{own}` was not written: the change touches {what}, and {why}")
}
