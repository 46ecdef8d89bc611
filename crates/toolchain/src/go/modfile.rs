//! Reads go.mod and go.work: the module's path and the modules of a workspace.

use super::place::{join, parent};
use crate::unit::Files;

/// The module path that a go.mod declares.
pub(super) fn module_path(text: &str) -> Option<String> {
    let path = directives(text, "module").into_iter().next()?;
    (!path.is_empty()).then_some(path)
}

/// The directories that the go.work at `path` uses, from the repository's root.
pub(super) fn used(files: &dyn Files, path: &str) -> Vec<String> {
    let text = files.text(path).unwrap_or_default();
    let dir = parent(path);
    let uses = directives(&text, "use").into_iter();
    uses.map(|used| join(dir, &used)).collect()
}

/// The first words behind each `name`, alone or in a list in parentheses.
fn directives(text: &str, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_open = false;
    for line in text.lines() {
        let line = line.split("//").next().unwrap_or(line).trim();
        let rest = line.strip_prefix(name);
        let rest = rest.filter(|rest| rest.starts_with([' ', '\t', '(']));
        if is_open && line == ")" {
            is_open = false;
        } else if is_open {
            found.extend(word(line));
        } else if let Some(rest) = rest.map(str::trim) {
            if rest == "(" {
                is_open = true;
            } else {
                found.extend(word(rest));
            }
        }
    }
    found
}

fn word(text: &str) -> Option<String> {
    let word = text.split_whitespace().next()?;
    Some(word.trim_matches(['"', '`']).to_owned())
}

/// The part of a module's path that its packages go by: `shop` of `example.com/shop/v2`.
pub(super) fn base_name(path: &str) -> &str {
    let is_version = |part: &str| {
        let digits = part.strip_prefix('v').unwrap_or_default();
        !digits.is_empty() && digits.chars().all(|letter| letter.is_ascii_digit())
    };
    let mut parts = path.rsplit('/').filter(|part| !is_version(part));
    parts.next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_line_is_found_in_all_its_forms() {
        for text in [
            "// a comment\nmodule example.com/shop/v2 // deprecated\n\ngo 1.21\n",
            "module \"example.com/shop/v2\"\n",
            "module (\n\texample.com/shop/v2\n)\n",
        ] {
            assert_eq!(module_path(text).as_deref(), Some("example.com/shop/v2"));
        }
        assert_eq!(module_path("modules x\n"), None);
        assert_eq!(base_name("example.com/shop/v2"), "shop");
        assert_eq!(base_name("calc"), "calc");
    }

    #[test]
    fn every_use_is_listed() {
        let text = "go 1.21\n\nuse ./tools\nuse (\n\t./a // first\n\t\"./b\"\n)\n";
        assert_eq!(directives(text, "use"), ["./tools", "./a", "./b"]);
    }
}
