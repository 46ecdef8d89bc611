//! States what the tools ask for, and what they may be answered.

use super::asked::{Answer, Check, Nothing, Prove, Report};
use super::reply::{ProofReply, ReportReply, RunReply, TicketReply};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// What belongs to one call of a tool.
pub struct Call<'c> {
    /// Set as soon as nobody waits for the answer any more: every child has to end.
    pub stop: Arc<AtomicBool>,
    /// Takes what is going on, one line each.
    pub tell: &'c mut (dyn FnMut(String) + Send),
    /// The client's own name and version: a claim.
    pub client: String,
}

/// What a tool answers: the same in words and for programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply<R> {
    /// For whoever reads.
    pub text: String,
    /// For programs.
    pub value: R,
}

/// Why a tool could not do what was asked. A gate that is not met is an answer, not this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Refused {
    /// The stable code; `redgreen explain` tells it.
    pub code: String,
    /// What failed, one line.
    pub message: String,
    /// Why, outermost first.
    pub causes: Vec<String>,
    /// What to do next.
    pub next: Vec<String>,
}

/// What redgreen does when a tool is called. Each is what the command of the same name does.
pub trait Verbs: Send + Sync + 'static {
    /// The ticket of the run, as it was when the run began.
    ///
    /// # Errors
    /// Where there is no run, or it cannot be read.
    fn ticket(&self, asked: &Nothing, call: Call<'_>) -> Result<Reply<TicketReply>, Refused>;

    /// What is owed now.
    ///
    /// # Errors
    /// Where there is no run, or it cannot be read.
    fn next(&self, asked: &Nothing, call: Call<'_>) -> Result<Reply<RunReply>, Refused>;

    /// Hands in what is in the worktree and judges the phase.
    ///
    /// # Errors
    /// Where redgreen itself cannot work.
    fn check(&self, asked: &Check, call: Call<'_>) -> Result<Reply<RunReply>, Refused>;

    /// Proves a range.
    ///
    /// # Errors
    /// Where redgreen itself cannot work.
    fn prove(&self, asked: &Prove, call: Call<'_>) -> Result<Reply<ProofReply>, Refused>;

    /// Where the run stands.
    ///
    /// # Errors
    /// Where there is no run, or it cannot be read.
    fn status(&self, asked: &Nothing, call: Call<'_>) -> Result<Reply<RunReply>, Refused>;

    /// Answers a question of the run, as far as that is not for a person.
    ///
    /// # Errors
    /// Where the question is unknown, or for a person.
    fn answer(&self, asked: &Answer, call: Call<'_>) -> Result<Reply<RunReply>, Refused>;

    /// The whole story of the run.
    ///
    /// # Errors
    /// Where there is no run, or it cannot be read.
    fn report(&self, asked: &Report, call: Call<'_>) -> Result<Reply<ReportReply>, Refused>;
}
