<?php
// States facts: lines of the report, paths of the tree, exceptions.

// A test that runs in a process of its own loads every file again: this one is not for it.
if (basename(get_included_files()[0] ?? '') !== 'rg_phpunit.php') {
    return;
}

/** What the launcher knows of its session. */
final class Rg
{
    public static $ask = [];
    public static $counts = null;
    public static $running = null;
    public static $loading = null;
    private static $count = 0;
    private static $ended = false;
    private static $pid = 0;

    public static function start(array $ask): void
    {
        self::$ask = $ask;
        self::$pid = getmypid();
        self::write('start');
    }

    public static function write(string $event, array $facts = []): void
    {
        if (getmypid() !== self::$pid) {
            return; // a fork of the test process
        }
        $line = ['n' => self::$ask['nonce'], 'ev' => $event];
        foreach ($facts as $key => $value) {
            if ($value !== null) {
                $line[$key] = $value;
            }
        }
        $flags = JSON_INVALID_UTF8_SUBSTITUTE | JSON_PARTIAL_OUTPUT_ON_ERROR | JSON_UNESCAPED_SLASHES;
        file_put_contents(self::$ask['report'], json_encode($line, $flags) . "\n", FILE_APPEND);
        self::$count++;
    }

    /** The last line, then the end of the process. */
    public static function finish(int $code): void
    {
        self::$ended = true;
        self::write('end', ['exit' => $code, 'lines' => self::$count + 1]);
        exit($code);
    }

    /** PHP itself gave up, or somebody called exit. */
    public static function died(): void
    {
        $error = error_get_last();
        $fatal = E_ERROR | E_PARSE | E_CORE_ERROR | E_COMPILE_ERROR | E_RECOVERABLE_ERROR;
        if (self::$ended || $error === null || ($error['type'] & $fatal) === 0) {
            return;
        }
        $inside = self::inside($error['file']);
        $stage = self::$running === null ? 'load' : 'call';
        self::write('fatal', ['exc' => [
            'class' => 'Fatal', 'kinds' => ['Fatal'], 'msg' => strtok($error['message'], "\n"), 'stage' => $stage,
            'frames' => [[$inside ?? $error['file'], $error['line'], '', $inside !== null]],
        ]]);
    }

    /** The path from the tree's root; nothing for one outside it or in a dependency folder. */
    public static function inside(?string $path): ?string
    {
        if ($path === null || $path === '') {
            return null;
        }
        foreach ([self::$ask['tree'], (string) realpath(self::$ask['tree'])] as $root) {
            if ($root !== '' && strpos($path, rtrim($root, '/') . '/') === 0) {
                $rest = substr($path, strlen(rtrim($root, '/')) + 1);
                return preg_match('~(^|/)(vendor|node_modules)/~', $rest) ? null : $rest;
            }
        }
        return null;
    }

    /** An exception as facts. */
    public static function exception(Throwable $error, ?string $stage = null, int $depth = 0): array
    {
        $wrapped = $error instanceof PHPUnit\Framework\ExceptionWrapper;
        $class = $wrapped ? $error->getClassName() : get_class($error);
        $parents = class_exists($class, false) ? class_parents($class) : [];
        $facts = [
            'class' => $class,
            'kinds' => array_values(array_merge([$class], $parents)),
            'msg' => substr($error->getMessage(), 0, 4000),
            'frames' => self::frames($error),
            'stage' => $stage ?? self::stage($error),
            'late' => $class === 'RgTooLong',
        ];
        $behind = $wrapped ? $error->getPreviousWrapped() : $error->getPrevious();
        if ($behind !== null && $depth < 4) {
            $facts['behind'] = self::exception($behind, $facts['stage'], $depth + 1);
        }
        return $facts;
    }

    /** Where the exception was made; of one that PHPUnit wrapped the original's. */
    private static function trace(Throwable $error): array
    {
        $own = method_exists($error, 'getSerializableTrace');
        return $own ? $error->getSerializableTrace() : $error->getTrace();
    }

    /** File, line, function and whether the file is one of the tree; innermost first. */
    private static function frames(Throwable $error): array
    {
        $places = [[$error->getFile(), $error->getLine()]];
        $functions = [];
        foreach (self::trace($error) as $frame) {
            $functions[] = (isset($frame['class']) ? $frame['class'] . '::' : '') . ($frame['function'] ?? '');
            $places[] = [$frame['file'] ?? '', $frame['line'] ?? 0];
        }
        $frames = [];
        foreach (array_slice($places, 0, 120) as $at => [$file, $line]) {
            $inside = self::inside($file);
            $frames[] = [$inside ?? $file, $line, $functions[$at] ?? '', $inside !== null];
        }
        return $frames;
    }

    /** Whether the exception came through a hook of its test. */
    private static function stage(Throwable $error): string
    {
        foreach (array_reverse(self::trace($error)) as $frame) {
            $class = $frame['class'] ?? '';
            if ($class === '' || !is_subclass_of($class, 'PHPUnit\Framework\TestCase')) {
                continue;
            }
            $hooks = PHPUnit\Util\Test::getHookMethods($class);
            $name = $frame['function'];
            if (in_array($name, array_merge(['setUp', 'setUpBeforeClass', 'assertPreConditions'], $hooks['before'], $hooks['beforeClass']), true)) {
                return 'setup';
            }
            if (in_array($name, array_merge(['tearDown', 'tearDownAfterClass'], $hooks['after'], $hooks['afterClass']), true)) {
                return 'teardown';
            }
        }
        return 'call';
    }

    /** Files of the project that were loaded from outside although the tree has them. */
    public static function outside(): array
    {
        $found = [];
        foreach (get_included_files() as $path) {
            if (self::inside($path) !== null || strpos($path, '/vendor/') !== false) {
                continue;
            }
            foreach (self::$ask['own'] as $dir) {
                $at = strrpos($path, '/' . $dir . '/');
                if ($at !== false && is_file(getcwd() . substr($path, $at))) {
                    $found[] = [substr($path, $at + 1), $path];
                    break;
                }
            }
        }
        return array_slice($found, 0, 20);
    }
}

/** Thrown into a test that runs past its limit. */
final class RgTooLong extends Error
{
}
