//! Reads what redgreen knows of outside agents: one TOML file each, and the user's own of the same
//! shape on top. A repository may name an agent and never say how it is started.

mod fill;
mod shape;

pub use fill::{Values, fill};
pub use shape::{Call, OwnSandbox, Preset, Report, Repository, Session, Summing, Talk, Words};

use redgreen_engine::sandbox::Destination;
use std::fs;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The agents that redgreen knows by itself, by name.
const BUNDLED: [(&str, &str); 10] = [
    ("aider", include_str!("aider.toml")),
    ("claude", include_str!("claude.toml")),
    ("codex", include_str!("codex.toml")),
    ("gemini", include_str!("gemini.toml")),
    ("goose", include_str!("goose.toml")),
    ("mini", include_str!("mini.toml")),
    ("opencode", include_str!("opencode.toml")),
    ("openhands", include_str!("openhands.toml")),
    ("pi", include_str!("pi.toml")),
    ("vibe", include_str!("vibe.toml")),
];

/// Why a preset cannot be used.
#[derive(Debug, Error)]
pub enum PresetError {
    /// The user's file.
    #[error("{} cannot be read: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Its text: an unknown key, a wrong sort of value, an unknown placeholder.
    #[error("{} line {line}: {why}", path.display())]
    Text {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What is wrong, with the key.
        why: String,
    },
}

/// The names of the agents that redgreen knows by itself.
pub fn names() -> impl Iterator<Item = &'static str> {
    BUNDLED.iter().map(|(name, _)| *name)
}

/// Where the user's own presets are: `redgreen/workers` below the user's configuration.
pub fn user_dir() -> Option<PathBuf> {
    let absolute = |name| {
        let found = std::env::var_os(name).map(PathBuf::from);
        found.filter(|dir: &PathBuf| dir.is_absolute())
    };
    let config = absolute("XDG_CONFIG_HOME").or_else(|| Some(absolute("HOME")?.join(".config")));
    config.map(|dir| dir.join("redgreen").join("workers"))
}

/// Whether `name` can be the name of a preset; anything else names a program.
pub fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !name.is_empty() && name.chars().all(plain)
}

/// The preset called `name`: the user's file in `dir` over what redgreen knows; nothing where
/// neither knows it.
///
/// # Errors
/// Where the user's file cannot be read, or holds a key or placeholder that is not known.
pub fn load(name: &str, dir: Option<&Path>) -> Result<Option<Preset>, PresetError> {
    if !is_name(name) {
        return Ok(None);
    }
    let bundled = BUNDLED.iter().find(|(known, _)| *known == name);
    let bundled = bundled.map(|(_, text)| *text);
    let path = dir.map(|dir| dir.join(format!("{name}.toml")));
    let own = match path.as_ref().map(|path| (path, fs::read_to_string(path))) {
        None => None,
        Some((path, Ok(text))) => Some((path.clone(), text)),
        Some((_, Err(error))) if error.kind() == std::io::ErrorKind::NotFound => None,
        Some((path, Err(source))) => {
            let path = path.clone();
            return Err(PresetError::File { path, source });
        }
    };
    let known = PathBuf::from(format!("{name}.toml (bundled)"));
    match (bundled, own) {
        (None, None) => Ok(None),
        (Some(text), None) => parse(&known, text).map(Some),
        (None, Some((path, text))) => parse(&path, &text).map(Some),
        (Some(below), Some((path, text))) => {
            // Each is read for itself first, so that what is wrong has a line.
            parse(&known, below)?;
            parse(&path, &text)?;
            let (below, above) = (table(&known, below)?, table(&path, &text)?);
            let merged = merge(below, above);
            let preset = merged.try_into().map_err(|e: toml::de::Error| {
                let (line, why) = (1, e.message().to_owned());
                PresetError::Text { path, line, why }
            })?;
            Ok(Some(preset))
        }
    }
}

/// Reads one file of this shape.
fn parse(path: &Path, text: &str) -> Result<Preset, PresetError> {
    let preset: Preset = toml::from_str(text).map_err(|error| wrong(path, text, &error))?;
    let wrong = |word: &str, why: String| {
        let named = |line: &str| line.contains(word);
        let line = text.lines().position(named).map_or(1, |at| at + 1);
        let path = path.to_owned();
        PresetError::Text { path, line, why }
    };
    for value in preset.texts() {
        if let Some(unknown) = fill::unknown(value) {
            let known = fill::NAMES.map(|name| format!("${name}")).join(", ");
            let why = format!("unknown placeholder {unknown}; known are {known}");
            return Err(wrong(&unknown, why));
        }
    }
    for host in &preset.hosts {
        if let Err(why) = host.parse::<Destination>() {
            return Err(wrong(host, format!("hosts: {why}")));
        }
    }
    Ok(preset)
}

fn table(path: &Path, text: &str) -> Result<toml::Table, PresetError> {
    text.parse().map_err(|error| wrong(path, text, &error))
}

