//! From an issue to a pull request, with the real program, git, and a fake forge at the wire.

use crate::lifecycle::shop;
use crate::program::Ended;
use crate::tracker::asked;
use crate::world::World;
use redgreen_cli::json::PullDocument;
use redgreen_testkit::forge::{FakeForge, LOGIN};
use std::path::PathBuf;

const TICKET: &str = include_str!("../../demo/ticket.md");
const TEMPLATE: &str = "## Description\n\n## Related issue\n\n## Checklist\n\n- [ ] I asked Ada\n";

/// A world whose `origin` is the repository of `fake`, with a bare repository behind it.
pub(crate) fn cloned_from(fake: &FakeForge) -> World {
    let world = shop();
    world
        .repo
        .write(".github/pull_request_template.md", TEMPLATE);
    world
        .repo
        .write(".github/CODEOWNERS", "*.rs @grace\n")
        .commit("forge files");
    backed(&world, fake);
    world
}

/// Makes the repository of `fake` the `origin` of `world`, with a bare repository behind it.
pub(crate) fn backed(world: &World, fake: &FakeForge) {
    let bare = world.repo.outside().join("bare.git");
    let path = bare.to_string_lossy().into_owned();
    world
        .repo
        .git(["init", "--quiet", "--bare", "--initial-branch=main", &path]);
    world
        .repo
        .git(["remote", "add", "origin", &fake.clone_address()]);
    world
        .repo
        .git(["remote", "set-url", "--push", "origin", &path]);
    world.repo.git(["push", "--quiet", "origin", "main"]);
    fake.backed_by(bare);
}

pub(crate) fn pr(world: &World, fake: &FakeForge, args: &[&str]) -> Ended {
    asked(world, &fake.variables(), &[&["pr"], args].concat())
}

pub(crate) fn document(said: &Ended) -> PullDocument {
    serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}{}", said.out, said.err))
}

pub(crate) fn refused(said: &Ended, code: &str, words: &str) {
    assert_eq!(said.code, 3, "{}{}", said.out, said.err);
    assert!(
        said.err.contains(&format!("error[{code}]: ")),
        "{}",
        said.err
    );
    assert!(said.err.contains(words), "{}", said.err);
}

#[test]
fn a_proven_run_of_an_issue_is_offered_once_and_kept_in_step() {
    let fake = FakeForge::github();
    fake.issue(12, "Discounts", TICKET, &["enhancement"]);
    let world = cloned_from(&fake);
    let run = ["run", "#12", "--worker", "replay:../recording.json"];
    let ran = asked(&world, &fake.variables(), &run);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);

    let dry = document(&pr(&world, &fake, &["--dry-run", "--json"]));
    assert!(dry.body.contains("Closes #12"), "{}", dry.body);
    assert!(fake.pulls().is_empty() && dry.address.is_none());

    let offered = document(&pr(&world, &fake, &["--json"]));
    assert!(offered.pushed && offered.marked && !offered.draft);
    assert_eq!(offered.title, "feat: discounts");
    let pull = fake.pulls().remove(0);
    assert_eq!(pull["title"], "feat: discounts");
    assert_eq!(
        (&pull["head"], &pull["base"]),
        (&"feature/12-discounts".into(), &"main".into())
    );
    assert_eq!(pull["commit"], offered.commit.as_str());
    assert_eq!(pull["labels"], serde_json::json!(["enhancement"]));
    assert_eq!(pull["reviewers"], serde_json::json!(["grace"]));
    let body = pull["body"].as_str().unwrap();
    assert!(body.contains("**Proven** by redgreen"), "{body}");
    assert!(body.contains("## Related issue\n\nCloses #12\n"), "{body}");
    assert!(body.contains("- [ ] I asked Ada"), "{body}");
    let (commit, status) = fake.statuses().remove(0);
    assert_eq!(
        (commit.as_str(), &status["state"]),
        (offered.commit.as_str(), &"success".into())
    );

    let number = offered.number.unwrap();
    fake.edit_pull(number, |body| {
        format!(
            "{}\nA person's words.\n",
            body.replace("**Proven**", "**Tampered**")
        )
    });
    let again = document(&pr(&world, &fake, &["--json"]));
    assert_eq!((again.number, again.pushed), (Some(number), false));
    let body = fake.pulls()[0]["body"].as_str().unwrap().to_owned();
    assert!(
        body.contains("**Proven**") && !body.contains("**Tampered**"),
        "{body}"
    );
    assert!(body.ends_with("\nA person's words.\n"), "{body}");
    assert_eq!(body.matches("redgreen:begin").count(), 1);
    moved_under_it(&world, &fake);
}

