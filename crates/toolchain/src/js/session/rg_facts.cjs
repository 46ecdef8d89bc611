'use strict';
// Turns what a test threw into plain facts, and writes lines that carry the nonce. It runs beside
// the project's code: everything it needs is taken before that code can replace it.
const fs = require('fs');
const path = require('path');
const { fileURLToPath } = require('url');

const { openSync, writeSync, readFileSync, realpathSync, existsSync } = fs;
const { stringify, parse } = JSON;
const now = Date.now;

const ask = parse(readFileSync(path.join(__dirname, 'ask.json'), 'utf8'));
const TREE = real(ask.tree);

function real(file) {
  try {
    return realpathSync(file);
  } catch {
    return path.resolve(file);
  }
}

/** The path from the tree's root; nothing where the file lies outside. */
function inside(file) {
  for (const [tree, known] of [[TREE, file], [ask.tree, file], [TREE, real(file)]]) {
    const rest = path.relative(tree, known);
    if (rest && !rest.startsWith('..') && !path.isAbsolute(rest)) {
      return rest.split(path.sep).join('/');
    }
  }
  return undefined;
}

let handle;
let count = 0;
const REPORT = path.join(ask.scratch, ask.report);

function write(event, facts) {
  count += 1;
  const line = stringify({ n: ask.nonce, ev: event, ...facts }) + '\n';
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      handle ??= openSync(REPORT, 'a');
      writeSync(handle, line);
      return;
    } catch {
      handle = undefined; // a test closed every descriptor
    }
  }
}

/** How many lines of this run the report holds, whichever process wrote them. */
function written() {
  try {
    const mark = stringify({ n: ask.nonce }).slice(0, -1);
    return readFileSync(REPORT, 'utf8').split('\n').filter((line) => line.startsWith(mark)).length;
  } catch {
    return 0;
  }
}

