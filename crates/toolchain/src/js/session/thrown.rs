//! Tells what was thrown: an assertion, a missing name or module, a stub, or something else.

use super::lines::{Fail, Thrown};
use redgreen_core::outcome::{Failure, FailureKind, Location, Outcome, Stage, Symbol};

/// What a failure of a test comes to.
pub(super) fn outcome(fail: &Fail, own_names: &[String]) -> Outcome {
    let stage = match fail.stage.as_str() {
        "setup" => Stage::Setup,
        "teardown" => Stage::Teardown,
        _ => Stage::Call,
    };
    if fail.late && stage == Stage::Call {
        return Outcome::TimedOut;
    }
    Outcome::Failed(failure(stage, &fail.error, own_names))
}

/// The failure that `thrown` is at `stage`.
pub(super) fn failure(stage: Stage, thrown: &Thrown, own_names: &[String]) -> Failure {
    let told = innermost(thrown);
    let (kind, symbol) = kind(stage, told, own_names);
    let message = if kind == FailureKind::Assertion {
        said(&told.message)
    } else if thrown.name.is_empty() {
        thrown.message.clone()
    } else {
        format!("{}: {}", thrown.name, thrown.message.trim_start())
    };
    Failure::new(stage, kind, &message)
        .at(place(told).or_else(|| place(thrown)))
        .missing(symbol)
}

/// The thrown object that says most: one that a stub or a missing module caused counts as it.
fn innermost(thrown: &Thrown) -> &Thrown {
    let mut found = thrown;
    for _ in 0..4 {
        let stub = found.stub.is_none();
        let Some(cause) = found.causes.iter().find(|cause| {
            (stub && reaches_stub(cause, 4)) || (cause.name == found.name && found.at.is_none())
        }) else {
            break;
        };
        found = cause;
    }
    found
}

fn reaches_stub(thrown: &Thrown, depth: u32) -> bool {
    thrown.stub.is_some() || (depth > 0 && thrown.causes.iter().any(|c| reaches_stub(c, depth - 1)))
}

fn place(thrown: &Thrown) -> Option<Location> {
    let (path, line, _) = thrown.at.as_ref().or_else(|| thrown.frames.first())?;
    Some(Location::new(path.clone(), *line))
}

/// An assertion's message in one line.
fn said(message: &str) -> String {
    let lines = message.lines().map(str::trim).filter(|l| !l.is_empty());
    lines.take(12).collect::<Vec<_>>().join("; ")
}

type Told = (FailureKind, Option<Symbol>);

fn kind(stage: Stage, thrown: &Thrown, own_names: &[String]) -> Told {
    if let Some(name) = &thrown.stub {
        return (FailureKind::Stub(name.clone()), None);
    }
    if is_assertion(thrown) {
        return (FailureKind::Assertion, None);
    }
    if let Some(symbol) = missing_module(thrown, own_names) {
        return (FailureKind::MissingModule, Some(symbol));
    }
    if let Some(told) = compiler(&thrown.message, own_names) {
        return told;
    }
    if let Some(symbol) = missing_name(thrown) {
        return (FailureKind::MissingName, Some(symbol));
    }
    if thrown.syscall.is_some() || thrown.code.as_deref().is_some_and(is_errno) {
        return (FailureKind::Environment, None);
    }
    if thrown
        .message
        .starts_with("Failing test passed even though")
    {
        return (FailureKind::UnexpectedPass, None);
    }
    let by_parser = thrown
        .code
        .as_deref()
        .is_some_and(|c| c.starts_with("BABEL_PARSE"));
    if stage == Stage::Load && (thrown.name == "SyntaxError" || by_parser) && !thrown.json {
        return (FailureKind::Syntax, None);
    }
    (FailureKind::Exception(thrown.name.clone()), None)
}

fn is_assertion(thrown: &Thrown) -> bool {
    thrown.matcher
        || thrown.name == "AssertionError"
        || thrown.name.ends_with("AssertionError")
        || thrown.code.as_deref() == Some("ERR_ASSERTION")
        || thrown.message.starts_with("expect(")
        || thrown.message.starts_with("assert.")
        || thrown.message.starts_with("expect.assertions(")
        || thrown.message.starts_with("expect.hasAssertions(")
        || (thrown.compares && !thrown.plain && thrown.name.contains("Assert"))
}

