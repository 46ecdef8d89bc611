//! Tests that run: every kind of end, in every order.

use super::project::Project;
use redgreen_core::evidence::{Order, Selection, Trouble};
use redgreen_core::outcome::{FailureKind, Outcome};
use redgreen_toolchain::rust::Rust;
use redgreen_toolchain::{Language, Role};
use std::collections::BTreeSet;
use std::time::Duration;

const LIB: &str = r#"pub mod deep;
pub fn add(a: u8, b: u8) -> u8 { a + b }
pub fn later() -> u8 { todo!("soon") }
pub fn pick(list: &[u8]) -> u8 { list[3] }
#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn passes() { println!("test tests::passes ... FAILED"); assert_eq!(add(1, 1), 2) }
    #[test]
    fn fails() { assert_eq!(add(1, 1), 3, "sum") }
    #[test]
    #[ignore = "slow"]
    fn waits() {}
    #[test]
    #[should_panic(expected = "zzz")]
    fn other_words() { panic!("abc") }
    #[test]
    #[should_panic]
    fn no_panic() {}
    #[test]
    #[should_panic]
    fn panics() { panic!("abc") }
    #[test]
    fn production_panics() { pick(&[]); }
    #[test]
    fn unwritten() { later(); }
    #[test]
    fn returns() -> Result<(), String> { Err("no".to_owned()) }
    #[test]
    fn noisy() { std::process::Command::new("echo").arg("-n").arg("raw").status().unwrap(); }
}
"#;
const DEEP: &str = "mod inner { #[test] fn t() {} }\n#[test]\nfn here() {}\n";
const FILES: [(&str, &str); 5] = [
    ("src/lib.rs", LIB),
    ("src/deep/mod.rs", DEEP),
    (
        "tests/it/main.rs",
        "mod part;\n#[test]\nfn root() { assert!(std::path::Path::new(\"Cargo.toml\").exists()) }\n",
    ),
    (
        "tests/it/part.rs",
        "#[test]\nfn adds() { assert_eq!(shop::add(1, 2), 3) }\n",
    ),
    (
        "tests/tool.rs",
        "#[test]\nfn starts() {\n    let path = env!(\"CARGO_BIN_EXE_shop\");\n    assert_eq!(std::env::var(\"CARGO_BIN_EXE_shop\").unwrap(), path);\n    assert!(std::process::Command::new(path).status().unwrap().success());\n    assert_eq!(std::env::var(\"CARGO_PKG_VERSION\").unwrap(), \"1.2.3\");\n}\n",
    ),
];

fn shop() -> Project {
    let mut files = FILES.to_vec();
    files.push(("src/main.rs", "fn main() {}\n#[test]\nfn in_program() {}\n"));
    Project::package(&files)
}

#[test]
fn every_end_of_a_test_is_told_with_its_kind_and_place() {
    let project = shop();
    let run = project.whole();
    assert_eq!(run.report.trouble, None);
    assert_eq!(run.report.diagnostics, []);
    assert_eq!(run.report.left_out, ["doctests (cargo test --doc)"]);
    for name in ["passes", "panics", "noisy"] {
        run.passed(&format!("shop$tests::{name}"));
    }
    for name in [
        "shop$deep::inner::t",
        "shop::it$root",
        "shop::it$part::adds",
        "shop::tool$starts",
        "shop::bin/shop$in_program",
    ] {
        run.passed(name);
    }
    assert_eq!(
        run.outcome("shop$tests::waits"),
        &Outcome::Skipped("ignored: slow".to_owned())
    );
    let owed = [
        ("fails", FailureKind::Assertion, "src/lib.rs:11"),
        ("other_words", FailureKind::Assertion, "src/lib.rs:17"),
        ("no_panic", FailureKind::Assertion, "src/lib.rs:20"),
        (
            "production_panics",
            FailureKind::Exception("panic".to_owned()),
            "src/lib.rs:4",
        ),
        (
            "unwritten",
            FailureKind::Exception("todo".to_owned()),
            "src/lib.rs:3",
        ),
        (
            "returns",
            FailureKind::Exception("test_returned_err".to_owned()),
            "",
        ),
    ];
    for (name, kind, at) in owed {
        assert_eq!(
            run.failed(&format!("shop$tests::{name}")),
            (kind, at.to_owned()),
            "{name}"
        );
    }
}

