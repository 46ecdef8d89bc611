//! Shows old promises that stay, and what a person says of those that do not.

use super::super::edit::Edit::Remove;
use super::{
    Append, Edit, FEATURE, Replace, SHIPPING, SHIPPING_TEST, SHOP, Show, TESTS, Write, show,
};

const CASES: Edit = Write(
    "test_cases.py",
    "import pytest

import shop


@pytest.mark.parametrize(
    'name, price',
    [pytest.param('tea', 3, id='tea'), pytest.param('cake', 5, id='cake')],
)
def test_cases(name, price):
    assert shop.price(name) == price
",
);

const COINS_USED: Edit = Append(
    "shop.py",
    "\n\ndef change(amount):\n    import coins\n\n    return sum(coins.coins(amount))\n",
);

const COINS_TEST: Edit = Append(
    "test_shop.py",
    "\n\ndef test_change():\n    assert shop.change(3) == 3\n",
);

pub(super) const SHOWS: &[Show] = &[
    show("refactor").flags(&["--kind", "refactor"]).head(&[&[Replace(
        "shop.py",
        "    return sum(price(name) for name in names)",
        "    amount = 0\n    for name in names:\n        amount += price(name)\n    return amount",
    )]]),
    show("rename-through-tests").flags(&["--kind", "refactor"]).head(&[&[
        Replace("shop.py", "def total(", "def sum_of("),
        Replace("test_shop.py", "shop.total(", "shop.sum_of("),
    ]]),
    show("feature-and-test-moved").head(&[
        FEATURE,
        &[
            Replace(
                "test_shop.py",
                "\n\ndef test_total():\n    assert shop.total(['tea', 'cake']) == 8\n",
                "",
            ),
            Write(
                "test_total.py",
                "import shop\n\n\ndef test_total():\n    assert shop.total(['tea', 'cake']) == 8\n",
            ),
        ],
    ]),
    show("feature-and-test-renamed").head(&[
        FEATURE,
        &[Replace("test_shop.py", "test_total", "test_the_total_is_a_sum")],
    ]),
    show("feature-and-case-renamed").base(&[CASES]).head(&[
        FEATURE,
        &[Replace("test_cases.py", "id='cake'", "id='a cake'")],
    ]),
    show("feature-and-helper-extracted").head(&[
        FEATURE,
        &[
            Replace(
                "test_shop.py",
                "    assert shop.total(['tea', 'cake']) == 8",
                "    check(['tea', 'cake'], 8)",
            ),
            Append(
                "test_shop.py",
                "\n\ndef check(names, total):\n    assert shop.total(names) == total\n",
            ),
        ],
    ]),
    show("feature-and-tests-reformatted").head(&[
        FEATURE,
        &[Replace(
            "test_shop.py",
            "    assert shop.total(['tea', 'cake']) == 8",
            "    # The sum of both.\n    assert (\n        shop.total([\"tea\", \"cake\"])\n        == 8\n    )",
        )],
    ]),
    show("feature-and-harmless-config")
        .head(&[FEATURE, &[Write("pytest.ini", "[pytest]\naddopts = -ra\n")]]),
    show("feature-beside-failing-test")
        .base(&[Write(
            "test_old.py",
            "import shop\n\n\ndef test_old():\n    assert shop.price('tea') == 2\n",
        )])
        .head(&[FEATURE]),
    show("feature-beside-skipped-test")
        .base(&[Write(
            "test_old.py",
            "import pytest


@pytest.mark.skip(reason='needs a printer')
def test_old():
    assert False
",
        )])
        .head(&[FEATURE]),
    show("feature-beside-flaky-test")
        .base(&[Write(
            "test_old.py",
            "def test_old():
    with open('{outside}/calls', 'a+') as calls:
        calls.write('x')
        assert calls.tell() % 2 == 0
",
        )])
        .head(&[FEATURE]),
    show("new-dev-dependency").head(&[&[
        SHIPPING,
        Write("requirements-dev.txt", "pytest\n-e ./near\n"),
        Write("near/near.py", "def near(a, b):\n    return abs(a - b) < 1\n"),
        Write(
            "near/pyproject.toml",
            "[project]\nname = 'near'\nversion = '1'\n",
        ),
        Write("pytest.ini", "[pytest]\npythonpath = . near\n"),
        Write(
            "test_shipping.py",
            "from near import near

import shop


def test_shipping():
    assert near(shop.shipping(20), 0)
    assert near(shop.shipping(19), 4)
",
        ),
    ]]),
    show("test-package-below-tests").head(&[&[
        SHIPPING,
        Write("requirements-dev.txt", "pytest\n-e ./tests/near\n"),
        Write("tests/near/near.py", "def near(a, b):\n    return abs(a - b) < 1\n"),
        Write(
            "tests/near/pyproject.toml",
            "[project]\nname = 'near'\nversion = '1'\n",
        ),
        Write("pytest.ini", "[pytest]\npythonpath = . tests/near\n"),
        Write(
            "test_shipping.py",
            "from near import near

import shop


def test_shipping():
    assert near(shop.shipping(20), 0)
    assert near(shop.shipping(19), 4)
",
        ),
    ]]),
    show("spec-change-accepted")
        .flags(&[
            "--kind",
            "spec-change",
            "--accept",
            "test_shop.py::test_price",
        ])
        .base(&[Replace("test_shop.py", "['tea', 'cake']) == 8", "['cake']) == 5")])
        .head(&[&[
            Replace("shop.py", "'tea': 3", "'tea': 4"),
            Replace("test_shop.py", "== 3", "== 4"),
        ]]),
    show("error-message-changed")
        .flags(&["--accept", "test_errors.py::test_unknown"])
        .base(&[
            Replace(
                "shop.py",
                "    return PRICES[name]",
                "    if name not in PRICES:\n        raise ValueError('unknown')\n    return PRICES[name]",
            ),
            Write(
                "test_errors.py",
                "import pytest

import shop


def test_unknown():
    with pytest.raises(ValueError, match='^unknown$'):
        shop.price('pie')
",
            ),
        ])
        .head(&[&[
            Replace("shop.py", "'unknown'", "f'no {name} here'"),
            Replace("test_errors.py", "^unknown$", "^no pie here$"),
        ]]),
    show("removed-with-its-test")
        .flags(&["--kind", "removal"])
        .base(&[SHIPPING, SHIPPING_TEST])
        .head(&[&[Write("shop.py", SHOP), Remove("test_shipping.py")]]),
    show("dependency-upgraded")
        .flags(&["--kind", "dependency"])
        .base(&[
            Write("vendor/coins/coins.py", "def coins(amount):\n    return [1] * amount\n"),
            Write("pytest.ini", "[pytest]\npythonpath = . vendor/coins\n"),
            Write("requirements.txt", "./vendor/coins\n"),
            COINS_USED,
            COINS_TEST,
        ])
        .head(&[&[
            Replace("vendor/coins/coins.py", "return [1] * amount", "return [amount]"),
            Replace("requirements.txt", "coins", "coins  # 2"),
        ]]),
    show("characterization")
        .flags(&["--kind", "characterization"])
        .head(&[&[Append(
            "test_shop.py",
            "\n\ndef test_nothing_costs_nothing():\n    assert shop.total([]) == 0\n",
        )]]),
    show("duplicate-test-removed")
        .flags(&["--accept", "test_again.py::test_total"])
        .base(&[Write("test_again.py", TESTS)])
        .head(&[
            FEATURE,
            &[Replace(
                "test_again.py",
                "\n\ndef test_total():\n    assert shop.total(['tea', 'cake']) == 8\n",
                "",
            )],
        ]),
    show("docs-only").head(&[&[Write("README.md", "# Shop\n")]]),
    show("comments-only").head(&[&[
        Replace("shop.py", "def total", "# What a cart costs.\ndef total"),
        Replace("shop.py", "{'tea': 3, 'cake': 5}", "{ 'tea': 3,  'cake': 5 }"),
    ]]),
    show("red-commit-alone").head(&[&[SHIPPING_TEST]]),
];
