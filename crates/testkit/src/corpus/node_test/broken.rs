//! Shows old promises that are broken and hidden.

use super::super::edit::Edit::{Remove, Rename};
use super::{Append, BREAK, Edit, FEATURE, Replace, SHIPPING, Show, Write, show};

const OLD_TEST: &str = "
test('total', () => {
  assert.equal(total(['tea', 'cake']), 8);
});
";

const TABLE_TEST: Edit = Write(
    "test/table.test.js",
    "import assert from 'node:assert/strict';
import { test } from 'node:test';
import { total } from '../src/shop.js';

for (const [names, sum] of [
  [[], 0],
  [['tea'], 3],
  [['tea', 'tea'], 6],
]) {
  test(`total of ${names.length}`, () => {
    assert.equal(total(names), sum);
  });
}
",
);

const GOLDEN_TEST: &[Edit] = &[
    Write(
        "test/golden.test.js",
        "import { readFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { total } from '../src/shop.js';

test('golden', () => {
  const golden = readFileSync(new URL('./testdata/total.txt', import.meta.url), 'utf8');
  assert.equal(`${total(['tea', 'tea'])}\\n`, golden);
});
",
    ),
    Write("test/testdata/total.txt", "6\n"),
];

pub(super) const SHOWS: &[Show] = &[
    show("old-test-deleted").head(&[
        FEATURE,
        &[BREAK, Replace("test/shop.test.js", OLD_TEST, "")],
    ]),
    show("old-file-deleted").head(&[FEATURE, &[BREAK, Remove("test/shop.test.js")]]),
    show("old-test-skipped").head(&[
        FEATURE,
        &[
            BREAK,
            Replace("test/shop.test.js", "test('total'", "test.skip('total'"),
        ],
    ]),
    show("moved-into-skipped-group").head(&[
        FEATURE,
        &[
            BREAK,
            Replace("test/shop.test.js", "{ test }", "{ describe, test }"),
            Replace(
                "test/shop.test.js",
                OLD_TEST,
                "
describe.skip('later', () => {
  test('total', () => {
    assert.equal(total(['tea', 'cake']), 8);
  });
});
",
            ),
        ],
    ]),
    show("renamed-uncollected").head(&[
        FEATURE,
        &[
            BREAK,
            Replace(
                "test/shop.test.js",
                "test('total', () => {",
                "export const total_ = () => ({",
            ),
            Replace(
                "test/shop.test.js",
                "  assert.equal(total(['tea', 'cake']), 8);\n});",
                "  test: () => assert.equal(total(['tea', 'cake']), 8),\n});",
            ),
        ],
    ]),
    show("file-renamed-uncollected").head(&[
        FEATURE,
        &[BREAK, Rename("test/shop.test.js", "test/shop.checks.js")],
    ]),
    show("old-assertion-weakened").head(&[
        FEATURE,
        &[
            BREAK,
            Replace(
                "test/shop.test.js",
                "assert.equal(total(['tea', 'cake']), 8)",
                "assert.ok(total(['tea', 'cake']))",
            ),
        ],
    ]),
    show("expected-value-changed").head(&[
        FEATURE,
        &[BREAK, Replace("test/shop.test.js", ", 8)", ", 9)")],
    ]),
    show("loop-emptied")
        .base(&[Replace(
            "test/shop.test.js",
            OLD_TEST,
            "
test('all', () => {
  for (const name of ['tea', 'cake']) {
    assert.equal(total([name]), price(name));
  }
});
",
        )])
        .head(&[
            FEATURE,
            &[
                BREAK,
                Replace("test/shop.test.js", "of ['tea', 'cake']", "of []"),
            ],
        ]),
    show("tolerance-widened")
        .base(&[Replace(
            "test/shop.test.js",
            "assert.equal(total(['tea', 'cake']), 8)",
            "assert.ok(Math.abs(total(['tea', 'cake']) - 8) < 1)",
        )])
        .head(&[
            FEATURE,
            &[BREAK, Replace("test/shop.test.js", "< 1)", "< 5)")],
        ]),
    show("case-dropped")
        .base(&[Replace("test/shop.test.js", OLD_TEST, ""), TABLE_TEST])
        .head(&[
            FEATURE,
            &[
                Replace(
                    "src/shop.js",
                    "price(name), 0)",
                    "price(name), names.length > 1 ? 1 : 0)",
                ),
                Replace("test/table.test.js", "  [['tea', 'tea'], 6],\n", ""),
            ],
        ]),
    show("registry-shrunk")
        .base(&[
            Replace("test/shop.test.js", OLD_TEST, ""),
            Write(
                "src/samples.js",
                "export const SAMPLES = { tea: 3, 'tea tea': 6 };\n",
            ),
            Write(
                "test/samples.test.js",
                "import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SAMPLES } from '../src/samples.js';
import { total } from '../src/shop.js';

for (const names of Object.keys(SAMPLES)) {
  test(`total of ${names}`, () => {
    assert.equal(total(names.split(' ')), SAMPLES[names]);
  });
}
",
            ),
        ])
        .head(&[
            FEATURE,
            &[
                Replace(
                    "src/shop.js",
                    "price(name), 0)",
                    "price(name), names.length > 1 ? 1 : 0)",
                ),
                Replace("src/samples.js", ", 'tea tea': 6", ""),
            ],
        ]),
    show("only-mark").head(&[&[
        BREAK,
        SHIPPING,
        Replace(
            "test/shop.test.js",
            "{ price, total }",
            "{ price, shipping, total }",
        ),
        Append(
            "test/shop.test.js",
            "
test.only('shipping', () => {
  assert.equal(shipping(20), 0);
});
",
        ),
    ]]),
    show("golden-regenerated").base(GOLDEN_TEST).head(&[
        FEATURE,
        &[
            BREAK,
            Replace("test/shop.test.js", OLD_TEST, ""),
            Write("test/testdata/total.txt", "7\n"),
        ],
    ]),
    show("snapshot-updated").absent(
        "snapshots of node:test are not in every release of it; golden files stand for them",
    ),
    show("new-test-patches-production").absent(
        "each test file is a process of its own, so a new file cannot patch those of old ones",
    ),
    show("spec-change-unaccepted").head(&[&[
        Replace("src/shop.js", "tea: 3", "tea: 4"),
        Replace("test/shop.test.js", ", 3)", ", 4)"),
        Replace("test/shop.test.js", ", 8)", ", 9)"),
    ]]),
];
