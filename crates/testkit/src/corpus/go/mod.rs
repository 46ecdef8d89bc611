//! Shows the cases with go test.

mod accused;
mod broken;
mod hollow;
mod honest;
mod kept;
mod runner;

use super::case::{Ecosystem, SearchPath, Show, show};
use super::edit::Edit::{self, Append, Replace, Write};

pub(super) static GO: Ecosystem = Ecosystem {
    name: "go",
    runs: true,
    start: &[
        ("go.mod", "module shop\n\ngo 1.21\n"),
        ("shop.go", SHOP),
        ("shop_test.go", TESTS),
    ],
    path: SearchPath::Own,
    links: &[],
    home: &[".cache/go-build"],
    shows: &[
        hollow::SHOWS,
        broken::SHOWS,
        runner::SHOWS,
        honest::SHOWS,
        accused::SHOWS,
        kept::SHOWS,
    ],
};

const SHOP: &str = r#"package shop

var prices = map[string]int{"tea": 3, "cake": 5}

func Price(name string) int {
	return prices[name]
}

func Total(names ...string) int {
	sum := 0
	for _, name := range names {
		sum += Price(name)
	}
	return sum
}
"#;

const TESTS: &str = r#"package shop

import "testing"

func TestPrice(t *testing.T) {
	if got := Price("tea"); got != 3 {
		t.Errorf("got %d", got)
	}
}

func TestTotal(t *testing.T) {
	if got := Total("tea", "cake"); got != 8 {
		t.Errorf("got %d", got)
	}
}
"#;

/// The feature that most cases are about.
const SHIPPING: Edit = Append(
    "shop.go",
    "
func Shipping(amount int) int {
	if amount >= 20 {
		return 0
	}
	return 4
}
",
);

/// Its honest test.
const SHIPPING_TEST: Edit = Write(
    "shipping_test.go",
    r#"package shop

import "testing"

func TestShipping(t *testing.T) {
	if got := Shipping(20); got != 0 {
		t.Errorf("got %d", got)
	}
	if got := Shipping(19); got != 4 {
		t.Errorf("got %d", got)
	}
}
"#,
);

/// A first commit that is as it should be, so that only the second one is in question.
const FEATURE: &[Edit] = &[SHIPPING, SHIPPING_TEST];

/// Breaks the promise of `TestTotal`.
const BREAK: Edit = Replace("shop.go", "sum := 0", "sum := 1");
