//! States the shape of a preset.

use crate::news::Format;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What redgreen has to know of an outside agent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Preset {
    /// The agent's own name.
    pub says: String,
    /// The versions that redgreen was tried with; none where only its documents were read.
    pub tried: Vec<String>,
    /// How it is installed.
    pub install: String,
    /// The command that prints its version.
    pub version: Vec<String>,
    /// The model; without it the agent chooses.
    pub model: Option<String>,
    /// The longest that one piece of work may take, in seconds.
    pub seconds: Option<u64>,
    /// The hosts that it may reach, and no others: `HOST` (port 443), `HOST:PORT`, `*.HOST`; those
    /// of this machine by their address and port. Beside them it may reach the addresses that the
    /// variables of `pass` hold.
    pub hosts: Vec<String>,
    /// Variables of the caller that it gets and that are secret.
    pub keys: Vec<String>,
    /// Variables of the caller that it gets and that are not.
    pub pass: Vec<String>,
    /// Files and directories of the user that it may read though they may hold secrets: absolute,
    /// or below `~/`.
    pub readable: Vec<String>,
    /// Files and directories outside of the worktree that it may write, such as caches.
    pub writable: Vec<String>,
    /// What its own sandbox is told.
    pub sandbox: OwnSandbox,
    /// Files below the user's home that are copied into its own home, where they are there.
    pub login: Vec<String>,
    /// Directories that are made in its own home.
    pub dirs: Vec<String>,
    /// Variables that are set for it.
    pub set: BTreeMap<String, String>,
    /// Files that are written into its own home, by path.
    pub files: BTreeMap<String, String>,
    /// How configuration that a repository brings is kept out.
    pub repository: Repository,
    /// How it is run for one piece of work.
    pub command: Option<Call>,
    /// How it is talked to over the Agent Client Protocol.
    pub acp: Option<Talk>,
}

/// What an agent's own sandbox is told, in the place of `$SANDBOX`. Sandboxes of this kind cannot be
/// put up inside of redgreen's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OwnSandbox {
    /// Where redgreen's holds it.
    pub held: Option<String>,
    /// Where nothing else holds it.
    pub bare: Option<String>,
}

/// How configuration that a repository brings is kept out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Repository {
    /// Words of its command line that do it.
    pub switches: Vec<String>,
    /// Variables that do it.
    pub variables: Vec<String>,
    /// Files of its own home that do it.
    pub files: Vec<String>,
    /// The paths of a repository that it would read, at any depth: a sandbox hides them.
    pub paths: Vec<String>,
}

/// How an agent is run for one piece of work.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Call {
    /// Program and arguments.
    pub line: Vec<Words>,
    /// The same, to go on with a session; without it `line` with the session filled in.
    pub resume: Option<Vec<Words>>,
    /// How the session gets its id.
    pub session: Session,
    /// What it prints.
    pub events: Format,
    /// A file that it leaves, which says more.
    pub report: Option<Report>,
    /// Variables that are set for it in this manner of use.
    pub set: BTreeMap<String, String>,
}

/// How an agent is talked to over the Agent Client Protocol.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Talk {
    /// Program and arguments.
    pub line: Vec<Words>,
    /// Words of the line that keep out what a repository brings.
    pub switches: Vec<String>,
    /// Modes to work in, strictest useful one first: the first that is offered is set.
    pub modes: Vec<String>,
    /// Modes to work in where redgreen's sandbox holds it; without any, those of `modes`.
    pub held_modes: Vec<String>,
    /// Options to set, by id. One that is not offered is an error.
    pub options: BTreeMap<String, String>,
    /// What its count of tokens is of.
    pub usage: Summing,
    /// Whether it gets redgreen's own tools, as a server that it starts.
    pub tools: bool,
    /// Variables that are set for it in this manner of use.
    pub set: BTreeMap<String, String>,
}

/// One word of a command line, or several that are left out together where one has no value.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Words {
    /// One word.
    One(String),
    /// Several.
    Together(Vec<String>),
}

/// How a session gets its id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Session {
    /// The agent tells it.
    #[default]
    Told,
    /// redgreen chooses it.
    Chosen,
    /// There is none to go on with.
    None,
}

/// What an agent's count of tokens, at the end of a prompt, is of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Summing {
    /// All that the session used so far.
    Sum,
    /// The last answer of the model: a lower bound.
    Last,
    /// Nothing that can be believed.
    #[default]
    None,
}

/// A file that an agent leaves.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Where.
    pub file: String,
    /// What it holds.
    pub format: Format,
}

impl Preset {
    /// Every text that may hold placeholders.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let command = self.command.iter();
        let lines = command.flat_map(|command| {
            let words = command.line.iter().chain(command.resume.iter().flatten());
            let report = command.report.iter().map(|report| report.file.as_str());
            words
                .flat_map(texts_of)
                .chain(report)
                .chain(command.set.values().map(String::as_str))
        });
        let acp = self.acp.iter().flat_map(|acp| {
            let words = acp.line.iter().flat_map(texts_of);
            words.chain(acp.set.values().map(String::as_str))
        });
        let own = self.set.values().chain(self.files.values());
        lines.chain(acp).chain(own.map(String::as_str))
    }
}

fn texts_of(words: &Words) -> impl Iterator<Item = &str> {
    let words = match words {
        Words::One(word) => std::slice::from_ref(word),
        Words::Together(words) => words.as_slice(),
    };
    words.iter().map(String::as_str)
}
