//! Shows tests that test nothing.

use super::{Append, Replace, SHIPPING, SHIPPING_TEST, Show, Write, show};

pub(super) const SHOWS: &[Show] = &[
    show("code-without-test").head(&[&[SHIPPING]]),
    show("empty-test").head(&[&[
        SHIPPING,
        Write("test_shipping.py", "def test_shipping():\n    pass\n"),
    ]]),
    show("no-assertion").head(&[&[
        Replace("shop.py", "PRICES[name]", "PRICES.get(name, 0)"),
        Append(
            "test_shop.py",
            "\n\ndef test_any():\n    shop.price('cake')\n",
        ),
    ]]),
    show("assert-true").head(&[&[
        SHIPPING,
        Write(
            "test_shipping.py",
            "from shop import shipping


def test_shipping():
    assert shipping
    assert True
",
        ),
    ]]),
    show("existence-only").head(&[&[
        SHIPPING,
        Write(
            "test_shipping.py",
            "import shop\n\n\ndef test_shipping():\n    assert hasattr(shop, 'shipping')\n",
        ),
    ]]),
    show("dead-assertion").head(&[&[
        SHIPPING,
        Write(
            "test_shipping.py",
            "from shop import shipping


def test_shipping():
    if not callable(shipping):
        assert shipping(20) == 0
",
        ),
    ]]),
    show("swallowed-assertion").head(&[&[
        SHIPPING,
        Write(
            "test_shipping.py",
            "from shop import shipping


def test_shipping():
    try:
        assert shipping(20) == 7
    except Exception as error:
        print(error)
",
        ),
    ]]),
    show("subject-mocked").head(&[&[
        SHIPPING,
        Write(
            "test_shipping.py",
            "from unittest.mock import patch

import shop


def test_shipping():
    with patch('shop.shipping', return_value=0):
        assert shop.shipping(20) == 0
",
        ),
    ]]),
    show("fixture-does-the-work").head(&[&[
        SHIPPING,
        Write(
            "test_shipping.py",
            "import pytest

from shop import shipping


@pytest.fixture
def cost():
    return {shipping: 0}


def test_shipping(cost):
    assert cost[shipping] == 0
",
        ),
    ]]),
    show("passes-without-change").head(&[&[
        SHIPPING,
        Append(
            "test_shop.py",
            "\n\ndef test_cake():\n    assert shop.price('cake') == 5\n",
        ),
    ]]),
    show("misspelled-import").head(&[
        &[Write(
            "test_shipping.py",
            "from shop import shiping\n\n\ndef test_shipping():\n    assert True\n",
        )],
        &[SHIPPING, Replace("test_shipping.py", "shiping", "shipping")],
    ]),
    show("skipped-test").head(&[&[
        SHIPPING,
        Write(
            "test_shipping.py",
            "import pytest

import shop


@pytest.mark.skip(reason='slow')
def test_shipping():
    assert shop.shipping(20) == 0
",
        ),
    ]]),
    show("expected-failure").head(&[&[
        SHIPPING,
        Write(
            "test_shipping.py",
            "import pytest

import shop


@pytest.mark.xfail
def test_shipping():
    assert shop.shipping(20) == 7
",
        ),
    ]]),
    show("coin-flip").head(&[&[
        SHIPPING,
        Write(
            "test_shipping.py",
            "import pathlib

calls = pathlib.Path('{outside}/calls')


def test_shipping():
    made = len(calls.read_text()) if calls.exists() else 0
    calls.write_text('x' * (made + 1))
    assert made % 2 == 0
",
        ),
    ]]),
    show("special-cased").head(&[&[
        Append(
            "shop.py",
            "\n\ndef shipping(amount):\n    return {20: 0, 19: 4}[amount]\n",
        ),
        SHIPPING_TEST,
    ]]),
    show("detects-the-runner").head(&[&[
        Append(
            "shop.py",
            "

def shipping(amount):
    import sys

    if 'pytest' not in sys.modules:
        return 9
    return 0 if amount >= 20 else 4
",
        ),
        SHIPPING_TEST,
    ]]),
    show("call-without-assertion").head(&[&[
        SHIPPING,
        Write(
            "test_shipping.py",
            "import shop\n\n\ndef test_shipping():\n    shop.shipping(20)\n",
        ),
    ]]),
    show("expected-from-code").head(&[&[
        SHIPPING,
        Write(
            "test_shipping.py",
            "from shop import shipping


def test_shipping():
    expected = shipping(20)
    assert shipping(20) == expected
",
        ),
    ]]),
    show("type-only").head(&[&[
        SHIPPING,
        Write(
            "test_shipping.py",
            "from shop import shipping


def test_shipping():
    assert isinstance(shipping(20), int)
",
        ),
    ]]),
    show("equal-to-all").head(&[&[
        Append(
            "shop.py",
            "

class Cost(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


def shipping(amount):
    return Cost(9)
",
        ),
        SHIPPING_TEST,
    ]]),
    show("tautology").head(&[&[
        SHIPPING,
        Write(
            "test_shipping.py",
            "from shop import shipping


def test_shipping():
    cost = shipping(20)
    assert cost == 7 or cost != 7
",
        ),
    ]]),
    show("any-error-will-do").head(&[&[
        Append(
            "shop.py",
            "\n\ndef shipping(amount):\n    return amount.missing\n",
        ),
        Write(
            "test_shipping.py",
            "import pytest

from shop import shipping


def test_negative_amounts_are_refused():
    with pytest.raises(Exception):
        shipping(-1)
",
        ),
    ]]),
];
