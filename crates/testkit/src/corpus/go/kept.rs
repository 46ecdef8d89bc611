//! Shows old promises that stay, and what a person says of those that do not.

use super::super::edit::Edit::Remove;
use super::{Append, Edit, FEATURE, Replace, SHIPPING, SHIPPING_TEST, SHOP, Show, Write, show};

const OLD_TEST: &str = r#"
func TestTotal(t *testing.T) {
	if got := Total("tea", "cake"); got != 8 {
		t.Errorf("got %d", got)
	}
}
"#;

const CASES: Edit = Write(
    "cases_test.go",
    r#"package shop

import "testing"

func TestCases(t *testing.T) {
	for _, c := range []struct {
		title, name string
		price       int
	}{
		{"tea", "tea", 3},
		{"cake", "cake", 5},
	} {
		t.Run(c.title, func(t *testing.T) {
			if got := Price(c.name); got != c.price {
				t.Errorf("got %d", got)
			}
		})
	}
}
"#,
);

const CHECKED: &[Edit] = &[
    Replace(
        "shop.go",
        "package shop\n",
        "package shop\n\nimport \"errors\"\n",
    ),
    Append(
        "shop.go",
        r#"
func Checked(name string) (int, error) {
	if _, known := prices[name]; !known {
		return 0, errors.New("unknown")
	}
	return prices[name], nil
}
"#,
    ),
    Append(
        "shop_test.go",
        r#"
func TestRefused(t *testing.T) {
	if _, err := Checked("pie"); err == nil || err.Error() != "unknown" {
		t.Errorf("got %v", err)
	}
}
"#,
    ),
];

const NEAR_TEST: &str = r#"package shop

import (
	"near"
	"testing"
)

func TestShipping(t *testing.T) {
	if !near.Near(Shipping(20), 0) || !near.Near(Shipping(19), 4) {
		t.Error("not free from twenty")
	}
}
"#;

const NEAR: &str = "package near

func Near(a, b int) bool {
	return a-b < 1 && b-a < 1
}
";

