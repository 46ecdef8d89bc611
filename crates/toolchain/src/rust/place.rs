//! Places a source file: its package, the target that compiles it, its module path.

use super::manifest::parent;
use crate::unit::{Package, Target, Unit};

/// A target that compiles a file, and the module that the file is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place<'u> {
    pub(super) package: &'u Package,
    pub(super) target: &'u Target,
    /// `a::b`; empty for the root file; nothing where the file's name does not tell.
    pub(super) module: Option<String>,
}

/// The name of a test binary: `pkg` for the library, `pkg::it` for a test target,
/// `pkg::bin/tool` for a program.
pub(super) fn binary_id(package: &Package, target: &Target) -> String {
    match target.kind.as_str() {
        "lib" => package.name.clone(),
        "test" => format!("{}::{}", package.name, target.name),
        kind => format!("{}::{kind}/{}", package.name, target.name),
    }
}

/// The one place of `path` that names its tests: nothing where several test targets share it.
pub(super) fn home<'u>(unit: &'u Unit, path: &str) -> Option<(Place<'u>, String)> {
    let mut places = places(unit, path);
    let decided = places.len() == 1 || places.first()?.target.kind == "lib";
    let place = decided.then(|| places.swap_remove(0))?;
    let module = place.module.clone()?;
    Some((place, module))
}

/// Every place that `path` may have, the library first.
pub(super) fn places<'u>(unit: &'u Unit, path: &str) -> Vec<Place<'u>> {
    let Some(package) = package_of(unit, path) else {
        return Vec::new();
    };
    if let Some(target) = package.targets.iter().find(|target| target.path == path) {
        let module = Some(String::new());
        return vec![Place {
            package,
            target,
            module,
        }];
    }
    let near = nearest(package, path);
    let module = near
        .first()
        .map(|target| module_path(&path[parent(&target.path).len()..]))
        .unwrap_or_default();
    let first = module.split("::").next().unwrap_or_default();
    let place = |target: &&'u Target, module: Option<&str>| Place {
        package,
        target,
        module: module.map(str::to_owned),
    };
    let declaring = |target: &&&Target| target.modules.iter().any(|name| name == first);
    let declared: Vec<_> = near.iter().filter(declaring).collect();
    if !declared.is_empty() || near.len() == 1 {
        let sure = if declared.is_empty() {
            near.iter().collect()
        } else {
            declared
        };
        return sure
            .into_iter()
            .map(|target| place(target, Some(&module)))
            .collect();
    }
    if let Some(target) = near
        .iter()
        .find(|target| target.name == first && target.kind == "test")
    {
        let inner = module.split_once("::").map_or("", |(_, inner)| inner);
        return vec![place(target, Some(inner))];
    }
    if let Some(target) = near.iter().find(|target| target.kind == "lib") {
        return vec![place(target, Some(&module))];
    }
    near.iter().map(|target| place(target, None)).collect()
}

/// The package whose directory holds `path` most closely.
pub(super) fn package_of<'u>(unit: &'u Unit, path: &str) -> Option<&'u Package> {
    let holding = unit
        .packages
        .iter()
        .filter(|package| is_inside(path, &package.dir));
    holding.max_by_key(|package| package.dir.len())
}

/// The targets whose root file lies in the closest directory above `path`.
fn nearest<'u>(package: &'u Package, path: &str) -> Vec<&'u Target> {
    let holds = |target: &&Target| {
        let dir = parent(&target.path);
        let other = path[package.dir.len()..].trim_start_matches('/');
        let elsewhere = ["tests/", "benches/", "examples/", "build.rs"];
        is_inside(path, dir)
            && !(dir == package.dir && elsewhere.iter().any(|start| other.starts_with(start)))
    };
    let depth = |target: &Target| parent(&target.path).len();
    let holding: Vec<&Target> = package.targets.iter().filter(holds).collect();
    let deepest = holding.iter().map(|target| depth(target)).max();
    holding
        .into_iter()
        .filter(|target| Some(depth(target)) == deepest)
        .collect()
}

fn is_inside(path: &str, dir: &str) -> bool {
    dir.is_empty()
        || path
            .strip_prefix(dir)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// `/a/b.rs` and `/a/b/mod.rs` are both `a::b`.
fn module_path(inner: &str) -> String {
    let inner = inner.trim_start_matches('/');
    let stem = inner.strip_suffix(".rs").unwrap_or(inner);
    let stem = stem.strip_suffix("/mod").unwrap_or(stem);
    stem.replace('/', "::")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(kind: &str, name: &str, path: &str, modules: &[&str]) -> Target {
        Target {
            name: name.to_owned(),
            kind: kind.to_owned(),
            path: path.to_owned(),
            modules: modules.iter().map(|name| (*name).to_owned()).collect(),
            ..Target::default()
        }
    }

    fn unit() -> Unit {
        let targets = vec![
            target("lib", "p", "p/src/lib.rs", &["a"]),
            target("bin", "p", "p/src/main.rs", &["cli", "a"]),
            target("bin", "two", "p/src/bin/two/main.rs", &[]),
            target("test", "it", "p/tests/it/main.rs", &[]),
            target("test", "x", "p/tests/x.rs", &["common"]),
            target("test", "y", "p/tests/y.rs", &["common", "only"]),
        ];
        Unit {
            packages: vec![Package {
                name: "p".to_owned(),
                dir: "p".to_owned(),
                targets,
                needs: Vec::new(),
            }],
            ..Unit::default()
        }
    }

    fn named(path: &str) -> Option<String> {
        let unit = unit();
        let (place, module) = home(&unit, path)?;
        Some(format!(
            "{}${module}",
            binary_id(place.package, place.target)
        ))
    }

    #[test]
    fn a_file_belongs_to_the_target_that_compiles_it() {
        let owed = [
            ("p/src/lib.rs", "p$"),
            ("p/src/a.rs", "p$a"),
            ("p/src/a/mod.rs", "p$a"),
            ("p/src/deep/b.rs", "p$deep::b"),
            ("p/src/main.rs", "p::bin/p$"),
            ("p/src/cli.rs", "p::bin/p$cli"),
            ("p/src/bin/two/part.rs", "p::bin/two$part"),
            ("p/tests/it/sub.rs", "p::it$sub"),
            ("p/tests/x.rs", "p::x$"),
            ("p/tests/only/mod.rs", "p::y$only"),
            ("p/tests/x/sub.rs", "p::x$sub"),
        ];
        for (path, id) in owed {
            assert_eq!(named(path).as_deref(), Some(id), "{path}");
        }
    }

    #[test]
    fn a_file_that_several_tests_include_has_no_home_but_all_places() {
        assert_eq!(named("p/tests/common/mod.rs"), None);
        assert_eq!(places(&unit(), "p/tests/common/mod.rs").len(), 2);
        assert_eq!(places(&unit(), "p/tests/stray/mod.rs").len(), 2);
        assert_eq!(places(&unit(), "elsewhere/src/lib.rs").len(), 0);
    }
}
