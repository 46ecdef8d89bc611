//! Makes a Rust crate: 24 modules with tests of their own, and integration tests that compute.

use super::Project;
use redgreen_testkit::Repo;

const MODULES: usize = 24;
const TESTS: usize = 5;

impl Project {
    /// The Rust crate.
    pub(crate) fn rust(topics: usize) -> Self {
        Self::new(
            "cargo",
            &["cargo", "test", "--quiet"],
            topics,
            (base, change),
        )
    }
}

fn base(repo: &Repo) {
    repo.write(
        "Cargo.toml",
        "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[workspace]\n",
    );
    repo.write(
        "Cargo.lock",
        "version = 3\n\n[[package]]\nname = \"shop\"\nversion = \"0.1.0\"\n",
    );
    repo.write(".gitignore", "/target\n");
    let modules: String = (0..MODULES)
        .map(|n| format!("pub mod part_{n};\n"))
        .collect();
    repo.write("src/lib.rs", modules);
    for number in 0..MODULES {
        repo.write(format!("src/part_{number}.rs"), module(number, ""));
    }
    repo.write("tests/totals.rs", totals());
}

fn module(number: usize, more_tests: &str) -> String {
    let mut text = format!(
        "//! Part {number}.\n\n/// A sum of many steps.\npub fn total(count: u64) -> u64 {{\n    (0..count).fold({number}, |result, step| (result * 31 + step) % 1_000_003)\n}}\n\n/// What is charged.\npub fn rate(value: i64) -> i64 {{\n    value + {number}\n}}\n\n#[cfg(test)]\nmod tests {{\n    use super::*;\n"
    );
    for test in 0..TESTS {
        text.push_str(&format!(
            "\n    #[test]\n    fn total_{test}() {{\n        assert_eq!(total(1_500_000 + {test}), total(1_500_000 + {test}));\n        assert_eq!(rate({test}), {test} + {number});\n    }}\n"
        ));
    }
    text + more_tests + "}\n"
}

fn totals() -> String {
    let one = |n: usize| {
        format!(
            "#[test]\nfn part_{n}() {{\n    assert!(shop::part_{n}::total(14_000_000) < 1_000_003);\n}}\n\n"
        )
    };
    (0..MODULES).map(one).collect()
}

/// Changes one function and adds two tests beside it.
fn change(repo: &Repo, number: usize) {
    let part = number * 3 + 1;
    let more = "\n    #[test]\n    fn a_negative_value_has_no_rate() {\n        assert_eq!(rate(-5), 0);\n    }\n\n    #[test]\n    fn the_smallest_value_has_no_rate() {\n        assert_eq!(rate(i64::MIN), 0);\n    }\n";
    let text = module(part, more).replace(
        "    value + ",
        "    if value < 0 {\n        return 0;\n    }\n    value + ",
    );
    repo.write(format!("src/part_{part}.rs"), text);
}
