<?php
// Follows PHPUnit 9: loads the test files one by one, picks what was asked, listens.

use PHPUnit\Framework\AssertionFailedError;
use PHPUnit\Framework\DataProviderTestSuite;
use PHPUnit\Framework\Test;
use PHPUnit\Framework\TestCase;
use PHPUnit\Framework\TestResult;
use PHPUnit\Framework\TestSuite;
use PHPUnit\Framework\Warning;
use PHPUnit\TextUI\Command;
use PHPUnit\TextUI\ResultPrinter;
use PHPUnit\TextUI\TestRunner;

// A test that runs in a process of its own loads every file again: this one is not for it.
if (basename(get_included_files()[0] ?? '') !== 'rg_phpunit.php') {
    return;
}

/** A test of our own: one that must pass, or one that must fail. */
final class RgCanary extends TestCase
{
    public function testRuns(): void
    {
        Rg::write('called');
        $this->assertFalse(Rg::$ask['fails']);
    }
}

/** Names of tests: file, class, method, data set. */
final class RgNames
{
    public static function of(Test $test): string
    {
        if ($test instanceof RgCanary) {
            return Rg::$ask['canary'];
        }
        $class = get_class($test);
        $name = $test instanceof TestCase ? $test->getName(false) : 'test';
        $set = $test instanceof TestCase ? $test->getDataSetAsString(false) : '';
        // Stand-ins of PHPUnit for tests that cannot be built.
        if (strpos($class, 'PHPUnit\Framework\\') === 0) {
            $words = $test instanceof TestCase && method_exists($test, 'getMessage') ? $test->getMessage() : '';
            $stated = preg_match('~([\w\\\\]+)::(\w+)~', strpos($name, '::') ? $name : $words, $match);
            [$class, $name] = $stated ? [$match[1], $match[2]] : [$class, $name . ' ' . strtok($words, "\n")];
        }
        return self::file($class) . '::' . $class . '::' . $name . $set;
    }

    public static function line(Test $test): int
    {
        try {
            return (new ReflectionMethod($test, $test->getName(false)))->getStartLine() ?: 0;
        } catch (Throwable $none) {
            return 0;
        }
    }

    private static function file(string $class): string
    {
        try {
            $file = (string) (new ReflectionClass($class))->getFileName();
        } catch (Throwable $none) {
            $file = '';
        }
        return Rg::inside($file) ?? $file;
    }
}

/** Hears what happens to each test. */
final class RgListener implements ResultPrinter
{
    private $status = [];

    public function startTestSuite(TestSuite $suite): void
    {
    }

    public function endTestSuite(TestSuite $suite): void
    {
    }

    public function startTest(Test $test): void
    {
        Rg::$running = RgNames::of($test);
        $this->status = ['status' => 'passed'];
        Rg::write('begin', ['id' => Rg::$running]);
        $this->alarm(Rg::$ask['limit_ms']);
    }

    public function endTest(Test $test, float $time): void
    {
        $this->alarm(0);
        $facts = ['id' => RgNames::of($test), 'ms' => (int) ($time * 1000)];
        Rg::write('done', $facts + $this->status);
        Rg::$running = null;
    }

    public function addError(Test $test, Throwable $t, float $time): void
    {
        $this->failed($test, $t);
    }

    public function addWarning(Test $test, Warning $e, float $time): void
    {
        $this->failed($test, $e);
    }

    public function addFailure(Test $test, AssertionFailedError $e, float $time): void
    {
        $this->failed($test, $e);
    }

    public function addIncompleteTest(Test $test, Throwable $t, float $time): void
    {
        $this->status = ['status' => 'pending', 'reason' => 'incomplete: ' . $t->getMessage()];
    }

    public function addRiskyTest(Test $test, Throwable $t, float $time): void
    {
        // A test without assertions, or one that prints, has passed.
    }

    public function addSkippedTest(Test $test, Throwable $t, float $time): void
    {
        $this->status = ['status' => 'pending', 'reason' => $t->getMessage()];
    }