/// Somebody else pushed to the branch, and somebody committed here what no gate has judged.
fn moved_under_it(world: &World, fake: &FakeForge) {
    let branch = "feature/12-discounts";
    let theirs = world
        .repo
        .git(["commit-tree", "main^{tree}", "-p", branch, "-m", "theirs"]);
    world.repo.git([
        "push",
        "--quiet",
        "origin",
        &format!("{theirs}:refs/heads/{branch}"),
    ]);
    let behind = pr(world, fake, &[]);
    refused(&behind, "RG324", "are not here");
    let bare = world.repo.outside().join("bare.git");
    assert_eq!(
        world.repo.git_in(&bare, ["rev-parse", branch]),
        theirs,
        "nothing was forced"
    );

    let worktree = std::fs::read_dir(world.repo.outside().join("repo.worktrees"));
    let worktree = worktree.unwrap().next().unwrap().unwrap().path();
    std::fs::write(worktree.join("new.txt"), "new").unwrap();
    refused(&pr(world, fake, &[]), "RG305", "new.txt");
    world.repo.git_in(&worktree, ["add", "--all"]);
    world
        .repo
        .git_in(&worktree, ["commit", "--quiet", "-m", "by hand"]);
    refused(&pr(world, fake, &[]), "RG324", "no gate has judged");
}

#[test]
fn what_is_not_proven_is_offered_as_a_draft_alone() {
    let fake = FakeForge::github();
    fake.issue(12, "Discounts", TICKET, &[]);
    let world = cloned_from(&fake);
    let started = asked(&world, &fake.variables(), &["start", "#12"]);
    assert_eq!(started.code, 0, "{}{}", started.out, started.err);
    refused(&pr(&world, &fake, &[]), "RG324", "Not proven yet");
    assert!(fake.pulls().is_empty());
    let draft = document(&pr(&world, &fake, &["--draft", "--json"]));
    assert!(draft.draft);
    let pull = fake.pulls().remove(0);
    assert_eq!(pull["draft"], true);
    assert_eq!(
        pull["reviewers"],
        serde_json::json!([]),
        "nobody is called to a draft"
    );
    assert_eq!(fake.statuses()[0].1["state"], "pending");
}

