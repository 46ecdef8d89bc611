//! Lists tests, functions and names of a Python file, as its text shows them.

use super::syntax::{self, Class, Def};
use super::{code, command, digest, names, stub, surface};
use crate::{Outline, Unit};
use redgreen_core::change::{FunctionItem, TestItem};
use redgreen_core::id::TestId;
use redgreen_core::surface::Surface;
use std::collections::BTreeSet;
use tree_sitter::Node;

/// What the file at `path` holds. Test files have tests and production files functions.
pub(super) fn of(unit: &Unit, path: &str, text: &str) -> Outline {
    let Some(tree) = syntax::parse(text) else {
        return Outline::default();
    };
    let root = tree.root_node();
    let mut outline = Outline::default();
    match surface::of(path, Some(text)) {
        // A helper among the tests is test surface, yet pytest takes no test from it.
        Surface::Test if surface::is_collected(path, unit) => {
            outline.tests = tests(root, unit, path, text);
        }
        Surface::Test => {}
        Surface::Production => {
            if !path.ends_with(".pyi") {
                outline.functions = functions(root, path, text);
            }
            outline.names = names::of(root, text, path);
            outline.names.extend(names::modules(unit, path));
            outline.code = (!text.is_empty()).then(|| code::of(root, text));
        }
        Surface::Fixture | Surface::RunnerConfig | Surface::Manifest | Surface::Docs => {}
    }
    outline
}

/// Whether the text holds a test at all.
pub(super) fn defines_tests(root: Node<'_>, text: &str) -> bool {
    let (functions, classes) = syntax::definitions(root, text);
    let cases = test_cases(&classes, text);
    functions.iter().any(|def| is_test(def, &cases, text))
}

fn functions(root: Node<'_>, path: &str, text: &str) -> Vec<FunctionItem> {
    let (found, _) = syntax::definitions(root, text);
    let item = |def: &Def<'_>| FunctionItem {
        name: def.dotted(),
        path: path.to_owned(),
        lines: def.lines(),
        body: digest::of(def, text, digest::Name::Counts),
        stubbable: stub::takes_stub(def, text),
    };
    found.iter().map(item).collect()
}

fn tests(root: Node<'_>, unit: &Unit, path: &str, text: &str) -> Vec<TestItem> {
    let (functions, classes) = syntax::definitions(root, text);
    let cases = test_cases(&classes, text);
    let mutes = Mutes::of(root, text);
    let mut items: Vec<TestItem> = Vec::new();
    let plain = command::is_unittest(unit);
    // unittest does not look into classes, and takes nothing but test cases.
    let owned = |def: &&Def<'_>| {
        is_case(def, &cases) && (!plain || def.classes.len() == 1)
            || !plain && is_test(def, &cases, text)
    };
    for def in functions
        .iter()
        .filter(|def| is_named_test(def, text))
        .filter(owned)
    {
        let name = format!("{path}::{}", def.dotted().replace('.', "::"));
        let id = TestId::new(&unit.id, name);
        // A second definition of one name replaces the first, here as in Python.
        items.retain(|item| item.id != id);
        items.push(TestItem {
            id,
            path: path.to_owned(),
            lines: def.lines(),
            body: digest::of(def, text, digest::Name::LeftOut),
            constants: digest::constants(def, text),
            muted: mutes.silence(def, text),
        });
    }
    items
}

/// Whether the function is called like a test, and no fixture.
fn is_named_test(def: &Def<'_>, text: &str) -> bool {
    let decorators = syntax::decorators(def.whole, text);
    let fixture = |each: &&str| syntax::last_name(each) == "fixture";
    def.name.starts_with("test") && !decorators.iter().any(fixture)
}

/// Whether the function is a method of a test case.
fn is_case(def: &Def<'_>, cases: &BTreeSet<usize>) -> bool {
    let inner = def.classes.last();
    inner.is_some_and(|class| cases.contains(&class.node.id()))
}

/// Whether pytest would run the function by its defaults.
fn is_test(def: &Def<'_>, cases: &BTreeSet<usize>, text: &str) -> bool {
    is_named_test(def, text)
        && (is_case(def, cases) || def.classes.iter().all(|class| is_test_class(class, text)))
}

/// Whether the text holds tests, and every one of them is a method of a test case.
pub(super) fn has_only_cases(root: Node<'_>, text: &str) -> bool {
    let (functions, classes) = syntax::definitions(root, text);
    let cases = test_cases(&classes, text);
    let mut tests = functions.iter().filter(|def| is_test(def, &cases, text));
    let first = tests.next();
    first.is_some_and(|def| is_case(def, &cases)) && tests.all(|def| is_case(def, &cases))
}

/// A plain class that pytest collects: named so, without a constructor, not opted out.
fn is_test_class(class: &Class<'_>, text: &str) -> bool {
    let body = syntax::statements(class.node);
    let constructed = methods(class.node, text)
        .iter()
        .any(|name| name == "__init__");
    let opted_out = body
        .iter()
        .any(|node| syntax::text_of(*node, text).replace(' ', "") == "__test__=False");
    class.name.starts_with("Test") && !constructed && !opted_out
}

