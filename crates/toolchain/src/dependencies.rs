//! Names what a manifest depends on, whichever part of it says so.

use serde_json::Value as Json;
use std::collections::BTreeSet;
use toml::{Table, Value};

/// The names of what the manifest at `path` depends on; empty for any other file and for one that
/// cannot be read. Versions are not told: another version is no new dependency.
pub fn dependencies(path: &str, text: &str) -> BTreeSet<String> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let names = match name {
        "Cargo.toml" => cargo(text),
        "pyproject.toml" => pyproject(text),
        "package.json" => json(
            text,
            &[
                "dependencies",
                "devDependencies",
                "peerDependencies",
                "optionalDependencies",
            ],
        ),
        "composer.json" => json(text, &["require", "require-dev"]),
        "go.mod" => go_mod(text),
        "Gemfile" => gemfile(text),
        "pom.xml" => between(text, "<artifactId>", "</artifactId>", "<dependency>"),
        _ if name.ends_with(".csproj") || name.ends_with(".fsproj") => {
            between(text, "Include=\"", "\"", "<PackageReference")
        }
        _ if name.ends_with("requirements.txt") => requirements(text.lines()),
        _ => BTreeSet::new(),
    };
    names.into_iter().filter(|name| !name.is_empty()).collect()
}

fn cargo(text: &str) -> BTreeSet<String> {
    let Ok(manifest) = text.parse::<Table>() else {
        return BTreeSet::new();
    };
    let mut names = BTreeSet::new();
    collect(&manifest, &mut names);
    names
}

/// The keys of every table of dependencies, also of those for one target.
fn collect(table: &Table, names: &mut BTreeSet<String>) {
    for (key, value) in table {
        let Some(below) = value.as_table() else {
            continue;
        };
        if key == "dependencies" || key.ends_with("-dependencies") {
            names.extend(below.keys().cloned());
        } else if matches!(key.as_str(), "target" | "workspace") || key.starts_with("cfg(") {
            collect(below, names);
        } else if below.contains_key("dependencies") {
            // A target that is named by its triple.
            collect(below, names);
        }
    }
}

fn pyproject(text: &str) -> BTreeSet<String> {
    let Ok(manifest) = text.parse::<Table>() else {
        return BTreeSet::new();
    };
    let mut names = BTreeSet::new();
    let project = manifest.get("project").and_then(Value::as_table);
    let listed = |value: Option<&Value>| -> BTreeSet<String> {
        let entries = value.and_then(Value::as_array).into_iter().flatten();
        requirements(entries.filter_map(Value::as_str))
    };
    names.extend(listed(project.and_then(|p| p.get("dependencies"))));
    let optional = project.and_then(|p| p.get("optional-dependencies"));
    for groups in [optional, manifest.get("dependency-groups")] {
        let groups = groups.and_then(Value::as_table).into_iter().flatten();
        names.extend(groups.flat_map(|(_, group)| listed(Some(group))));
    }
    let poetry = manifest.get("tool").and_then(|tool| tool.get("poetry"));
    if let Some(poetry) = poetry.and_then(Value::as_table) {
        collect(poetry, &mut names);
        let groups = poetry.get("group").and_then(Value::as_table);
        for group in groups
            .into_iter()
            .flatten()
            .filter_map(|(_, g)| g.as_table())
        {
            collect(group, &mut names);
        }
        names.remove("python");
    }
    names
}

fn json(text: &str, parts: &[&str]) -> BTreeSet<String> {
    let manifest: Json = serde_json::from_str(text).unwrap_or_default();
    let tables = parts
        .iter()
        .filter_map(|part| manifest.get(part)?.as_object());
    let names = tables.flat_map(|table| table.keys().cloned());
    names
        .filter(|name| name != "php" && !name.starts_with("ext-"))
        .collect()
}

/// Names before versions and markers; options and comments are none.
fn requirements<'t>(lines: impl Iterator<Item = &'t str>) -> BTreeSet<String> {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    lines
        .map(str::trim)
        .filter(|line| !line.starts_with(['-', '#']))
        .map(|line| line.split(|c| !is_of_name(c)).next().unwrap_or_default())
        .map(|name| name.to_lowercase().replace('_', "-"))
        .collect()
}

