//! Makes the commands of a run: cargo builds, test binaries list and run.
//!
//! A binary is started directly and not through `cargo test`: it costs 10 ms, and a `runner` in
//! `.cargo/config.toml` has no say in it. It gets the directory and the variables that cargo
//! would have given it.

use super::build::{Artifact, Built};
use crate::ask::{Ask, Invocation, Role};
use crate::unit::{Package, Target};
use std::path::Path;

/// Whether cargo must keep to Cargo.lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lock {
    /// It must.
    Kept,
    /// There is none, or it is stale.
    Free,
}

/// What one build makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Every test binary of the workspace.
    Workspace,
    /// The unit-test binaries of these (package, kind, name).
    Units(Vec<(String, String, String)>),
    /// These integration tests (package, name).
    Integration(Vec<(String, String)>),
}

/// The build of `scope`. `--keep-going` lets one bad target hide no other; `cargo test` does not
/// have it, and `cargo build` cannot pick a library's own tests: hence the three forms.
pub(super) fn build(ask: &Ask<'_>, scope: &Scope, lock: Lock) -> Invocation {
    let mut args: Vec<String> = Vec::new();
    let mut add = |words: &[&str]| args.extend(words.iter().map(|word| (*word).to_owned()));
    let keep_going: [&str; 4] = ["build", "--profile", "test", "--keep-going"];
    match scope {
        Scope::Workspace => {
            add(&keep_going);
            add(&["--tests", "--workspace"]);
        }
        Scope::Units(targets) => {
            add(&["test", "--no-run"]);
            for package in distinct(targets.iter().map(|(package, _, _)| package)) {
                add(&["--package", package]);
            }
            if targets.iter().any(|(_, kind, _)| kind == "lib") {
                add(&["--lib"]);
            }
            let bins = targets.iter().filter(|(_, kind, _)| kind == "bin");
            for name in distinct(bins.map(|(_, _, name)| name)) {
                add(&["--bin", name]);
            }
        }
        Scope::Integration(targets) => {
            add(&keep_going);
            for package in distinct(targets.iter().map(|(package, _)| package)) {
                add(&["--package", package]);
            }
            for name in distinct(targets.iter().map(|(_, name)| name)) {
                add(&["--test", name]);
            }
        }
    }
    add(&["--message-format=json", "--color", "never"]);
    if lock == Lock::Kept {
        add(&["--locked"]);
    }
    let mut argv = vec![ask.tool.program.clone()];
    argv.append(&mut args);
    invocation(ask, Role::Build, argv, &ask.dir())
}

fn distinct<'s>(names: impl Iterator<Item = &'s String>) -> std::collections::BTreeSet<&'s str> {
    names.map(String::as_str).collect()
}

/// Asks where the toolchain keeps the libraries that a procedural macro's tests link to.
pub(super) fn sysroot(ask: &Ask<'_>) -> Invocation {
    let cargo = Path::new(&ask.tool.program);
    let beside = cargo.parent().filter(|dir| !dir.as_os_str().is_empty());
    let rustc = beside.map_or("rustc".to_owned(), |dir| {
        dir.join("rustc").display().to_string()
    });
    let argv = ["--print", "target-libdir"].map(str::to_owned);
    let argv = std::iter::once(rustc).chain(argv).collect();
    invocation(ask, Role::Build, argv, &ask.dir())
}

/// A test binary that is ready to start.
pub(super) struct Binary<'b> {
    pub(super) package: &'b Package,
    pub(super) target: &'b Target,
    pub(super) artifact: &'b Artifact,
    pub(super) built: &'b Built,
    /// Where the toolchain's own libraries are, if the binary links to them.
    pub(super) libraries: Option<&'b str>,
}

/// Lists the tests of a binary.
pub(super) fn list(ask: &Ask<'_>, binary: &Binary<'_>) -> Invocation {
    start(ask, binary, Role::Build, &["--list", "--format", "terse"])
}

/// How many tests of a binary may run at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// As many as the machine has cores.
    Parallel,
    /// One after another; the binary then names each test before it starts.
    Serial,
}

