//! Holds outlines against small source texts.

use super::*;
use crate::unit::{Package, Target};

fn unit() -> Unit {
    let target = |kind: &str, name: &str, path: &str| Target {
        name: name.to_owned(),
        kind: kind.to_owned(),
        path: path.to_owned(),
        ..Target::default()
    };
    Unit {
        id: Unit::id_of("", "cargo"),
        packages: vec![Package {
            name: "my-pkg".to_owned(),
            dir: String::new(),
            targets: vec![
                target("lib", "my_pkg", "src/lib.rs"),
                target("test", "it", "tests/it/main.rs"),
            ],
            needs: Vec::new(),
        }],
        ..Unit::default()
    }
}

fn production(text: &str) -> Outline {
    outline(&unit(), "src/shop/cart.rs", text, Surface::Production)
}

fn ids(outline: &Outline) -> Vec<&str> {
    outline
        .tests
        .iter()
        .map(|test| test.id.name.as_str())
        .collect()
}

const TEXT: &str = r#"//! Sells.
pub struct Cart { pub items: Vec<u8> }
pub enum Kind { Big { size: u8 }, Small }
/// Adds.
pub fn add(left: u8, (right, _): (u8, u8)) -> u8 { left + right }
impl Cart {
    pub const MAX: u8 = 1;
    fn len(&self) -> usize { 0 }
    #[cfg(test)]
    fn probe(&self) {}
}
impl From<u8> for Cart { fn from(_: u8) -> Self { todo!() } }
pub trait Sell { fn ask(&self); fn give(&self) {} }
mod inner { pub fn deep() {} #[cfg(test)] mod tests { #[test] fn t() {} } }
pub use other::{Thing, long as short};
use quiet::Hidden;
#[cfg(test)]
use super::*;
#[cfg(any(test, feature = "x"))]
fn shared() {}
#[cfg(all(test, unix))]
mod tests {
    #[test]
    #[ignore = "slow"]
    fn slow() { assert!(true) }
    #[tokio::test]
    async fn waits() {}
    fn tool() {}
    proptest! {
        #![config(x)]
        #[test]
        fn holds(x in 0..3) { assert!(x < 3) }
        fn not_a_test() {}
    }
}
#[test]
fn bare() {}
"#;

#[test]
fn tests_are_named_as_their_binary_names_them() {
    let owed = [
        "my-pkg$shop::cart::inner::tests::t",
        "my-pkg$shop::cart::tests::slow",
        "my-pkg$shop::cart::tests::waits",
        "my-pkg$shop::cart::tests::holds",
        "my-pkg$shop::cart::bare",
    ];
    let outline = production(TEXT);
    assert_eq!(ids(&outline), owed);
    let muted: Vec<bool> = outline.tests.iter().map(|test| test.muted).collect();
    assert_eq!(muted, [false, true, false, false, false]);
    assert_eq!(outline.tests[1].lines, Lines::new(23, 25));
}

#[test]
fn a_test_file_has_tests_and_no_regions() {
    let text = "mod sub { #[rstest] fn a() {} }\nfn tool() {}\n";
    let outline = outline(&unit(), "tests/it/part.rs", text, Surface::Test);
    assert_eq!(ids(&outline), ["my-pkg::it$part::sub::a"]);
    assert!(outline.regions.is_empty() && outline.functions.is_empty());
    let root = super::outline(
        &unit(),
        "tests/it/main.rs",
        "#[test] fn r#a() {}",
        Surface::Test,
    );
    assert_eq!(ids(&root), ["my-pkg::it$a"]);
}

#[test]
fn regions_are_what_only_a_test_build_has() {
    let outline = production(TEXT);
    let keys: Vec<&str> = outline
        .regions
        .iter()
        .map(|region| region.key.as_str())
        .collect();
    let owed = [
        "impl Cart::fn probe",
        "inner::mod tests",
        "use super::*",
        "mod tests",
        "fn bare",
    ];
    assert_eq!(keys, owed);
    assert_eq!(outline.regions[3].lines, Lines::new(21, 35));
    assert!(TEXT[outline.regions[3].bytes.clone()].starts_with("#[cfg(all(test"));
}

#[test]
fn functions_are_those_of_production() {
    let outline = production(TEXT);
    let seen: Vec<(&str, bool)> = outline
        .functions
        .iter()
        .map(|function| (function.name.as_str(), function.stubbable))
        .collect();
    let owed = [
        ("add", true),
        ("Cart::len", true),
        ("<Cart as From<u8>>::from", true),
        ("Sell::give", true),
        ("inner::deep", true),
        ("shared", true),
    ];
    assert_eq!(seen, owed);
    assert_eq!(outline.functions[0].lines, Lines::new(4, 5));
}

#[test]
fn names_are_those_that_production_defines() {
    let names = production(TEXT).names;
    for name in [
        "Cart", "items", "Kind", "Big", "size", "Small", "add", "left", "right", "MAX", "len",
        "Sell", "ask", "inner", "deep", "Thing", "short", "shared",
    ] {
        assert!(names.contains(name), "{name}");
    }
    for name in [
        "tests", "probe", "slow", "tool", "bare", "Hidden", "long", "t",
    ] {
        assert!(!names.contains(name), "{name}");
    }
}

fn body(text: &str) -> Digest {
    production(text).tests[0].body.clone()
}

#[test]
fn a_moved_renamed_or_reformatted_test_has_the_same_body() {
    let one = body("#[test]\nfn a() { let x = 1; assert_eq!(x, 1); }");
    assert_eq!(
        one,
        body(
            "/// Doc.\n#[test]\n#[ignore]\nfn b() {\n  // why\n  let x = 1;\n  assert_eq!(x, 1);\n}"
        )
    );
    assert_eq!(
        one,
        body("mod m { #[test] fn c() { let x=1; assert_eq!(x,1); } }")
    );
    assert_ne!(
        one,
        body("#[test]\nfn a() { let x = 1; assert_eq!(x, 2); }")
    );
    assert_ne!(
        one,
        body("#[test]\n#[should_panic]\nfn a() { let x = 1; assert_eq!(x, 1); }")
    );
}

#[test]
fn a_broken_text_keeps_the_parts_that_parse() {
    let outline = production("fn good() {}\nfn bad( {\n#[test] fn t() {}\n");
    assert!(
        outline
            .functions
            .iter()
            .any(|function| function.name == "good")
    );
    assert_eq!(production(""), Outline::default());
}

const TABLE: &str = r#"
#[cfg(test)]
mod tests {
    macro_rules! t {
        ($t:ident : $s1:expr => $s2:expr) => {
            #[test]
            fn $t() { assert_eq!($s1.len(), $s2) }
        };
    }
    macro_rules! table {
        ($($(#[$m:meta])* $name:ident: $value:expr,)*) => {
            $(#[test] $(#[$m])* fn $name() { check($value) })*
        };
    }
    macro_rules! plain { ($x:ident) => { let $x = 1; }; }
    t!(one: "a" => 1);
    t!(two: "ab" => 2);
    table! {
        three: (1, other),
        #[ignore] four: f(2),
    }
    plain!(none);
}
"#;

#[test]
fn tests_that_a_macro_of_the_file_makes_are_found() {
    let names =
        ["one", "two", "three", "four"].map(|name| format!("my-pkg$shop::cart::tests::{name}"));
    assert_eq!(ids(&production(TABLE)), names);
    let muted: Vec<bool> = production(TABLE).tests.iter().map(|t| t.muted).collect();
    assert_eq!(muted, [false, false, false, true]);
}

#[test]
fn a_test_that_a_macro_makes_changes_with_its_call_and_with_the_macro() {
    let changed = |old: &str, new: &str| -> Vec<bool> {
        let (was, now) = (production(TABLE), production(&TABLE.replace(old, new)));
        let pairs = was.tests.iter().zip(&now.tests);
        pairs.map(|(was, now)| was.body != now.body).collect()
    };
    assert_eq!(
        changed("\"ab\" => 2", "\"ab\" => 3"),
        [false, true, false, false]
    );
    assert_eq!(changed("f(2)", "f(3)"), [false, false, false, true]);
    assert_eq!(
        changed("assert_eq!", "assert_ne!"),
        [true, true, false, false]
    );
}

#[test]
fn a_derive_brings_the_methods_of_its_traits() {
    let names = production("#[derive(Debug, Default, other::Thing)]\nstruct A;").names;
    let brought = ["Debug", "Default", "default", "Thing", "A"];
    let missing: Vec<&str> = brought
        .into_iter()
        .filter(|n| !names.contains(*n))
        .collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn only_code_counts_as_code() {
    let code = |text: &str| production(text).code;
    let text = "/// A.\nfn a() { 1 }\n#[cfg(test)]\nmod tests { fn t() {} }\n";
    assert!(code(text).is_some());
    for (old, new) in [
        ("/// A.", "//! B\n/// C."),
        ("{ 1 }", "{\n  /* x */ 1 }"),
        ("fn t", "fn u"),
    ] {
        assert_eq!(code(text), code(&text.replace(old, new)), "{new}");
    }
    assert_ne!(code(text), code(&text.replace("{ 1 }", "{ 2 }")));
}
