'use strict';
// Answers which mutant is on. While a run is traced, none is, and what each test runs over is
// written down. It is loaded before the project's code can replace what it needs.
const fs = require('fs');
const path = require('path');
const { isMainThread, Worker } = require('worker_threads');

const { openSync, writeSync, readFileSync, realpathSync } = fs;
const { stringify, parse } = JSON;
const now = Date.now;
const { kill, pid, env } = process;
const rss = process.memoryUsage.rss;

const NONCE = env.REDGREEN_NONCE;
const NONE = -1;
let on = Number(env.REDGREEN_MUTANT ?? NONE);

function real(file) {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

const TREES = env.REDGREEN_TREE ? [real(env.REDGREEN_TREE), env.REDGREEN_TREE] : [];

/** The path from the tree's root. */
function inside(file) {
  if (!path.isAbsolute(file)) {
    return file;
  }
  for (const known of [real(file), file]) {
    for (const tree of TREES) {
      const rest = path.relative(tree, known);
      if (rest && !rest.startsWith('..') && !path.isAbsolute(rest)) {
        return rest.split(path.sep).join('/');
      }
    }
  }
  return file;
}

let handle;

function write(event, facts) {
  const line = stringify({ n: NONCE, ev: event, ...facts }) + '\n';
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      handle ??= openSync(env.REDGREEN_TRACE, 'a');
      writeSync(handle, line);
      return;
    } catch {
      handle = undefined; // a test closed every descriptor
    }
  }
}

const MEMORY = Number(env.REDGREEN_MEMORY ?? Infinity);
const STEPS = Number(env.REDGREEN_STEPS ?? Infinity);
let steps = 0;
let hits = 0;

/** Ends the process at a limit that only the mutant runs into. */
function over(limit) {
  write('limit', { what: limit });
  kill(pid, 'SIGKILL');
}

/** Whether mutant `n` is on. A loop without end asks without end. */
function isOn(n) {
  steps += 1;
  if (steps > STEPS) {
    over('steps');
  } else if ((steps & 0xffff) === 0 && rss() > MEMORY) {
    over('memory');
  }
  if (n !== on) {
    return false;
  }
  hits += 1;
  return true;
}

// Tracing

/** The test that runs: its file, and its titles; null outside of any. */
let scope;
const told = new Map();

function at(file, titles) {
  scope = file === undefined ? undefined : { file: inside(file), titles };
  env.REDGREEN_SCOPE = scope ? stringify(scope) : ''; // programs that a test starts belong to it
}

/** vitest keeps the test that runs in a place of its own. */
function current() {
  const worker = globalThis.__vitest_worker__;
  if (worker === undefined) {
    return scope;
  }
  const task = worker.current;
  const file = task?.file?.filepath ?? worker.filepath ?? worker.ctx?.files?.[0]?.filepath ?? '';
  if (task?.type !== 'test' && task?.type !== 'custom') {
    return { file: inside(file), titles: null };
  }
  const titles = [];
  for (let each = task; each && each !== task.file && each.filepath === undefined; each = each.suite) {
    titles.unshift(each.name);
  }
  return { file: inside(file), titles: titles.join(' > ') };
}

function trace(n) {
  steps += 1;
  if (steps >= 4096 && (steps & (steps - 1)) === 0) {
    write('steps', { steps });
  }
  const here = current() ?? { file: '', titles: null };
  const key = stringify([here.file, here.titles]);
  let known = told.get(key);
  if (known === undefined) {
    told.set(key, (known = new Set()));
  }
  if (!known.has(n)) {
    known.add(n);
    write('site', { ...here, at: n });
  }
  return false;
}

/** node's own runner tells hooks of the root which test runs; several at a time are told apart no more. */
function followNode() {
  if (!String(env.NODE_TEST_CONTEXT).startsWith('child') || env.REDGREEN_FOLLOWED) {
    return;
  }
  env.REDGREEN_FOLLOWED = '1';
  const file = process.argv[1];
  const { beforeEach, afterEach } = require('node:test');
  let open = [];
  let mixed = false;
  const say = () => at(file, mixed || open.length === 0 ? null : open[open.length - 1]);
  say();
  beforeEach((t) => {
    const name = t.fullName;
    mixed ||= name === undefined || open.some((outer) => !name.startsWith(outer + ' > '));
    open.push(name);
    say();
  });
  afterEach((t) => {
    open = open.filter((name) => name !== t.fullName);
    say();
  });
}

