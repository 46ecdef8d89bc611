//! Builds that fail: what was missing, and what it hid.

use super::project::Project;
use redgreen_core::evidence::Trouble;

#[test]
fn one_bad_target_hides_no_other() {
    let project = Project::package(&[
        (
            "src/lib.rs",
            "pub struct Cart;\npub fn add(a: u8) -> u8 { a }\n#[cfg(test)]\nmod tests { #[test] fn t() {} }\n",
        ),
        (
            "tests/good.rs",
            "#[test]\nfn t() { assert_eq!(shop::add(1), 1) }\n",
        ),
        (
            "tests/missing.rs",
            "use shop::money::Coin;\nuse shop::clamp;\n#[test]\nfn t() { shop::sub(1); }\n",
        ),
        (
            "tests/typed.rs",
            "#[test]\nfn t() {\n    shop::add(1, 2);\n    shop::Cart.total();\n}\n",
        ),
        ("tests/syntax.rs", "#[test]\nfn t() { assert_eq!(1, 2 }\n"),
        ("tests/unlinked.rs", "use randx::Rng;\n#[test]\nfn t() {}\n"),
    ]);
    let run = project.whole();
    assert_eq!(run.report.trouble, None);
    run.passed("shop::good$t");
    run.passed("shop$tests::t");
    let mut seen = run.diagnostics();
    seen.sort();
    let mut owed = [
        "shop::missing$ MissingModule money shop tests/missing.rs:1",
        "shop::missing$ MissingName clamp - tests/missing.rs:2",
        "shop::missing$ MissingName sub shop tests/missing.rs:4",
        "shop::syntax$ Syntax - - tests/syntax.rs:2",
        "shop::typed$ BadCall add - tests/typed.rs:3",
        "shop::typed$ MissingName total Cart tests/typed.rs:4",
        "shop::unlinked$ MissingModule randx - tests/unlinked.rs:1",
    ];
    owed.sort_unstable();
    assert_eq!(seen, owed);
}

#[test]
fn inline_tests_that_do_not_build_hide_themselves_only() {
    let project = Project::package(&[
        (
            "src/lib.rs",
            "pub fn a() {}\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn t() { super::gone(); }\n}\n",
        ),
        ("src/main.rs", "fn main() {}\n#[test]\nfn fine() {}\n"),
        ("tests/it.rs", "#[test]\nfn t() { shop::a() }\n"),
    ]);
    for run in [
        project.whole(),
        project.files(&["src/lib.rs", "src/main.rs", "tests/it.rs"]),
    ] {
        run.passed("shop::it$t");
        run.passed("shop::bin/shop$fine");
        assert_eq!(
            run.diagnostics(),
            ["shop$ MissingName gone super src/lib.rs:5"]
        );
        assert_eq!(run.report.trouble, None);
    }
}

#[test]
fn a_broken_library_hides_its_package_and_what_depends_on_it() {
    let member = |name: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
    };
    let user = member("user") + "[dependencies]\nbase = { path = \"../base\" }\n";
    let project = Project::new(&[
        (
            "Cargo.toml",
            "[workspace]\nresolver = \"2\"\nmembers = [\"*\"]\n",
        ),
        ("base/Cargo.toml", &member("base")),
        (
            "base/src/lib.rs",
            "pub fn a() -> u8 { nothing() }\n#[test] fn t() {}\n",
        ),
        ("base/tests/it.rs", "#[test] fn t() {}\n"),
        ("user/Cargo.toml", &user),
        ("user/src/lib.rs", "#[test] fn t() {}\n"),
        ("free/Cargo.toml", &member("free")),
        ("free/src/lib.rs", "#[test] fn t() {}\n"),
    ]);
    let run = project.whole();
    assert_eq!(run.report.trouble, None);
    run.passed("free$t");
    let why = "MissingName nothing - base/src/lib.rs:1";
    assert_eq!(
        run.diagnostics(),
        [
            format!("base$ {why}"),
            format!("base::it$ {why}"),
            format!("user$ {why}")
        ]
    );
}

fn could_not_run(project: &Project) -> String {
    match project.whole().report.trouble {
        Some(Trouble::CouldNotRun { why }) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_manifest_that_cargo_refuses_is_no_red_test() {
    let lib = ("src/lib.rs", "#[test] fn t() {}");
    let head = "[package]\nname = \"shop\"\nversion = \"1.0.0\"\nedition = \"2021\"\n";
    let why = could_not_run(&Project::new(&[
        (
            "Cargo.toml",
            &format!("{head}[dependencies]\nnearx = {{ path = \"nearx\" }}\n"),
        ),
        lib,
    ]));
    assert!(why.contains("nearx"), "{why}");
    let why = could_not_run(&Project::new(&[
        (
            "Cargo.toml",
            &format!("{head}[dependencies]\nno-such-crate-here-x = \"1\"\n"),
        ),
        lib,
    ]));
    assert!(why.contains("no-such-crate-here-x"), "{why}");
    let why = could_not_run(&Project::new(&[
        ("Cargo.toml", &head.replace("2021", "1999")),
        lib,
    ]));
    assert!(why.contains("1999") || why.contains("edition"), "{why}");
}

#[test]
fn a_failing_build_script_is_no_red_test() {
    let project = Project::package(&[
        ("build.rs", "fn main() { panic!(\"no generator\") }"),
        ("src/lib.rs", "#[test] fn t() {}"),
    ]);
    let why = could_not_run(&project);
    assert!(why.contains("build command"), "{why}");
}

#[test]
fn a_stale_lock_file_is_set_aside_and_told() {
    let project = Project::package(&[
        (
            "Cargo.lock",
            "version = 4\n\n[[package]]\nname = \"shop\"\nversion = \"0.0.1\"\n",
        ),
        ("src/lib.rs", "#[test] fn t() {}"),
    ]);
    let run = project.whole();
    run.passed("shop$t");
    assert!(
        run.report
            .left_out
            .iter()
            .any(|line| line.starts_with("Cargo.lock"))
    );
    let run = project.whole();
    run.passed("shop$t");
    assert_eq!(
        run.report.left_out.len(),
        1,
        "cargo has mended the lock file by now"
    );
}
