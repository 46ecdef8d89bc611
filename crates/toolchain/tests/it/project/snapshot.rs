//! Holds the files of a tree as adapters see them.

use redgreen_toolchain::Files;
use std::collections::BTreeMap;
use std::path::Path;

/// The files of a directory, or of a map.
#[derive(Default)]
pub(crate) struct Snapshot {
    paths: Vec<String>,
    texts: BTreeMap<String, String>,
}

impl Snapshot {
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let texts = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        Self::new(texts.collect())
    }

    pub(crate) fn new(texts: BTreeMap<String, String>) -> Self {
        let paths = texts.keys().cloned().collect();
        Self { paths, texts }
    }

    /// Every text file below `root`; what links lead to is left out, and installed packages.
    pub(crate) fn read(root: &Path) -> Self {
        let mut texts = BTreeMap::new();
        let mut dirs = vec![root.to_owned()];
        while let Some(dir) = dirs.pop() {
            for entry in std::fs::read_dir(&dir).expect("the directory can be listed") {
                let path = entry.expect("the entry can be read").path();
                if path.is_dir() {
                    if !path.is_symlink() && !path.ends_with("node_modules") {
                        dirs.push(path);
                    }
                } else if let Ok(text) = std::fs::read_to_string(&path) {
                    let name = path.strip_prefix(root).expect("inside");
                    texts.insert(name.to_string_lossy().into_owned(), text);
                }
            }
        }
        Self::new(texts)
    }
}

impl Files for Snapshot {
    fn paths(&self) -> &[String] {
        &self.paths
    }
    fn text(&self, path: &str) -> Option<String> {
        self.texts.get(path).cloned()
    }
}
