//! Reads what models cost: the prices that come with redgreen, then the user's own.

use redgreen_core::price::{Prices, Written};
use serde::Deserialize;
use std::collections::BTreeMap;
use thiserror::Error;

/// The prices that come with redgreen.
const DEFAULT: &str = include_str!("prices.toml");

/// Why prices cannot be read.
#[derive(Debug, Error)]
#[error("the prices cannot be read: {why}")]
pub struct PriceError {
    /// What the reader says.
    pub why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    as_of: String,
    currency: String,
    prices: BTreeMap<String, Written>,
}

/// The prices that come with redgreen, the day that they are of, and their currency.
///
/// # Errors
/// Where the file in the program is damaged, which a test rules out.
pub fn default_prices() -> Result<(Prices, String, String), PriceError> {
    let file: File = toml::from_str(DEFAULT).map_err(|error| PriceError {
        why: error.to_string(),
    })?;
    let mut prices = Prices::default();
    prices.add(file.prices);
    Ok((prices, file.as_of, file.currency))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prices_that_come_along_can_be_read_and_are_dated() {
        let (prices, as_of, currency) = default_prices().expect("reads");
        assert_eq!((as_of.len(), currency.as_str()), (10, "USD"));
        let price = prices
            .of("anthropic/claude-sonnet-4-5-20250929")
            .expect("is known");
        assert_eq!((price.input, price.output), (3_000_000, 15_000_000));
        assert_eq!(
            prices.of("ollama/anything").map(|price| price.output),
            Some(0)
        );
        assert_eq!(prices.of("anthropic/unheard-of"), None);
    }
}