fn methods(class: Node<'_>, text: &str) -> Vec<String> {
    let Some(body) = class.child_by_field_name("body") else {
        return Vec::new();
    };
    let (functions, _) = syntax::definitions(body, text);
    let own = functions.into_iter().filter(|def| def.classes.is_empty());
    own.map(|def| def.name).collect()
}

/// Node ids of the classes that derive from a unittest test case, by name or through a class of
/// the same file.
fn test_cases(classes: &[Def<'_>], text: &str) -> BTreeSet<usize> {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for class in classes {
        let bases = class.node.child_by_field_name("superclasses");
        let bases = bases.map(syntax::children).unwrap_or_default();
        let derives = bases.iter().any(|base| {
            let name = syntax::last_name(syntax::text_of(*base, text));
            base.kind() != "keyword_argument" && (name.contains("TestCase") || names.contains(name))
        });
        if derives {
            names.insert(&class.name);
            ids.insert(class.node.id());
        }
    }
    ids
}

/// What silences tests in a file.
struct Mutes {
    /// The whole file: `pytestmark = pytest.mark.skip`, `pytest.skip(allow_module_level=True)`.
    file: bool,
    /// Names that stand for a silencing decorator.
    names: BTreeSet<String>,
}

const MUTING: [&str; 6] = [
    "skip",
    "skipif",
    "xfail",
    "skipIf",
    "skipUnless",
    "expectedFailure",
];

impl Mutes {
    fn of(root: Node<'_>, text: &str) -> Self {
        let mut mutes = Self {
            file: false,
            names: BTreeSet::new(),
        };
        for statement in syntax::children(root) {
            let source = syntax::text_of(statement, text);
            mutes.file |= marks_all(source) || source.contains("allow_module_level");
            if let Some((name, value)) = source.split_once('=')
                && is_muting_mark(value)
            {
                mutes.names.insert(name.trim().to_owned());
            }
        }
        mutes
    }

    fn silence(&self, def: &Def<'_>, text: &str) -> bool {
        let wholes = def.classes.iter().map(|class| class.whole);
        let decorated = wholes.chain([def.whole]).any(|whole| {
            let decorators = syntax::decorators(whole, text);
            decorators.iter().any(|each| self.is_muting(each))
        });
        let mut bodies = def.classes.iter().map(|class| class.node);
        let marked = bodies.any(|class| {
            let statements = syntax::statements(class);
            statements
                .iter()
                .any(|node| marks_all(syntax::text_of(*node, text)))
        });
        let gives_up = syntax::statements(def.node)
            .iter()
            .any(|node| skips_itself(syntax::text_of(*node, text)));
        self.file || decorated || marked || gives_up
    }

    fn is_muting(&self, decorator: &str) -> bool {
        MUTING.contains(&syntax::last_name(decorator)) || self.names.contains(decorator)
    }
}

fn is_muting_mark(value: &str) -> bool {
    ["mark.skip", "mark.xfail", "unittest.skip"]
        .iter()
        .any(|mark| value.contains(mark))
}

/// `pytestmark = …` with a silencing mark in it.
fn marks_all(statement: &str) -> bool {
    statement
        .strip_prefix("pytestmark")
        .is_some_and(is_muting_mark)
}

