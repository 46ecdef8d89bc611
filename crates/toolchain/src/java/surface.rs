//! Tells test code of Java from production, by its place, and by its name where the place does
//! not tell.

use redgreen_core::surface::Surface;

/// The side of a Java file.
pub(super) fn of(path: &str, text: Option<&str>) -> Surface {
    let (dirs, name) = path.rsplit_once('/').unwrap_or(("", path));
    let parts: Vec<&str> = dirs.split('/').collect();
    let set = parts.windows(2).find(|pair| pair[0] == "src");
    match set.map(|pair| pair[1]) {
        Some("main") => return Surface::Production,
        Some(set) if is_test_set(set) => return Surface::Test,
        Some(_) | None => {}
    }
    if parts.iter().any(|dir| matches!(*dir, "test" | "tests")) {
        return Surface::Test;
    }
    let stem = name.strip_suffix(".java").unwrap_or(name);
    match text {
        Some(text) if is_test_name(stem) && text.contains("@Test") => Surface::Test,
        Some(_) | None => Surface::Production,
    }
}

/// Whether a source set of this name holds tests: `test`, `testFixtures`, `integrationTest`.
fn is_test_set(set: &str) -> bool {
    set == "it" || set.to_ascii_lowercase().contains("test")
}

/// Whether Surefire takes a class of this name up by its defaults.
pub(super) fn is_test_name(stem: &str) -> bool {
    stem.starts_with("Test")
        || ["Test", "Tests", "TestCase"]
            .iter()
            .any(|ending| stem.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_tell_the_side_of_a_file() {
        for (path, text, side) in [
            ("src/main/java/a/Price.java", None, Surface::Production),
            ("src/main/java/a/test/Price.java", None, Surface::Production),
            ("src/test/java/a/Helper.java", None, Surface::Test),
            ("core/src/testFixtures/java/a/B.java", None, Surface::Test),
            ("src/integrationTest/java/a/B.java", None, Surface::Test),
            ("test/a/B.java", None, Surface::Test),
            ("a/PriceTest.java", Some("@Test void a() {}"), Surface::Test),
            (
                "a/PriceTest.java",
                Some("class PriceTest {}"),
                Surface::Production,
            ),
            ("src/jmh/java/a/B.java", None, Surface::Production),
        ] {
            assert_eq!(of(path, text), side, "{path}");
        }
    }
}
