//! Shows the files of a git tree to the toolchain, reading blobs when they are asked for.

use crate::git::{BlobId, Git, GitError, Mode};
use redgreen_core::id::TreeId;
use redgreen_toolchain::Files;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// The largest blob that is read as text.
const LARGEST: u64 = 4 * 1024 * 1024;

/// Names of files that detection reads: fetched in one call, before they are asked for.
const MANIFESTS: [&str; 20] = [
    "Cargo.toml",
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    "pytest.ini",
    ".pytest.ini",
    "tox.ini",
    "conftest.py",
    "Pipfile",
    "package.json",
    "pnpm-workspace.yaml",
    "go.mod",
    "go.work",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "settings.gradle",
    "CMakeLists.txt",
    "Gemfile",
    "composer.json",
];

/// The files of a git tree.
pub struct TreeFiles<'g> {
    git: &'g Git,
    paths: Vec<String>,
    blobs: BTreeMap<String, BlobId>,
    read: RefCell<BTreeMap<String, Option<String>>>,
    trouble: RefCell<Option<GitError>>,
}

impl<'g> TreeFiles<'g> {
    /// The files of `tree`.
    ///
    /// # Errors
    /// Where git cannot list the tree.
    pub fn open(git: &'g Git, tree: &TreeId) -> Result<Self, GitError> {
        let mut blobs = BTreeMap::new();
        for entry in git.list_tree(tree)? {
            let is_file = matches!(entry.held.mode, Mode::Regular | Mode::Executable);
            if is_file && entry.size <= LARGEST {
                blobs.insert(entry.path.text(), entry.held.blob);
            }
        }
        let paths = blobs.keys().cloned().collect();
        let (read, trouble) = (RefCell::default(), RefCell::default());
        let files = Self {
            git,
            paths,
            blobs,
            read,
            trouble,
        };
        let is_manifest = |path: &&String| {
            let name = path.rsplit('/').next().unwrap_or(path);
            MANIFESTS.contains(&name) || name.starts_with("requirements")
        };
        let manifests: Vec<String> = files.paths.iter().filter(is_manifest).cloned().collect();
        files.fetch(&manifests)?;
        Ok(files)
    }

    /// What went wrong while files were read, if anything did.
    pub fn trouble(self) -> Option<GitError> {
        self.trouble.into_inner()
    }

    /// Reads many files at once, before they are asked for.
    pub(crate) fn fetch(&self, paths: &[String]) -> Result<(), GitError> {
        let known: Vec<(&String, &BlobId)> = paths
            .iter()
            .filter_map(|path| Some((path, self.blobs.get(path)?)))
            .collect();
        let ids: Vec<BlobId> = known.iter().map(|(_, blob)| (*blob).clone()).collect();
        let contents = self.git.blobs(&ids)?;
        let mut read = self.read.borrow_mut();
        for ((path, _), bytes) in known.into_iter().zip(contents) {
            read.insert(path.clone(), String::from_utf8(bytes).ok());
        }
        Ok(())
    }

    /// The files beside `path` with its ending: whoever asks for one test file asks for all.
    fn alike(&self, path: &str) -> Vec<String> {
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
        let read = self.read.borrow();
        let unread = self.paths.iter().filter(|other| !read.contains_key(*other));
        let alike = unread.filter(|other| {
            other
                .rsplit_once('.')
                .is_some_and(|(_, other)| other == ending)
        });
        alike
            .take(4000)
            .cloned()
            .chain(std::iter::once(path.to_owned()))
            .collect()
    }
}

impl Files for TreeFiles<'_> {
    fn paths(&self) -> &[String] {
        &self.paths
    }

    fn text(&self, path: &str) -> Option<String> {
        if !self.blobs.contains_key(path) {
            return None;
        }
        if !self.read.borrow().contains_key(path) {
            let alike = self.alike(path);
            if let Err(error) = self.fetch(&alike) {
                *self.trouble.borrow_mut() = Some(error);
            }
        }
        self.read.borrow().get(path).cloned().flatten()
    }
}