/// Runs the tests `names` of a binary; all of them where there are none.
pub(super) fn run(ask: &Ask<'_>, binary: &Binary<'_>, names: &[String], pace: Pace) -> Invocation {
    let mut args = vec!["--color", "never"];
    match pace {
        Pace::Parallel => {}
        Pace::Serial => args.push("--test-threads=1"),
    }
    if !names.is_empty() {
        args.push("--exact");
        args.extend(names.iter().map(String::as_str));
    }
    start(ask, binary, Role::Run, &args)
}

fn start(ask: &Ask<'_>, binary: &Binary<'_>, role: Role, args: &[&str]) -> Invocation {
    let mut argv = vec![binary.artifact.executable.clone()];
    argv.extend(args.iter().map(|arg| (*arg).to_owned()));
    let dir = ask.tree.join(&binary.package.dir);
    let mut invocation = invocation(ask, role, argv, &dir);
    invocation.env.extend(package_env(binary, &dir));
    let folder = Path::new(&binary.artifact.executable).parent();
    let own = [folder, folder.and_then(Path::parent)];
    let mut libraries: Vec<String> = own
        .into_iter()
        .flatten()
        .map(|path| path.display().to_string())
        .collect();
    libraries.extend(binary.built.library_dirs.iter().cloned());
    libraries.extend(binary.libraries.map(str::to_owned));
    let key = if cfg!(target_os = "macos") {
        "DYLD_FALLBACK_LIBRARY_PATH"
    } else {
        "LD_LIBRARY_PATH"
    };
    invocation.env.push((key.to_owned(), libraries.join(":")));
    invocation
}

/// The variables that cargo gives to a test of a package.
fn package_env(binary: &Binary<'_>, dir: &Path) -> Vec<(String, String)> {
    let version = &binary.artifact.version;
    let (core, pre) = version.split_once('-').unwrap_or((version, ""));
    let core = core.split('+').next().unwrap_or_default();
    let mut parts = core.split('.');
    let mut part = || parts.next().unwrap_or_default().to_owned();
    let manifest = dir.join("Cargo.toml").display().to_string();
    let crate_name = binary.target.name.replace('-', "_");
    let env = [
        ("CARGO_MANIFEST_DIR", dir.display().to_string()),
        ("CARGO_MANIFEST_PATH", manifest),
        ("CARGO_PKG_NAME", binary.package.name.clone()),
        ("CARGO_PKG_VERSION", version.clone()),
        ("CARGO_PKG_VERSION_MAJOR", part()),
        ("CARGO_PKG_VERSION_MINOR", part()),
        ("CARGO_PKG_VERSION_PATCH", part()),
        ("CARGO_PKG_VERSION_PRE", pre.to_owned()),
        ("CARGO_CRATE_NAME", crate_name),
    ];
    let script = binary.built.scripts.get(&binary.artifact.package_id);
    let mut named: Vec<(String, String)> = script.cloned().unwrap_or_default();
    let programs = binary.built.programs.iter();
    let own = programs.filter(|program| program.package_id == binary.artifact.package_id);
    named.extend(own.map(|program| {
        let key = format!("CARGO_BIN_EXE_{}", program.name);
        (key, program.executable.clone())
    }));
    named.extend(env.map(|(key, value)| (key.to_owned(), value)));
    named
}

/// A command with the environment of every command of cargo.
pub(super) fn invocation(ask: &Ask<'_>, role: Role, argv: Vec<String>, dir: &Path) -> Invocation {
    let env = [
        (
            "CARGO_TARGET_DIR",
            ask.cache.join("target").display().to_string(),
        ),
        ("CARGO_TERM_COLOR", "never".to_owned()),
        ("CARGO_INCREMENTAL", "1".to_owned()),
        ("RUST_BACKTRACE", "0".to_owned()),
        ("CARGO", ask.tool.program.clone()),
    ];
    Invocation {
        role,
        argv,
        dir: dir.to_owned(),
        env: env.map(|(key, value)| (key.to_owned(), value)).into(),
        writes: Vec::new(),
        plants: Vec::new(),
        reads: Vec::new(),
    }
}
