//! Shows old promises that are broken and hidden.

use super::super::edit::Edit::{Remove, Rename};
use super::{Append, BREAK, Edit, FEATURE, Replace, SHIPPING, Show, Write, show};

const OLD_TEST: &str = "
test('total', () => {
  expect(total(['tea', 'cake'])).toBe(8);
});
";

const TABLE_TEST: Edit = Write(
    "test/table.test.js",
    "import { expect, test } from 'vitest';
import { total } from '../src/shop.js';

test.each([
  [[], 0],
  [['tea'], 3],
  [['tea', 'tea'], 6],
])('total of %j is %i', (names, sum) => {
  expect(total(names)).toBe(sum);
});
",
);

const GOLDEN_TEST: &[Edit] = &[
    Write(
        "test/golden.test.js",
        "import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { total } from '../src/shop.js';

test('golden', () => {
  const golden = readFileSync(new URL('./testdata/total.txt', import.meta.url), 'utf8');
  expect(`${total(['tea', 'tea'])}\\n`).toBe(golden);
});
",
    ),
    Write("test/testdata/total.txt", "6\n"),
];

const SNAPSHOT_TEST: &[Edit] = &[
    Write(
        "test/snapshot.test.js",
        "import { expect, test } from 'vitest';
import { total } from '../src/shop.js';

test('snapshot', () => {
  expect(total(['tea', 'tea'])).toMatchSnapshot();
});
",
    ),
    Write(
        "test/__snapshots__/snapshot.test.js.snap",
        "// Vitest Snapshot v1, https://vitest.dev/guide/snapshot.html

exports[`snapshot 1`] = `6`;
",
    ),
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
            Replace(
                "test/shop.test.js",
                "{ expect, test }",
                "{ describe, expect, test }",
            ),
            Replace(
                "test/shop.test.js",
                OLD_TEST,
                "
describe.skip('later', () => {
  test('total', () => {
    expect(total(['tea', 'cake'])).toBe(8);
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
                "  expect(total(['tea', 'cake'])).toBe(8);\n});",
                "  test: () => expect(total(['tea', 'cake'])).toBe(8),\n});",
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
            Replace("test/shop.test.js", ".toBe(8)", ".toBeDefined()"),
        ],
    ]),
    show("expected-value-changed").head(&[
        FEATURE,
        &[BREAK, Replace("test/shop.test.js", ".toBe(8)", ".toBe(9)")],
    ]),
    show("loop-emptied")
        .base(&[Replace(
            "test/shop.test.js",
            OLD_TEST,
            "
test('all', () => {
  for (const name of ['tea', 'cake']) {
    expect(total([name])).toBe(price(name));
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
            ".toBe(8)",
            ".toBeCloseTo(8, 2)",
        )])
        .head(&[
            FEATURE,
            &[BREAK, Replace("test/shop.test.js", "(8, 2)", "(8, -1)")],
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
                "import { expect, test } from 'vitest';
import { SAMPLES } from '../src/samples.js';
import { total } from '../src/shop.js';

for (const names of Object.keys(SAMPLES)) {
  test(`total of ${names}`, () => {
    expect(total(names.split(' '))).toBe(SAMPLES[names]);
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
  expect(shipping(20)).toBe(0);
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
    show("snapshot-updated").base(SNAPSHOT_TEST).head(&[
        FEATURE,
        &[
            BREAK,
            Replace("test/shop.test.js", OLD_TEST, ""),
            Replace("test/__snapshots__/snapshot.test.js.snap", "`6`", "`7`"),
        ],
    ]),
    show("new-test-patches-production").absent(
        "each test file has modules of its own, so a new file cannot patch those of old ones",
    ),
    show("spec-change-unaccepted").head(&[&[
        Replace("src/shop.js", "tea: 3", "tea: 4"),
        Replace("test/shop.test.js", ".toBe(3)", ".toBe(4)"),
        Replace("test/shop.test.js", ".toBe(8)", ".toBe(9)"),
    ]]),
];
