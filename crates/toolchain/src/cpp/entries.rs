//! Joins what CTest lists with what the programs list: one entry for each test there is.

use super::listing::{Inner, Listed};
use super::model::{Built, Framework, Model};
use super::outline::PROGRAM;
use std::collections::{BTreeMap, BTreeSet};

/// One test, ready to be run in a process of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// What reports call it: file, two colons, name.
    pub(super) name: String,
    pub(super) file: String,
    /// The test of CTest that it is, or is a part of.
    pub(super) listed: usize,
    pub(super) framework: Framework,
    /// What its program calls it; nothing where the program is one test.
    pub(super) own: Option<String>,
    /// Why it is not to be run.
    pub(super) off: Option<String>,
}

/// Properties that turn a program's own verdict around: only CTest knows what it comes to.
const TURNING: [&str; 4] = [
    "WILL_FAIL",
    "PASS_REGULAR_EXPRESSION",
    "FAIL_REGULAR_EXPRESSION",
    "SKIP_RETURN_CODE",
];

/// Whether the program of a test of CTest is asked for its own tests.
pub(super) fn framework(model: &Model, test: &Listed) -> Framework {
    let program = test
        .command
        .first()
        .and_then(|program| model.maker(program));
    let turned = TURNING
        .iter()
        .any(|property| test.properties.contains_key(*property));
    let framework = program.map_or(Framework::Plain, Built::framework);
    if turned { Framework::Plain } else { framework }
}

/// Every test of a build, in CTest's order, with names that are told apart.
pub(super) fn entries(
    model: &Model,
    tests: &[Listed],
    inner: &BTreeMap<String, Vec<Inner>>,
) -> Vec<Entry> {
    let mut found: Vec<Entry> = Vec::new();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for (index, test) in tests.iter().enumerate() {
        let Some(program) = test.command.first() else {
            continue;
        };
        let maker = model.maker(program);
        let framework = framework(model, test);
        let parts = inner.get(program).filter(|_| framework != Framework::Plain);
        let chosen = parts.and_then(|parts| chosen(framework, test, parts));
        let mut own = match (chosen, maker) {
            (Some(chosen), Some(maker)) => {
                let entry = |part: &Inner| of_part((index, test), framework, maker, part);
                chosen.into_iter().map(entry).collect()
            }
            (Some(_) | None, _) => vec![whole((index, test), maker)],
        };
        for entry in &mut own {
            // The same test again, by another command.
            if taken.contains(&entry.name) {
                entry.name = format!("{}[{}]", entry.name, test.name);
            }
            taken.insert(entry.name.clone());
        }
        found.extend(own);
    }
    found
}

/// A test of CTest as one test.
fn whole((index, test): (usize, &Listed), maker: Option<&Built>) -> Entry {
    let source = maker.and_then(Built::source);
    let (file, name) = match source {
        Some(source) => (
            source.to_owned(),
            format!("{source}::{PROGRAM}[{}]", test.name),
        ),
        None => (test.file.clone(), format!("{}::{}", test.file, test.name)),
    };
    Entry {
        name,
        file,
        listed: index,
        framework: Framework::Plain,
        own: None,
        off: test.is_on("DISABLED").then(|| "disabled".to_owned()),
    }
}

fn of_part(
    (index, test): (usize, &Listed),
    framework: Framework,
    maker: &Built,
    part: &Inner,
) -> Entry {
    let fallback = maker
        .source()
        .or(maker.sources.first().map(|(path, _)| path.as_str()));
    let file = part.file.as_deref().or(fallback).unwrap_or(&test.file);
    Entry {
        name: format!("{file}::{}", part.shown),
        file: file.to_owned(),
        listed: index,
        framework,
        own: Some(part.own.clone()),
        off: (part.off || test.is_on("DISABLED")).then(|| "disabled".to_owned()),
    }
}

/// The tests of a program that a command of CTest runs; nothing where that cannot be told.
fn chosen<'p>(framework: Framework, test: &Listed, parts: &'p [Inner]) -> Option<Vec<&'p Inner>> {
    let args = test.command.get(1..).unwrap_or_default();
    match framework {
        Framework::Google => {
            let filter = args
                .iter()
                .rev()
                .find_map(|arg| arg.strip_prefix("--gtest_filter="));
            let wanted = |part: &&Inner| filter.is_none_or(|filter| fits(filter, &part.own));
            Some(parts.iter().filter(wanted).collect())
        }
        Framework::Catch | Framework::Doctest => {
            let filter = match framework {
                Framework::Doctest => {
                    let mut filters = args
                        .iter()
                        .filter_map(|arg| arg.strip_prefix("--test-case="));
                    filters.next()
                }
                Framework::Catch | Framework::Google | Framework::Plain => args
                    .iter()
                    .map(String::as_str)
                    .find(|arg| !arg.starts_with('-')),
            };
            let Some(filter) = filter else {
                return args.is_empty().then(|| parts.iter().collect());
            };
            let plain = filter.replace('\\', "");
            let one: Vec<&Inner> = parts
                .iter()
                .filter(|part| part.own == plain || part.own.replace('\\', "") == plain)
                .collect();
            (!one.is_empty()).then_some(one)
        }
        Framework::Plain => None,
    }
}

/// Whether a name fits a filter of GoogleTest: patterns with `*` and `?` between colons, those to
/// leave out behind a dash.
fn fits(filter: &str, name: &str) -> bool {
    let (wanted, unwanted) = match filter.split_once('-') {
        Some(("", unwanted)) => ("*", unwanted),
        Some((wanted, unwanted)) => (wanted, unwanted),
        None => (filter, ""),
    };
    let any = |patterns: &str| {
        let mut patterns = patterns.split(':').filter(|pattern| !pattern.is_empty());
        patterns.any(|pattern| glob(pattern.as_bytes(), name.as_bytes()))
    };
    any(wanted) && !any(unwanted)
}

/// Matches a pattern with `*` and `?`, without recursion.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                back = Some((p, t));
                p += 1;
            }
            Some(byte) if *byte == b'?' || *byte == text[t] => {
                p += 1;
                t += 1;
            }
            Some(_) | None => match back {
                Some((star, from)) => {
                    back = Some((star, from + 1));
                    p = star + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_of_google_choose_as_it_does() {
        for (filter, name, owed) in [
            ("*", "A.B", true),
            ("A.B", "A.B", true),
            ("A.B", "A.BC", false),
            ("A.*:C.D", "C.D", true),
            ("*/P.Positive/*", "Nums/P.Positive/0", true),
            ("A.*-A.Slow*", "A.SlowOne", false),
            ("-A.Slow", "A.B", true),
            ("A.?", "A.B", true),
        ] {
            assert_eq!(fits(filter, name), owed, "{filter} {name}");
        }
    }
}
