//! Shows old promises that are broken and hidden.

use super::super::edit::Edit::{Remove, Rename};
use super::{Append, BREAK, Edit, FEATURE, Replace, Show, Write, show};

const OLD_TEST: &str = r#"
#[test]
fn total() {
    assert_eq!(shop::total(&["tea", "cake"]), 8);
}
"#;

const TABLE_TEST: Edit = Write(
    "tests/table.rs",
    r#"const ROWS: &[(&[&str], u32)] = &[(&[], 0), (&["tea"], 3), (&["tea", "tea"], 6)];

#[test]
fn table() {
    for (names, sum) in ROWS {
        assert_eq!(shop::total(names), *sum);
    }
}
"#,
);

const GOLDEN_TEST: &[Edit] = &[
    Write(
        "tests/golden.rs",
        r#"#[test]
fn golden() {
    let total = format!("{}\n", shop::total(&["tea", "tea"]));
    assert_eq!(total, include_str!("data/total.golden"));
}
"#,
    ),
    Write("tests/data/total.golden", "6\n"),
];

pub(super) const SHOWS: &[Show] = &[
    show("old-test-deleted").head(&[FEATURE, &[BREAK, Replace("tests/shop.rs", OLD_TEST, "")]]),
    show("old-file-deleted").head(&[FEATURE, &[BREAK, Remove("tests/shop.rs")]]),
    show("old-test-skipped").head(&[
        FEATURE,
        &[
            BREAK,
            Replace("tests/shop.rs", "fn total", "#[ignore]\nfn total"),
        ],
    ]),
    show("moved-into-skipped-group").head(&[
        FEATURE,
        &[
            BREAK,
            Replace(
                "tests/shop.rs",
                OLD_TEST,
                r#"
#[cfg(any())]
mod later {
    #[test]
    fn total() {
        assert_eq!(shop::total(&["tea", "cake"]), 8);
    }
}
"#,
            ),
        ],
    ]),
    show("renamed-uncollected").head(&[
        FEATURE,
        &[
            BREAK,
            Replace(
                "tests/shop.rs",
                "#[test]\nfn total",
                "#[allow(dead_code)]\nfn check_total",
            ),
        ],
    ]),
    show("file-renamed-uncollected").head(&[
        FEATURE,
        &[BREAK, Rename("tests/shop.rs", "tests/old/shop.rs")],
    ]),
    show("old-assertion-weakened").head(&[
        FEATURE,
        &[
            BREAK,
            Replace(
                "tests/shop.rs",
                "assert_eq!(shop::total(&[\"tea\", \"cake\"]), 8)",
                "assert!(shop::total(&[\"tea\", \"cake\"]) > 0)",
            ),
        ],
    ]),
    show("expected-value-changed")
        .head(&[FEATURE, &[BREAK, Replace("tests/shop.rs", ", 8)", ", 9)")]]),
    show("loop-emptied")
        .base(&[Replace(
            "tests/shop.rs",
            OLD_TEST,
            r#"
#[test]
fn all() {
    for name in ["tea", "cake"] {
        assert_eq!(shop::total(&[name]), shop::price(name));
    }
}
"#,
        )])
        .head(&[
            FEATURE,
            &[
                BREAK,
                Replace("tests/shop.rs", "in [\"tea\", \"cake\"]", "in [\"\"; 0]"),
            ],
        ]),
    show("tolerance-widened")
        .base(&[Replace(
            "tests/shop.rs",
            "assert_eq!(shop::total(&[\"tea\", \"cake\"]), 8)",
            "assert!(shop::total(&[\"tea\", \"cake\"]).abs_diff(8) < 1)",
        )])
        .head(&[FEATURE, &[BREAK, Replace("tests/shop.rs", "< 1)", "< 5)")]]),
    show("case-dropped")
        .base(&[Replace("tests/shop.rs", OLD_TEST, ""), TABLE_TEST])
        .head(&[
            FEATURE,
            &[
                Replace(
                    "src/lib.rs",
                    "    names.iter()",
                    "    u32::from(names.len() > 1) + names.iter()",
                ),
                Replace("tests/table.rs", ", (&[\"tea\", \"tea\"], 6)", ""),
            ],
        ]),
    show("registry-shrunk")
        .base(&[
            Replace("tests/shop.rs", OLD_TEST, ""),
            Append(
                "src/lib.rs",
                "
#[macro_export]
macro_rules! samples {
    () => {
        #[test]
        fn one() {
            assert_eq!($crate::total(&[\"tea\"]), 3);
        }
        #[test]
        fn two() {
            assert_eq!($crate::total(&[\"tea\", \"tea\"]), 6);
        }
    };
}
",
            ),
            Write("tests/samples.rs", "shop::samples!();\n"),
        ])
        .head(&[
            FEATURE,
            &[
                Replace(
                    "src/lib.rs",
                    "    names.iter()",
                    "    u32::from(names.len() > 1) + names.iter()",
                ),
                Replace(
                    "src/lib.rs",
                    "        #[test]
        fn two() {
            assert_eq!($crate::total(&[\"tea\", \"tea\"]), 6);
        }
",
                    "",
                ),
            ],
        ]),
    show("only-mark").absent("cargo test has no mark that leaves every other test out"),
    show("golden-regenerated").base(GOLDEN_TEST).head(&[
        FEATURE,
        &[
            BREAK,
            Replace("tests/shop.rs", OLD_TEST, ""),
            Write("tests/data/total.golden", "7\n"),
        ],
    ]),
    show("snapshot-updated").absent("cargo test has no snapshots; golden files stand for them"),
    show("new-test-patches-production").absent("compiled code is not replaced while tests run"),
    show("spec-change-unaccepted").head(&[&[
        Replace("src/lib.rs", "\"tea\" => 3", "\"tea\" => 4"),
        Replace("tests/shop.rs", ", 3)", ", 4)"),
        Replace("tests/shop.rs", ", 8)", ", 9)"),
    ]]),
    show("detects-the-runner").head(&[&[Append(
        "src/lib.rs",
        "
pub fn shipping(amount: u32) -> u32 {
    if !cfg!(test) {
        return 9;
    }
    if amount >= 20 { 0 } else { 4 }
}

#[cfg(test)]
mod tests {
    #[test]
    fn ships() {
        assert_eq!(super::shipping(20), 0);
    }
}
",
    )]]),
];
