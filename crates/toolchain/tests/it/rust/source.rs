//! Properties of grafting and stubbing, held on this repository's own sources.

use proptest::prelude::*;
use redgreen_toolchain::rust::Rust;
use redgreen_toolchain::{Language, Outline, Unit};
use std::collections::BTreeSet;
use std::path::Path;

/// Every Rust file of the workspace, in an order of its own.
fn sources() -> Vec<String> {
    fn walk(dir: &Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("target") {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join(".."),
        &mut found,
    );
    found.sort();
    found
        .iter()
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect()
}

fn outline(text: &str) -> Outline {
    Rust.outline(&Unit::default(), "src/any.rs", text)
}

fn is_sound(text: &str) -> bool {
    let mut parser = tree_sitter::Parser::new();
    parser
        .set_language(&tree_sitter_rust::LANGUAGE.into())
        .unwrap();
    !parser.parse(text, None).unwrap().root_node().has_error()
}

fn top_level(outline: &Outline) -> BTreeSet<String> {
    let keys = outline.regions.iter().map(|region| region.key.clone());
    keys.filter(|key| !key.starts_with("impl ") && !key.contains("::mod"))
        .collect()
}

/// The production part of a text without white space.
fn production(text: &str) -> String {
    let mut left = text.to_owned();
    for region in outline(text).regions.iter().rev() {
        left.replace_range(region.bytes.clone(), "");
    }
    left.split_whitespace().collect()
}

/// Small texts of items, some of them tests.
fn text() -> impl Strategy<Value = String> {
    let item = prop_oneof![
        Just("pub fn a() -> u8 { 1 }"),
        Just("/// é\npub struct S { pub x: u8 }"),
        Just("impl S { fn m(&self) {} #[cfg(test)] fn probe() {} }"),
        Just("#[cfg(test)]\nmod tests {\n    use super::*;\n    #[test]\n    fn t() {}\n}"),
        Just("#[cfg(test)] use x::y;"),
        Just("#[test]\nfn bare() { assert!(true, \"ü\"); }"),
        Just("mod inner {\n    pub fn b() {}\n    #[cfg(test)]\n    mod tests {}\n}"),
        Just("proptest! { #[test] fn p(x in 0..3) {} }"),
        Just("const X: &str = \"#[test] fn no() {}\";"),
        Just("// plain\n"),
    ];
    let newline = prop_oneof![Just("\n"), Just("\r\n"), Just("\n\n")];
    let pieces = prop::collection::vec((item, newline), 0..8);
    pieces.prop_map(|pieces| {
        pieces
            .into_iter()
            .flat_map(|(item, end)| [item, end])
            .collect()
    })
}

#[test]
fn own_sources_are_their_own_graft_and_stay_sound_when_grafted_or_stubbed() {
    // Every fourth has all that the others have.
    let sources: Vec<String> = sources().into_iter().step_by(4).collect();
    assert!(sources.len() > 100);
    for (at, text) in sources.iter().enumerate() {
        assert_eq!(&Rust.graft(text, text), text);
        let functions = outline(text)
            .functions
            .into_iter()
            .map(|function| function.name);
        let stubbed = Rust.stub(text, &functions.collect());
        assert!(is_sound(&stubbed) || !is_sound(text), "{stubbed}");
        assert_eq!(stubbed.lines().count(), text.lines().count());
        let other = &sources[(at + 1) % sources.len()];
        let grafted = Rust.graft(text, other);
        assert!(
            is_sound(&grafted) || !is_sound(text) || !is_sound(other),
            "{grafted}"
        );
        assert_eq!(production(&grafted), production(text));
    }
}

proptest! {
    #[test]
    fn a_graft_has_the_production_part_of_one_and_the_regions_of_the_other(one in text(), other in text()) {
        let grafted = Rust.graft(&one, &other);
        prop_assert!(is_sound(&grafted));
        prop_assert_eq!(production(&grafted), production(&one));
        prop_assert!(top_level(&outline(&grafted)).is_superset(&top_level(&outline(&other))));
        prop_assert_eq!(Rust.graft(&one, &one), one);
    }

    #[test]
    fn no_text_is_too_broken(one in ".{0,60}", other in text(), cut in 0usize..200) {
        let cut = other.char_indices().map(|(at, _)| at).nth(cut).unwrap_or(other.len());
        let broken = format!("{}{one}", &other[..cut]);
        prop_assert_eq!(Rust.graft(&broken, &broken), broken.clone());
        let names = outline(&broken).functions.into_iter().map(|function| function.name).collect();
        prop_assert!(Rust.stub(&broken, &names).len() >= broken.len());
        Rust.graft(&other, &broken);
        Rust.graft(&broken, &other);
    }
}
