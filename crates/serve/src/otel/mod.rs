//! Sends what a run did to a collector of the user's choice, as OpenTelemetry traces: who was asked,
//! how long that took and what it cost. No word of a ticket, a prompt, an answer or a file is sent.

mod spans;

pub use spans::{Stretch, trace};

use serde_json::Value;
use std::time::Duration;
use thiserror::Error;

/// The longest that a collector may take: nobody waits for telemetry.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where a collector takes traces.
const PATH: &str = "/v1/traces";

/// The variable that holds what a collector wants to see, such as a key: `name=value,name=value`.
pub const HEADERS: &str = "OTEL_EXPORTER_OTLP_HEADERS";

/// Why nothing was sent.
#[derive(Debug, Error)]
pub enum SendError {
    /// The collector was not reached, or broke off.
    #[error("{endpoint} cannot be reached: {why}")]
    Unreached {
        /// Where it should be.
        endpoint: String,
        /// What the system says.
        why: String,
    },
    /// The collector does not want it.
    #[error("{endpoint} answers {status}")]
    Refused {
        /// Which.
        endpoint: String,
        /// The status of HTTP.
        status: u16,
    },
    /// A header that is none.
    #[error("{HEADERS} is no list of name=value")]
    Headers,
}

/// Sends `traces` to the collector at `endpoint`, with those `headers`.
///
/// # Errors
/// Where the collector does not take them in a few seconds.
pub fn send(endpoint: &str, headers: Option<&str>, traces: &Value) -> Result<(), SendError> {
    let unreached = |why: &dyn std::fmt::Display| SendError::Unreached {
        endpoint: endpoint.to_owned(),
        why: why.to_string(),
    };
    // Whoever asks first installs it; a second time is no fault.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(PATIENCE)
        .build()
        .map_err(|error| unreached(&error))?;
    let mut asked = client
        .post(address(endpoint))
        .header("content-type", "application/json")
        .body(traces.to_string());
    for (name, value) in pairs(headers.unwrap_or_default())? {
        asked = asked.header(name, value);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| unreached(&error))?;
    // Its clock has to be there before it is asked.
    let answer = runtime.block_on(async { asked.send().await });
    // The address is named by us: the library would name it again.
    let answer = answer.map_err(|error| unreached(&error.without_url()))?;
    let status = answer.status();
    if status.is_success() {
        return Ok(());
    }
    Err(SendError::Refused {
        endpoint: endpoint.to_owned(),
        status: status.as_u16(),
    })
}

/// The whole address: a collector is named by its base, or by the path for traces.
fn address(endpoint: &str) -> String {
    let base = endpoint.trim_end_matches('/');
    match base.ends_with(PATH) {
        true => base.to_owned(),
        false => format!("{base}{PATH}"),
    }
}

fn pairs(headers: &str) -> Result<Vec<(&str, &str)>, SendError> {
    let items = headers.split(',').map(str::trim);
    let pairs = items.filter(|item| !item.is_empty()).map(|item| {
        let (name, value) = item.split_once('=').ok_or(SendError::Headers)?;
        Ok((name.trim(), value.trim()))
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_is_named_by_its_base_or_by_the_path() {
        for endpoint in [
            "http://box:4318",
            "http://box:4318/",
            "http://box:4318/v1/traces",
        ] {
            assert_eq!(address(endpoint), "http://box:4318/v1/traces");
        }
    }

    #[test]
    fn headers_are_pairs_and_nothing_of_them_is_quoted_where_they_are_not() {
        let read = pairs("a=1, authorization=Basic eA==").expect("reads");
        assert_eq!(read, [("a", "1"), ("authorization", "Basic eA==")]);
        let error = pairs("a-key-alone").expect_err("is none");
        assert!(!error.to_string().contains("alone"), "{error}");
    }
}
