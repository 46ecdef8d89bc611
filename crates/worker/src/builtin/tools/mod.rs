//! Does what a model asks for: reads, searches, edits and runs, inside the worktree and its phase.

mod arguments;
mod definitions;
mod edit;
mod place;
mod read;
mod run;
pub(super) mod search;
mod verbs;
mod words;

pub use definitions::{Definition, definitions};
pub use run::{Rules, Runs};
pub use verbs::Verb;

use arguments::{Arguments, Misshapen};
use place::Place;
use redgreen_engine::survey::Border;
use serde_json::{Value, json};
use std::io;
use std::path::Path;
use words::{LONGEST_ANSWER, ends};

/// What a model is told after a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The text, at most 32 KiB.
    pub text: String,
    /// Whether the call could not be done. A command that ends with an error was done.
    pub failed: bool,
    /// Paths that were written or taken away, from the worktree's root. What a command changed is
    /// not among them.
    pub changed: Vec<String>,
    /// What redgreen itself has to do; the text is then the loop's to write.
    pub verb: Option<Verb>,
}

impl Answer {
    fn told(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    fn refused(text: impl Into<String>) -> Self {
        Self {
            failed: true,
            ..Self::told(text)
        }
    }

    fn of(verb: Verb) -> Self {
        Self {
            verb: Some(verb),
            ..Self::default()
        }
    }
}

/// The tools of one phase, in one worktree.
pub struct ToolBox<'r> {
    place: Place,
    border: Border,
    rules: Rules,
    runs: Runs<'r>,
}

impl<'r> ToolBox<'r> {
    /// Tools that work in `worktree` and write what `border` allows. `runs` runs commands: this is
    /// where a sandbox goes around them.
    ///
    /// # Errors
    /// Where the worktree is not there.
    pub fn new(worktree: &Path, border: Border, rules: Rules, runs: Runs<'r>) -> io::Result<Self> {
        Ok(Self {
            place: Place::new(worktree)?,
            border,
            rules,
            runs,
        })
    }

    /// Does one call. `arguments` is an object, or the text that should have been one.
    pub fn call(&mut self, name: &str, arguments: &Value) -> Answer {
        let (name, arguments) = by_its_own_name(name, arguments);
        let all = definitions();
        let Some(tool) = all.iter().find(|tool| tool.name == name) else {
            return Answer::refused(unknown(name, &all));
        };
        let done =
            Arguments::of(tool, &arguments).and_then(|arguments| self.done(name, &arguments));
        let mut answer = done.unwrap_or_else(|Misshapen(why)| Answer::refused(why));
        answer.text = ends(
            &answer.text,
            LONGEST_ANSWER / 2 - 64,
            LONGEST_ANSWER / 2 - 64,
        );
        answer
    }

    fn done(&mut self, name: &str, arguments: &Arguments) -> Result<Answer, Misshapen> {
        match name {
            "read" => read::read(&self.place, arguments),
            "search" => search::search(&self.place, arguments),
            "edit" => edit::edit((&self.place, &self.border), arguments),
            "run" => self.run(arguments),
            "ask" => verbs::ask(arguments),
            "criteria" => verbs::criteria(arguments),
            _ => Ok(Answer::of(Verb::Gate)),
        }
    }

    fn run(&mut self, arguments: &Arguments) -> Result<Answer, Misshapen> {
        let asked = run::asked(arguments)?;
        match edit::patch_of_command(&asked.words) {
            Some(patch) => Ok(edit::patched((&self.place, &self.border), &patch)),
            None => Ok(run::run(
                self.place.root(),
                &self.rules,
                &mut self.runs,
                &asked,
            )),
        }
    }
}

/// Models that were trained on other tools call ours by the names of those.
fn by_its_own_name<'n>(name: &'n str, arguments: &Value) -> (&'n str, Value) {
    let is_patch = |text: &String| text.trim_start().starts_with("*** Begin Patch");
    match (name, arguments) {
        ("apply_patch" | "edit", Value::String(text)) if is_patch(text) => {
            ("edit", json!({"patch": text}))
        }
        ("apply_patch", _) => ("edit", arguments.clone()),
        ("bash" | "shell", _) => ("run", arguments.clone()),
        _ => (name, arguments.clone()),
    }
}

fn unknown(name: &str, all: &[Definition]) -> String {
    let shapes: Vec<String> = all
        .iter()
        .map(|tool| format!("{} {}", tool.name, tool.shape()))
        .collect();
    let name = words::short(name, 60);
    format!(
        "there is no tool `{name}`. The tools:\n{}",
        shapes.join("\n")
    )
}

#[cfg(test)]
mod tests;