    public function printResult(TestResult $result): void
    {
        $bad = $result->errorCount() + $result->failureCount() + $result->warningCount();
        Rg::$counts = [count($result), $bad];
    }

    public function write(string $buffer): void
    {
    }

    private function failed(Test $test, Throwable $t): void
    {
        $this->status = ['status' => 'failed'];
        Rg::write('raised', ['id' => RgNames::of($test), 'exc' => Rg::exception($t)]);
    }

    private function alarm(int $ms): void
    {
        if (!function_exists('pcntl_alarm')) {
            return;
        }
        pcntl_async_signals(true);
        pcntl_signal(SIGALRM, function () {
            pcntl_alarm(5); // for code that catches everything
            throw new RgTooLong('ran past its limit');
        });
        pcntl_alarm($ms === 0 ? 0 : max(1, (int) ceil($ms / 1000)));
    }
}

/** PHPUnit's command with a suite that is loaded file by file. */
final class RgCommand extends Command
{
    private $ask;
    private $names = [];
    private $other = [];

    public function __construct(array $ask)
    {
        $this->ask = $ask;
    }

    public function session(): int
    {
        $argv = ['phpunit', '--do-not-cache-result', '--no-coverage', '--no-logging', '--colors=never', '--no-interaction'];
        array_push($argv, ...$this->order());
        // The suite is put in its place before anything is loaded from here.
        $argv[] = getcwd();
        $code = $this->run($argv, false);
        return $code === TestRunner::SUCCESS_EXIT ? 0 : 1;
    }

    private function order(): array
    {
        if ($this->ask['shuffle'] === null) {
            return ['--order-by=default'];
        }
        return ['--order-by=random', '--random-order-seed=' . $this->ask['shuffle']];
    }

    protected function createRunner(): TestRunner
    {
        $suite = $this->suite();
        $this->keep($suite);
        $tests = [];
        foreach ($this->leaves($suite) as $test) {
            $tests[] = [RgNames::of($test), RgNames::line($test)];
        }
        Rg::$loading = null;
        $suite->addTestSuite(RgCanary::class);
        Rg::write('collected', ['tests' => $tests, 'other' => $this->other]);
        $this->arguments['test'] = $suite;
        $this->arguments['printer'] = new RgListener;
        foreach (['Defect', 'Error', 'Failure', 'Warning', 'Incomplete', 'Risky', 'Skipped'] as $what) {
            $this->arguments["stopOn$what"] = false;
        }
        foreach (['EmptyTestSuite', 'Incomplete', 'Risky', 'Skipped', 'Warning'] as $what) {
            $this->arguments["failOn$what"] = false;
        }
        $this->arguments['cacheResult'] = false;
        return parent::createRunner();
    }

    /** Every asked file in a suite of its own, or what the configuration names. */
    private function suite(): TestSuite
    {
        $suite = new TestSuite('redgreen');
        $loader = new TestSuite;
        foreach (array_unique($this->files()) as $file) {
            $known = Rg::inside($file) ?? $file;
            if (in_array($known, $this->ask['exclude'], true)) {
                continue;
            }
            Rg::$loading = $known;
            Rg::write('loading', ['path' => $known]);
            try {
                token_get_all((string) file_get_contents($file), TOKEN_PARSE);
                $loader->addTestFile($file);
            } catch (Throwable $error) {
                $facts = Rg::exception($error, 'load');
                if (($error->getTrace()[0]['function'] ?? '') === 'token_get_all') {
                    $facts['frames'] = [[$known, $error->getLine(), '', true]];
                }
                Rg::write('unloaded', ['path' => $known, 'whole' => false, 'exc' => $facts]);
            }
        }
        foreach ($loader->tests() as $test) {
            $suite->addTest($test);
        }
        return $suite;
    }

