//! Tells package manager, lock files, workspace members, dependency folders and the install
//! command.

use super::package::{Package, join};
use crate::Files;
use std::collections::BTreeSet;

/// Lock files with their package managers, strongest first.
const LOCKS: [(&str, &str); 6] = [
    ("pnpm-lock.yaml", "pnpm"),
    ("yarn.lock", "yarn"),
    ("bun.lock", "bun"),
    ("bun.lockb", "bun"),
    ("package-lock.json", "npm"),
    ("npm-shrinkwrap.json", "npm"),
];

/// Files beside a lock file that say how it is read.
const BESIDE: [&str; 6] = [
    ".npmrc",
    "pnpm-workspace.yaml",
    ".pnpmfile.cjs",
    ".yarnrc",
    ".yarnrc.yml",
    "bunfig.toml",
];

/// The packages of a repository.
pub(crate) struct Workspace {
    /// Every package, sorted by its directory.
    pub(crate) packages: Vec<Package>,
}

/// What is installed for a package, and how.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// Name of the package manager.
    pub(crate) manager: String,
    /// See [`crate::Unit::locks`].
    pub(crate) locks: Vec<String>,
    /// See [`crate::Unit::install`].
    pub(crate) install: Vec<Vec<String>>,
    /// See [`crate::Unit::dependencies`].
    pub(crate) dependencies: Vec<String>,
}

impl Workspace {
    /// Every package of the tree, installed and built ones left out.
    pub(crate) fn read(files: &dyn Files) -> Self {
        let dirs = files.paths().iter().filter_map(|path| {
            let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
            let foreign = dir.split('/').any(is_foreign);
            (name == "package.json" && !foreign).then_some(dir)
        });
        let mut packages: Vec<Package> = dirs.filter_map(|dir| Package::read(files, dir)).collect();
        packages.sort_by(|a, b| a.dir.cmp(&b.dir));
        Self { packages }
    }

    /// The package in `dir`.
    pub(crate) fn at(&self, dir: &str) -> Option<&Package> {
        self.packages.iter().find(|package| package.dir == dir)
    }

    /// The packages around `dir`, nearest first, without the one in `dir` itself.
    pub(crate) fn around(&self, dir: &str) -> Vec<&Package> {
        let around = self.packages.iter().rev();
        around
            .filter(|package| package.dir != dir && is_inside(dir, &package.dir))
            .collect()
    }

    /// The nearest package around the file at `path`.
    pub(crate) fn of(&self, path: &str) -> Option<&Package> {
        let dir = path.rsplit_once('/').map_or("", |(dir, _)| dir);
        self.at(dir).or_else(|| self.around(dir).into_iter().next())
    }

    /// The nearest package from `dir` outwards that has a lock file, with it and its manager.
    fn locked(
        &self,
        files: &dyn Files,
        dir: &str,
    ) -> Option<(&Package, &'static str, &'static str)> {
        let own = self.at(dir).into_iter();
        own.chain(self.around(dir)).find_map(|package| {
            let has = |name: &str| has(files, &join(&package.dir, name));
            let (lock, manager) = LOCKS.into_iter().find(|(lock, _)| has(lock))?;
            Some((package, lock, manager))
        })
    }

    /// The packages of the repository that the one in `dir` needs, itself first.
    fn needed(&self, dir: &str) -> Vec<&Package> {
        let mut found: Vec<&Package> = self.at(dir).into_iter().collect();
        found.extend(
            self.packages
                .iter()
                .filter(|other| other.dir != dir && is_inside(&other.dir, dir)),
        );
        let mut next = 0;
        while let Some(package) = found.get(next).copied() {
            let names: BTreeSet<&str> = package.dependencies().collect();
            let more = self.packages.iter().filter(|other| {
                let wanted = other.name().is_some_and(|name| names.contains(name));
                wanted && !found.iter().any(|known| known.dir == other.dir)
            });
            let more: Vec<&Package> = more.collect();
            found.extend(more);
            next += 1;
        }
        found
    }

    /// What the package in `dir` has installed.
    pub(crate) fn plan(&self, files: &dyn Files, dir: &str) -> Plan {
        let locked = self.locked(files, dir);
        let home = locked.map_or(dir, |(package, _, _)| package.dir.as_str());
        let manager = self.manager(home).or(locked.map(|(_, _, manager)| manager));
        let manager = manager.unwrap_or("npm");
        let is_berry = has(files, &join(home, ".yarnrc.yml"));
        let mut plan = Plan {
            manager: manager.to_owned(),
            dependencies: self.folders(dir),
            ..Plan::default()
        };
        if let Some((_, lock, _)) = locked {
            plan.locks.push(join(home, lock));
        }
        let beside = BESIDE.iter().map(|name| join(home, name));
        plan.locks.extend(beside.filter(|path| has(files, path)));
        plan.locks.extend(releases(files, home));
        let members = self.members(files, home, dir);
        plan.locks
            .extend(members.iter().map(|dir| join(dir, "package.json")));
        plan.install = vec![command(manager, (locked.is_some(), is_berry), home)];
        plan
    }

