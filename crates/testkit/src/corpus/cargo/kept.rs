//! Shows old promises that stay, and what a person says of those that do not.

use super::super::edit::Edit::Remove;
use super::{
    Append, Edit, FEATURE, Replace, SHIPPING, SHIPPING_TEST, SHOP, Show, TESTS, Write, show,
};

const OLD_TEST: &str = r#"
#[test]
fn total() {
    assert_eq!(shop::total(&["tea", "cake"]), 8);
}
"#;

const REFUSED_TEST: Edit = Append(
    "tests/shop.rs",
    "
#[test]
fn refused() {
    assert_eq!(shop::checked(\"pie\"), Err(\"unknown\".to_owned()));
}
",
);

const CHECKED: Edit = Append(
    "src/lib.rs",
    "
pub fn checked(name: &str) -> Result<u32, String> {
    match price(name) {
        0 => Err(\"unknown\".to_owned()),
        some => Ok(some),
    }
}
",
);

pub(super) const SHOWS: &[Show] = &[
    show("refactor").flags(&["--kind", "refactor"]).head(&[&[Replace(
        "src/lib.rs",
        "    names.iter().map(|name| price(name)).sum::<u32>()",
        "    let mut amount = 0;
    for name in names {
        amount += price(name);
    }
    amount",
    )]]),
    show("rename-through-tests").flags(&["--kind", "refactor"]).head(&[&[
        Replace("src/lib.rs", "pub fn total(", "pub fn sum_of("),
        Replace("tests/shop.rs", "shop::total(", "shop::sum_of("),
    ]]),
    show("feature-and-test-moved").head(&[
        FEATURE,
        &[
            Replace("tests/shop.rs", OLD_TEST, ""),
            Write(
                "tests/total.rs",
                "#[test]\nfn total() {\n    assert_eq!(shop::total(&[\"tea\", \"cake\"]), 8);\n}\n",
            ),
        ],
    ]),
    show("feature-and-test-renamed").head(&[
        FEATURE,
        &[Replace("tests/shop.rs", "fn total", "fn the_total_is_a_sum")],
    ]),
    show("feature-and-case-renamed").absent("a test of cargo test has no cases with titles"),
    show("feature-and-helper-extracted").head(&[
        FEATURE,
        &[
            Replace(
                "tests/shop.rs",
                "assert_eq!(shop::total(&[\"tea\", \"cake\"]), 8)",
                "check(&[\"tea\", \"cake\"], 8)",
            ),
            Append(
                "tests/shop.rs",
                "\nfn check(names: &[&str], total: u32) {\n    assert_eq!(shop::total(names), total);\n}\n",
            ),
        ],
    ]),
    show("feature-and-tests-reformatted").head(&[
        FEATURE,
        &[Replace(
            "tests/shop.rs",
            "    assert_eq!(shop::total(&[\"tea\", \"cake\"]), 8);",
            "    // The sum of both.\n    assert_eq!(\n        shop::total(&[\"tea\", \"cake\"]),\n        8\n    );",
        )],
    ]),
    show("feature-and-harmless-config")
        .head(&[FEATURE, &[Append("Cargo.toml", "\n[profile.test]\nopt-level = 1\n")]]),
    show("feature-beside-failing-test")
        .base(&[Write(
            "tests/old.rs",
            "#[test]\nfn old() {\n    assert_eq!(shop::price(\"tea\"), 2);\n}\n",
        )])
        .head(&[FEATURE]),
    show("feature-beside-skipped-test")
        .base(&[Write(
            "tests/old.rs",
            "#[test]\n#[ignore = \"needs a printer\"]\nfn old() {\n    panic!();\n}\n",
        )])
        .head(&[FEATURE]),
    show("feature-beside-flaky-test")
        .base(&[Write(
            "tests/old.rs",
            r#"#[test]
fn old() {
    let path = "{outside}/calls";
    let made = std::fs::read(path).unwrap_or_default();
    std::fs::write(path, [made.as_slice(), b"x"].concat()).unwrap();
    assert!(made.len() % 2 == 1);
}
"#,
        )])
        .head(&[FEATURE]),
    show("new-dev-dependency").head(&[&[
        SHIPPING,
        Append("Cargo.toml", "\n[dev-dependencies]\nnear = { path = \"near\" }\n"),
        Write(
            "Cargo.lock",
            "version = 3

[[package]]
name = \"near\"
version = \"0.1.0\"

[[package]]
name = \"shop\"
version = \"0.1.0\"
dependencies = [
 \"near\",
]
",
        ),
        Write(
            "near/Cargo.toml",
            "[package]\nname = \"near\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
        ),
        Write(
            "near/src/lib.rs",
            "pub fn near(a: u32, b: u32) -> bool {\n    a.abs_diff(b) < 1\n}\n",
        ),
        Write(
            "tests/shipping.rs",
            "#[test]
fn ships() {
    assert!(near::near(shop::shipping(20), 0));
    assert!(near::near(shop::shipping(19), 4));
}
",
        ),
    ]]),
    show("test-package-below-tests")
        .head(&[&[
        SHIPPING,
        Append("Cargo.toml", "\n[dev-dependencies]\nnear = { path = \"tests/near\" }\n"),
        Write(
            "Cargo.lock",
            "version = 3

[[package]]
name = \"near\"
version = \"0.1.0\"

[[package]]
name = \"shop\"
version = \"0.1.0\"
dependencies = [
 \"near\",
]
",
        ),
        Write(
            "tests/near/Cargo.toml",
            "[package]\nname = \"near\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
        ),
        Write(
            "tests/near/src/lib.rs",
            "pub fn near(a: u32, b: u32) -> bool {\n    a.abs_diff(b) < 1\n}\n",
        ),
        Write(
            "tests/shipping.rs",
            "#[test]
fn ships() {
    assert!(near::near(shop::shipping(20), 0));
    assert!(near::near(shop::shipping(19), 4));
}
",
        ),
    ]]),
    show("spec-change-accepted")
        .flags(&["--kind", "spec-change", "--accept", "shop::shop$price"])
        .base(&[Replace("tests/shop.rs", "&[\"tea\", \"cake\"]), 8", "&[\"cake\"]), 5")])
        .head(&[&[
            Replace("src/lib.rs", "\"tea\" => 3", "\"tea\" => 4"),
            Replace("tests/shop.rs", ", 3)", ", 4)"),
        ]]),
    show("error-message-changed")
        .flags(&["--accept", "shop::shop$refused"])
        .base(&[CHECKED, REFUSED_TEST])
        .head(&[&[
            Replace("src/lib.rs", "Err(\"unknown\".to_owned())", "Err(format!(\"no {name} here\"))"),
            Replace("tests/shop.rs", "\"unknown\"", "\"no pie here\""),
        ]]),
    show("removed-with-its-test")
        .flags(&["--kind", "removal"])
        .base(&[SHIPPING, SHIPPING_TEST])
        .head(&[&[Write("src/lib.rs", SHOP), Remove("tests/shipping.rs")]]),
    show("dependency-upgraded")
        .flags(&["--kind", "dependency"])
        .base(&[
            Append("Cargo.toml", "\n[dependencies]\ncoins = { path = \"vendor/coins\" }\n"),
            Write(
                "Cargo.lock",
                "version = 3

[[package]]
name = \"coins\"
version = \"1.0.0\"

[[package]]
name = \"shop\"
version = \"0.1.0\"
dependencies = [
 \"coins\",
]
",
            ),
            Write(
                "vendor/coins/Cargo.toml",
                "[package]\nname = \"coins\"\nversion = \"1.0.0\"\nedition = \"2021\"\n",
            ),
            Write(
                "vendor/coins/src/lib.rs",
                "pub fn coins(amount: u32) -> Vec<u32> {\n    vec![1; amount as usize]\n}\n",
            ),
            Append(
                "src/lib.rs",
                "\npub fn change(amount: u32) -> u32 {\n    coins::coins(amount).iter().sum()\n}\n",
            ),
            Append(
                "tests/shop.rs",
                "\n#[test]\nfn change() {\n    assert_eq!(shop::change(3), 3);\n}\n",
            ),
        ])
        .head(&[&[
            Replace("vendor/coins/Cargo.toml", "1.0.0", "2.0.0"),
            Replace("Cargo.lock", "1.0.0", "2.0.0"),
            Replace("vendor/coins/src/lib.rs", "vec![1; amount as usize]", "vec![amount]"),
        ]]),
    show("characterization")
        .flags(&["--kind", "characterization"])
        .head(&[&[Append(
            "tests/shop.rs",
            "\n#[test]\nfn nothing_costs_nothing() {\n    assert_eq!(shop::total(&[]), 0);\n}\n",
        )]]),
    show("duplicate-test-removed")
        .flags(&["--accept", "shop::again$total"])
        .base(&[Write("tests/again.rs", TESTS)])
        .head(&[FEATURE, &[Replace("tests/again.rs", OLD_TEST, "")]]),
    show("docs-only").head(&[&[Write("README.md", "# Shop\n")]]),
    show("comments-only").head(&[&[
        Replace("src/lib.rs", "pub fn total", "/// What a cart costs.\npub fn total"),
        Replace("src/lib.rs", "_ => 0,", "_   =>   0,"),
    ]]),
    show("red-commit-alone").head(&[&[SHIPPING_TEST]]),
];
