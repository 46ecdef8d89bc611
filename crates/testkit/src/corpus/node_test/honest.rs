//! Shows new behaviour with tests that notice it.

use super::{Append, BREAK, Edit, FEATURE, Replace, SHIPPING, SHIPPING_TEST, Show, Write, show};

const LOADED_TEST: &[Edit] = &[
    Write(
        "test/rows.test.js",
        "import { readFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { total } from '../src/shop.js';

test('rows', () => {
  const rows = readFileSync(new URL('./testdata/rows.json', import.meta.url), 'utf8');
  for (const [names, sum] of JSON.parse(rows)) {
    assert.equal(total(names), sum);
  }
});
",
    ),
    Write("test/testdata/rows.json", "[\n  [[\"tea\"], 3]\n]\n"),
    Replace("src/shop.js", "names.reduce", "[...new Set(names)].reduce"),
];

pub(super) const SHOWS: &[Show] = &[
    show("honest-feature").head(&[FEATURE]),
    show("new-file-new-tests").head(&[&[
        Write(
            "src/tax.js",
            "export function tax(net) {\n  return net * 2;\n}\n",
        ),
        Write(
            "test/tax.test.js",
            "import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tax } from '../src/tax.js';

test('tax', () => {
  assert.equal(tax(4), 8);
});
",
        ),
    ]]),
    show("bug-fix")
        .base(&[
            BREAK,
            Replace(
                "test/shop.test.js",
                "assert.equal(total(['tea', 'cake']), 8)",
                "assert.ok(total(['tea', 'cake']))",
            ),
        ])
        .head(&[&[
            Replace("src/shop.js", "price(name), 1)", "price(name), 0)"),
            Append(
                "test/shop.test.js",
                "\ntest('total of nothing', () => {\n  assert.equal(total([]), 0);\n});\n",
            ),
        ]]),
    show("red-then-green").head(&[&[SHIPPING_TEST], &[SHIPPING]]),
    show("method-added")
        .base(&[Append(
            "src/shop.js",
            "\nexport class Cart {\n  names = [];\n}\n",
        )])
        .head(&[&[
            Replace(
                "src/shop.js",
                "  names = [];\n",
                "  names = [];\n\n  add(name) {\n    this.names.push(name);\n  }\n",
            ),
            Write(
                "test/cart.test.js",
                "import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cart } from '../src/shop.js';

test('what is added is in', () => {
  const cart = new Cart();
  cart.add('tea');
  assert.deepEqual(cart.names, ['tea']);
});
",
            ),
        ]]),
    show("parameter-added").head(&[&[
        Replace("src/shop.js", "total(names)", "total(names, tip = 0)"),
        Replace("src/shop.js", "price(name), 0)", "price(name), tip)"),
        Append(
            "test/shop.test.js",
            "\ntest('tip', () => {\n  assert.equal(total(['tea'], 1), 4);\n});\n",
        ),
    ]]),
    show("two-functions").head(&[&[
        Append(
            "src/shop.js",
            "
export function isFree(amount) {
  return amount >= 20;
}

export function shipping(amount) {
  return isFree(amount) ? 0 : 4;
}
",
        ),
        SHIPPING_TEST,
        Replace(
            "test/shipping.test.js",
            "{ shipping }",
            "{ isFree, shipping }",
        ),
        Append(
            "test/shipping.test.js",
            "
test('twenty is free', () => {
  assert.equal(isFree(20), true);
  assert.equal(isFree(19), false);
});
",
        ),
    ]]),
    show("data-row-added").head(&[&[
        Replace("src/shop.js", "cake: 5", "cake: 5, milk: 1"),
        Append(
            "test/shop.test.js",
            "\ntest('milk', () => {\n  assert.equal(price('milk'), 1);\n});\n",
        ),
    ]]),
    show("expects-an-error").head(&[&[
        Replace(
            "src/shop.js",
            "  return PRICES[name];",
            "  if (!(name in PRICES)) {
    throw new Error(`no ${name} here`);
  }
  return PRICES[name];",
        ),
        Append(
            "test/shop.test.js",
            "
test('unknown names are refused', () => {
  assert.throws(() => price('pie'), /no pie here/);
});
",
        ),
    ]]),
    show("collaborator-mocked")
        .base(&[Write(
            "src/today.js",
            "export const calendar = { today: () => new Date().getDay() };\n",
        )])
        .head(&[&[
            Write(
                "src/open.js",
                "import { calendar } from './today.js';

export function isOpen() {
  return calendar.today() !== 0;
}
",
            ),
            Write(
                "test/open.test.js",
                "import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOpen } from '../src/open.js';
import { calendar } from '../src/today.js';

test('closed on sunday', (t) => {
  const today = t.mock.method(calendar, 'today', () => 0);
  assert.equal(isOpen(), false);
  today.mock.mockImplementation(() => 1);
  assert.equal(isOpen(), true);
});
",
            ),
        ]]),
    show("honest-fixture").head(&[&[
        SHIPPING,
        Write("test/amount.js", "export const amount = 20;\n"),
        Write(
            "test/shipping.test.js",
            "import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shipping } from '../src/shop.js';
import { amount } from './amount.js';

test('shipping', () => {
  assert.equal(shipping(amount), 0);
  assert.equal(shipping(amount - 1), 4);
});
",
        ),
    ]]),
    show("fixture-only").base(LOADED_TEST).head(&[&[
        Replace("src/shop.js", "[...new Set(names)].reduce", "names.reduce"),
        Replace(
            "test/testdata/rows.json",
            "3]\n",
            "3],\n  [[\"tea\", \"tea\"], 6]\n",
        ),
    ]]),
    show("parametrised-test").head(&[&[
        SHIPPING,
        Write(
            "test/shipping.test.js",
            "import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shipping } from '../src/shop.js';

for (const [amount, cost] of [
  [20, 0],
  [19, 4],
  [0, 4],
]) {
  test(`shipping of ${amount}`, () => {
    assert.equal(shipping(amount), cost);
  });
}
",
        ),
    ]]),
    show("inline-tests-old-file").absent("node:test takes no tests from production files"),
    show("inline-tests-new-file").absent("node:test takes no tests from production files"),
];
