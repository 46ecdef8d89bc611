//! Runs of PHPUnit: what is asked, in which order, and what is made of what happens.

use crate::ruby::project::{Project, files, hidden, need, tests, told, trusted};
use redgreen_core::evidence::{Order, Selection, Trouble};
use redgreen_core::id::TestId;
use redgreen_core::outcome::Outcome;
use redgreen_toolchain::php::{Php, Phpunit};
use redgreen_toolchain::{Language, Unit};
use std::time::Duration;

pub(crate) fn need_phpunit() {
    let install = "sudo apt-get install php-cli php-xml php-mbstring phpunit";
    need(
        "php",
        &[
            "-r",
            "exit((@include 'PHPUnit/Autoload.php') === false ? 1 : 0);",
        ],
        install,
    );
}

const COMPOSER: (&str, &str) = (
    "composer.json",
    "{\"autoload\": {\"psr-4\": {\"App\\\\\": \"src/\"}}, \"require-dev\": {\"phpunit/phpunit\": \"^9\"}}",
);
const CONFIG: (&str, &str) = (
    "phpunit.xml",
    "<?xml version=\"1.0\"?>\n<phpunit bootstrap=\"tests/bootstrap.php\" stopOnFailure=\"true\" executionOrder=\"random\" cacheResult=\"true\" failOnRisky=\"true\"><testsuites><testsuite name=\"unit\"><directory>tests</directory></testsuite></testsuites><groups><exclude><group>slow</group></exclude></groups><logging><junit outputFile=\"out.xml\"/></logging></phpunit>",
);
const BOOTSTRAP: (&str, &str) = (
    "tests/bootstrap.php",
    "<?php spl_autoload_register(function ($c) { $f = __DIR__ . '/../src/' . str_replace(['App\\\\', '\\\\'], ['', '/'], $c) . '.php'; if (is_file($f)) { require $f; } });",
);
const CALC: (&str, &str) = (
    "src/Calc.php",
    "<?php\nnamespace App;\nclass Calc\n{\n    public static function add(int $a, int $b): int\n    {\n        return $a + $b;\n    }\n    public static function sum(): int { return self::total(); }\n}\n",
);

/// A project with these files beside the usual ones.
fn project(more: &[(&str, &str)]) -> Project {
    need_phpunit();
    let mut all = vec![COMPOSER, CONFIG, BOOTSTRAP, CALC];
    all.extend(more);
    Project::new((&Phpunit, "php"), &all)
}

/// A test file with this class body.
fn case(name: &str, body: &str) -> String {
    format!(
        "<?php\nnamespace App\\Tests;\nuse App\\Calc;\nuse PHPUnit\\Framework\\TestCase;\nfinal class {name} extends TestCase\n{{\n{body}}}\n"
    )
}

const MANY: &str = r##"    public function testAdds(): void { $this->assertSame(3, Calc::add(1, 2)); }
    public function testFails(): void { $this->assertSame(4, Calc::add(1, 2)); }
    /** @dataProvider rows */
    public function testRows(int $n): void { $this->assertGreaterThan(1, $n); }
    public function rows(): array { return ['one two/"é"' => [1], [2], [3]]; }
    /** @test */
    public function it_is_noted(): void { $this->assertTrue(true); }
    public function testSkipped(): void { $this->markTestSkipped('later'); }
    public function testIncomplete(): void { $this->markTestIncomplete('todo'); }
    /** @group slow */
    public function testSlow(): void { $this->assertTrue(true); }
    public function testRisky(): void { }
    public function testFirst(): int { $this->assertTrue(true); return 1; }
    /** @depends testFirst */
    public function testSecond(int $n): void { $this->assertSame(1, $n); }
    /** @dataProvider nothing */
    public function testProvided(): void { }
    public function nothing(): array { return Calc::rows(); }
    /** @runInSeparateProcess */
    public function testApart(): void { $this->assertSame(4, 3); }
"##;

const MANY_OWED: &[(&str, &str)] = &[
    ("testAdds", "Passed"),
    ("testFails", "Call: Assertion at tests/ManyTest.php:8"),
    (
        "testRows with data set \"one two/\"é\"\"",
        "Call: Assertion at tests/ManyTest.php:10",
    ),
    ("testRows with data set #0", "Passed"),
    ("testRows with data set #1", "Passed"),
    ("it_is_noted", "Passed"),
    ("testSkipped", "Skipped(\"later\")"),
    ("testIncomplete", "Skipped(\"incomplete: todo\")"),
    ("testSlow", "NotCollected"),
    ("testRisky", "Passed"),
    ("testFirst", "Passed"),
    ("testSecond", "Passed"),
    ("testApart", "Call: Assertion at tests/ManyTest.php:26"),
];

