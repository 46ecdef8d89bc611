//! Which runner serves which package.

use super::project::Snapshot;
use redgreen_toolchain::{Files, Unit, runners};

fn units(files: &[(&str, &str)]) -> Vec<Unit> {
    let files = Snapshot::of(files);
    let files: &dyn Files = &files;
    runners()
        .iter()
        .flat_map(|runner| runner.detect(files))
        .collect()
}

#[track_caller]
fn check(files: &[(&str, &str)], owed: &[&str]) {
    let ids: Vec<String> = units(files)
        .iter()
        .map(|unit| unit.id.to_string())
        .collect();
    assert_eq!(ids, owed);
}

const NODE: &str = "import { test } from 'node:test';\ntest('a', () => {});\n";
const VITEST: &str = "import { test } from 'vitest';\ntest('a', () => {});\n";

#[test]
fn a_package_has_one_runner() {
    check(
        &[
            ("package.json", r#"{"scripts":{"test":"vitest"}}"#),
            ("a.test.js", ""),
        ],
        &[".:vitest"],
    );
    check(
        &[
            ("package.json", r#"{"devDependencies":{"vitest":"3"}}"#),
            ("a.test.js", ""),
        ],
        &[".:vitest"],
    );
    check(
        &[
            ("package.json", "{}"),
            ("vite.config.ts", "export default { test: {} }"),
        ],
        &[".:vitest"],
    );
    check(
        &[
            ("package.json", "{}"),
            ("vite.config.ts", "export default {}"),
        ],
        &[],
    );
    check(
        &[("package.json", "{}"), ("src/a.test.ts", VITEST)],
        &[".:vitest"],
    );
    check(
        &[
            ("package.json", r#"{"scripts":{"test":"node --test"}}"#),
            ("test/a.js", ""),
        ],
        &[".:node-test"],
    );
    check(
        &[("package.json", "{}"), ("test/a.js", NODE)],
        &[".:node-test"],
    );
}

#[test]
fn the_repositorys_own_command_is_the_strongest_evidence() {
    check(
        &[
            (
                "package.json",
                r#"{"scripts":{"test":"node --test test/"},"devDependencies":{"vitest":"3"}}"#,
            ),
            ("test/a.js", NODE),
        ],
        &[".:node-test"],
    );
    check(
        &[
            ("package.json", r#"{"scripts":{"test":"exit 1"}}"#),
            ("a.js", ""),
        ],
        &[],
    );
    check(&[("package.json", "not json"), ("a.test.js", VITEST)], &[]);
}

#[test]
fn members_of_a_workspace_are_units_of_their_own_or_their_roots() {
    let root = r#"{"name":"all","workspaces":["packages/*"],"scripts":{"test":"turbo test"},"devDependencies":{"vitest":"3"}}"#;
    let files = [
        ("package-lock.json", "{}"),
        ("package.json", root),
        (
            "packages/a/package.json",
            r#"{"name":"@x/a","scripts":{"test":"vitest run"},"dependencies":{"@x/b":"*"}}"#,
        ),
        ("packages/a/src/a.test.ts", VITEST),
        ("packages/b/package.json", r#"{"name":"@x/b"}"#),
        (
            "packages/b/test/fixtures/c/package.json",
            r#"{"scripts":{"test":"vitest"}}"#,
        ),
        ("packages/b/test/b.js", NODE),
    ];
    check(&files, &["packages/a:vitest", "packages/b:node-test"]);
    let all = units(&files);
    assert_eq!(
        all[0].dependencies,
        [
            "packages/a/node_modules",
            "packages/node_modules",
            "node_modules",
            "packages/b/node_modules"
        ]
    );
    assert_eq!(
        all[0].install,
        [["npm", "--prefix", "$STORE", "ci", "--no-audit", "--no-fund"]]
    );
    assert_eq!(
        all[0].locks,
        [
            "package-lock.json",
            "package.json",
            "packages/a/package.json",
            "packages/b/package.json"
        ]
    );
    assert_eq!(all[0].own_names, ["@x/a", "all", "@x/b"]);
    assert_eq!(all[0].marks["sample"], "packages/a/src/a.test.ts");
    check(
        &[
            ("package.json", r#"{"name":"all"}"#),
            ("packages/a/a.test.ts", "test('a', () => {});"),
            ("packages/a/package.json", r#"{"name":"@x/a"}"#),
            ("vitest.workspace.ts", "export default ['packages/*']"),
        ],
        &[".:vitest"],
    );
}

#[test]
fn the_lock_file_tells_the_manager() {
    let manager = |lock: &str, package: &str| {
        let unit = units(&[(lock, ""), ("a.test.js", VITEST), ("package.json", package)]).remove(0);
        (unit.marks["manager"].clone(), unit.install[0].join(" "))
    };
    let of = |name: &str, line: &str| (name.to_owned(), line.to_owned());
    assert_eq!(
        manager("pnpm-lock.yaml", "{}"),
        of("pnpm", "pnpm --dir $STORE install --frozen-lockfile")
    );
    assert_eq!(
        manager("yarn.lock", "{}"),
        of(
            "yarn",
            "yarn --cwd $STORE install --frozen-lockfile --non-interactive"
        )
    );
    assert_eq!(
        manager("bun.lock", "{}"),
        of("bun", "bun install --cwd $STORE --frozen-lockfile")
    );
    assert_eq!(
        manager("README.md", r#"{"packageManager":"pnpm@9.1.0"}"#),
        of("pnpm", "pnpm --dir $STORE install --no-frozen-lockfile")
    );
}
