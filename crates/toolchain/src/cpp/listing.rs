//! Reads which tests CTest and the test programs themselves list.

use super::cases::enabled;
use super::model::in_tree;
use super::xml;
use crate::ask::{Ask, RawOutput};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// A test of CTest: a command and how it is to be run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) name: String,
    /// Empty where the program is not there.
    pub(super) command: Vec<String>,
    pub(super) properties: BTreeMap<String, Value>,
    /// The file that declares it, from the repository's root.
    pub(super) file: String,
}

impl Listed {
    pub(super) fn is_on(&self, property: &str) -> bool {
        match self.properties.get(property) {
            Some(Value::Bool(on)) => *on,
            Some(Value::String(text)) => !matches!(text.as_str(), "" | "0" | "OFF" | "FALSE"),
            Some(Value::Number(number)) => number.as_f64() != Some(0.0),
            Some(Value::Null | Value::Array(_) | Value::Object(_)) | None => false,
        }
    }

    /// The strings of a property that is a list.
    pub(super) fn strings(&self, property: &str) -> Vec<String> {
        match self.properties.get(property) {
            Some(Value::Array(list)) => list
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            Some(Value::String(one)) => one.split(';').map(str::to_owned).collect(),
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => {
                Vec::new()
            }
        }
    }
}

#[derive(Deserialize)]
struct Shown {
    #[serde(rename = "backtraceGraph")]
    graph: Graph,
    tests: Vec<ShownTest>,
}

#[derive(Default, Deserialize)]
struct Graph {
    #[serde(default)]
    files: Vec<String>,
    #[serde(default)]
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    file: usize,
    line: Option<u64>,
    parent: Option<usize>,
}

#[derive(Deserialize)]
struct ShownTest {
    #[serde(default)]
    name: String,
    #[serde(default)]
    command: Vec<String>,
    #[serde(default)]
    properties: Vec<Property>,
    backtrace: Option<usize>,
}

#[derive(Deserialize)]
struct Property {
    name: String,
    value: Value,
}

/// What `ctest --show-only=json-v1` prints; nothing where it is something else.
pub(super) fn ctest(ask: &Ask<'_>, output: &RawOutput) -> Option<Vec<Listed>> {
    let text = String::from_utf8_lossy(&output.stdout);
    let start = text.find('{')?;
    let shown: Shown = serde_json::from_str(text.get(start..)?).ok()?;
    let graph = &shown.graph;
    let tests = shown.tests.into_iter().map(|test| Listed {
        file: declared(ask, graph, test.backtrace),
        name: test.name,
        command: test.command,
        properties: test
            .properties
            .into_iter()
            .map(|p| (p.name, p.value))
            .collect(),
    });
    Some(tests.collect())
}

/// The file of the outermost call that declares a test, so that one which a function of the
/// project adds is named by who called that.
fn declared(ask: &Ask<'_>, graph: &Graph, backtrace: Option<usize>) -> String {
    let mut found = None;
    let mut at = backtrace;
    for _ in 0..=graph.nodes.len() {
        let Some(node) = at.and_then(|index| graph.nodes.get(index)) else {
            break;
        };
        if node.line.is_some() {
            found = graph.files.get(node.file);
        }
        at = node.parent;
    }
    let inside = found.and_then(|file| in_tree(ask, file));
    inside.unwrap_or_else(|| ask.unit.from_root("CMakeLists.txt"))
}

/// A test inside a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Inner {
    /// What the program calls it.
    pub(super) own: String,
    /// What redgreen calls it, without the file: cases in square brackets.
    pub(super) shown: String,
    /// Its file from the repository's root, where the program tells it.
    pub(super) file: Option<String>,
    /// Whether it is switched off.
    pub(super) off: bool,
}

#[derive(Deserialize)]
struct Suites {
    #[serde(default)]
    testsuites: Vec<Suite>,
}

#[derive(Deserialize)]
struct Suite {
    name: String,
    #[serde(default)]
    testsuite: Vec<SuiteTest>,
}

#[derive(Deserialize)]
struct SuiteTest {
    name: String,
    file: Option<String>,
}

