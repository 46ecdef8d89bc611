//! Shows honest code that defects could accuse falsely: properties, tolerances, caches, tables.

use super::{Append, SHIPPING, Show, Write, show};

pub(super) const SHOWS: &[Show] = &[
    show("property-test").head(&[&[
        SHIPPING,
        Write(
            "test/shipping.test.js",
            r#"import { expect, test } from 'vitest';
import { shipping } from '../src/shop.js';

test('shipping is free from twenty on', () => {
  for (let amount = 0; amount < 60; amount += 1) {
    expect(shipping(amount)).toBe(amount < 20 ? 4 : 0);
  }
});
"#,
        ),
    ]]),
    show("snapshot-added").head(&[&[
        Append(
            "src/shop.js",
            r#"
export function bill(names) {
  const lines = names.map((name) => name.padEnd(6) + String(price(name)).padStart(3));
  lines.push('total ' + String(total(names)).padStart(3));
  return lines.join('\n') + '\n';
}
"#,
        ),
        Write(
            "test/bill.test.js",
            r#"import { expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { bill } from '../src/shop.js';

test('bill', () => {
  const golden = readFileSync(new URL('./testdata/bill.txt', import.meta.url), 'utf8');
  expect(bill(['tea', 'cake'])).toBe(golden);
});
"#,
        ),
        Write(
            "test/testdata/bill.txt",
            r#"tea     3
cake    5
total   8
"#,
        ),
    ]]),
    show("real-constants").head(&[&[
        Append(
            "src/shop.js",
            r#"
export const LITRES_A_GALLON = 3.785411784;

export function litres(gallons) {
  return gallons * LITRES_A_GALLON;
}
"#,
        ),
        Write(
            "test/litres.test.js",
            r#"import { expect, test } from 'vitest';
import { litres } from '../src/shop.js';

test('litres', () => {
  expect(litres(2)).toBe(7.570823568);
});
"#,
        ),
    ]]),
    show("numeric-tolerance").head(&[&[
        Append(
            "src/shop.js",
            r#"
export function mean(amounts) {
  return amounts.reduce((sum, amount) => sum + amount, 0) / amounts.length;
}
"#,
        ),
        Write(
            "test/mean.test.js",
            r#"import { expect, test } from 'vitest';
import { mean } from '../src/shop.js';

test('mean', () => {
  expect(mean([1, 2, 4])).toBeCloseTo(2.3333333, 6);
});
"#,
        ),
    ]]),
    show("cache-added").head(&[&[
        Append(
            "src/shop.js",
            r#"
const rates = new Map();

export function rate(country, fetch) {
  if (!rates.has(country)) {
    rates.set(country, fetch(country));
  }
  return rates.get(country);
}
"#,
        ),
        Write(
            "test/rate.test.js",
            r#"import { expect, test } from 'vitest';
import { rate } from '../src/shop.js';

test('a rate is fetched once', () => {
  let asked = 0;
  const fetch = (country) => {
    asked += 1;
    return country.length;
  };
  expect(rate('malta', fetch)).toBe(5);
  expect(rate('malta', fetch)).toBe(5);
  expect(rate('peru', fetch)).toBe(4);
  expect(asked).toBe(2);
});
"#,
        ),
    ]]),
    show("generated-code").head(&[&[
        Write(
            "src/spices.js",
            r#"// Written by prices.mjs: do not edit.
export const ROWS = {
  anise: 3,
  basil: 10,
  cumin: 17,
  dill: 24,
  fennel: 31,
  ginger: 38,
  hops: 45,
  iris: 52,
  kale: 59,
  leek: 66,
  mint: 73,
  nutmeg: 80,
  onion: 87,
  pepper: 94,
  rye: 101,
  sage: 108,
  thyme: 115,
  vanilla: 122,
  wheat: 129,
  yam: 136,
};
"#,
        ),
        Append(
            "src/shop.js",
            r#"
import { ROWS } from './spices.js';

export function spice(name) {
  return ROWS[name];
}
"#,
        ),
        Write(
            "test/spice.test.js",
            r#"import { expect, test } from 'vitest';
import { spice } from '../src/shop.js';

test('spice', () => {
  expect(spice('anise')).toBe(3);
  expect(spice('yam')).toBe(136);
});
"#,
        ),
    ]]),
];
