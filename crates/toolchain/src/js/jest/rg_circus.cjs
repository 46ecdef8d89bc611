'use strict';
// Runs one test file with jest-circus and follows its events: they carry the very objects that
// were thrown, and the hook that threw them, which jest's own report does not.
const path = require('path');
const { createRequire } = require('module');
const { ask, facts, get, inside, isAsked, now, outside, random, shuffle, text, write } =
  require('./rg_facts.cjs');

const TIMEOUT = /^(?:thrown: ")?Exceeded timeout of \d+ ?ms for a (?:test|hook)/;
let runs = 0;

/** jest-circus as the project's jest brings it; it need not lie beside the project. */
function circus(config) {
  const chains = [
    ['jest-circus/runner'],
    ['jest/package.json', 'jest-cli/package.json', 'jest-config/package.json', 'jest-circus/runner'],
    ['@jest/core/package.json', 'jest-config/package.json', 'jest-circus/runner'],
    ['jest-runner/package.json', 'jest-circus/runner'],
  ];
  const starts = [process.argv[1], path.join(config.rootDir, 'x.js'), path.join(ask.tree, 'x.js'),
    ask.program, require.main?.filename, ...Object.keys(require.cache).slice(0, 40)];
  for (const start of starts.filter(Boolean)) {
    for (const chain of chains) {
      try {
        const last = chain.reduce((from, name) => createRequire(from).resolve(name), start);
        const found = require(last);
        return found.default ?? found;
      } catch {
        // The next chain may reach it.
      }
    }
  }
  throw new Error('redgreen: jest-circus was not found');
}

/** Follows the events of one file. */
class Follow {
  constructor(file, realm) {
    runs += 1;
    this.base = { r: `${process.pid}-${runs}`, path: inside(file) ?? file };
    this.file = this.base.path;
    this.known = new Map();
    this.realm = realm;
    this.shared = new Map();
    this.started = false;
  }

  write(event, more) {
    write(event, { ...this.base, ...more });
  }

  on(event, state) {
    this.trace(event);
    const method = this['on_' + event.name];
    if (method) {
      method.call(this, event, state);
    }
  }

  /** Tells the switch of mutants, where there is one, which test runs. */
  trace(event) {
    if (event.name === 'test_start') {
      const titles = [];
      for (let each = event.test; each.parent; each = each.parent) {
        titles.unshift(each.name);
      }
      globalThis.__rg_at?.(this.file, titles.join(' > '));
    } else if (event.name === 'test_done' || event.name === 'setup') {
      globalThis.__rg_at?.(this.file, null);
    }
  }

  // Definition

  on_setup(event, state) {
    this.global = event.runtimeGlobals;
    state.randomize = false;
    this.adding = true;
    event.runtimeGlobals.test(`redgreen canary ${ask.nonce}`, ask.canary ? this.mustFail() : () => {});
    this.adding = false;
  }

  mustFail() {
    return () => {
      const expect = this.realm.expect ?? this.global.expect;
      if (typeof expect === 'function') {
        expect(ask.nonce).toBe(`not ${ask.nonce}`);
      } else {
        throw new Error('a test that must fail');
      }
    };
  }

  on_add_test(_event, state) {
    const block = state.currentDescribeBlock;
    const added = (block.children ?? block.tests)[(block.children ?? block.tests).length - 1];
    if (this.adding && added !== undefined) {
      this.canary = added;
    }
  }

  // The run

  on_run_start(_event, state) {
    this.started = true;
    if (state.describeRetryOptions) {
      state.describeRetryOptions = new WeakMap();
    }
    state.testTimeout = Math.min(state.testTimeout, ask.limit_ms);
    this.isolate(state);
    this.walk(state.rootDescribeBlock);
    const listed = [...this.known.values()];
    this.write('tests', {
      tests: listed.map(({ k, titles, asked }) => [k, titles, asked ? 1 : 0, null]),
    });
    if (ask.shuffle !== null) {
      this.mix(state.rootDescribeBlock, random(ask.shuffle));
    }
  }

  /** The canary knows no hook of the project: it must not change what other tests see. */
  isolate(state) {
    if (this.canary === undefined) {
      return;
    }
    const root = state.rootDescribeBlock;
    this.canary.parent = { ...root, hooks: [], parent: undefined, children: [] };
    this.canary.mode = state.hasFocusedTests ? 'only' : undefined;
    this.canary.timeout = ask.limit_ms;
  }

  walk(block) {
    if (ask.names) {
      block.hooks = [];
    }
    for (const hook of block.hooks) {
      hook.timeout = hook.timeout && Math.min(hook.timeout, ask.limit_ms);
    }
    for (const child of block.children) {
      if (child.type === 'describeBlock') {
        this.walk(child);
      } else if (child !== this.canary) {
        this.list(child);
      }
    }
  }

  list(test) {
    const path = [];
    for (let at = test; at.parent; at = at.parent) {
      path.unshift(at);
    }
    const titles = path.map((each) => each.name);
    const asked = !ask.canary && isAsked(this.file, titles);
    test.timeout = test.timeout && Math.min(test.timeout, ask.limit_ms);
    if (!asked || ask.names) {
      test.mode = 'skip';
    }
    this.known.set(test, { k: this.known.size, titles, asked, fails: 0 });
  }

  mix(block, next) {
    shuffle(block.children, next);
    for (const child of block.children.filter((each) => each.type === 'describeBlock')) {
      this.mix(child, next);
    }
  }

  on_test_fn_start(event) {
    const own = this.known.get(event.test);
    if (own) {
      own.began = now();
      this.write('begin', { k: own.k });
    }
  }

  on_test_started(event) {
    this.on_test_fn_start(event);
  }

  fail(test, stage, error) {
    const own = this.known.get(test);
    if (own === undefined) {
      return;
    }
    own.fails += 1;
    const told = facts(error);
    const late = TIMEOUT.test(told.message) || undefined;
    this.write('fail', { k: own.k, stage, late, error: told });
  }

  on_test_fn_failure(event) {
    if (event.test === this.canary) {
      this.canaryFailed = true;
    } else if (!event.test.failing) {
      this.fail(event.test, 'call', event.error);
    }
  }

  on_hook_failure(event) {
    const { error, hook, test } = event;
    if (hook.type === 'beforeAll') {
      this.under(event.describeBlock ?? hook.parent, (each) => {
        this.shared.set(each, [...(this.shared.get(each) ?? []), error]);
      });
    } else if (hook.type === 'afterAll') {
      this.afterwards(event.describeBlock ?? hook.parent, error);
    } else if (test && !test.failing) {
      this.fail(test, hook.type === 'afterEach' ? 'teardown' : 'setup', error);
    }
  }

  under(block, visit) {
    for (const child of block?.children ?? []) {
      if (child.type === 'describeBlock') {
        this.under(child, visit);
      } else {
        visit(child);
      }
    }
  }

  /** What fails after its tests is told of the last of them. */
  afterwards(block, error) {
    this.late = (this.late ?? 0) + 1;
    let last;
    this.under(block, (each) => {
      const own = this.known.get(each);
      last = own?.done && (last === undefined || own.done > this.known.get(last).done) ? each : last;
    });
    if (last !== undefined) {
      this.fail(last, 'teardown', error);
    } else {
      this.write('loose', { errors: [facts(error)] });
    }
  }

  on_test_skip(event) {
    this.done(event.test, 'skipped', 'skipped');
  }

  on_test_todo(event) {
    this.done(event.test, 'skipped', 'todo');
  }

  on_test_done(event) {
    const { test } = event;
    const own = this.known.get(test);
    if (test === this.canary) {
      const failed = test.errors.length > 0;
      // A hook for the whole file that failed has failed every test of it.
      const excused = failed && !this.canaryFailed && this.shared.has(test);
      this.write('canary', { state: failed ? 'failed' : 'passed', excused: excused || undefined });
      return;
    }
    if (own === undefined) {
      return;
    }
    for (const error of test.failing ? [] : this.shared.get(test) ?? []) {
      this.fail(test, 'setup', error);
    }
    for (const error of test.failing || own.fails > 0 ? [] : test.errors) {
      this.fail(test, 'call', Array.isArray(error) ? error[0] ?? error[1] : error);
    }
    this.done(test, test.errors.length > 0 ? 'failed' : 'passed');
  }

  done(test, state, why) {
    const own = this.known.get(test);
    if (own === undefined || own.done) {
      return;
    }
    own.done = (this.finished = (this.finished ?? 0) + 1);
    this.write('done', {
      k: own.k,
      state,
      why,
      ms: own.began === undefined ? undefined : now() - own.began,
      failing: test.failing || undefined,
      tries: test.invocations,
    });
  }

  on_run_finish(_event, state) {
    const errors = (state.unhandledErrors ?? []).map((each) => (Array.isArray(each) ? each[0] ?? each[1] : each));
    for (const error of errors.slice(this.late ?? 0)) {
      this.afterwards(state.rootDescribeBlock, error);
    }
  }
}

/** No test is run again: what passes only then does not pass. */
function withoutRetries(environment) {
  const none = { get: () => '0', set() {}, configurable: true };
  for (const name of ['RETRY_TIMES', 'retryTimes']) {
    Object.defineProperty(environment.global, Symbol.for(name), none);
  }
}

/** Files that the module system of this run has loaded, where it tells. */
function loaded(runtime) {
  const registries = ['_moduleRegistry', '_esmoduleRegistry', '_cjsNamedExports'];
  return registries.flatMap((name) => {
    const known = get(runtime, name);
    return known && typeof known.keys === 'function' ? [...known.keys()].map((each) => String(each).split('?')[0]) : [];
  });
}

module.exports = async function run(globalConfig, config, environment, runtime, file, send) {
  const follow = new Follow(file, environment.global);
  const before = environment.handleTestEvent;
  environment.handleTestEvent = (event, state) => {
    follow.on(event, state);
    return before?.call(environment, event, state);
  };
  withoutRetries(environment);
  if (globalThis.__rg) {
    environment.global.__rg = globalThis.__rg;
  }
  follow.write('file', { text: text(file) });
  const test = ask.canary ? path.join(__dirname, 'rg_nothing.cjs') : file;
  try {
    const results = await circus(config)(globalConfig, config, environment, runtime, test, send);
    const foreign = outside(loaded(runtime));
    follow.write('left', { outside: foreign.length > 0 ? foreign : undefined });
    return results;
  } catch (error) {
    follow.write('load', { errors: [facts(error)], late: follow.started || undefined });
    throw error;
  }
};
