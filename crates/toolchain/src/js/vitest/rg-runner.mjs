// Runs the tests of a file as vitest does, then again for each mutant, in the same process.
import path from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const home = process.env.REDGREEN_VITEST;
const runners = path.join(home, 'dist/runners.js');
const load = (file) => import(/* @vite-ignore */ pathToFileURL(file).href);
const { VitestTestRunner } = await load(runners);
const { startTests } = await load(createRequire(runners).resolve('@vitest/runner'));
const tryAll = globalThis.__rg_all;
const { stringify } = JSON;
const later = setImmediate;

const text = (value) => (value === undefined || value === null ? undefined : String(value).slice(0, 4000));

function errorOf(error) {
  return {
    name: text(error?.name) ?? 'Error',
    message: text(error?.message) ?? '',
    code: text(error?.code),
    syscall: text(error?.syscall),
    actual: text(error?.actual),
  };
}

function nameOf(test) {
  const titles = [];
  for (let at = test; at && at !== test.file && at.filepath === undefined; at = at.suite) titles.unshift(at.name);
  return titles.join(' > ');
}

function* testsBelow(task) {
  for (const child of task.tasks ?? []) {
    if (child.type === 'suite') yield* testsBelow(child);
    else yield child;
  }
}

/** Runs one file again and tells nobody: its results are not those of the run. */
class Again extends VitestTestRunner {
  importFile(file, source) {
    this.workerState.moduleCache.delete(file);
    return super.importFile(file, source);
  }

  onCollected(files) {
    for (const file of files) {
      for (const test of testsBelow(file)) {
        if (!this.wanted(test)) test.mode = 'skip';
      }
    }
  }

  async onAfterRunSuite(suite) {
    if ('filepath' in suite) await this.snapshotClient.finish(suite.filepath);
    this.workerState.current = suite.suite || suite.file;
  }
}

export default class extends VitestTestRunner {
  async onAfterRunFiles(files) {
    await super.onAfterRunFiles(files);
    for (const file of files) await tryAll(file.filepath, (names) => this.again(file.filepath, names));
  }

  async again(filepath, names) {
    const wanted = new Set([...names].map((name) => JSON.parse(name)[1]));
    const again = new Again(this.config);
    const executor = { value: this.__vitest_executor, enumerable: false };
    Object.defineProperty(again, '__vitest_executor', executor);
    again.wanted = (test) => wanted.has(nameOf(test));
    let loose = 0;
    const heard = () => (loose += 1);
    process.on('unhandledRejection', heard).on('uncaughtException', heard);
    const [file] = await startTests([filepath], again);
    await new Promise((resolve) => later(() => later(resolve)));
    process.off('unhandledRejection', heard).off('uncaughtException', heard);
    const tests = [...testsBelow(file)].filter(again.wanted);
    const broken = tests.find((test) => test.result?.errors?.length > 0 || test.result?.state === 'fail');
    const idle = tests.find((test) => test.result?.state !== 'pass');
    const above = file.result?.errors?.[0] ?? file.tasks.find((task) => task.result?.errors?.length)?.result.errors[0];
    const test = broken ?? (above || tests.length === 0 ? tests[0] : idle);
    if (test === undefined && tests.length > 0 && loose === 0) return undefined;
    const error = test?.result?.errors?.[0] ?? above;
    const first = names.values().next().value;
    return {
      test: test === undefined ? first : stringify([JSON.parse(first)[0], nameOf(test)]),
      stage: broken ? 'call' : 'load',
      // An error that nobody caught belongs to no test here: a run of its own tells whose it is.
      late: error === undefined || loose > 0 || /^(?:Test|Hook) timed out in /.test(String(error.message)),
      error: errorOf(error),
    };
  }
}
