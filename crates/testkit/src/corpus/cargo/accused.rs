//! Shows honest code that defects could accuse falsely: properties, tolerances, caches, tables.

use super::{Append, SHIPPING, Show, Write, show};

pub(super) const SHOWS: &[Show] = &[
    show("property-test").head(&[&[
        SHIPPING,
        Write(
            "tests/shipping.rs",
            r#"#[test]
fn shipping_is_free_from_twenty_on() {
    for amount in 0..60 {
        let owed = if amount < 20 { 4 } else { 0 };
        assert_eq!(shop::shipping(amount), owed, "{amount}");
    }
}
"#,
        ),
    ]]),
    show("snapshot-added").head(&[&[
        Append(
            "src/lib.rs",
            r#"
pub fn bill(names: &[&str]) -> String {
    let mut text = String::new();
    for name in names {
        text.push_str(&format!("{name:<6}{:>3}\n", price(name)));
    }
    text.push_str(&format!("total {:>3}\n", total(names)));
    text
}
"#,
        ),
        Write(
            "tests/bill.rs",
            r#"#[test]
fn bill() {
    let golden = include_str!("testdata/bill.txt");
    assert_eq!(shop::bill(&["tea", "cake"]), golden);
}
"#,
        ),
        Write(
            "tests/testdata/bill.txt",
            r#"tea     3
cake    5
total   8
"#,
        ),
    ]]),
    show("real-constants").head(&[&[
        Append(
            "src/lib.rs",
            r#"
pub const LITRES_A_GALLON: f64 = 3.785411784;

pub fn litres(gallons: f64) -> f64 {
    gallons * LITRES_A_GALLON
}
"#,
        ),
        Write(
            "tests/litres.rs",
            r#"#[test]
fn litres() {
    assert_eq!(shop::litres(2.0), 7.570823568);
}
"#,
        ),
    ]]),
    show("numeric-tolerance").head(&[&[
        Append(
            "src/lib.rs",
            r#"
pub fn mean(amounts: &[f64]) -> f64 {
    amounts.iter().sum::<f64>() / amounts.len() as f64
}
"#,
        ),
        Write(
            "tests/mean.rs",
            r#"#[test]
fn mean() {
    assert!((shop::mean(&[1.0, 2.0, 4.0]) - 2.3333333).abs() < 1e-6);
}
"#,
        ),
    ]]),
    show("cache-added").head(&[&[
        Append(
            "src/lib.rs",
            r#"
#[derive(Default)]
pub struct Rates {
    known: std::collections::HashMap<String, usize>,
}

impl Rates {
    pub fn rate(&mut self, country: &str, fetch: impl FnOnce(&str) -> usize) -> usize {
        if let Some(rate) = self.known.get(country) {
            return *rate;
        }
        let rate = fetch(country);
        self.known.insert(country.to_owned(), rate);
        rate
    }
}
"#,
        ),
        Write(
            "tests/rates.rs",
            r#"#[test]
fn a_rate_is_fetched_once() {
    let mut rates = shop::Rates::default();
    let mut asked = 0;
    for country in ["malta", "malta", "peru"] {
        let rate = rates.rate(country, |name| {
            asked += 1;
            name.len()
        });
        assert_eq!(rate, country.len());
    }
    assert_eq!(asked, 2);
}
"#,
        ),
    ]]),
    show("generated-code").head(&[&[
        Write(
            "src/spices.rs",
            r#"// Written by prices.rs: do not edit.
pub static ROWS: &[(&str, u32)] = &[
    ("anise", 3),
    ("basil", 10),
    ("cumin", 17),
    ("dill", 24),
    ("fennel", 31),
    ("ginger", 38),
    ("hops", 45),
    ("iris", 52),
    ("kale", 59),
    ("leek", 66),
    ("mint", 73),
    ("nutmeg", 80),
    ("onion", 87),
    ("pepper", 94),
    ("rye", 101),
    ("sage", 108),
    ("thyme", 115),
    ("vanilla", 122),
    ("wheat", 129),
    ("yam", 136),
];
"#,
        ),
        Append(
            "src/lib.rs",
            r#"
mod spices;

pub fn spice(name: &str) -> Option<u32> {
    let found = spices::ROWS.iter().find(|row| row.0 == name);
    found.map(|row| row.1)
}
"#,
        ),
        Write(
            "tests/spice.rs",
            r#"#[test]
fn spice() {
    assert_eq!(shop::spice("anise"), Some(3));
    assert_eq!(shop::spice("yam"), Some(136));
    assert_eq!(shop::spice("stone"), None);
}
"#,
        ),
    ]]),
];
