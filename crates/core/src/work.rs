//! Counts what a worker spends, and decides whether it may go on. Its words stay claims.

use crate::id::{Digest, TreeId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::AddAssign;

/// Tokens of one answer of a model, as its provider counts them.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(default)]
pub struct Usage {
    /// Tokens read, those from a cache included.
    pub input: u64,
    /// Of these, read from a cache.
    pub cached: u64,
    /// Of these, written into a cache.
    pub cache_written: u64,
    /// Tokens written, reasoning included.
    pub output: u64,
}

impl Usage {
    /// Tokens read and written.
    pub fn total(&self) -> u64 {
        self.input.saturating_add(self.output)
    }
}

impl AddAssign for Usage {
    fn add_assign(&mut self, more: Self) {
        self.input = self.input.saturating_add(more.input);
        self.cached = self.cached.saturating_add(more.cached);
        self.cache_written = self.cache_written.saturating_add(more.cache_written);
        self.output = self.output.saturating_add(more.output);
    }
}

/// What was spent on work: by one step, by a phase, by a run.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(default)]
pub struct Spent {
    /// Tokens.
    pub usage: Usage,
    /// Answers of a model.
    pub turns: u32,
    /// Money, in millionths of the currency that the prices are in.
    pub micros: u64,
    /// Answers of a model whose price is not known: their money is not in `micros`.
    pub unpriced: u32,
    /// Wall time in milliseconds.
    pub millis: u64,
}

impl AddAssign for Spent {
    fn add_assign(&mut self, more: Self) {
        self.usage += more.usage;
        self.turns = self.turns.saturating_add(more.turns);
        self.micros = self.micros.saturating_add(more.micros);
        self.unpriced = self.unpriced.saturating_add(more.unpriced);
        self.millis = self.millis.saturating_add(more.millis);
    }
}

/// What a run may spend on work; nothing is no bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Budget {
    /// Tokens read and written.
    pub tokens: Option<u64>,
    /// Money, in millionths.
    pub micros: Option<u64>,
    /// Answers of a model.
    pub turns: Option<u32>,
    /// Wall time of workers, in seconds.
    pub seconds: Option<u64>,
}

/// Which bound is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Exhausted {
    /// What is bounded.
    pub what: Bound,
    /// The bound.
    pub limit: u64,
    /// What was spent, and what the next step would need at most.
    pub needed: u64,
}

/// What a budget bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Bound {
    /// Tokens read and written.
    Tokens,
    /// Money, in millionths.
    Micros,
    /// Answers of a model.
    Turns,
    /// Wall time, in milliseconds.
    Millis,
}

impl Budget {
    /// Whether nothing is bounded.
    pub fn is_unbounded(&self) -> bool {
        *self == Self::default()
    }

    /// This one, and `other` where it has no bound.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            tokens: self.tokens.or(other.tokens),
            micros: self.micros.or(other.micros),
            turns: self.turns.or(other.turns),
            seconds: self.seconds.or(other.seconds),
        }
    }

    /// Whether a step that needs `reserved` at most fits behind what was `spent`: asked before
    /// the step is taken, so that no bound is ever passed.
    ///
    /// # Errors
    /// The first bound that does not hold.
    pub fn allows(&self, spent: &Spent, reserved: &Spent) -> Result<(), Exhausted> {
        let mut needed = *spent;
        needed += *reserved;
        let bounds = [
            (Bound::Turns, self.turns.map(u64::from), needed.turns.into()),
            (Bound::Tokens, self.tokens, needed.usage.total()),
            (Bound::Micros, self.micros, needed.micros),
            (
                Bound::Millis,
                self.seconds.map(|seconds| seconds.saturating_mul(1000)),
                needed.millis,
            ),
        ];
        for (what, limit, needed) in bounds {
            if let Some(limit) = limit.filter(|limit| needed > *limit) {
                return Err(Exhausted {
                    what,
                    limit,
                    needed,
                });
            }
        }
        Ok(())
    }
}

impl fmt::Display for Exhausted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (limit, needed) = (self.limit, self.needed);
        match self.what {
            Bound::Tokens => write!(f, "{needed} tokens would pass the budget of {limit}"),
            Bound::Turns => write!(f, "turn {needed} would pass the budget of {limit} turns"),
            Bound::Micros => write!(
                f,
                "{:.4} would pass the budget of {:.4} in money",
                money(needed),
                money(limit)
            ),
            Bound::Millis => write!(
                f,
                "{} s of work pass the budget of {} s",
                needed / 1000,
                limit / 1000
            ),
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "amounts are shown with four decimals; 2^53 millionths are nine billions"
)]
fn money(micros: u64) -> f64 {
    micros as f64 / 1_000_000.0
}

/// What a worker did within an attempt. Each step is recorded before it is acted on, so that
/// nothing is paid for twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Stepped {
    /// A model answered.
    ModelAnswered {
        /// The model: `anthropic/claude-…`.
        model: String,
        /// Digest of the whole answer, under which it is kept.
        answer: Digest,
        /// What it cost.
        spent: Spent,
    },
    /// A tool answered the model.
    ToolAnswered {
        /// The tool.
        tool: String,
        /// The id of the call.
        call: String,
        /// Digest of the answer, under which it is kept.
        answer: Digest,
        /// Whether the tool could not do what was asked.
        failed: bool,
        /// The worktree afterwards, where the tool may have changed it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tree: Option<TreeId>,
    },
    /// An outside agent told of its own work: a claim.
    Told {
        /// What sort of news: `message`, `tool`, `usage`, …
        sort: String,
        /// Its words, cut to a few lines.
        text: String,
        /// What it says it spent since it told last.
        spent: Spent,
    },
    /// The worker was refused something.
    Refused {
        /// What it wanted.
        wanted: String,
        /// Why it may not.
        why: String,
    },
}

impl Stepped {
    /// What the step cost.
    pub fn spent(&self) -> Spent {
        match self {
            Self::ModelAnswered { spent, .. } | Self::Told { spent, .. } => *spent,
            Self::ToolAnswered { .. } | Self::Refused { .. } => Spent::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(turns: u32) -> Spent {
        Spent {
            turns,
            ..Spent::default()
        }
    }

    #[test]
    fn a_step_that_would_pass_a_bound_is_not_taken() {
        let budget = Budget {
            turns: Some(2),
            ..Budget::default()
        };
        assert_eq!(budget.allows(&turns(1), &turns(1)), Ok(()));
        let refused = budget.allows(&turns(2), &turns(1)).expect_err("is refused");
        assert_eq!(refused.what, Bound::Turns);
        assert_eq!(
            refused.to_string(),
            "turn 3 would pass the budget of 2 turns"
        );
    }

    #[test]
    fn money_of_a_model_without_a_price_bounds_nothing_but_tokens_do() {
        let unknown = Spent {
            usage: Usage {
                input: 900,
                output: 200,
                ..Usage::default()
            },
            unpriced: 1,
            ..Spent::default()
        };
        let money = Budget {
            micros: Some(1),
            ..Budget::default()
        };
        assert_eq!(money.allows(&Spent::default(), &unknown), Ok(()));
        let tokens = Budget {
            tokens: Some(1000),
            ..money
        };
        let refused = tokens.allows(&Spent::default(), &unknown);
        assert_eq!(refused.expect_err("is refused").what, Bound::Tokens);
    }
}