    /// The manager that `packageManager` names.
    fn manager(&self, home: &str) -> Option<&'static str> {
        let named = self.at(home)?.text("packageManager")?;
        let name = named.split('@').next().unwrap_or(named);
        let known = ["npm", "pnpm", "yarn", "bun"];
        known.into_iter().find(|known| *known == name)
    }

    /// Directories whose package.json an install at `home` reads, `home` first.
    fn members(&self, files: &dyn Files, home: &str, dir: &str) -> Vec<String> {
        let root = self.at(home);
        let patterns = root.map(|root| root.workspaces(files)).unwrap_or_default();
        let mut dirs = vec![home.to_owned()];
        for package in self.packages.iter().filter(|p| p.dir != home) {
            let inside = if home.is_empty() {
                Some(package.dir.as_str())
            } else {
                package
                    .dir
                    .strip_prefix(home)
                    .and_then(|rest| rest.strip_prefix('/'))
            };
            let member = inside.is_some_and(|inside| is_member(&patterns, inside));
            if member || package.dir == dir {
                dirs.push(package.dir.clone());
            }
        }
        dirs
    }

    /// Every node_modules folder that modules of the package in `dir` are looked up in.
    fn folders(&self, dir: &str) -> Vec<String> {
        let mut folders: Vec<String> = Vec::new();
        for package in self.needed(dir) {
            let mut at = package.dir.as_str();
            loop {
                let folder = join(at, "node_modules");
                if !folders.contains(&folder) {
                    folders.push(folder);
                }
                match at.rsplit_once('/') {
                    Some((outer, _)) => at = outer,
                    None if at.is_empty() => break,
                    None => at = "",
                }
            }
        }
        folders
    }
}

/// Directories that hold other people's code, or what was built.
fn is_foreign(part: &str) -> bool {
    matches!(
        part,
        "node_modules" | "bower_components" | ".yarn" | ".next"
    )
}

fn has(files: &dyn Files, path: &str) -> bool {
    files
        .paths()
        .binary_search_by(|known| known.as_str().cmp(path))
        .is_ok()
}

/// Whether `dir` lies in `outer`, which is empty for the root.
pub(crate) fn is_inside(dir: &str, outer: &str) -> bool {
    outer.is_empty() || dir == outer || dir.strip_prefix(outer).is_some_and(|r| r.starts_with('/'))
}

/// The releases of yarn that a repository carries, and its patches.
fn releases(files: &dyn Files, home: &str) -> Vec<String> {
    let kept = ["releases", "plugins", "patches"].map(|name| join(home, &format!(".yarn/{name}/")));
    let patches = join(home, "patches/");
    let wanted = |path: &&String| {
        kept.iter().any(|dir| path.starts_with(dir.as_str())) || path.starts_with(patches.as_str())
    };
    files.paths().iter().filter(wanted).cloned().collect()
}

/// Whether the patterns of a workspace take in `dir`; a later one with `!` takes it out.
fn is_member(patterns: &[String], dir: &str) -> bool {
    patterns.iter().fold(false, |member, pattern| {
        let (out, pattern) = match pattern.strip_prefix('!') {
            Some(pattern) => (true, pattern),
            None => (false, pattern.as_str()),
        };
        let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
        let parts: Vec<&str> = pattern.split('/').collect();
        let dirs: Vec<&str> = dir.split('/').collect();
        if fits(&parts, &dirs) { !out } else { member }
    })
}

/// Whether the parts of a pattern fit those of a path.
fn fits(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((&"**", rest)), Some((_, more))) => fits(rest, path) || fits(pattern, more),
        (Some((&"**", rest)), None) => fits(rest, path),
        (Some((part, rest)), Some((name, more))) => part_fits(part, name) && fits(rest, more),
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// Whether a part with `*` and `{a,b}` in it fits a name.
fn part_fits(pattern: &str, name: &str) -> bool {
    if let (Some(open), Some(close)) = (pattern.find('{'), pattern.find('}'))
        && open < close
    {
        let (start, end) = (&pattern[..open], &pattern[close + 1..]);
        let mut choices = pattern[open + 1..close].split(',');
        return choices.any(|choice| part_fits(&format!("{start}{choice}{end}"), name));
    }
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, rest)) => name.strip_prefix(start).is_some_and(|name| {
            let mut ends = name.char_indices().map(|(at, _)| at).chain([name.len()]);
            ends.any(|at| part_fits(rest, &name[at..]))
        }),
    }
}

/// The manager's client, told to install exactly what the lock file says into `$STORE`.
fn command(manager: &str, (locked, is_berry): (bool, bool), home: &str) -> Vec<String> {
    let store = join("$STORE", home);
    let words = match (manager, locked, is_berry) {
        ("pnpm", true, _) => "pnpm --dir $HOME install --frozen-lockfile",
        ("pnpm", false, _) => "pnpm --dir $HOME install --no-frozen-lockfile",
        ("yarn", true, true) => {
            "env YARN_NODE_LINKER=node-modules YARN_ENABLE_GLOBAL_CACHE=true yarn --cwd $HOME \
             install --immutable"
        }
        ("yarn", false, true) => "env YARN_NODE_LINKER=node-modules yarn --cwd $HOME install",
        ("yarn", true, false) => "yarn --cwd $HOME install --frozen-lockfile --non-interactive",
        ("yarn", false, false) => "yarn --cwd $HOME install --no-lockfile --non-interactive",
        ("bun", true, _) => "bun install --cwd $HOME --frozen-lockfile",
        ("bun", false, _) => "bun install --cwd $HOME --no-save",
        (_, true, _) => "npm --prefix $HOME ci --no-audit --no-fund",
        (_, false, _) => "npm --prefix $HOME install --no-audit --no-fund --no-package-lock",
    };
    let word = |word: &str| word.replace("$HOME", &store);
    words.split_whitespace().map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_a_workspace_take_in_and_leave_out() {
        let list = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        let patterns = list(&["packages/*", "./apps/**", "!packages/old", "tools/{a,b-*}/"]);
        for dir in ["packages/a", "apps/x/y", "tools/a", "tools/b-c"] {
            assert!(is_member(&patterns, dir), "{dir}");
        }
        for dir in ["packages/old", "packages/a/b", "tools/c", "docs"] {
            assert!(!is_member(&patterns, dir), "{dir}");
        }
        assert!(is_member(&list(&["**"]), "any/where"));
    }
}
