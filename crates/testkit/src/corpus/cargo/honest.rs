//! Shows new behaviour with tests that notice it.

use super::{Append, BREAK, Edit, FEATURE, Replace, SHIPPING, SHIPPING_TEST, Show, Write, show};

const LOADED_TEST: &[Edit] = &[
    Write(
        "tests/rows.rs",
        r#"#[test]
fn rows() {
    let rows = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/rows.txt");
    for row in std::fs::read_to_string(rows).unwrap().lines() {
        let (names, total) = row.split_once(' ').unwrap();
        let names: Vec<&str> = names.split(',').collect();
        assert_eq!(shop::total(&names).to_string(), total);
    }
}
"#,
    ),
    Write("tests/data/rows.txt", "tea 3\n"),
    Replace(
        "src/lib.rs",
        "    names.iter()",
        "    let mut names = names.to_vec();\n    names.dedup();\n    names.iter()",
    ),
];

const INLINE_TEST: &str = "
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipping_is_free_from_twenty() {
        assert_eq!(shipping(20), 0);
        assert_eq!(shipping(19), 4);
    }
}
";

pub(super) const SHOWS: &[Show] = &[
    show("honest-feature").head(&[FEATURE]),
    show("new-file-new-tests").head(&[&[
        Write(
            "src/tax.rs",
            "pub fn tax(net: u32) -> u32 {\n    net * 2\n}\n",
        ),
        Append("src/lib.rs", "\npub mod tax;\n"),
        Write(
            "tests/tax.rs",
            "#[test]\nfn tax() {\n    assert_eq!(shop::tax::tax(4), 8);\n}\n",
        ),
    ]]),
    show("bug-fix")
        .base(&[BREAK, Replace("tests/shop.rs", ", 8)", ", 9)")])
        .head(&[&[
            Replace(
                "src/lib.rs",
                "    1 + names",
                "    usize::from(!names.is_empty()) as u32 + names",
            ),
            Append(
                "tests/shop.rs",
                "\n#[test]\nfn total_of_nothing() {\n    assert_eq!(shop::total(&[]), 0);\n}\n",
            ),
        ]]),
    show("red-then-green").head(&[&[SHIPPING_TEST], &[SHIPPING]]),
    show("method-added")
        .base(&[Append(
            "src/lib.rs",
            "\n#[derive(Default)]\npub struct Cart {\n    pub names: Vec<String>,\n}\n",
        )])
        .head(&[&[
            Append(
                "src/lib.rs",
                "
impl Cart {
    pub fn add(&mut self, name: &str) {
        self.names.push(name.to_owned());
    }
}
",
            ),
            Write(
                "tests/cart.rs",
                r#"#[test]
fn what_is_added_is_in() {
    let mut cart = shop::Cart::default();
    cart.add("tea");
    assert_eq!(cart.names, ["tea"]);
}
"#,
            ),
        ]]),
    show("parameter-added").head(&[&[
        Replace(
            "src/lib.rs",
            "pub fn total(names: &[&str]) -> u32 {\n    names",
            "pub fn total(names: &[&str]) -> u32 {
    total_with(names, 0)
}

pub fn total_with(names: &[&str], tip: u32) -> u32 {
    tip + names",
        ),
        Append(
            "tests/shop.rs",
            "\n#[test]\nfn tip() {\n    assert_eq!(shop::total_with(&[\"tea\"], 1), 4);\n}\n",
        ),
    ]]),
    show("two-functions").head(&[&[
        Append(
            "src/lib.rs",
            "
pub fn is_free(amount: u32) -> bool {
    amount >= 20
}

pub fn shipping(amount: u32) -> u32 {
    if is_free(amount) { 0 } else { 4 }
}
",
        ),
        SHIPPING_TEST,
        Append(
            "tests/shipping.rs",
            "
#[test]
fn twenty_is_free() {
    assert!(shop::is_free(20));
    assert!(!shop::is_free(19));
}
",
        ),
    ]]),
    show("data-row-added").head(&[&[
        Replace(
            "src/lib.rs",
            "\"cake\" => 5,",
            "\"cake\" => 5,\n        \"milk\" => 1,",
        ),
        Append(
            "tests/shop.rs",
            "\n#[test]\nfn milk() {\n    assert_eq!(shop::price(\"milk\"), 1);\n}\n",
        ),
    ]]),
    show("expects-an-error").head(&[&[
        Replace("src/lib.rs", "_ => 0", "_ => panic!(\"no {name} here\")"),
        Append(
            "tests/shop.rs",
            r#"
#[test]
#[should_panic(expected = "no pie here")]
fn unknown_names_are_refused() {
    shop::price("pie");
}
"#,
        ),
    ]]),
    show("collaborator-mocked")
        .base(&[Append(
            "src/lib.rs",
            "\npub trait Calendar {\n    fn is_sunday(&self) -> bool;\n}\n",
        )])
        .head(&[&[
            Append(
                "src/lib.rs",
                "
pub fn is_open(calendar: &dyn Calendar) -> bool {
    !calendar.is_sunday()
}
",
            ),
            Write(
                "tests/open.rs",
                "struct Always(bool);

impl shop::Calendar for Always {
    fn is_sunday(&self) -> bool {
        self.0
    }
}

#[test]
fn closed_on_sunday() {
    assert!(!shop::is_open(&Always(true)));
    assert!(shop::is_open(&Always(false)));
}
",
            ),
        ]]),
    show("honest-fixture").head(&[&[
        SHIPPING,
        Write(
            "tests/common/mod.rs",
            "pub fn amount() -> u32 {\n    20\n}\n",
        ),
        Write(
            "tests/shipping.rs",
            "mod common;

#[test]
fn ships() {
    assert_eq!(shop::shipping(common::amount()), 0);
    assert_eq!(shop::shipping(common::amount() - 1), 4);
}
",
        ),
    ]]),
    show("fixture-only").base(LOADED_TEST).head(&[&[
        Replace(
            "src/lib.rs",
            "    let mut names = names.to_vec();\n    names.dedup();\n    names.iter()",
            "    names.iter()",
        ),
        Append("tests/data/rows.txt", "tea,tea 6\n"),
    ]]),
    show("parametrised-test").head(&[&[
        SHIPPING,
        Write(
            "tests/shipping.rs",
            "#[test]
fn ships() {
    for (amount, cost) in [(20, 0), (19, 4), (0, 4)] {
        assert_eq!(shop::shipping(amount), cost, \"{amount}\");
    }
}
",
        ),
    ]]),
    show("inline-tests-old-file").head(&[&[SHIPPING, Append("src/lib.rs", INLINE_TEST)]]),
    show("inline-tests-new-file").head(&[&[
        Write(
            "src/shipping.rs",
            "pub fn shipping(amount: u32) -> u32 {\n    if amount >= 20 { 0 } else { 4 }\n}\n",
        ),
        Append("src/shipping.rs", INLINE_TEST),
        Append("src/lib.rs", "\npub mod shipping;\n"),
    ]]),
];
