// Writes what node's own test runner saw as JSON lines, one for each event that tells of a test.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const own = fileURLToPath(import.meta.url);
const askFile = own.replace(/\.mjs$/, '.json');
const ask = JSON.parse(fs.readFileSync(askFile, 'utf8'));
fs.rmSync(askFile);
const tree = fs.realpathSync(ask.tree);

function placed(file) {
  if (typeof file !== 'string') return '';
  const plain = (file.startsWith('file:') ? fileURLToPath(file) : file).split('?')[0];
  for (const root of [tree, ask.tree]) {
    if (plain.startsWith(root + path.sep)) return path.relative(root, plain).split(path.sep).join('/');
  }
  return plain.split(path.sep).join('/');
}

const text = (value, most = 4000) =>
  value === undefined || value === null ? undefined : String(value).slice(0, most);

function framesOf(stack) {
  const found = [];
  for (const line of String(stack ?? '').split('\n')) {
    const match = /(?:\(|at |^)((?:file:\/\/|[A-Za-z]:[\\/]|\/)[^()]*?):(\d+)(?::(\d+))?\)?$/.exec(line.trim());
    if (match) found.push([placed(match[1]), Number(match[2]), Number(match[3] ?? 0)]);
  }
  return found.slice(0, 40);
}

function errorOf(error, depth = 0) {
  if (error === null || typeof error !== 'object') return { name: 'Error', message: text(error) ?? '' };
  const causes = [error.cause, ...(Array.isArray(error.errors) ? error.errors : [])];
  return {
    name: text(error.name, 200) ?? 'Error',
    message: text(error.message) ?? '',
    code: text(error.code, 100),
    syscall: text(error.syscall, 100),
    actual: text(error.actual?.message ?? error.actual),
    frames: framesOf(error.stack),
    behind: depth < 3 ? causes.filter((c) => c !== undefined && c !== null).slice(0, 8).map((c) => errorOf(c, depth + 1)) : [],
  };
}

const sources = new Set();
function sourceOf(file) {
  if (sources.has(file)) return undefined;
  sources.add(file);
  try {
    const source = fs.readFileSync(path.join(tree, file), 'utf8');
    return source.length < 500000 ? source : undefined;
  } catch {
    return undefined;
  }
}

const open = new Map();
function count(at, by) {
  const key = [at.file, at.nesting, at.line, at.name].join('\n');
  open.set(key, { at, left: (open.get(key)?.left ?? 0) + by });
}

export default async function* report(events) {
  let lines = 0;
  const line = (ev, fact) => {
    lines += 1;
    return JSON.stringify({ n: ask.nonce, ev, ...fact }) + '\n';
  };
  yield line('start', { version: process.version });
  for await (const event of events) {
    const data = event.data ?? {};
    const at = { file: placed(data.file), name: text(data.name, 2000) ?? '', nesting: data.nesting ?? 0, line: data.line ?? 0 };
    const source = at.file && !at.file.startsWith('/') ? sourceOf(at.file) : undefined;
    if (source !== undefined) yield line('source', { file: at.file, source });
    if (event.type === 'test:enqueue' && at.name !== data.file) {
      count(at, 1);
    } else if (event.type === 'test:start') {
      yield line('begin', at);
    } else if (event.type === 'test:pass' || event.type === 'test:fail') {
      count(at, -1);
      const error = data.details?.error;
      const mark = (value) => (value === undefined || value === false ? undefined : String(value === true ? '' : value));
      yield line('done', {
        ...at,
        name: at.name === data.file ? '' : at.name,
        suite: data.details?.type === 'suite' ? true : undefined,
        passed: event.type === 'test:pass',
        skip: mark(data.skip),
        todo: mark(data.todo),
        ms: typeof data.details?.duration_ms === 'number' ? Math.round(data.details.duration_ms) : undefined,
        failure: error ? error.failureType ?? 'testCodeFailure' : undefined,
        error: error ? errorOf(error.cause ?? error) : undefined,
        exit: error?.exitCode ?? undefined,
        signal: text(error?.signal, 50),
      });
    } else if (event.type === 'test:stderr') {
      yield line('stderr', { file: at.file, text: text(data.message, 2000) });
    }
  }
  for (const { at, left } of open.values()) {
    if (left > 0) yield line('left', at);
  }
  yield line('end', { lines: lines + 1 });
}
