//! Reads what one file of Python imports, and what it names that something else may import.

use super::tokens::{Token, tokens};
use std::collections::BTreeSet;

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
    let (all, is_whole) = tokens(text);
    let mut reader = Reader {
        all: &all,
        found: Imported {
            is_open: !is_whole,
            ..Imported::default()
        },
        runs_text: false,
        holds_program: false,
    };
    let mut at = 0;
    while at < all.len() {
        at = reader.visit(at);
    }
    reader.found.is_open |= reader.runs_text && reader.holds_program;
    reader.found
}

struct Reader<'t> {
    all: &'t [Token<'t>],
    found: Imported,
    runs_text: bool,
    holds_program: bool,
}

impl<'t> Reader<'t> {
    fn token(&self, at: usize) -> Option<Token<'t>> {
        self.all.get(at).copied()
    }

    fn before(&self, at: usize) -> Option<Token<'t>> {
        at.checked_sub(1).and_then(|before| self.token(before))
    }

    fn name(&self, at: usize) -> Option<&'t str> {
        match self.token(at)? {
            Token::Name(name) => Some(name),
            Token::Text { .. } | Token::Number | Token::Mark(_) | Token::Line => None,
        }
    }

    fn is_mark(&self, at: usize, mark: char) -> bool {
        self.token(at) == Some(Token::Mark(mark))
    }

    /// Reads what stands at `at`; gives the place behind it.
    fn visit(&mut self, at: usize) -> usize {
        let is_first = match self.before(at) {
            None | Some(Token::Line | Token::Mark(';' | ':')) => true,
            Some(Token::Name(_) | Token::Text { .. } | Token::Number | Token::Mark(_)) => false,
        };
        match self.token(at) {
            Some(Token::Name("import")) if is_first => return self.import(at + 1),
            Some(Token::Name("from")) if is_first => return self.from(at + 1),
            Some(Token::Name(name)) => self.word(at, name),
            Some(Token::Text { whole, .. }) => self.string(whole),
            None | Some(Token::Number | Token::Mark(_) | Token::Line) => {}
        }
        at + 1
    }

    /// A dotted name from `at` on, and the place behind it.
    fn dotted(&self, mut at: usize) -> (String, usize) {
        let mut whole = String::new();
        while let Some(name) = self.name(at) {
            whole.push_str(name);
            at += 1;
            if !self.is_mark(at, '.') || self.name(at + 1).is_none() {
                break;
            }
            whole.push('.');
            at += 1;
        }
        (whole, at)
    }

    /// `import a.b as c, d`.
    fn import(&mut self, mut at: usize) -> usize {
        loop {
            let (module, next) = self.dotted(at);
            if !module.is_empty() {
                self.named(0, &module);
            }
            at = self.behind_alias(next);
            if !self.is_mark(at, ',') {
                return at;
            }
            at += 1;
        }
    }

    /// `from ..a.b import (c as d, e)`, `from a import *`.
    fn from(&mut self, start: usize) -> usize {
        let level = (start..).take_while(|at| self.is_mark(*at, '.')).count();
        let at = start + level;
        let (module, mut at) = match self.name(at) {
            Some("import") => (String::new(), at),
            Some(_) | None => self.dotted(at),
        };
        if self.name(at) != Some("import") {
            return at;
        }
        at += 1;
        at += usize::from(self.is_mark(at, '('));
        loop {
            let member = match self.name(at) {
                Some(name) => name,
                None if self.is_mark(at, '*') => "*",
                None => return at,
            };
            self.found.named.insert(Named {
                level,
                module: module.clone(),
                member: Some(member.to_owned()),
            });
            at = self.behind_alias(at + 1);
            if !self.is_mark(at, ',') {
                return at;
            }
            at += 1;
        }
    }

    fn behind_alias(&self, at: usize) -> usize {
        match self.name(at) {
            Some("as") => at + 2,
            Some(_) | None => at,
        }
    }

    /// A name outside of import statements.
    fn word(&mut self, at: usize, name: &str) {
        if self.is_mark(at.wrapping_sub(1), '.') {
            self.found.words.insert(name.to_owned());
        } else {
            let (whole, _) = self.dotted(at);
            if whole.contains('.') {
                self.named(0, &whole);
            }
            self.found.moves_path |= whole == "sys.path" || whole.starts_with("sys.path.");
        }
        let is_definition = matches!(self.before(at), Some(Token::Name("def" | "class")));
        if self.is_mark(at + 1, '(') && !is_definition {
            self.runs_text |= RUNNING.contains(&name);
            self.found.is_open |= IMPORTING.contains(&name) && !self.is_told(at + 2);
        }
    }

    /// Whether the arguments from `at` on tell what is imported: a text without fields, and
    /// beside it values that are written out.
    fn is_told(&self, mut at: usize) -> bool {
        let is_literal = |at: usize| match self.token(at) {
            Some(Token::Text { has_fields, .. }) => !has_fields,
            Some(Token::Number) => true,
            Some(Token::Name(name)) => ["None", "True", "False", "__name__"].contains(&name),
            None | Some(Token::Mark(_) | Token::Line) => false,
        };
        if !matches!(self.token(at), Some(Token::Text { .. })) {
            return false;
        }
        loop {
            if self.name(at).is_some() && self.is_mark(at + 1, '=') {
                at = self.behind_argument(at + 2);
            } else if is_literal(at) {
                at += 1;
            } else {
                return self.is_mark(at, ')');
            }
            match self.token(at) {
                Some(Token::Mark(',')) => at += 1,
                Some(Token::Mark(')')) => return true,
                _ => return false,
            }
        }
    }

    /// The comma or the bracket behind an argument.
    fn behind_argument(&self, mut at: usize) -> usize {
        let mut depth = 0;
        while let Some(token) = self.token(at) {
            match token {
                Token::Mark('(' | '[' | '{') => depth += 1,
                Token::Mark(',' | ')') if depth == 0 => break,
                Token::Mark(')' | ']' | '}') => depth -= 1,
                Token::Name(_)
                | Token::Text { .. }
                | Token::Number
                | Token::Mark(_)
                | Token::Line => {}
            }
            at += 1;
        }
        at
    }

    fn named(&mut self, level: usize, module: &str) {
        self.found.named.insert(Named {
            level,
            module: module.to_owned(),
            member: None,
        });
    }

    fn string(&mut self, text: &str) {
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
                    self.named(name.len() - bare.len(), bare);
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
