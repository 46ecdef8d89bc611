//! Says which names a source file defines and which it uses, for a map of many files.
//!
//! Twice: [`names`] is quick and roughly right, so that thousands of files can be weighed;
//! [`definitions`] reads the syntax tree, for the few that are shown.

mod grammar;
mod scan;

pub use scan::{Names, names};

use crate::language;
use grammar::Grammar;
use tree_sitter::{Node, Parser, Tree};

/// Letters shown of a definition.
const LONGEST: usize = 120;

/// A definition as a map shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The defined name.
    pub name: String,
    /// Its line, from 1.
    pub line: usize,
    /// How many definitions it stands in.
    pub depth: usize,
    /// What is defined, without its body: `pub fn open(key: &Key) -> Door`.
    pub text: String,
}

/// The definitions of the file at `path` in the order of the text, those inside of functions left
/// out; nothing where its language has no map.
pub fn definitions(path: &str, text: &str) -> Option<Vec<Definition>> {
    let grammar = Grammar::of(language(path)?.name())?;
    let tree = parse(path, text, grammar)?;
    let mut walk = Walk {
        text,
        grammar,
        found: Vec::new(),
    };
    walk.below(tree.root_node(), 0);
    Some(walk.found)
}

fn parse(path: &str, text: &str, grammar: &Grammar) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(&(grammar.language)(path)).ok()?;
    parser.parse(text, None)
}

struct Walk<'t> {
    text: &'t str,
    grammar: &'static Grammar,
    found: Vec<Definition>,
}

impl Walk<'_> {
    fn below(&mut self, node: Node<'_>, depth: usize) {
        let mut cursor = node.walk();
        let children: Vec<Node<'_>> = node.named_children(&mut cursor).collect();
        for child in children {
            let kind = child.kind();
            if let Some(rule) = self.grammar.rules.iter().find(|rule| rule.kind == kind) {
                self.define(child, rule, depth);
            } else if self.grammar.passed.contains(&kind) {
                self.below(child, depth);
            }
        }
    }

    fn define(&mut self, node: Node<'_>, rule: &grammar::Rule, depth: usize) {
        let Some(name) = node.child_by_field_name(rule.name) else {
            return;
        };
        let body = node.child_by_field_name("body").or_else(|| {
            let value = node.child_by_field_name("value")?;
            value.child_by_field_name("body").or(Some(value))
        });
        let name = self.text.get(name.byte_range()).unwrap_or_default();
        self.found.push(Definition {
            name: name.to_owned(),
            line: node.start_position().row + 1,
            depth,
            text: self.head(node, body),
        });
        // Tests inside of a file are no part of what it offers.
        if rule.opens && name != "tests" {
            let inner = node.child_by_field_name("body").unwrap_or(node);
            self.below(inner, depth + 1);
        }
    }

    /// The text of `node` before `body`, in one line.
    fn head(&self, node: Node<'_>, body: Option<Node<'_>>) -> String {
        let end = body.map_or(node.end_byte(), |body| body.start_byte());
        let text = self.text.get(node.start_byte()..end).unwrap_or_default();
        // What has no field for its body begins it with a brace.
        let text = match (body, text.split_once('{')) {
            (None, Some((head, _))) => head,
            (Some(_), _) | (None, None) => text,
        };
        let words: Vec<&str> = text.split_whitespace().collect();
        let line = words.join(" ");
        let line = line.trim_end_matches(['{', ':', '=', '>', ';', ' ']);
        // An arrow at the end belongs to the body, a closing angle bracket to a type.
        let line = if text.trim_end().ends_with('>') && !text.trim_end().ends_with("=>") {
            words.join(" ")
        } else {
            line.to_owned()
        };
        line.chars().take(LONGEST).collect()
    }
}

#[cfg(test)]
mod tests;
