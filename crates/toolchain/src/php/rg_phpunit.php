<?php
// Runs PHPUnit inside its own process and writes what happens as JSON lines.
//
// Started as `php rg_phpunit.php ASK.json` in the unit's directory. It states facts; the adapter
// that reads the lines decides what they mean.

require __DIR__ . '/rg_facts.php';

/** Finds PHPUnit: the project's own before the machine's. */
final class RgFinder
{
    public static function load(array $ask): bool
    {
        $own = getcwd() . '/vendor/autoload.php';
        if (is_file($own)) {
            require $own;
            self::stay(getcwd(), dirname((string) realpath($own), 2));
        }
        if (!class_exists('PHPUnit\Runner\Version')) {
            @include_once 'PHPUnit/Autoload.php';
        }
        return class_exists('PHPUnit\Runner\Version');
    }

    /** A vendor folder that is borrowed from elsewhere names that place's classes: they are the tree's. */
    private static function stay(string $here, string $home): void
    {
        if ($home === realpath($here) || !class_exists('Composer\Autoload\ClassLoader', false)) {
            return;
        }
        $move = function ($path) use ($here, $home) {
            $real = realpath($path) ?: $path;
            $inside = strpos($real . '/', $home . '/') === 0 && strpos($real . '/', $home . '/vendor/') !== 0;
            return $inside ? $here . substr($real, strlen($home)) : $path;
        };
        foreach (Composer\Autoload\ClassLoader::getRegisteredLoaders() as $loader) {
            foreach ($loader->getPrefixesPsr4() as $prefix => $dirs) {
                $loader->setPsr4($prefix, array_map($move, (array) $dirs));
            }
            foreach ($loader->getPrefixes() as $prefix => $dirs) {
                $loader->set($prefix, array_map($move, (array) $dirs));
            }
            $loader->setPsr4('', array_map($move, $loader->getFallbackDirsPsr4()));
            $loader->addClassMap(array_map($move, $loader->getClassMap()));
        }
    }
}

error_reporting(E_ALL);
$rgAsk = json_decode((string) file_get_contents($argv[1]), true);
Rg::start($rgAsk);
register_shutdown_function(['Rg', 'died']);
if (!RgFinder::load($rgAsk)) {
    Rg::write('missing', ['what' => 'phpunit']);
    exit(4);
}
$rgVersion = PHPUnit\Runner\Version::id();
if (version_compare($rgVersion, '9.0', '<') || version_compare($rgVersion, '10.0', '>=')) {
    Rg::write('unsupported', ['why' => "PHPUnit $rgVersion is not supported yet; 9.x is"]);
    exit(4);
}
require __DIR__ . '/rg_command.php';
$rgCode = (new RgCommand($rgAsk))->session();
Rg::write('loaded', ['outside' => Rg::outside()]);
Rg::write('counted', ['counts' => Rg::$counts]);
Rg::finish($rgCode);
