//! Shows the cases with cargo test.

mod accused;
mod broken;
mod hollow;
mod honest;
mod kept;
mod runner;

use super::case::{Ecosystem, SearchPath, Show, show};
use super::edit::Edit::{self, Append, Replace, Write};

pub(super) static CARGO: Ecosystem = Ecosystem {
    name: "cargo",
    runs: true,
    start: &[
        ("Cargo.toml", MANIFEST),
        ("Cargo.lock", LOCK),
        ("src/lib.rs", SHOP),
        ("tests/shop.rs", TESTS),
    ],
    path: SearchPath::Own,
    links: &[],
    home: &[],
    shows: &[
        hollow::SHOWS,
        broken::SHOWS,
        runner::SHOWS,
        honest::SHOWS,
        accused::SHOWS,
        kept::SHOWS,
    ],
};

const MANIFEST: &str = r#"[package]
name = "shop"
version = "0.1.0"
edition = "2021"
"#;

const LOCK: &str = r#"version = 3

[[package]]
name = "shop"
version = "0.1.0"
"#;

const SHOP: &str = r#"pub fn price(name: &str) -> u32 {
    match name {
        "tea" => 3,
        "cake" => 5,
        _ => 0,
    }
}

pub fn total(names: &[&str]) -> u32 {
    names.iter().map(|name| price(name)).sum::<u32>()
}
"#;

const TESTS: &str = r#"#[test]
fn price() {
    assert_eq!(shop::price("tea"), 3);
}

#[test]
fn total() {
    assert_eq!(shop::total(&["tea", "cake"]), 8);
}
"#;

/// The feature that most cases are about.
const SHIPPING: Edit = Append(
    "src/lib.rs",
    "
pub fn shipping(amount: u32) -> u32 {
    if amount >= 20 { 0 } else { 4 }
}
",
);

/// Its honest test.
const SHIPPING_TEST: Edit = Write(
    "tests/shipping.rs",
    "use shop::shipping;

#[test]
fn shipping_is_free_from_twenty() {
    assert_eq!(shipping(20), 0);
    assert_eq!(shipping(19), 4);
}
",
);

/// A first commit that is as it should be, so that only the second one is in question.
const FEATURE: &[Edit] = &[SHIPPING, SHIPPING_TEST];

/// Breaks the promise of the test `total`.
const BREAK: Edit = Replace("src/lib.rs", "    names.iter()", "    1 + names.iter()");
