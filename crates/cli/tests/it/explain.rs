//! Every code is explained, offline, to people and to programs.

use crate::program::redgreen;
use redgreen_core::finding::Code;
use serde_json::Value;

#[test]
fn every_code_is_explained() {
    let codes = Code::ALL.iter().map(|code| code.as_str());
    for code in codes.chain(["RQ001", "RQ030", "RQ060", "PL001", "PL008"]) {
        let said = redgreen(&["explain", code]);
        assert_eq!(said.code, 0, "{code}");
        assert!(said.out.starts_with(&format!("{code}  ")), "{}", said.out);
        for part in ["What it means", "Why it matters", "What to do"] {
            assert!(said.out.contains(part), "{code}: {part}");
        }
    }
}

#[test]
fn programs_read_the_same_page() {
    let said = redgreen(&["explain", "rg102", "--json"]);
    let page: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(page["schema"], "redgreen.explain/1");
    assert_eq!(page["code"], "RG102");
    assert_eq!(page["retrying_gives_the_same"], true);
}

#[test]
fn the_list_names_every_code() {
    let said = redgreen(&["explain", "--list"]);
    let listed: Value =
        serde_json::from_str(&redgreen(&["explain", "--list", "--json"]).out).unwrap();
    let listed = listed["codes"].as_array().unwrap().clone();
    assert!(listed.len() > Code::ALL.len());
    for entry in listed {
        let line = format!(
            "  {}  {}\n",
            entry["code"].as_str().unwrap(),
            entry["title"].as_str().unwrap()
        );
        assert!(said.out.contains(&line), "{line}");
    }
}

#[test]
fn an_unknown_code_brings_the_nearest() {
    let said = redgreen(&["explain", "RG1O2"]);
    assert_eq!(said.code, 2);
    assert!(
        said.err
            .starts_with("error[RG316]: there is no code RG1O2\n"),
        "{}",
        said.err
    );
    assert!(said.err.contains("redgreen explain RG102"), "{}", said.err);
}
