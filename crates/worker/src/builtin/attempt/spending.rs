//! Counts what an attempt costs, and asks before each request whether the budget covers it.

use super::super::model::Turn;
use super::super::opening::SYSTEM;
use super::Attempt;
use redgreen_core::work::{Spent, Usage};
use redgreen_engine::drive::{Failing, WorkerFailed};
use std::time::{Duration, Instant};

/// The shortest answer that it makes sense to pay for, in tokens.
const SHORTEST: u32 = 512;

impl Attempt<'_> {
    /// What an answer cost, with the time since the last step.
    pub(super) fn cost(&mut self, usage: Usage) -> Spent {
        let millis = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.since = Instant::now();
        let price = self.terms.prices.of(self.model.name());
        Spent {
            usage,
            turns: 1,
            micros: price.map_or(0, |price| price.of(&usage)),
            unpriced: u32::from(price.is_none()),
            millis,
        }
    }

    /// The longest answer that the budget covers, and the time that is left. Nothing is asked
    /// that would not be covered whatever came back.
    pub(super) fn reserve(&self) -> Result<(u32, Option<Duration>), WorkerFailed> {
        let budget = &self.terms.budget;
        let spent = self.logbook.spent();
        let input = self.size() / 3;
        let most = self.affordable(&spent, input);
        let reserved = Usage {
            input,
            output: u64::from(most.max(SHORTEST)),
            ..Usage::default()
        };
        let price = self.terms.prices.of(self.model.name());
        let gone = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        let needed = Spent {
            usage: reserved,
            turns: 1,
            micros: price.map_or(0, |price| price.of(&reserved)),
            unpriced: 0,
            millis: gone.saturating_add(1),
        };
        budget
            .allows(&spent, &needed)
            .map_err(|bound| WorkerFailed {
                why: bound.to_string(),
                sort: Failing::Budget,
            })?;
        let within = budget.seconds.map(|seconds| {
            let all = Duration::from_secs(seconds);
            all.saturating_sub(Duration::from_millis(spent.millis.saturating_add(gone)))
        });
        Ok((most.max(SHORTEST), within))
    }

    /// The longest answer that tokens and money are left for.
    fn affordable(&self, spent: &Spent, input: u64) -> u32 {
        let budget = &self.terms.budget;
        let mut most = u64::from(self.terms.longest);
        if let Some(tokens) = budget.tokens {
            let left = tokens.saturating_sub(spent.usage.total());
            most = most.min(left.saturating_sub(input));
        }
        let price = self.terms.prices.of(self.model.name());
        if let (Some(micros), Some(price)) = (budget.micros, price) {
            let reading = Usage {
                input,
                ..Usage::default()
            };
            let left = micros.saturating_sub(spent.micros);
            let left = left.saturating_sub(price.of(&reading));
            let tokens = u128::from(left) * 1_000_000 / u128::from(price.output.max(1));
            most = most.min(u64::try_from(tokens).unwrap_or(u64::MAX));
        }
        u32::try_from(most).unwrap_or(u32::MAX)
    }

    /// Bytes of the next request, about.
    fn size(&self) -> u64 {
        let tools = self.offered.iter().map(|tool| {
            tool.name.len() + tool.description.len() + tool.schema.to_string().len() + 60
        });
        let turns = self.turns.iter().map(|turn| match turn {
            Turn::Told(text) => text.len(),
            Turn::Answered(answer) => answer.said.to_string().len(),
            Turn::Returned(all) => all.iter().map(|one| one.text.len() + 80).sum(),
        });
        (SYSTEM.len() + tools.sum::<usize>() + turns.sum::<usize>() + 500) as u64
    }
}
