//! Finds who works on a run: the workers that it names, with the user's settings.

use super::desk::{Desk, can_hold_workers};
use super::outside::{self, Surroundings};
use crate::args::{Spending, Worker as Named};
use crate::failure::{Failure, FailureKind};
use redgreen_core::event::Slot;
use redgreen_core::finding::Code;
use redgreen_core::run::RunState;
use redgreen_core::work::Budget;
use redgreen_engine::config::{BudgetConfig, Config};
use redgreen_engine::drive::Worker;
use redgreen_engine::process::{Home, clean_env};
use redgreen_engine::{paths, redact};
use redgreen_worker::builtin::model::{Endpoint, Online, Patience, ProviderError};
use redgreen_worker::builtin::{Builtin, Roles, Settings, Terms, instructions};
use redgreen_worker::{Human, Replay};
use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The file of the user's settings, in [`paths::config_dir`].
const FILE: &str = "config.toml";

/// The user's settings; the defaults where there are none.
pub(super) fn settings() -> Result<Settings, Failure> {
    let Ok(dir) = paths::config_dir() else {
        return Ok(Settings::default());
    };
    let path = dir.join(FILE);
    let wrong = |why: String| {
        let message = format!("{} cannot be read", path.display());
        Failure::new(FailureKind::Config, Code::BadConfiguration, message).cause(why)
    };
    match fs::read_to_string(&path) {
        Ok(text) => {
            let settings = Settings::parse(&text).map_err(|error| {
                wrong(error.to_string()).hint("mend it: docs/src/configuration.md lists every key")
            })?;
            super::telemetry::can_be_sent(&settings)?;
            Ok(settings)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Settings::default()),
        Err(error) => Err(wrong(error.to_string()).hint("let redgreen read it, or remove it")),
    }
}

/// A worker as the journal names it. The model of `builtin` is added where it is left out.
pub(super) fn written(named: &Named, model: Option<&str>) -> Result<String, Failure> {
    match named {
        Named::Human => Ok("human".to_owned()),
        Named::Acp(name) => Ok(format!("acp:{name}")),
        Named::Command(name) => Ok(format!("command:{name}")),
        Named::Replay(file) => Ok(format!("replay:{}", file.display())),
        Named::Builtin(own) => {
            let model = own.as_deref().or(model).ok_or_else(no_model)?;
            Ok(format!("builtin:{model}"))
        }
    }
}

fn no_model() -> Failure {
    let message = "no model is named for the built-in worker";
    Failure::new(FailureKind::Usage, Code::BadUsage, message)
        .hint("--model PROVIDER/MODEL, as anthropic/claude-sonnet-4-5, openai/gpt-5, ollama/qwen3")
}

/// The way to a model, whose key no text that is kept will hold.
pub(super) fn endpoint(settings: &Settings, model: &str) -> Result<Endpoint, Failure> {
    let env = |name: &str| std::env::var(name).ok();
    let found = settings.endpoints().find(model, &env);
    let endpoint = found.map_err(|error| {
        let kind = match error {
            ProviderError::NoKey { .. } => FailureKind::Environment,
            ProviderError::Unnamed { .. } | ProviderError::Unknown { .. } => FailureKind::Usage,
            ProviderError::BadUrl { .. } => FailureKind::Config,
        };
        let hint = match &error {
            ProviderError::NoKey { variable, .. } => {
                format!("export {variable}=…, or name another --model")
            }
            ProviderError::Unnamed { .. } | ProviderError::Unknown { .. } => {
                "--model anthropic/claude-sonnet-4-5; redgreen doctor lists the providers"
                    .to_owned()
            }
            ProviderError::BadUrl { .. } => "set its base URL: http://HOST:PORT/v1".to_owned(),
        };
        Failure::of(kind, Code::BadUsage, &error).hint(hint)
    })?;
    endpoint.key_is_secret(&mut |key| redact::learn(key));
    Ok(endpoint)
}

/// What may be spent: what is said now, else what the run was ordered with, else the user's
/// settings, else what the project says at the run's base.
pub(super) fn budget(
    now: &Spending,
    ordered: Budget,
    settings: &Settings,
    config: &Config,
) -> Budget {
    said(now)
        .budget()
        .or(ordered)
        .or(settings.budget.budget())
        .or(config.budget.budget())
}

/// What the command line says of a budget.
pub(super) fn said(spending: &Spending) -> BudgetConfig {
    BudgetConfig {
        tokens: spending.budget_tokens,
        money: spending.budget_money,
        turns: spending.budget_turns,
        seconds: spending.budget_seconds,
    }
}

