//! Lists tests, functions and names of a Ruby file, as its text shows them.

use super::{examples, names, stub, surface, syntax};
use crate::shape::lines;
use crate::{Outline, Unit};
use redgreen_core::change::FunctionItem;
use redgreen_core::surface::Surface;
use std::collections::BTreeMap;
use tree_sitter::Node;

/// What the file at `path` holds. Test files have tests and production files functions.
pub(super) fn of(unit: &Unit, path: &str, text: &str) -> Outline {
    let Some(tree) = syntax::parse(text) else {
        return Outline::default();
    };
    let root = tree.root_node();
    let mut outline = Outline::default();
    match surface::of(path) {
        // A helper among the specs is test surface, yet RSpec takes no test from it.
        Surface::Test if surface::is_spec(path) => {
            outline.tests = examples::of(root, unit, path, text);
        }
        Surface::Production => {
            outline.functions = functions(root, path, text);
            outline.names = names::of(root, text);
            outline.names.extend(names::modules(unit, path));
            outline.code = Some(syntax::shape(text).of(&[root], &[]));
        }
        Surface::Test
        | Surface::Fixture
        | Surface::RunnerConfig
        | Surface::Manifest
        | Surface::Docs => {}
    }
    outline
}

/// The methods. A second definition of one name replaces the first, here as in Ruby.
fn functions(root: Node<'_>, path: &str, text: &str) -> Vec<FunctionItem> {
    let mut items: Vec<FunctionItem> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for def in syntax::methods(root, text) {
        let item = FunctionItem {
            name: def.name.clone(),
            path: path.to_owned(),
            lines: lines(def.whole, def.whole),
            body: syntax::shape(text).of(&[def.whole], &[]),
            stubbable: stub::takes_stub(&def),
        };
        match known.get(&def.name) {
            Some(at) => items[*at] = item,
            None => {
                known.insert(def.name, items.len());
                items.push(item);
            }
        }
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tests(text: &str) -> Vec<(String, bool)> {
        let outline = of(&Unit::default(), "spec/a_spec.rb", text);
        let name = |name: String| name.trim_start_matches("spec/a_spec.rb::").to_owned();
        outline
            .tests
            .into_iter()
            .map(|test| (name(test.id.name), test.muted))
            .collect()
    }

    #[test]
    fn every_mark_that_silences_an_example_is_seen() {
        let silent = [
            "describe(X) { xit('a') { y } }",
            "describe(X) { it('a') }",
            "describe(X) { it('a', :skip) { y } }",
            "describe(X) { it('a', skip: 'why') { y } }",
            "describe(X) { pending('a') { y } }",
            "describe(X) { fit('a') { y } }",
            "describe(X) { it('a') { skip; y } }",
            "describe(X) { it('a') { pending 'why'; y } }",
            "xdescribe(X) { it('a') { y } }",
            "fdescribe(X) { it('a') { y } }",
            "RSpec.describe(X, :skip) { it('a') { y } }",
            "describe(X) { before { skip 'why' }; it('a') { y } }",
        ];
        for text in silent {
            assert_eq!(tests(text), [("X::\"a\"".to_owned(), true)], "{text}");
        }
        let loud = [
            "describe(X) { it('a') { y } }",
            "feature(X) { scenario('a') { y } }",
            "describe(X) { it('a', skip: false) { y } }",
            "describe(X) { it('a') { skip if z; y } }",
            "describe(X) { it('a', &shared) }",
        ];
        for text in loud {
            assert_eq!(tests(text), [("X::\"a\"".to_owned(), false)], "{text}");
        }
    }

    #[test]
    fn deep_nesting_costs_no_stack() {
        let deep = format!(
            "def x\n{}1{}\nend\n",
            "(".repeat(20_000),
            ")".repeat(20_000)
        );
        let outline = of(&Unit::default(), "lib/a.rb", &deep);
        assert!(outline.code.is_some());
    }

    #[test]
    fn methods_carry_their_classes() {
        let text = "module M\n  class A::B < C\n    def x; end\n    def self.y(a) = a\n    class << self\n      def z\n        1\n      end\n    end\n  end\n  define_method(:w) { 1 }\nend\ndef top(a, b: 1, *c)\nend\n";
        let outline = of(&Unit::default(), "lib/shop/order_line.rb", text);
        let names: Vec<&str> = outline
            .functions
            .iter()
            .map(|each| each.name.as_str())
            .collect();
        assert_eq!(names, ["M::A::B#x", "M::A::B.y", "M::A::B.z", "M#w", "top"]);
        assert!(outline.functions.iter().all(|each| each.stubbable));
        for name in [
            "M",
            "A::B",
            "B",
            "x",
            "y",
            "a",
            "b",
            "c",
            "w",
            "shop/order_line",
            "OrderLine",
        ] {
            assert!(outline.names.contains(name), "{name}: {:?}", outline.names);
        }
    }

    #[test]
    fn a_comment_is_no_code_unless_ruby_reads_it() {
        let code = |text: &str| of(&Unit::default(), "lib/a.rb", text).code;
        let plain = code("def x\n  1\nend\n");
        assert_eq!(code("# why\ndef x # so\n\n  1\nend\n"), plain);
        assert_ne!(
            code("# frozen_string_literal: true\ndef x\n  1\nend\n"),
            plain
        );
        assert_ne!(code("def x\n  2\nend\n"), plain);
    }

    #[test]
    fn a_body_is_the_same_under_another_title_or_layout() {
        let body = |text: &str| {
            let outline = of(&Unit::default(), "spec/a_spec.rb", text);
            outline.tests[0].body.clone()
        };
        let first = body("describe X do\n  it 'a' do\n    expect(f).to eq(1)\n  end\nend\n");
        assert_eq!(
            body("describe Y do\n  it 'b' do\n    # why\n    expect(f).to eq(1)\n  end\nend\n"),
            first
        );
        assert_ne!(
            body("describe X do\n  it 'a' do\n    expect(f).to eq(2)\n  end\nend\n"),
            first
        );
    }
}
