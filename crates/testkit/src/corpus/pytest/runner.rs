//! Shows runners that are told what to say.

use super::{Append, BREAK, Edit, FEATURE, Replace, SHIPPING, SHIPPING_TEST, Show, Write, show};

/// Fails now, and passes on every second run from then on.
const EVERY_SECOND_TIME: Edit = Append(
    "shop.py",
    "

def shipping(amount):
    with open('{outside}/calls', 'a+') as calls:
        calls.write('x')
        made = calls.tell()
    return 0 if made % 2 == 0 else 4
",
);

pub(super) const SHOWS: &[Show] = &[
    show("config-deselects").head(&[
        FEATURE,
        &[
            BREAK,
            Write(
                "pytest.ini",
                "[pytest]\naddopts = --deselect test_shop.py::test_total\n",
            ),
        ],
    ]),
    show("collection-narrowed").head(&[
        FEATURE,
        &[
            BREAK,
            Write(
                "pyproject.toml",
                "[tool.pytest.ini_options]\npython_files = ['test_sh*ing.py']\n",
            ),
        ],
    ]),
    show("fail-fast-hides")
        .base(&[Write(
            "test_first.py",
            "def test_first():\n    assert 'cake' == 'tea'\n",
        )])
        .head(&[
            FEATURE,
            &[
                BREAK,
                Write(
                    "pytest.ini",
                    "[pytest]\naddopts = -x test_shipping.py test_first.py\n",
                ),
            ],
        ]),
    show("outcomes-rewritten").head(&[
        FEATURE,
        &[
            BREAK,
            Write(
                "conftest.py",
                "import pytest


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.when == 'call':
        report.outcome, report.longrepr = 'passed', None
",
            ),
        ],
    ]),
    show("set-up-exits").head(&[
        FEATURE,
        &[
            BREAK,
            Write(
                "conftest.py",
                "import os


def pytest_runtest_logreport(report):
    if report.failed:
        os._exit(0)
",
            ),
        ],
    ]),
    show("production-exits").head(&[&[
        Append(
            "shop.py",
            "

def shipping(amount):
    import os

    os._exit(0)
",
        ),
        SHIPPING_TEST,
    ]]),
    show("exit-hook-forges").head(&[
        FEATURE,
        &[
            BREAK,
            Append(
                "shop.py",
                "\n\nimport atexit, os\n\natexit.register(os._exit, 0)\n",
            ),
        ],
    ]),
    show("retries-in-config").head(&[&[
        EVERY_SECOND_TIME,
        Write(
            "test_shipping.py",
            "import shop


def test_shipping():
    assert shop.shipping(20) == 0
",
        ),
        Write(
            "conftest.py",
            "import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    try:
        pyfuncitem.obj()
    except AssertionError:
        pyfuncitem.obj()
    return True
",
        ),
    ]]),
    show("runner-shadowed").head(&[
        FEATURE,
        &[
            BREAK,
            Write(
                "pytest.py",
                "import sys\n\nprint('3 passed')\nsys.exit(0)\n",
            ),
        ],
    ]),
    show("start-up-hook-planted").head(&[
        FEATURE,
        &[
            BREAK,
            Write(
                "sitecustomize.py",
                "import sys

if any('pytest' in word for word in sys.argv + sys.orig_argv):
    import shop

    shop.total = lambda names: sum(map(shop.price, names))
",
            ),
        ],
    ]),
    show("own-config-edited").head(&[&[
        SHIPPING,
        Write("redgreen.toml", "[surface]\ndocs = ['shop.py']\n"),
        Replace("test_shop.py", "import shop\n", "import shop  # the shop\n"),
    ]]),
];
