//! Reads `redgreen.toml`. Always from BASE: what the range itself writes there counts for nothing.

mod plan;
mod ticket;

pub use plan::{Owed, PlanConfig};
pub use ticket::TicketConfig;

use crate::git::{Git, GitError};
use crate::sandbox::{Destination, Level, memory_for_all};
use crate::worktree::WorktreeConfig;
use redgreen_core::id::TreeId;
use redgreen_core::kind::Kind;
use redgreen_core::lint::Allowance;
use redgreen_core::price::micros;
use redgreen_core::proof::Scope;
use redgreen_core::surface::Surface;
use redgreen_core::ticket::Defaults;
use redgreen_core::work::Budget;
use redgreen_toolchain::Unit;
use redgreen_toolchain::custom::Settings;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use thiserror::Error;

/// The name of the file, at the repository's root.
pub const FILE: &str = "redgreen.toml";

/// What a project decides about its proofs. Everything has a default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// How changes are proven.
    pub prove: ProveConfig,
    /// How tickets are worked on.
    pub run: RunConfig,
    /// How the change is broken on purpose.
    pub mutants: MutantsConfig,
    /// How long things may take.
    pub limits: Limits,
    /// What project code may reach while it is observed.
    pub sandbox: SandboxConfig,
    /// What a worker's program may reach.
    pub worker: WorkerConfig,
    /// Paths whose side the names do not tell: directory (`spec/`), file, or ending (`*.snap`).
    pub surface: BTreeMap<Surface, Vec<String>>,
    /// Commands of the VERIFY gate.
    pub verify: VerifyConfig,
    /// What the DOCUMENT gate looks at.
    pub document: DocumentConfig,
    /// How tickets are linted.
    pub lint: LintConfig,
    /// What agents may do over the Model Context Protocol.
    pub mcp: McpConfig,
    /// What a run may spend on work where nobody says otherwise.
    pub budget: BudgetConfig,
    /// Where the project's tickets and pull requests are.
    pub forge: ForgeConfig,
    /// Where a ticket is moved on its tracker.
    pub ticket: TicketConfig,
    /// How the worktree of a run is made ready.
    pub worktree: WorktreeConfig,
    /// Which tickets owe a plan.
    pub plan: PlanConfig,
    /// Test commands of the project's own, which write JUnit XML or TAP.
    pub custom: Vec<Settings>,
}

/// How changes are proven.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProveConfig {
    /// How often each new test runs on each tree.
    pub samples: u32,
    /// What sort of change is meant where nobody says so.
    pub kind: Option<Kind>,
    /// How much of the old tests of a workspace is run: `auto`, `affected` or `whole`.
    pub scope: Scope,
    /// The longest that a workspace's whole suite may be expected to take under `auto`.
    pub whole_seconds: u64,
}

impl Default for ProveConfig {
    fn default() -> Self {
        Self {
            samples: 3,
            kind: None,
            scope: Scope::Auto,
            whole_seconds: 600,
        }
    }
}

/// How tickets are worked on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RunConfig {
    /// Who works where nobody says so: `human`, `acp:NAME` or `command:NAME`. The name of an agent
    /// that is known, never a program: the file comes with a repository.
    pub worker: Option<String>,
    /// The smallest size of a ticket for which hidden tests are written, where programs work.
    pub hidden_tests: Owed,
}

impl RunConfig {
    fn is_plain(&self) -> bool {
        let of_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        match self.worker.as_ref().map(|worker| worker.split_once(':')) {
            None => true,
            Some(Some(("acp" | "command", name))) => !name.is_empty() && name.chars().all(of_name),
            Some(Some(_)) => false,
            Some(None) => self.worker.as_deref() == Some("human"),
        }
    }
}

/// How the change is broken on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MutantsConfig {
    /// The longest that all mutants of a change may take; 0 tries none.
    pub seconds: u64,
    /// How many are tried at a time; without it, as many as there are cores. 1 is for tests that
    /// cannot run twice at a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jobs: Option<usize>,
}

impl Default for MutantsConfig {
    fn default() -> Self {
        Self {
            seconds: 60,
            jobs: None,
        }
    }
}

/// How long things may take, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// One test.
    pub test_seconds: u64,
    /// One run of the runner.
    pub run_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            test_seconds: 60,
            run_seconds: 1800,
        }
    }
}

/// What project code may reach while it is observed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SandboxConfig {
    /// The weakest level that will do; nothing takes what the machine has.
    pub weakest: Option<Level>,
    /// What tests may reach over a network.
    pub network: Reach,
    /// Directories outside of the tree that tests may write: absolute, or below `~/`.
    pub writable: Vec<String>,
    /// Processes that one command may have at one time.
    pub processes: u64,
    /// Size of the largest file that it may write, in megabytes.
    pub file_mb: u64,
    /// Memory that all its processes may have together, in megabytes; three quarters of the
    /// machine's where nothing is said.
    pub memory_mb: Option<u64>,
}

