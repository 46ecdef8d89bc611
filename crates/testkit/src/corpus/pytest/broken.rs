//! Shows old promises that are broken and hidden.

use super::super::edit::Edit::{Remove, Rename};
use super::{Append, BREAK, Edit, FEATURE, Replace, SHIPPING, SHIPPING_TEST, Show, Write, show};

const OLD_TEST: &str = "

def test_total():
    assert shop.total(['tea', 'cake']) == 8
";

const TABLE_TEST: Edit = Write(
    "test_table.py",
    "import pytest

import shop


@pytest.mark.parametrize('names, sum', [([], 0), (['tea'], 3), (['tea', 'tea'], 6)])
def test_table(names, sum):
    assert shop.total(names) == sum
",
);

const GOLDEN_TEST: &[Edit] = &[
    Write(
        "test_golden.py",
        "import pathlib

import shop


def test_golden():
    golden = pathlib.Path(__file__).parent / 'testdata' / 'total.txt'
    assert f\"{shop.total(['tea', 'tea'])}\\n\" == golden.read_text()
",
    ),
    Write("testdata/total.txt", "6\n"),
];

pub(super) const SHOWS: &[Show] = &[
    show("old-test-deleted").head(&[FEATURE, &[BREAK, Replace("test_shop.py", OLD_TEST, "")]]),
    show("old-file-deleted").head(&[FEATURE, &[BREAK, Remove("test_shop.py")]]),
    show("old-test-skipped").head(&[
        FEATURE,
        &[
            BREAK,
            Replace(
                "test_shop.py",
                "import shop\n",
                "import pytest\nimport shop\n",
            ),
            Replace(
                "test_shop.py",
                "def test_total",
                "@pytest.mark.skip(reason='later')\ndef test_total",
            ),
        ],
    ]),
    show("moved-into-skipped-group").head(&[
        FEATURE,
        &[
            BREAK,
            Replace(
                "test_shop.py",
                "import shop\n",
                "import pytest\nimport shop\n",
            ),
            Replace(
                "test_shop.py",
                OLD_TEST,
                "

@pytest.mark.skip(reason='later')
class TestLater:
    def test_total(self):
        assert shop.total(['tea', 'cake']) == 8
",
            ),
        ],
    ]),
    show("renamed-uncollected").head(&[
        FEATURE,
        &[BREAK, Replace("test_shop.py", "test_total", "check_total")],
    ]),
    show("file-renamed-uncollected")
        .head(&[FEATURE, &[BREAK, Rename("test_shop.py", "shop_checks.py")]]),
    show("old-assertion-weakened").head(&[
        FEATURE,
        &[BREAK, Replace("test_shop.py", "== 8", "is not None")],
    ]),
    show("expected-value-changed")
        .head(&[FEATURE, &[BREAK, Replace("test_shop.py", "== 8", "== 9")]]),
    show("loop-emptied")
        .base(&[Append(
            "test_shop.py",
            "

def test_all():
    for name in ['tea', 'cake']:
        assert shop.total([name]) == shop.price(name)
",
        )])
        .head(&[
            FEATURE,
            &[
                BREAK,
                Replace("test_shop.py", "in ['tea', 'cake']:", "in []:"),
                Replace("test_shop.py", "== 8", "== 9"),
            ],
        ]),
    show("tolerance-widened")
        .base(&[
            Replace(
                "test_shop.py",
                "import shop\n",
                "import pytest\nimport shop\n",
            ),
            Replace("test_shop.py", "== 8", "== pytest.approx(8, abs=0.1)"),
        ])
        .head(&[
            FEATURE,
            &[BREAK, Replace("test_shop.py", "abs=0.1", "abs=5")],
        ]),
    show("case-dropped")
        .base(&[Replace("test_shop.py", OLD_TEST, ""), TABLE_TEST])
        .head(&[
            FEATURE,
            &[
                Replace("shop.py", "return sum(", "return (len(names) > 1) + sum("),
                Replace("test_table.py", ", (['tea', 'tea'], 6)", ""),
            ],
        ]),
    show("registry-shrunk")
        .base(&[
            Replace("test_shop.py", OLD_TEST, ""),
            Write("samples.py", "SAMPLES = {'tea': 3, 'tea tea': 6}\n"),
            Write(
                "test_samples.py",
                "import pytest
import samples
import shop


@pytest.mark.parametrize('names', sorted(samples.SAMPLES))
def test_total(names):
    assert shop.total(names.split()) == samples.SAMPLES[names]
",
            ),
        ])
        .head(&[
            FEATURE,
            &[
                Replace("shop.py", "return sum(", "return (len(names) > 1) + sum("),
                Replace("samples.py", ", 'tea tea': 6", ""),
            ],
        ]),
    show("only-mark").absent("pytest has no mark that leaves every other test out"),
    show("golden-regenerated").base(GOLDEN_TEST).head(&[
        FEATURE,
        &[
            BREAK,
            Replace("test_shop.py", OLD_TEST, ""),
            Write("testdata/total.txt", "7\n"),
        ],
    ]),
    show("snapshot-updated").absent("pytest alone has no snapshots; golden files stand for them"),
    show("new-test-patches-production").head(&[&[
        BREAK,
        SHIPPING,
        SHIPPING_TEST,
        Replace(
            "test_shipping.py",
            "import shop\n",
            "import shop\n\nshop.total = lambda names: sum(map(shop.price, names))\n",
        ),
    ]]),
    show("spec-change-unaccepted").head(&[&[
        Replace("shop.py", "'tea': 3", "'tea': 4"),
        Replace("test_shop.py", "== 3", "== 4"),
        Replace("test_shop.py", "== 8", "== 9"),
    ]]),
];