fn is_errno(code: &str) -> bool {
    const KNOWN: [&str; 14] = [
        "ENOENT",
        "EACCES",
        "EPERM",
        "ECONNREFUSED",
        "ECONNRESET",
        "ENOTFOUND",
        "EAI_AGAIN",
        "ETIMEDOUT",
        "EADDRINUSE",
        "ENETUNREACH",
        "EHOSTUNREACH",
        "ENOSPC",
        "EMFILE",
        "EROFS",
    ];
    KNOWN.contains(&code)
}

/// The text between the first two quotation marks behind `start`.
fn quoted<'m>(message: &'m str, start: &str) -> Option<&'m str> {
    let (_, rest) = message.split_once(start)?;
    let mark = rest.chars().next().filter(|c| "'\"`‘".contains(*c))?;
    let rest = &rest[mark.len_utf8()..];
    let mark = if mark == '‘' { '’' } else { mark };
    rest.split_once(mark).map(|(inner, _)| inner)
}

fn missing_module(thrown: &Thrown, own_names: &[String]) -> Option<Symbol> {
    const STARTS: [&str; 5] = [
        "Cannot find module ",
        "Cannot find package ",
        "Could not locate module ",
        "Could not resolve ",
        "Module not found: ",
    ];
    let found = STARTS
        .iter()
        .find_map(|start| quoted(&thrown.message, start))?;
    Some(module(found, own_names))
}