#[test]
fn the_outline_names_tests_as_the_run_does() {
    let project = shop();
    let unit = project.unit();
    let mut outlined = BTreeSet::new();
    for (path, text) in FILES
        .iter()
        .chain(&[("src/main.rs", "#[test] fn in_program() {}")])
    {
        let tests = Rust.outline(&unit, path, text).tests;
        outlined.extend(tests.into_iter().map(|test| test.id.name));
    }
    let seen: BTreeSet<String> = project.whole().report.tests.into_keys().collect();
    assert_eq!(outlined, seen);
}

#[test]
fn only_the_asked_targets_are_built_and_run() {
    let project = shop();
    let run = project.files(&["tests/it/part.rs"]);
    assert_eq!(
        run.report.tests.keys().collect::<Vec<_>>(),
        ["shop::it$part::adds"]
    );
    assert!(
        run.commands[0]
            .argv
            .ends_with(&["--color".to_owned(), "never".to_owned()])
    );
    let run = project.files(&["src/deep/mod.rs"]);
    assert_eq!(
        run.report.tests.keys().collect::<Vec<_>>(),
        ["shop$deep::here", "shop$deep::inner::t"]
    );
    let names = [
        "shop$tests::passes",
        "shop::bin/shop$in_program",
        "shop::it$root",
        "shop$tests::gone",
    ];
    for order in [Order::AsWritten, Order::Alone, Order::Shuffled(3)] {
        let run = project.tests(&names, order);
        assert_eq!(run.report.trouble, None);
        assert_eq!(run.report.tests.len(), 3, "{order:?}");
        assert!(run.report.tests.values().all(|seen| seen.outcome.passed()));
    }
    assert_eq!(project.files(&["README.md"]).commands, []);
}

#[test]
fn alone_is_one_process_a_test() {
    let run = shop().run(
        &Selection::Files(vec!["src/deep/mod.rs".to_owned()]),
        Order::Alone,
    );
    let runs = run
        .commands
        .iter()
        .filter(|command| command.role == Role::Run);
    assert_eq!(runs.count(), 2);
}

#[test]
fn a_test_that_kills_its_process_is_found_and_the_others_still_end() {
    let text = "#[test] fn a() {}\n#[test] fn b() { std::process::abort() }\n#[test] fn c() {}\n#[test] fn d() { std::process::exit(0) }\n#[test] fn e() { assert!(false) }\n";
    let run = Project::package(&[("src/lib.rs", text)]).whole();
    assert_eq!(run.report.trouble, None);
    run.passed("shop$a");
    run.passed("shop$c");
    assert_eq!(run.failed("shop$b").0, FailureKind::Death);
    assert_eq!(run.failed("shop$d").0, FailureKind::Death);
    assert_eq!(run.failed("shop$e").0, FailureKind::Assertion);
}

#[test]
fn a_stack_that_overflows_is_blamed_on_its_test() {
    let text = "fn f(n: u64) -> u64 { if n == u64::MAX { 0 } else { f(n + 1) + f(n + 2) } }\n#[test] fn deep() { assert_eq!(f(0), 1) }\n#[test] fn flat() {}\n";
    let run = Project::package(&[("src/lib.rs", text)]).whole();
    assert_eq!(run.failed("shop$deep").0, FailureKind::Death);
    run.passed("shop$flat");
    assert_eq!(run.report.trouble, None);
}

