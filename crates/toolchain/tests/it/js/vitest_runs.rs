//! Which tests a real vitest runs, in which order, and which runs are not believed.

use super::project::{Project, files, modules, outcomes, tests, trusted};
use redgreen_core::evidence::{Order, Selection, Trouble};
use redgreen_toolchain::Language;
use redgreen_toolchain::js::{JavaScript, Vitest};
use std::collections::BTreeSet;
use std::time::Duration;

const PACKAGE: &str = r#"{"name":"shop","type":"module","scripts":{"test":"vitest run"}}"#;
const SUM: &str = "import { describe, expect, it, test } from 'vitest';
describe('sum of \"a/b\" (größe)', () => {
  it('adds', () => { expect(1 + 1).toBe(2); });
  it('adds more', () => { expect(1 + 1).toBe(2); });
  test.each([[1, 2, 3], [2, 2, 4]])('add(%i, %i) = %i', (a, b, c) => { expect(a + b).toBe(c); });
  test.skip('skipped', () => {});
  test.todo('later');
});
for (const x of [1, 2]) test(`loops ${x}`, () => {});
test('twice', () => {});
test('twice', () => { expect(1).toBe(2); });
";
const OTHER: &str = "import { expect, test } from 'vitest';\nlet first = true;\ntest('adds', () => { first = false; });\ntest('needs the one before', () => { expect(first).toBe(false); });\n";

fn project() -> Project {
    Project::new(
        &Vitest,
        modules().join(".bin/vitest"),
        &[
            ("package.json", PACKAGE),
            ("src/a b/sum.test.js", SUM),
            ("test/other.test.ts", OTHER),
        ],
    )
}

#[test]
fn ids_agree_between_source_report_and_command_line() {
    let project = project();
    let report = project.whole();
    trusted(&report);
    let name = |titles: &str| format!("src/a b/sum.test.js::\"{titles}\"");
    let suite = "sum of \\\"a/b\\\" (größe) > ";
    let case = |item: &str, shown: &str| format!("{}[{shown}]", name(item));
    let each = format!("{suite}add(%i, %i) = %i");
    let owed = [
        (name(&format!("{suite}adds")), "Passed"),
        (name(&format!("{suite}adds more")), "Passed"),
        (case(&each, &format!("{suite}add(1, 2) = 3")), "Passed"),
        (case(&each, &format!("{suite}add(2, 2) = 4")), "Passed"),
        (name(&format!("{suite}skipped")), "Skipped(\"skip\")"),
        (name(&format!("{suite}later")), "Skipped(\"todo\")"),
        (case("loops ${x}", "loops 1"), "Passed"),
        (case("loops ${x}", "loops 2"), "Passed"),
        (name("twice"), "Passed"),
        (format!("{}#2", name("twice")), "Call Assertion"),
        ("test/other.test.ts::\"adds\"".to_owned(), "Passed"),
        (
            "test/other.test.ts::\"needs the one before\"".to_owned(),
            "Passed",
        ),
    ];
    let owed: BTreeSet<(String, String)> = owed.map(|(name, did)| (name, did.to_owned())).into();
    let found: BTreeSet<(String, String)> = outcomes(&report)
        .into_iter()
        .map(|(n, d)| (n.to_owned(), d))
        .collect();
    assert_eq!(found, owed);
    let outline = JavaScript.outline(&project.unit(), "src/a b/sum.test.js", SUM);
    for item in &outline.tests {
        let is_there = owed.iter().any(|(name, _)| name.starts_with(&item.id.name));
        assert!(is_there, "{}", item.id.name);
    }
    assert_eq!(outline.tests.len(), 8);

    // By the names of that report: a case, a test whose name starts another's, an item of cases.
    let asked = [
        case(&each, &format!("{suite}add(2, 2) = 4")),
        name(&format!("{suite}adds")),
        name("loops ${x}"),
        "test/other.test.ts::\"needs the one before\"".to_owned(),
        "test/gone.test.ts::\"x\"".to_owned(),
    ];
    let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
    let report = project.tests(&asked);
    trusted(&report);
    let found: Vec<(&str, String)> = outcomes(&report);
    let owed = [
        (asked[0].to_owned(), "Passed"),
        (asked[1].to_owned(), "Passed"),
        (case("loops ${x}", "loops 1"), "Passed"),
        (case("loops ${x}", "loops 2"), "Passed"),
        (asked[3].to_owned(), "Call Assertion"),
    ];
    let found: BTreeSet<(String, String)> =
        found.into_iter().map(|(n, d)| (n.to_owned(), d)).collect();
    assert_eq!(found, owed.map(|(n, d)| (n, d.to_owned())).into());
}