#[test]
fn names_in_the_report_are_those_of_the_text_and_run_by_themselves() {
    let text = case("ManyTest", MANY);
    let project = project(&[("tests/ManyTest.php", &text)]);
    let report = project.whole();
    trusted(&report);
    let id = |name: &str| format!("tests/ManyTest.php::App\\Tests\\ManyTest::{name}");
    for &(name, owed) in MANY_OWED {
        assert_eq!(told(&report, &id(name)), owed, "{name}");
    }
    assert!(
        told(&report, &id("testProvided")).contains("MissingName rows in App::Calc"),
        "{report:#?}"
    );
    assert_eq!(
        report.tests.len(),
        MANY_OWED.len() + 1,
        "{:#?}",
        report.tests.keys()
    );
    let outline = Php.outline(&Unit::default(), "tests/ManyTest.php", &text);
    for name in report.tests.keys() {
        let is_case = |item: &&redgreen_core::change::TestItem| {
            TestId::new(&item.id.unit, name).is_case_of(&item.id)
        };
        assert!(outline.tests.iter().any(|item| is_case(&item)), "{name}");
    }
    for one in ["testRows with data set \"one two/\"é\"\"", "testAdds"] {
        let few = project.tests(&[&id(one)]);
        trusted(&few);
        assert_eq!(few.tests.keys().collect::<Vec<_>>(), [&id(one)]);
    }
    assert_eq!(project.tests(&[&id("testRows")]).tests.len(), 3);
    let depends = project.run(&tests(&[&id("testSecond")]), Order::Alone);
    assert_eq!(told(&depends, &id("testSecond")), "Passed");
    assert_eq!(project.tests(&[&id("testGone")]).tests.len(), 0);
    assert_eq!(
        project.left(),
        [
            "composer.json",
            "phpunit.xml",
            "src/Calc.php",
            "tests/ManyTest.php",
            "tests/bootstrap.php"
        ]
    );
}

#[test]
fn order_and_selection_are_honoured() {
    let log = "    private function log(string $s): void { file_put_contents(__DIR__ . '/../../log', $s, FILE_APPEND); $this->assertNotSame('b', $s); }\n";
    let methods: String = ["a", "b", "c", "d", "e", "f"]
        .iter()
        .map(|n| format!("    public function test{n}(): void {{ $this->log('{n}'); }}\n"))
        .collect();
    let state = "    public static $seen = false;\n    public function testX(): void { self::$seen = true; $this->assertTrue(true); }\n    public function testY(): void { $this->assertFalse(self::$seen); }\n";
    let project = project(&[
        (
            "tests/OrderTest.php",
            &case("OrderTest", &format!("{log}{methods}")),
        ),
        ("tests/StateTest.php", &case("StateTest", state)),
    ]);
    let order = |selection: &Selection, order: Order| {
        let log = project.root().join("log");
        std::fs::write(&log, "").expect("a log");
        let report = project.run(selection, order);
        trusted(&report);
        (std::fs::read_to_string(log).expect("a log"), report)
    };
    let one = files(&["tests/OrderTest.php", "tests/GoneTest.php"]);
    let (written, report) = order(&one, Order::AsWritten);
    assert_eq!((written.as_str(), report.tests.len()), ("abcdef", 6));
    let (first, _) = order(&one, Order::Shuffled(7));
    assert_eq!(first, order(&one, Order::Shuffled(7)).0);
    assert!((0..5).any(|seed| order(&one, Order::Shuffled(seed)).0 != first));
    assert_eq!(order(&tests(&[]), Order::AsWritten).1.tests.len(), 0);
    let id = |name: &str| format!("tests/StateTest.php::App\\Tests\\StateTest::{name}");
    let both = tests(&[&id("testX"), &id("testY")]);
    assert!(told(&order(&both, Order::AsWritten).1, &id("testY")).contains("Assertion"));
    let (alone, commands) = project.executed(&both, Order::Alone);
    assert_eq!(
        (told(&alone, &id("testY")).as_str(), commands),
        ("Passed", 2)
    );
    assert_eq!(order(&Selection::Whole, Order::AsWritten).1.tests.len(), 8);
}

