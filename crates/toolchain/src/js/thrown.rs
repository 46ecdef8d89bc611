//! Maps an error that JavaScript threw to the kinds of failure that every runner shares.

use super::missing::{missing_export, missing_module, missing_name};
use super::surface;
use crate::language::STUB;
use redgreen_core::outcome::{Failure, FailureKind, Location, Stage, Symbol};
use redgreen_core::surface::Surface;
use serde::Deserialize;

/// A frame: file from the tree's root (absolute where it is outside), line, column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Frame(
    pub(crate) String,
    pub(crate) u32,
    #[serde(default)] pub(crate) u32,
);

/// An error as a reporter wrote it down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Thrown {
    /// Name of its class.
    pub(crate) name: String,
    pub(crate) message: String,
    /// `ENOENT`, `ERR_ASSERTION`.
    pub(crate) code: Option<String>,
    /// The call that the system refused.
    pub(crate) syscall: Option<String>,
    /// What an assertion got.
    pub(crate) actual: Option<String>,
    /// Innermost first.
    pub(crate) frames: Vec<Frame>,
    /// Where a compiler found it.
    pub(crate) loc: Option<Frame>,
    /// The test that it was thrown in, where nobody caught it.
    pub(crate) test: Option<String>,
    /// The test file of that.
    pub(crate) path: Option<String>,
    /// Causes, and the members of an aggregate.
    pub(crate) behind: Vec<Thrown>,
}

/// The test file that an error belongs to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Around<'a> {
    /// Its path from the root.
    pub(crate) file: &'a str,
    /// Its text, where it is known: names are followed to their imports.
    pub(crate) source: Option<&'a str>,
    /// Names of the project's own packages.
    pub(crate) own_names: &'a [String],
}

impl Around<'_> {
    /// The name under which the project's own modules are known.
    pub(super) fn own(&self) -> Option<String> {
        let first = self.own_names.first()?;
        Some(first.split(['.', ':']).next().unwrap_or(first).to_owned())
    }

    /// Whether a module of this name is the project's: a path, or one of its packages.
    pub(super) fn owns(&self, module: &str) -> bool {
        let aliased = ["@/", "~/", "#", "src/"]
            .iter()
            .any(|start| module.starts_with(start));
        let package = |name: &String| {
            module
                .strip_prefix(name.as_str())
                .is_some_and(|r| r.is_empty() || r.starts_with('/'))
        };
        module.starts_with(['.', '/']) || aliased || self.own_names.iter().any(package)
    }

    /// The module that binds `name` by an import, where the source says so.
    pub(super) fn imported_from(&self, name: &str) -> Option<String> {
        let source = self.source?;
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
        let names = |text: &str| text.split(|c: char| !is_word(c)).any(|word| word == name);
        let mut rest = source;
        while let Some(at) = rest.find(['\'', '"']) {
            let quote = rest[at..].chars().next()?;
            let after = &rest[at + 1..];
            let close = after.find(quote)?;
            let before = rest[..at].trim_end();
            let statement = before.rsplit([';', '\n']).next().unwrap_or(before);
            let is_import = before.ends_with("from");
            let is_required = before.ends_with("require(") || before.ends_with("import(");
            let clause = if is_import && !statement.trim_start().starts_with("import") {
                before.rsplit("import").next().unwrap_or(statement)
            } else if is_required && !statement.contains('=') {
                before.rsplit(';').next().unwrap_or(statement)
            } else {
                statement
            };
            if (is_import || is_required) && names(clause) {
                return Some(after[..close].to_owned());
            }
            rest = &after[close + 1..];
        }
        None
    }
}

/// Whether the error says that a test or a hook ran past its limit.
pub(crate) fn timed_out(thrown: &Thrown) -> bool {
    let says = |start: &str| thrown.message.starts_with(start);
    says("Test timed out in ")
        || says("Exceeded timeout of ")
        || says("thrown: \"Exceeded timeout of ")
        || says("test timed out after ")
        || thrown.code.as_deref() == Some("ERR_MOCHA_TIMEOUT")
}

/// The failure that an error in `stage` is.
pub(crate) fn failure(stage: Stage, thrown: &Thrown, around: Around<'_>) -> Failure {
    let at = blame(thrown, around);
    if let Some((name, hit)) = stub(thrown) {
        let inner = blame(hit, around);
        return Failure::new(stage, FailureKind::Stub(name), &hit.message).at(inner.or(at));
    }
    let (kind, symbol) = kind(stage, thrown, at.as_ref(), around);
    let in_production = at.as_ref().is_some_and(in_production);
    let raised = matches!(kind, FailureKind::Exception(_) | FailureKind::Assertion);
    let kind = if raised && stage == Stage::Setup && !in_production {
        FailureKind::Fixture
    } else {
        kind
    };
    let message = if thrown.message.trim().is_empty() {
        &thrown.name
    } else {
        &thrown.message
    };
    let stage = if kind == FailureKind::Death {
        Stage::Process
    } else {
        stage
    };
    Failure::new(stage, kind, message).at(at).missing(symbol)
}