/// The tests that a program of GoogleTest lists; nothing where its list cannot be read.
pub(super) fn google(ask: &Ask<'_>, json: &[u8]) -> Option<Vec<Inner>> {
    let suites: Suites = serde_json::from_slice(json).ok()?;
    let mut found = Vec::new();
    for suite in suites.testsuites {
        for test in suite.testsuite {
            let own = format!("{}.{}", suite.name, test.name);
            found.push(Inner {
                shown: google_name(&own),
                off: enabled(&own) != own,
                own,
                file: test.file.and_then(|file| in_tree(ask, &file)),
            });
        }
    }
    Some(found)
}

/// `Nums/P.Positive/0` is the case `Nums/0` of `P.Positive`, `Ty/1.Zero` the case `1` of `Ty.Zero`.
fn google_name(own: &str) -> String {
    let bare = enabled(own);
    let Some((suite, test)) = bare.split_once('.') else {
        return bare;
    };
    let is_index = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (test, value) = match test.rsplit_once('/') {
        Some((test, value)) => (test, Some(value)),
        None => (test, None),
    };
    let mut parts: Vec<&str> = suite.split('/').collect();
    let typed = parts
        .last()
        .copied()
        .filter(|part| parts.len() > 1 && is_index(part));
    if typed.is_some() {
        parts.pop();
    }
    let suite = parts.pop().unwrap_or_default();
    let mut case: Vec<&str> = parts;
    case.extend(typed);
    case.extend(value);
    if case.is_empty() {
        format!("{suite}.{test}")
    } else {
        format!("{suite}.{test}[{}]", case.join("/"))
    }
}

/// The test cases that a program of Catch2 lists, old form (`name`, tab, `@file:line`) or XML.
pub(super) fn catch(ask: &Ask<'_>, stdout: &[u8]) -> Option<Vec<Inner>> {
    let text = String::from_utf8_lossy(stdout);
    if text.contains("<MatchingTests>") {
        return Some(
            xml::listed(&text)
                .into_iter()
                .map(|c| titled(ask, c))
                .collect(),
        );
    }
    let mut found = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let (name, place) = line.rsplit_once("\t@")?;
        let file = place.rsplit_once(':').map_or(place, |(file, _)| file);
        found.push(titled(
            ask,
            xml::Case {
                name: unquoted(name).to_owned(),
                file: file.to_owned(),
                skipped: false,
            },
        ));
    }
    Some(found)
}

/// Catch2 puts a name in quotes that would start as a file name does.
fn unquoted(name: &str) -> &str {
    let inner = name
        .strip_prefix('"')
        .and_then(|name| name.strip_suffix('"'));
    inner.filter(|inner| inner.starts_with('#')).unwrap_or(name)
}

/// The test cases that a program of doctest lists.
pub(super) fn doctest(ask: &Ask<'_>, stdout: &[u8]) -> Option<Vec<Inner>> {
    let text = String::from_utf8_lossy(stdout);
    let start = text.find("<doctest")?;
    let cases = xml::listed(text.get(start..)?).into_iter();
    Some(cases.map(|case| titled(ask, case)).collect())
}

fn titled(ask: &Ask<'_>, case: xml::Case) -> Inner {
    // A template's case reads `title<int>`; other names keep what they are.
    let shown = match case.name.split_once('<') {
        Some((title, types)) if case.name.ends_with('>') && !title.ends_with(' ') => {
            format!("{title}[{}]", types.trim_end_matches('>'))
        }
        Some(_) | None => case.name.clone(),
    };
    Inner {
        shown,
        off: case.skipped,
        file: in_tree(ask, &case.file),
        own: case.name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_and_types_of_google_are_cases_of_the_written_test() {
        for (own, owed) in [
            ("Add.Two", "Add.Two"),
            ("Nums/P.Positive/0", "P.Positive[Nums/0]"),
            ("P.Positive/named", "P.Positive[named]"),
            ("Ty/1.Zero", "Ty.Zero[1]"),
            ("My/Ty/1.Zero", "Ty.Zero[My/1]"),
            ("Misc.DISABLED_Off", "Misc.Off"),
            ("Nums/DISABLED_P.Positive/0", "P.Positive[Nums/0]"),
        ] {
            assert_eq!(google_name(own), owed);
        }
    }
}
