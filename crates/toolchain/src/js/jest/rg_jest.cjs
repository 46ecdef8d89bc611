'use strict';
// jest's side of a run that no test can see: which files it took up, and what it counted.
const { facts, inside, write, written } = require('./rg_facts.cjs');

class Reporter {
  onRunStart(results) {
    write('run', { files: results.numTotalTestSuites });
  }

  onTestResult(test, result) {
    const count = (status) => result.testResults.filter((each) => each.status === status).length;
    const error = result.testExecError;
    write('result', {
      path: inside(test.path) ?? test.path,
      passed: count('passed'),
      failed: count('failed'),
      retried: result.testResults
        .filter((each) => each.invocations > 1)
        .map((each) => each.fullName),
      error: error ? facts(error) : undefined,
      text: error || count('failed') ? undefined : result.failureMessage || undefined,
    });
  }

  onRunComplete(_contexts, results) {
    write('end', {
      success: results.success,
      stale: results.snapshot.failure === true,
      lines: written() + 1,
    });
  }
}

module.exports = Reporter;
