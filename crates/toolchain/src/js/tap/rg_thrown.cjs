// Writes down what was thrown, for the programs of redgreen that stand beside a run.
'use strict';
const fs = require('node:fs');
const util = require('node:util');

const roots = (tree) => {
  const all = [tree];
  try {
    all.push(fs.realpathSync(tree));
  } catch {}
  return all;
};

const placer = (tree) => {
  const known = roots(tree);
  return (path) => {
    let plain = path;
    if (plain.startsWith('file://')) {
      try {
        plain = decodeURIComponent(plain.slice(7));
      } catch {
        plain = plain.slice(7);
      }
    }
    const root = known.find((each) => plain.startsWith(`${each}/`));
    return root === undefined ? plain : plain.slice(root.length + 1);
  };
};

const frames = (stack, place) => {
  const found = [];
  const lines = String(stack ?? '').split('\n').slice(0, 200);
  // A file that does not parse is named above the error: `/tree/a.js:2`.
  const head = /^((?:file:\/\/)?\/.*):(\d+)$/.exec(lines[0] ?? '');
  if (head) found.push([place(head[1]), Number(head[2]), 0]);
  for (const line of lines) {
    const frame = /^\s*at (?:.*\()?(?:async )?((?:file:\/\/)?\/.*?):(\d+):(\d+)\)?$/.exec(line);
    if (frame) found.push([place(frame[1]), Number(frame[2]), Number(frame[3])]);
  }
  return found.slice(0, 60);
};

const shown = (value) => {
  try {
    return (typeof value === 'string' ? value : util.inspect(value, { depth: 3 })).slice(0, 2000);
  } catch {
    return '';
  }
};

const isError = (value) => value instanceof Error || util.types.isNativeError(value);

const thrown = (error, place, depth = 0) => {
  if (!isError(error)) return { name: '', message: shown(error), frames: [] };
  const text = (value) => (typeof value === 'string' ? value : undefined);
  const own = text(error.constructor?.name);
  const name = error.name === 'Error' && own && own !== 'Error' ? own : text(error.name) ?? 'Error';
  const behind = [error.cause, ...(Array.isArray(error.errors) ? error.errors : [])];
  return {
    name,
    message: shown(String(error.message ?? '')),
    code: text(error.code),
    syscall: text(error.syscall),
    actual: 'actual' in error ? shown(error.actual) : undefined,
    frames: frames(error.stack, place),
    behind: depth < 4
      ? behind.filter(isError).slice(0, 8).map((each) => thrown(each, place, depth + 1))
      : [],
  };
};

module.exports = { placer, frames, shown, thrown, isError };
