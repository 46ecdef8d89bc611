//! Shows new behaviour with tests that notice it.

use super::{Append, BREAK, Edit, FEATURE, Replace, SHIPPING, SHIPPING_TEST, Show, Write, show};

const LOADED_TEST: &[Edit] = &[
    Write(
        "test_rows.py",
        "import json
import pathlib

import shop


def test_rows():
    rows = pathlib.Path(__file__).parent / 'testdata' / 'rows.json'
    for names, total in json.loads(rows.read_text()):
        assert shop.total(names) == total
",
    ),
    Write("testdata/rows.json", "[\n  [[\"tea\"], 3]\n]\n"),
    Replace(
        "shop.py",
        "for name in names)",
        "for name in sorted(set(names)))",
    ),
];

pub(super) const SHOWS: &[Show] = &[
    show("honest-feature").head(&[FEATURE]),
    show("new-file-new-tests").head(&[&[
        Write("tax.py", "def tax(net):\n    return net * 2\n"),
        Write(
            "test_tax.py",
            "from tax import tax\n\n\ndef test_tax():\n    assert tax(4) == 8\n",
        ),
    ]]),
    show("bug-fix")
        .base(&[BREAK, Replace("test_shop.py", "== 8", "> 0")])
        .head(&[&[
            Replace("shop.py", "return 1 + sum(", "return sum("),
            Append(
                "test_shop.py",
                "\n\ndef test_total_of_nothing():\n    assert shop.total([]) == 0\n",
            ),
        ]]),
    show("red-then-green").head(&[&[SHIPPING_TEST], &[SHIPPING]]),
    show("method-added")
        .base(&[Append(
            "shop.py",
            "\n\nclass Cart:\n    def __init__(self):\n        self.names = []\n",
        )])
        .head(&[&[
            Append(
                "shop.py",
                "\n    def add(self, name):\n        self.names.append(name)\n",
            ),
            Append(
                "test_shop.py",
                "

class TestCart:
    def test_add(self):
        cart = shop.Cart()
        cart.add('tea')
        assert cart.names == ['tea']
",
            ),
        ]]),
    show("parameter-added").head(&[&[
        Replace("shop.py", "def total(names):", "def total(names, tip=0):"),
        Replace("shop.py", "return sum(", "return tip + sum("),
        Append(
            "test_shop.py",
            "\n\ndef test_tip():\n    assert shop.total(['tea'], tip=1) == 4\n",
        ),
    ]]),
    show("two-functions").head(&[&[
        Append(
            "shop.py",
            "

def is_free(amount):
    return amount >= 20


def shipping(amount):
    return 0 if is_free(amount) else 4
",
        ),
        SHIPPING_TEST,
        Append(
            "test_shipping.py",
            "\n\ndef test_is_free():\n    assert shop.is_free(20)\n    assert not shop.is_free(19)\n",
        ),
    ]]),
    show("data-row-added").head(&[&[
        Replace("shop.py", "'cake': 5", "'cake': 5, 'milk': 1"),
        Append(
            "test_shop.py",
            "\n\ndef test_milk():\n    assert shop.price('milk') == 1\n",
        ),
    ]]),
    show("expects-an-error").head(&[&[
        Replace(
            "shop.py",
            "    return PRICES[name]",
            "    if name not in PRICES:\n        raise ValueError(f'no {name} here')\n    return PRICES[name]",
        ),
        Write(
            "test_errors.py",
            "import pytest

import shop


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match='no pie here'):
        shop.price('pie')
",
        ),
    ]]),
    show("collaborator-mocked")
        .base(&[Append(
            "shop.py",
            "

def today():
    import datetime

    return datetime.date.today().strftime('%A')
",
        )])
        .head(&[&[
            Append(
                "shop.py",
                "\n\ndef is_open():\n    return today() != 'Sunday'\n",
            ),
            Write(
                "test_open.py",
                "from unittest.mock import patch

import shop


def test_closed_on_sunday():
    with patch('shop.today', return_value='Sunday'):
        assert not shop.is_open()


def test_open_on_monday():
    with patch('shop.today', return_value='Monday'):
        assert shop.is_open()
",
            ),
        ]]),
    show("honest-fixture").head(&[&[
        SHIPPING,
        Write(
            "conftest.py",
            "import pytest


@pytest.fixture
def amount():
    return 20
",
        ),
        Write(
            "test_shipping.py",
            "import shop


def test_shipping(amount):
    assert shop.shipping(amount) == 0
    assert shop.shipping(amount - 1) == 4
",
        ),
    ]]),
    show("fixture-only").base(LOADED_TEST).head(&[&[
        Replace("shop.py", "sorted(set(names))", "names"),
        Replace(
            "testdata/rows.json",
            "3]\n",
            "3],\n  [[\"tea\", \"tea\"], 6]\n",
        ),
    ]]),
    show("parametrised-test").head(&[&[
        SHIPPING,
        Write(
            "test_shipping.py",
            "import pytest

import shop


@pytest.mark.parametrize('amount, cost', [(20, 0), (19, 4), (0, 4)])
def test_shipping(amount, cost):
    assert shop.shipping(amount) == cost
",
        ),
    ]]),
    show("inline-tests-old-file").absent("pytest collects no tests from production files"),
    show("inline-tests-new-file").absent("pytest collects no tests from production files"),
];
