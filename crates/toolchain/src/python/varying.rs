//! Finds the test files of Python whose tests can be others although their text is the same.

use super::{command, surface, syntax};
use crate::{Files, Unit};
use tree_sitter::Node;

/// Words of a file that makes tests while it is imported or collected.
const MAKES: [&str; 6] = [
    "pytest_generate_tests",
    "globals()[",
    "globals().update",
    "setattr(",
    "vars()[",
    "locals()[",
];

/// The unit's test files whose tests can be others. A conftest.py that makes tests makes those of
/// all files below it.
pub(super) fn files(unit: &Unit, files: &dyn Files) -> Vec<String> {
    let inner = unit.marks.get(command::INNER).map_or("", String::as_str);
    let is_own = |path: &&String| {
        let elsewhere = |dir: &str| {
            path.strip_prefix(dir)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        path.ends_with(".py") && unit.inside(path).is_some() && !inner.lines().any(elsewhere)
    };
    let own: Vec<&String> = files.paths().iter().filter(is_own).collect();
    let varies = |path: &str| files.text(path).is_some_and(|text| varies(&text));
    let is_conftest = |path: &str| path.rsplit('/').next() == Some("conftest.py");
    let made: Vec<&str> = own
        .iter()
        .filter(|path| is_conftest(path) && varies(path))
        .map(|path| path.trim_end_matches("conftest.py"))
        .collect();
    let tests = own
        .iter()
        .filter(|path| !is_conftest(path) && surface::is_collected(path, unit));
    tests
        .filter(|path| made.iter().any(|dir| path.starts_with(dir)) || varies(path))
        .map(|path| (*path).clone())
        .collect()
}

/// Whether the tests of a file can be others although its text is the same.
fn varies(text: &str) -> bool {
    if MAKES.iter().any(|word| text.contains(word)) {
        return true;
    }
    if !text.contains("parametrize") && !text.contains("params") {
        return false;
    }
    syntax::parse(text).is_some_and(|tree| takes_cases(tree.root_node(), text))
}

/// Whether anything below `node` takes its cases from an expression that is no plain list.
fn takes_cases(node: Node<'_>, text: &str) -> bool {
    cases(node, text).is_some_and(|cases| !is_plain(cases))
        || syntax::children(node)
            .into_iter()
            .any(|child| takes_cases(child, text))
}

/// The cases of `parametrize(names, cases)`, `params=cases` or `argvalues=cases`.
fn cases<'t>(node: Node<'t>, text: &str) -> Option<Node<'t>> {
    let word = |field| {
        let named = node.child_by_field_name(field);
        named.map_or("", |named| syntax::text_of(named, text))
    };
    match node.kind() {
        "keyword_argument" if matches!(word("name"), "params" | "argvalues") => {
            node.child_by_field_name("value")
        }
        "call" if word("function").ends_with("parametrize") => {
            let arguments = node.child_by_field_name("arguments")?;
            let plain = syntax::children(arguments);
            let mut plain = plain
                .into_iter()
                .filter(|each| !matches!(each.kind(), "keyword_argument" | "comment"));
            plain.nth(1)
        }
        _ => None,
    }
}

/// Whether the number of cases stands in the text: a list without another one unpacked into it.
fn is_plain(cases: Node<'_>) -> bool {
    matches!(cases.kind(), "list" | "tuple" | "set")
        && syntax::children(cases)
            .into_iter()
            .all(|each| each.kind() != "list_splat")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_cases_that_the_text_does_not_tell_can_vary() {
        for (text, owed) in [
            (
                "@pytest.mark.parametrize('a', [1, 2])\ndef test_a(a): pass\n",
                false,
            ),
            (
                "@pytest.mark.parametrize('a', [pytest.param(x, id='1'), Color.RED])\ndef test_a(a): pass\n",
                false,
            ),
            (
                "@pytest.mark.parametrize('a', REGISTRY)\ndef test_a(a): pass\n",
                true,
            ),
            (
                "@mark.parametrize('a', [1, *REGISTRY])\ndef test_a(a): pass\n",
                true,
            ),
            (
                "@mark.parametrize('a', sorted(REGISTRY), ids=str)\nclass TestA: pass\n",
                true,
            ),
            (
                "@mark.parametrize(argnames='a', argvalues=[x for x in Y])\ndef test_a(a): pass\n",
                true,
            ),
            (
                "@pytest.fixture(params=NAMES)\ndef name(request): pass\n",
                true,
            ),
            (
                "@pytest.fixture(params=['a', 'b'])\ndef name(request): pass\n",
                false,
            ),
            (
                "for name in NAMES:\n    globals()['test_' + name] = make(name)\n",
                true,
            ),
            ("def test_params():\n    assert params == 3\n", false),
        ] {
            assert_eq!(varies(text), owed, "{text}");
        }
    }
}
