//! Tells test files from production files, by name where the name tells.

use super::syntax;
use redgreen_core::surface::Surface;

/// The side of the file at `path` as a whole.
pub(super) fn surface(path: &str, text: Option<&str>) -> Surface {
    if is_test_path(path) || text.is_some_and(is_test_only) {
        Surface::Test
    } else {
        Surface::Production
    }
}

fn is_test_path(path: &str) -> bool {
    let mut parts: Vec<&str> = path.split('/').collect();
    let file = parts.pop().unwrap_or_default();
    if parts
        .iter()
        .any(|part| matches!(*part, "tests" | "benches"))
    {
        return true;
    }
    let stem = file.strip_suffix(".rs").unwrap_or(file);
    let named = matches!(stem, "tests" | "test")
        || stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem.ends_with("_tests");
    named && parts.contains(&"src")
}

/// Whether the text starts with `#![cfg(test)]`, looked for only where the words are there.
fn is_test_only(text: &str) -> bool {
    text.contains("#![cfg(")
        && syntax::parse(text).is_some_and(|tree| syntax::is_test_only(&tree, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_tells_the_side() {
        for path in [
            "tests/a.rs",
            "crates/x/tests/common/mod.rs",
            "benches/b.rs",
            "src/shop/tests.rs",
            "src/shop/tests/cart.rs",
            "src/cart_tests.rs",
            "src/test_cart.rs",
        ] {
            assert_eq!(surface(path, None), Surface::Test, "{path}");
        }
        for path in [
            "src/lib.rs",
            "build.rs",
            "examples/e.rs",
            "src/latest.rs",
            "test_x.rs",
        ] {
            assert_eq!(surface(path, Some("")), Surface::Production, "{path}");
        }
    }

    #[test]
    fn a_file_for_test_builds_only_is_a_test_file() {
        let side = |text| surface("src/probe.rs", Some(text));
        assert_eq!(side("//! x\n#![cfg(test)]\nfn a() {}"), Surface::Test);
        assert_eq!(side("#![cfg(not(test))]"), Surface::Production);
        assert_eq!(side("// #![cfg(test)]\nfn a() {}"), Surface::Production);
    }
}
