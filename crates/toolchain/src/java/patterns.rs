//! Reads which classes of tests a pom has Surefire pick by patterns, and picks them as it does.

use super::pom::{Element, Pom};
use super::surface::is_test_name;

pub(super) const SUREFIRE: &str = "maven-surefire-plugin";

/// What picks classes, or says which ones are picked.
const PICKS: [&str; 8] = [
    "include",
    "exclude",
    "groups",
    "excludedGroups",
    "suiteXmlFile",
    "includesFile",
    "excludesFile",
    "test",
];

/// Patterns of files with classes, as the pom writes them; nothing where Surefire's own count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Patterns {
    includes: Option<Vec<String>>,
    excludes: Option<Vec<String>>,
}

impl Patterns {
    /// Whether a pom picks classes in any way of its own.
    pub(super) fn are_in(pom: &Pom) -> bool {
        picks(pom).next().is_some()
    }

    /// The patterns of a pom that has some; nothing where they are more than plain globs that hold
    /// for every build.
    pub(super) fn of(pom: &Pom) -> Option<Self> {
        let mut patterns = Self::default();
        let mut homes = [None, None];
        for each in picks(pom) {
            let (list, nth) = match each.name() {
                "include" => (&mut patterns.includes, 0),
                "exclude" => (&mut patterns.excludes, 1),
                _ => return None,
            };
            let home = home(pom, each)?;
            if *homes[nth].get_or_insert(home) != home {
                // Which of two lists wins is Maven's to know.
                return None;
            }
            let list = list.get_or_insert_default();
            // An exclude of nothing is there to take the default away.
            if !(each.text.is_empty() && each.name() == "exclude") {
                list.push(Some(&each.text).filter(|text| is_plain(text))?.clone());
            }
        }
        Some(patterns)
    }

    /// The mark that keeps them.
    pub(super) fn written(&self) -> String {
        let of = |list: &Option<Vec<String>>, sign: &str| {
            let list = list.as_ref()?;
            let lines = list.iter().map(|pattern| format!("{sign}{pattern}\n"));
            Some(format!("{sign}\n{}", lines.collect::<String>()))
        };
        let both = [of(&self.includes, "+"), of(&self.excludes, "-")];
        both.into_iter().flatten().collect()
    }

    /// Reads the mark back.
    pub(super) fn read(mark: &str) -> Self {
        let mut patterns = Self::default();
        for line in mark.lines() {
            let (list, pattern) = match line.strip_prefix('+') {
                Some(pattern) => (&mut patterns.includes, pattern),
                None => (&mut patterns.excludes, line.trim_start_matches('-')),
            };
            let list = list.get_or_insert_default();
            list.extend(Some(pattern.to_owned()).filter(|own| !own.is_empty()));
        }
        patterns
    }

    /// Whether Surefire takes up the class in `file`, such as `org/shop/TillTest.class`.
    pub(super) fn take(&self, file: &str) -> bool {
        let stem = file.strip_suffix(".class").unwrap_or(file);
        let stem = stem.rsplit('/').next().unwrap_or(stem);
        let any = |list: &[String]| list.iter().any(|pattern| fits(pattern, file));
        let includes = self.includes.as_deref();
        let excludes = self.excludes.as_deref();
        includes.map_or_else(|| is_test_name(stem), any)
            && !excludes.map_or_else(|| stem.contains('$'), any)
    }
}

/// Everything in a pom that picks classes.
fn picks(pom: &Pom) -> impl Iterator<Item = &Element> {
    let plugins = pom.plugins(SUREFIRE);
    let inner = plugins.flat_map(|plugin| pom.inside(plugin));
    inner.filter(|each| PICKS.contains(&each.name()))
}

/// Where the list begins that a pattern stands in; nothing where it does not hold for every build.
fn home(pom: &Pom, pattern: &Element) -> Option<usize> {
    let around = |ending: &str| {
        let mut all = pom.elements.iter();
        all.rfind(|each| {
            each.path.ends_with(ending)
                && each.bytes.start < pattern.bytes.start
                && pattern.bytes.end <= each.bytes.end
        })
    };
    let plugin = around("/plugins/plugin")?;
    let own = [
        "project/build/plugins/plugin",
        "project/build/pluginManagement/plugins/plugin",
    ];
    let inside = pattern.path.strip_prefix(plugin.path.as_str())?;
    let list = format!("{}s", pattern.name());
    let place = inside.strip_suffix(&format!("/{list}/{}", pattern.name()))?;
    let holds = match place {
        "/configuration" => true,
        "/executions/execution/configuration" => {
            pom.value_below(around("/execution")?, "id") == Some("default-test")
        }
        _ => false,
    };
    let is_own = own.contains(&plugin.path.as_str());
    (is_own && holds).then_some(around(&format!("/{list}"))?.bytes.start)
}

/// Whether a pattern is a glob of a path, and nothing of Maven or Surefire is in it.
fn is_plain(pattern: &str) -> bool {
    let letters = |letter: char| letter.is_ascii_alphanumeric() || "_$.*?/-".contains(letter);
    let is_path = !pattern.starts_with('/') && !pattern.ends_with('/') && !pattern.contains("//");
    !pattern.is_empty() && is_path && pattern.chars().all(letters)
}

/// Whether a pattern as a pom writes it fits a file with a class: below any directory, with the
/// ending of a source or a class, or with none.
fn fits(pattern: &str, file: &str) -> bool {
    const CLASS: &str = ".class";
    let source = pattern.strip_suffix(".java");
    let stem = source.or_else(|| pattern.strip_suffix(CLASS));
    let any = pattern.strip_suffix(".*");
    let path = match (stem, any) {
        (Some(stem), _) => stem.replace('.', "/") + CLASS,
        (None, _) if pattern.contains('/') => pattern.to_owned(),
        (None, Some(name)) => name.replace('.', "/") + ".*",
        (None, None) => pattern.replace('.', "/"),
    };
    let path = match path.strip_prefix("**/") {
        Some(_) => path,
        None => format!("**/{path}"),
    };
    let parts = |path: &str| glob(path, file);
    let is_whole = path.ends_with(CLASS) || path.ends_with(".*");
    parts(&path) || !is_whole && parts(&format!("{path}{CLASS}"))
}

/// Whether a path fits a glob in which `**` is any number of directories.
fn glob(pattern: &str, path: &str) -> bool {
    let patterns: Vec<&str> = pattern.split('/').collect();
    let parts: Vec<&str> = path.split('/').collect();
    // By how many parts are used up: whether the patterns so far can use up just these.
    let mut can = vec![false; parts.len() + 1];
    can[0] = true;
    for pattern in patterns {
        let mut next = vec![false; parts.len() + 1];
        for at in 0..=parts.len() {
            next[at] = match pattern {
                "**" => can[..=at].contains(&true),
                one => at > 0 && can[at - 1] && word(one, parts[at - 1]),
            };
        }
        can = next;
    }
    can[parts.len()]
}

/// Whether a word fits one in which `*` is any letters and `?` is one.
fn word(pattern: &str, word: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    let mut can = vec![false; letters.len() + 1];
    can[0] = true;
    for one in pattern.chars() {
        let mut next = vec![false; letters.len() + 1];
        for at in 0..=letters.len() {
            next[at] = match one {
                '*' => can[..=at].contains(&true),
                '?' => at > 0 && can[at - 1],
                one => at > 0 && can[at - 1] && letters[at - 1] == one,
            };
        }
        can = next;
    }
    can[letters.len()]
}

#[cfg(test)]
mod tests;
