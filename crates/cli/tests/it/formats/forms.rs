//! What the published shapes of SARIF and of Stryker's report say of those that redgreen writes.

use super::python;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn modules() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let modules = root.join("target/test-tools/js/node_modules");
    assert!(
        modules.join("@types/sarif").exists(),
        "the published shapes are needed: bash -c 'source scripts/needs; need_js'"
    );
    modules.canonicalize().unwrap()
}

/// What the compiler of TypeScript says of the SARIF log at `path`, held against `@types/sarif`: a
/// property that is unknown, missing or of another type is an error. Nothing where it has none.
pub(crate) fn wrong_sarif(path: &Path) -> String {
    let modules = modules();
    let log = fs::read_to_string(path).unwrap();
    let shape = modules.join("@types/sarif/index").display().to_string();
    let text = format!("import type {{ Log }} from {shape:?};\nexport const log: Log = {log};\n");
    let source = path.with_extension("ts");
    fs::write(&source, text).unwrap();
    let mut asked = Command::new("node");
    asked.arg(modules.join("typescript/bin/tsc"));
    // The shape is all that is looked at: no library beside the language itself.
    asked.args(["--noEmit", "--strict", "--pretty", "false"]);
    asked.args(["--skipLibCheck", "--lib", "es5"]);
    let said = asked.arg(&source).output().unwrap();
    let text = String::from_utf8(said.stdout).unwrap();
    assert_eq!(said.status.success(), text.is_empty(), "{text}");
    text
}

/// What the schema of `mutation-testing-report-schema` says of the report at `path`.
pub(crate) fn wrong_elements(path: &Path) -> String {
    let schema = "mutation-testing-report-schema/src/mutation-testing-report-schema.json";
    let mut asked = Command::new(python());
    asked.args(["-m", "check_jsonschema", "--schemafile"]);
    asked.arg(modules().join(schema)).arg(path);
    let said = asked.output().unwrap();
    match said.status.success() {
        true => String::new(),
        false => {
            let err = String::from_utf8_lossy(&said.stderr).into_owned();
            String::from_utf8(said.stdout).unwrap() + &err
        }
    }
}