const MISSING_OWED: &[(&str, &str)] = &[
    (
        "testMethod",
        "Call: MissingName clamp in App::Calc at tests/AbsentTest.php:7",
    ),
    (
        "testOwn",
        "Call: MissingName total in App::Calc at tests/AbsentTest.php:8",
    ),
    (
        "testClass",
        "Call: MissingName Money in App at tests/AbsentTest.php:9",
    ),
    (
        "testGlobal",
        "Call: MissingName Money in self at tests/AbsentTest.php:10",
    ),
    (
        "testFunction",
        "Call: MissingName helper in App at tests/AbsentTest.php:11",
    ),
    ("testFew", "Call: BadCall at tests/AbsentTest.php:12"),
    ("testType", "Call: BadCall at tests/AbsentTest.php:13"),
    ("testNamed", "Call: BadCall base at tests/AbsentTest.php:14"),
    (
        "testBuiltin",
        "Call: Exception ArgumentCountError at tests/AbsentTest.php:15",
    ),
    (
        "testNull",
        "Call: MissingName sum in null at tests/AbsentTest.php:16",
    ),
    (
        "testInside",
        "Call: MissingName total in App::Calc at src/Calc.php:9",
    ),
    (
        "testProperty",
        "Call: MissingName price in App::Calc at tests/AbsentTest.php:18",
    ),
    (
        "testMock",
        "Call: MissingName Money in App at tests/AbsentTest.php:19",
    ),
    (
        "testMockMethod",
        "Call: MissingName clamp in self at tests/AbsentTest.php:20",
    ),
    ("testCount", "Call: Assertion at tests/AbsentTest.php:"),
    (
        "testMachine",
        "Call: Environment at tests/AbsentTest.php:22",
    ),
    (
        "testThrows",
        "Call: Exception DomainException at tests/AbsentTest.php:23",
    ),
];

#[test]
fn what_is_missing_is_named_with_its_owner() {
    let body = r##"    public function testMethod(): void { Calc::clamp(1); }
    public function testOwn(): void { (new Calc)->total(); }
    public function testClass(): void { new \App\Money(1); }
    public function testGlobal(): void { new \Money(1); }
    public function testFunction(): void { \App\helper(); }
    public function testFew(): void { Calc::add(1); }
    public function testType(): void { Calc::add('x', 1); }
    public function testNamed(): void { Calc::add(a: 1, b: 2, base: 3); }
    public function testBuiltin(): void { strlen(); }
    public function testNull(): void { $x = null; $x->sum(); }
    public function testInside(): void { Calc::sum(); }
    public function testProperty(): void { $c = new Calc; $this->assertSame(1, $c->price); }
    public function testMock(): void { $this->createMock(\App\Money::class); }
    public function testMockMethod(): void { $this->createMock(Calc::class)->method('clamp'); }
    public function testCount(): void { $m = $this->createMock(\Countable::class); $m->expects($this->once())->method('count'); }
    public function testMachine(): void { fsockopen('127.0.0.1', 1); }
    public function testThrows(): void { throw new \DomainException('no'); }
"##;
    let project = project(&[("tests/AbsentTest.php", &case("AbsentTest", body))]);
    let report = project.whole();
    trusted(&report);
    for &(name, owed) in MISSING_OWED {
        let told = told(
            &report,
            &format!("tests/AbsentTest.php::App\\Tests\\AbsentTest::{name}"),
        );
        assert!(told.starts_with(owed), "{name}: {told}");
    }
}

#[test]
fn files_that_do_not_load_hide_their_own_tests_alone() {
    let project = project(&[
        (
            "tests/AGoodTest.php",
            &case(
                "AGoodTest",
                "    public function testA(): void { $this->assertTrue(true); }\n",
            ),
        ),
        (
            "tests/BrokenTest.php",
            "<?php\nclass BrokenTest extends PHPUnit\\Framework\\TestCase { public function testX() { $this->assertTrue(true; } }\n",
        ),
        (
            "tests/FatalTest.php",
            "<?php\nclass FatalTest extends PHPUnit\\Framework\\TestCase { public function run($x) {} }\n",
        ),
        (
            "tests/ParentTest.php",
            "<?php\nclass ParentTest extends App\\Tests\\Nope { public function testX() {} }\n",
        ),
        ("tests/QuitTest.php", "<?php exit(0);\n"),
        ("tests/ThrowTest.php", "<?php throw new Exception('top');\n"),
        (
            "tests/ZGoodTest.php",
            &case(
                "ZGoodTest",
                "    public function testZ(): void { $this->assertTrue(true); }\n",
            ),
        ),
    ]);
    let report = project.whole();
    trusted(&report);
    assert_eq!(
        hidden(&report, "tests/BrokenTest.php::"),
        "Load: Syntax at tests/BrokenTest.php:2"
    );
    assert_eq!(
        hidden(&report, "tests/FatalTest.php::"),
        "Load: Exception Fatal at tests/FatalTest.php:2"
    );
    assert_eq!(
        hidden(&report, "tests/ParentTest.php::"),
        "Load: MissingName Nope in App::Tests at tests/ParentTest.php:2"
    );
    assert_eq!(
        hidden(&report, "tests/QuitTest.php::"),
        "Process: Death at tests/QuitTest.php:0"
    );
    assert_eq!(
        hidden(&report, "tests/ThrowTest.php::"),
        "Load: Exception Exception at tests/ThrowTest.php:1"
    );
    assert_eq!(report.diagnostics.len(), 5, "{:#?}", report.diagnostics);
    assert_eq!(report.tests.len(), 2);
}

