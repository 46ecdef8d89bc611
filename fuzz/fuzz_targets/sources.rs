//! Fuzzes the splitter of every language: the first byte chooses the language, the rest is a
//! source file, cut in two at the second byte's place for a graft.
#![no_main]

use libfuzzer_sys::fuzz_target;
use redgreen_core::surface::Lines;
use redgreen_toolchain::mask::{Comments, assertions, masked};
use redgreen_toolchain::{Unit, languages, runners};
use std::collections::BTreeSet;

fuzz_target!(|input: &[u8]| {
    let [chosen, cut, text @ ..] = input else {
        return;
    };
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    let all = languages();
    let language = all[usize::from(*chosen) % all.len()];
    let speaks = |name: &str| name == language.name();
    let runner = runners()
        .iter()
        .find(|r| r.languages().iter().any(|n| speaks(n)));
    let unit = Unit {
        runner: runner.map_or("", |runner| runner.name()).to_owned(),
        ..Unit::default()
    };
    let path = match language.name() {
        "python" => "tests/test_a.py",
        "rust" => "src/lib.rs",
        "go" => "a_test.go",
        "java" => "src/test/java/A.java",
        "ruby" => "spec/a_spec.rb",
        "php" => "tests/ATest.php",
        "cpp" => "tests/a_test.cpp",
        "cmake" => "CMakeLists.txt",
        _ => "src/a.test.ts",
    };
    let outline = language.outline(&unit, path, text);
    let last = u32::try_from(text.lines().count().max(1)).unwrap_or(u32::MAX);
    let inside = |lines: Lines| lines.first >= 1 && lines.last <= last + 1;
    assert!(outline.tests.iter().all(|test| inside(test.lines)));
    assert!(
        outline
            .functions
            .iter()
            .all(|function| inside(function.lines))
    );
    for region in &outline.regions {
        assert!(text.get(region.bytes.clone()).is_some());
    }
    let names: BTreeSet<String> = outline.functions.iter().map(|f| f.name.clone()).collect();
    let stubbed = language.stub(text, &names);
    assert_eq!(stubbed.lines().count(), text.lines().count());
    let cut = (1..=usize::from(*cut))
        .rev()
        .find(|at| text.is_char_boundary(*at));
    let (one, other) = text.split_at(cut.unwrap_or(0).min(text.len()));
    language.graft(one, other);
    for comments in [Comments::Hash, Comments::Slashes] {
        masked(text, comments);
        assertions(text, comments);
    }
});
