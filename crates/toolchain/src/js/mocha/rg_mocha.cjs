'use strict';
// Follows mocha from inside: loads each file by itself so that a broken one hides no other, picks
// what was asked, and reports what was thrown, and by which hook.
const fs = require('fs');
const path = require('path');
const { ask, facts, home, inside, isAsked, now, order, outside, text, write, written } =
  require('./rg_facts.cjs');

const found = home('mocha');
const main = ['lib/mocha.cjs', 'lib/mocha.js']
  .map((name) => path.join(found, name))
  .find((file) => fs.existsSync(file));
const loadedMocha = require(fs.realpathSync(main));
const Mocha = loadedMocha.default ?? loadedMocha;

/** Takes the power from settings of the project that hide results: bail, retries, long limits. */
function neutralise() {
  const quiet = (owner, name) => {
    const original = owner[name];
    owner[name] = function (...args) {
      return args.length === 0 ? original.call(this) : this;
    };
  };
  quiet(Mocha.Suite.prototype, 'bail');
  quiet(Mocha.Suite.prototype, 'retries');
  quiet(Mocha.Runnable.prototype, 'retries');
  for (const owner of [Mocha.Suite.prototype, Mocha.Runnable.prototype]) {
    const original = owner.timeout;
    owner.timeout = function (...args) {
      if (args.length === 0) {
        return original.call(this);
      }
      const endless = args[0] === 0 || args[0] === false || args[0] > ask.limit_ms;
      return original.call(this, endless ? ask.limit_ms : args[0]);
    };
  }
}

/** The file that is being loaded, and what it defined. */
const fileOf = new WeakMap();

function parts(suite) {
  const hooks = ['_beforeAll', '_afterAll', '_beforeEach', '_afterEach'];
  return ['suites', 'tests', ...hooks].map((key) => suite[key]);
}

/** Loads one file; what a broken one had defined by then is taken out again. */
async function load(mocha, file, original, options) {
  const known = inside(file) ?? file;
  const before = parts(mocha.suite).map((list) => list.length);
  globalThis.__rg_at?.('', null);
  write('file', { path: known, text: text(file) });
  mocha.files = [file];
  try {
    await original.call(mocha, options);
    const [suites, tests] = parts(mocha.suite).map((list, at) => list.slice(before[at]));
    for (const each of [...suites, ...tests]) {
      fileOf.set(each, known);
    }
  } catch (error) {
    write('load', { path: known, errors: [facts(error)] });
    parts(mocha.suite).forEach((list, at) => list.splice(before[at]));
  }
}

function wanted(mocha) {
  const first = [].concat(mocha.options.file ?? []).map((file) => path.resolve(file));
  const listed = (file) => ask.whole || ask.files.includes(inside(file));
  const setup = mocha.files.filter((file) => first.includes(path.resolve(file)));
  const specs = mocha.files.filter((file) => !setup.includes(file) && listed(file));
  const ordered = order([...new Set(specs)]);
  return [...setup, ...(ask.canary ? ordered.slice(0, 1) : ordered)];
}

const loadAll = Mocha.prototype.loadFilesAsync;
Mocha.prototype.loadFilesAsync = async function (options) {
  const files = wanted(this);
  for (const file of files) {
    await load(this, file, loadAll, options);
  }
  this.files = files;
};

/** The tests of the run, each with its file and titles. */
class Follow {
  constructor(root) {
    this.root = root;
    this.known = new Map();
    this.canary = this.withCanary();
    this.walk(root, []);
    write('tests', {
      tests: [...this.known.values()].map(({ k, file, titles }) => [k, titles, 1, file]),
    });
  }

  /** A suite of its own that no hook of the project belongs to. */
  withCanary() {
    const must = ask.canary
      ? () => {
          throw new Error('a test that must fail');
        }
      : () => {};
    const suite = Mocha.Suite.create(this.root, 'redgreen');
    const test = new Mocha.Test(`redgreen canary ${ask.nonce}`, must);
    suite.addTest(test);
    suite.parent = undefined;
    this.root.suites.splice(this.root.suites.indexOf(suite), 1);
    this.root.suites.unshift(suite);
    if (this.root.hasOnly()) {
      this.root.appendOnlySuite(suite);
    }
    return test;
  }

  walk(suite, titles, file) {
    if (ask.names) {
      parts(suite).slice(2).forEach((hooks) => hooks.splice(0));
    }
    suite.tests = suite.tests.filter((test) => this.keep(test, titles, file));
    suite.suites = suite.suites.filter((inner) => {
      if (inner === this.canary.parent) {
        return true;
      }
      const own = fileOf.get(inner) ?? (inner.file && inside(inner.file)) ?? file;
      this.walk(inner, [...titles, inner.title], own);
      return true;
    });
  }

  keep(test, above, around) {
    const file = (test.file && inside(test.file)) ?? fileOf.get(test) ?? around ?? '';
    const titles = [...above, test.title];
    if (ask.canary || !isAsked(file, titles)) {
      return false;
    }
    this.known.set(test, { k: this.known.size, file, titles });
    if (ask.names) {
      test.pending = true;
    }
    return true;
  }

  follow(runner) {
    runner.on('hook', (hook) => {
      if (/^"(?:before|after) all" hook/.test(hook.title)) {
        globalThis.__rg_at?.('', null);
      }
    });
    runner.on('start', () => this.start(runner));
    runner.on('test', (test) => this.begin(test));
    runner.on('pass', (test) => this.done(test, 'passed'));
    runner.on('pending', (test) => this.done(test, 'skipped', 'skipped'));
    runner.on('fail', (runnable, error) => this.failed(runnable, error));
    runner.on('end', () => this.end(runner));
  }

