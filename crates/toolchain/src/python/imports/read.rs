//! Reads what one file of Python imports, and what it names that something else may import.

use super::super::syntax::{children, parse, text_of};
use std::collections::BTreeSet;
use tree_sitter::Node;

/// Functions that import what they are given: a literal is a name like any other, anything else
/// may be every module.
const IMPORTING: [&str; 22] = [
    "__import__",
    "attach_stub",
    "entry_points",
    "exec_module",
    "find_spec",
    "get_loader",
    "import_from_string",
    "import_module",
    "import_object",
    "import_path",
    "import_string",
    "importorskip",
    "iter_entry_points",
    "iter_importers",
    "iter_modules",
    "load_entry_point",
    "load_module",
    "load_source",
    "resolve_name",
    "run_module",
    "run_path",
    "walk_packages",
];

/// Functions that run text: what the text imports is in the file's own strings.
const RUNNING: [&str; 3] = ["exec", "execfile", "eval"];

/// A module that a statement names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Named {
    /// How many directories up it starts, one being the file's own; 0 is a search path's.
    pub(super) level: usize,
    /// Its dotted name, empty where the dots say it all.
    pub(super) module: String,
    /// What is taken out of it; `*` is everything.
    pub(super) member: Option<String>,
}

/// What a file imports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Imported {
    /// By its import statements, and by what may be names of modules: strings, and attributes
    /// of attributes.
    pub(super) named: BTreeSet<Named>,
    /// Words by which it may come by a module that somebody else has loaded, or loads for it:
    /// attributes, and the words of strings that are names, paths or programs.
    pub(super) words: BTreeSet<String>,
    /// Whether it may import a module that it does not name.
    pub(super) is_open: bool,
    /// Whether it changes where modules are looked for.
    pub(super) moves_path: bool,
}

/// What the file of this text imports.
pub(super) fn imported(text: &str) -> Imported {
    let Some(tree) = parse(text) else {
        return Imported {
            is_open: true,
            ..Imported::default()
        };
    };
    let mut reader = Reader {
        text,
        found: Imported {
            is_open: tree.root_node().has_error(),
            ..Imported::default()
        },
        runs_text: false,
        holds_program: false,
    };
    reader.visit(tree.root_node());
    reader.found.is_open |= reader.runs_text && reader.holds_program;
    reader.found
}

struct Reader<'s> {
    text: &'s str,
    found: Imported,
    runs_text: bool,
    holds_program: bool,
}

impl Reader<'_> {
    fn visit(&mut self, node: Node<'_>) {
        match node.kind() {
            "import_statement" => self.import(node),
            "import_from_statement" | "future_import_statement" => self.from(node),
            "call" => self.call(node),
            "attribute" => self.attribute(node),
            "string" => self.string(node),
            _ => {}
        }
        for child in children(node) {
            self.visit(child);
        }
    }

    fn import(&mut self, node: Node<'_>) {
        for child in children(node) {
            let module = self.name_of(child);
            self.found.named.insert(Named {
                level: 0,
                module,
                member: None,
            });
        }
    }

    /// A dotted name without the name that it gets here.
    fn name_of(&self, node: Node<'_>) -> String {
        let bare = node.child_by_field_name("name").unwrap_or(node);
        let text = text_of(bare, self.text);
        text.chars().filter(|c| !c.is_whitespace()).collect()
    }

    fn from(&mut self, node: Node<'_>) {
        let Some(module) = node.child_by_field_name("module_name") else {
            return;
        };
        let whole = self.name_of(module);
        let name = whole.trim_start_matches('.');
        let level = whole.len() - name.len();
        let mut cursor = node.walk();
        let members: Vec<Node<'_>> = node.children_by_field_name("name", &mut cursor).collect();
        let mut add = |member: Option<String>| {
            self.found.named.insert(Named {
                level,
                module: name.to_owned(),
                member,
            })
        };
        if members.is_empty() {
            add(Some("*".to_owned()));
        }
        for member in members {
            let bare = member.child_by_field_name("name").unwrap_or(member);
            add(Some(text_of(bare, self.text).to_owned()));
        }
    }

    fn call(&mut self, node: Node<'_>) {
        let function = node.child_by_field_name("function");
        let name = function.map_or("", |function| text_of(function, self.text));
        let last = name.rsplit('.').next().unwrap_or_default().trim();
        self.runs_text |= RUNNING.contains(&last);
        if IMPORTING.contains(&last) {
            let given = node.child_by_field_name("arguments").map(children);
            let given = given.unwrap_or_default();
            let is_plain = |node: &Node<'_>| match node.kind() {
                "string" => !children(*node)
                    .iter()
                    .any(|part| part.kind() == "interpolation"),
                "keyword_argument" | "integer" | "none" | "true" | "false" => true,
                _ => text_of(*node, self.text) == "__name__",
            };
            let starts_with_text = given.first().is_some_and(|node| node.kind() == "string");
            self.found.is_open |= !starts_with_text || !given.iter().all(is_plain);
        }
    }

    fn attribute(&mut self, node: Node<'_>) {
        let whole = text_of(node, self.text);
        let is_inner = node
            .parent()
            .is_some_and(|above| above.kind() == "attribute");
        if !is_inner && is_dotted(whole) {
            self.name(0, whole);
        }
        if let Some(name) = node.child_by_field_name("attribute") {
            self.found.words.insert(text_of(name, self.text).to_owned());
        }
        self.found.moves_path |= whole == "sys.path";
    }

    fn name(&mut self, level: usize, module: &str) {
        self.found.named.insert(Named {
            level,
            module: module.to_owned(),
            member: None,
        });
    }

    fn string(&mut self, node: Node<'_>) {
        let text = text_of(node, self.text);
        let holds_program = text.contains("import");
        self.holds_program |= holds_program;
        if holds_program {
            let starts = |line: &&str| line.starts_with("import ") || line.starts_with("from ");
            let split = |c: char| ['\n', ';', '"', '\''].contains(&c);
            for line in text.split(split).map(str::trim).filter(starts) {
                self.found.named.extend(imported(line).named);
            }
        }
        if holds_program || !text.contains(char::is_whitespace) {
            let is_mark = |c: char| !c.is_alphanumeric() && c != '_';
            let words = text.split(is_mark).filter(|word| !word.is_empty());
            self.found.words.extend(words.map(str::to_owned));
            let is_mark = |c: char| is_mark(c) && c != '.';
            for name in text.split(is_mark) {
                let bare = name.trim_start_matches('.');
                if is_dotted(bare) {
                    self.name(name.len() - bare.len(), bare);
                }
            }
        }
    }
}

