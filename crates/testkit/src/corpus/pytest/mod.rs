//! Shows the cases with pytest.

mod accused;
mod broken;
mod hollow;
mod honest;
mod kept;
mod runner;

use super::case::{Ecosystem, SearchPath, Show, show};
use super::edit::Edit::{self, Append, Replace, Write};

pub(super) static PYTEST: Ecosystem = Ecosystem {
    name: "pytest",
    runs: true,
    start: &[("shop.py", SHOP), ("test_shop.py", TESTS)],
    path: SearchPath::WithPytest,
    links: &[],
    home: &[],
    shows: &[
        hollow::SHOWS,
        broken::SHOWS,
        runner::SHOWS,
        honest::SHOWS,
        accused::SHOWS,
        kept::SHOWS,
    ],
};

const SHOP: &str = "PRICES = {'tea': 3, 'cake': 5}


def price(name):
    return PRICES[name]


def total(names):
    return sum(price(name) for name in names)
";

const TESTS: &str = "import shop


def test_price():
    assert shop.price('tea') == 3


def test_total():
    assert shop.total(['tea', 'cake']) == 8
";

/// The feature that most cases are about.
const SHIPPING: Edit = Append(
    "shop.py",
    "

def shipping(amount):
    return 0 if amount >= 20 else 4
",
);

/// Its honest test.
const SHIPPING_TEST: Edit = Write(
    "test_shipping.py",
    "import shop


def test_shipping():
    assert shop.shipping(20) == 0
    assert shop.shipping(19) == 4
",
);

/// A first commit that is as it should be, so that only the second one is in question.
const FEATURE: &[Edit] = &[SHIPPING, SHIPPING_TEST];

/// Breaks the promise of `test_total`.
const BREAK: Edit = Replace("shop.py", "return sum(", "return 1 + sum(");
