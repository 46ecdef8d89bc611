//! What redgreen writes, read by programs that are not ours: commit messages, changelogs, workflows,
//! code owners; and what it reads, read by theirs.

mod commitlint;
pub(crate) mod forms;

use crate::program::Ended;
use crate::world::World;
use redgreen_core::ticket::{Defaults, Ticket};
use redgreen_forge::owners::owners;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The Python that has the readers.
fn python() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let python = root.join("target/test-tools/readers/bin/python3");
    assert!(
        python.exists(),
        "the readers of formats are needed: bash -c 'source scripts/needs; need_readers'"
    );
    python
}

/// Runs `code` with `args`, which must end well; returns what it printed.
fn read(code: &str, args: &[&str]) -> String {
    let mut asked = Command::new(python());
    let said = asked.arg("-c").arg(code).args(args).output().unwrap();
    let err = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(
        said.status.success(),
        "{err}{}",
        String::from_utf8_lossy(&said.stdout)
    );
    String::from_utf8(said.stdout).unwrap()
}

fn works(said: &Ended) {
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
}

const GITLINT: &str = "
import sys
from gitlint.config import LintConfigBuilder
from gitlint.git import GitContext
from gitlint.lint import GitLinter
builder = LintConfigBuilder()
builder.set_option('general', 'contrib', 'contrib-title-conventional-commits')
builder.set_option('general', 'ignore', 'body-is-missing,body-min-length')
linter = GitLinter(builder.build())
context = GitContext.from_commit_msg(sys.stdin.read() if len(sys.argv) < 2 else sys.argv[1])
found = [str(v) for commit in context.commits for v in linter.lint(commit)]
assert not found, found
";

#[test]
fn commits_and_the_changelog_of_a_run_are_read_by_gitlint_commitlint_and_keepachangelog() {
    let world = World::new();
    world
        .repo
        .write("shop.py", "def total(prices):\n    return sum(prices)\n");
    world.repo.write(".gitignore", "__pycache__/\n");
    let changelog = "# Changelog\n\n## [Unreleased]\n\n### Fixed\n\n- one\n\n\
                     ## [1.0.0] - 2026-01-01\n\n### Added\n\n- all\n";
    world.repo.write("CHANGELOG.md", changelog);
    let test = "import shop\n\n\ndef test_total():\n    assert shop.total([1, 2]) == 3\n";
    world.repo.write("test_shop.py", test).commit("chore: base");
    let title =
        "A percentage off for every single price in a list that is far too long for one subject";
    let ticket = format!("# {title}\n\n- [ ] `half(200)` returns 100\n");
    fs::write(world.repo.outside().join("ticket.md"), ticket).unwrap();
    works(&world.redgreen(&["start", "../ticket.md"]));
    let all = world.repo.outside().join("repo.worktrees");
    let tree = fs::read_dir(all).unwrap().next().unwrap().unwrap().path();
    let test = "import shop\n\n\ndef test_half():\n    assert shop.half(200) == 100\n";
    fs::write(tree.join("test_half.py"), test).unwrap();
    works(&world.redgreen(&["check"]));
    let code =
        "def half(price):\n    return price // 2\n\n\ndef total(prices):\n    return sum(prices)\n";
    fs::write(tree.join("shop.py"), code).unwrap();
    works(&world.redgreen(&["check"]));
    let subjects = world
        .repo
        .git_in(&tree, ["log", "--format=%H", "main..HEAD"]);
    assert!(subjects.lines().count() >= 3, "{subjects}");
    let of = |commit| {
        world
            .repo
            .git_in(&tree, ["log", "-1", "--format=%B", commit])
    };
    let messages: Vec<String> = subjects.lines().map(of).collect();
    for message in &messages {
        read(GITLINT, &[message]);
    }
    assert_eq!(commitlint::commitlint(&messages), "0 wrong\n");
    let path = tree.join("CHANGELOG.md");
    let seen = read(
        "import json, sys, keepachangelog\n\
         print(json.dumps(keepachangelog.to_dict(sys.argv[1], show_unreleased=True)))",
        &[path.to_str().unwrap()],
    );
    let seen: serde_json::Value = serde_json::from_str(&seen).unwrap();
    let added = seen["unreleased"]["added"][0].as_str().unwrap_or_default();
    assert!(
        added.starts_with("A percentage off") && added.ends_with("(ticket)"),
        "{seen}"
    );
    assert_eq!(seen["unreleased"]["fixed"][0], "one", "{seen}");
}

