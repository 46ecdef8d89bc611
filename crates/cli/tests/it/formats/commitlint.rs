//! What commitlint says of the subjects that redgreen makes of titles, by the rules that most
//! projects take: `@commitlint/config-conventional`.

use redgreen_core::commit_message::{ChangeType, CommitMessage, subject};
use redgreen_core::id::CriterionId;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Reads messages as a list of JSON, and prints what is wrong with each that has something wrong.
const COMMITLINT: &str = "
import lint from '@commitlint/lint';
import config from '@commitlint/config-conventional';
import preset from 'conventional-changelog-conventionalcommits';
import { readFileSync } from 'node:fs';
const parserOpts = (await preset()).parser;
let wrong = 0;
for (const message of JSON.parse(readFileSync(0, 'utf8'))) {
  const { errors, warnings } = await lint(message, config.rules, { parserOpts });
  for (const found of [...errors, ...warnings]) {
    wrong += 1;
    console.log(`${message.split('\\n')[0]}: ${found.name}: ${found.message}`);
  }
}
console.log(`${wrong} wrong`);
";

/// What commitlint prints of `messages`.
pub(super) fn commitlint(messages: &[String]) -> String {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/test-tools/js");
    assert!(
        home.join("node_modules/@commitlint/lint").exists(),
        "commitlint is needed: bash -c 'source scripts/needs; need_js'"
    );
    let mut asked = Command::new("node");
    asked.args(["--input-type=module", "-e", COMMITLINT]);
    asked.current_dir(home).stdin(Stdio::piped());
    asked.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut reader = asked.spawn().unwrap();
    let text = serde_json::to_string(messages).unwrap();
    let mut mouth = reader.stdin.take().unwrap();
    mouth.write_all(text.as_bytes()).unwrap();
    drop(mouth);
    let said = reader.wait_with_output().unwrap();
    let err = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(said.status.success(), "{err}");
    String::from_utf8(said.stdout).unwrap()
}

fn message(change: ChangeType, title: &str) -> String {
    let mut message = CommitMessage::new(change, subject(title));
    message.refs = vec!["#12".to_owned()];
    message.acceptance = vec![CriterionId::new("AC-1"), CriterionId::new("AC-2")];
    message.render()
}

#[test]
fn commitlint_takes_the_subject_of_any_title_and_refuses_what_is_none() {
    let titles = [
        "Limit login attempts.",
        "API: limit login attempts",
        "HTTP",
        "OAuth Login For Users",
        "iOS and macOS",
        "A percentage off",
        "I18n of receipts",
        "Ärger mit Umlauten",
        "ÄÖ in names",
        "429 Too Many Requests",
        "`Half` of a price",
        "Über-long titles are cut somewhere before the end of the line that a header may have, ok",
        "fix: JSON:API answers 500",
        "...",
    ];
    let all = ChangeType::ALL.iter().cycle();
    let messages: Vec<String> = titles
        .iter()
        .zip(all)
        .map(|(title, change)| message(*change, title))
        .collect();
    assert_eq!(commitlint(&messages), "0 wrong\n");
    // That it is read at all.
    let refused = commitlint(&["feat: API limit".to_owned(), "feature: x.".to_owned()]);
    assert!(refused.ends_with("\n3 wrong\n"), "{refused}");
}
