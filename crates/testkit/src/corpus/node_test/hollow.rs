//! Shows tests that test nothing.

use super::{Append, Replace, SHIPPING, SHIPPING_TEST, Show, Write, show};

pub(super) const SHOWS: &[Show] = &[
    show("code-without-test").head(&[&[SHIPPING]]),
    show("empty-test").head(&[&[
        SHIPPING,
        Write(
            "test/shipping.test.js",
            "import { test } from 'node:test';

test('shipping', () => {});
",
        ),
    ]]),
    show("no-assertion").head(&[&[
        Replace("src/shop.js", "PRICES[name]", "PRICES[name] ?? 0"),
        Append(
            "test/shop.test.js",
            "\ntest('any', () => {\n  price('cake');\n});\n",
        ),
    ]]),
    show("assert-true").head(&[&[
        SHIPPING,
        Write(
            "test/shipping.test.js",
            "import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shipping } from '../src/shop.js';

test('shipping', () => {
  assert.equal(typeof shipping, 'function');
  assert.equal(true, true);
});
",
        ),
    ]]),
    show("existence-only").head(&[&[
        SHIPPING,
        Write(
            "test/shipping.test.js",
            "import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as shop from '../src/shop.js';

test('shipping', () => {
  assert.equal(typeof shop.shipping, 'function');
});
",
        ),
    ]]),
    show("dead-assertion").head(&[&[
        SHIPPING,
        Write(
            "test/shipping.test.js",
            "import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shipping } from '../src/shop.js';

test('shipping', () => {
  if (typeof shipping !== 'function') {
    assert.equal(shipping(20), 0);
  }
});
",
        ),
    ]]),
    show("swallowed-assertion").head(&[&[
        SHIPPING,
        Write(
            "test/shipping.test.js",
            "import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shipping } from '../src/shop.js';

test('shipping', () => {
  try {
    assert.equal(shipping(20), 7);
  } catch (error) {
    console.log(error.name);
  }
});
",
        ),
    ]]),
    show("subject-mocked").head(&[&[
        Append(
            "src/shop.js",
            "\nexport const post = {\n  shipping(amount) {\n    return amount >= 20 ? 0 : 4;\n  },\n};\n",
        ),
        Write(
            "test/shipping.test.js",
            "import assert from 'node:assert/strict';
import { test } from 'node:test';
import { post } from '../src/shop.js';

test('shipping', (t) => {
  t.mock.method(post, 'shipping', () => 0);
  assert.equal(post.shipping(20), 0);
});
",
        ),
    ]]),
    show("fixture-does-the-work").head(&[&[
        SHIPPING,
        Write(
            "test/shipping.test.js",
            "import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { shipping } from '../src/shop.js';

let cost;

beforeEach(() => {
  cost = new Map([[shipping, 0]]);
});

test('shipping', () => {
  assert.equal(cost.get(shipping), 0);
});
",
        ),
    ]]),
    show("passes-without-change").head(&[&[
        SHIPPING,
        Append(
            "test/shop.test.js",
            "\ntest('cake', () => {\n  assert.equal(price('cake'), 5);\n});\n",
        ),
    ]]),
    show("misspelled-import").head(&[
        &[Write(
            "test/shipping.test.js",
            "import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shiping } from '../src/shop.js';

test('shipping', () => {
  assert.notEqual(shiping, undefined);
});
",
        )],
        &[
            SHIPPING,
            Replace("test/shipping.test.js", "{ shiping }", "{ shipping }"),
            Replace("test/shipping.test.js", "(shiping, ", "(shipping, "),
        ],
    ]),
    show("skipped-test").head(&[&[
        SHIPPING,
        SHIPPING_TEST,
        Replace(
            "test/shipping.test.js",
            "test('shipping'",
            "test.skip('shipping'",
        ),
    ]]),
    show("expected-failure").head(&[&[
        SHIPPING,
        Write(
            "test/shipping.test.js",
            "import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shipping } from '../src/shop.js';

test('shipping', { todo: true }, () => {
  assert.equal(shipping(20), 7);
});
",
        ),
    ]]),
    show("any-error-will-do").head(&[&[
        Append(
            "src/shop.js",
            "\nexport function shipping(amount) {\n  return amount.missing.field;\n}\n",
        ),
        Write(
            "test/shipping.test.js",
            "import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shipping } from '../src/shop.js';

test('negative amounts are refused', () => {
  assert.throws(() => shipping(-1));
});
",
        ),
    ]]),
    show("coin-flip").head(&[&[
        SHIPPING,
        Write(
            "test/shipping.test.js",
            "import { appendFileSync, statSync } from 'node:fs';
import assert from 'node:assert/strict';
import { test } from 'node:test';

test('shipping', () => {
  appendFileSync('{outside}/calls', 'x');
  assert.equal(statSync('{outside}/calls').size % 2, 1);
});
",
        ),
    ]]),
    show("special-cased").head(&[&[
        Append(
            "src/shop.js",
            "\nexport function shipping(amount) {\n  return { 20: 0, 19: 4 }[amount];\n}\n",
        ),
        SHIPPING_TEST,
    ]]),
    show("detects-the-runner").head(&[&[
        Append(
            "src/shop.js",
            "
export function shipping(amount) {
  if (!process.env.NODE_TEST_CONTEXT) {
    return 9;
  }
  return amount >= 20 ? 0 : 4;
}
",
        ),
        SHIPPING_TEST,
    ]]),
    show("call-without-assertion").head(&[&[
        SHIPPING,
        Write(
            "test/shipping.test.js",
            "import { test } from 'node:test';
import { shipping } from '../src/shop.js';

test('shipping', () => {
  shipping(20);
});
",
        ),
    ]]),
    show("expected-from-code").head(&[&[
        SHIPPING,
        Write(
            "test/shipping.test.js",
            "import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shipping } from '../src/shop.js';

test('shipping', () => {
  const expected = shipping(20);
  assert.equal(shipping(20), expected);
});
",
        ),
    ]]),
    show("type-only").head(&[&[
        SHIPPING,
        Write(
            "test/shipping.test.js",
            "import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shipping } from '../src/shop.js';

test('shipping', () => {
  assert.equal(typeof shipping(20), 'number');
});
",
        ),
    ]]),
    show("equal-to-all").head(&[&[
        Append(
            "src/shop.js",
            "
export class Cost {
  equals() {
    return true;
  }
}

export function shipping() {
  return new Cost();
}
",
        ),
        Write(
            "test/shipping.test.js",
            "import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shipping } from '../src/shop.js';

test('shipping', () => {
  assert.ok(shipping(20).equals(0));
  assert.ok(shipping(19).equals(4));
});
",
        ),
    ]]),
    show("tautology").head(&[&[
        SHIPPING,
        Write(
            "test/shipping.test.js",
            "import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shipping } from '../src/shop.js';

test('shipping', () => {
  const cost = shipping(20);
  assert.equal(cost === 7 || cost !== 7, true);
});
",
        ),
    ]]),
];