#[test]
fn a_process_that_ends_or_hangs_inside_a_test_is_told() {
    let body = "    public function testA(): void { $this->assertTrue(true); }\n    public function testB(): void { exit(0); }\n    public function testC(): void { $this->assertTrue(true); }\n";
    let fatal = "    public function testF(): void { eval('class Twice {} class Twice {}'); }\n";
    let hang = "    public function testLoop(): void { while (true) { } }\n    public function testSleep(): void { try { sleep(60); } catch (\\Exception $e) { } }\n    public function testAfter(): void { $this->assertTrue(true); }\n";
    let mut project = project(&[
        ("tests/ExitTest.php", &case("ExitTest", body)),
        ("tests/FatalTest.php", &case("FatalTest", fatal)),
        ("tests/HangTest.php", &case("HangTest", hang)),
    ]);
    let id = |class: &str, name: &str| format!("tests/{class}.php::App\\Tests\\{class}::{name}");
    let report = project.run(&files(&["tests/ExitTest.php"]), Order::AsWritten);
    trusted(&report);
    assert_eq!(told(&report, &id("ExitTest", "testA")), "Passed");
    assert_eq!(
        told(&report, &id("ExitTest", "testB")),
        "Process: Death at tests/ExitTest.php:8"
    );
    assert_eq!(told(&report, &id("ExitTest", "testC")), "NotReached");
    let report = project.run(&files(&["tests/FatalTest.php"]), Order::AsWritten);
    trusted(&report);
    assert!(told(&report, &id("FatalTest", "testF")).starts_with("Process: Death at"));
    project.limit_ms = 1000;
    let report = project.run(&files(&["tests/HangTest.php"]), Order::AsWritten);
    trusted(&report);
    assert_eq!(told(&report, &id("HangTest", "testLoop")), "TimedOut");
    assert_eq!(told(&report, &id("HangTest", "testSleep")), "TimedOut");
    assert_eq!(told(&report, &id("HangTest", "testAfter")), "Passed");
    project.limit_ms = 60_000;
    project.whole_limit = Duration::from_secs(3);
    let report = project.tests(&[&id("HangTest", "testLoop")]);
    assert_eq!(report.trouble, Some(Trouble::Hung { limit_ms: 0 }));
}

#[test]
fn a_run_whose_outcomes_are_rewritten_is_not_believed() {
    let one = case(
        "OneTest",
        "    public function testOne(): void { $this->assertTrue(false); }\n",
    );
    let cheats = [
        (
            "an exit at the end of the process",
            "register_shutdown_function(function () { exit(0); });",
        ),
        ("an exit before the tests", "exit(0);"),
        (
            "an assertion that always holds",
            "namespace PHPUnit\\Framework { class AssertFake {} } namespace { class_alias('PHPUnit\\Framework\\AssertFake', 'X'); eval('namespace PHPUnit\\Framework; abstract class Assert { public static function __callStatic($n, $a) {} public function __call($n, $a) {} public static function assertTrue($x, string $m = \"\"): void {} public static function assertFalse($x, string $m = \"\"): void {} public static function resetCount(): void {} public static function getCount(): int { return 1; } }'); }",
        ),
    ];
    for (what, code) in cheats {
        let project = project(&[("tests/OneTest.php", &one)]);
        project.write("tests/bootstrap.php", &format!("<?php {code}"));
        let report = project.whole();
        let seen = report
            .tests
            .get("tests/OneTest.php::App\\Tests\\OneTest::testOne");
        let failed = seen.is_some_and(|seen| matches!(seen.outcome, Outcome::Failed(_)));
        assert!(report.trouble.is_some() || failed, "{what}: {report:#?}");
    }
}