/// Whether the text is a name, or names with dots between them.
fn is_dotted(text: &str) -> bool {
    let is_name = |part: &str| {
        part.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    text.split('.').all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(level: usize, module: &str, member: Option<&str>) -> Named {
        Named {
            level,
            module: module.to_owned(),
            member: member.map(str::to_owned),
        }
    }

    #[test]
    fn every_form_of_import_is_read_where_ever_it_stands() {
        let text = "import a.b as c, d\nfrom . import e\nfrom ..f.g import (h as i, j)\n\
                    def k():\n    from l import *\nif m:\n    import n\n";
        let mut found = imported(text).named;
        found.retain(|name| name.module != "m");
        let expected = [
            named(0, "a.b", None),
            named(0, "d", None),
            named(1, "", Some("e")),
            named(2, "f.g", Some("h")),
            named(2, "f.g", Some("j")),
            named(0, "l", Some("*")),
            named(0, "n", None),
        ];
        assert_eq!(found, expected.into());
    }

    #[test]
    fn what_is_named_elsewhere_counts_as_named() {
        let text = "x = p.attr\npatch('pkg.mod.f')\n'a word of prose'\ncode = 'import inside'\n";
        let words = imported(text).words;
        for word in ["attr", "pkg", "mod", "inside"] {
            assert!(words.contains(word), "{word} in {words:?}");
        }
        assert!(!words.contains("prose"));
        let found = imported("x = 'pkg.mod.f'\ny = '.near'\nz = '''\n  from a import b\n'''\n");
        for name in [
            named(0, "pkg.mod.f", None),
            named(1, "near", None),
            named(0, "a", Some("b")),
        ] {
            assert!(found.named.contains(&name), "{name:?} in {:?}", found.named);
        }
    }

    #[test]
    fn an_import_of_what_no_text_names_is_open() {
        for open in [
            "import_module(name)",
            "importlib.import_module(f'pkg.{name}')",
            "__import__(a + b)",
            "pkgutil.walk_packages(path)",
            "exec('import ' + name)",
            "def f(:",
        ] {
            assert!(imported(open).is_open, "{open}");
        }
        for closed in [
            "import_module('pkg.a')",
            "importlib.import_module('.a', __name__)",
            "pytest.importorskip('numpy', reason='no')",
            "eval('1 + 1')",
            "exec(text)",
        ] {
            assert!(!imported(closed).is_open, "{closed}");
        }
        assert!(imported("import sys\nsys.path.insert(0, x)\n").moves_path);
    }
}
