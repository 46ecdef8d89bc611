//! Asks a repository for what a ticket names, and has the ticket examined with the answers.

use crate::config::LintConfig;
use crate::git::{Git, GitError};
use redgreen_core::id::TreeId;
use redgreen_core::lint::{Around, Examination, RepositoryFacts, examine, named};
use redgreen_core::ticket::Ticket;

/// Files that name what a project depends on.
const MANIFESTS: [&str; 34] = [
    "Cargo.toml",
    "Cargo.lock",
    "package.json",
    "package-lock.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "pyproject.toml",
    "requirements.txt",
    "poetry.lock",
    "uv.lock",
    "pdm.lock",
    "Pipfile",
    "Pipfile.lock",
    "setup.py",
    "setup.cfg",
    "go.mod",
    "go.sum",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "gradle.lockfile",
    "libs.versions.toml",
    "composer.json",
    "composer.lock",
    "Gemfile",
    "Gemfile.lock",
    "packages.lock.json",
    "Directory.Packages.props",
    "CMakeLists.txt",
    "conanfile.txt",
    "conanfile.py",
    "vcpkg.json",
    "mix.exs",
];

/// Endings of files that name what a project depends on.
const ENDINGS: [&str; 4] = [".csproj", ".fsproj", ".gemspec", "-requirements.txt"];

/// Examines `ticket` against `tree`, with what the project answers and lets pass.
///
/// # Errors
/// Where git cannot read the tree.
pub fn examine_in(
    git: &Git,
    tree: &TreeId,
    ticket: &Ticket,
    config: &LintConfig,
) -> Result<Examination, GitError> {
    let facts = facts(git, tree, ticket)?;
    let defaults = config.defaults();
    let around = Around {
        defaults: &defaults,
        repository: Some(&facts),
        allowed: &config.allow,
    };
    Ok(examine(ticket, &around))
}

/// What `tree` says of the names of `ticket`: its paths, the words that some file spells, the
/// dependencies that a manifest or a lock file spells. Which issues there are, only a forge knows.
///
/// # Errors
/// Where git cannot read the tree.
pub fn facts(git: &Git, tree: &TreeId, ticket: &Ticket) -> Result<RepositoryFacts, GitError> {
    let named = named(ticket);
    let entries = git.list_tree(tree)?;
    let mut facts = RepositoryFacts {
        paths: entries.iter().map(|entry| entry.path.text()).collect(),
        ..RepositoryFacts::default()
    };
    if !named.words.is_empty() {
        facts.words = git.named_in(tree, &named.words, |_| true)?;
        // A longer name that is found hides the shorter one in it.
        let inside = |word: &String| {
            facts
                .words
                .iter()
                .any(|known| known.contains(word.as_str()))
        };
        let hidden: Vec<String> = named.words.iter().filter(|w| inside(w)).cloned().collect();
        facts.words.extend(hidden);
    }
    if !named.dependencies.is_empty() {
        facts.dependencies = git.named_in(tree, &named.dependencies, is_manifest)?;
    }
    Ok(facts)
}

fn is_manifest(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    MANIFESTS.contains(&name) || ENDINGS.iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::is_manifest;

    #[test]
    fn manifests_and_lock_files_are_told_by_their_names() {
        for path in [
            "Cargo.toml",
            "a/b/package.json",
            "x/App.csproj",
            "dev-requirements.txt",
        ] {
            assert!(is_manifest(path), "{path}");
        }
        for path in ["src/main.rs", "toml", "package.json.md"] {
            assert!(!is_manifest(path), "{path}");
        }
    }
}
