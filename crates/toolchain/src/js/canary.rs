//! Places a canary: a test file of redgreen's own beside one that the runner takes up.

use super::surface;
use crate::Unit;

/// The mark of a unit that names a test file of it.
pub(crate) const SAMPLE: &str = "sample";

/// The path of the canary `stem` beside `sample`, named as that is.
pub(crate) fn beside(sample: &str, stem: &str) -> String {
    let (dir, name) = sample
        .rsplit_once('/')
        .map_or(("", sample), |(dir, name)| (dir, name));
    let ending = ending(name);
    if dir.is_empty() {
        format!("{stem}{ending}")
    } else {
        format!("{dir}/{stem}{ending}")
    }
}

/// What makes a test file of a name: `.test.ts`, `-test.js`, `_test.mjs`, else the bare ending.
fn ending(name: &str) -> &str {
    let (front, _) = name.rsplit_once('.').unwrap_or((name, ""));
    let from = match front.rsplit_once('.') {
        Some((stem, _)) => stem.len(),
        None if front.ends_with("-test") || front.ends_with("_test") => front.len() - 5,
        None => front.len(),
    };
    &name[from..]
}

/// A test file that is in the tree, else one that is asked for.
pub(crate) fn sample<'u>(unit: &'u Unit, asked: &'u [String]) -> Option<&'u str> {
    let known = unit.marks.get(SAMPLE).map(String::as_str);
    let named = |path: &&str| surface::is_named_test(path);
    let mut asked = asked.iter().map(String::as_str);
    known.or_else(|| asked.find(named))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_canary_is_named_as_its_neighbour_is() {
        for (sample, owed) in [
            ("src/a.test.ts", "src/c.test.ts"),
            ("a.b.spec.mjs", "c.spec.mjs"),
            ("test/a-test.js", "test/c-test.js"),
            ("x/__tests__/a.tsx", "x/__tests__/c.tsx"),
            ("test/a_test.cjs", "test/c_test.cjs"),
        ] {
            assert_eq!(beside(sample, "c"), owed);
        }
    }
}
