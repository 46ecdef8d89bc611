//! Shows runners that are told what to say.

use super::{Append, BREAK, Edit, FEATURE, Replace, SHIPPING, SHIPPING_TEST, Show, Write, show};

/// Fails now, and passes on every second run from then on.
const EVERY_SECOND_TIME: Edit = Append(
    "src/shop.js",
    "
import { appendFileSync, statSync } from 'node:fs';

export function shipping() {
  appendFileSync('{outside}/calls', 'x');
  return statSync('{outside}/calls').size % 2 === 0 ? 0 : 4;
}
",
);

pub(super) const SHOWS: &[Show] = &[
    show("config-deselects").head(&[
        FEATURE,
        &[
            BREAK,
            Write(
                "vitest.config.js",
                "export default { test: { testNamePattern: /price|shipping/ } };\n",
            ),
        ],
    ]),
    show("collection-narrowed").head(&[
        FEATURE,
        &[
            BREAK,
            Write(
                "vitest.config.js",
                "export default { test: { include: ['test/sh*ing.test.js'] } };\n",
            ),
        ],
    ]),
    show("fail-fast-hides")
        .base(&[Write(
            "test/first.test.js",
            "import { expect, test } from 'vitest';

test('first', () => {
  expect('cake').toBe('tea');
});
",
        )])
        .head(&[
            FEATURE,
            &[
                BREAK,
                Write(
                    "vitest.config.js",
                    "export default { test: { bail: 1 } };\n",
                ),
            ],
        ]),
    show("outcomes-rewritten").head(&[
        FEATURE,
        &[
            BREAK,
            Write(
                "vitest.config.js",
                "export default { test: { setupFiles: ['./test/set-up.js'] } };\n",
            ),
            Write(
                "test/set-up.js",
                "import { expect } from 'vitest';

expect.extend({ toBe: () => ({ pass: true, message: () => '' }) });
",
            ),
        ],
    ]),
    show("set-up-exits").head(&[
        FEATURE,
        &[
            BREAK,
            Write(
                "vitest.config.js",
                "export default { test: { globalSetup: ['./test/set-up.js'] } };\n",
            ),
            Write(
                "test/set-up.js",
                "export function teardown() {\n  process.exit(0);\n}\n",
            ),
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
    show("retries-in-config").head(&[&[
        EVERY_SECOND_TIME,
        Write(
            "test/shipping.test.js",
            "import { expect, test } from 'vitest';
import { shipping } from '../src/shop.js';

test('shipping', () => {
  expect(shipping(20)).toBe(0);
});
",
        ),
        Write(
            "vitest.config.js",
            "export default { test: { retry: 3 } };\n",
        ),
    ]]),
    show("runner-shadowed").head(&[
        FEATURE,
        &[
            BREAK,
            Write(
                "vitest.config.js",
                "export default { test: { runner: './test/runner.js' } };\n",
            ),
            Write(
                "test/runner.js",
                "import { VitestTestRunner } from 'vitest/runners';

export default class extends VitestTestRunner {
  async runTask() {}
}
",
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
