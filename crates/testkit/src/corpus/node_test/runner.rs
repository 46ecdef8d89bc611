//! Shows runners that are told what to say.

use super::{Append, BREAK, FEATURE, Replace, SHIPPING, SHIPPING_TEST, Show, Write, show};

pub(super) const SHOWS: &[Show] = &[
    show("config-deselects").head(&[
        FEATURE,
        &[
            BREAK,
            Replace(
                "package.json",
                "node --test",
                "node --test --test-skip-pattern=total",
            ),
        ],
    ]),
    show("collection-narrowed").head(&[
        FEATURE,
        &[
            BREAK,
            Replace(
                "package.json",
                "node --test",
                "node --test test/shipping.test.js",
            ),
        ],
    ]),
    show("fail-fast-hides").absent("node:test does not stop at a failure"),
    show("outcomes-rewritten").head(&[
        FEATURE,
        &[
            BREAK,
            Replace(
                "package.json",
                "node --test",
                "node --import ./test/set-up.js --test",
            ),
            Write(
                "test/set-up.js",
                "import assert from 'node:assert/strict';

assert.equal = () => {};
",
            ),
        ],
    ]),
    show("set-up-exits").head(&[
        FEATURE,
        &[
            BREAK,
            Replace(
                "test/shop.test.js",
                "import { test }",
                "import { after, test }",
            ),
            Append("test/shop.test.js", "\nafter(() => process.exit(0));\n"),
        ],
    ]),
    show("production-exits").head(&[&[
        Append(
            "src/shop.js",
            "\nexport function shipping() {\n  process.exit(0);\n}\n",
        ),
        SHIPPING_TEST,
    ]]),
    show("exit-hook-forges").head(&[
        FEATURE,
        &[
            BREAK,
            Append(
                "src/shop.js",
                "\nprocess.on('exit', () => process.reallyExit(0));\n",
            ),
        ],
    ]),
    show("retries-in-config").absent("node:test does not try again"),
    show("runner-shadowed").head(&[
        FEATURE,
        &[
            BREAK,
            Replace(
                "package.json",
                "node --test",
                "node --test-reporter ./report.js --test",
            ),
            Write(
                "report.js",
                "export default async function* report() {\n  yield '# pass 3\\n';\n}\n",
            ),
        ],
    ]),
    show("start-up-hook-planted").head(&[
        FEATURE,
        &[
            BREAK,
            Write(".npmrc", "node-options=--import ./start.js\n"),
            Write(
                "start.js",
                "process.on('exit', () => process.reallyExit(0));\n",
            ),
        ],
    ]),
    show("own-config-edited").head(&[&[
        SHIPPING,
        Write("redgreen.toml", "[surface]\ndocs = ['src/']\n"),
        Replace("test/shop.test.js", "test('price'", "// Tea.\ntest('price'"),
    ]]),
];
