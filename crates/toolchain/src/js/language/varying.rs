//! Tells whether a file can make other tests although its text is the same.

use super::calls::{Call, Makers};
use super::syntax::{Step, children, field_text, is_function, parse, text_of, walk};
use tree_sitter::Node;

/// Whether the number of tests in the file is told by something else than its text: a table that
/// it imports, a loop over a registry, a helper that makes tests.
pub(crate) fn varies(path: &str, text: &str) -> bool {
    let Some(tree) = parse(path, text) else {
        return false;
    };
    let root = tree.root_node();
    let makers = Makers::of(root, text);
    let mut found = false;
    walk(root, |node| {
        if found {
            return Step::Skip;
        }
        if let Some(call) = makers.call(node, &[], text) {
            let around = Around {
                root,
                makers: &makers,
                text,
            };
            found = around.takes_rows(&call) || around.is_repeated(&call);
        }
        Step::Enter
    });
    found
}

/// What a call that makes tests stands in.
struct Around<'t, 'm> {
    root: Node<'t>,
    makers: &'m Makers,
    text: &'m str,
}

impl<'t> Around<'t, '_> {
    /// Whether it makes a test for each row of a table that the text does not spell out.
    fn takes_rows(&self, call: &Call<'t>) -> bool {
        let table = |arguments: &Node<'t>| match arguments.kind() {
            "arguments" => children(*arguments).first().copied(),
            _ => None,
        };
        call.repeated
            && call
                .tables
                .iter()
                .filter_map(table)
                .any(|rows| !self.is_spelled(rows))
    }

    /// Whether anything around it can make it more or less often.
    fn is_repeated(&self, call: &Call<'t>) -> bool {
        let mut inner = call.node;
        while let Some(outer) = inner.parent() {
            let repeats = match outer.kind() {
                "for_statement" | "while_statement" | "do_statement" => true,
                "for_in_statement" => {
                    let of = outer.child_by_field_name("right");
                    of.is_none_or(|rows| !self.is_spelled(rows))
                }
                _ if is_function(outer) => return self.runs_often(outer),
                _ => false,
            };
            if repeats {
                return true;
            }
            inner = outer;
        }
        false
    }

    /// Whether a function that makes tests may run more or less often than its text stands there:
    /// handed to a call that makes none (`rows.forEach(..)`), or to be called by name.
    fn runs_often(&self, function: Node<'t>) -> bool {
        let call = function
            .parent()
            .filter(|parent| parent.kind() == "arguments");
        let Some(call) = call.and_then(|arguments| arguments.parent()) else {
            return true;
        };
        if let Some(outer) = self.makers.call(call, &[], self.text) {
            return self.takes_rows(&outer) || self.is_repeated(&outer);
        }
        let rows = call
            .child_by_field_name("function")
            .and_then(|callee| callee.child_by_field_name("object"));
        rows.is_none_or(|rows| !self.is_spelled(rows))
            || call.parent().is_some_and(|_| self.is_repeated_call(call))
    }

    fn is_repeated_call(&self, node: Node<'t>) -> bool {
        let call = Call {
            node,
            makes: super::calls::Makes::Suite,
            marks: Vec::new(),
            tables: Vec::new(),
            repeated: false,
            arguments: Vec::new(),
        };
        self.is_repeated(&call)
    }

    /// Whether the number of rows stands in the text: a list without another one spread into it,
    /// or the name of such a list in the same file.
    fn is_spelled(&self, rows: Node<'t>) -> bool {
        match rows.kind() {
            "array" => children(rows)
                .iter()
                .all(|row| row.kind() != "spread_element"),
            "parenthesized_expression" | "as_expression" | "satisfies_expression" => children(rows)
                .first()
                .is_some_and(|inner| self.is_spelled(*inner)),
            "identifier" => self.list_named(text_of(rows, self.text)),
            _ => false,
        }
    }

    fn list_named(&self, name: &str) -> bool {
        let constant = |statement: &Node<'t>| {
            statement.kind() == "lexical_declaration"
                && text_of(*statement, self.text).starts_with("const")
        };
        let statements = children(self.root);
        let mut declared = statements
            .iter()
            .filter(|statement| constant(statement))
            .flat_map(|statement| children(*statement));
        let value = declared
            .find(|each| field_text(*each, "name", self.text) == name)
            .and_then(|each| each.child_by_field_name("value"));
        value.is_some_and(|value| value.kind() != "identifier" && self.is_spelled(value))
    }
}

#[cfg(test)]
mod tests {
    use super::varies;

    #[test]
    fn a_number_of_tests_that_the_text_does_not_tell_can_vary() {
        for (text, owed) in [
            ("test('a', () => {});", false),
            (
                "describe('a', () => { it('b', () => { for (;;) { check(); } }); });",
                false,
            ),
            ("it.each([[1, 2], [3, 4]])('adds %i', () => {});", false),
            ("it.each`a | b\n${1} | ${2}`('adds $a', () => {});", false),
            ("it.each(ROWS)('adds %i', () => {});", true),
            (
                "const ROWS = [1, 2];\nit.each(ROWS)('adds %i', () => {});",
                false,
            ),
            (
                "const ROWS = [...more, 2];\nit.each(ROWS)('adds %i', () => {});",
                true,
            ),
            (
                "const ROWS = load();\nit.each(ROWS)('adds %i', () => {});",
                true,
            ),
            (
                "describe.each(Object.keys(formats))('%s', () => { it('is', () => {}); });",
                true,
            ),
            ("for (const name of NAMES) { test(name, () => {}); }", true),
            (
                "for (const name of ['a', 'b']) { test(name, () => {}); }",
                false,
            ),
            (
                "for (let i = 0; i < count; i++) test(`no ${i}`, () => {});",
                true,
            ),
            (
                "describe('x', () => { Object.keys(formats).forEach((name) => { it(name, () => {}); }); });",
                true,
            ),
            (
                "['a', 'b'].forEach((name) => { it(name, () => {}); });",
                false,
            ),
            (
                "for (const x of XS) { ['a', 'b'].forEach((name) => { it(name + x, () => {}); }); }",
                true,
            ),
            (
                "for (const x of XS) { describe(x, () => { it('is', () => {}); }); }",
                true,
            ),
            (
                "function check(name) { it(name, () => {}); }\ncheck('a');",
                true,
            ),
        ] {
            assert_eq!(varies("a.test.ts", text), owed, "{text}");
        }
    }
}
