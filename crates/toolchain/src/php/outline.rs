//! Lists tests, functions and names of a PHP file, as its text shows them.

use super::syntax::{self, Class, Def};
use super::{stub, surface};
use crate::shape::{children, lines, text_of};
use crate::{Outline, Unit};
use redgreen_core::change::{FunctionItem, TestItem};
use redgreen_core::id::{Digest, TestId};
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
        Surface::Test => outline.tests = tests(root, unit, path, text),
        Surface::Production => {
            outline.functions = functions(root, path, text);
            outline.names = names(root, text);
            outline.code = Some(syntax::shape(text).of(&[root], &[]));
        }
        Surface::Fixture | Surface::RunnerConfig | Surface::Manifest | Surface::Docs => {}
    }
    outline
}

fn functions(root: Node<'_>, path: &str, text: &str) -> Vec<FunctionItem> {
    let (found, _) = syntax::definitions(root);
    let item = |def: &Def<'_>| FunctionItem {
        name: def.name(text),
        path: path.to_owned(),
        lines: lines(def.node, def.node),
        body: syntax::shape(text).of(&[def.node], &[]),
        stubbable: stub::takes_stub(def),
    };
    found.iter().map(item).collect()
}

fn tests(root: Node<'_>, unit: &Unit, path: &str, text: &str) -> Vec<TestItem> {
    let (found, _) = syntax::definitions(root);
    let mut items = Vec::new();
    for def in &found {
        let Some(class) = def.class.filter(|class| is_case(class, text)) else {
            continue;
        };
        if !is_test(def, text) {
            continue;
        }
        let name = format!("{path}::{}::{}", class.full_name(text), def.own_name(text));
        let own = def.node.child_by_field_name("name").map(|name| name.id());
        let left_out: Vec<usize> = own.into_iter().collect();
        let shape = syntax::shape(text);
        items.push(TestItem {
            id: TestId::new(&unit.id, name),
            path: path.to_owned(),
            lines: lines(def.node, def.node),
            body: noted(shape.of(&[def.node], &left_out), def, text),
            constants: shape.constants(&[def.node], &left_out),
            muted: is_muted(def, text) || sets_up_muted(&found, class, text),
        });
    }
    items
}

/// A class whose tests PHPUnit runs: not abstract, and called a test or derived from a test case.
fn is_case(class: &Class<'_>, text: &str) -> bool {
    let parts = children(class.node);
    let is = |kind: &str| parts.iter().find(|part| part.kind() == kind);
    let base = is("base_clause").map_or("", |base| text_of(*base, text));
    let derives = base.ends_with("TestCase") || base.ends_with("Test");
    class.node.kind() == "class_declaration"
        && is("abstract_modifier").is_none()
        && (derives || !base.is_empty() && class.name(text).ends_with("Test"))
}

/// A public method that is named so, marked so in its comment, or by an attribute.
fn is_test(def: &Def<'_>, text: &str) -> bool {
    let parts = children(def.node);
    let visible = parts
        .iter()
        .find(|part| part.kind() == "visibility_modifier");
    let public = visible.is_none_or(|visible| text_of(*visible, text) == "public");
    let attributes = def.node.child_by_field_name("attributes");
    let attributes = attributes.map_or("", |attributes| text_of(attributes, text));
    let mut marks = attributes.split([',', '[', ']', '(', ' ']);
    let marked = marks.any(|mark| mark == "Test" || mark.ends_with("\\Test"));
    let mut words = def.comment(text).split_whitespace();
    let noted = words.any(|word| word == "@test");
    public && (def.own_name(text).starts_with("test") || marked || noted)
}

/// The digest with what the comment tells PHPUnit: data providers, groups, requirements.
fn noted(body: Digest, def: &Def<'_>, text: &str) -> Digest {
    const PROSE: [&str; 6] = ["@param", "@return", "@throws", "@var", "@see", "@link"];
    let lines = def.comment(text).lines().map(|line| {
        let line = line.trim().trim_start_matches(['/', '*', ' ']);
        line.trim_end_matches(['/', '*', ' '])
    });
    let notes = lines.filter(|line| line.starts_with('@'));
    let notes = notes.filter(|line| !PROSE.iter().any(|prose| line.starts_with(prose)));
    let notes: Vec<&str> = notes.collect();
    if notes.is_empty() {
        return body;
    }
    Digest::of(format!("{body}\0{}", notes.join("\0")).as_bytes())
}

/// Whether the method gives itself up in a statement of its own, without a condition.
fn is_muted(def: &Def<'_>, text: &str) -> bool {
    let body = def.node.child_by_field_name("body").map(children);
    body.unwrap_or_default().into_iter().any(|statement| {
        let words = text_of(statement, text);
        let call = ["$this->", "self::", "static::", "parent::"];
        let call = call.iter().find_map(|start| words.strip_prefix(start));
        call.is_some_and(|call| {
            call.starts_with("markTestSkipped") || call.starts_with("markTestIncomplete")
        })
    })
}