#[test]
fn a_stub_is_hit_wherever_it_surfaces() {
    let body = "    public function testAdd(): void { $this->assertSame(3, Calc::add(1, 2)); }\n    public function testThrows(): void { $this->expectException(\\DomainException::class); Calc::add(1, 2); }\n    public function testWrapped(): void { try { Calc::add(1, 2); } catch (\\Exception $e) { throw new \\LogicException('no', 0, $e); } }\n";
    let names = ["Calc::add".to_owned()].into();
    let project = project(&[("tests/StubTest.php", &case("StubTest", body))]);
    project.write("src/Calc.php", &Php.stub(CALC.1, &names));
    let report = project.whole();
    trusted(&report);
    let of = |name: &str| {
        told(
            &report,
            &format!("tests/StubTest.php::App\\Tests\\StubTest::{name}"),
        )
    };
    assert_eq!(of("testAdd"), "Call: Stub Calc::add at src/Calc.php:6");
    assert!(
        of("testThrows").starts_with("Call: Stub Calc::add"),
        "{}",
        of("testThrows")
    );
    assert!(
        of("testWrapped").starts_with("Call: Stub Calc::add"),
        "{}",
        of("testWrapped")
    );
}

/// What `composer install` writes, as far as it matters here.
fn vendor(project: &Project, home: &str, files: &str) {
    let dir = project.root().join(home);
    let write = |path: &str, text: &str| {
        let path = dir.join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        std::fs::write(path, text).expect("a file");
    };
    write(
        "vendor/autoload.php",
        "<?php return require_once __DIR__ . '/composer/autoload_real.php';\n",
    );
    write(
        "vendor/composer/autoload_real.php",
        &format!(
            "<?php require_once __DIR__ . '/ClassLoader.php';\n$l = new Composer\\Autoload\\ClassLoader;\n$base = dirname(__DIR__, 2);\n$l->setPsr4('App\\\\', [$base . '/src']);\n$l->register();\n{files}\nreturn $l;\n"
        ),
    );
    write(
        "vendor/composer/ClassLoader.php",
        "<?php namespace Composer\\Autoload;\nclass ClassLoader { private $p = []; private static $all = [];\nfunction setPsr4($prefix, $dirs) { $this->p[$prefix] = (array) $dirs; }\nfunction set($a, $b) {} function addClassMap($m) {}\nfunction getPrefixesPsr4() { return $this->p; } function getPrefixes() { return []; } function getFallbackDirsPsr4() { return []; } function getClassMap() { return []; }\nstatic function getRegisteredLoaders() { return self::$all; }\nfunction register() { self::$all[] = $this; spl_autoload_register(function ($c) { foreach ($this->p as $k => $dirs) foreach ($dirs as $d) { if ($k !== '' && strpos($c, $k) === 0) { $f = $d . '/' . str_replace('\\\\', '/', substr($c, strlen($k))) . '.php'; if (is_file($f)) { require $f; } } } }); }\n}\n",
    );
}

#[test]
fn a_borrowed_vendor_folder_loads_the_classes_of_the_tree() {
    let body = "    public function testAdd(): void { $this->assertSame(3, Calc::add(1, 2)); }\n";
    let other = CALC.1.replace("$a + $b", "99");
    let project = project(&[("tests/AddTest.php", &case("AddTest", body))]);
    project.write(
        "tests/bootstrap.php",
        "<?php require __DIR__ . '/../vendor/autoload.php';",
    );
    vendor(&project, "checkout", "");
    project.write("../checkout/src/Calc.php", &other);
    std::fs::create_dir_all(project.tree().join("vendor")).expect("a directory");
    for name in ["autoload.php", "composer"] {
        let from = project.root().join("checkout/vendor").join(name);
        std::os::unix::fs::symlink(from, project.tree().join("vendor").join(name)).expect("a link");
    }
    let report = project.whole();
    trusted(&report);
    assert_eq!(
        told(&report, "tests/AddTest.php::App\\Tests\\AddTest::testAdd"),
        "Passed"
    );
    // What the maps load by themselves cannot be led elsewhere: it is told.
    vendor(
        &project,
        "checkout",
        "require_once $base . '/src/Calc.php';",
    );
    let report = project.whole();
    assert!(
        matches!(&report.trouble, Some(Trouble::AnotherCopy { module, .. }) if module == "src/Calc.php"),
        "{report:#?}"
    );
}
