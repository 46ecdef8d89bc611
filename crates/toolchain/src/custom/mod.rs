//! Translates for any command that writes JUnit XML or TAP, as `redgreen.toml` names it.
//!
//! No source text is split for it: its tests are what its runs name. A canary cannot be added to
//! a command that nobody knows; what stands in its place is that the report lies where no earlier
//! run could put one, and that exit code, counts and cases agree.

mod command;
mod report;

use crate::{Ask, Files, Invocation, Probe, RawOutput, Runner, Unit};
use redgreen_core::evidence::Report;
use serde::{Deserialize, Serialize};

/// The key of [`Unit::marks`] that holds the settings, as JSON.
const MARK: &str = "settings";

/// A command of the project's own.
pub struct Custom;

/// What a project says of its command, one `[[custom]]` table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The directory that it runs in, from the repository's root; the root itself if left out.
    #[serde(default)]
    pub dir: String,
    /// Program and arguments that run every test. `$REPORT` stands for the file to write, `$SEED`
    /// for a number to shuffle by.
    pub command: Vec<String>,
    /// What it writes.
    pub report: Form,
    /// Program and arguments that run some tests: the word `$TESTS` becomes one word for each of
    /// their names. Without it, every question is answered by a run of all.
    #[serde(default)]
    pub some: Vec<String>,
}

/// The form of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// JUnit XML, in any dialect.
    #[default]
    Junit,
    /// Test Anything Protocol, from `$REPORT` or, where no argument names that, standard output.
    Tap,
}

impl Settings {
    /// The unit that they describe.
    ///
    /// # Errors
    /// What is wrong with them, in words for the person who wrote them.
    pub fn unit(&self) -> Result<Unit, String> {
        let dir = self.dir.trim_matches('/');
        if dir.split('/').any(|part| part == "..") {
            return Err(format!("custom.dir {dir:?} leads out of the repository"));
        }
        if self
            .command
            .first()
            .is_none_or(|program| program.is_empty())
        {
            return Err("custom.command is empty: it holds program and arguments".to_owned());
        }
        let names_report = |argv: &[String]| argv.iter().any(|arg| arg.contains("$REPORT"));
        for argv in [&self.command, &self.some] {
            if self.report == Form::Junit && !argv.is_empty() && !names_report(argv) {
                let why = "no argument of custom.command or custom.some holds $REPORT, where the \
                           JUnit report goes";
                return Err(why.to_owned());
            }
        }
        if !self.some.is_empty() && !self.some.iter().any(|arg| arg == "$TESTS") {
            return Err("custom.some lacks the word $TESTS".to_owned());
        }
        let settings = serde_json::to_string(self).map_err(|error| error.to_string())?;
        Ok(Unit {
            id: Unit::id_of(dir, "custom"),
            dir: dir.to_owned(),
            runner: "custom".to_owned(),
            because: vec!["redgreen.toml [[custom]]".to_owned()],
            marks: [(MARK.to_owned(), settings)].into(),
            ..Unit::default()
        })
    }

    fn of(unit: &Unit) -> Self {
        let text = unit.marks.get(MARK).map_or("", String::as_str);
        // Only `Settings::unit` writes the mark.
        serde_json::from_str(text).unwrap_or_default()
    }
}

impl Runner for Custom {
    fn name(&self) -> &'static str {
        "custom"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["*"]
    }

    fn names_tests_as_source(&self) -> bool {
        false
    }

    fn detect(&self, _files: &dyn Files) -> Vec<Unit> {
        Vec::new()
    }

    fn probes(&self, _unit: &Unit, _checkout: &dyn Files) -> Vec<Probe> {
        // Nobody knows how such a command tells its version, so none is asked.
        vec![Probe {
            program: "true".to_owned(),
            args: Vec::new(),
            remedy: "mend [[custom]] in redgreen.toml".to_owned(),
        }]
    }

    fn next(&self, ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
        command::next(ask, so_far)
    }

    fn read(&self, ask: &Ask<'_>, outputs: &[RawOutput]) -> Report {
        report::read(ask, outputs)
    }
}
