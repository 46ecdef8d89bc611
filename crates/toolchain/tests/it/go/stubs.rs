//! Stubs compile, and tests run into them.

use super::project::Project;
use redgreen_core::evidence::Order;
use redgreen_core::outcome::FailureKind;
use redgreen_toolchain::Language;
use redgreen_toolchain::go::Go;
use std::collections::BTreeSet;

const SHOP: &str = r#"package shop

import (
	"fmt"
	"strings"
)

type Cart struct{ items []string }

func (c *Cart) Add(item string) { c.items = append(c.items, strings.ToUpper(item)) }

func (c Cart) Text() (text string, err error) {
	text = fmt.Sprint(c.items)
	return
}

func Largest[T int | float64](xs ...T) T {
	var most T
	for _, x := range xs {
		if x > most {
			most = x
		}
	}
	return most
}

func Safe(f func()) (err error) {
	defer func() {
		if got := recover(); got != nil {
			err = fmt.Errorf("recovered: %v", got)
		}
	}()
	f()
	return nil
}

func Plain() int { return 1 }
"#;

const TEST: &str = r#"package shop

import "testing"

func TestAdd(t *testing.T) { c := Cart{}; c.Add("x") }
func TestText(t *testing.T) {
	text, err := Cart{}.Text()
	if err != nil || text != "[]" {
		t.Fatal(text, err)
	}
}
func TestLargest(t *testing.T) {
	t.Run("ints", func(t *testing.T) {
		if Largest(1, 3) != 3 {
			t.Fatal()
		}
	})
	t.Run("floats", func(t *testing.T) { Largest(1.5) })
}
func TestSafe(t *testing.T) {
	if err := Safe(func() { Plain() }); err != nil {
		t.Fatal(err)
	}
}
func TestEmpty(t *testing.T) {}
"#;

#[test]
fn every_test_runs_into_the_stub_of_what_it_calls() {
    let names = ["Cart.Add", "Cart.Text", "Largest", "Plain"];
    let stubbed = Go.stub(SHOP, &BTreeSet::from(names.map(str::to_owned)));
    assert_eq!(stubbed.lines().count(), SHOP.lines().count());
    let project = Project::module(&[("shop.go", &stubbed), ("shop_test.go", TEST)]);
    let owed = [
        (".:TestAdd", "Cart.Add", "shop.go:10"),
        (".:TestText", "Cart.Text", "shop.go:12"),
        (".:TestLargest", "Largest", "shop.go:17"),
        (".:TestLargest/ints", "Largest", "shop.go:17"),
        (".:TestLargest/floats", "Largest", "shop.go:17"),
        (".:TestSafe", "Plain", "shop_test.go:22"),
    ];
    let asked: Vec<&str> = owed
        .iter()
        .map(|(name, _, _)| *name)
        .chain([".:TestEmpty"])
        .collect();
    for order in [Order::AsWritten, Order::Shuffled(3), Order::Alone] {
        let run = project.tests(&asked, order);
        assert_eq!(run.report.trouble, None, "{:?}", run.report);
        run.passed(".:TestEmpty");
        for (name, stub, at) in owed {
            assert_eq!(
                run.failed(name),
                (FailureKind::Stub(stub.to_owned()), at.to_owned()),
                "{name} {order:?}"
            );
        }
    }
}
