//! Tells in which file and line a finding is, for forms that show findings beside lines.

use redgreen_core::finding::Finding;

/// The file that `finding` is about, from the repository's root, with the line, from 1. The first
/// line where only the file is known; nothing where it is about no file.
pub(super) fn place(finding: &Finding) -> Option<(String, u32)> {
    let is_inside = |path: &str| !path.starts_with('/') && !path.contains("..") && !path.is_empty();
    if let Some(at) = finding.at.as_ref().filter(|at| is_inside(&at.path)) {
        return Some((at.path.clone(), at.line.max(1)));
    }
    let first = finding.subject.split("::").next().unwrap_or_default();
    let is_file = first.contains('.') && !first.contains([' ', '\\']) && is_inside(first);
    is_file.then(|| (first.to_owned(), 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use redgreen_core::finding::{Code, Weight};
    use redgreen_core::outcome::Location;

    fn found(subject: &str, at: Option<(&str, u32)>) -> Option<(String, u32)> {
        let finding = Finding::new(Code::Lost, Weight::Blocks, subject, "");
        place(&finding.at(at.map(|(path, line)| Location::new(path, line))))
    }

    #[test]
    fn a_finding_is_where_it_says_else_in_the_file_of_its_test() {
        let at = |path: &str, line| Some((path.to_owned(), line));
        assert_eq!(
            found("t.py::test_a", Some(("shop.py", 3))),
            at("shop.py", 3)
        );
        assert_eq!(
            found("t.py::test_a", Some(("shop.py", 0))),
            at("shop.py", 1)
        );
        assert_eq!(found("tests/t.py::test_a", None), at("tests/t.py", 1));
    }

    #[test]
    fn nothing_outside_of_the_repository_is_a_place() {
        assert_eq!(found("../../etc/passwd", None), None);
        assert_eq!(found("shop::adds", Some(("/usr/lib/x.py", 3))), None);
        assert_eq!(found("shop::adds", None), None);
    }
}
