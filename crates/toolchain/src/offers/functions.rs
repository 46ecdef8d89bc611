//! Finds functions that others can call, and whether the source describes them.

use crate::language::{Language, Outline};
use redgreen_core::change::FunctionItem;
use redgreen_core::documents::{Offer, Sort};

/// Every public function of `outline`.
pub(super) fn offers(
    language: &dyn Language,
    outline: &Outline,
    path: &str,
    text: &str,
) -> Vec<Offer> {
    let lines: Vec<&str> = text.lines().collect();
    let name = language.name();
    let public = outline
        .functions
        .iter()
        .filter(|item| is_public(name, item, &lines, outline));
    public
        .map(|item| Offer {
            sort: Sort::Function,
            name: item.name.clone(),
            path: path.to_owned(),
            line: item.lines.first,
            shape: shape(&own(item, &lines)),
            described: is_described(name, item, &lines),
        })
        .collect()
}

/// The lines of a function.
fn own<'t>(item: &FunctionItem, lines: &[&'t str]) -> Vec<&'t str> {
    let first = usize::try_from(item.lines.first).unwrap_or(1).max(1) - 1;
    let last = usize::try_from(item.lines.last).unwrap_or(first);
    lines
        .get(first..last.min(lines.len()))
        .unwrap_or_default()
        .to_vec()
}

fn is_public(language: &str, item: &FunctionItem, lines: &[&str], outline: &Outline) -> bool {
    let own = own(item, lines);
    let last = item.name.rsplit(['.', ':', '#']).next().unwrap_or_default();
    let head = |word: &str| own.iter().take(12).any(|line| starts_with(line, word));
    match language {
        "rust" => own
            .iter()
            .map(|line| line.trim_start())
            .find(|line| line.contains("fn "))
            .is_some_and(|line| line.starts_with("pub ")),
        "python" => {
            let in_private_module = item
                .path
                .split('/')
                .any(|part| part.starts_with('_') && !part.starts_with("__") || part == "tests");
            !in_private_module && !item.name.split('.').any(|part| part.starts_with('_'))
        }
        "go" => {
            let is_main = lines.iter().any(|line| line.trim() == "package main");
            let parts = item.name.split('.');
            !is_main
                && parts
                    .clone()
                    .all(|part| part.starts_with(char::is_uppercase))
        }
        "java" => head("public"),
        "javascript" | "typescript" => head("export") || outline.exported.contains(last),
        _ => false,
    }
}

fn starts_with(line: &str, word: &str) -> bool {
    let rest = line.trim_start().strip_prefix(word);
    rest.is_some_and(|rest| rest.starts_with(' '))
}

/// The parameters, white space squeezed; what the body does is no part of it.
fn shape(own: &[&str]) -> String {
    let text = own.join(" ");
    // Behind decorators and attributes, which have brackets of their own.
    let start = ["fn ", "def ", "func ", "function "]
        .iter()
        .filter_map(|word| text.find(word))
        .min()
        .unwrap_or_default();
    let text = text.get(start..).unwrap_or_default();
    // A method of Go has its receiver first.
    let open = match text.strip_prefix("func (") {
        Some(rest) => {
            let behind = rest.find(')').unwrap_or_default() + 6;
            behind
                + text
                    .get(behind..)
                    .and_then(|t| t.find('('))
                    .unwrap_or_default()
        }
        None => match text.find('(') {
            Some(open) => open,
            None => return String::new(),
        },
    };
    let mut depth = 0_usize;
    for (at, c) in text.char_indices().skip_while(|(at, _)| *at < open) {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    let inner = text.get(open + 1..at).unwrap_or_default();
                    let words: Vec<&str> = inner.split_whitespace().collect();
                    return words.join(" ").trim_end_matches(',').to_owned();
                }
            }
            _ => {}
        }
    }
    String::new()
}

fn is_described(language: &str, item: &FunctionItem, lines: &[&str]) -> bool {
    if language == "python" {
        let own = own(item, lines);
        let colon = own.iter().position(|line| line.trim_end().ends_with(':'));
        let first = colon.and_then(|at| own.get(at + 1));
        return first.is_some_and(|line| {
            let line = line.trim_start().trim_start_matches(['r', 'R', 'b', 'f']);
            line.starts_with(['"', '\''])
        });
    }
    let first = usize::try_from(item.lines.first).unwrap_or(1).max(1) - 1;
    let inside = own(item, lines);
    let leads = inside.iter().take_while(is_lead);
    let above = lines.get(..first).unwrap_or_default();
    let before = above.iter().rev().take_while(is_lead);
    leads.chain(before).any(|line| {
        let line = line.trim_start();
        match language {
            "go" => line.starts_with("//"),
            "rust" => line.starts_with("///") || line.starts_with("#[doc"),
            _ => line.starts_with("/**") || line.starts_with("*/") || line.starts_with("///"),
        }
    })
}

/// Whether a line leads a definition: a comment, an attribute or a decorator.
fn is_lead(line: &&&str) -> bool {
    let line = line.trim_start();
    ["//", "/*", "*", "#[", "@", "export"]
        .iter()
        .any(|mark| line.starts_with(mark))
        && !line.contains("function")
}