// A limit of processor time and memory that tells which of the two it was

/** Limits each trial: a new one begins where the first number of `turn` changes. */
function watch(limits, turn) {
  const [cpu, memory] = limits.split(',').map(Number);
  const code = `
    const { workerData } = require('worker_threads');
    const { writeSync, openSync } = require('fs');
    const turn = new Int32Array(workerData);
    let last = turn[0];
    let from = 0;
    setInterval(() => {
      const { user, system } = process.cpuUsage();
      const used = (user + system) / 1000;
      const here = Atomics.load(turn, 0);
      if (here !== last) {
        last = here;
        from = used;
      }
      const limit = used - from > ${cpu} ? 'time'
        : process.memoryUsage.rss() > ${memory} ? 'memory' : undefined;
      if (limit) {
        const line = JSON.stringify({ n: ${stringify(NONCE)}, ev: 'limit', what: limit });
        writeSync(openSync(${stringify(env.REDGREEN_TRACE)}, 'a'), line + '\\n');
        process.kill(process.pid, 'SIGKILL');
      }
    }, 50);
  `;
  const options = { eval: true, execArgv: [], env: {}, workerData: turn.buffer };
  new Worker(code, options).unref();
}

const turn = new Int32Array(new SharedArrayBuffer(4));

// Many mutants in one process

/** Tries the mutants of a list one after another. `run` runs tests and gives their first failure. */
async function tryAll(file, run) {
  const began = now();
  const survivors = new Set();
  watch(env.REDGREEN_WATCH, turn);
  const trial = async (number, tests) => {
    on = number;
    hits = steps = 0;
    Atomics.add(turn, 0, 1);
    const failure = await run(new Set(tests));
    const hit = hits > 0;
    on = NONE;
    return { failure, hit };
  };
  for (const item of parse(readFileSync(env.REDGREEN_LIST, 'utf8'))) {
    const own = (tests) => (file === undefined ? tests : tests.filter(([from]) => from === file));
    const groups = [['new', own(item.new)], ['others', own(item.others)]];
    const total = item.new.length + item.others.length;
    const alone = groups[0][1].length + groups[1][1].length === total;
    if (now() - began > Number(env.REDGREEN_BUDGET)) {
      return;
    }
    if (item.line !== null && survivors.has(item.line)) {
      write('skipped', { at: item.n });
      continue;
    }
    for (const [group, tests] of groups.filter(([, list]) => list.length > 0)) {
      write('try', { at: item.n, file, group });
      const names = tests.map((each) => stringify(each));
      const { failure, hit } = await trial(item.n, names);
      if (failure === undefined) {
        write('passed', { at: item.n, file, group, hit });
        if (!hit) {
          break;
        }
        if (item.line !== null && alone && (group === 'others' || groups[1][1].length === 0)) {
          survivors.add(item.line);
        }
        continue;
      }
      write('failed', { at: item.n, file, group, ...failure });
      // The same test passes as soon as the mutant is off: nothing that came before broke it.
      const again = failure.late ? failure : (await trial(NONE, [failure.test])).failure;
      if (again !== undefined) {
        write('spoilt', { at: item.n });
        return;
      }
      write('confirmed', { at: item.n, file, group });
      break;
    }
  }
  write('all', { file });
}

// What is never waited for keeps the process alive
if (env.REDGREEN_WALL) {
  setTimeout(() => over('time'), Number(env.REDGREEN_WALL)).unref();
}

const isTraced = env.REDGREEN_MODE === 'trace';
globalThis.__rg = isTraced ? trace : isOn;
globalThis.__rg_at = isTraced ? at : undefined;
if (isTraced) {
  write('ready', {});
  try {
    scope = JSON.parse(env.REDGREEN_SCOPE ?? '') ?? undefined;
  } catch {
    scope = undefined;
  }
  followNode();
}
if (env.REDGREEN_MODE === 'warm') {
  globalThis.__rg_all = (file, run) => tryAll(file === undefined ? file : inside(file), run);
} else if (env.REDGREEN_WATCH && isMainThread) {
  watch(env.REDGREEN_WATCH, turn);
}
