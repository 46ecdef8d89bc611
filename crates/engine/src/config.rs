//! Reads `redgreen.toml`. Always from BASE: what the range itself writes there counts for nothing.

use crate::git::{Git, GitError};
use redgreen_core::id::TreeId;
use redgreen_core::kind::Kind;
use redgreen_core::proof::Scope;
use redgreen_core::surface::Surface;
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
    /// How the change is broken on purpose.
    pub mutants: MutantsConfig,
    /// How long things may take.
    pub limits: Limits,
    /// Paths whose side the names do not tell: directory (`spec/`), file, or ending (`*.snap`).
    pub surface: BTreeMap<Surface, Vec<String>>,
    /// Commands of the VERIFY gate.
    pub verify: VerifyConfig,
    /// Where the project's tickets and pull requests are.
    pub forge: ForgeConfig,
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

/// How the change is broken on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MutantsConfig {
    /// The longest that all mutants of a change may take; 0 tries none.
    pub seconds: u64,
}

impl Default for MutantsConfig {
    fn default() -> Self {
        Self { seconds: 60 }
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
        if config.prove.samples == 0 || config.limits.test_seconds == 0 {
            let why = "prove.samples and limits.test_seconds must be at least 1".to_owned();
            return Err(ConfigError::Malformed { why });
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
        let named = |pattern: &String| match pattern.strip_prefix('*') {
            Some(ending) => path.ends_with(ending),
            None if pattern.ends_with('/') => path.starts_with(pattern.as_str()),
            None => path == pattern,
        };
        self.surface
            .iter()
            .find(|(_, all)| all.iter().any(named))
            .map(|(side, _)| *side)
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