fn in_production(at: &Location) -> bool {
    is_inside(&at.path) && surface::of(&at.path, None) == Surface::Production
}

fn is_inside(path: &str) -> bool {
    let foreign = |part: &str| part == "node_modules";
    !path.is_empty()
        && !path.starts_with(['/', '<'])
        && !path.contains(':')
        && !path.split('/').any(foreign)
}

/// The stub that was hit: itself, or in what was made of it.
fn stub(thrown: &Thrown) -> Option<(String, &Thrown)> {
    let own = [Some(thrown.message.as_str()), thrown.actual.as_deref()];
    let mut own = own.into_iter().flatten();
    let found = own.find_map(|text| {
        let (_, rest) = text.split_once(STUB)?;
        let end = rest
            .find(['\n', '"', '\'', '`', '\\'])
            .unwrap_or(rest.len());
        Some(rest[..end].trim_end().to_owned())
    });
    match found {
        Some(name) => Some((name, thrown)),
        None => thrown.behind.iter().find_map(stub),
    }
}

/// The innermost frame inside the tree; else where a compiler points; else the test file.
fn blame(thrown: &Thrown, around: Around<'_>) -> Option<Location> {
    let inside = |frame: &&Frame| is_inside(&frame.0);
    let place = |frame: &Frame| Location::new(frame.0.clone(), frame.1);
    let pointed = thrown.loc.as_ref().filter(inside).map(place);
    let innermost = || thrown.frames.iter().find(inside).map(place);
    let behind = || {
        let mut frames = thrown.behind.iter().flat_map(|each| each.frames.iter());
        frames.find(inside).map(place)
    };
    let file = || (!around.file.is_empty()).then(|| Location::new(around.file, 0));
    // A compiler may say it in words alone: `/tree/a.test.ts:3:18: ERROR: ..`.
    let said = || {
        let start = format!("{}:", around.file);
        let (_, rest) = thrown
            .message
            .split_once(&start)
            .filter(|_| start.len() > 1)?;
        let line = rest.split(|c: char| !c.is_ascii_digit()).next()?;
        Some(Location::new(around.file, line.parse().ok()?))
    };
    let pointed = pointed.or_else(said);
    pointed.or_else(innermost).or_else(behind).or_else(file)
}

fn kind(
    stage: Stage,
    thrown: &Thrown,
    at: Option<&Location>,
    around: Around<'_>,
) -> (FailureKind, Option<Symbol>) {
    let message = thrown.message.as_str();
    if let Some((kind, symbol)) = missing_module(message, around) {
        return (kind, Some(symbol));
    }
    if let Some(symbol) = missing_export(message, around) {
        return (FailureKind::MissingName, Some(symbol));
    }
    if is_assertion(thrown) {
        return (FailureKind::Assertion, None);
    }
    if message.starts_with("Expect test to fail") {
        return (FailureKind::UnexpectedPass, None);
    }
    if message.starts_with("process.exit unexpectedly called") {
        return (FailureKind::Death, None);
    }
    if is_syntax(thrown, stage) {
        return (FailureKind::Syntax, None);
    }
    if let Some(symbol) = missing_name(thrown, at, around) {
        return (FailureKind::MissingName, Some(symbol));
    }
    if is_environment(thrown, at) {
        return (FailureKind::Environment, None);
    }
    let class = thrown.code.as_deref().unwrap_or(&thrown.name);
    (FailureKind::Exception(class.to_owned()), None)
}

/// Whether an assertion did not hold: by its class, or by the words of matchers that throw a plain
/// error.
fn is_assertion(thrown: &Thrown) -> bool {
    let class = [
        "AssertionError",
        "ERR_ASSERTION",
        "TestingLibraryElementError",
    ];
    let has = |word: &str| thrown.name.contains(word) || thrown.code.as_deref() == Some(word);
    let message = thrown.message.trim_start();
    class.iter().any(|word| has(word))
        || message.starts_with("expect(")
        || message.starts_with("expected number of assertions")
        || message.starts_with("expected any number of assertion")
        || message.starts_with("Snapshot `") && message.contains("mismatched")
        || message.starts_with("Obsolete snapshot")
}

fn is_syntax(thrown: &Thrown, stage: Stage) -> bool {
    let says = |words: &str| thrown.message.contains(words);
    says("Transform failed with")
        || says("Failed to parse source for import analysis")
        || says("[PARSE_ERROR]")
        || says("Parse failure:")
        || stage == Stage::Load && thrown.name == "SyntaxError"
}

/// Codes of errors that speak of the machine.
const MACHINE: [&str; 22] = [
    "ECONNREFUSED",
    "ECONNRESET",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ETIMEDOUT",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "EADDRINUSE",
    "EADDRNOTAVAIL",
    "EACCES",
    "EPERM",
    "ENOSPC",
    "EMFILE",
    "ENFILE",
    "EROFS",
    "EDQUOT",
    "EPIPE",
    "ENETDOWN",
    "ECONNABORTED",
    "ENOMEM",
    "ERR_DLOPEN_FAILED",
    "UND_ERR_CONNECT_TIMEOUT",
];

