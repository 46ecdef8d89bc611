//! Writes GitLab's code quality report: one entry a finding that weighs, told apart without its line.

use super::place::place;
use redgreen_core::finding::{Finding, Weight};
use redgreen_core::id::Digest;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The most entries; GitLab's page of a merge request becomes slow with more.
const MOST: usize = 1000;
/// The most characters of a description.
const MOST_WORDS: usize = 500;

/// The report about `findings`.
pub fn report(findings: &[Finding]) -> Value {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let entries = findings.iter().take(MOST).map(|finding| {
        let (path, line) = located(finding);
        let key = format!("{}\n{path}\n{}", finding.code, finding.subject);
        let nth = seen.entry(key.clone()).or_default();
        *nth += 1;
        let fingerprint = Digest::of(format!("{key}\n{nth}").as_bytes());
        let words = match finding.subject.is_empty() {
            true => finding.message.clone(),
            false => format!("{}: {}", finding.subject, finding.message),
        };
        json!({
            "description": words.chars().take(MOST_WORDS).collect::<String>(),
            "check_name": format!("redgreen {}", finding.code),
            "fingerprint": fingerprint.as_str(),
            "severity": severity(finding.weight),
            "location": {
                "path": path,
                "lines": { "begin": line },
            },
        })
    });
    Value::Array(entries.collect())
}

fn severity(weight: Weight) -> &'static str {
    match weight {
        Weight::Blocks => "critical",
        Weight::Clouds => "major",
        Weight::Excepts => "minor",
        Weight::Advises => "info",
    }
}

/// The place of the finding: GitLab shows none that is in no file.
fn located(finding: &Finding) -> (String, u32) {
    place(finding).unwrap_or_else(|| ("redgreen.toml".to_owned(), 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use redgreen_core::finding::Code;
    use redgreen_core::outcome::Location;

    fn entries(lines: [u32; 2]) -> Value {
        let found = |line| {
            Finding::new(Code::Unstable, Weight::Clouds, "t.py::test_a", "differs").at(Some(
                Location {
                    path: "t.py".to_owned(),
                    line,
                    surface: None,
                },
            ))
        };
        report(&lines.map(found))
    }

    #[test]
    fn a_fingerprint_is_of_one_entry_and_outlives_a_moved_line() {
        let (one, other) = (entries([3, 9]), entries([4, 12]));
        assert_ne!(one[0]["fingerprint"], one[1]["fingerprint"]);
        assert_eq!(one[0]["fingerprint"], other[0]["fingerprint"]);
        assert_eq!(one[0]["severity"], "major");
        assert_eq!(
            one[1]["location"],
            json!({ "path": "t.py", "lines": { "begin": 9 } })
        );
    }

    #[test]
    fn what_is_in_no_file_still_has_a_place() {
        let place =
            |subject: &str| located(&Finding::new(Code::Lost, Weight::Blocks, subject, "")).0;
        assert_eq!(place("tests/test_x.py::test_a"), "tests/test_x.py");
        assert_eq!(place("../../etc/passwd"), "redgreen.toml");
        assert_eq!(place("shop::adds"), "redgreen.toml");
    }
}
