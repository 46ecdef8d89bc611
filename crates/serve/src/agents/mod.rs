//! Writes down redgreen's verbs in the forms of coding agents: slash commands, skills, hooks and
//! the registration of the tools. Texts in, texts out; the command line reads and writes the files.

mod commands;
mod file;
mod hook;
mod json;
mod marks;
mod places;

pub use commands::{COMMANDS, SlashCommand};
pub use file::{File, Merge, Outcome};
pub use hook::{Edit, Warning, edits, warning};
pub use places::files;

use std::str::FromStr;

/// A coding agent whose forms are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Agent {
    /// Claude Code.
    Claude,
    /// Codex.
    Codex,
    /// opencode.
    Opencode,
    /// Gemini CLI.
    Gemini,
    /// GitHub Copilot, in its command line and in VS Code.
    Copilot,
}

impl Agent {
    /// Every agent.
    pub const ALL: [Self; 5] = [
        Self::Claude,
        Self::Codex,
        Self::Opencode,
        Self::Gemini,
        Self::Copilot,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Claude => "claude",
            Self::Codex => "codex",
            Self::Opencode => "opencode",
            Self::Gemini => "gemini",
            Self::Copilot => "copilot",
        }
    }
}

impl FromStr for Agent {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|agent| agent.name() == text);
        found.ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("the agents are {names}")
        })
    }
}
