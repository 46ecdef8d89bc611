//! Shows the cases with vitest.

mod accused;
mod broken;
mod hollow;
mod honest;
mod kept;
mod runner;

use super::case::{Ecosystem, SearchPath, Show, show};
use super::edit::Edit::{self, Append, Replace, Write};

pub(super) static VITEST: Ecosystem = Ecosystem {
    name: "vitest",
    runs: true,
    start: &[
        ("package.json", MANIFEST),
        (".gitignore", "node_modules\n"),
        ("src/shop.js", SHOP),
        ("test/shop.test.js", TESTS),
    ],
    path: SearchPath::Own,
    links: &[("node_modules", "js/node_modules")],
    home: &[],
    shows: &[
        hollow::SHOWS,
        broken::SHOWS,
        runner::SHOWS,
        honest::SHOWS,
        accused::SHOWS,
        kept::SHOWS,
    ],
};

const MANIFEST: &str = r#"{
  "name": "shop",
  "version": "1.0.0",
  "type": "module",
  "scripts": { "test": "vitest run" },
  "devDependencies": { "vitest": "3.2.7" }
}
"#;

const SHOP: &str = "export const PRICES = { tea: 3, cake: 5 };

export function price(name) {
  return PRICES[name];
}

export function total(names) {
  return names.reduce((sum, name) => sum + price(name), 0);
}
";

const TESTS: &str = "import { expect, test } from 'vitest';
import { price, total } from '../src/shop.js';

test('price', () => {
  expect(price('tea')).toBe(3);
});

test('total', () => {
  expect(total(['tea', 'cake'])).toBe(8);
});
";

/// The feature that most cases are about.
const SHIPPING: Edit = Append(
    "src/shop.js",
    "
export function shipping(amount) {
  return amount >= 20 ? 0 : 4;
}
",
);

/// Its honest test.
const SHIPPING_TEST: Edit = Write(
    "test/shipping.test.js",
    "import { expect, test } from 'vitest';
import { shipping } from '../src/shop.js';

test('shipping', () => {
  expect(shipping(20)).toBe(0);
  expect(shipping(19)).toBe(4);
});
",
);

/// A first commit that is as it should be, so that only the second one is in question.
const FEATURE: &[Edit] = &[SHIPPING, SHIPPING_TEST];

/// Breaks the promise of the test `total`.
const BREAK: Edit = Replace("src/shop.js", "price(name), 0)", "price(name), 1)");
