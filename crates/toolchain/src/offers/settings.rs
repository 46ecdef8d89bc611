//! Finds keys of configuration files: fields of what is read from one, tags, and look-ups by name.

use super::{Found, Source};
use redgreen_core::documents::Sort;

/// What a read configuration is called.
const HOLDERS: [&str; 8] = [
    "config",
    "settings",
    "conf",
    "cfg",
    "configuration",
    "viper",
    "Config",
    "options",
];

/// Methods that look a key up.
const LOOKS: [&str; 8] = [
    "get",
    "getint",
    "getboolean",
    "getfloat",
    "GetString",
    "GetInt",
    "GetBool",
    "has",
];

/// Endings of the names of types that a configuration is read into.
const TYPES: [&str; 3] = ["Config", "Settings", "Configuration"];

/// Every key that `source` reads.
pub(super) fn offers(source: &Source<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for at in 0..source.tokens.len() {
        found.extend(looked_up(source, at));
        found.extend(tagged(source, at));
        found.extend(injected(source, at));
        if let Some("struct" | "class") = source.name(at) {
            found.extend(fields(source, at));
        }
    }
    found
}

fn is_key(text: &str) -> bool {
    !text.is_empty()
        && text.len() < 60
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

/// `config["key"]`, `config.get("key")`.
fn looked_up(source: &Source<'_>, at: usize) -> Option<Found> {
    let holder = source.name(at)?;
    if !HOLDERS.contains(&holder) {
        return None;
    }
    let text = if source.is_sign(at + 1, '[') {
        at + 2
    } else if source.is_sign(at + 1, '.')
        && source
            .name(at + 2)
            .is_some_and(|name| LOOKS.contains(&name))
        && source.is_sign(at + 3, '(')
    {
        at + 4
    } else {
        return None;
    };
    let key = source.string(text).filter(|key| is_key(key))?;
    Some((Sort::Key, key.to_owned(), source.place(text)))
}

/// A tag of a field in Go: `` `yaml:"key"` ``.
fn tagged(source: &Source<'_>, at: usize) -> Option<Found> {
    if source.language != "go" {
        return None;
    }
    let tag = source.string(at)?;
    let marks = ["yaml:\"", "toml:\"", "mapstructure:\"", "koanf:\""];
    let rest = marks.iter().find_map(|mark| tag.split(mark).nth(1))?;
    let key = rest.split(['"', ',']).next().filter(|key| is_key(key))?;
    Some((Sort::Key, key.to_owned(), source.place(at)))
}

/// `@Value("${key:default}")` of Spring.
fn injected(source: &Source<'_>, at: usize) -> Option<Found> {
    if source.language != "java" || source.name(at) != Some("Value") {
        return None;
    }
    let text = source.string(at + 2)?;
    let key = text.strip_prefix("${")?.split([':', '}']).next()?;
    is_key(key).then(|| (Sort::Key, key.to_owned(), source.place(at + 2)))
}

/// Fields of a Rust struct that is deserialised, and of a Python class of settings.
fn fields(source: &Source<'_>, at: usize) -> Vec<Found> {
    let Some(name) = source.name(at + 1) else {
        return Vec::new();
    };
    if !TYPES.iter().any(|ending| name.ends_with(ending)) {
        return Vec::new();
    }
    match source.language {
        "rust" if is_read(source, at) => rust_fields(source, at),
        "python" => python_fields(source, at),
        _ => Vec::new(),
    }
}

/// Whether the struct's attributes say that it is read from somewhere.
fn is_read(source: &Source<'_>, at: usize) -> bool {
    let before = (at.saturating_sub(60)..at).rev();
    let attributes = before.take_while(|at| !source.is_sign(*at, '}') && !source.is_sign(*at, ';'));
    attributes
        .into_iter()
        .any(|at| source.name(at) == Some("Deserialize"))
}

fn rust_fields(source: &Source<'_>, at: usize) -> Vec<Found> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    for at in at..source.tokens.len() {
        if ['{', '(', '[', '<']
            .iter()
            .any(|sign| source.is_sign(at, *sign))
        {
            depth += 1;
        } else if ['}', ')', ']', '>']
            .iter()
            .any(|sign| source.is_sign(at, *sign))
        {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                break;
            }
        } else if depth == 1 && source.is_sign(at + 1, ':') && !source.is_sign(at + 2, ':') {
            let is_path = at > 0 && source.is_sign(at - 1, ':');
            let key = source.name(at).filter(|_| !is_path);
            found.extend(key.map(|key| (Sort::Key, key.to_owned(), source.place(at))));
        } else if depth == 0 && source.is_sign(at, ';') {
            break;
        }
    }
    found
}

/// The class has to say that it holds settings: `class X(BaseSettings)`.
fn python_fields(source: &Source<'_>, at: usize) -> Vec<Found> {
    let bases = (at + 2..at + 12).take_while(|at| !source.is_sign(*at, ':'));
    let is_settings = bases
        .into_iter()
        .any(|at| matches!(source.name(at), Some("BaseSettings" | "BaseModel")));
    if !is_settings {
        return Vec::new();
    }
    let end = (at + 1..source.tokens.len())
        .find(|at| matches!(source.name(*at), Some("class" | "def" | "model_config")))
        .unwrap_or(source.tokens.len());
    let body = (at + 2..end)
        .skip_while(|at| !source.is_sign(*at, ':'))
        .skip(1);
    let mut found = Vec::new();
    let mut depth = 0_usize;
    for at in body {
        if source.is_sign(at, '(') || source.is_sign(at, '[') {
            depth += 1;
        } else if source.is_sign(at, ')') || source.is_sign(at, ']') {
            depth = depth.saturating_sub(1);
        }
        let is_field = depth == 0 && source.is_sign(at + 1, ':');
        let key = source.name(at).filter(|key| is_field && is_key(key));
        found.extend(key.map(|key| (Sort::Key, key.to_owned(), source.place(at))));
    }
    found
}