/// A statement that ends the test as skipped.
fn skips_itself(statement: &str) -> bool {
    [
        "pytest.skip(",
        "pytest.xfail(",
        "self.skipTest(",
        "raise unittest.SkipTest",
        "raise SkipTest",
    ]
    .iter()
    .any(|start| statement.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn muted(text: &str) -> Vec<(String, bool)> {
        let outline = of(&Unit::default(), "test_a.py", text);
        let tests = outline.tests.into_iter();
        tests.map(|test| (test.id.name, test.muted)).collect()
    }

    fn body(text: &str) -> redgreen_core::id::Digest {
        of(&Unit::default(), "test_a.py", text).tests[0]
            .body
            .clone()
    }

    #[test]
    fn every_mark_that_silences_a_test_is_seen() {
        let silent = [
            "@pytest.mark.skip\ndef test_a(): pass\n",
            "@pytest.mark.skipif(sys.version_info < (3, 9), reason='(x)')\ndef test_a(): pass\n",
            "@pytest.mark.xfail(strict=True)\nasync def test_a(): pass\n",
            "pytestmark = pytest.mark.skip(reason='x')\ndef test_a(): pass\n",
            "pytestmark = [pytest.mark.slow, pytest.mark.xfail]\ndef test_a(): pass\n",
            "pytest.skip('x', allow_module_level=True)\ndef test_a(): pass\n",
            "later = pytest.mark.skip(reason='x')\n@later\ndef test_a(): pass\n",
            "@unittest.skip('x')\nclass A(TestCase):\n    def test_a(self): pass\n",
            "class TestA:\n    pytestmark = pytest.mark.skip\n    def test_a(self): pass\n",
            "class A(TestCase):\n    @unittest.expectedFailure\n    def test_a(self): pass\n",
            "def test_a():\n    pytest.skip('x')\n",
            "class A(TestCase):\n    def test_a(self):\n        self.skipTest('x')\n",
        ];
        for text in silent {
            let found = muted(text);
            assert!(found.len() == 1 && found[0].1, "{text}: {found:?}");
        }
        let loud = [
            "@pytest.mark.parametrize('skip', [1])\ndef test_a(skip): pass\n",
            "@pytest.mark.slow\ndef test_a():\n    if x:\n        pytest.skip('x')\n",
            "slow = pytest.mark.slow\n@slow\ndef test_skip(): pass\n",
        ];
        for text in loud {
            assert!(!muted(text)[0].1, "{text}");
        }
    }

    #[test]
    fn a_body_is_the_same_under_another_name_layout_or_comment() {
        let first = body("def test_a(x):\n    \"\"\"Doc.\"\"\"\n    assert f(x) == 1\n");
        let same = [
            "def test_b(x):\n    assert f(x) == 1\n",
            "def test_b( x ):\n\n    # why\n        \n    assert f( x )==1  # so\n",
            "class TestX:\n    def test_b(x):\n        assert f(x) \\\n            == 1\n",
        ];
        for text in same {
            assert_eq!(body(text), first, "{text}");
        }
        let other = [
            "def test_a(x):\n    assert f(x) == 2\n",
            "@pytest.mark.skip\ndef test_a(x):\n    assert f(x) == 1\n",
            "def test_a(y):\n    assert f(x) == 1\n",
            "def test_a(x):\n    if x:\n        assert f(x) == 1\n",
        ];
        for text in other {
            assert_ne!(body(text), first, "{text}");
        }
        let inside = body("def test_a():\n    if x:\n        a()\n        b()\n");
        assert_ne!(
            inside,
            body("def test_a():\n    if x:\n        a()\n    b()\n")
        );
        assert_ne!(
            body("def test_a(): f('a b')\n"),
            body("def test_a(): f('ab')\n")
        );
    }

    const MODULE: &str = "\
import os
LIMIT: int = 3
a, (b, c) = 1, (2, 3)
class Money:
    currency = 'EUR'
    def __init__(self, amount, *, base=10, **more):
        self.amount = amount
        local = 1
    @property
    @cached
    def double(self):
        def inner(): pass
        return 2
    @abstractmethod
    def promised(self): ...
    class Inner:
        async def deep(self): return 1
def plain(x: int, y=1, *rest: str):
    global LIMIT
if True:
    def conditional(): pass
def dots(): ...
";

    #[test]
    fn functions_carry_their_classes_and_decorators() {
        let outline = of(&Unit::default(), "src/money.py", MODULE);
        let found: BTreeMap<_, _> = outline
            .functions
            .iter()
            .map(|each| {
                let lines = (each.lines.first, each.lines.last);
                (each.name.as_str(), (lines, each.stubbable))
            })
            .collect();
        let owed = BTreeMap::from([
            ("Money.__init__", ((6, 8), true)),
            ("Money.double", ((9, 13), true)),
            ("Money.promised", ((14, 15), false)),
            ("Money.Inner.deep", ((17, 17), true)),
            ("plain", ((18, 19), true)),
            ("conditional", ((21, 21), true)),
            ("dots", ((22, 22), false)),
        ]);
        assert_eq!(found, owed);
        assert!(
            of(&Unit::default(), "tests/help.py", MODULE)
                .functions
                .is_empty()
        );
        assert!(
            of(&Unit::default(), "conftest.py", MODULE)
                .functions
                .is_empty()
        );
    }

    #[test]
    fn names_are_those_that_others_can_use() {
        let unit = Unit {
            import_roots: vec!["src".to_owned(), String::new()],
            ..Unit::default()
        };
        let names = of(&unit, "src/shop/money.py", MODULE).names;
        let owed = [
            "Inner",
            "LIMIT",
            "Money",
            "__init__",
            "a",
            "amount",
            "b",
            "base",
            "c",
            "conditional",
            "currency",
            "deep",
            "dots",
            "double",
            "inner",
            "money",
            "more",
            "plain",
            "promised",
            "rest",
            "self",
            "shop.money",
            "x",
            "y",
        ];
        assert_eq!(names.iter().map(String::as_str).collect::<Vec<_>>(), owed);
        let init = of(
            &unit,
            "src/shop/__init__.py",
            "from .money import Money as M, cost\n",
        );
        let owed = ["M", "cost", "shop"];
        assert_eq!(
            init.names.iter().map(String::as_str).collect::<Vec<_>>(),
            owed
        );
    }

    #[test]
    fn a_file_that_does_not_parse_has_the_parts_that_do() {
        let text = "def good(): return 1\n\ndef bad(:\n\ndef other():\n    return 2\n";
        let outline = of(&Unit::default(), "a.py", text);
        assert!(outline.functions.iter().any(|each| each.name == "good"));
    }
}
