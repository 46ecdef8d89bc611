//! Names tests and places: the directory of a package, then the test; paths from the repository's
//! root.
//!
//! A test is `DIR:TestX`, with the directory from the unit's own and `.` for the unit's own
//! directory, and a case of it is `DIR:TestX/case`. The directory stands there and not the import
//! path, so that a module that gets another path (`/v2`) keeps its tests; a colon can be in no
//! directory of a package, so that the tests of `a` never begin like those of `a.b`.

use crate::ask::Ask;
use redgreen_core::outcome::Location;

/// The start of the names of all tests in `dir`, seen from the unit's directory.
pub(super) fn prefix(dir: &str) -> String {
    let dir = if dir.is_empty() { "." } else { dir };
    format!("{dir}:")
}

/// Directory and test of a name.
pub(super) fn split(name: &str) -> Option<(&str, &str)> {
    let (dir, test) = name.split_once(':')?;
    Some((if dir == "." { "" } else { dir }, test))
}

/// The directory of `path`; empty for the root.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(dir, _)| dir)
}

/// `path` below `dir`, which may be the root; `..` and `.` are worked out.
pub(super) fn join(dir: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in dir.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// A file as the toolchain writes it, seen from the repository's root: absolute, from the unit's
/// directory, or a bare name in the directory `beside` (from the unit's own).
pub(super) fn located(ask: &Ask<'_>, beside: Option<&str>, file: &str, line: u32) -> Location {
    if file.starts_with('/') {
        let tree = ask.tree.to_string_lossy();
        let inside = file
            .strip_prefix(tree.as_ref())
            .and_then(|rest| rest.strip_prefix('/'));
        return Location::new(inside.unwrap_or(file), line);
    }
    let from_unit = match beside {
        Some(dir) if !file.contains('/') => join(dir, file),
        Some(_) | None => file.to_owned(),
    };
    Location::new(join(&ask.unit.dir, &from_unit), line)
}

/// Whether a path, as the toolchain writes it, lies in the tree.
pub(super) fn is_inside(ask: &Ask<'_>, path: &str) -> bool {
    let tree = ask.tree.to_string_lossy();
    path.strip_prefix(tree.as_ref())
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_directory_and_a_test() {
        assert_eq!(prefix(""), ".:");
        assert_eq!(split(".:TestA/b:c"), Some(("", "TestA/b:c")));
        assert_eq!(split("a/b:TestA"), Some(("a/b", "TestA")));
        assert_eq!(split("TestA"), None);
    }

    #[test]
    fn paths_are_worked_out() {
        assert_eq!(join("", "./a/../b.go"), "b.go");
        assert_eq!(join("sub", "../lib/x.go"), "lib/x.go");
        assert_eq!(join("sub", "../../x"), "../x");
    }
}
