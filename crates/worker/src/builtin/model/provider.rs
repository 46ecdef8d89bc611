//! Finds who is meant by `PROVIDER/MODEL`: where to ask, in which format, with which key.

use super::dialects::Dialect;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use thiserror::Error;

/// A key. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// The key itself, for the one header that it goes into.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[key]")
    }
}

/// Where and how one model is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The model as it was named: `PROVIDER/MODEL`.
    pub name: String,
    /// Its format.
    pub dialect: Dialect,
    /// The base URL, without a slash at its end.
    pub base: String,
    /// The model's own name.
    pub model: String,
    /// The key; nothing where none is needed.
    pub key: Option<Key>,
    /// Whether the provider is OpenAI itself rather than something that speaks like it.
    pub is_openai: bool,
    /// The longest answer, in tokens.
    pub longest: u32,
}

impl Endpoint {
    /// Tells the key to `learn`, so that no text that is kept will hold it.
    pub fn key_is_secret(&self, learn: &mut dyn FnMut(&str)) {
        if let Some(key) = &self.key {
            learn(key.reveal());
        }
    }
}

/// A provider of the user's own, `[models.NAME]` of the user's configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Own {
    /// Its format; Chat Completions where nothing is said.
    pub dialect: Option<Dialect>,
    /// Its base URL.
    pub base_url: Option<String>,
    /// The variable that holds its key.
    pub key_env: Option<String>,
    /// The longest answer, in tokens.
    pub longest_answer: Option<u32>,
}

/// Why a model cannot be asked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProviderError {
    /// There is no `/` in it.
    #[error("{given:?} names no model: write PROVIDER/MODEL")]
    Unnamed {
        /// What was given.
        given: String,
    },
    /// Nobody knows the provider.
    #[error("provider {provider} is not known; there are {known}")]
    Unknown {
        /// The provider.
        provider: String,
        /// Those that there are.
        known: String,
    },
    /// Its key is not set.
    #[error("{variable} is not set: it holds the key of {provider}")]
    NoKey {
        /// The provider.
        provider: String,
        /// The variable.
        variable: String,
    },
    /// Its base URL is none.
    #[error("the base URL of {provider} is no http or https URL: {url}")]
    BadUrl {
        /// The provider.
        provider: String,
        /// What was given.
        url: String,
    },
}

/// A provider that redgreen knows.
struct Known {
    name: &'static str,
    dialect: Dialect,
    base: &'static str,
    base_env: &'static str,
    key_env: &'static str,
    needs_key: bool,
}

/// Those that redgreen knows. `openai-chat` is the same host as `openai`, in the older format.
const KNOWN: [Known; 7] = [
    Known {
        name: "anthropic",
        dialect: Dialect::Messages,
        base: "https://api.anthropic.com",
        base_env: "ANTHROPIC_BASE_URL",
        key_env: "ANTHROPIC_API_KEY",
        needs_key: true,
    },
    Known {
        name: "openai",
        dialect: Dialect::Responses,
        base: "https://api.openai.com/v1",
        base_env: "OPENAI_BASE_URL",
        key_env: "OPENAI_API_KEY",
        needs_key: true,
    },
    Known {
        name: "openai-chat",
        dialect: Dialect::Chat,
        base: "https://api.openai.com/v1",
        base_env: "OPENAI_BASE_URL",
        key_env: "OPENAI_API_KEY",
        needs_key: true,
    },
    Known {
        name: "gemini",
        dialect: Dialect::Gemini,
        base: "https://generativelanguage.googleapis.com/v1beta",
        base_env: "GEMINI_BASE_URL",
        key_env: "GEMINI_API_KEY",
        needs_key: true,
    },
    Known {
        name: "vllm",
        dialect: Dialect::Chat,
        base: "http://127.0.0.1:8000/v1",
        base_env: "VLLM_BASE_URL",
        key_env: "VLLM_API_KEY",
        needs_key: false,
    },
    Known {
        name: "llamacpp",
        dialect: Dialect::Chat,
        base: "http://127.0.0.1:8080/v1",
        base_env: "LLAMACPP_BASE_URL",
        key_env: "LLAMACPP_API_KEY",
        needs_key: false,
    },
    Known {
        name: "ollama",
        dialect: Dialect::Chat,
        base: "http://127.0.0.1:11434/v1",
        base_env: "OLLAMA_BASE_URL",
        key_env: "OLLAMA_API_KEY",
        needs_key: false,
    },
];

/// The longest answer where nobody says otherwise, in tokens.
const LONGEST: u32 = 16_000;

/// Every way to a model: the known providers, and the user's own.
#[derive(Clone, Debug, Default)]
pub struct Endpoints {
    own: BTreeMap<String, Own>,
}

impl Endpoints {
    /// The known providers, changed and extended by `own`.
    pub fn new(own: BTreeMap<String, Own>) -> Self {
        Self { own }
    }

