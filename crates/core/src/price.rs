//! Turns tokens into money, where a model's price is known.

use crate::work::Usage;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a million tokens cost, in millionths of a currency: 3.00 is 3 000 000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Price {
    /// Tokens read.
    pub input: u64,
    /// Tokens read from a cache.
    pub cached: u64,
    /// Tokens written into a cache.
    pub cache_written: u64,
    /// Tokens written.
    pub output: u64,
}

/// A price as people write it: money for a million tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Written {
    /// Tokens read.
    pub input: f64,
    /// Tokens read from a cache; as `input` where it is left out.
    #[serde(default)]
    pub cached: Option<f64>,
    /// Tokens written into a cache; as `input` where it is left out.
    #[serde(default)]
    pub cache_written: Option<f64>,
    /// Tokens written.
    pub output: f64,
}

impl From<Written> for Price {
    fn from(written: Written) -> Self {
        Self {
            input: micros(written.input),
            cached: micros(written.cached.unwrap_or(written.input)),
            cache_written: micros(written.cache_written.unwrap_or(written.input)),
            output: micros(written.output),
        }
    }
}

/// Money as millionths, rounded up: a price is never taken for less than it is.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what is no amount is 0, and what is too large saturates"
)]
pub fn micros(money: f64) -> u64 {
    (money * 1_000_000.0).ceil().max(0.0) as u64
}

impl Price {
    /// What `usage` costs, in millionths, rounded up.
    pub fn of(&self, usage: &Usage) -> u64 {
        let special = usage.cached.saturating_add(usage.cache_written);
        let parts = [
            (usage.input.saturating_sub(special), self.input),
            (usage.cached, self.cached),
            (usage.cache_written, self.cache_written),
            (usage.output, self.output),
        ];
        let sum: u128 = parts
            .into_iter()
            .map(|(tokens, price)| u128::from(tokens) * u128::from(price))
            .sum();
        u64::try_from(sum.div_ceil(1_000_000)).unwrap_or(u64::MAX)
    }
}

/// Prices by model. A name that ends in `*` stands for all that begin so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prices(BTreeMap<String, Price>);

impl Prices {
    /// Adds prices; one that is there already is replaced.
    pub fn add(&mut self, more: impl IntoIterator<Item = (String, Written)>) {
        let priced = more
            .into_iter()
            .map(|(name, written)| (name, written.into()));
        self.0.extend(priced);
    }

    /// The price of `model`: its own, else that of the longest beginning that has one.
    pub fn of(&self, model: &str) -> Option<&Price> {
        let begins = |name: &str| {
            name.strip_suffix('*')
                .is_some_and(|start| model.starts_with(start))
        };
        let fitting = self.0.iter().filter(|(name, _)| begins(name));
        let longest = fitting.max_by_key(|(name, _)| name.len());
        self.0.get(model).or(longest.map(|(_, price)| price))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prices() -> Prices {
        let written = |input, cached, output| Written {
            input,
            cached,
            cache_written: None,
            output,
        };
        let mut prices = Prices::default();
        prices.add([
            ("a/m*".to_owned(), written(3.0, Some(0.3), 15.0)),
            ("a/mini*".to_owned(), written(1.0, None, 2.0)),
            ("a/mini-2".to_owned(), written(5.0, None, 6.0)),
        ]);
        prices
    }

    #[test]
    fn each_sort_of_token_has_its_price() {
        let usage = Usage {
            input: 1_000_000,
            cached: 500_000,
            cache_written: 100_000,
            output: 10_000,
        };
        let prices = prices();
        let price = prices.of("a/m-1").expect("is known");
        assert_eq!(price.of(&usage), 1_200_000 + 150_000 + 300_000 + 150_000);
        let one = Usage {
            input: 1,
            ..Usage::default()
        };
        assert_eq!(price.of(&one), 3, "rounded up");
    }

    #[test]
    fn the_name_itself_goes_before_the_longest_beginning() {
        let prices = prices();
        let input = |model: &str| prices.of(model).map(|price| price.input);
        assert_eq!(input("a/m-1"), Some(3_000_000));
        assert_eq!(input("a/mini-1"), Some(1_000_000));
        assert_eq!(input("a/mini-2"), Some(5_000_000));
        assert_eq!(input("b/m-1"), None);
    }

    #[test]
    fn what_is_no_amount_is_nothing() {
        assert_eq!(micros(f64::NAN), 0);
        assert_eq!(micros(-1.0), 0);
        assert_eq!(micros(f64::INFINITY), u64::MAX);
    }
}