/// A module by its specifier: the last part of a path of the project's own, else the package.
fn module(specifier: &str, own_names: &[String]) -> Symbol {
    let is_path = specifier.starts_with(['.', '/']) || specifier.starts_with("file:");
    let own = own_names.iter().find(|name| {
        specifier
            .strip_prefix(name.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    if is_path || own.is_some() {
        let owner = own.or_else(|| own_names.first()).cloned();
        let name = stem(specifier).to_owned();
        return Symbol { name, owner };
    }
    Symbol {
        name: specifier.to_owned(),
        owner: None,
    }
}

/// `../src/money.js` -> `money`; a directory's index is the directory.
fn stem(path: &str) -> &str {
    let path = path
        .split(['?', '#'])
        .next()
        .unwrap_or(path)
        .trim_end_matches('/');
    let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = ["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "json"]
        .iter()
        .find_map(|ending| name.strip_suffix(ending)?.strip_suffix('.'))
        .unwrap_or(name);
    if stem == "index" && !above.is_empty() {
        return above.rsplit('/').next().unwrap_or(stem);
    }
    stem
}

/// What the first error of the TypeScript compiler in a message is. A syntax error counts most.
fn compiler(message: &str, own_names: &[String]) -> Option<Told> {
    let errors: Vec<(u32, &str)> = message
        .split("error ")
        .skip(1)
        .filter_map(|part| {
            let rest = part.strip_prefix("TS")?;
            let (code, text) = rest.split_once(':')?;
            Some((code.parse().ok()?, text.trim_start()))
        })
        .collect();
    let told = |(code, text): &(u32, &str)| compiled(*code, text, own_names);
    let worst = errors.iter().map(told).find(|(kind, _)| {
        !matches!(
            kind,
            FailureKind::MissingName | FailureKind::MissingModule | FailureKind::BadCall
        )
    });
    worst.or_else(|| errors.first().map(told))
}

fn compiled(code: u32, text: &str, own_names: &[String]) -> Told {
    match code {
        2307 | 2792 | 7016 => {
            let symbol = quoted(text, "module ").map(|found| module(found, own_names));
            (FailureKind::MissingModule, symbol)
        }
        2305 | 2614 | 2724 | 2459 | 2460 => {
            let name = quoted(text, "member ").or_else(|| quoted(text, "named "));
            let owner = quoted(text, "Module ").or_else(|| text.split(" has no").next());
            let owner = owner.map(|owner| stem(owner.trim_matches(['\'', '"'])).to_owned());
            let symbol = name.map(|name| Symbol {
                name: name.to_owned(),
                owner,
            });
            (FailureKind::MissingName, symbol)
        }
        2339 | 2551 | 2304 | 2552 | 2503 | 2694 | 2663 => {
            let name = ["Property ", "name ", "namespace ", "member "]
                .iter()
                .find_map(|start| quoted(text, start));
            let owner = quoted(text, "on type ").map(str::to_owned);
            let symbol = name.map(|name| Symbol {
                name: name.to_owned(),
                owner,
            });
            (FailureKind::MissingName, symbol)
        }
        2554 | 2555 | 2345 | 2353 | 2769 | 2741 => (FailureKind::BadCall, None),
        1000..=1999 | 17000..=17999 => (FailureKind::Syntax, None),
        other => (FailureKind::Exception(format!("TS{other}")), None),
    }
}

fn missing_name(thrown: &Thrown) -> Option<Symbol> {
    let message = thrown.message.trim();
    if message.contains("does not provide an export named") {
        let name = quoted(message, "export named ")?.to_owned();
        let owner = quoted(message, "module ").map(|found| stem(found).to_owned());
        return Some(Symbol { name, owner });
    }
    if let Some(name) = message.strip_suffix(" is not defined") {
        let name = name.split_whitespace().next_back()?.to_owned();
        return (thrown.name == "ReferenceError").then_some(Symbol { name, owner: None });
    }
    if thrown.name != "TypeError" && !thrown.name.is_empty() {
        return None;
    }
    let called = [
        " is not a function",
        " is not a constructor",
        " is not iterable",
    ]
    .iter()
    .find_map(|end| message.split_once(end).map(|(front, _)| front));
    if let Some(front) = called {
        return dotted(front);
    }
    let read = ["(reading '", "(setting '"];
    let property = read.iter().find_map(|start| message.split_once(start));
    if let Some((_, rest)) = property {
        return undefined(
            rest.split('\'').next()?,
            thrown.text.as_deref().unwrap_or_default(),
        );
    }
    let (_, rest) = message.split_once("Cannot destructure property '")?;
    let name = rest.split('\'').next()?.to_owned();
    let owner = quoted(message, " of ").map(str::to_owned);
    Some(Symbol { name, owner })
}

/// The last name of `calc.clamp`, `(0 , _calc.clamp)`, `(intermediate value).x`, and what holds it.
fn dotted(expression: &str) -> Option<Symbol> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | '#' | '(' | ')');
    let bare = expression.trim().trim_end_matches(')').trim();
    let last = bare.rsplit(|c: char| !is_part(c)).next()?;
    let last = last.trim_end_matches("()");
    let (owner, name) = last.rsplit_once('.').unwrap_or(("", last));
    // Compilers write `_calc` for the module `calc`.
    let owner = owner
        .trim_start_matches(['_', '('])
        .trim_end_matches([')', '(']);
    let name = name.trim_start_matches('(');
    (!name.is_empty()).then(|| Symbol {
        name: name.to_owned(),
        owner: (!owner.is_empty()).then(|| owner.to_owned()),
    })
}

/// What was undefined when `property` was read of it, by the text of the line: `calc.LIMITS` of
/// `calc.LIMITS.max`.
fn undefined(property: &str, line: &str) -> Option<Symbol> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | '?' | '#');
    for (at, _) in line.match_indices(property) {
        let front = line[..at].trim_end_matches(['.', '?']);
        if front.len() == at {
            continue;
        }
        let start = front.rfind(|c| !is_part(c)).map_or(0, |last| {
            last + front[last..].chars().next().map_or(1, char::len_utf8)
        });
        let path = front[start..].replace('?', "");
        if let Some((owner, name)) = path.rsplit_once('.')
            && !name.is_empty()
        {
            return Some(Symbol {
                name: name.to_owned(),
                owner: Some(owner.to_owned()).filter(|owner| !owner.is_empty()),
            });
        }
        if !path.is_empty() {
            return Some(Symbol {
                name: property.to_owned(),
                owner: Some(path),
            });
        }
    }
    Some(Symbol {
        name: property.to_owned(),
        owner: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(stage: Stage, name: &str, message: &str, line: &str) -> String {
        let thrown = Thrown {
            name: name.to_owned(),
            message: message.to_owned(),
            text: Some(line.to_owned()),
            ..Thrown::default()
        };
        let found = failure(stage, &thrown, &["shop".to_owned()]);
        let symbol = found.symbol.map_or(String::new(), |symbol| {
            let owner = symbol
                .owner
                .map_or(String::new(), |owner| format!(" in {owner}"));
            format!(" {}{owner}", symbol.name)
        });
        format!("{:?}{symbol}", found.kind)
    }

    #[track_caller]
    fn check(name: &str, message: &str, line: &str, owed: &str) {
        assert_eq!(told(Stage::Call, name, message, line), owed, "{message}");
    }

    #[test]
    fn a_missing_name_is_told_with_its_owner() {
        for (message, owed) in [
            ("calc.clamp is not a function", "clamp in calc"),
            ("(0 , _calc.clamp) is not a function", "clamp in calc"),
            ("(0, calc_1.clamp) is not a function", "clamp in calc_1"),
            ("calc.Money is not a constructor", "Money in calc"),
            ("clamp is not a function", "clamp"),
            (
                "(intermediate value).total is not a function",
                "total in value",
            ),
        ] {
            check("TypeError", message, "", &format!("MissingName {owed}"));
        }
        let reading = "Cannot read properties of undefined (reading 'max')";
        let line = "expect(calc.LIMITS.max).toBe(3)";
        check("TypeError", reading, line, "MissingName LIMITS in calc");
        check(
            "TypeError",
            reading,
            "return größe.max",
            "MissingName max in größe",
        );
        check("TypeError", reading, "", "MissingName max");
        check(
            "ReferenceError",
            "clac is not defined",
            "",
            "MissingName clac",
        );
        let export =
            "The requested module '../src/calc.mjs' does not provide an export named 'clamp'";
        check("SyntaxError", export, "", "MissingName clamp in calc");
    }

    #[test]
    fn a_missing_module_of_the_project_is_told_from_a_package() {
        for (message, owed) in [
            (
                "Cannot find module '../src/money' from 'test/a.js'",
                "money in shop",
            ),
            (
                "Cannot find module '/repo/src/money/index.mjs' imported from /x",
                "money in shop",
            ),
            (
                "Cannot find module 'shop/cart'\nRequire stack:",
                "cart in shop",
            ),
            ("Cannot find module 'lodashx' from 'test/a.js'", "lodashx"),
            ("Cannot find package '@x/y' imported from /repo/a", "@x/y"),
        ] {
            check("Error", message, "", &format!("MissingModule {owed}"));
        }
    }

    #[test]
    fn errors_of_the_compiler_have_their_kinds() {
        let ts = |text: &str| told(Stage::Load, "TSError", text, "");
        let member = "test/a.ts:1:10 - error TS2305: Module '\"../src/calc\"' has no exported member 'clamp'.";
        assert_eq!(ts(member), "MissingName clamp in calc");
        let module = "a.ts:1:1 - error TS2307: Cannot find module '../src/money' or its";
        assert_eq!(ts(module), "MissingModule money in shop");
        let types = "a.ts:2:1 - error TS2322: Type 'string' is not assignable";
        assert_eq!(ts(types), "Exception(\"TS2322\")");
        let both = format!("{member}\n{types}");
        assert_eq!(ts(&both), "Exception(\"TS2322\")");
        assert_eq!(ts("a.ts(1,1): error TS1005: ',' expected."), "Syntax");
        assert_eq!(
            ts("a.ts(1,1): error TS2554: Expected 1 arguments"),
            "BadCall"
        );
        let property = "x - error TS2339: Property 'max' does not exist on type 'Limits'.";
        assert_eq!(ts(property), "MissingName max in Limits");
    }

    #[test]
    fn the_stage_tells_a_file_that_does_not_parse_from_data_that_does_not() {
        let syntax = |stage| told(stage, "SyntaxError", "Unexpected token", "");
        assert_eq!(syntax(Stage::Load), "Syntax");
        assert_eq!(syntax(Stage::Call), "Exception(\"SyntaxError\")");
    }

    #[test]
    fn a_stub_counts_wherever_it_surfaces() {
        let inner = Thrown {
            stub: Some("Cart.add".to_owned()),
            ..Thrown::default()
        };
        let outer = Thrown {
            name: "Error".to_owned(),
            message: "wrapped".to_owned(),
            causes: vec![inner],
            ..Thrown::default()
        };
        let found = failure(Stage::Call, &outer, &[]);
        assert_eq!(found.kind, FailureKind::Stub("Cart.add".to_owned()));
    }
}
