//! `redgreen document` on a small real project: what it names, what it runs, what it lets off.

use crate::world::World;
use redgreen_cli::json::DocumentsDocument;
use redgreen_core::finding::{Code, Weight};

const OLD: &str = "import argparse\n\np = argparse.ArgumentParser()\np.add_argument('--old')\n";
const NEW: &str = "import argparse\nimport os\n\np = argparse.ArgumentParser()\n\
                   p.add_argument('--new')\nhome = os.environ['SHOP_HOME']\n";

fn world(readme: &str, settings: &str) -> World {
    let world = World::new();
    world.repo.write("cli.py", OLD);
    world.repo.write("README.md", readme);
    world
        .repo
        .write("CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n");
    world.repo.write("redgreen.toml", settings).commit("base");
    world.repo.branch("topic");
    world
}

fn examined(world: &World) -> DocumentsDocument {
    let said = world.redgreen(&["document", "--json"]);
    let document: DocumentsDocument =
        serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {said:?}"));
    assert_eq!(i32::from(document.exit_code), said.code);
    document
}

fn blocking(document: &DocumentsDocument) -> Vec<Code> {
    let blocks = document.findings.iter();
    let blocks = blocks.filter(|found| found.weight == Weight::Blocks);
    let mut codes: Vec<Code> = blocks.map(|found| found.code).collect();
    codes.sort();
    codes
}

#[test]
fn what_is_new_is_named_and_what_is_gone_is_not() {
    let world = world("# Shop\n\n## Usage\n\n`--old`\n", "");
    world.repo.write("cli.py", NEW).commit("feature");
    let first = examined(&world);
    let owed = [
        Code::Undocumented,
        Code::Undocumented,
        Code::StaleDocument,
        Code::PartMissing,
        Code::BreakingUnnamed,
    ];
    assert_eq!(blocking(&first), owed, "{first:#?}");
    let stale = first
        .findings
        .iter()
        .find(|f| f.code == Code::StaleDocument);
    assert_eq!(
        stale.map(|found| found.subject.as_str()),
        Some("README.md:5")
    );

    let readme = "# Shop\n\n## Usage\n\n`--new`\n\n## Configuration\n\n`SHOP_HOME`\n";
    world.repo.write("README.md", readme);
    let told = "# Changelog\n\n## [Unreleased]\n\n### Removed\n\n- `--old`: use `--new`\n";
    world.repo.write("CHANGELOG.md", told).commit("documents");
    let second = examined(&world);
    assert_eq!(blocking(&second), [], "{second:#?}");
    let read = world.redgreen(&["document", "--plain"]);
    assert!(read.out.contains("flag --new: README.md:5"), "{}", read.out);
    assert!(read.out.is_ascii(), "{}", read.out);
}

#[test]
fn a_flag_that_only_moved_to_another_file_is_neither_new_nor_gone() {
    let world = world("# Shop\n\n`--old`\n", "");
    world.repo.write("cli.py", "import options\n");
    world.repo.write("options.py", OLD).commit("move");
    let document = examined(&world);
    assert_eq!(blocking(&document), [], "{document:#?}");
    assert_eq!(document.facts[0], "0 offered anew, 0 taken away");
}

#[test]
fn commands_are_run_where_the_base_says_so_and_nowhere_else() {
    let run = "[document]\nrun = ['README.md']\n";
    let marked = world("# Shop\n", run);
    let readme = "# Shop\n\n```sh\ntest -f cli.py\necho made > made.txt\n```\n\n```console\n\
                  $ grep made made.txt\nmade\n```\n\n```sh\nexit 3\n```\n\n```sh no-run\nexit 4\n```\n";
    marked.repo.write("README.md", readme).commit("docs");
    let document = examined(&marked);
    assert_eq!(blocking(&document), [Code::DocumentedCommandFails]);
    let failed = &document.findings[0];
    assert_eq!(failed.subject, "README.md:14");
    assert!(failed.message.contains("exit 3"), "{failed:?}");
    assert_eq!(document.commands.len(), 3);
    assert!(!marked.repo.path().join("made.txt").exists());

    let unmarked = world("# Shop\n", "");
    unmarked.repo.write("README.md", readme);
    // What the range itself writes there counts for nothing.
    unmarked.repo.write("redgreen.toml", run).commit("docs");
    let document = examined(&unmarked);
    assert_eq!(blocking(&document), []);
    let told = "not checked: 3 commands shown in README.md".to_owned();
    assert!(document.facts.contains(&told), "{document:#?}");
}
