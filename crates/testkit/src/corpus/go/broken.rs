//! Shows old promises that are broken and hidden.

use super::super::edit::Edit::{Remove, Rename};
use super::{Append, BREAK, Edit, FEATURE, Replace, SHIPPING, Show, Write, show};

const OLD_TEST: &str = r#"
func TestTotal(t *testing.T) {
	if got := Total("tea", "cake"); got != 8 {
		t.Errorf("got %d", got)
	}
}
"#;

const TABLE_TEST: Edit = Write(
    "table_test.go",
    r#"package shop

import (
	"fmt"
	"testing"
)

func TestTable(t *testing.T) {
	for _, c := range []struct {
		names []string
		sum   int
	}{
		{nil, 0},
		{[]string{"tea"}, 3},
		{[]string{"tea", "tea"}, 6},
	} {
		t.Run(fmt.Sprint(len(c.names)), func(t *testing.T) {
			if got := Total(c.names...); got != c.sum {
				t.Errorf("got %d", got)
			}
		})
	}
}
"#,
);

const GOLDEN_TEST: &[Edit] = &[
    Write(
        "golden_test.go",
        r#"package shop

import (
	"fmt"
	"os"
	"testing"
)

func TestGolden(t *testing.T) {
	golden, err := os.ReadFile("testdata/total.golden")
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintln(Total("tea", "tea")); got != string(golden) {
		t.Errorf("got %s", got)
	}
}
"#,
    ),
    Write("testdata/total.golden", "6\n"),
];

pub(super) const SHOWS: &[Show] = &[
    show("old-test-deleted").head(&[FEATURE, &[BREAK, Replace("shop_test.go", OLD_TEST, "")]]),
    show("old-file-deleted").head(&[FEATURE, &[BREAK, Remove("shop_test.go")]]),
    show("old-test-skipped").head(&[
        FEATURE,
        &[
            BREAK,
            Replace(
                "shop_test.go",
                "func TestTotal(t *testing.T) {",
                "func TestTotal(t *testing.T) {\n\tt.Skip(\"later\")",
            ),
        ],
    ]),
    show("moved-into-skipped-group").head(&[
        FEATURE,
        &[
            BREAK,
            Replace(
                "shop_test.go",
                OLD_TEST,
                r#"
func TestLater(t *testing.T) {
	t.Skip("later")
	t.Run("total", func(t *testing.T) {
		if got := Total("tea", "cake"); got != 8 {
			t.Errorf("got %d", got)
		}
	})
}
"#,
            ),
        ],
    ]),
    show("renamed-uncollected").head(&[
        FEATURE,
        &[
            BREAK,
            Replace("shop_test.go", "func TestTotal", "func CheckTotal"),
        ],
    ]),
    show("file-renamed-uncollected")
        .head(&[FEATURE, &[BREAK, Rename("shop_test.go", "_shop_test.go")]]),
    show("old-assertion-weakened").head(&[
        FEATURE,
        &[BREAK, Replace("shop_test.go", "got != 8", "got == 0")],
    ]),
    show("expected-value-changed").head(&[
        FEATURE,
        &[BREAK, Replace("shop_test.go", "got != 8", "got != 9")],
    ]),
    show("loop-emptied")
        .base(&[Replace(
            "shop_test.go",
            OLD_TEST,
            r#"
func TestAll(t *testing.T) {
	for _, name := range []string{"tea", "cake"} {
		if Total(name) != Price(name) {
			t.Error(name)
		}
	}
}
"#,
        )])
        .head(&[
            FEATURE,
            &[BREAK, Replace("shop_test.go", "{\"tea\", \"cake\"}", "{}")],
        ]),
    show("tolerance-widened")
        .base(&[Replace("shop_test.go", "got != 8", "got < 8 || got > 8")])
        .head(&[
            FEATURE,
            &[BREAK, Replace("shop_test.go", "got > 8", "got > 12")],
        ]),
    show("case-dropped")
        .base(&[Replace("shop_test.go", OLD_TEST, ""), TABLE_TEST])
        .head(&[
            FEATURE,
            &[
                Replace("shop.go", "sum := 0\n", "sum := min(len(names)/2, 1)\n"),
                Replace(
                    "table_test.go",
                    "\t\t{[]string{\"tea\", \"tea\"}, 6},\n",
                    "",
                ),
            ],
        ]),
    show("registry-shrunk")
        .base(&[
            Replace("shop_test.go", OLD_TEST, ""),
            Write(
                "samples.go",
                "package shop

var Samples = map[string]int{
	\"tea\":     3,
	\"tea tea\": 6,
}
",
            ),
            Write(
                "samples_test.go",
                "package shop

import (
	\"strings\"
	\"testing\"
)

func TestSamples(t *testing.T) {
	for names, sum := range Samples {
		t.Run(names, func(t *testing.T) {
			if got := Total(strings.Fields(names)...); got != sum {
				t.Errorf(\"total is %d, not %d\", got, sum)
			}
		})
	}
}
",
            ),
        ])
        .head(&[
            FEATURE,
            &[
                Replace("shop.go", "sum := 0\n", "sum := min(len(names)/2, 1)\n"),
                Replace("samples.go", "	\"tea tea\": 6,\n", ""),
            ],
        ]),
    show("only-mark").absent("go test has no mark that leaves every other test out"),
    show("golden-regenerated").base(GOLDEN_TEST).head(&[
        FEATURE,
        &[
            BREAK,
            Replace("shop_test.go", OLD_TEST, ""),
            Write("testdata/total.golden", "7\n"),
        ],
    ]),
    show("snapshot-updated").absent("go test has no snapshots; golden files stand for them"),
    show("new-test-patches-production")
        .base(&[
            Replace(
                "shop.go",
                "func Total(names ...string) int {",
                "var begin = func() int { return 0 }\n\nfunc Total(names ...string) int {",
            ),
            Replace("shop.go", "sum := 0", "sum := begin()"),
        ])
        .head(&[&[
            Replace("shop.go", "{ return 0 }", "{ return 1 }"),
            SHIPPING,
            Write(
                "shipping_test.go",
                r#"package shop

import "testing"

func init() {
	begin = func() int { return 0 }
}

func TestShipping(t *testing.T) {
	if got := Shipping(19); got != 4 {
		t.Errorf("got %d", got)
	}
}
"#,
            ),
        ]]),
    show("spec-change-unaccepted").head(&[&[
        Replace("shop.go", "\"tea\": 3", "\"tea\": 4"),
        Replace("shop_test.go", "got != 3", "got != 4"),
        Replace("shop_test.go", "got != 8", "got != 9"),
        Append("shop.go", "\n// Prices rise.\n"),
    ]]),
];
