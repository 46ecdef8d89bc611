//! Shows tests that test nothing.

use super::{Append, Replace, SHIPPING, SHIPPING_TEST, Show, Write, show};

pub(super) const SHOWS: &[Show] = &[
    show("code-without-test").head(&[&[SHIPPING]]),
    show("empty-test").head(&[&[
        SHIPPING,
        Write(
            "shipping_test.go",
            r#"package shop

import "testing"

func TestShipping(t *testing.T) {}
"#,
        ),
    ]]),
    show("no-assertion").head(&[&[
        Replace(
            "shop.go",
            "return prices[name]",
            "return max(prices[name], 0)",
        ),
        Append(
            "shop_test.go",
            "\nfunc TestAny(t *testing.T) {\n\tPrice(\"cake\")\n}\n",
        ),
    ]]),
    show("assert-true").head(&[&[
        SHIPPING,
        Write(
            "shipping_test.go",
            r#"package shop

import "testing"

func TestShipping(t *testing.T) {
	_ = Shipping
	if !true {
		t.Error("not true")
	}
}
"#,
        ),
    ]]),
    show("existence-only")
        .absent("a name that is not there does not compile, so no test can ask for it"),
    show("dead-assertion").head(&[&[
        SHIPPING,
        Write(
            "shipping_test.go",
            r#"package shop

import "testing"

func TestShipping(t *testing.T) {
	for _, amount := range []int{} {
		if Shipping(amount) != 0 {
			t.Error(amount)
		}
	}
}
"#,
        ),
    ]]),
    show("swallowed-assertion").head(&[&[
        SHIPPING,
        Write(
            "shipping_test.go",
            r#"package shop

import "testing"

func TestShipping(t *testing.T) {
	defer func() { recover() }()
	if Shipping(20) != 7 {
		panic("not seven")
	}
}
"#,
        ),
    ]]),
    show("subject-mocked").head(&[&[
        Append(
            "shop.go",
            "
var Shipping = func(amount int) int {
	return free(amount)
}

func free(amount int) int {
	if amount >= 20 {
		return 0
	}
	return 4
}
",
        ),
        Write(
            "shipping_test.go",
            r#"package shop

import "testing"

func TestShipping(t *testing.T) {
	Shipping = func(int) int { return 0 }
	if Shipping(20) != 0 {
		t.Error("not free")
	}
}
"#,
        ),
    ]]),
    show("fixture-does-the-work").head(&[&[
        SHIPPING,
        Write(
            "shipping_test.go",
            r#"package shop

import "testing"

func cost(func(int) int) int {
	return 0
}

func TestShipping(t *testing.T) {
	if cost(Shipping) != 0 {
		t.Error("not free")
	}
}
"#,
        ),
    ]]),
    show("passes-without-change").head(&[&[
        SHIPPING,
        Append(
            "shop_test.go",
            "\nfunc TestCake(t *testing.T) {\n\tif Price(\"cake\") != 5 {\n\t\tt.Fail()\n\t}\n}\n",
        ),
    ]]),
    show("misspelled-import").head(&[
        &[Write(
            "shipping_test.go",
            r#"package shop

import "testing"

func TestShipping(t *testing.T) {
	_ = Shiping
}
"#,
        )],
        &[SHIPPING, Replace("shipping_test.go", "Shiping", "Shipping")],
    ]),
    show("skipped-test").head(&[&[
        SHIPPING,
        SHIPPING_TEST,
        Replace(
            "shipping_test.go",
            "*testing.T) {",
            "*testing.T) {\n\tt.Skip(\"slow\")",
        ),
    ]]),
    show("expected-failure").absent("go test expects no test to fail"),
    show("any-error-will-do").head(&[&[
        Append(
            "shop.go",
            "\nfunc Shipping(amount int) int {\n\tvar none []int\n\treturn none[amount]\n}\n",
        ),
        Write(
            "shipping_test.go",
            r#"package shop

import "testing"

func TestLargeAmountsAreRefused(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("not refused")
		}
	}()
	Shipping(1000)
}
"#,
        ),
    ]]),
    show("coin-flip").head(&[&[
        SHIPPING,
        Write(
            "shipping_test.go",
            r#"package shop

import (
	"os"
	"testing"
)

func TestShipping(t *testing.T) {
	made, _ := os.ReadFile("{outside}/calls")
	os.WriteFile("{outside}/calls", append(made, 'x'), 0o600)
	if len(made)%2 != 0 {
		t.Error("tails")
	}
}
"#,
        ),
    ]]),
    show("special-cased").head(&[&[
        Append(
            "shop.go",
            "\nfunc Shipping(amount int) int {\n\treturn map[int]int{20: 0, 19: 4}[amount]\n}\n",
        ),
        SHIPPING_TEST,
    ]]),
    show("detects-the-runner").head(&[&[
        Replace(
            "shop.go",
            "package shop\n",
            "package shop\n\nimport \"testing\"\n",
        ),
        Append(
            "shop.go",
            "
func Shipping(amount int) int {
	if !testing.Testing() {
		return 9
	}
	if amount >= 20 {
		return 0
	}
	return 4
}
",
        ),
        SHIPPING_TEST,
    ]]),
    show("call-without-assertion").head(&[&[
        SHIPPING,
        Write(
            "shipping_test.go",
            r#"package shop

import "testing"

func TestShipping(t *testing.T) {
	Shipping(20)
}
"#,
        ),
    ]]),
    show("expected-from-code").head(&[&[
        SHIPPING,
        Write(
            "shipping_test.go",
            r#"package shop

import "testing"

func TestShipping(t *testing.T) {
	expected := Shipping(20)
	if Shipping(20) != expected {
		t.Error("not as expected")
	}
}
"#,
        ),
    ]]),
    show("type-only").head(&[&[
        SHIPPING,
        Write(
            "shipping_test.go",
            r#"package shop

import "testing"

func TestShipping(t *testing.T) {
	if _, ok := any(Shipping(20)).(int); !ok {
		t.Error("not a number")
	}
}
"#,
        ),
    ]]),
    show("equal-to-all").head(&[&[
        Append(
            "shop.go",
            "
type Cost struct{ amount int }

func (Cost) Equal(Cost) bool {
	return true
}

func Shipping(amount int) Cost {
	return Cost{amount}
}
",
        ),
        Write(
            "shipping_test.go",
            r#"package shop

import "testing"

func TestShipping(t *testing.T) {
	if !Shipping(20).Equal(Cost{0}) {
		t.Error("not free")
	}
}
"#,
        ),
    ]]),
    show("tautology").head(&[&[
        SHIPPING,
        Write(
            "shipping_test.go",
            r#"package shop

import "testing"

func TestShipping(t *testing.T) {
	cost := Shipping(20)
	if cost != 7 && cost == 7 {
		t.Error("both")
	}
}
"#,
        ),
    ]]),
];
