//! Reads the user's own settings: models, prices, roles, budget. They are never read from a
//! repository, which could lead a key elsewhere or run what it likes.

use super::model::{Endpoints, Own};
use super::money::{PriceError, default_prices};
use redgreen_core::price::{Prices, Written};
use redgreen_engine::config::BudgetConfig;
use serde::Deserialize;
use std::collections::BTreeMap;
use thiserror::Error;

/// What a user decides about workers.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Providers of the user's own, and changes to those that redgreen knows.
    pub models: BTreeMap<String, Own>,
    /// What models cost, for a million tokens.
    pub prices: BTreeMap<String, Written>,
    /// Who works where the command line does not say.
    pub roles: RolesConfig,
    /// What a run may spend where the command line does not say.
    pub budget: BudgetConfig,
    /// Who is told of runs.
    pub otel: OtelConfig,
}

/// Who is told of runs, in the language of OpenTelemetry. Nobody, unless the user says so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OtelConfig {
    /// The collector's address: `http://127.0.0.1:4318`.
    pub endpoint: Option<String>,
}

/// Who works. Each is written as after `--worker`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RolesConfig {
    /// The model of `--worker builtin`.
    pub model: Option<String>,
    /// Who writes the tests.
    pub red: Option<String>,
    /// Who does everything behind them.
    pub green: Option<String>,
    /// Who writes hidden tests.
    pub hidden: Option<String>,
}

/// Why settings cannot be read.
#[derive(Debug, Error)]
#[error("{why}")]
pub struct Malformed {
    /// What the reader says, with line and column.
    pub why: String,
}

impl Settings {
    /// Reads `text`.
    ///
    /// # Errors
    /// Where it is no TOML, or has a key that nobody knows.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        toml::from_str(text).map_err(|error| Malformed {
            why: error.to_string().trim_end().replace('\n', " | "),
        })
    }

    /// Every way to a model.
    pub fn endpoints(&self) -> Endpoints {
        Endpoints::new(self.models.clone())
    }

    /// The prices that come with redgreen, replaced by the user's own.
    ///
    /// # Errors
    /// Where those that come along are damaged.
    pub fn prices(&self) -> Result<Prices, PriceError> {
        let (mut prices, _, _) = default_prices()?;
        prices.add(self.prices.clone());
        Ok(prices)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_names_models_prices_roles_and_a_budget() {
        let text = "
            [models.box]
            base-url = 'http://box:8000/v1'
            key-env = 'BOX_KEY'
            [prices]
            'box/*' = { input = 0.1, output = 0.2 }
            [roles]
            model = 'box/qwen'
            red = 'builtin:box/other'
            [budget]
            tokens = 500000
            money = 2.5
        ";
        let settings = Settings::parse(text).expect("reads");
        assert_eq!(settings.roles.model.as_deref(), Some("box/qwen"));
        assert_eq!(settings.budget.budget().micros, Some(2_500_000));
        let prices = settings.prices().expect("reads");
        assert_eq!(
            prices.of("box/qwen").map(|price| price.output),
            Some(200_000)
        );
    }

    #[test]
    fn a_key_itself_has_no_place_in_them() {
        let error = Settings::parse("[models.box]\nkey = 'abc'\n").expect_err("is refused");
        assert!(error.to_string().contains("unknown field `key`"), "{error}");
    }
}