fn sets_up_muted(found: &[Def<'_>], class: Class<'_>, text: &str) -> bool {
    found.iter().any(|def| {
        def.class.is_some_and(|own| own.node == class.node)
            && def.own_name(text) == "setUp"
            && is_muted(def, text)
    })
}

/// Classes, functions, methods, constants, properties, cases and parameters.
fn names(root: Node<'_>, text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        let named = match node.kind() {
            "class_declaration"
            | "trait_declaration"
            | "enum_declaration"
            | "interface_declaration"
            | "function_definition"
            | "method_declaration"
            | "simple_parameter"
            | "variadic_parameter"
            | "property_promotion_parameter"
            | "enum_case"
            | "namespace_definition" => node.child_by_field_name("name"),
            "property_element" | "const_element" => node.child(0),
            _ => None,
        };
        let name = named.map_or("", |name| text_of(name, text));
        let parts = name.split('\\').map(|part| part.trim_start_matches('$'));
        names.extend(parts.filter(|part| !part.is_empty()).map(str::to_owned));
        open.extend(children(node));
    }
    names
}

#[cfg(test)]
mod tests_of_outline {
    use super::*;

    const TESTS: &str = "<?php\nnamespace App\\Tests;\nuse PHPUnit\\Framework\\TestCase;\nfinal class CalcTest extends TestCase {\n  protected function setUp(): void {}\n  public function testAdd(): void { $this->assertSame(1, f()); }\n  /** @test */\n  public function it_adds(): void {}\n  #[Test]\n  public function adds(): void {}\n  #[\\PHPUnit\\Framework\\Attributes\\Test, Group('x')]\n  public function more(): void {}\n  private function testNot(): void {}\n  public function helper(): void {}\n  function testLater() { $this->markTestSkipped('later'); }\n  function testMaybe() { if (x()) { $this->markTestSkipped('x'); } }\n}\nabstract class BaseTest extends TestCase { function testX() {} }\nclass Plain { function testY() {} }\n";

    #[test]
    fn tests_are_found_by_name_comment_and_attribute() {
        let outline = of(&Unit::default(), "tests/CalcTest.php", TESTS);
        let found = outline.tests.iter().map(|test| {
            let name = test
                .id
                .name
                .trim_start_matches("tests/CalcTest.php::App\\Tests\\CalcTest::");
            (name, test.muted)
        });
        let owed = [
            ("testAdd", false),
            ("it_adds", false),
            ("adds", false),
            ("more", false),
            ("testLater", true),
            ("testMaybe", false),
        ];
        assert_eq!(found.collect::<Vec<_>>(), owed);
        assert!(outline.functions.is_empty());
    }

    #[test]
    fn functions_and_names_are_those_that_others_can_use() {
        let text = "<?php\nnamespace App\\Shop;\nclass Calc {\n  const LIMIT = 1;\n  private $sum;\n  public function __construct(private int $base, $more = 1) {}\n  public static function add(int $a, ...$rest) { return new class { function inner() {} }; }\n}\nenum Suit { case Hearts; function label() {} }\nfunction helper() {}\n";
        let outline = of(&Unit::default(), "src/Calc.php", text);
        let functions: Vec<&str> = outline
            .functions
            .iter()
            .map(|each| each.name.as_str())
            .collect();
        assert_eq!(
            functions,
            ["Calc::__construct", "Calc::add", "Suit::label", "helper"]
        );
        for name in [
            "App", "Shop", "Calc", "LIMIT", "sum", "base", "more", "add", "a", "rest", "Suit",
            "Hearts", "helper",
        ] {
            assert!(outline.names.contains(name), "{name}: {:?}", outline.names);
        }
    }

    #[test]
    fn a_comment_is_no_code_and_a_title_no_body() {
        let code = |text: &str| of(&Unit::default(), "src/a.php", text).code;
        assert_eq!(
            code("<?php\n// why\nfunction f() { return 1; }\n"),
            code("<?php function f(){return 1;} # x\n")
        );
        assert_ne!(
            code("<?php function f() { return 1; }"),
            code("<?php function f() { return 2; }")
        );
        let body_of = |text: &str| {
            let outline = of(&Unit::default(), "tests/CalcTest.php", text);
            outline.tests[0].body.clone()
        };
        let body = |name: &str| body_of(&TESTS.replace("testAdd", name));
        assert_eq!(body("testAdd"), body("testSum"));
        let grouped = "/** Adds.\n   * @group slow\n   */\n  public function testAdd";
        assert_ne!(
            body("testAdd"),
            body_of(&TESTS.replace("public function testAdd", grouped))
        );
        let told = "/** Adds. */\n  public function testAdd";
        assert_eq!(
            body("testAdd"),
            body_of(&TESTS.replace("public function testAdd", told))
        );
    }
}