#[test]
fn the_workflows_for_ci_satisfy_the_schemas_of_their_forges() {
    for (forge, schema, path) in [
        (
            "github",
            "vendor.github-workflows",
            ".github/workflows/redgreen.yml",
        ),
        ("gitlab", "vendor.gitlab-ci", ".gitlab/redgreen.yml"),
    ] {
        let world = World::python();
        works(&world.redgreen(&["init", "--ci", forge, "--write"]));
        let found = world.repo.path().join(path);
        assert!(
            found.exists(),
            "{:?}",
            world.repo.git(["status", "--porcelain"])
        );
        let mut asked = Command::new(python());
        asked.args(["-m", "check_jsonschema", "--builtin-schema", schema]);
        let said = asked.arg(&found).output().unwrap();
        let text = String::from_utf8_lossy(&said.stdout).into_owned();
        assert!(
            said.status.success(),
            "{text}{}",
            String::from_utf8_lossy(&said.stderr)
        );
    }
}

#[test]
fn owners_are_those_that_the_reader_of_codeowners_finds() {
    let text = "* @all\n*.rs @rust @Ada\n/docs/ @docs\nsrc/**/deep.rs @deep\nbuild/ \n\
                apps/*/x.py @apps\n# a comment\n/lib/a\\ b.rs @space\n";
    for path in [
        "a.rs",
        "README.md",
        "docs/a.md",
        "x/docs/a.md",
        "src/a/b/deep.rs",
        "build/x",
        "x/build/y",
        "apps/one/x.py",
        "apps/one/two/x.py",
    ] {
        let theirs = read(
            "import sys\nfrom codeowners import CodeOwners\n\
             print(' '.join(n for _, n in CodeOwners(sys.argv[1]).of(sys.argv[2])))",
            &[text, path],
        );
        let ours = owners(text, &[path.to_owned()]);
        let mut theirs: Vec<&str> = theirs.split_whitespace().collect();
        theirs.sort_unstable();
        let mut ours: Vec<&str> = ours.iter().map(String::as_str).collect();
        ours.sort_unstable();
        let bare = |name: &&str| name.trim_start_matches('@').to_lowercase();
        let (ours, theirs): (Vec<String>, Vec<String>) = (
            ours.iter().map(bare).collect(),
            theirs.iter().map(bare).collect(),
        );
        assert_eq!(ours, theirs, "{path}");
    }
}

#[test]
fn scenarios_are_those_that_the_reader_of_gherkin_finds() {
    let feature = "Feature: Discounts\n\n  Scenario: half\n    Given a price of 200\n    \
                   When it is halved\n    Then 100 is returned\n    And nothing else changes\n\n  \
                   Scenario: none\n    Given no price\n    When it is halved\n    Then it is refused\n";
    let theirs = read(
        "import json, sys\nfrom gherkin.parser import Parser\n\
         feature = Parser().parse(sys.argv[1])['feature']\n\
         print(json.dumps([[s['text'] for s in c['scenario']['steps']] for c in feature['children']]))",
        &[feature],
    );
    let theirs: Vec<Vec<String>> = serde_json::from_str(&theirs).unwrap();
    let text = format!("# Discounts\n\n```gherkin\n{feature}```\n");
    let ticket = Ticket::parse("t", &text, &Defaults::default()).unwrap();
    assert_eq!(ticket.criteria.len(), theirs.len(), "{:?}", ticket.criteria);
    for (criterion, steps) in ticket.criteria.iter().zip(&theirs) {
        for step in steps {
            assert!(
                criterion.text.contains(step.as_str()),
                "{step}: {}",
                criterion.text
            );
        }
    }
}
