<?php
// Runs PHPUnit inside its own process and writes what happens as JSON lines.
//
// Started as `php rg_phpunit.php ASK.json` in the unit's directory. It states facts; the adapter
// that reads the lines decides what they mean.

require __DIR__ . '/rg_facts.php';

error_reporting(E_ALL);
$rgAsk = json_decode((string) file_get_contents($argv[1]), true);
Rg::start($rgAsk);
register_shutdown_function(['Rg', 'died']);
// What PHPUnit loads first in the process of a test that runs apart.
define('PHPUNIT_COMPOSER_INSTALL', __DIR__ . '/rg_autoload.php');
require PHPUNIT_COMPOSER_INSTALL;
if (!class_exists('PHPUnit\Runner\Version')) {
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