  /** Tests that the runner leaves out before it begins. */
  start(runner) {
    const left = new Set();
    const gather = (suite) => {
      suite.tests.forEach((test) => left.add(test));
      suite.suites.forEach(gather);
    };
    gather(this.root);
    for (const test of this.known.keys()) {
      if (!left.has(test)) {
        this.done(test, 'skipped', 'another test is marked only');
      } else if (runner._grep && runner._grep.test(test.fullTitle()) === Boolean(runner._invert)) {
        this.done(test, 'left');
      }
    }
  }

  begin(test) {
    const own = this.known.get(test);
    if (own) {
      globalThis.__rg_at?.(own.file, own.titles.join(' > '));
      own.began = now();
      write('begin', { k: own.k });
    }
  }

  done(test, state, why) {
    const own = this.known.get(test);
    if (test === this.canary) {
      write('canary', { state });
    } else if (own && !own.done) {
      own.done = true;
      const ms = own.began === undefined ? undefined : now() - own.began;
      write('done', { k: own.k, state, why, ms });
    }
  }

  fail(test, stage, error) {
    const own = this.known.get(test);
    if (own) {
      const told = facts(error);
      const late = told.code === 'ERR_MOCHA_TIMEOUT' || undefined;
      write('fail', { k: own.k, stage, late, error: told });
    }
  }

  failed(runnable, error) {
    if (runnable === this.canary) {
      this.done(runnable, 'failed');
    } else if (this.known.has(runnable)) {
      this.fail(runnable, 'call', error);
      this.done(runnable, 'failed');
    } else {
      this.hook(runnable, error);
    }
  }

  /** A hook that fails keeps every later test of its suite from running. */
  hook(hook, error) {
    const kind = /^"(before|after) (all|each)" hook/.exec(hook.title);
    if (!kind || !hook.parent) {
      write('loose', { errors: [facts(error)] });
      return;
    }
    const tests = this.under(hook.parent);
    const stage = kind[1] === 'before' ? 'setup' : 'teardown';
    const current = hook.ctx?.currentTest;
    const open = tests.filter((test) => !this.known.get(test).done);
    if (kind[0].startsWith('"after all')) {
      const last = tests.filter((test) => this.known.get(test).began).pop();
      if (last) {
        this.fail(last, stage, error);
      } else {
        write('loose', { errors: [facts(error)] });
      }
      return;
    }
    const struck = current && this.known.has(current) ? [current] : [];
    for (const test of new Set([...struck, ...open])) {
      this.fail(test, stage, error);
      this.done(test, 'failed');
    }
  }

  under(suite) {
    const inside = suite.tests.filter((test) => this.known.has(test));
    return inside.concat(...suite.suites.map((inner) => this.under(inner)));
  }

  end(runner) {
    const files = Object.keys(require.cache).filter((file) => !file.startsWith(fs.realpathSync(found)));
    const foreign = outside(files);
    write('left', { outside: foreign.length > 0 ? foreign : undefined });
    write('end', { failures: runner.failures, success: runner.failures === 0, lines: written() + 1 });
  }
}

/** Runs some of the tests once more, and gives the first failure. */
class Again {
  constructor(follow) {
    this.follow = follow;
    this.suites = [];
    const gather = (suite) => {
      this.suites.push([suite, suite.tests]);
      suite.suites.forEach(gather);
    };
    gather(follow.root);
  }

  name(test) {
    const { file, titles } = this.follow.known.get(test);
    return JSON.stringify([file, titles.join(' > ')]);
  }

  run(names) {
    for (const [suite, tests] of this.suites) {
      suite.tests = tests.filter((test) => this.follow.known.has(test) && names.has(this.name(test)));
    }
    this.follow.root.reset();
    const runner = new Mocha.Runner(this.follow.root, { cleanReferencesAfterRun: false });
    let failure;
    runner.on('fail', (runnable, error) => {
      failure ??= this.failure(runnable, error, names);
      runner.abort();
    });
    return new Promise((resolve) => {
      runner.run(() => {
        runner.dispose();
        resolve(failure);
      });
    });
  }

  failure(runnable, error, names) {
    const { known } = this.follow;
    const told = facts(error);
    const test = known.has(runnable) ? runnable : runnable.ctx?.currentTest;
    return {
      test: known.has(test) ? this.name(test) : [...names][0],
      stage: known.has(runnable) ? 'call' : 'setup',
      late: told.code === 'ERR_MOCHA_TIMEOUT',
      error: told,
    };
  }
}

const run = Mocha.prototype.run;
Mocha.prototype.run = function (done) {
  const follow = new Follow(this.suite);
  if (globalThis.__rg_all) {
    const again = new Again(follow);
    this.cleanReferencesAfterRun(false);
    const tryAll = globalThis.__rg_all;
    const first = done;
    done = (failures) => tryAll(undefined, (names) => again.run(names)).finally(() => first(failures));
  }
  Object.assign(this.options, {
    forbidOnly: false, forbidPending: false, dryRun: false, failZero: false, allowUncaught: false,
    failHookAffectedTests: false,
  });
  this._reporter = class {
    constructor(runner) {
      follow.follow(runner);
    }
  };
  return run.call(this, done);
};

neutralise();
