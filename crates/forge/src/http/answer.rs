//! Reads an answer: status, the headers that matter, a body of limited size.

use crate::ForgeError;
use reqwest::blocking::Response;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::io::{self, Read as _};

/// How much of a forge's complaint is repeated.
const MOST_WORDS: usize = 300;

/// What a forge answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// By lower-case name; of several with one name the first.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Reads `response` to its end.
    ///
    /// # Errors
    /// A body of more than `most` bytes; a connection that breaks.
    pub(super) fn read(response: Response, most: u64) -> io::Result<Self> {
        let mut headers = BTreeMap::new();
        for (name, value) in response.headers() {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            headers.entry(name.as_str().to_owned()).or_insert(value);
        }
        let status = response.status().as_u16();
        let mut body = Vec::new();
        response.take(most + 1).read_to_end(&mut body)?;
        if body.len() as u64 > most {
            let why = format!("the answer has more than {most} bytes");
            return Err(io::Error::other(why));
        }
        Ok(Self {
            status,
            headers,
            body,
        })
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// A header that holds a number.
    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.header(name)?.trim().parse().ok()
    }

    /// Where it sends the asker.
    pub(super) fn redirect(&self) -> Option<&str> {
        matches!(self.status, 301 | 302 | 303 | 307 | 308)
            .then(|| self.header("location"))
            .flatten()
    }

    /// The answer where it is one of success.
    pub(super) fn accepted(self, host: &str, what: &str) -> Result<Self, ForgeError> {
        let (host, what, status) = (host.to_owned(), what.to_owned(), self.status);
        match status {
            200..=299 => Ok(self),
            404 | 410 => Err(ForgeError::Missing { host, what }),
            401 | 403 => Err(ForgeError::Forbidden {
                why: self.complaint(),
                host,
                what,
                status,
            }),
            _ => Err(ForgeError::Failed {
                why: self.complaint(),
                host,
                what,
                status,
            }),
        }
    }

    /// What it complains of, in one line.
    fn complaint(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        let named = ["message", "error_description", "error", "errorMessages"];
        let named = named.iter().find_map(|key| value.get(key));
        let mut words = match named {
            Some(serde_json::Value::String(words)) => words.clone(),
            Some(other) => other.to_string(),
            None if text.trim_start().starts_with('<') => "a page and no answer".to_owned(),
            None => text.into_owned(),
        };
        if let Some(errors) = value.get("errors").filter(|errors| !errors.is_null()) {
            words = format!("{words} {errors}");
        }
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        words.chars().take(MOST_WORDS).collect()
    }

    /// The body as what is wanted.
    ///
    /// # Errors
    /// [`ForgeError::Garbled`].
    pub(crate) fn json<T: DeserializeOwned>(&self, host: &str) -> Result<T, ForgeError> {
        serde_json::from_slice(&self.body).map_err(|error| ForgeError::Garbled {
            host: host.to_owned(),
            why: error.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(body: &str) -> String {
        let answer = Answer {
            status: 422,
            body: body.as_bytes().to_vec(),
            ..Answer::default()
        };
        answer.complaint()
    }

    #[test]
    fn a_complaint_is_one_line_of_words() {
        assert_eq!(
            said(r#"{"message":"Bad\n credentials"}"#),
            "Bad credentials"
        );
        assert_eq!(
            said(r#"{"message":"Validation Failed","errors":[{"field":"head"}]}"#),
            r#"Validation Failed [{"field":"head"}]"#
        );
        assert_eq!(said("<html>sorry</html>"), "a page and no answer");
        assert_eq!(said(&"x".repeat(1000)).len(), MOST_WORDS);
    }
}
