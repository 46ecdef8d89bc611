//! Names the files that a build of the project would write, and what stands in for them.

use super::manifest::{Manifest, join};
use crate::Files;

/// What stands in for a version file: every name that the tools' own templates define. The number
/// comes from tags, which no tree has.
const VERSION: &str = "\
__version__ = version = '0.0.0'
__version_tuple__ = version_tuple = (0, 0, 0)
__commit_id__ = commit_id = None
";

/// The stand-ins of the project in `dir`. A file that the tree holds needs none.
pub(super) fn files(files: &dyn Files, dir: &str, manifest: &Manifest) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for written in manifest.version_files() {
        let path = join(dir, written.trim_start_matches("./"));
        let known = found.iter().any(|(other, _)| *other == path);
        let held = files.paths().binary_search(&path).is_ok();
        if is_plain(&path) && !known && !held {
            found.push((path, VERSION.to_owned()));
        }
    }
    found
}

/// Whether `path` is Python source below the root: nothing else is written for anybody.
fn is_plain(path: &str) -> bool {
    let odd = |part: &str| part.is_empty() || part == "." || part == ".." || part == ".git";
    path.ends_with(".py") && !path.contains('\\') && !path.split('/').any(odd)
}
