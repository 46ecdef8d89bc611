//! Prints. The only room that writes to the terminal, and the only one that chooses words,
//! marks and colours.

pub mod agents;
mod clean;
pub mod doctor;
pub mod documents;
mod error;
pub mod explain;
pub mod init;
pub mod mutants;
mod palette;
pub mod progress;
pub mod proof;
pub mod steps;
pub mod ticket;

#[cfg(test)]
mod expected;

pub use clean::harmless;
pub use palette::{Palette, Tone};

use crate::failure::{Failure, FailureKind};
use clap::ValueEnum;
use redgreen_core::finding::Code;
use serde::Serialize;
use std::io::{self, IsTerminal as _, Write as _};

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal that does not say no.
    #[default]
    Auto,
    /// Even into a file.
    Always,
    /// Not at all.
    Never,
}

impl Colour {
    /// The choice of that name; `Auto` for any other.
    pub fn named(text: &str) -> Self {
        match text {
            "always" => Self::Always,
            "never" => Self::Never,
            _ => Self::Auto,
        }
    }
}

/// How the printing is wished for on the command line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// ASCII only, nothing that moves.
    pub plain: bool,
    /// When to use colours.
    pub color: Colour,
}

/// What the process finds around it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Standard output is a terminal.
    pub out_is_terminal: bool,
    /// Standard error is a terminal.
    pub err_is_terminal: bool,
    /// `NO_COLOR` is set and not empty, or the terminal is a dumb one.
    pub no_color: bool,
}

impl Surroundings {
    /// Those of this process.
    pub fn of_this_process() -> Self {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let dumb = set("TERM").is_some_and(|term| term == "dumb");
        Self {
            out_is_terminal: io::stdout().is_terminal(),
            err_is_terminal: io::stderr().is_terminal(),
            no_color: set("NO_COLOR").is_some() || dumb,
        }
    }
}

/// Where everything is printed: results on standard output, narration on standard error.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    out: Palette,
    err: Palette,
    is_live: bool,
}

impl Screen {
    /// The screen for `wish` in these surroundings.
    pub fn new(wish: Wish, around: &Surroundings) -> Self {
        let palette = |is_terminal: bool| Palette {
            colours: !wish.plain
                && match wish.color {
                    Colour::Always => true,
                    Colour::Never => false,
                    Colour::Auto => is_terminal && !around.no_color,
                },
            symbols: !wish.plain,
        };
        Self {
            out: palette(around.out_is_terminal),
            err: palette(around.err_is_terminal),
            is_live: around.err_is_terminal && !wish.plain,
        }
    }

    /// The screen where nothing is known of the surroundings.
    pub fn bare() -> Self {
        Self::new(Wish::default(), &Surroundings::default())
    }

    /// The palette of standard output.
    pub fn out(&self) -> Palette {
        self.out
    }

    /// The palette of standard error.
    pub fn err(&self) -> Palette {
        self.err
    }

    /// Whether something may move on standard error.
    pub fn is_live(&self) -> bool {
        self.is_live
    }

    /// Prints a result. A reader that has gone away is no failure: it had what it wanted.
    ///
    /// # Errors
    /// Standard output cannot be written: a full disk behind a redirection.
    pub fn result(&self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(cannot_write(&error)),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Prints a result for programs: one JSON object and a line end.
    ///
    /// # Errors
    /// As [`Screen::result`]; or `document` cannot be written as JSON.
    pub fn result_document<D: Serialize>(&self, document: &D) -> Result<(), Failure> {
        match serde_json::to_string_pretty(document) {
            Ok(text) => self.result(&(text + "\n")),
            Err(error) => Err(Failure::of(FailureKind::Bug, Code::Bug, &error)),
        }
    }

    /// Prints the JSON form of a failure. There is nobody left to tell if that fails too.
    pub fn document<D: Serialize>(&self, document: &D) {
        drop(self.result_document(document));
    }

    /// Prints the help or the version that the parser made.
    ///
    /// # Errors
    /// As [`Screen::result`].
    pub fn help(&self, help: &clap::Error) -> Result<(), Failure> {
        self.result(&in_colours(help, self.out))
    }

    /// Prints the help of somebody who typed too little.
    pub fn narrated_help(&self, help: &clap::Error) {
        self.narrate(&in_colours(help, self.err));
    }

    /// Prints narration. It is never worth a failure.
    pub fn narrate(&self, text: &str) {
        let mut err = io::stderr().lock();
        drop(err.write_all(text.as_bytes()).and_then(|()| err.flush()));
    }

    /// Prints one line of narration.
    pub fn note(&self, text: &str) {
        self.narrate(&format!("{}\n", harmless(text)));
    }

    /// Prints what can be typed next, one line each; not a word where there is nothing.
    pub fn next_steps(&self, steps: &[&str]) {
        self.narrate(&error::next_steps(steps, self.err));
    }

    /// Prints a failure: the thing, its cause, the next step.
    pub fn failure(&self, failure: &Failure) {
        self.narrate(&error::render(failure, self.err));
    }
}

fn in_colours(help: &clap::Error, palette: Palette) -> String {
    let text = help.render();
    if palette.colours {
        text.ansi().to_string()
    } else {
        text.to_string()
    }
}

fn cannot_write(error: &io::Error) -> Failure {
    let message = "standard output cannot be written";
    Failure::new(FailureKind::Environment, Code::CannotWrite, message).cause(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has_colours(color: Colour, plain: bool, terminal: bool, no_color: bool) -> bool {
        let around = Surroundings {
            out_is_terminal: terminal,
            err_is_terminal: terminal,
            no_color,
        };
        Screen::new(Wish { plain, color }, &around).out().colours
    }

    #[test]
    fn colours_are_for_terminals_that_want_them() {
        assert!(has_colours(Colour::Auto, false, true, false));
        assert!(!has_colours(Colour::Auto, false, false, false));
        assert!(!has_colours(Colour::Auto, false, true, true));
        assert!(!has_colours(Colour::Never, false, true, false));
    }

    #[test]
    fn what_is_typed_wins_over_the_environment() {
        assert!(has_colours(Colour::Always, false, false, true));
        assert!(!has_colours(Colour::Always, true, true, false));
    }

    #[test]
    fn nothing_moves_where_nobody_looks() {
        let around = Surroundings::default();
        assert!(!Screen::new(Wish::default(), &around).is_live());
    }
}