    private function files(): array
    {
        if (!$this->ask['whole']) {
            $files = array_filter($this->ask['files'], 'is_file');
            return array_map('realpath', $files);
        }
        $facade = new SebastianBergmann\FileIterator\Facade;
        if (!isset($this->arguments['configurationObject'])) {
            $dirs = array_filter(['tests', 'test'], 'is_dir') ?: ['.'];
            $own = function ($file) {
                return Rg::inside($file) !== null;
            };
            return array_filter($facade->getFilesAsArray(array_map('realpath', $dirs), 'Test.php'), $own);
        }
        $configuration = $this->arguments['configurationObject'];
        $only = $configuration->phpunit()->hasDefaultTestSuite() ? $configuration->phpunit()->defaultTestSuite() : null;
        $files = [];
        foreach ($configuration->testSuite() as $each) {
            if ($only !== null && $only !== $each->name()) {
                continue;
            }
            $exclude = [];
            foreach ($each->exclude() as $file) {
                $exclude[] = $file->path();
            }
            foreach ($each->directories() as $directory) {
                array_push($files, ...array_values($facade->getFilesAsArray($directory->path(), $directory->suffix(), $directory->prefix(), $exclude)));
            }
            foreach ($each->files() as $file) {
                $files[] = $file->path();
            }
        }
        return array_filter($files, function ($file) {
            return is_file($file) && substr($file, -5) !== '.phpt';
        });
    }

    private function leaves(TestSuite $suite): array
    {
        $found = [];
        foreach ($suite->tests() as $test) {
            $test instanceof TestSuite ? array_push($found, ...$this->leaves($test)) : $found[] = $test;
        }
        return $found;
    }

    /** Leaves out what was not asked, and what the configuration's groups leave out. */
    private function keep(TestSuite $suite): void
    {
        $wanted = $this->wanted($suite);
        $groups = $this->groups();
        $this->prune($suite, function (Test $test) use ($wanted, $groups): bool {
            $name = RgNames::of($test);
            if ($this->ask['fails'] || $wanted !== null && !isset($wanted[$name])) {
                return false;
            }
            $own = $test instanceof TestCase ? $test->getGroups() : [];
            $left = $groups[0] !== [] && array_intersect($own, $groups[0]) === [] || array_intersect($own, $groups[1]) !== [];
            if ($left) {
                $this->other[] = $name;
            }
            return !$left;
        });
    }

    private function prune(TestSuite $suite, callable $keep): void
    {
        $kept = [];
        foreach ($suite->tests() as $test) {
            if ($test instanceof TestSuite) {
                $this->prune($test, $keep);
                if ($test->tests() !== []) {
                    $kept[] = $test;
                }
            } elseif ($keep($test)) {
                $kept[] = $test;
            }
        }
        $suite->setTests($kept);
    }

    private function groups(): array
    {
        $groups = [[], []];
        if (isset($this->arguments['configurationObject'])) {
            $configured = $this->arguments['configurationObject']->groups();
            $groups = [$configured->include()->asArrayOfStrings(), $configured->exclude()->asArrayOfStrings()];
        }
        return $groups;
    }

    /** The asked tests with those that they depend on; nothing where all are asked. */
    private function wanted(TestSuite $suite): ?array
    {
        if ($this->ask['tests'] === null) {
            return null;
        }
        $by = [];
        foreach ($this->leaves($suite) as $test) {
            $by[get_class($test) . '::' . ($test instanceof TestCase ? $test->getName(false) : '')][] = $test;
            $all[RgNames::of($test)] = $test;
        }
        $wanted = [];
        $open = array_filter($all ?? [], function (string $name): bool {
            foreach ($this->ask['tests'] as $asked) {
                if ($name === $asked || strpos($name, $asked . ' with data set ') === 0) {
                    return true;
                }
            }
            return false;
        }, ARRAY_FILTER_USE_KEY);
        while ($open !== []) {
            $test = array_pop($open);
            $name = RgNames::of($test);
            if (isset($wanted[$name])) {
                continue;
            }
            $wanted[$name] = true;
            $needs = $test instanceof TestCase ? PHPUnit\Util\Test::getDependencies(get_class($test), $test->getName(false)) : [];
            foreach ($needs as $need) {
                array_push($open, ...($by[$need->getTarget()] ?? []));
            }
        }
        return $wanted;
    }
}