/// A proof in `proof.json` beside a repository of `fake`, and the variables of a job of its CI.
fn proved(fake: &FakeForge) -> (World, Vec<(&'static str, String)>, PathBuf) {
    let world = World::feature();
    world
        .repo
        .git(["remote", "add", "origin", &fake.clone_address()]);
    let proved = world.redgreen(&[
        "prove",
        "--json",
        "--samples",
        "1",
        "--mutants",
        "0",
        "main..topic",
    ]);
    std::fs::write(world.repo.outside().join("proof.json"), &proved.out).unwrap();
    let summary = world.repo.outside().join("summary.md");
    let mut vars = fake.variables();
    vars.push(("GITHUB_REF", "refs/pull/7/merge".to_owned()));
    vars.push((
        "GITHUB_STEP_SUMMARY",
        summary.to_string_lossy().into_owned(),
    ));
    (world, vars, summary)
}

const ANNOUNCE: [&str; 3] = ["pr", "--proof", "../proof.json"];

#[test]
fn ci_says_a_proof_once_below_the_pull_request() {
    let fake = FakeForge::github();
    let (world, vars, summary) = proved(&fake);
    for owed in ["commented: ", "says so already"] {
        let said = asked(&world, &vars, &ANNOUNCE);
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        assert!(said.out.contains(owed), "{}", said.out);
        let needs = "no check run: that needs a token of GitHub Actions";
        assert!(said.err.contains(needs), "{}", said.err);
    }
    let said = fake.comments(7);
    assert_eq!((said.len(), said[0].0.as_str()), (1, LOGIN));
    assert!(
        said[0]
            .1
            .starts_with("<!-- redgreen:proof -->\n**Proven** by redgreen"),
        "{said:?}"
    );
    assert_eq!(fake.statuses()[0].1["context"], "redgreen/prove");
    assert!(
        std::fs::read_to_string(summary)
            .unwrap()
            .contains("**Proven**")
    );
}

#[test]
fn ci_of_gitea_says_a_proof_once_with_the_names_of_githubs() {
    let fake = FakeForge::gitea();
    fake.names_nobody();
    let (world, mut vars, _) = proved(&fake);
    vars.push(("GITEA_ACTIONS", "true".to_owned()));
    for owed in ["commented: ", "says so already"] {
        let said = asked(&world, &vars, &ANNOUNCE);
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        assert!(said.out.contains(owed), "{}", said.out);
        assert!(!said.err.contains("check run"), "{}", said.err);
    }
    assert_eq!(fake.comments(7).len(), 1);
    assert_eq!(fake.statuses()[0].1["context"], "redgreen/prove");
}

#[test]
fn ci_writes_a_check_run_with_findings_beside_their_lines() {
    let fake = FakeForge::github();
    fake.as_app();
    let (world, vars, summary) = proved(&fake);
    let file = world.repo.outside().join("proof.json");
    let text = std::fs::read_to_string(&file).unwrap();
    let mut proof: serde_json::Value = serde_json::from_str(&text).unwrap();
    let finding = |line: u32| {
        serde_json::json!({
            "code": "RG107", "weight": "blocks", "message": "it fails on head",
            "subject": "test_shop.py::test_total", "at": { "path": "test_shop.py", "line": line },
        })
    };
    proof["proof"]["findings"] = (1..=60).map(finding).collect();
    proof["exit_code"] = 1.into();
    std::fs::write(&file, proof.to_string()).unwrap();
    // A summary that others filled leaves little room.
    std::fs::write(&summary, "x".repeat(1024 * 1024 - 1200)).unwrap();
    for _ in 0..2 {
        let said = asked(&world, &vars, &ANNOUNCE);
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        assert!(!said.err.contains("check run"), "{}", said.err);
    }
    let [run] = fake.check_runs().try_into().unwrap();
    assert_eq!(
        (&run["name"], &run["conclusion"]),
        (&"redgreen".into(), &"failure".into())
    );
    let said = run["annotations"].as_array().unwrap();
    assert_eq!((said.len(), &said[59]["start_line"]), (60, &60.into()));
    assert_eq!(said[0]["title"], "RG107 test_shop.py::test_total");
    let written = std::fs::read_to_string(&summary).unwrap();
    assert!(written.len() <= 1024 * 1024 && written.ends_with("no room for more.)\n"));
}

#[test]
fn tickets_are_drafted_and_listed() {
    let fake = FakeForge::github();
    fake.issue(3, "Older", "", &["bug"])
        .issue(4, "Newer\u{1b}[31m", "", &[]);
    let world = shop();
    world
        .repo
        .git(["remote", "add", "origin", &fake.clone_address()]);
    let listed = asked(&world, &fake.variables(), &["ticket", "list"]);
    assert_eq!(listed.code, 0, "{}", listed.err);
    assert!(!listed.out.contains('\u{1b}'), "{:?}", listed.out);
    let lines: Vec<&str> = listed.out.lines().collect();
    assert!(lines[0].starts_with("#4  Newer"), "{lines:?}");
    assert_eq!(lines[1], "#3  Older  [bug]");
    let drafted = world.redgreen(&[
        "ticket",
        "new",
        "bug",
        "--title",
        "It breaks",
        "--out",
        "../b.md",
    ]);
    assert_eq!(drafted.code, 0, "{}", drafted.err);
    assert_eq!(world.redgreen(&["lint", "../b.md"]).code, 1);
    let again = world.redgreen(&["ticket", "new", "bug", "--out", "../b.md"]);
    assert_eq!(again.code, 2, "what is there stays");
}

#[test]
fn a_workflow_for_ci_is_printed_or_written_once() {
    let world = World::python();
    let printed = world.redgreen(&["init", "--ci", "github"]);
    assert_eq!(printed.code, 0, "{}", printed.err);
    assert!(printed.out.contains("pull_request:"));
    let written = world.redgreen(&["init", "--ci", "gitlab", "--write"]);
    assert!(
        written.out.contains(".gitlab/redgreen.yml"),
        "{}",
        written.out
    );
    assert!(world.repo.path().join(".gitlab/redgreen.yml").is_file());
    assert_eq!(
        world.redgreen(&["init", "--ci", "gitlab", "--write"]).code,
        2
    );
}