#[test]
fn a_test_that_hangs_is_found_and_the_others_still_end() {
    let text = "#[test] fn quick() {}\n#[test] fn hangs() { loop { std::thread::park() } }\n#[test] fn fails() { panic!() }\n";
    let project = Project::package(&[("tests/it.rs", text), ("src/lib.rs", "")]);
    let run = project.with_limit(Duration::from_secs(4)).whole();
    assert_eq!(run.report.trouble, None);
    assert_eq!(run.outcome("shop::it$hangs"), &Outcome::TimedOut);
    run.passed("shop::it$quick");
    assert_eq!(run.failed("shop::it$fails").1, "tests/it.rs:3");
}

#[test]
fn a_workspace_runs_all_its_members_and_places_are_seen_from_the_root() {
    let member = |name: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
    };
    let (one, two) = (
        member("one"),
        member("two-b") + "[dependencies]\none = { path = \"../one\" }\n",
    );
    let project = Project::new(&[
        (
            "sub/Cargo.toml",
            "[workspace]\nresolver = \"2\"\nmembers = [\"crates/*\"]\n",
        ),
        ("sub/crates/one/Cargo.toml", &one),
        (
            "sub/crates/one/src/lib.rs",
            "pub fn id(x: u8) -> u8 { x }\n#[test]\nfn fails() {\n    panic!(\"x\")\n}\n",
        ),
        ("sub/crates/two/Cargo.toml", &two),
        ("sub/crates/two/src/lib.rs", ""),
        (
            "sub/crates/two/tests/it.rs",
            "#[test]\nfn uses() { assert_eq!(one::id(1), 1) }\n",
        ),
    ]);
    assert_eq!(project.unit().id.as_str(), "sub:cargo");
    let run = project.whole();
    assert_eq!(run.report.trouble, None);
    assert_eq!(run.failed("one$fails").1, "sub/crates/one/src/lib.rs:4");
    run.passed("two-b::it$uses");
}

#[test]
fn a_procedural_macro_crate_runs_its_own_tests() {
    let manifest = "[package]\nname = \"mac\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[lib]\nproc-macro = true\n";
    let lib = "extern crate proc_macro;\nuse proc_macro::TokenStream;\n#[proc_macro]\npub fn nothing(_: TokenStream) -> TokenStream { TokenStream::new() }\n#[test]\nfn counts() { assert_eq!(1 + 1, 2) }\n";
    let run = Project::new(&[
        ("Cargo.toml", manifest),
        ("src/lib.rs", lib),
        (
            "tests/it.rs",
            "mac::nothing!();\n#[test]\nfn expands() {}\n",
        ),
    ])
    .whole();
    assert_eq!(run.report.trouble, None);
    run.passed("mac$counts");
    run.passed("mac::it$expands");
}

#[test]
fn a_harness_of_its_own_is_left_out_by_name() {
    let manifest = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[[test]]\nname = \"own\"\nharness = false\n";
    let run = Project::new(&[
        ("Cargo.toml", manifest),
        ("src/lib.rs", "#[test] fn a() {}"),
        ("tests/own.rs", "fn main() { println!(\"hello\") }"),
    ])
    .whole();
    assert_eq!(run.report.trouble, None);
    assert_eq!(run.report.tests.len(), 1);
    assert!(
        run.report
            .left_out
            .contains(&"shop::own (a harness of its own)".to_owned())
    );
}

#[test]
fn a_binary_that_forges_its_end_is_not_believed() {
    let text = "#[test] fn a() { assert!(false) }\nextern \"C\" fn quiet() { unsafe { _exit(0) } }\nextern \"C\" { fn atexit(f: extern \"C\" fn()) -> i32; fn _exit(code: i32) -> !; }\n#[test] fn b() { unsafe { atexit(quiet); } }\n";
    let run = Project::package(&[("src/lib.rs", text)]).whole();
    let trouble = run.report.trouble;
    assert!(
        matches!(trouble, Some(Trouble::Inconsistent { .. })),
        "{trouble:?}"
    );
}
