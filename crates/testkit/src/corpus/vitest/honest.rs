//! Shows new behaviour with tests that notice it.

use super::{Append, BREAK, Edit, FEATURE, Replace, SHIPPING, SHIPPING_TEST, Show, Write, show};

const LOADED_TEST: &[Edit] = &[
    Write(
        "test/rows.test.js",
        "import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { total } from '../src/shop.js';

test('rows', () => {
  const rows = readFileSync(new URL('./testdata/rows.json', import.meta.url), 'utf8');
  for (const [names, sum] of JSON.parse(rows)) {
    expect(total(names)).toBe(sum);
  }
});
",
    ),
    Write("test/testdata/rows.json", "[\n  [[\"tea\"], 3]\n]\n"),
    Replace("src/shop.js", "names.reduce", "[...new Set(names)].reduce"),
];

const INLINE: Edit = Write(
    "vitest.config.js",
    "export default { test: { includeSource: ['src/*.js'] } };\n",
);

const INLINE_TEST: &str = "
if (import.meta.vitest) {
  const { expect, test } = import.meta.vitest;

  test('shipping is free from twenty', () => {
    expect(shipping(20)).toBe(0);
    expect(shipping(19)).toBe(4);
  });
}
";

pub(super) const SHOWS: &[Show] = &[
    show("honest-feature").head(&[FEATURE]),
    show("new-file-new-tests").head(&[&[
        Write(
            "src/tax.js",
            "export function tax(net) {\n  return net * 2;\n}\n",
        ),
        Write(
            "test/tax.test.js",
            "import { expect, test } from 'vitest';
import { tax } from '../src/tax.js';

test('tax', () => {
  expect(tax(4)).toBe(8);
});
",
        ),
    ]]),
    show("bug-fix")
        .base(&[
            BREAK,
            Replace("test/shop.test.js", ".toBe(8)", ".toBeDefined()"),
        ])
        .head(&[&[
            Replace("src/shop.js", "price(name), 1)", "price(name), 0)"),
            Append(
                "test/shop.test.js",
                "\ntest('total of nothing', () => {\n  expect(total([])).toBe(0);\n});\n",
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
                "import { expect, test } from 'vitest';
import { Cart } from '../src/shop.js';

test('what is added is in', () => {
  const cart = new Cart();
  cart.add('tea');
  expect(cart.names).toEqual(['tea']);
});
",
            ),
        ]]),
    show("parameter-added").head(&[&[
        Replace("src/shop.js", "total(names)", "total(names, tip = 0)"),
        Replace("src/shop.js", "price(name), 0)", "price(name), tip)"),
        Append(
            "test/shop.test.js",
            "\ntest('tip', () => {\n  expect(total(['tea'], 1)).toBe(4);\n});\n",
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
  expect(isFree(20)).toBe(true);
  expect(isFree(19)).toBe(false);
});
",
        ),
    ]]),
    show("data-row-added").head(&[&[
        Replace("src/shop.js", "cake: 5", "cake: 5, milk: 1"),
        Append(
            "test/shop.test.js",
            "\ntest('milk', () => {\n  expect(price('milk')).toBe(1);\n});\n",
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
  expect(() => price('pie')).toThrow('no pie here');
});
",
        ),
    ]]),
    show("collaborator-mocked")
        .base(&[Write(
            "src/today.js",
            "export function today() {\n  return new Date().getDay();\n}\n",
        )])
        .head(&[&[
            Write(
                "src/open.js",
                "import { today } from './today.js';

export function isOpen() {
  return today() !== 0;
}
",
            ),
            Write(
                "test/open.test.js",
                "import { expect, test, vi } from 'vitest';
import { isOpen } from '../src/open.js';
import { today } from '../src/today.js';

vi.mock('../src/today.js', () => ({ today: vi.fn() }));

test('closed on sunday', () => {
  today.mockReturnValue(0);
  expect(isOpen()).toBe(false);
  today.mockReturnValue(1);
  expect(isOpen()).toBe(true);
});
",
            ),
        ]]),
    show("honest-fixture").head(&[&[
        SHIPPING,
        Write("test/amount.js", "export const amount = 20;\n"),
        Write(
            "test/shipping.test.js",
            "import { expect, test } from 'vitest';
import { shipping } from '../src/shop.js';
import { amount } from './amount.js';

test('shipping', () => {
  expect(shipping(amount)).toBe(0);
  expect(shipping(amount - 1)).toBe(4);
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
            "import { expect, test } from 'vitest';
import { shipping } from '../src/shop.js';

test.each([
  [20, 0],
  [19, 4],
  [0, 4],
])('shipping of %i costs %i', (amount, cost) => {
  expect(shipping(amount)).toBe(cost);
});
",
        ),
    ]]),
    show("inline-tests-old-file")
        .base(&[INLINE])
        .head(&[&[SHIPPING, Append("src/shop.js", INLINE_TEST)]]),
    show("inline-tests-new-file").base(&[INLINE]).head(&[&[
        Write(
            "src/shipping.js",
            "export function shipping(amount) {\n  return amount >= 20 ? 0 : 4;\n}\n",
        ),
        Append("src/shipping.js", INLINE_TEST),
    ]]),
];
