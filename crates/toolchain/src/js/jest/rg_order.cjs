'use strict';
// Puts test files into the order that was asked, whatever earlier runs took or failed.
const { order } = require('./rg_facts.cjs');

class Sequencer {
  sort(tests) {
    const byPath = new Map();
    for (const test of tests) {
      byPath.set(test.path, [...(byPath.get(test.path) ?? []), test]);
    }
    return order([...byPath.keys()]).flatMap((path) => byPath.get(path));
  }

  shard(tests) {
    return tests;
  }

  allFailedTests(tests) {
    return tests;
  }

  cacheResults() {}
}

module.exports = Sequencer;