impl SandboxConfig {
    /// Bytes of memory that all processes of one command may have together.
    pub fn memory(&self) -> u64 {
        let said = self.memory_mb.map(|mb| mb.saturating_mul(1 << 20));
        said.unwrap_or_else(memory_for_all)
    }
}

impl Default for SandboxConfig {
    fn default() -> Self {
        Self {
            weakest: None,
            network: Reach::default(),
            writable: Vec::new(),
            processes: 1024,
            file_mb: 8192,
            memory_mb: None,
        }
    }
}

/// What a worker's program may reach, beside its worktree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WorkerConfig {
    /// Hosts that it may reach through a proxy: `HOST`, `HOST:PORT`, `*.HOST`.
    pub hosts: Vec<String>,
    /// What it may reach over a network: `hosts`, or `all`.
    pub network: WorkerReach,
    /// Files and directories of the user that it may read though they may hold secrets.
    pub readable: Vec<String>,
    /// Files and directories outside of the worktree that it may write.
    pub writable: Vec<String>,
    /// Memory that all its processes may have together, in megabytes; three quarters of the
    /// machine's where nothing is said.
    pub memory_mb: Option<u64>,
}

/// What a worker's program may reach over a network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WorkerReach {
    /// The hosts that are named, through a proxy.
    #[default]
    Hosts,
    /// Everything.
    All,
}

/// What tests may reach over a network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// Themselves, where the sandbox can have a loopback of its own; else nothing.
    #[default]
    Loopback,
    /// Everything.
    All,
}

/// Where the project's tickets and pull requests are, where the remote's host does not tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ForgeConfig {
    /// What sort of forge the host of `origin` is.
    pub kind: Option<ForgeKind>,
    /// The address of Jira: `https://acme.atlassian.net`.
    pub jira: Option<String>,
}

/// The sorts of forges that a host can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ForgeKind {
    /// GitHub Enterprise.
    GitHub,
    /// GitLab.
    GitLab,
    /// Gitea.
    Gitea,
    /// Forgejo.
    Forgejo,
}

/// Commands of the VERIFY gate: argument vectors, never a shell's line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VerifyConfig {
    /// Each must exit 0.
    pub commands: Vec<Vec<String>>,
}

/// What the DOCUMENT gate looks at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DocumentConfig {
    /// Documents whose commands are run where the change edits them: file, directory (`docs/`) or
    /// ending (`*.md`).
    pub run: Vec<String>,
    /// Names that need no word in any document: `--flag`, `VARIABLE`, `key`, a route.
    pub internal: Vec<String>,
}

/// How tickets are linted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LintConfig {
    /// Rules whose findings pass, each with a reason.
    pub allow: Vec<Allowance>,
    /// Performance targets for tickets that state none.
    pub performance: Vec<String>,
    /// Values for placeholders of the project's templates, by name.
    pub placeholders: BTreeMap<String, String>,
}

impl LintConfig {
    /// What the project answers where a ticket does not.
    pub fn defaults(&self) -> Defaults {
        Defaults {
            performance: self.performance.clone(),
            placeholders: self.placeholders.clone(),
            ..Defaults::default()
        }
    }
}

/// What a run may spend, as people write it. What is left out has no bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BudgetConfig {
    /// Tokens read and written.
    pub tokens: Option<u64>,
    /// Money, in the currency of the prices.
    pub money: Option<f64>,
    /// Answers of a model.
    pub turns: Option<u32>,
    /// Wall time of workers, in seconds.
    pub seconds: Option<u64>,
}

// Two amounts are the same where they are written the same.
impl Eq for BudgetConfig {}

impl BudgetConfig {
    /// The budget that is meant.
    pub fn budget(&self) -> Budget {
        Budget {
            tokens: self.tokens,
            micros: self.money.map(micros),
            turns: self.turns,
            seconds: self.seconds,
        }
    }

    /// This one, and `other` where it says nothing.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            tokens: self.tokens.or(other.tokens),
            money: self.money.or(other.money),
            turns: self.turns.or(other.turns),
            seconds: self.seconds.or(other.seconds),
        }
    }
}

/// What agents may do over the Model Context Protocol. A waiver is never among it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct McpConfig {
    /// Whether an agent may answer questions that block.
    pub blocking_answers: bool,
}

/// Why a configuration could not be read.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// Git failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The text is no configuration.
    #[error("{FILE} at the base commit cannot be read: {why}")]
    Malformed {
        /// What the reader says, with line and column.
        why: String,
    },
}

impl Config {
    /// The configuration of `base`; the defaults where it has none.
    ///
    /// # Errors
    /// Where the file is there and cannot be read.
    pub fn of_tree(git: &Git, base: &TreeId) -> Result<Self, ConfigError> {
        match git.text_at(base, FILE)? {
            Some(text) => Self::parse(&text),
            None => Ok(Self::default()),
        }
    }

