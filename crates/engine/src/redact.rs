//! Takes secrets out of texts before they are kept: those that are known from the environment, in
//! every usual writing, and what has the shape of one.

use regex::Regex;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// The shapes of secrets that redgreen knows.
const RULES: &str = include_str!("redact/rules.toml");
/// The shortest value that is a secret: shorter ones are words that stand everywhere.
const SHORTEST: usize = 8;
/// What stands for a secret of the environment.
const KNOWN: &str = "[redacted]";

/// Parts of the names of variables that hold secrets.
const NAMES: [&str; 10] = [
    "KEY",
    "TOKEN",
    "SECRET",
    "PASSW",
    "PASSPHRASE",
    "CREDENTIAL",
    "AUTH",
    "PRIVATE",
    "COOKIE",
    "_PAT",
];

/// Fields of events that hold the name of a variant.
const TAGS: [&str; 8] = [
    "type", "what", "phase", "verdict", "kind", "pace", "weight", "purpose",
];

/// Takes secrets out of texts.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    /// Every writing of every known secret, longest first.
    known: Vec<String>,
}

#[derive(Deserialize)]
struct Rules {
    rule: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    name: String,
    pattern: String,
}

impl Redactor {
    /// Knows the secrets among the variables of `env`: those whose names say so, and passwords
    /// within URLs.
    pub fn of(env: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut redactor = Self::default();
        for (name, value) in env {
            if is_secret(&name, &value) {
                redactor.learn(&value);
            }
            if let Some(password) = password_of(&value) {
                redactor.learn(password);
            }
        }
        redactor
    }

    /// Knows one more secret. One of fewer than 8 bytes is not taken: it would be found in every
    /// second word.
    pub fn learn(&mut self, secret: &str) {
        let secret = secret.trim();
        if secret.len() < SHORTEST {
            return;
        }
        let known: BTreeSet<String> = self.known.drain(..).chain(writings(secret)).collect();
        self.known = known.into_iter().collect();
        // A writing that holds another one goes first, so that nothing of it stays.
        self.known.sort_by_key(|word| std::cmp::Reverse(word.len()));
    }

    /// `text` without secrets; nothing where it holds none.
    pub fn redacted(&self, text: &str) -> Option<String> {
        let mut clean: Option<String> = None;
        for word in &self.known {
            let now = clean.as_deref().unwrap_or(text);
            if now.contains(word.as_str()) {
                clean = Some(now.replace(word.as_str(), KNOWN));
            }
        }
        for (name, shape) in shapes() {
            let now = clean.as_deref().unwrap_or(text);
            if shape.is_match(now) {
                let word = format!("[redacted: {name}]");
                clean = Some(shape.replace_all(now, word).into_owned());
            }
        }
        clean
    }

    /// `text` without secrets.
    pub fn clean(&self, text: String) -> String {
        self.redacted(&text).unwrap_or(text)
    }

    /// Takes the secrets out of every text within `value`; whether there were any.
    pub fn clean_value(&self, value: &mut Value) -> bool {
        match value {
            Value::String(text) => match self.redacted(text) {
                Some(clean) => {
                    *text = clean;
                    true
                }
                None => false,
            },
            Value::Array(values) => values
                .iter_mut()
                .fold(false, |found, value| self.clean_value(value) | found),
            Value::Object(fields) => self.clean_fields(fields),
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }

    fn clean_fields(&self, fields: &mut serde_json::Map<String, Value>) -> bool {
        let mut found = false;
        for (name, value) in fields.iter_mut() {
            if !is_tag(name, value) {
                found |= self.clean_value(value);
            }
        }
        let odd: Vec<String> = fields
            .keys()
            .filter(|name| self.redacted(name).is_some())
            .cloned()
            .collect();
        for name in odd {
            if let Some(value) = fields.remove(&name) {
                fields.insert(self.clean(name), value);
                found = true;
            }
        }
        found
    }
}

/// Whether a field says which variant of an enum of ours stands here. A password that is the name
/// of a phase must not make a line unreadable.
fn is_tag(name: &str, value: &Value) -> bool {
    let is_word = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    TAGS.contains(&name) && value.as_str().is_some_and(is_word)
}

/// What this process knows. It begins with its own environment.
fn own() -> &'static RwLock<Arc<Redactor>> {
    static OWN: OnceLock<RwLock<Arc<Redactor>>> = OnceLock::new();
    OWN.get_or_init(|| {
        let env = std::env::vars_os().map(|(name, value)| {
            (
                name.to_string_lossy().into_owned(),
                value.to_string_lossy().into_owned(),
            )
        });
        RwLock::new(Arc::new(Redactor::of(env)))
    })
}