pub(super) const SHOWS: &[Show] = &[
    show("refactor").flags(&["--kind", "refactor"]).head(&[&[Replace(
        "shop.go",
        "	sum := 0
	for _, name := range names {
		sum += Price(name)
	}
	return sum
",
        "	if len(names) == 0 {
		return 0
	}
	return Price(names[0]) + Total(names[1:]...)
",
    )]]),
    show("rename-through-tests").flags(&["--kind", "refactor"]).head(&[&[
        Replace("shop.go", "func Total(", "func SumOf("),
        Replace("shop_test.go", "Total(\"tea\"", "SumOf(\"tea\""),
    ]]),
    show("feature-and-test-moved").head(&[
        FEATURE,
        &[
            Replace("shop_test.go", OLD_TEST, ""),
            Write(
                "total_test.go",
                r#"package shop

import "testing"

func TestTotal(t *testing.T) {
	if got := Total("tea", "cake"); got != 8 {
		t.Errorf("got %d", got)
	}
}
"#,
            ),
        ],
    ]),
    show("feature-and-test-renamed").head(&[
        FEATURE,
        &[Replace("shop_test.go", "func TestTotal", "func TestTheTotalIsASum")],
    ]),
    show("feature-and-case-renamed").base(&[CASES]).head(&[
        FEATURE,
        &[Replace("cases_test.go", "{\"cake\", \"cake\", 5}", "{\"a cake\", \"cake\", 5}")],
    ]),
    show("feature-and-helper-extracted").head(&[
        FEATURE,
        &[
            Replace(
                "shop_test.go",
                "	if got := Total(\"tea\", \"cake\"); got != 8 {\n\t\tt.Errorf(\"got %d\", got)\n\t}\n",
                "	check(t, Total(\"tea\", \"cake\"), 8)\n",
            ),
            Append(
                "shop_test.go",
                r#"
func check(t *testing.T, got, want int) {
	t.Helper()
	if got != want {
		t.Errorf("got %d", got)
	}
}
"#,
            ),
        ],
    ]),
    show("feature-and-tests-reformatted").head(&[
        FEATURE,
        &[Replace(
            "shop_test.go",
            "	if got := Total(\"tea\", \"cake\"); got != 8 {",
            "	// The sum of both.\n	if got := Total(\n		\"tea\", \"cake\",\n	); got != 8 {",
        )],
    ]),
    show("feature-and-harmless-config").head(&[
        FEATURE,
        &[Write(
            "main_test.go",
            r#"package shop

import (
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	os.Exit(m.Run())
}
"#,
        )],
    ]),
    show("feature-beside-failing-test")
        .base(&[Write(
            "old_test.go",
            r#"package shop

import "testing"

func TestOld(t *testing.T) {
	if got := Price("tea"); got != 2 {
		t.Errorf("got %d", got)
	}
}
"#,
        )])
        .head(&[FEATURE]),
    show("feature-beside-skipped-test")
        .base(&[Write(
            "old_test.go",
            r#"package shop

import "testing"

func TestOld(t *testing.T) {
	t.Skip("needs a printer")
}
"#,
        )])
        .head(&[FEATURE]),
    show("feature-beside-flaky-test")
        .base(&[Write(
            "old_test.go",
            r#"package shop

import (
	"os"
	"testing"
)

func TestOld(t *testing.T) {
	made, _ := os.ReadFile("{outside}/calls")
	os.WriteFile("{outside}/calls", append(made, 'x'), 0o600)
	if len(made)%2 == 0 {
		t.Error("tails")
	}
}
"#,
        )])
        .head(&[FEATURE]),
    show("new-dev-dependency").head(&[&[
        SHIPPING,
        Append("go.mod", "\nrequire near v1.0.0\n\nreplace near => ./near\n"),
        Write("near/go.mod", "module near\n\ngo 1.21\n"),
        Write("near/near.go", NEAR),
        Write("shipping_test.go", NEAR_TEST),
    ]]),
    show("test-package-below-tests").head(&[&[
        SHIPPING,
        Append("go.mod", "\nrequire near v1.0.0\n\nreplace near => ./test/near\n"),
        Write("test/near/go.mod", "module near\n\ngo 1.21\n"),
        Write("test/near/near.go", NEAR),
        Write("shipping_test.go", NEAR_TEST),
    ]]),
    show("spec-change-accepted")
        .flags(&["--kind", "spec-change", "--accept", ".:TestPrice"])
        .base(&[
            Replace("shop_test.go", "Total(\"tea\", \"cake\")", "Total(\"cake\")"),
            Replace("shop_test.go", "got != 8", "got != 5"),
        ])
        .head(&[&[
            Replace("shop.go", "\"tea\": 3", "\"tea\": 4"),
            Replace("shop_test.go", "got != 3", "got != 4"),
        ]]),
    show("error-message-changed")
        .flags(&["--accept", ".:TestRefused"])
        .base(CHECKED)
        .head(&[&[
            Replace("shop.go", "errors.New(\"unknown\")", "errors.New(\"no \" + name + \" here\")"),
            Replace("shop_test.go", "\"unknown\"", "\"no pie here\""),
        ]]),
    show("removed-with-its-test")
        .flags(&["--kind", "removal"])
        .base(&[SHIPPING, SHIPPING_TEST])
        .head(&[&[Write("shop.go", SHOP), Remove("shipping_test.go")]]),
    show("dependency-upgraded")
        .flags(&["--kind", "dependency"])
        .base(&[
            Append("go.mod", "\nrequire coins v1.0.0\n\nreplace coins => ./vendored/coins\n"),
            Write("vendored/coins/go.mod", "module coins\n\ngo 1.21\n"),
            Write(
                "vendored/coins/coins.go",
                "package coins

func Coins(amount int) (coins []int) {
	for i := 0; i < amount; i++ {
		coins = append(coins, 1)
	}
	return coins
}
",
            ),
            Write(
                "change.go",
                r#"package shop

import "coins"

func Change(amount int) (sum int) {
	for _, coin := range coins.Coins(amount) {
		sum += coin
	}
	return sum
}
"#,
            ),
            Write(
                "change_test.go",
                r#"package shop

import "testing"

func TestChange(t *testing.T) {
	if got := Change(3); got != 3 {
		t.Errorf("got %d", got)
	}
}
"#,
            ),
        ])
        .head(&[&[
            Replace("go.mod", "coins v1.0.0", "coins v1.1.0"),
            Write(
                "vendored/coins/coins.go",
                "package coins\n\nfunc Coins(amount int) []int {\n\treturn []int{amount}\n}\n",
            ),
        ]]),
    show("characterization")
        .flags(&["--kind", "characterization"])
        .head(&[&[Append(
            "shop_test.go",
            r#"
func TestNothingCostsNothing(t *testing.T) {
	if got := Total(); got != 0 {
		t.Errorf("got %d", got)
	}
}
"#,
        )]]),
    show("duplicate-test-removed")
        .flags(&["--accept", ".:TestAgain"])
        .base(&[Append(
            "shop_test.go",
            r#"
func TestAgain(t *testing.T) {
	if got := Total("tea", "cake"); got != 8 {
		t.Errorf("got %d", got)
	}
}
"#,
        )])
        .head(&[
            FEATURE,
            &[Replace(
                "shop_test.go",
                r#"
func TestAgain(t *testing.T) {
	if got := Total("tea", "cake"); got != 8 {
		t.Errorf("got %d", got)
	}
}
"#,
                "",
            )],
        ]),
    show("docs-only").head(&[&[Write("README.md", "# Shop\n")]]),
    show("comments-only").head(&[&[
        Replace("shop.go", "func Total", "// Total is what a cart costs.\nfunc Total"),
        Replace("shop.go", "\"tea\": 3, \"cake\": 5", "\"tea\":  3, \"cake\":  5"),
    ]]),
    show("red-commit-alone").head(&[&[SHIPPING_TEST]]),
];
