//! Shows tests that test nothing.

use super::{Append, Replace, SHIPPING, SHIPPING_TEST, Show, Write, show};

pub(super) const SHOWS: &[Show] = &[
    show("code-without-test").head(&[&[SHIPPING]]),
    show("empty-test").head(&[&[
        SHIPPING,
        Write("tests/shipping.rs", "#[test]\nfn shipping() {}\n"),
    ]]),
    show("no-assertion").head(&[&[
        Replace("src/lib.rs", "_ => 0", "_ => 1"),
        Append(
            "tests/shop.rs",
            "\n#[test]\nfn any() {\n    let _ = shop::price(\"pie\");\n}\n",
        ),
    ]]),
    show("assert-true").head(&[&[
        SHIPPING,
        Write(
            "tests/shipping.rs",
            "use shop::shipping;

#[test]
fn ships() {
    let _ = shipping;
    assert!(true);
}
",
        ),
    ]]),
    show("existence-only").absent("a name that is not there does not compile, so no test can ask for it"),
    show("dead-assertion").head(&[&[
        SHIPPING,
        Write(
            "tests/shipping.rs",
            "use shop::shipping;

#[test]
fn ships() {
    if false {
        assert_eq!(shipping(20), 0);
    }
}
",
        ),
    ]]),
    show("swallowed-assertion").head(&[&[
        SHIPPING,
        Write(
            "tests/shipping.rs",
            "use shop::shipping;

#[test]
fn ships() {
    let _ = std::panic::catch_unwind(|| assert_eq!(shipping(20), 7));
}
",
        ),
    ]]),
    show("subject-mocked").head(&[&[
        Append(
            "src/lib.rs",
            "
pub trait Ships {
    fn cost(&self, amount: u32) -> u32;
}

pub struct Post;

impl Ships for Post {
    fn cost(&self, amount: u32) -> u32 {
        if amount >= 20 { 0 } else { 4 }
    }
}
",
        ),
        Write(
            "tests/shipping.rs",
            "use shop::Ships;

struct Post;

impl Ships for Post {
    fn cost(&self, _: u32) -> u32 {
        0
    }
}

#[test]
fn ships() {
    assert_eq!(Post.cost(20), 0);
}
",
        ),
    ]]),
    show("fixture-does-the-work").head(&[&[
        SHIPPING,
        Write("tests/common/mod.rs", "pub fn cost() -> u32 {\n    0\n}\n"),
        Write(
            "tests/shipping.rs",
            "mod common;

#[test]
fn ships() {
    let _ = shop::shipping;
    assert_eq!(common::cost(), 0);
}
",
        ),
    ]]),
    show("passes-without-change").head(&[&[
        SHIPPING,
        Append(
            "tests/shop.rs",
            "\n#[test]\nfn cake() {\n    assert_eq!(shop::price(\"cake\"), 5);\n}\n",
        ),
    ]]),
    show("misspelled-import").head(&[
        &[Write(
            "tests/shipping.rs",
            "#[allow(unused_imports)]\nuse shop::shiping;\n\n#[test]\nfn ships() {\n    assert!(true);\n}\n",
        )],
        &[SHIPPING, Replace("tests/shipping.rs", "shiping", "shipping")],
    ]),
    show("skipped-test").head(&[&[
        SHIPPING,
        SHIPPING_TEST,
        Replace("tests/shipping.rs", "#[test]", "#[test]\n#[ignore]"),
    ]]),
    show("expected-failure").head(&[&[
        SHIPPING,
        Write(
            "tests/shipping.rs",
            "use shop::shipping;

#[test]
#[should_panic]
fn ships() {
    assert_eq!(shipping(20), 7);
}
",
        ),
    ]]),
    show("any-error-will-do").head(&[&[
        Append(
            "src/lib.rs",
            "\npub fn shipping(_amount: u32) -> u32 {\n    unreachable!()\n}\n",
        ),
        Write(
            "tests/shipping.rs",
            "#[test]
#[should_panic]
fn large_amounts_are_refused() {
    shop::shipping(1_000);
}
",
        ),
    ]]),
    show("coin-flip").head(&[&[
        SHIPPING,
        Write(
            "tests/shipping.rs",
            r#"#[test]
fn ships() {
    let path = "{outside}/calls";
    let made = std::fs::read(path).unwrap_or_default();
    std::fs::write(path, [made.as_slice(), b"x"].concat()).unwrap();
    assert!(made.len() % 2 == 0);
}
"#,
        ),
    ]]),
    show("special-cased").head(&[&[
        Append(
            "src/lib.rs",
            "
pub fn shipping(amount: u32) -> u32 {
    match amount {
        20 => 0,
        19 => 4,
        _ => 1_000,
    }
}
",
        ),
        SHIPPING_TEST,
    ]]),
    show("call-without-assertion").head(&[&[
        SHIPPING,
        Write(
            "tests/shipping.rs",
            "#[test]\nfn ships() {\n    let _ = shop::shipping(20);\n}\n",
        ),
    ]]),
    show("expected-from-code").head(&[&[
        SHIPPING,
        Write(
            "tests/shipping.rs",
            "use shop::shipping;

#[test]
fn ships() {
    let expected = shipping(20);
    assert_eq!(shipping(20), expected);
}
",
        ),
    ]]),
    show("type-only").head(&[&[
        SHIPPING,
        Write(
            "tests/shipping.rs",
            "#[test]\nfn ships() {\n    let cost: u32 = shop::shipping(20);\n    drop(cost);\n}\n",
        ),
    ]]),
    show("equal-to-all").head(&[&[
        Append(
            "src/lib.rs",
            "
#[derive(Debug)]
pub struct Cost(pub u32);

impl PartialEq for Cost {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

pub fn shipping(amount: u32) -> Cost {
    Cost(amount)
}
",
        ),
        Write(
            "tests/shipping.rs",
            "use shop::{shipping, Cost};

#[test]
fn ships() {
    assert_eq!(shipping(20), Cost(0));
    assert_eq!(shipping(19), Cost(4));
}
",
        ),
    ]]),
    show("tautology").head(&[&[
        SHIPPING,
        Write(
            "tests/shipping.rs",
            "#[test]
fn ships() {
    let cost = shop::shipping(20);
    assert!(cost == 7 || cost != 7);
}
",
        ),
    ]]),
];