/// The redactor of this process: it knows the secrets of its environment, and what was learnt.
pub fn redactor() -> Arc<Redactor> {
    Arc::clone(&own().read().unwrap_or_else(PoisonError::into_inner))
}

/// Lets this process know one more secret, from now on.
pub fn learn(secret: &str) {
    let mut own = own().write().unwrap_or_else(PoisonError::into_inner);
    let mut more = Redactor::clone(&own);
    more.learn(secret);
    *own = Arc::new(more);
}

/// Makes `value` known to all redactors of this process, where `name` says that it is a secret.
pub fn learn_named(name: &str, value: &str) {
    if is_secret(name, value) {
        learn(value);
    }
}

/// Each shape with its name. A rule that cannot be read would be a fault of the build: a test
/// reads them all.
fn shapes() -> &'static [(String, Regex)] {
    static SHAPES: OnceLock<Vec<(String, Regex)>> = OnceLock::new();
    SHAPES.get_or_init(|| {
        let rules = toml::from_str::<Rules>(RULES).map_or_else(|_| Vec::new(), |rules| rules.rule);
        let shape = |rule: Rule| Some((rule.name, Regex::new(&rule.pattern).ok()?));
        rules.into_iter().filter_map(shape).collect()
    })
}

/// A name alone is not enough: paths, numbers and switches are no secrets.
fn is_secret(name: &str, value: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let named = NAMES.iter().any(|part| name.contains(part));
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
    named && !is_number && !is_path(value)
}

/// Whether a value names a place: a key may begin with a slash too, but no directory follows.
fn is_path(value: &str) -> bool {
    let first = value
        .strip_prefix('/')
        .and_then(|rest| rest.split('/').next());
    first.is_some_and(|first| !first.is_empty() && Path::new("/").join(first).is_dir())
}

/// `PASSWORD` of `scheme://user:PASSWORD@host`.
fn password_of(value: &str) -> Option<&str> {
    let (_, rest) = value.split_once("://")?;
    let (login, _) = rest.split('/').next()?.rsplit_once('@')?;
    login.split_once(':').map(|(_, password)| password)
}

/// A secret as it stands, and as it looks within JSON, URLs, base64 and hexadecimal digits.
fn writings(secret: &str) -> Vec<String> {
    let bytes = secret.as_bytes();
    let json = Value::String(secret.to_owned()).to_string();
    let mut all = vec![
        secret.to_owned(),
        json[1..json.len() - 1].to_owned(),
        percent(bytes, true),
        percent(bytes, false),
        percent(bytes, true).replace("%20", "+"),
        hex(bytes),
        hex(bytes).to_ascii_uppercase(),
    ];
    for alphabet in [STANDARD, URL_SAFE] {
        all.extend((0..3).map(|offset| base64_within(bytes, offset, alphabet)));
    }
    all.retain(|writing| writing.len() >= SHORTEST);
    all
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn percent(bytes: &[u8], upper: bool) -> String {
    let escaped = |byte: &u8| {
        let plain = byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
        match (plain, upper) {
            (true, _) => char::from(*byte).to_string(),
            (false, true) => format!("%{byte:02X}"),
            (false, false) => format!("%{byte:02x}"),
        }
    };
    bytes.iter().map(escaped).collect()
}

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The base64 digits that `bytes` give where they stand `offset` bytes behind a group's start:
/// those that no neighbour takes part in.
fn base64_within(bytes: &[u8], offset: usize, alphabet: &[u8; 64]) -> String {
    let bit = |at: usize| {
        let byte = bytes.get(at / 8).copied().unwrap_or(0);
        usize::from(byte >> (7 - at % 8) & 1)
    };
    // The first bit of `bytes` is bit `offset * 8` of its group.
    let skipped = (offset * 8).next_multiple_of(6) - offset * 8;
    let digits = (bytes.len() * 8 - skipped) / 6;
    let digit = |number: usize| {
        let start = skipped + number * 6;
        let value = (0..6).fold(0, |value, at| value << 1 | bit(start + at));
        char::from(alphabet[value])
    };
    (0..digits).map(digit).collect()
}

#[cfg(test)]
#[path = "redact/tests.rs"]
mod tests;
