//! Keeps what a unit's Java files are called, so that a class is found again by its frames.
//!
//! A stack frame names class and file, not the directory; a test of a module is known by its
//! class alone. Detection writes down every Java file of the unit, this module reads it back.

use crate::Unit;
use std::collections::BTreeMap;

/// The mark that lists the directories of a unit's modules, one a line.
pub(super) const MODULES: &str = "modules";
/// The mark that lists the Java files: a line a directory, its path and then the file names
/// without `.java`, with tabs between.
pub(super) const SOURCES: &str = "sources";

/// Where the test sources of a module lie unless it says otherwise.
pub(super) const TEST_ROOT: &str = "src/test/java";

/// A Java file of the unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Source<'u> {
    /// Its directory from the repository's root.
    pub(super) dir: &'u str,
    /// Its name without `.java`.
    pub(super) stem: &'u str,
}

impl Source<'_> {
    pub(super) fn path(&self) -> String {
        if self.dir.is_empty() {
            format!("{}.java", self.stem)
        } else {
            format!("{}/{}.java", self.dir, self.stem)
        }
    }

    /// Whether it belongs to the tests.
    pub(super) fn is_test(&self) -> bool {
        super::surface::of(&self.path(), None).is_test_surface()
    }
}

/// Writes the mark for `paths`.
pub(super) fn written<'p>(paths: impl Iterator<Item = &'p str>) -> String {
    let mut dirs: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in paths {
        let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
        if let Some(stem) = name.strip_suffix(".java") {
            dirs.entry(dir).or_default().push(stem);
        }
    }
    let line = |(dir, stems): (&str, Vec<&str>)| format!("{dir}\t{}", stems.join("\t"));
    let lines: Vec<String> = dirs.into_iter().map(line).collect();
    lines.join("\n")
}

/// The Java files of `unit`.
pub(super) fn sources(unit: &Unit) -> impl Iterator<Item = Source<'_>> {
    let mark = unit.marks.get(SOURCES).map_or("", String::as_str);
    mark.lines().flat_map(|line| {
        let (dir, stems) = line.split_once('\t').unwrap_or((line, ""));
        stems.split('\t').map(move |stem| Source { dir, stem })
    })
}

/// The directories of the unit's modules from the repository's root, its own first.
pub(super) fn modules(unit: &Unit) -> Vec<&str> {
    let mark = unit.marks.get(MODULES).map_or("", String::as_str);
    let mut modules = vec![unit.dir.as_str()];
    modules.extend(mark.lines().filter(|line| !line.is_empty()));
    modules
}

/// The innermost module that holds `path`.
pub(super) fn module_of<'u>(unit: &'u Unit, path: &str) -> &'u str {
    let holds = |dir: &&str| {
        dir.is_empty()
            || path
                .strip_prefix(*dir)
                .is_some_and(|rest| rest.starts_with('/'))
    };
    let holding = modules(unit).into_iter().filter(holds);
    holding.max_by_key(|dir| dir.len()).unwrap_or_default()
}

/// The file of the frame `class` (with its package) in `file`, tests first.
pub(super) fn place(unit: &Unit, class: &str, file: &str) -> Option<String> {
    let package = class.rsplit_once('.').map_or("", |(package, _)| package);
    let dir = package.replace('.', "/");
    let stem = file.strip_suffix(".java")?;
    let mut found = sources(unit).filter(|source| {
        let fits = source.dir == dir || source.dir.ends_with(&format!("/{dir}")) || dir.is_empty();
        source.stem == stem && fits
    });
    let first = found.next()?;
    let best = std::iter::once(first)
        .chain(found)
        .max_by_key(Source::is_test)?;
    Some(best.path())
}

/// The file that declares the top-level class `class`.
pub(super) fn file_of_class(unit: &Unit, class: &str) -> Option<String> {
    let top = class.split('$').next().unwrap_or(class);
    let stem = top.rsplit('.').next().unwrap_or(top);
    place(unit, top, &format!("{stem}.java"))
}

