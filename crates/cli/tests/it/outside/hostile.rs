//! Everything that a repository or an agent can leave behind to be run by somebody else: each trap
//! touches a file of its own, and none may be there in the end. The agent is given the rights of its
//! user here: in a sandbox it could plant nothing.

use super::{HONEST, run_at, world};
use crate::world::World;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;

/// Sets every trap that git has: in its configuration, in its hooks, in its attributes.
const PLANT: &str = "
import os, subprocess
marks = MARKS
def mark(name):
    return 'touch ' + os.path.join(marks, name)
def config(key, value):
    subprocess.run(['git', 'config', key, value], check=False)
common = subprocess.run(['git', 'rev-parse', '--path-format=absolute', '--git-common-dir'],
                        capture_output=True, text=True).stdout.strip()
names = ['applypatch-msg', 'commit-msg', 'fsmonitor-watchman', 'post-checkout', 'post-commit',
         'post-index-change', 'post-merge', 'post-rewrite', 'pre-commit', 'pre-merge-commit',
         'pre-push', 'prepare-commit-msg', 'reference-transaction', 'update']
for name in names:
    path = os.path.join(common, 'hooks', name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w') as file:
        file.write('#!/bin/sh\\n' + mark('hook-' + name) + '\\n')
    os.chmod(path, 0o755)
config('core.hooksPath', os.path.join(common, 'hooks'))
config('core.fsmonitor', mark('fsmonitor') + ' #')
config('core.editor', mark('editor') + ' #')
config('core.pager', mark('pager') + ' #')
config('core.sshCommand', mark('ssh') + ' #')
config('commit.gpgSign', 'true')
config('tag.gpgSign', 'true')
config('gpg.program', os.path.join(common, 'hooks', 'pre-commit'))
config('diff.external', mark('diff-external') + ' #')
config('credential.helper', '!' + mark('credential'))
config('alias.status', '!' + mark('alias'))
for driver in ('clean', 'smudge', 'process'):
    config('filter.evil.' + driver, mark('filter-' + driver) + ' #')
config('filter.evil.required', 'true')
config('merge.evil.driver', mark('merge-driver') + ' #')
config('diff.evil.textconv', mark('textconv') + ' #')
os.makedirs(os.path.join(common, 'info'), exist_ok=True)
with open(os.path.join(common, 'info', 'attributes'), 'w') as file:
    file.write('* filter=evil diff=evil merge=evil\\n')
";

/// Files that agents would run, or take orders from, if they were let.
const BROUGHT: [&str; 8] = [
    ".claude/settings.json",
    ".mcp.json",
    ".opencode/plugin/evil.js",
    ".pi/extensions/evil.ts",
    ".codex/config.toml",
    ".gemini/settings.json",
    ".aider.conf.yml",
    ".vscode/tasks.json",
];

fn marks(world: &World) -> Vec<String> {
    let found = fs::read_dir(world.beside("marks")).unwrap();
    found
        .map(|found| found.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn planted(program: &str) -> World {
    let world = world("");
    let marks = world.beside("marks");
    let plant = PLANT.replace("MARKS", &format!("{:?}", marks.to_str().unwrap()));
    fs::write(
        world.repo.outside().join("agent.py"),
        format!("{plant}\n{program}"),
    )
    .unwrap();
    for path in BROUGHT {
        world.repo.write(
            path,
            format!("touch {}/{}\n", marks.display(), path.replace('/', "-")),
        );
    }
    world
        .repo
        .write(".gitattributes", "*.py filter=evil diff=evil merge=evil\n");
    let modules = "[submodule \"evil\"]\n\tpath = evil\n\turl = ext::sh -c touch% it\n\
                   \tupdate = !touch it\n";
    world.repo.write(".gitmodules", modules);
    let elsewhere = world.beside("elsewhere");
    symlink(elsewhere, world.repo.path().join("out")).unwrap();
    world.repo.git(["add", "--all"]);
    let head = world.repo.git(["rev-parse", "HEAD"]);
    let link = format!("160000,{},evil", head.trim());
    world
        .repo
        .git(["update-index", "--add", "--cacheinfo", &link]);
    world.repo.git(["commit", "--quiet", "--message=brought"]);
    fs::create_dir_all(world.repo.path().join("evil")).unwrap();
    world
}

#[test]
fn nothing_that_a_repository_brings_or_an_agent_plants_runs_on_our_side() {
    let world = planted(HONEST);
    let said = run_at(&world, "limits", "command:mine");
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let landed = world.redgreen(&["complete"]);
    assert_eq!(landed.code, 0, "{}{}", landed.out, landed.err);
    let found = marks(&world);
    assert!(found.is_empty(), "it ran: {found:?}");
    // The traps are traps: the user's own git falls into them.
    let dir = world.repo.path();
    let mut git = std::process::Command::new("git");
    let git = git
        .current_dir(dir)
        .args(["commit", "--allow-empty", "--message=x"]);
    git.output().unwrap();
    assert!(!marks(&world).is_empty(), "nothing was planted");
}

#[test]
fn a_worktree_whose_git_file_points_elsewhere_runs_nothing_and_is_led_back() {
    let program = format!(
        "{HONEST}
if os.environ['REDGREEN_PHASE'] == 'green':
    evil = os.path.join(os.path.dirname(marks), 'evil.git')
    import shutil
    shutil.copytree(common, evil, symlinks=True)
    os.remove('.git')
    with open('.git', 'w') as file:
        file.write('gitdir: ' + evil + '\\n')
"
    );
    let world = planted(&program);
    let before = world.repo.git(["rev-parse", "main"]);
    let said = run_at(&world, "limits", "command:mine");
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let report = world.redgreen(&["report"]).out;
    assert!(report.contains("changed .git: put back"), "{report}");
    assert!(marks(&world).is_empty(), "it ran: {:?}", marks(&world));
    assert_eq!(world.repo.git(["rev-parse", "main"]), before);
}

#[test]
fn what_is_written_through_a_link_or_on_the_other_side_is_not_handed_in() {
    let program = format!(
        "{HONEST}
os.makedirs('more', exist_ok=True)
if not os.path.lexists('more/link'):
    os.symlink(marks, 'more/link')
if os.environ['REDGREEN_PHASE'] == 'green':
    with open('conftest.py', 'w') as file:
        file.write('import os\\nos.system(\"' + mark('conftest') + '\")\\n')
"
    );
    let world = planted(&program);
    let said = run_at(&world, "limits", "command:mine");
    assert!(
        marks(&world).is_empty(),
        "it ran: {:?}\n{}{}",
        marks(&world),
        said.out,
        said.err
    );
    let log = world.redgreen(&["log", "--json"]).out;
    assert!(log.contains("conftest.py"), "it is named: {log}");
    let kept: PathBuf = world.repo.outside().join("ticket.md");
    let mode = fs::metadata(kept).unwrap().permissions().mode();
    assert_eq!(mode & 0o400, 0o400, "nothing outside was touched");
}
