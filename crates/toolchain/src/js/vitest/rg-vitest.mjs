// Writes what vitest saw as JSON lines: one for each module when it ended, one for each test that
// began or ended before that, so that a crash keeps what came before.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

// vitest loads a reporter by node itself only where it stands in a folder of this name.
const own = fileURLToPath(import.meta.url);
const here = path.dirname(path.dirname(own));
const askFile = own.replace(/\.mjs$/, '.json');
const ask = JSON.parse(fs.readFileSync(askFile, 'utf8'));
fs.rmSync(askFile);
const out = fs.openSync(path.join(here, ask.report), 'a');
const real = (file) => {
  try {
    return fs.realpathSync(file);
  } catch {
    return file;
  }
};
const tree = real(ask.tree);
let lines = 0;

function say(ev, fact) {
  lines += 1;
  fs.writeSync(out, JSON.stringify({ n: ask.nonce, ev, ...fact }) + '\n');
}

/** From the tree's root, with slashes; an absolute path where it is outside. */
function placed(file) {
  if (typeof file !== 'string' || file === '') return '';
  let plain = file.startsWith('file:') ? fileURLToPath(file) : file;
  plain = plain.split('?')[0];
  for (const root of [tree, ask.tree]) {
    if (plain === root || plain.startsWith(root + path.sep)) {
      return path.relative(root, plain).split(path.sep).join('/');
    }
  }
  return plain.split(path.sep).join('/');
}

const text = (value, most = 4000) =>
  value === undefined || value === null ? undefined : String(value).slice(0, most);

function framesOf(error) {
  if (Array.isArray(error.stacks) && error.stacks.length > 0) {
    return error.stacks.slice(0, 40).map((s) => [placed(s.file), s.line ?? 0, s.column ?? 0]);
  }
  const found = [];
  for (const line of String(error.stack ?? error.stackStr ?? '').split('\n')) {
    const match = /(?:\(|at |@)((?:file:\/\/|[A-Za-z]:[\\/]|\/)[^()]*?):(\d+):(\d+)\)?$/.exec(line.trim());
    if (match) found.push([placed(match[1]), Number(match[2]), Number(match[3])]);
  }
  return found.slice(0, 40);
}

function errorOf(error, depth = 0) {
  if (error === null || typeof error !== 'object') {
    return { name: 'Error', message: text(error) ?? '', frames: [] };
  }
  const causes = [error.cause, ...(Array.isArray(error.errors) ? error.errors : [])];
  return {
    name: text(error.name ?? error.constructor?.name, 200) ?? 'Error',
    message: text(error.message) ?? '',
    code: text(error.code, 100),
    syscall: text(error.syscall, 100),
    actual: text(error.actual),
    frames: framesOf(error),
    loc: error.loc ? [placed(error.loc.file ?? error.id ?? ''), error.loc.line ?? 0, error.loc.column ?? 0] : undefined,
    test: text(error.VITEST_TEST_NAME, 1000),
    path: error.VITEST_TEST_PATH ? placed(String(error.VITEST_TEST_PATH)) : undefined,
    behind: depth < 3 ? causes.filter((c) => c !== undefined && c !== null).slice(0, 8).map((c) => errorOf(c, depth + 1)) : [],
  };
}

const fileOf = (task) => placed(task.filepath ?? task.file?.filepath ?? '');

function titlesOf(task) {
  const titles = [];
  for (let at = task; at && at.type !== undefined && at !== at.file && at.filepath === undefined; at = at.suite) titles.unshift(at.name);
  return titles;
}

function* tasksBelow(task) {
  for (const child of task.tasks ?? []) {
    yield child;
    yield* tasksBelow(child);
  }
}

const isTest = (task) => task.type !== 'suite';

function testOf(task) {
  const result = task.result ?? {};
  return {
    titles: titlesOf(task),
    line: task.location?.line ?? 0,
    mode: task.mode,
    state: result.state,
    fails: task.fails ? true : undefined,
    note: text(result.note, 500),
    ms: typeof result.duration === 'number' ? Math.round(result.duration) : undefined,
    hooks: result.hooks,
    errors: (result.errors ?? []).map((error) => errorOf(error)),
  };
}

