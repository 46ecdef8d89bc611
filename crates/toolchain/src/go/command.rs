//! Makes the commands of a run: list, test, build one test binary, start it.
//!
//! The build cache is the user's own: its entries are named by the digest of all that goes into
//! them, so it is warm and never stale, while results of tests are never taken from it
//! (`-count=1`). `GOFLAGS` and `GOPROXY` stay as the user's `go env` has them.

use super::canary;
use super::listing::{FORMAT, Package};
use crate::ask::{Ask, Invocation, Role};
use redgreen_core::evidence::Order;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Names that one pattern may hold; more run without one.
const MOST_NAMES: usize = 400;

/// Lists the packages in `dirs` of the unit, all of them where there are none.
pub(super) fn list(ask: &Ask<'_>, dirs: &[String]) -> Invocation {
    let mut argv = words(ask, &["list", "-e", "-deps", "-test", "-f", FORMAT]);
    if dirs.is_empty() {
        argv.push("./...".to_owned());
    }
    argv.extend(dirs.iter().map(|dir| pattern_of(dir)));
    invocation(ask, Role::Build, argv, ask.dir())
}

fn pattern_of(dir: &str) -> String {
    if dir.is_empty() {
        ".".to_owned()
    } else {
        format!("./{dir}")
    }
}

/// Tests `packages`: the top-level tests `names`, all of them where there are none.
pub(super) fn test(ask: &Ask<'_>, packages: &[&Package], names: Option<&[String]>) -> Invocation {
    let mut argv = words(ask, &["test", "-json", "-count=1", "-failfast=false"]);
    argv.extend(build_flags(ask));
    argv.push(format!("-shuffle={}", shuffle(ask.order)));
    let count = names.map_or(usize::MAX, <[String]>::len);
    argv.push(format!("-timeout={}ms", timeout_ms(ask, count)));
    if knows_full_paths(ask) {
        argv.push("-fullpath".to_owned());
    }
    if let Some(pattern) = names.and_then(top_level_pattern) {
        argv.extend(["-run".to_owned(), pattern]);
    }
    argv.extend(packages.iter().map(|package| pattern_of(&package.dir)));
    let mut invocation = with_overlay(ask, Role::Run, argv, ask.dir(), packages);
    invocation.env.push(nonce(ask));
    invocation
}

/// Runs the canaries of `packages` alone, told to fail.
pub(super) fn must_fail(ask: &Ask<'_>, packages: &[&Package]) -> Invocation {
    let mut invocation = test(ask, packages, Some(&[]));
    let fail = (canary::FAIL.to_owned(), "fail".to_owned());
    invocation.env.push(fail);
    invocation
}

/// Builds the test binary of `package`.
pub(super) fn compile(ask: &Ask<'_>, package: &Package) -> Invocation {
    let mut argv = words(ask, &["test", "-c"]);
    argv.extend(build_flags(ask));
    argv.push("-o".to_owned());
    argv.push(binary(ask, package).display().to_string());
    argv.push(pattern_of(&package.dir));
    with_overlay(ask, Role::Build, argv, ask.dir(), &[package])
}

/// Where the test binary of `package` goes: not into the cache, so that none is ever stale.
fn binary(ask: &Ask<'_>, package: &Package) -> PathBuf {
    let mut name = String::from("root");
    for part in package.dir.chars() {
        name.push(if part == '/' { '+' } else { part });
    }
    ask.scratch.join(format!("{name}.test"))
}

/// Names the top-level tests of a binary.
pub(super) fn names(ask: &Ask<'_>, package: &Package) -> Invocation {
    start(ask, package, Role::Build, &["-test.list=.".to_owned()])
}

/// Which tests of a binary one process runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Batch {
    /// These top-level tests and the canary.
    Several(Vec<String>),
    /// This test or case, and nothing else.
    One(String),
}

/// Starts the binary of `package`.
pub(super) fn run(ask: &Ask<'_>, package: &Package, batch: &Batch) -> Invocation {
    let verbose = if minor(ask).is_none_or(|minor| minor >= 20) {
        "-test.v=test2json"
    } else {
        "-test.v=true"
    };
    let (pattern, count) = match batch {
        Batch::Several(names) => (top_level_pattern(names), names.len()),
        Batch::One(name) => (Some(exact_pattern(name)), 1),
    };
    let mut args = vec![verbose.to_owned(), "-test.count=1".to_owned()];
    // As `go test` does: an exit call inside a test is a panic with a stack.
    args.push("-test.paniconexit0".to_owned());
    args.push(format!("-test.shuffle={}", shuffle(ask.order)));
    args.push(format!("-test.timeout={}ms", timeout_ms(ask, count)));
    if knows_full_paths(ask) {
        args.push("-test.fullpath=true".to_owned());
    }
    args.extend(pattern.map(|pattern| format!("-test.run={pattern}")));
    start(ask, package, Role::Run, &args)
}

fn start(ask: &Ask<'_>, package: &Package, role: Role, args: &[String]) -> Invocation {
    let mut argv = vec![binary(ask, package).display().to_string()];
    argv.extend(args.iter().cloned());
    let dir = ask.dir().join(&package.dir);
    let mut invocation = invocation(ask, role, argv, dir);
    invocation.env.push(nonce(ask));
    invocation
}

