//! Shows tests that test nothing.

use super::{Append, Replace, SHIPPING, SHIPPING_TEST, Show, Write, show};

pub(super) const SHOWS: &[Show] = &[
    show("code-without-test").head(&[&[SHIPPING]]),
    show("empty-test").head(&[&[
        SHIPPING,
        Write(
            "test/shipping.test.js",
            "import { test } from 'vitest';

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
            "import { expect, test } from 'vitest';
import { shipping } from '../src/shop.js';

test('shipping', () => {
  void shipping;
  expect(true).toBe(true);
});
",
        ),
    ]]),
    show("existence-only").head(&[&[
        SHIPPING,
        Write(
            "test/shipping.test.js",
            "import { expect, test } from 'vitest';
import { shipping } from '../src/shop.js';

test('shipping', () => {
  expect(shipping).toBeTypeOf('function');
});
",
        ),
    ]]),
    show("dead-assertion").head(&[&[
        SHIPPING,
        Write(
            "test/shipping.test.js",
            "import { expect, test } from 'vitest';
import { shipping } from '../src/shop.js';

test('shipping', () => {
  if (typeof shipping !== 'function') {
    expect(shipping(20)).toBe(0);
  }
});
",
        ),
    ]]),
    show("swallowed-assertion").head(&[&[
        SHIPPING,
        Write(
            "test/shipping.test.js",
            "import { expect, test } from 'vitest';
import { shipping } from '../src/shop.js';

test('shipping', () => {
  try {
    expect(shipping(20)).toBe(7);
  } catch (error) {
    console.log(error.name);
  }
});
",
        ),
    ]]),
    show("subject-mocked").head(&[&[
        SHIPPING,
        Write(
            "test/shipping.test.js",
            "import { expect, test, vi } from 'vitest';
import { shipping } from '../src/shop.js';

vi.mock('../src/shop.js', () => ({ shipping: () => 0 }));

test('shipping', () => {
  expect(shipping(20)).toBe(0);
});
",
        ),
    ]]),
    show("fixture-does-the-work").head(&[&[
        SHIPPING,
        Write(
            "test/shipping.test.js",
            "import { beforeEach, expect, test } from 'vitest';
import { shipping } from '../src/shop.js';

let cost;

beforeEach(() => {
  cost = new Map([[shipping, 0]]);
});

test('shipping', () => {
  expect(cost.get(shipping)).toBe(0);
});
",
        ),
    ]]),
    show("passes-without-change").head(&[&[
        SHIPPING,
        Append(
            "test/shop.test.js",
            "\ntest('cake', () => {\n  expect(price('cake')).toBe(5);\n});\n",
        ),
    ]]),
    show("misspelled-import").head(&[
        &[Write(
            "test/shipping.test.js",
            "import { expect, test } from 'vitest';
import * as subject from '../src/shiping.js';

test('shipping', () => {
  void subject;
  expect(true).toBe(true);
});
",
        )],
        &[
            Write(
                "src/shipping.js",
                "export function shipping(amount) {\n  return amount >= 20 ? 0 : 4;\n}\n",
            ),
            Replace("test/shipping.test.js", "shiping.js", "shipping.js"),
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
            "import { expect, test } from 'vitest';
import { shipping } from '../src/shop.js';

test.fails('shipping', () => {
  expect(shipping(20)).toBe(7);
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
            "import { expect, test } from 'vitest';
import { shipping } from '../src/shop.js';

test('negative amounts are refused', () => {
  expect(() => shipping(-1)).toThrow();
});
",
        ),
    ]]),
    show("coin-flip").head(&[&[
        SHIPPING,
        Write(
            "test/shipping.test.js",
            "import { appendFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';

test('shipping', () => {
  appendFileSync('{outside}/calls', 'x');
  expect(statSync('{outside}/calls').size % 2).toBe(1);
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
  if (!process.env.VITEST) {
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
            "import { test } from 'vitest';
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
            "import { expect, test } from 'vitest';
import { shipping } from '../src/shop.js';

test('shipping', () => {
  const expected = shipping(20);
  expect(shipping(20)).toBe(expected);
});
",
        ),
    ]]),
    show("type-only").head(&[&[
        SHIPPING,
        Write(
            "test/shipping.test.js",
            "import { expect, test } from 'vitest';
import { shipping } from '../src/shop.js';

test('shipping', () => {
  expect(typeof shipping(20)).toBe('number');
});
",
        ),
    ]]),
    show("equal-to-all").head(&[&[
        Append(
            "src/shop.js",
            "
export function shipping() {
  return { $$typeof: Symbol.for('jest.asymmetricMatcher'), asymmetricMatch: () => true };
}
",
        ),
        Write(
            "test/shipping.test.js",
            "import { expect, test } from 'vitest';
import { shipping } from '../src/shop.js';

test('shipping', () => {
  expect(shipping(20)).toEqual(0);
});
",
        ),
    ]]),
    show("tautology").head(&[&[
        SHIPPING,
        Write(
            "test/shipping.test.js",
            "import { expect, test } from 'vitest';
import { shipping } from '../src/shop.js';

test('shipping', () => {
  const cost = shipping(20);
  expect(cost === 7 || cost !== 7).toBe(true);
});
",
        ),
    ]]),
];
