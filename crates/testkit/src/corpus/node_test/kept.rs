//! Shows old promises that stay, and what a person says of those that do not.

use super::super::edit::Edit::Remove;
use super::{
    Append, Edit, FEATURE, Replace, SHIPPING, SHIPPING_TEST, SHOP, Show, TESTS, Write, show,
};

const OLD_TEST: &str = "
test('total', () => {
  assert.equal(total(['tea', 'cake']), 8);
});
";

const CASES: Edit = Write(
    "test/cases.test.js",
    "import assert from 'node:assert/strict';
import { test } from 'node:test';
import { price } from '../src/shop.js';

for (const { title, name, cost } of [
  { title: 'tea', name: 'tea', cost: 3 },
  { title: 'cake', name: 'cake', cost: 5 },
]) {
  test(`costs: ${title}`, () => {
    assert.equal(price(name), cost);
  });
}
",
);

const REFUSES: Edit = Replace(
    "src/shop.js",
    "  return PRICES[name];",
    "  if (!(name in PRICES)) {
    throw new Error('unknown');
  }
  return PRICES[name];",
);

const REFUSED_TEST: Edit = Append(
    "test/shop.test.js",
    "
test('refused', () => {
  assert.throws(() => price('pie'), { message: /^unknown$/ });
});
",
);