/// Whether the machine refused, and not the program. A file that is not there speaks of the
/// machine only where no production code asked for it.
fn is_environment(thrown: &Thrown, at: Option<&Location>) -> bool {
    let of = |each: &Thrown| {
        let code = each.code.as_deref().unwrap_or_default();
        let absent = code == "ENOENT" && !at.is_some_and(in_production);
        let spawned = code == "ENOENT"
            && each
                .syscall
                .as_deref()
                .is_some_and(|call| call.starts_with("spawn"));
        MACHINE.contains(&code) || absent || spawned
    };
    of(thrown) || thrown.behind.iter().any(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "import * as calc from '../src/calc';\nimport {\n  clamp,\n} from '../src/calc';\nimport _ from 'lodash';\nconst { add } = require(\"../src/sum\");\ntest('a', () => calc.limits.max);\n";

    #[track_caller]
    fn check(name: &str, message: &str, owed: &str) {
        let own = ["shop".to_owned()];
        let around = Around {
            file: "test/a.test.js",
            source: Some(SOURCE),
            own_names: &own,
        };
        let thrown = Thrown {
            name: name.to_owned(),
            message: message.to_owned(),
            frames: vec![
                Frame("/x/node_modules/a.js".into(), 1, 1),
                Frame("test/a.test.js".into(), 7, 3),
            ],
            ..Thrown::default()
        };
        let found = failure(Stage::Call, &thrown, around);
        let symbol = found.symbol.as_ref().map(|symbol| {
            let owner = symbol.owner.as_deref();
            format!(" {} in {}", symbol.name, owner.unwrap_or("-"))
        });
        assert_eq!(
            format!("{:?}{}", found.kind, symbol.unwrap_or_default()),
            owed
        );
        assert_eq!(found.at.expect("a place").line, 7);
    }

    #[test]
    fn a_missing_name_is_followed_to_its_import() {
        check(
            "TypeError",
            "calc.clamp is not a function",
            "MissingName clamp in shop",
        );
        check(
            "TypeError",
            "(0 , clamp) is not a function",
            "MissingName clamp in shop",
        );
        check(
            "TypeError",
            "(0 , _calc.clamp) is not a function",
            "MissingName clamp in shop",
        );
        check(
            "TypeError",
            "calc.Money is not a constructor",
            "MissingName Money in shop",
        );
        check(
            "TypeError",
            "_.clampx is not a function",
            "MissingName clampx in lodash",
        );
        check(
            "TypeError",
            "(0 , add) is not a function",
            "MissingName add in shop",
        );
        check(
            "TypeError",
            "local.x is not a function",
            "MissingName x in -",
        );
        check(
            "ReferenceError",
            "clac is not defined",
            "MissingName clac in -",
        );
        check(
            "TypeError",
            "Cannot read properties of undefined (reading 'max')",
            "MissingName limits in shop",
        );
        check(
            "TypeError",
            "Cannot read properties of undefined (reading 'other')",
            "Exception(\"TypeError\")",
        );
        check(
            "SyntaxError",
            "The requested module '../src/esm.mjs' does not provide an export named 'clamp'",
            "MissingName clamp in shop",
        );
    }

    #[test]
    fn a_missing_module_is_the_projects_or_another() {
        let module = "MissingModule money in shop";
        check(
            "Error",
            "Cannot find module '../src/money' imported from '/t/a.test.ts'",
            module,
        );
        check(
            "Error",
            "Failed to resolve import \"@/lib/money.ts\" from \"a.ts\". Does the file exist?",
            module,
        );
        check(
            "Error",
            "Failed to load url ../src/money (resolved id: x). Does the file exist?",
            module,
        );
        check(
            "Error",
            "Cannot find package 'lodashx' imported from '/t/a.ts'",
            "MissingModule lodashx in -",
        );
        check(
            "Error",
            "Cannot find package 'shop/money' imported from '/t/a.ts'",
            module,
        );
    }

    #[test]
    fn assertions_stubs_and_the_machine_are_told_apart() {
        check("AssertionError", "expected 1 to be 2", "Assertion");
        check("Error", "expect(received).toBe(expected)", "Assertion");
        check("Error", "Snapshot `a 1` mismatched", "Assertion");
        check("Error", "redgreen stub: Cart.add", "Stub(\"Cart.add\")");
        check(
            "AssertionError",
            "expected [Function] to throw 'x' but got 'redgreen stub: a.b'",
            "Stub(\"a.b\")",
        );
        check(
            "Error",
            "Transform failed with 1 error:\n/t/a.ts:1:1: ERROR: x",
            "Syntax",
        );
        check(
            "Error",
            "process.exit unexpectedly called with \"0\"",
            "Death",
        );
        check("RangeError", "no", "Exception(\"RangeError\")");
    }
}