/// The class that a test file is named for: its path below the source root with dots.
pub(super) fn class_of(path: &str) -> Option<String> {
    let stem = path.strip_suffix(".java")?;
    let roots = ["/java/", "/test/", "/tests/"];
    let cut = roots.iter().find_map(|root| {
        let at = stem.find(root)?;
        Some(at + root.len())
    });
    let cut = cut.or_else(|| {
        let starts = ["java/", "test/", "tests/"];
        let start = starts.iter().find(|start| stem.starts_with(*start))?;
        Some(start.len())
    });
    Some(stem.get(cut.unwrap_or(0)..)?.replace('/', "."))
}

/// A class or package written so that core takes the project's own package as its root:
/// `org/shop.money.Coin` for `org.shop.money.Coin` where the unit owns `org/shop`.
pub(super) fn owned(unit: &Unit, name: &str) -> String {
    let holds = |own: &&String| {
        let dotted = own.replace('/', ".");
        name.strip_prefix(dotted.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '$']))
    };
    let own = unit
        .own_names
        .iter()
        .filter(holds)
        .max_by_key(|own| own.len());
    match own {
        Some(own) => format!("{own}{}", &name[own.len()..]),
        None => name.to_owned(),
    }
}

/// Whether a class or package of this name is the project's own.
pub(super) fn is_own(unit: &Unit, name: &str) -> bool {
    let owned = owned(unit, name);
    let root = owned.split('.').next().unwrap_or_default();
    unit.own_names.iter().any(|own| own == root)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit() -> Unit {
        let paths = [
            "core/src/main/java/org/shop/Price.java",
            "core/src/test/java/org/shop/Price.java",
            "core/src/test/java/org/shop/PriceTest.java",
            "src/main/java/org/shop/money/Coin.java",
        ];
        Unit {
            marks: [
                (SOURCES.to_owned(), written(paths.into_iter())),
                (MODULES.to_owned(), "core\ncore/deep".to_owned()),
            ]
            .into(),
            own_names: vec!["org/shop".to_owned()],
            ..Unit::default()
        }
    }

    #[test]
    fn a_frame_is_found_in_the_tree() {
        let unit = unit();
        for (class, file, owed) in [
            (
                "org.shop.PriceTest$In",
                "PriceTest.java",
                Some("core/src/test/java/org/shop/PriceTest.java"),
            ),
            (
                "org.shop.Price",
                "Price.java",
                Some("core/src/test/java/org/shop/Price.java"),
            ),
            (
                "org.shop.money.Coin",
                "Coin.java",
                Some("src/main/java/org/shop/money/Coin.java"),
            ),
            ("other.shop.PriceTest", "PriceTest.java", None),
            ("java.lang.Thread", "Thread.java", None),
            ("org.shop.Price", "Unknown Source", None),
        ] {
            assert_eq!(place(&unit, class, file).as_deref(), owed, "{class}");
        }
        assert_eq!(module_of(&unit, "core/deep/src/A.java"), "core/deep");
        assert_eq!(module_of(&unit, "corex/A.java"), "");
    }

    #[test]
    fn a_file_tells_its_class() {
        for (path, class) in [
            (
                "a/src/test/java/org/shop/PriceTest.java",
                "org.shop.PriceTest",
            ),
            ("test/shop/ATest.java", "shop.ATest"),
            ("ATest.java", "ATest"),
        ] {
            assert_eq!(class_of(path).as_deref(), Some(class));
        }
    }

    #[test]
    fn own_packages_are_one_root() {
        let unit = unit();
        assert_eq!(owned(&unit, "org.shop.money.Coin"), "org/shop.money.Coin");
        assert_eq!(owned(&unit, "org.shopping.X"), "org.shopping.X");
        assert!(is_own(&unit, "org.shop"));
        assert!(!is_own(&unit, "org.other"));
    }
}