function sourceOf(file, wanted) {
  try {
    const source = fs.readFileSync(path.join(tree, file), 'utf8');
    const dynamic = /\.each\b|\.for\b|\$\{|\b(?:it|test|describe|suite)(?:\.\w+)*\(\s*[^'"`\s]/.test(source);
    return source.length < 500000 && (wanted || dynamic) ? source : undefined;
  } catch {
    return undefined;
  }
}

function moduleOf(task, ended) {
  const all = [...tasksBelow(task)];
  const tests = all.filter(isTest).map(testOf);
  const suites = all
    .filter((each) => !isTest(each) && (each.result?.errors ?? []).length > 0)
    .map((each) => ({ titles: titlesOf(each), errors: each.result.errors.map((error) => errorOf(error)) }));
  const errors = (task.result?.errors ?? []).map((error) => errorOf(error));
  const failed = errors.length + suites.length > 0 || tests.some((each) => each.errors.length > 0);
  return {
    file: fileOf(task),
    ended,
    state: task.result?.state,
    tests,
    suites,
    errors,
    source: sourceOf(fileOf(task), failed),
  };
}

export default class {
  constructor() {
    this.done = new Set();
    this.finished = false;
  }

  onInit(vitest) {
    this.vitest = vitest;
    const projects = vitest.projects;
    const left = [];
    // Dependencies may lie outside of the tree, where vite refuses to read.
    for (const server of this.servers()) {
      if (server.config?.server?.fs) server.config.server.fs.strict = false;
    }
    if (process.env.REDGREEN_MODE === 'warm') this.warm();
    if (Array.isArray(projects)) {
      const inBrowser = projects.filter((project) => project.config?.browser?.enabled);
      left.push(...inBrowser.map((project) => `browser project ${project.name || '(root)'}`));
      if (inBrowser.length > 0) vitest.projects = projects.filter((project) => !inBrowser.includes(project));
    }
    if (vitest.config?.typecheck?.enabled || ask.typecheck) left.push('type tests of vitest');
    say('start', { version: text(vitest.version, 50), left });
  }

  /** A runner of ours tries many mutants in each process that has loaded a test file. */
  warm() {
    process.env.REDGREEN_VITEST = path.dirname(real(process.argv[1]));
    const runner = path.join(path.dirname(own), 'rg-runner.mjs');
    const configs = [this.vitest.config, ...(this.vitest.projects ?? []).map((each) => each.config)];
    for (const config of configs.filter((each) => each && !each.runner)) config.runner = runner;
  }

  // vitest 3 and later
  onTestModuleQueued(module) {
    this.open(module.task ?? { filepath: module.moduleId, tasks: [] });
  }

  onTestModuleCollected(module) {
    if (module.task) this.collected(module.task);
  }

  onTestCaseReady(test) {
    if (test.task) say('begin', { file: fileOf(test.task), titles: titlesOf(test.task) });
  }

  onTestCaseResult(test) {
    if (test.task) say('done', { file: fileOf(test.task), test: testOf(test.task) });
  }

  onTestModuleEnd(module) {
    if (module.task) this.module(module.task, true);
  }

  onTestRunEnd(modules, unhandled, reason) {
    this.end(modules.map((module) => module.task).filter(Boolean), unhandled, reason);
  }

  // vitest 1 and 2
  onCollected(files = []) {
    for (const file of files) this.collected(file);
  }

  onFinished(files = [], unhandled = []) {
    this.end(files, unhandled, undefined);
  }

  open(task) {
    say('open', { file: fileOf(task) });
  }

  collected(task) {
    const tests = [...tasksBelow(task)].filter(isTest);
    say('collected', {
      file: fileOf(task),
      tests: tests.map((each) => [titlesOf(each), each.location?.line ?? 0, each.mode]),
      source: sourceOf(fileOf(task), false),
    });
  }

  module(task, ended) {
    if (this.done.has(task)) return;
    this.done.add(task);
    say('module', moduleOf(task, ended));
  }

  end(tasks, unhandled, reason) {
    if (this.finished) return;
    this.finished = true;
    for (const task of tasks) {
      const finished = ['pass', 'fail', 'skip'].includes(task.result?.state) || task.mode === 'skip';
      this.module(task, finished);
    }
    const told = new Set();
    for (const error of unhandled ?? []) {
      const file = error?.VITEST_TEST_PATH ? placed(String(error.VITEST_TEST_PATH)) : '';
      const source = file && !told.has(file) ? sourceOf(file, true) : undefined;
      told.add(file);
      if (source !== undefined) say('source', { file, source });
    }
    say('end', {
      reason,
      unhandled: (unhandled ?? []).map((error) => errorOf(error)),
      outside: this.outside(),
      lines: lines + 1,
    });
  }

  servers() {
    const projects = (this.vitest?.projects ?? []).map((each) => each.vite ?? each.server);
    const all = [this.vitest?.vite ?? this.vitest?.server, ...projects];
    return [...new Set(all.filter(Boolean))];
  }

  /** Files of the project that vite loaded from somewhere else than the tree. */
  outside() {
    const found = new Set();
    for (const server of this.servers()) {
      let ids = [];
      try {
        ids = [...(server?.moduleGraph?.idToModuleMap?.keys?.() ?? [])];
      } catch {
        // Another version keeps it elsewhere.
      }
      for (const id of ids) {
        const file = id.split('?')[0];
        if (!path.isAbsolute(file) || file.split(/[\\/]/).includes('node_modules')) continue;
        const place = placed(real(file));
        if (path.isAbsolute(place) && !place.startsWith(real(here)) && fs.existsSync(file)) found.add(place);
      }
    }
    return [...found].slice(0, 20);
  }
}
