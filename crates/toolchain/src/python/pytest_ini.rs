//! Reads what pytest's own configuration puts on the search path.

use super::manifest::{Ini, join};
use crate::Files;
use toml::{Table, Value};

/// Files of sections and keys that may configure pytest, with the section that does.
const INI: [(&str, &str); 4] = [
    ("pytest.ini", "pytest"),
    (".pytest.ini", "pytest"),
    ("tox.ini", "pytest"),
    ("setup.cfg", "tool:pytest"),
];

/// TOML files that may configure pytest, with the table that does.
const TOML: [(&str, &[&str]); 4] = [
    ("pytest.toml", &["pytest"]),
    (".pytest.toml", &["pytest"]),
    ("pyproject.toml", &["tool", "pytest"]),
    ("pyproject.toml", &["tool", "pytest", "ini_options"]),
];

/// The directories of `pythonpath` in every configuration of `dir`, as they are written there.
pub(super) fn python_path(files: &dyn Files, dir: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (name, section) in INI {
        let Some(text) = files.text(&join(dir, name)) else {
            continue;
        };
        let ini = Ini::parse(&text);
        let lines = ini.lines(section, "pythonpath").iter();
        found.extend(lines.flat_map(|line| words(line)));
    }
    for (name, table) in TOML {
        let text = files.text(&join(dir, name)).unwrap_or_default();
        let Ok(whole) = text.parse::<Table>() else {
            continue;
        };
        let whole = Value::Table(whole);
        let mut value = Some(&whole);
        for key in table.iter().chain(&["pythonpath"]) {
            value = value.and_then(|value| value.get(key));
        }
        found.extend(value.map(listed).unwrap_or_default());
    }
    found
}

/// A list of strings, or one string of words.
fn listed(value: &Value) -> Vec<String> {
    if let Some(line) = value.as_str() {
        return words(line);
    }
    let items = value.as_array().into_iter().flatten();
    items
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}

fn words(line: &str) -> Vec<String> {
    let bare = |word: &str| word.trim_matches(['"', '\'']).to_owned();
    line.split_whitespace().map(bare).collect()
}