/// Everybody who works on the run.
pub(super) fn crew(
    desk: &Desk,
    state: &RunState,
    spending: &Spending,
) -> Result<Box<dyn Worker>, Failure> {
    let started = &state.started;
    let hire = Hire {
        desk,
        state,
        spending,
        scratch: desk.workshop.cache.clone(),
    };
    if started.roles.is_empty() && started.hidden.is_none() {
        return hire.worker(&started.worker);
    }
    let red = hire.worker(started.roles.red.as_ref().unwrap_or(&started.worker))?;
    let green = hire.worker(started.roles.green.as_ref().unwrap_or(&started.worker))?;
    let hidden = started.hidden.as_ref();
    let hidden = hidden.map(|ordered| hire.apart().worker(&ordered.worker));
    Ok(Box::new(Roles::new(red, green, hidden.transpose()?)))
}

/// The program that `line` names, of the sort `acp` or `command`.
pub(super) fn program(
    desk: &Desk,
    (sort, line): (&str, &str),
    budget: Budget,
) -> Result<Box<dyn Worker>, Failure> {
    program_in(&desk.workshop.cache, desk, (sort, line), budget)
}

/// The same, with its own files below `scratch`.
fn program_in(
    scratch: &Path,
    desk: &Desk,
    (sort, line): (&str, &str),
    budget: Budget,
) -> Result<Box<dyn Worker>, Failure> {
    let stop = desk.manner.stop.clone();
    let around = Surroundings {
        scratch,
        stop,
        budget,
    };
    match sort {
        "acp" => outside::acp(line, around),
        _ => outside::command(line, around),
    }
}

struct Hire<'h> {
    desk: &'h Desk,
    state: &'h RunState,
    spending: &'h Spending,
    /// Where their own files are.
    scratch: PathBuf,
}

impl Hire<'_> {
    /// The same for somebody whose files the others do not see.
    fn apart(&self) -> Self {
        Self {
            scratch: self.scratch.join("hidden"),
            ..*self
        }
    }

    /// The worker of that name.
    fn worker(&self, name: &str) -> Result<Box<dyn Worker>, Failure> {
        match name.split_once(':') {
            Some((sort @ ("command" | "acp"), line)) => {
                can_hold_workers()?;
                program_in(&self.scratch, self.desk, (sort, line), self.budget()?)
            }
            Some(("replay", file)) => {
                let replay = Replay::open(Path::new(file)).map_err(|e| {
                    Failure::of(FailureKind::Usage, Code::BadUsage, &e)
                        .hint("name a recording: --worker replay:FILE")
                })?;
                Ok(Box::new(replay))
            }
            Some(("builtin", model)) => self.builtin(model),
            Some(_) | None => Ok(Box::new(Human)),
        }
    }

    /// What the run may spend.
    fn budget(&self) -> Result<Budget, Failure> {
        let git = &self.desk.git;
        let base = git.tree_of(&self.state.started.base)?;
        let config = Config::of_tree(git, &base)?;
        let ordered = self.state.started.budget;
        Ok(budget(self.spending, ordered, &settings()?, &config))
    }

    fn builtin(&self, model: &str) -> Result<Box<dyn Worker>, Failure> {
        can_hold_workers()?;
        let settings = settings()?;
        let endpoint = endpoint(&settings, model)?;
        let git = &self.desk.git;
        let base = git.tree_of(&self.state.started.base)?;
        let config = Config::of_tree(git, &base)?;
        let prices = settings.prices().map_err(|error| {
            Failure::of(FailureKind::Config, Code::BadConfiguration, &error).hint("mend [prices]")
        })?;
        let stop = self.desk.manner.stop.clone();
        let terms = Terms {
            budget: self.budget()?,
            prices,
            longest: endpoint.longest,
            instructions: instructions(git, &base)?,
            config,
            env: self.env()?,
            session: format!("redgreen-{}", self.state.run),
            stop: stop.clone(),
        };
        let online = Online::new(endpoint, Patience::default(), stop);
        Ok(Box::new(Builtin::new(Box::new(online), terms)))
    }

    /// What the worker's commands see: no secret, and a home directory of their own.
    fn env(&self) -> Result<Vec<(OsString, OsString)>, Failure> {
        let scratch = self.scratch.join("worker");
        let (home, tmp) = (scratch.join("home"), scratch.join("tmp"));
        for dir in [&home, &tmp] {
            fs::create_dir_all(dir).map_err(|error| crate::failure::of_disk(dir, &error))?;
        }
        let parent: Vec<(OsString, OsString)> = std::env::vars_os().collect();
        // Bytecode beside the sources would be handed in where git does not ignore it.
        let own = [("REDGREEN_WORKER", "1"), ("PYTHONDONTWRITEBYTECODE", "1")];
        let own = own.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let slot = self.state.started.slot.iter().flat_map(Slot::variables);
        let own: Vec<(String, String)> = own.into_iter().chain(slot).collect();
        Ok(clean_env(&parent, Home::At(&home), &tmp, &own))
    }
}
