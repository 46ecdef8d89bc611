// Stands in the process of a file whose tests print TAP, and writes down what TAP leaves out: where
// a test of tape begins and ends, what was thrown, and how the process ended.
'use strict';
const { EventEmitter } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const { Worker, isMainThread } = require('node:worker_threads');
const facts = require('./rg_thrown.cjs');

const ask = JSON.parse(fs.readFileSync(path.join(__dirname, 'ask.json'), 'utf8'));
const file = path.join(ask.tree, ask.file);
const real = (name) => {
  try {
    return fs.realpathSync(name);
  } catch {
    return name;
  }
};
// A process that a test starts inherits the flags of node: it is not the file's own.
if (isMainThread && process.argv[1] && real(process.argv[1]) === real(file)) follow();

function follow() {
  const place = facts.placer(ask.tree);
  let lines = 0;
  const write = (line) => {
    lines += 1;
    fs.appendFileSync(ask.report, `${JSON.stringify({ n: ask.nonce, ...line })}\n`);
  };
  process.execArgv = process.execArgv.filter((flag) => !flag.includes('rg_tap.cjs'));
  write({ ev: 'start' });
  try {
    write({ ev: 'source', text: fs.readFileSync(file, 'utf8') });
  } catch {}
  const begun = watch();
  process.on('uncaughtExceptionMonitor', (error) => {
    write({ ev: 'loose', error: facts.thrown(error, place) });
  });
  process.on('beforeExit', () => write({ ev: 'drained' }));
  const known = tape(write, place, begun);
  write({ ev: 'speaks', title: known ? 'tape' : 'tap' });
  process.on('exit', () => write({ ev: 'end', lines: lines + 1 }));
}

// A thread beside the tests, that stops the process where one test takes too long.
function watch() {
  const clock = new Float64Array(new SharedArrayBuffer(8));
  const restart = () => {
    clock[0] = Date.now();
  };
  restart();
  const line = `${JSON.stringify({ n: ask.nonce, ev: 'late' })}\n`;
  const code = `
    const { workerData: { clock, limit, report, line } } = require('node:worker_threads');
    setInterval(() => {
      if (Date.now() - clock[0] < limit) return;
      require('node:fs').appendFileSync(report, line);
      process.kill(process.pid, 'SIGKILL');
    }, Math.min(200, limit / 4));
  `;
  const workerData = { clock, limit: ask.limit_ms, report: ask.report, line };
  new Worker(code, { eval: true, execArgv: [], workerData, stdin: false }).unref();
  return restart;
}

// Follows the tests of tape, where the file can reach it.
function tape(write, place, begun) {
  let Test;
  try {
    const home = require.resolve('tape/package.json', { paths: [path.dirname(file)] });
    Test = require(path.join(path.dirname(home), 'lib/test.js'));
  } catch {
    return false;
  }
  const numbers = new WeakMap();
  const above = new WeakMap();
  let count = 0;
  const number = (test) => {
    if (!numbers.has(test)) numbers.set(test, (count += 1));
    return numbers.get(test);
  };
  const titles = (test) => {
    const around = above.get(test);
    return [...(around ? titles(around) : []), String(test.name ?? '')];
  };
  Test.prototype.emit = function emit(event, ...rest) {
    const k = number(this);
    if (event === 'test') above.set(rest[0], this);
    if (event === 'prerun') {
      begun();
      const up = above.has(this) ? number(above.get(this)) : undefined;
      const [skip, todo] = [Boolean(this._skip), Boolean(this._todo)];
      write({ ev: 'begin', k, up, titles: titles(this), skip, todo });
    }
    if (event === 'result' && typeof rest[0] === 'object' && rest[0]) point(write, place, k, rest[0]);
    if (event === 'end') write({ ev: 'finish', k });
    return EventEmitter.prototype.emit.call(this, event, ...rest);
  };
  return true;
}

function point(write, place, k, result) {
  const { ok, skip, todo } = result;
  const line = { ev: 'point', k, ok: Boolean(ok), skip: Boolean(skip), todo: Boolean(todo) };
  if (!ok && !skip) line.error = failed(result, place);
  write(line);
}

function failed(result, place) {
  const { actual, error, operator } = result;
  const name = String(result.name ?? '');
  // A promise that was rejected has no call of an assertion.
  if (operator === 'error' && !result.at) return facts.thrown(error ?? actual, place);
  const own = facts.isError(error) ? facts.frames(error.stack, place) : [];
  const inside = [actual, error].filter(facts.isError);
  return {
    name: 'AssertionError',
    message: name,
    actual: 'actual' in result ? facts.shown(actual) : undefined,
    frames: own,
    behind: inside.map((each) => facts.thrown(each, place)),
  };
}
