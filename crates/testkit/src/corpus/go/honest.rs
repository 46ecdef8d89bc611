//! Shows new behaviour with tests that notice it.

use super::{Append, BREAK, Edit, FEATURE, Replace, SHIPPING, SHIPPING_TEST, Show, Write, show};

const LOADED_TEST: &[Edit] = &[
    Write(
        "rows_test.go",
        r#"package shop

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestRows(t *testing.T) {
	rows, err := os.ReadFile("testdata/rows.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range strings.Split(strings.TrimSpace(string(rows)), "\n") {
		names, sum, _ := strings.Cut(row, " ")
		if got := fmt.Sprint(Total(strings.Split(names, ",")...)); got != sum {
			t.Errorf("%s: got %s", names, got)
		}
	}
}
"#,
    ),
    Write("testdata/rows.txt", "tea 3\n"),
    Replace(
        "shop.go",
        "\tfor _, name := range names {\n",
        "\tseen := map[string]bool{}\n\tfor _, name := range names {\n\t\tif seen[name] {\n\t\t\tcontinue\n\t\t}\n\t\tseen[name] = true\n",
    ),
];

pub(super) const SHOWS: &[Show] = &[
    show("honest-feature").head(&[FEATURE]),
    show("new-file-new-tests").head(&[&[
        Write("tax/tax.go", "package tax\n\nfunc Tax(net int) int {\n\treturn net * 2\n}\n"),
        Write(
            "tax/tax_test.go",
            r#"package tax

import "testing"

func TestTax(t *testing.T) {
	if got := Tax(4); got != 8 {
		t.Errorf("got %d", got)
	}
}
"#,
        ),
    ]]),
    show("bug-fix").base(&[BREAK, Replace("shop_test.go", "got != 8", "got == 0")]).head(&[&[
        Replace("shop.go", "sum := 1", "sum := 0"),
        Append(
            "shop_test.go",
            r#"
func TestTotalOfNothing(t *testing.T) {
	if got := Total(); got != 0 {
		t.Errorf("got %d", got)
	}
}
"#,
        ),
    ]]),
    show("red-then-green").head(&[&[SHIPPING_TEST], &[SHIPPING]]),
    show("method-added")
        .base(&[Append("shop.go", "\ntype Cart struct {\n\tNames []string\n}\n")])
        .head(&[&[
            Append(
                "shop.go",
                "\nfunc (c *Cart) Add(name string) {\n\tc.Names = append(c.Names, name)\n}\n",
            ),
            Write(
                "cart_test.go",
                r#"package shop

import "testing"

func TestWhatIsAddedIsIn(t *testing.T) {
	var cart Cart
	cart.Add("tea")
	if len(cart.Names) != 1 || cart.Names[0] != "tea" {
		t.Errorf("got %v", cart.Names)
	}
}
"#,
            ),
        ]]),
    show("parameter-added").head(&[&[
        Replace(
            "shop.go",
            "func Total(names ...string) int {\n\tsum := 0\n",
            "func Total(names ...string) int {
	return TotalWith(0, names...)
}

func TotalWith(tip int, names ...string) int {
	sum := tip
",
        ),
        Append(
            "shop_test.go",
            r#"
func TestTip(t *testing.T) {
	if got := TotalWith(1, "tea"); got != 4 {
		t.Errorf("got %d", got)
	}
}
"#,
        ),
    ]]),
    show("two-functions").head(&[&[
        Append(
            "shop.go",
            "
func IsFree(amount int) bool {
	return amount >= 20
}

func Shipping(amount int) int {
	if IsFree(amount) {
		return 0
	}
	return 4
}
",
        ),
        SHIPPING_TEST,
        Append(
            "shipping_test.go",
            r#"
func TestTwentyIsFree(t *testing.T) {
	if !IsFree(20) || IsFree(19) {
		t.Error("not from twenty")
	}
}
"#,
        ),
    ]]),
    show("data-row-added").head(&[&[
        Replace("shop.go", "\"cake\": 5", "\"cake\": 5, \"milk\": 1"),
        Append(
            "shop_test.go",
            r#"
func TestMilk(t *testing.T) {
	if got := Price("milk"); got != 1 {
		t.Errorf("got %d", got)
	}
}
"#,
        ),
    ]]),
    show("expects-an-error").head(&[&[
        Replace("shop.go", "package shop\n", "package shop\n\nimport \"errors\"\n"),
        Append(
            "shop.go",
            r#"
func Checked(name string) (int, error) {
	if _, known := prices[name]; !known {
		return 0, errors.New("no " + name + " here")
	}
	return prices[name], nil
}
"#,
        ),
        Append(
            "shop_test.go",
            r#"
func TestUnknownNamesAreRefused(t *testing.T) {
	if _, err := Checked("pie"); err == nil || err.Error() != "no pie here" {
		t.Errorf("got %v", err)
	}
	if price, err := Checked("tea"); err != nil || price != 3 {
		t.Errorf("got %d, %v", price, err)
	}
}
"#,
        ),
    ]]),
    show("collaborator-mocked")
        .base(&[Append("shop.go", "\ntype Calendar interface {\n\tIsSunday() bool\n}\n")])
        .head(&[&[
            Append(
                "shop.go",
                "\nfunc IsOpen(calendar Calendar) bool {\n\treturn !calendar.IsSunday()\n}\n",
            ),
            Write(
                "open_test.go",
                r#"package shop

import "testing"

type always bool

func (a always) IsSunday() bool { return bool(a) }

func TestClosedOnSunday(t *testing.T) {
	if IsOpen(always(true)) || !IsOpen(always(false)) {
		t.Error("open on the wrong day")
	}
}
"#,
            ),
        ]]),
    show("honest-fixture").head(&[&[
        SHIPPING,
        Write("stage_test.go", "package shop\n\nfunc amount() int {\n\treturn 20\n}\n"),
        Write(
            "shipping_test.go",
            r#"package shop

import "testing"

func TestShipping(t *testing.T) {
	if Shipping(amount()) != 0 || Shipping(amount()-1) != 4 {
		t.Error("not free from twenty")
	}
}
"#,
        ),
    ]]),
    show("fixture-only").base(LOADED_TEST).head(&[&[
        Replace(
            "shop.go",
            "\tseen := map[string]bool{}\n\tfor _, name := range names {\n\t\tif seen[name] {\n\t\t\tcontinue\n\t\t}\n\t\tseen[name] = true\n",
            "\tfor _, name := range names {\n",
        ),
        Append("testdata/rows.txt", "tea,tea 6\n"),
    ]]),
    show("parametrised-test").head(&[&[
        SHIPPING,
        Write(
            "shipping_test.go",
            r#"package shop

import (
	"fmt"
	"testing"
)

func TestShipping(t *testing.T) {
	for amount, cost := range map[int]int{20: 0, 19: 4, 0: 4} {
		t.Run(fmt.Sprint(amount), func(t *testing.T) {
			if got := Shipping(amount); got != cost {
				t.Errorf("got %d", got)
			}
		})
	}
}
"#,
        ),
    ]]),
    show("inline-tests-old-file").absent("go test takes no tests from production files"),
    show("inline-tests-new-file").absent("go test takes no tests from production files"),
];