    /// Every provider with the variable of its key and whether it is needed, for those who list
    /// them.
    pub fn keys(&self) -> Vec<(String, String, bool)> {
        let known = KNOWN.iter().map(|known| {
            let key = known.key_env.to_owned();
            (known.name.to_owned(), key, known.needs_key)
        });
        let own = self.own.iter().filter(|(name, _)| {
            let is_known = KNOWN.iter().any(|known| known.name == name.as_str());
            !is_known
        });
        let own = own.map(|(name, own)| {
            let key = own.key_env.clone().unwrap_or_default();
            (name.clone(), key, own.key_env.is_some())
        });
        known.chain(own).collect()
    }

    /// The way to `name`, which is `PROVIDER/MODEL`. Keys and addresses come from `env`.
    ///
    /// # Errors
    /// What is missing or unknown. No error holds a key.
    pub fn find(
        &self,
        name: &str,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Endpoint, ProviderError> {
        let unnamed = || ProviderError::Unnamed {
            given: name.to_owned(),
        };
        let (provider, model) = name.split_once('/').ok_or_else(unnamed)?;
        if provider.is_empty() || model.is_empty() || model.chars().any(is_odd) {
            return Err(unnamed());
        }
        let known = KNOWN.iter().find(|known| known.name == provider);
        let own = self.own.get(provider).cloned().unwrap_or_default();
        if known.is_none() && own.base_url.is_none() {
            return Err(self.unknown(provider));
        }
        let set = |variable: &str| env(variable).filter(|value| !value.trim().is_empty());
        let base = own
            .base_url
            .or_else(|| known.and_then(|known| set(known.base_env)))
            .or_else(|| known.map(|known| known.base.to_owned()));
        let base = base.unwrap_or_default().trim_end_matches('/').to_owned();
        if !(base.starts_with("http://") || base.starts_with("https://")) {
            let provider = provider.to_owned();
            return Err(ProviderError::BadUrl {
                provider,
                url: base,
            });
        }
        let needs_key = own.key_env.is_some() || known.is_some_and(|known| known.needs_key);
        let variable = own
            .key_env
            .or_else(|| known.map(|known| known.key_env.to_owned()));
        let key = variable.as_deref().and_then(set);
        if let (None, true, Some(variable)) = (&key, needs_key, variable) {
            let provider = provider.to_owned();
            return Err(ProviderError::NoKey { provider, variable });
        }
        let dialect = own.dialect.or_else(|| known.map(|known| known.dialect));
        Ok(Endpoint {
            name: name.to_owned(),
            dialect: dialect.unwrap_or(Dialect::Chat),
            base,
            model: model.to_owned(),
            key: key.map(|key| Key(key.trim().to_owned())),
            is_openai: provider.starts_with("openai"),
            longest: own.longest_answer.unwrap_or(LONGEST),
        })
    }

    fn unknown(&self, provider: &str) -> ProviderError {
        let known = KNOWN.iter().map(|known| known.name.to_owned());
        let known: Vec<String> = known.chain(self.own.keys().cloned()).collect();
        ProviderError::Unknown {
            provider: provider.to_owned(),
            known: known.join(", "),
        }
    }
}

/// What has no place in a model's name: it goes into a URL in one format.
fn is_odd(letter: char) -> bool {
    !(letter.is_ascii_alphanumeric() || "-_./:@+".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(name: &str, env: &[(&str, &str)]) -> Result<Endpoint, ProviderError> {
        let env = |wanted: &str| {
            let mut found = env.iter().filter(|(name, _)| *name == wanted);
            found.next().map(|(_, value)| (*value).to_owned())
        };
        let own = Own {
            base_url: Some("http://box:9/v1/".to_owned()),
            key_env: Some("BOX_KEY".to_owned()),
            ..Own::default()
        };
        let own = BTreeMap::from([("box".to_owned(), own)]);
        Endpoints::new(own).find(name, &env)
    }

    #[test]
    fn a_provider_is_found_with_its_key_and_address() {
        let found = find("anthropic/claude-x", &[("ANTHROPIC_API_KEY", " secret ")]);
        let found = found.expect("is known");
        assert_eq!(found.base, "https://api.anthropic.com");
        assert_eq!(found.key, Some(Key("secret".to_owned())));
        assert!(!format!("{found:?}").contains("secret"), "{found:?}");
        let here = find("ollama/qwen3:8b", &[("OLLAMA_BASE_URL", "http://h/v1/")]);
        let here = here.expect("needs no key");
        assert_eq!((here.base.as_str(), here.key), ("http://h/v1", None));
        let own = find("box/some/model", &[("BOX_KEY", "k")]).expect("is the user's own");
        assert_eq!(own.base, "http://box:9/v1");
        assert_eq!(
            (own.model.as_str(), own.dialect),
            ("some/model", Dialect::Chat)
        );
    }

    fn refused(name: &str, words: &str) {
        let error = find(name, &[("OPENAI_BASE_URL", "ftp://x")]).expect_err(name);
        assert!(error.to_string().contains(words), "{error}");
    }

    #[test]
    fn what_is_missing_is_named() {
        refused("claude", "write PROVIDER/MODEL");
        refused("gemini/a b?key=1", "write PROVIDER/MODEL");
        refused("nobody/m", "anthropic, openai, openai-chat, gemini, vllm");
        refused("anthropic/claude-x", "ANTHROPIC_API_KEY is not set");
        refused("box/m", "BOX_KEY is not set");
        refused("openai/m", "no http or https URL: ftp://x");
    }
}