fn shuffle(order: Order) -> String {
    match order {
        Order::AsWritten | Order::Alone => "off".to_owned(),
        Order::Shuffled(seed) => seed.to_string(),
    }
}

/// Go's only limit is that of a whole package: as many times a test's as there are tests, up to
/// ten times where nobody can tell how many of them are slow.
fn timeout_ms(ask: &Ask<'_>, tests: usize) -> u64 {
    let times = u64::try_from(tests.clamp(1, 10)).unwrap_or(1);
    ask.test_limit_ms.saturating_mul(times)
}

/// Flags of everything that compiles. `go vet` is a check of its own and no test.
fn build_flags(ask: &Ask<'_>) -> [String; 2] {
    let overlay = ask.scratch.join(OVERLAY).display().to_string();
    ["-vet=off".to_owned(), format!("-overlay={overlay}")]
}

const OVERLAY: &str = "overlay.json";

/// A command that sees a canary in each of `packages`.
fn with_overlay(
    ask: &Ask<'_>,
    role: Role,
    argv: Vec<String>,
    dir: PathBuf,
    packages: &[&Package],
) -> Invocation {
    let mut invocation = invocation(ask, role, argv, dir);
    let mut replaced: BTreeMap<String, String> = BTreeMap::new();
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for package in packages.iter().filter(|package| !package.name.is_empty()) {
        let name = format!("canary/{}/{}", package.name, canary::FILE);
        let seeming = Path::new(&package.whole_dir).join(canary::FILE);
        let real = ask.scratch.join(&name);
        replaced.insert(seeming.display().to_string(), real.display().to_string());
        texts.insert(name, canary::source(&package.name));
    }
    let overlay = serde_json::json!({ "Replace": replaced }).to_string();
    invocation.writes.extend(texts);
    invocation.writes.push((OVERLAY.to_owned(), overlay));
    invocation
}

fn nonce(ask: &Ask<'_>) -> (String, String) {
    (canary::NONCE.to_owned(), ask.nonce.to_owned())
}

fn words(ask: &Ask<'_>, args: &[&str]) -> Vec<String> {
    let program = std::iter::once(ask.tool.program.as_str());
    program
        .chain(args.iter().copied())
        .map(str::to_owned)
        .collect()
}

fn invocation(ask: &Ask<'_>, role: Role, argv: Vec<String>, dir: PathBuf) -> Invocation {
    let work = ask.unit.marks.get("work");
    let work = work.map_or("off".to_owned(), |path| {
        ask.tree.join(path).display().to_string()
    });
    let env = [
        // The directory by this very name: Go takes paths from it.
        ("PWD", dir.display().to_string()),
        // A workspace above the tree is somebody else's.
        ("GOWORK", work),
        ("GO111MODULE", "on".to_owned()),
        ("GOTRACEBACK", "single".to_owned()),
    ];
    Invocation {
        role,
        argv,
        dir,
        env: env.map(|(key, value)| (key.to_owned(), value)).into(),
        writes: Vec::new(),
        plants: Vec::new(),
        reads: Vec::new(),
    }
}

/// `26` of `go version go1.26.8 linux/amd64`; nothing for a development version.
fn minor(ask: &Ask<'_>) -> Option<u32> {
    let (_, version) = ask.tool.fingerprint.split_once("go1.")?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn knows_full_paths(ask: &Ask<'_>) -> bool {
    minor(ask).is_none_or(|minor| minor >= 21)
}

/// Matches the top-level tests `names` and the canary; nothing where they are too many.
fn top_level_pattern(names: &[String]) -> Option<String> {
    if names.len() > MOST_NAMES {
        return None;
    }
    let mut quoted: Vec<String> = names.iter().map(|name| quote(name)).collect();
    quoted.push(canary::NAME.to_owned());
    Some(format!("^({})$", quoted.join("|")))
}

/// Matches one test or case: Go splits pattern and name at each slash.
fn exact_pattern(name: &str) -> String {
    let parts: Vec<String> = name
        .split('/')
        .map(|part| format!("^{}$", quote(part)))
        .collect();
    parts.join("/")
}

fn quote(text: &str) -> String {
    let mut quoted = String::new();
    for letter in text.chars() {
        if r"\.+*?()|[]{}^$".contains(letter) {
            quoted.push('\\');
        }
        quoted.push(letter);
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_matched_part_by_part() {
        assert_eq!(exact_pattern("TestT/a/b_(c)"), r"^TestT$/^a$/^b_\(c\)$");
        assert_eq!(exact_pattern("T/é\"[1]"), r#"^T$/^é"\[1\]$"#);
    }

    #[test]
    fn a_pattern_holds_the_canary_and_not_too_many_names() {
        let names = |count: usize| (0..count).map(|n| format!("T{n}")).collect::<Vec<_>>();
        let pattern = top_level_pattern(&names(2));
        assert_eq!(pattern.as_deref(), Some("^(T0|T1|TestZzRedgreenCanary)$"));
        assert_eq!(top_level_pattern(&names(MOST_NAMES + 1)), None);
    }
}
