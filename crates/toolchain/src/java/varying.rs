//! Tells whether a test file of Java can make other cases although its text is the same.

use super::surface;
use redgreen_core::surface::Surface;

/// Annotations whose cases another type makes.
const ELSEWHERE: [&str; 4] = [
    "@TestFactory",
    "@EnumSource",
    "@ArgumentsSource",
    "@TestTemplate",
];

/// Annotations whose cases a method or field of the class, or of another, makes.
const NAMED: [&str; 2] = ["@MethodSource", "@FieldSource"];

/// Words of a file that takes cases from a collection that may grow or shrink.
const TAKEN: [&str; 6] = [
    ".values()",
    ".stream()",
    ".keySet()",
    ".entrySet()",
    "Stream.concat(",
    "for (",
];

/// Whether the number of cases is told by something else than the file's text. By its words: a
/// wrong yes costs a run on base, no more.
pub(super) fn varies(path: &str, text: &str) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let of_another_class = || {
        let mut calls = NAMED.iter().flat_map(|name| text.match_indices(name));
        calls.any(|(at, _)| {
            let end = text[at..].find(')').map_or(text.len(), |end| at + end);
            text[at..end].contains('#')
        })
    };
    path.ends_with(".java")
        && surface::of(path, Some(text)) == Surface::Test
        && (has(&ELSEWHERE) || of_another_class() || has(&NAMED) && has(&TAKEN))
}

#[cfg(test)]
mod tests {
    use super::varies;

    #[test]
    fn cases_that_another_type_makes_can_vary() {
        for (text, owed) in [
            ("@Test void a() { for (int i : xs) {} }", false),
            (
                "@ParameterizedTest @ValueSource(ints = {1, 2}) void a(int n) {}",
                false,
            ),
            ("@ParameterizedTest @EnumSource void a(Format f) {}", true),
            (
                "@ParameterizedTest @MethodSource(\"org.shop.Cases#all\") void a(int n) {}",
                true,
            ),
            (
                "@ParameterizedTest @MethodSource void a(int n) {} static Stream<Integer> a() { return Stream.of(1, 2); }",
                false,
            ),
            (
                "@ParameterizedTest @MethodSource void a(int n) {} static Stream<String> a() { return Shop.PRICES.keySet().stream(); }",
                true,
            ),
            (
                "@TestFactory Collection<DynamicTest> a() { return all(); }",
                true,
            ),
        ] {
            assert_eq!(varies("src/test/java/ATest.java", text), owed, "{text}");
            assert!(!varies("src/main/java/A.java", text), "{text}");
        }
    }
}