function clean(text, most) {
  // eslint-disable-next-line no-control-regex
  return String(text).replace(/\u001b\[[0-9;]*[A-Za-z]/g, '').slice(0, most);
}

function get(object, key) {
  try {
    return object[key];
  } catch {
    return undefined;
  }
}

const FRAME = /^\s*at (?:(.*?) \(|async )?((?:file:\/\/)?.+?):(\d+):(\d+)\)?$/;
const HEAD = /^((?:file:\/\/|[A-Za-z]:[\\/]|\/).*?):(\d+)$/;

function place(file, line, column, name) {
  if (file.startsWith('node:') || file === '<anonymous>') {
    return undefined;
  }
  let known = file;
  try {
    known = file.startsWith('file://') ? fileURLToPath(file) : path.resolve(file);
  } catch {
    return undefined;
  }
  return { path: inside(known) ?? known, file: known, line: Number(line), column: Number(column), name };
}

/** The frames of a stack, innermost first. A syntax error names its place in the first line. */
function frames(stack) {
  const found = [];
  const lines = stack.split('\n').slice(0, 200);
  const head = HEAD.exec(lines[0] ?? '');
  if (head) {
    found.push(place(head[1], head[2], 0, ''));
  }
  for (const line of lines) {
    const match = FRAME.exec(line);
    if (match) {
      found.push(place(match[2], match[3], match[4], match[1] ?? ''));
    }
  }
  return found.filter(Boolean);
}

/** The text of the line that a frame stands on: it tells which name was missing. */
function source(frame) {
  try {
    return readFileSync(frame.file, 'utf8').split('\n')[frame.line - 1]?.slice(0, 400);
  } catch {
    return undefined;
  }
}

function isOwn(frame) {
  return !path.isAbsolute(frame.path) && !frame.path.split('/').includes('node_modules');
}

/** Facts of anything that was thrown. */
function facts(thrown, depth = 0) {
  if (thrown === null || (typeof thrown !== 'object' && typeof thrown !== 'function')) {
    return { name: '', message: clean(String(thrown), 4000), frames: [], plain: true };
  }
  const message = clean(get(thrown, 'message') ?? describe(thrown), 4000);
  const stack = clean(get(thrown, 'stack') ?? '', 20000);
  const trace = stack.startsWith(message) ? stack.slice(message.length) : stack;
  const all = frames(trace);
  const own = all.find(isOwn);
  const text = (key) => {
    const value = get(thrown, key);
    return typeof value === 'string' || typeof value === 'number' ? clean(value, 500) : undefined;
  };
  const result = {
    name: text('name') ?? '',
    message,
    code: text('code'),
    syscall: text('syscall'),
    matcher: get(thrown, 'matcherResult') !== undefined || undefined,
    compares: (has(thrown, 'actual') && has(thrown, 'expected')) || undefined,
    frames: all.slice(0, 12).map((each) => [each.path, each.line, each.column]),
    at: own ? [own.path, own.line, own.column] : undefined,
    text: own ? source(own) : undefined,
    json: /\bat JSON\.parse\b/.test(stack) || undefined,
    stub: /redgreen stub: ([^\s'"`]+)/.exec(message + '\n' + stack)?.[1],
  };
  const cause = get(thrown, 'cause');
  const inner = [cause].concat(get(thrown, 'errors') ?? []).filter((each) => each != null);
  if (depth < 4 && inner.length > 0) {
    result.causes = inner.slice(0, 8).map((each) => facts(each, depth + 1));
  }
  return result;
}

function has(object, key) {
  try {
    return key in object;
  } catch {
    return false;
  }
}

function describe(thrown) {
  try {
    return stringify(thrown) ?? String(thrown);
  } catch {
    return 'an object';
  }
}

/** Whether the test with these titles was asked for. */
function isAsked(file, titles) {
  if (ask.tests === null) {
    return true;
  }
  const shown = titles.join(' > ');
  const fits = (each) =>
    each.case === null ? new RegExp(each.pattern, 'u').test(shown) : each.case === shown;
  return (ask.tests[file] ?? []).some(fits);
}

/** The text of a test file, for the names of its tests. */
function text(file) {
  try {
    const read = readFileSync(file, 'utf8');
    return read.length > 1000000 ? undefined : read;
  } catch {
    return undefined;
  }
}

/** Numbers from a seed, the same on every machine. */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Shuffles in place. */
function shuffle(list, next) {
  for (let last = list.length - 1; last > 0; last -= 1) {
    const other = Math.floor(next() * (last + 1));
    [list[last], list[other]] = [list[other], list[last]];
  }
  return list;
}

/** The files in the order that was asked: as listed, else by path; shuffled with a seed. */
function order(files) {
  const listed = (file) => {
    const found = ask.files.indexOf(inside(file));
    return found < 0 ? ask.files.length : found;
  };
  const byPath = (a, b) => listed(a) - listed(b) || (a < b ? -1 : a > b ? 1 : 0);
  const sorted = [...files].sort(byPath);
  return ask.shuffle === null ? sorted : shuffle(sorted, random(ask.shuffle));
}

/** The package's directory, from the tree or from where the tool was found. */
function home(name) {
  const starts = [process.cwd(), path.dirname(ask.program)];
  for (const start of starts) {
    let here = start;
    for (;;) {
      const found = path.join(here, 'node_modules', name);
      if (existsSync(path.join(found, 'package.json'))) {
        return found;
      }
      const outer = path.dirname(here);
      if (outer === here) {
        break;
      }
      here = outer;
    }
  }
  return undefined;
}

/** Modules of the repository that were loaded from outside the tree. */
function outside(files) {
  const foreign = (file) =>
    path.isAbsolute(file) &&
    inside(file) === undefined &&
    !file.split(/[\\/]/).some((part) => part === 'node_modules' || part === '.yarn') &&
    !file.startsWith(real(ask.scratch)) &&
    !file.startsWith(ask.scratch);
  return files.filter(foreign).slice(0, 5);
}

module.exports = {
  ask, clean, facts, get, home, inside, isAsked, now, order, outside, random, shuffle, text, write,
  written, count: () => count,
};