#[test]
fn files_orders_and_nothing_at_all() {
    let project = project();
    let report = project.run(
        &files(&["test/other.test.ts", "test/gone.test.ts"]),
        Order::Shuffled(7),
    );
    trusted(&report);
    assert_eq!(report.tests.len(), 2, "{report:#?}");
    let report = project.run(
        &tests(&[
            "test/other.test.ts::\"adds\"",
            "test/other.test.ts::\"needs the one before\"",
        ]),
        Order::Alone,
    );
    trusted(&report);
    let found = outcomes(&report);
    assert_eq!(found[0].1, "Passed");
    assert_eq!(found[1].1, "Call Assertion");
    let report = project.tests(&["test/gone.test.ts::\"x\""]);
    trusted(&report);
    assert!(report.tests.is_empty() && report.diagnostics.is_empty());
    let report = project.run(&Selection::Files(Vec::new()), Order::AsWritten);
    trusted(&report);
    assert!(report.tests.is_empty());
}

#[test]
fn a_run_that_was_tampered_with_is_not_believed() {
    let mut project = project();
    project.write(
        "setup.js",
        "import { afterEach } from 'vitest';\nafterEach((context) => { Object.defineProperty(context.task, 'result', { get: () => ({ state: 'pass' }), set() {} }); });\n",
    );
    project.write(
        "vitest.config.js",
        "export default { test: { setupFiles: ['./setup.js'] } };\n",
    );
    let report = project.run(&files(&["test/other.test.ts"]), Order::AsWritten);
    assert!(
        matches!(report.trouble, Some(Trouble::Inconsistent { .. })),
        "{report:#?}"
    );
    project.write(
        "vitest.config.js",
        "export default { test: { exclude: ['**/rg-*'] } };\n",
    );
    let report = project.run(&files(&["test/other.test.ts"]), Order::AsWritten);
    let Some(Trouble::Inconsistent { why }) = report.trouble else {
        panic!("the canary is lost: {report:#?}");
    };
    assert!(why.contains("must pass"), "{why}");
    project.write("vitest.config.js", "throw new Error('no configuration');\n");
    let report = project.run(&files(&["test/other.test.ts"]), Order::AsWritten);
    let Some(Trouble::CouldNotRun { why }) = report.trouble else {
        panic!("vitest cannot start: {report:#?}");
    };
    assert!(why.contains("no configuration"), "{why}");
}

/// A test between two others, which vitest's process tells of before it runs: what it has to tell
/// it gathers for 100 ms, and may then forget until there is more, such as the end of a hook.
fn late(test: &str) -> String {
    format!(
        "import {{ beforeEach, test }} from 'vitest';
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
test('before', () => {{}});
beforeEach(() => wait(200));
{test}
test('behind', () => {{}});
"
    )
}

#[test]
fn a_process_that_dies_or_hangs_is_told_by_its_test() {
    let mut project = project();
    project.write(
        "test/dies.test.js",
        &late("test('aborts', async () => { await wait(200); process.abort(); });"),
    );
    let report = project.run(&files(&["test/dies.test.js"]), Order::AsWritten);
    trusted(&report);
    let found: Vec<String> = outcomes(&report).into_iter().map(|(_, did)| did).collect();
    assert_eq!(
        found,
        ["Process Death", "Passed", "NotReached"],
        "{report:#?}"
    );

    project.write(
        "test/hangs.test.js",
        &late("test('hangs', async () => { await wait(200); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); });"),
    );
    // A busy machine takes long to come to the first test.
    project.whole_limit = Duration::from_secs(30);
    let report = project.run(&files(&["test/hangs.test.js"]), Order::Shuffled(1));
    let hung = Some(Trouble::Hung { limit_ms: 0 });
    assert_eq!(report.trouble, hung, "{report:#?}");
    let of = |titles: &str| {
        let name = format!("test/hangs.test.js::\"{titles}\"");
        let all = outcomes(&report);
        all.into_iter()
            .find(|(known, _)| *known == name)
            .map(|(_, did)| did)
    };
    assert_eq!(of("hangs").as_deref(), Some("TimedOut"), "{report:#?}");
}

#[test]
fn another_copy_of_the_project_is_noticed() {
    let mut project = project();
    let copy = project.root().join("checkout");
    std::fs::create_dir_all(&copy).expect("a directory");
    std::fs::write(copy.join("sum.js"), "export const sum = (a, b) => a + b;\n").expect("a file");
    std::fs::write(
        copy.join("package.json"),
        "{\"name\":\"own-sum\",\"type\":\"module\",\"main\":\"sum.js\"}",
    )
    .expect("a file");
    std::os::unix::fs::symlink(&copy, project.tree().join("node_modules/own-sum")).expect("a link");
    project.write(
        "test/copy.test.ts",
        "import { expect, test } from 'vitest';\nimport { sum } from 'own-sum';\ntest('adds', () => { expect(sum(1, 2)).toBe(3); });\n",
    );
    let report = project.run(&files(&["test/copy.test.ts"]), Order::Shuffled(1));
    let Some(Trouble::AnotherCopy { module, .. }) = report.trouble else {
        panic!("the copy is noticed: {report:#?}");
    };
    assert_eq!(module, "sum.js");
}
