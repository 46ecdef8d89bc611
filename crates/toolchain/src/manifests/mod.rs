//! Splits a manifest by key: what tells the runner which tests to run and how is runner
//! configuration, the rest is dependencies and metadata.

mod tables;

pub use tables::Tables;

use redgreen_core::surface::Surface;
use std::collections::BTreeSet;

/// A manifest that holds runner configuration too.
pub trait Manifest: Sync {
    /// Whether the file at `path` is one, by its name.
    fn owns(&self, path: &str) -> bool;

    /// The surfaces on which two versions differ. Versions that cannot be read differ on both.
    fn surfaces(&self, base: &str, head: &str) -> BTreeSet<Surface>;

    /// `manifest` with the runner's keys of `runner`; nothing where one of them cannot be read. A
    /// workspace keeps the members of both, but for directories that are `gone` from the tree
    /// (named from the manifest's own directory).
    fn graft(&self, manifest: &str, runner: &str, gone: &dyn Fn(&str) -> bool) -> Option<String>;
}

/// Every manifest that redgreen can split.
pub fn manifests() -> &'static [&'static dyn Manifest] {
    &[
        &Tables::Pyproject,
        &Tables::Cargo,
        &crate::java::PomXml,
        &crate::js::PackageJson,
        &crate::cpp::CMakeLists,
    ]
}

/// The manifest at `path`, by its name.
pub fn manifest(path: &str) -> Option<&'static dyn Manifest> {
    manifests().iter().copied().find(|each| each.owns(path))
}