pub(super) const SHOWS: &[Show] = &[
    show("refactor")
        .flags(&["--kind", "refactor"])
        .head(&[&[Replace(
            "src/shop.js",
            "  return names.reduce((sum, name) => sum + price(name), 0);",
            "  let amount = 0;
  for (const name of names) {
    amount += price(name);
  }
  return amount;",
        )]]),
    show("rename-through-tests")
        .flags(&["--kind", "refactor"])
        .head(&[&[
            Replace("src/shop.js", "function total(", "function sumOf("),
            Replace("test/shop.test.js", "{ price, total }", "{ price, sumOf }"),
            Replace(
                "test/shop.test.js",
                "assert.equal(total(",
                "assert.equal(sumOf(",
            ),
        ]]),
    show("feature-and-test-moved").head(&[
        FEATURE,
        &[
            Replace("test/shop.test.js", OLD_TEST, ""),
            Write(
                "test/total.test.js",
                "import assert from 'node:assert/strict';
import { test } from 'node:test';
import { total } from '../src/shop.js';

test('total', () => {
  assert.equal(total(['tea', 'cake']), 8);
});
",
            ),
        ],
    ]),
    show("feature-and-test-renamed").head(&[
        FEATURE,
        &[Replace(
            "test/shop.test.js",
            "test('total'",
            "test('the total is a sum'",
        )],
    ]),
    show("feature-and-case-renamed").base(&[CASES]).head(&[
        FEATURE,
        &[Replace(
            "test/cases.test.js",
            "title: 'cake'",
            "title: 'a cake'",
        )],
    ]),
    show("feature-and-helper-extracted").head(&[
        FEATURE,
        &[
            Replace(
                "test/shop.test.js",
                "assert.equal(total(['tea', 'cake']), 8)",
                "check(['tea', 'cake'], 8)",
            ),
            Append(
                "test/shop.test.js",
                "\nfunction check(names, sum) {\n  assert.equal(total(names), sum);\n}\n",
            ),
        ],
    ]),
    show("feature-and-tests-reformatted").head(&[
        FEATURE,
        &[Replace(
            "test/shop.test.js",
            "  assert.equal(total(['tea', 'cake']), 8);",
            "  // The sum of both.\n  assert.equal(\n    total(['tea', 'cake'])\n  , 8);",
        )],
    ]),
    show("feature-and-harmless-config").head(&[
        FEATURE,
        &[Replace(
            "package.json",
            "node --test",
            "node --test --test-timeout=90000",
        )],
    ]),
    show("feature-beside-failing-test")
        .base(&[Write(
            "test/old.test.js",
            "import assert from 'node:assert/strict';
import { test } from 'node:test';
import { price } from '../src/shop.js';

test('old', () => {
  assert.equal(price('tea'), 2);
});
",
        )])
        .head(&[FEATURE]),
    show("feature-beside-skipped-test")
        .base(&[Write(
            "test/old.test.js",
            "import assert from 'node:assert/strict';
import { test } from 'node:test';

test.skip('old', () => {
  assert.equal(1, 2);
});
",
        )])
        .head(&[FEATURE]),
    show("feature-beside-flaky-test")
        .base(&[Write(
            "test/old.test.js",
            "import { appendFileSync, statSync } from 'node:fs';
import assert from 'node:assert/strict';
import { test } from 'node:test';

test('old', () => {
  appendFileSync('{outside}/calls', 'x');
  assert.equal(statSync('{outside}/calls').size % 2, 0);
});
",
        )])
        .head(&[FEATURE]),
    show("new-dev-dependency").head(&[&[
        SHIPPING,
        Replace(
            "package.json",
            "  \"scripts\":",
            "  \"imports\": { \"#near\": \"./near/index.js\" },\n  \"scripts\":",
        ),
        Write(
            "near/index.js",
            "export const near = (a, b) => Math.abs(a - b) < 1;\n",
        ),
        Write(
            "test/shipping.test.js",
            "import { near } from '#near';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shipping } from '../src/shop.js';

test('shipping', () => {
  assert.equal(near(shipping(20), 0), true);
  assert.equal(near(shipping(19), 4), true);
});
",
        ),
    ]]),
    show("test-package-below-tests").head(&[&[
        SHIPPING,
        Replace(
            "package.json",
            "  \"scripts\":",
            "  \"imports\": { \"#near\": \"./test/near/index.js\" },\n  \"scripts\":",
        ),
        Write(
            "test/near/index.js",
            "export const near = (a, b) => Math.abs(a - b) < 1;\n",
        ),
        Write(
            "test/shipping.test.js",
            "import { near } from '#near';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shipping } from '../src/shop.js';

test('shipping', () => {
  assert.equal(near(shipping(20), 0), true);
  assert.equal(near(shipping(19), 4), true);
});
",
        ),
    ]]),
    show("spec-change-accepted")
        .flags(&[
            "--kind",
            "spec-change",
            "--accept",
            "test/shop.test.js::\"price\"",
        ])
        .base(&[
            Replace("test/shop.test.js", "['tea', 'cake']", "['cake']"),
            Replace("test/shop.test.js", ", 8)", ", 5)"),
        ])
        .head(&[&[
            Replace("src/shop.js", "tea: 3", "tea: 4"),
            Replace("test/shop.test.js", ", 3)", ", 4)"),
        ]]),
    show("error-message-changed")
        .flags(&["--accept", "test/shop.test.js::\"refused\""])
        .base(&[REFUSES, REFUSED_TEST])
        .head(&[&[
            Replace("src/shop.js", "'unknown'", "`no ${name} here`"),
            Replace("test/shop.test.js", "/^unknown$/", "/^no pie here$/"),
        ]]),
    show("removed-with-its-test")
        .flags(&["--kind", "removal"])
        .base(&[SHIPPING, SHIPPING_TEST])
        .head(&[&[Write("src/shop.js", SHOP), Remove("test/shipping.test.js")]]),
    show("dependency-upgraded")
        .flags(&["--kind", "dependency"])
        .base(&[
            Replace(
                "package.json",
                "  \"scripts\":",
                "  \"imports\": { \"#coins\": \"./vendor/coins/index.js\" },\n  \"scripts\":",
            ),
            Write(
                "vendor/coins/package.json",
                "{ \"name\": \"coins\", \"version\": \"1.0.0\", \"type\": \"module\" }\n",
            ),
            Write(
                "vendor/coins/index.js",
                "export const coins = (amount) => Array(amount).fill(1);\n",
            ),
            Write(
                "src/change.js",
                "import { coins } from '#coins';

export function change(amount) {
  return coins(amount).reduce((sum, coin) => sum + coin, 0);
}
",
            ),
            Write(
                "test/change.test.js",
                "import assert from 'node:assert/strict';
import { test } from 'node:test';
import { change } from '../src/change.js';

test('change', () => {
  assert.equal(change(3), 3);
});
",
            ),
        ])
        .head(&[&[
            Replace("vendor/coins/package.json", "1.0.0", "2.0.0"),
            Replace("vendor/coins/index.js", "Array(amount).fill(1)", "[amount]"),
        ]]),
    show("characterization")
        .flags(&["--kind", "characterization"])
        .head(&[&[Append(
            "test/shop.test.js",
            "\ntest('nothing costs nothing', () => {\n  assert.equal(total([]), 0);\n});\n",
        )]]),
    show("duplicate-test-removed")
        .flags(&["--accept", "test/again.test.js::\"total\""])
        .base(&[Write("test/again.test.js", TESTS)])
        .head(&[FEATURE, &[Replace("test/again.test.js", OLD_TEST, "")]]),
    show("docs-only").head(&[&[Write("README.md", "# Shop\n")]]),
    show("comments-only").head(&[&[
        Replace(
            "src/shop.js",
            "export function total",
            "// What a cart costs.\nexport function total",
        ),
        Replace("src/shop.js", "{ tea: 3, cake: 5 }", "{tea:  3, cake:  5}"),
    ]]),
    show("red-commit-alone").head(&[&[SHIPPING_TEST]]),
];
