<?php
// Makes PHPUnit and the project's classes known to this process: the launcher's, and that of a
// test that runs apart.

/** Finds PHPUnit: the project's own before the machine's. */
final class RgFinder
{
    public static function load(): void
    {
        $own = getcwd() . '/vendor/autoload.php';
        if (is_file($own)) {
            require $own;
            self::stay(getcwd(), dirname((string) realpath($own), 2));
        }
        if (!class_exists('PHPUnit\Runner\Version')) {
            @include_once 'PHPUnit/Autoload.php';
        }
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

RgFinder::load();