fn wrong(path: &Path, text: &str, error: &toml::de::Error) -> PresetError {
    let before = error.span().and_then(|span| text.get(..span.start));
    let line = before.map_or(1, |before| before.matches('\n').count() + 1);
    let why = error.message().lines().collect::<Vec<_>>().join(" ");
    let path = path.to_owned();
    PresetError::Text { path, line, why }
}

/// `above` wins, key by key; a list is replaced as a whole.
fn merge(mut below: toml::Table, above: toml::Table) -> toml::Table {
    for (key, value) in above {
        let value = match (below.remove(&key), value) {
            (Some(toml::Value::Table(old)), toml::Value::Table(new)) => {
                toml::Value::Table(merge(old, new))
            }
            (_, value) => value,
        };
        below.insert(key, value);
    }
    below
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundled(name: &str) -> Preset {
        load(name, None)
            .unwrap_or_else(|e| panic!("{e}"))
            .unwrap_or_else(|| panic!("{name} is not known"))
    }

    #[test]
    fn every_bundled_preset_reads_and_can_be_started_in_some_way() {
        for name in names() {
            let preset = bundled(name);
            let lines = [
                preset.command.as_ref().map(|c| &c.line),
                preset.acp.as_ref().map(|a| &a.line),
            ];
            assert!(lines.iter().any(Option::is_some), "{name}");
            for line in lines.into_iter().flatten() {
                assert!(!line.is_empty(), "{name}");
            }
            assert!(
                !preset.says.is_empty() && !preset.install.is_empty(),
                "{name}"
            );
            assert!(
                !preset.version.is_empty() && !preset.hosts.is_empty(),
                "{name}"
            );
        }
    }

    #[test]
    fn what_keeps_a_repositorys_configuration_out_is_really_passed() {
        for name in names() {
            let preset = bundled(name);
            let switches = &preset.repository.switches;
            if let Some(command) = &preset.command {
                for line in [Some(&command.line), command.resume.as_ref()]
                    .into_iter()
                    .flatten()
                {
                    for switch in switches {
                        assert!(has(line, switch), "{name}: {switch} is not in the line");
                    }
                }
            }
            if let Some(acp) = &preset.acp {
                for switch in &acp.switches {
                    assert!(
                        has(&acp.line, switch),
                        "{name}: {switch} is not in the line"
                    );
                }
            }
            for variable in &preset.repository.variables {
                assert!(preset.set.contains_key(variable), "{name}: {variable}");
            }
            for file in &preset.repository.files {
                assert!(preset.files.contains_key(file), "{name}: {file}");
            }
        }
    }

    fn has(line: &[Words], switch: &str) -> bool {
        line.iter().any(|words| match words {
            Words::One(word) => word == switch,
            Words::Together(words) => words.iter().any(|word| word == switch),
        })
    }

    fn own(name: &str, text: &str) -> Result<Option<Preset>, PresetError> {
        let dir = tempfile::tempdir().expect("a directory");
        fs::write(dir.path().join(format!("{name}.toml")), text).expect("writes");
        load(name, Some(dir.path()))
    }

    #[test]
    fn the_users_file_extends_and_overrides_what_is_known() {
        let text = "model = 'big'\nkeys = ['MY_KEY']\n[set]\nCODEX_HOME = '/x'\nMORE = '1'\n";
        let preset = own("codex", text).expect("reads").expect("is known");
        assert_eq!(preset.model.as_deref(), Some("big"));
        assert_eq!(preset.keys, ["MY_KEY"]);
        assert_eq!(preset.set["CODEX_HOME"], "/x");
        assert_eq!(preset.set["MORE"], "1");
        assert!(preset.command.is_some(), "the rest stays");
        let preset = own(
            "mine",
            "says = 'mine'\n[command]\nline = ['mine', '$PROMPT']\n",
        );
        assert!(preset.expect("reads").is_some(), "one of the user's own");
    }

    #[test]
    fn what_is_not_known_is_named_with_file_and_line() {
        let error = own("codex", "model = 'x'\n[command]\nlines = []\n").expect_err("is refused");
        let said = error.to_string();
        assert!(
            said.contains("codex.toml line 3: unknown field `lines`"),
            "{said}"
        );
        let error = own("codex", "\n[set]\nA = '$PROMPT and $WHERE'\n").expect_err("is refused");
        let said = error.to_string();
        assert!(
            said.contains("codex.toml line 3: unknown placeholder $WHERE"),
            "{said}"
        );
        let error = own("codex", "\nhosts = ['http://127.0.0.1:8080']\n").expect_err("is refused");
        let said = error.to_string();
        assert!(
            said.contains("codex.toml line 2: hosts: http://127.0.0.1:8080 is no HOST"),
            "{said}"
        );
    }

    #[test]
    fn a_path_is_never_the_name_of_a_preset() {
        for name in ["../codex", "a/b", "", "Codex", "codex exec"] {
            assert!(
                load(name, Some(Path::new("/"))).expect("reads").is_none(),
                "{name}"
            );
        }
    }
}