fn go_mod(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut inside = false;
    for line in text.lines().map(str::trim) {
        let entry = match line.strip_prefix("require ") {
            Some("(") => {
                inside = true;
                continue;
            }
            Some(one) => one,
            None if inside && line != ")" => line,
            None => {
                inside = false;
                continue;
            }
        };
        let is_own = !entry.contains("// indirect") && !entry.starts_with("//");
        names.extend(
            entry
                .split(' ')
                .next()
                .filter(|_| is_own)
                .map(str::to_owned),
        );
    }
    names
}

fn gemfile(text: &str) -> BTreeSet<String> {
    let gems = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("gem "));
    let names = gems.filter_map(|gem| {
        let gem = gem.trim_start();
        let quote = gem.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        gem[1..].split(quote).next()
    });
    names.map(str::to_owned).collect()
}

/// What stands between `open` and `close`, once behind each `mark`.
fn between(text: &str, open: &str, close: &str, mark: &str) -> BTreeSet<String> {
    let parts = text.split(mark).skip(1);
    let names = parts.filter_map(|part| part.split_once(open)?.1.split_once(close));
    names.map(|(name, _)| name.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Path, text, what it depends on.
    const MANIFESTS: [(&str, &str, &[&str]); 9] = [
        (
            "a/Cargo.toml",
            "[dependencies]\nserde = '1'\n[dev-dependencies]\ntempfile = '3'\n\
                 [target.'cfg(unix)'.dependencies]\nrustix = '1'\n[workspace.dependencies]\nclap = '4'\n\
                 [features]\nx = []\n",
            &["clap", "rustix", "serde", "tempfile"],
        ),
        (
            "package.json",
            r#"{"dependencies": {"left": "1"}, "devDependencies": {"jest": "29"}, "name": "x"}"#,
            &["jest", "left"],
        ),
        (
            "pyproject.toml",
            "[project]\ndependencies = ['Foo_Bar>=1', 'baz[x] ; python_version > \"3\"']\n\
                 [dependency-groups]\ndev = ['pytest']\n\
                 [tool.poetry.dependencies]\npython = '^3'\nattrs = '*'\n",
            &["attrs", "baz", "foo-bar", "pytest"],
        ),
        (
            "dev-requirements.txt",
            "# a\n-r b.txt\nrich==1 # x\n\n",
            &["rich"],
        ),
        (
            "go.mod",
            "module x\nrequire (\n\texample.com/a v1\n\texample.com/b v1 // indirect\n)\n\
                 require example.com/c v2\n",
            &["example.com/a", "example.com/c"],
        ),
        (
            "Gemfile",
            "source 'x'\ngem 'rack', '~> 3'\n  gem \"minitest\"\n",
            &["minitest", "rack"],
        ),
        (
            "pom.xml",
            "<artifactId>own</artifactId><dependency><groupId>g</groupId>\
                 <artifactId>junit</artifactId></dependency>",
            &["junit"],
        ),
        (
            "x/App.csproj",
            "<PackageReference Include=\"xunit\" Version=\"2\" />",
            &["xunit"],
        ),
        (
            "composer.json",
            r#"{"require": {"php": "8", "ext-json": "*", "a/b": "1"}}"#,
            &["a/b"],
        ),
    ];

    #[test]
    fn every_ecosystem_names_what_it_depends_on() {
        for (path, text, wanted) in MANIFESTS {
            let found = dependencies(path, text);
            assert_eq!(
                found.iter().map(String::as_str).collect::<Vec<_>>(),
                wanted,
                "{path}"
            );
        }
    }

    #[test]
    fn what_cannot_be_read_names_nothing() {
        for path in [
            "Cargo.toml",
            "package.json",
            "pyproject.toml",
            "go.mod",
            "README.md",
        ] {
            assert!(dependencies(path, "\u{0}[[{").is_empty(), "{path}");
        }
    }
}
