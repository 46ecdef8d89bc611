//! Puts stubs into methods. Every line keeps its number.

use super::syntax::{self, Def};
use crate::language::STUB;
use crate::shape::line_breaks;
use std::collections::BTreeSet;
use std::ops::Range;

/// The text with the body of each named method replaced by a stub, a `rescue` of its own too.
pub(super) fn stubbed(text: &str, functions: &BTreeSet<String>) -> String {
    let Some(tree) = syntax::parse(text) else {
        return text.to_owned();
    };
    let mut result = text.to_owned();
    for def in syntax::methods(tree.root_node(), text).iter().rev() {
        if functions.contains(&def.name)
            && let Some((bytes, stub)) = replacement(def, text)
        {
            result.replace_range(bytes, &stub);
        }
    }
    result
}

/// Whether a stub can be put into the method.
pub(super) fn takes_stub(def: &Def<'_>) -> bool {
    !def.whole.has_error() && (def.body.is_some() || def.closing.is_some())
}

/// The bytes of a body and what takes their place: the stub, and as many line breaks as there were.
fn replacement(def: &Def<'_>, text: &str) -> Option<(Range<usize>, String)> {
    let stub = format!("raise(\"{STUB}{}\")", def.name.replace('"', "\\\""));
    let Some(closing) = def.closing else {
        let body = def.body?;
        let breaks = line_breaks(text.get(body.byte_range())?);
        return Some((body.byte_range(), stub + &breaks));
    };
    let start = match def.body {
        Some(body) => body.start_byte(),
        // An empty body: nothing but white space, a separator or a comment before the end.
        None => {
            let before = closing.prev_sibling();
            let end = before.map_or(closing.start_byte(), |before| before.end_byte());
            return Some((end..end, format!("; {stub}; ")));
        }
    };
    let bytes = start..closing.start_byte();
    let breaks = line_breaks(text.get(bytes.clone())?);
    let breaks = if breaks.is_empty() {
        "; ".to_owned()
    } else {
        breaks
    };
    Some((bytes, stub + &breaks))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, name: &str, owed: &str) {
        let found = stubbed(text, &[name.to_owned()].into());
        assert_eq!(found, owed);
        assert_eq!(found.lines().count(), text.lines().count());
    }

    #[test]
    fn a_stub_takes_the_place_of_a_body() {
        check(
            "class A\n  def x(a)\n    a + 1\n  rescue E\n    2\n  end\nend\n",
            "A#x",
            "class A\n  def x(a)\n    raise(\"redgreen stub: A#x\")\n\n\nend\nend\n",
        );
        check(
            "def x; 1; end\n",
            "x",
            "def x; raise(\"redgreen stub: x\"); end\n",
        );
        check(
            "def x(a)\nend\n",
            "x",
            "def x(a); raise(\"redgreen stub: x\"); \nend\n",
        );
        check(
            "def x\nend\n",
            "x",
            "def x; raise(\"redgreen stub: x\"); \nend\n",
        );
        check(
            "module M\n  def self.x(a) =\n    a +\n    1\nend\n",
            "M.x",
            "module M\n  def self.x(a) =\n    raise(\"redgreen stub: M.x\")\n\nend\n",
        );
        check(
            "class A\n  class << self\n    private def y?(a) = a\n  end\nend\n",
            "A.y?",
            "class A\n  class << self\n    private def y?(a) = raise(\"redgreen stub: A.y?\")\n  end\nend\n",
        );
        check(
            "define_method(:z) { |a| a }\n",
            "z",
            "define_method(:z) { |a| raise(\"redgreen stub: z\"); }\n",
        );
        check(
            "def x\n  y = <<~T\n    end\n  T\n  y\nend\n",
            "x",
            "def x\n  raise(\"redgreen stub: x\")\n\n\n\nend\n",
        );
    }
}
