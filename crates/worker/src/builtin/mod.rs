//! Works by itself, led by a language model: one fresh context an attempt, which gets facts and no
//! chat. Every answer of the model and of a tool is kept before it is acted on.

mod attempt;
mod held;
pub mod map;
pub mod model;
mod money;
mod opening;
mod past;
mod roles;
mod settings;
pub mod tools;

pub use money::{PriceError, default_prices};
pub use opening::{Instructions, instructions};
pub use roles::Roles;
pub use settings::{Malformed, OtelConfig, RolesConfig, Settings};

use attempt::Attempt;
use model::Model;
use redgreen_core::price::Prices;
use redgreen_core::work::Budget;
use redgreen_engine::config::Config;
use redgreen_engine::drive::{Handed, Logbook, Task, Worker, WorkerFailed};
use std::ffi::OsString;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A language model with tools, as a worker.
pub struct Builtin {
    model: Box<dyn Model>,
    terms: Terms,
}

/// On which terms a model works.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// What the run may spend.
    pub budget: Budget,
    /// What models cost.
    pub prices: Prices,
    /// The longest answer of the model, in tokens.
    pub longest: u32,
    /// The configuration of the run's base: it says which side a path stands on.
    pub config: Config,
    /// What the project tells everybody who works on it, from the run's base.
    pub instructions: Instructions,
    /// The whole environment of its commands.
    pub env: Vec<(OsString, OsString)>,
    /// A name for the run, by which a provider finds its cached beginnings.
    pub session: String,
    /// Set from outside to stop it.
    pub stop: Option<Arc<AtomicBool>>,
}

impl Builtin {
    /// The worker that `model` leads.
    pub fn new(model: Box<dyn Model>, terms: Terms) -> Self {
        Self { model, terms }
    }
}

impl Worker for Builtin {
    fn name(&self) -> String {
        format!("builtin:{}", self.model.name())
    }

    fn work(&mut self, task: &Task, logbook: &mut dyn Logbook) -> Result<Handed, WorkerFailed> {
        let Self { model, terms } = self;
        Attempt::open(model.as_mut(), terms, task, logbook)?.run()
    }
}

#[cfg(test)]
mod tests;