    /// Reads `text`.
    ///
    /// # Errors
    /// [`ConfigError::Malformed`] names line and column.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text).map_err(|error| ConfigError::Malformed {
            why: located(text, &error),
        })?;
        if config.mutants.jobs == Some(0) {
            let why = "mutants.jobs must be at least 1".to_owned();
            return Err(ConfigError::Malformed { why });
        }
        if config.prove.samples == 0 || config.limits.test_seconds == 0 {
            let why = "prove.samples and limits.test_seconds must be at least 1".to_owned();
            return Err(ConfigError::Malformed { why });
        }
        let unfit = config.worktree.unfit();
        if let Some(why) = unfit {
            return Err(ConfigError::Malformed { why });
        }
        for host in &config.worker.hosts {
            let host = host.parse::<Destination>();
            host.map_err(|why| ConfigError::Malformed { why })?;
        }
        if !config.run.is_plain() {
            let why = "run.worker must be human, acp:NAME or command:NAME with an agent's name";
            return Err(ConfigError::Malformed {
                why: why.to_owned(),
            });
        }
        for settings in &config.custom {
            settings
                .unit()
                .map_err(|why| ConfigError::Malformed { why })?;
        }
        Ok(config)
    }

    /// The units of the project's own commands.
    pub fn custom_units(&self) -> Vec<Unit> {
        let units = self.custom.iter().map(Settings::unit);
        units.filter_map(Result::ok).collect()
    }

    /// The side that the project gives `path`, if it says so.
    pub fn surface(&self, path: &str) -> Option<Surface> {
        self.surface
            .iter()
            .find(|(_, all)| all.iter().any(|pattern| covers(pattern, path)))
            .map(|(side, _)| *side)
    }
}

/// Whether `pattern` names `path`: directory (`docs/`), file, or ending (`*.md`).
pub fn covers(pattern: &str, path: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some(ending) => path.ends_with(ending),
        None if pattern.ends_with('/') => path.starts_with(pattern),
        None => path == pattern,
    }
}

/// What the reader says, in one line, behind the place that it speaks of.
fn located(text: &str, error: &toml::de::Error) -> String {
    let said = error.message().lines().collect::<Vec<_>>().join(" ");
    let before = error.span().and_then(|span| text.get(..span.start));
    match before {
        Some(before) => {
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
            format!("line {line}, column {column}: {said}")
        }
        None => said,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_gives_a_path_its_side() {
        let config = Config::parse("[surface]\nfixture = ['golden/', '*.snap']\n").expect("reads");
        assert_eq!(config.surface("golden/a.txt"), Some(Surface::Fixture));
        assert_eq!(config.surface("src/x.snap"), Some(Surface::Fixture));
        assert_eq!(config.surface("src/golden.rs"), None);
    }

    #[test]
    fn a_project_lets_rules_pass_and_answers_for_its_tickets() {
        let text = "[lint]\nallow = [{ rule = 'RQ010', reason = 'our style' }]\n\
                    performance = ['p95 < 200 ms']\nplaceholders = { TEAM = 'shop' }\n";
        let lint = Config::parse(text).expect("reads").lint;
        assert_eq!(lint.allow[0].rule, "RQ010");
        assert_eq!(lint.defaults().performance, ["p95 < 200 ms"]);
        assert_eq!(lint.defaults().placeholders["TEAM"], "shop");
    }

    #[test]
    fn a_repository_names_an_agent_and_never_a_program() {
        for good in ["human", "acp:opencode", "command:mini"] {
            let text = format!("[run]\nworker = '{good}'\n");
            assert_eq!(
                Config::parse(&text).expect("reads").run.worker.as_deref(),
                Some(good)
            );
        }
        for bad in [
            "",
            "command:",
            "command:rm -rf x",
            "command:./x",
            "replay:x",
            "acp:a b",
            "x",
        ] {
            let text = format!("[run]\nworker = '{bad}'\n");
            assert!(Config::parse(&text).is_err(), "{bad}");
        }
    }

    #[test]
    fn mutants_are_tried_by_somebody() {
        let parse = |jobs: u8| Config::parse(&format!("[mutants]\njobs = {jobs}\n"));
        assert_eq!(parse(1).expect("reads").mutants.jobs, Some(1));
        let error = parse(0).expect_err("is refused").to_string();
        assert!(error.contains("mutants.jobs must be at least 1"), "{error}");
    }

    #[test]
    fn an_unknown_key_is_named() {
        let error = Config::parse("[prove]\nsample = 2\n")
            .expect_err("is refused")
            .to_string();
        assert!(
            error.contains("line 2, column 1: unknown field `sample`"),
            "{error}"
        );
    }
}
