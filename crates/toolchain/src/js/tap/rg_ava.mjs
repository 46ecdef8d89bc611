// Takes the place of ava's reporter and writes down what happened: its TAP has no stack, changes
// titles, and dies of a test that hangs.
import { appendFileSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import facts from './rg_thrown.cjs';

const program = () => {
  try {
    return isMainThread && process.argv[1] ? realpathSync(process.argv[1]) : '';
  } catch {
    return '';
  }
};

if (/\/ava\/entrypoints\/cli\.mjs$/.test(program())) {
  const ask = JSON.parse(readFileSync(new URL('./ask.json', import.meta.url), 'utf8'));
  // Processes that the tests start are not ava's own.
  if (ask.node_options === null) delete process.env.NODE_OPTIONS;
  else process.env.NODE_OPTIONS = ask.node_options;
  await follow(ask, join(dirname(program()), '../lib/reporters/tap.js'));
}

async function follow(ask, reporter) {
  const place = facts.placer(ask.tree);
  let lines = 0;
  const write = (line) => {
    lines += 1;
    appendFileSync(ask.report, `${JSON.stringify({ n: ask.nonce, ...line })}\n`);
  };
  const { default: Reporter } = await import(pathToFileURL(reporter).href);
  Reporter.prototype.startRun = function startRun(plan) {
    write({ ev: 'start' });
    try {
      write({ ev: 'source', text: readFileSync(join(ask.tree, ask.file), 'utf8') });
    } catch {}
    plan.status.on('stateChange', (event) => take(event, write, place));
  };
  Reporter.prototype.endRun = function endRun() {
    write({ ev: 'end', lines: lines + 1 });
  };
}

function take(event, write, place) {
  const error = () => {
    const made = event.err && ofAva(event.err, place);
    return made ?? { name: 'Error', message: event.type, frames: facts.frames(event.stack, place) };
  };
  const { title, type } = event;
  switch (type) {
    case 'selected-test': {
      const failing = Boolean(event.knownFailing);
      return write({ ev: 'test', title, failing, skip: Boolean(event.skip), todo: Boolean(event.todo) });
    }
    case 'test-passed':
      return write({ ev: 'passed', title, ms: Math.round(event.duration ?? 0) });
    case 'test-failed':
      return write({ ev: 'failed', title, ms: Math.round(event.duration ?? 0), error: error() });
    case 'hook-failed':
      return write({ ev: 'hook', title, error: error() });
    case 'uncaught-exception':
    case 'unhandled-rejection':
    case 'internal-error':
      return write({ ev: 'loose', error: error() });
    case 'process-exit':
    case 'worker-failed':
      return write({ ev: 'died', title: event.signal ?? '', error: error() });
    case 'timeout':
      return write({ ev: 'late' });
    default:
      return undefined;
  }
}

// What ava sent from the process of the tests: an error that it caught is behind an assertion of
// its own.
function ofAva(sent, place) {
  const details = (sent.formattedDetails ?? []).map((each) => `${each.label} ${each.formatted}`);
  const inside = sent.originalError?.cause;
  const caught = sent.type === 'ava' && !sent.assertion && sent.formattedCause;
  if (caught) {
    const written = String(sent.formattedCause);
    const field = (name) => new RegExp(`^  ${name}: '([^']*)'`, 'm').exec(written)?.[1];
    const made = facts.thrown(inside ?? written, place);
    const name = /^([\w$.]+) \{/.exec(written)?.[1] ?? made.name;
    return { ...made, name, code: made.code ?? field('code'), syscall: made.syscall ?? field('syscall') };
  }
  if (sent.type === 'ava') {
    return {
      name: 'AssertionError',
      message: [sent.message, details.join(' ')].find((text) => text) ?? sent.assertion ?? '',
      actual: [details.join('\n'), inside && facts.shown(inside)].filter(Boolean).join('\n'),
      frames: facts.frames(sent.stack, place),
      behind: facts.isError(inside) ? [facts.thrown(inside, place)] : [],
    };
  }
  const made = facts.thrown(sent.originalError ?? sent.formattedError, place);
  const known = facts.frames(sent.stack, place);
  const frames = known.length > 0 ? known : made.frames;
  return { ...made, name: sent.name ?? made.name, message: sent.message ?? made.message, frames };
}
