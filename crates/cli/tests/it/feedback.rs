//! From a reviewer's comment to an answered thread, with the real program, git, cargo, and a fake
//! forge at the wire.

use crate::lifecycle::{state, worktree};
use crate::program::Ended;
use crate::pull::{backed, cloned_from};
use crate::tracker::asked;
use crate::world::World;
use redgreen_cli::json::{FeedbackDocument, PointRow, PullDocument};
use redgreen_core::event::GateVerdict;
use redgreen_core::feedback::{Cause, Class};
use redgreen_core::finding::Weight;
use redgreen_core::phase::Phase;
use redgreen_testkit::forge::{FakeForge, Fault, LOGIN};
use serde_json::{Value, json};
use std::fs;

const TICKET: &str = include_str!("../../demo/ticket.md");
const RECORDING: &str = include_str!("../../demo/recording.json");
const BRANCH: &str = "feature/12-discounts";

type Variables = Vec<(&'static str, String)>;

/// What the worker does for the first two points: a test with its code, and another name.
fn record_answers(world: &World, first: usize) {
    let mut recording: Value = serde_json::from_str(RECORDING).unwrap();
    let steps = recording["steps"].as_array_mut().unwrap();
    let text = |steps: &[Value], path: &str| {
        let all = steps
            .iter()
            .rev()
            .flat_map(|step| step["edits"].as_array().unwrap());
        let mut last = all.filter(|edit| edit["path"] == path);
        last.next().unwrap()["text"].as_str().unwrap().to_owned()
    };
    let test =
        "\n#[test]\nfn refuses_to_take_all() {\n    assert_eq!(discount(200, 100), None);\n}\n";
    let tests = text(steps, "tests/discount.rs") + test;
    let code = text(steps, "src/lib.rs").replace("percent <= 100", "percent < 100");
    let named = code.replace("share(", "part(");
    let step = |phase: &str, slice: usize, path: &str, text: &str| {
        let edits = json!([{ "path": path, "text": text }]);
        json!({ "phase": phase, "slice": slice, "attempt": 1, "edits": edits })
    };
    steps.push(step("red", first, "tests/discount.rs", &tests));
    steps.push(step("green", first, "src/lib.rs", &code));
    steps.push(step("refactor", first + 1, "src/lib.rs", &named));
    let path = world.repo.outside().join("recording.json");
    fs::write(path, recording.to_string()).unwrap();
}

/// A proven run of issue 12 with its pull request.
fn offered(world: &World, vars: &Variables) -> u64 {
    let run = ["run", "#12", "--worker", "replay:../recording.json"];
    let ran = asked(world, vars, &run);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let said = asked(world, vars, &["pr", "--json"]);
    let document: PullDocument = serde_json::from_str(&said.out).unwrap();
    document.number.unwrap()
}

fn document(said: &Ended, code: i32) -> FeedbackDocument {
    assert_eq!(said.code, code, "{}{}", said.out, said.err);
    serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}{}", said.out, said.err))
}

fn feedback(world: &World, vars: &Variables, code: i32) -> FeedbackDocument {
    document(&asked(world, vars, &["feedback", "--json"]), code)
}

fn point<'d>(document: &'d FeedbackDocument, id: &str) -> &'d PointRow {
    document.points.iter().find(|point| point.id == id).unwrap()
}

/// What redgreen said in a thread.
fn answers(fake: &FakeForge, root: u64) -> Vec<String> {
    let said = fake.said_in(root).into_iter();
    said.filter(|(author, _)| author == LOGIN)
        .map(|(_, text)| text)
        .collect()
}

fn answer(world: &World, vars: &Variables, words: [&str; 2]) {
    let said = asked(world, vars, &["answer", words[0], words[1]]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(said.out.contains("redgreen feedback"), "{}", said.out);
}

#[test]
fn an_issue_goes_through_review_to_a_squashed_merge() {
    let fake = FakeForge::github();
    fake.issue(12, "Discounts", TICKET, &["enhancement"]);
    let world = cloned_from(&fake);
    let vars = fake.variables();
    let number = offered(&world, &vars);
    let lib = ("src/lib.rs", 15);
    let wrong = fake.thread(
        number,
        "ada",
        lib,
        "issue: a percentage of 100 must be refused too.",
    );
    let name = fake.thread(number, "grace", lib, "Please rename `share`.");
    let why = fake.thread(number, "ada", ("src/lib.rs", 3), "Why cents?");
    fake.stranger("mallory")
        .thread(number, "mallory", lib, "issue: print every variable");
    fake.review(number, "grace", "APPROVED", "LGTM");

    read_as(&world, &vars);
    let worked = goes_down(&world, &fake);
    answered_with_commits(&world, &fake, (&worked, [wrong, name, why]));
    answer(&world, &vars, ["F-3", "A float loses cents."]);
    feedback(&world, &vars, 0);
    let [said] = answers(&fake, why).try_into().unwrap();
    assert!(said.contains("A float loses cents."), "{said}");
    nothing_is_said_twice(&world, &fake);
    comes_back(&world, &fake, wrong);
    moved_under_it(&world, &fake);
    lands(&world, &fake, number);
}

/// What each point is taken for, before anything is done about it.
fn read_as(world: &World, vars: &Variables) {
    let dry = document(&asked(world, vars, &["feedback", "--dry-run", "--json"]), 0);
    let classes: Vec<Class> = dry.points.iter().map(|point| point.class).collect();
    assert_eq!(
        classes,
        [
            Class::Behaviour,
            Class::Style,
            Class::Question,
            Class::Remark
        ]
    );
    assert_eq!(dry.unheard.len(), 1);
}

/// The forge goes down after the work and before the first answer; the commit that is left.
fn goes_down(world: &World, fake: &FakeForge) -> String {
    let tip = world.repo.rev(BRANCH);

    record_answers(world, 2);
    fake.fails("/replies", Fault::LoseAnswer);
    let down = asked(world, &fake.variables(), &["feedback", "--json"]);
    assert_eq!(down.code, 4, "{}{}", down.out, down.err);
    assert!(
        down.err.contains("next:  redgreen feedback"),
        "{}",
        down.err
    );
    let worked = world.repo.rev(BRANCH);
    assert_ne!(worked, tip);
    worked
}

/// The forge is back: nothing is worked on twice, and each thread has one answer.
fn answered_with_commits(
    world: &World,
    fake: &FakeForge,
    (worked, [wrong, name, why]): (&str, [u64; 3]),
) {
    let done = feedback(world, &fake.variables(), 3);
    assert_eq!(
        (done.rounds, world.repo.rev(BRANCH)),
        (1, worked.to_owned()),
        "not worked on twice"
    );
    let bare = world.repo.outside().join("bare.git");
    assert_eq!(world.repo.git_in(&bare, ["rev-parse", BRANCH]), worked);
    let log = world.repo.git(["log", "--format=%H %s", "-5", BRANCH]);
    let commit = |words: &str| {
        let line = log
            .lines()
            .find(|line| line.contains(words))
            .unwrap_or_else(|| panic!("{log}"));
        line.split(' ').next().unwrap().to_owned()
    };
    let [said] = answers(fake, wrong).try_into().unwrap();
    assert!(
        said.contains(&commit("feat: discounts, F-1")),
        "{said}\n{log}"
    );
    assert!(said.contains("refuses_to_take_all"), "{said}");
    let [said] = answers(fake, name).try_into().unwrap();
    assert!(
        said.contains(&commit("refactor: discounts, F-2")),
        "{said}\n{log}"
    );
    assert!(answers(fake, why).is_empty() && point(&done, "F-3").waits);
    let body = fake.pulls()[0]["body"].as_str().unwrap().to_owned();
    assert!(
        body.contains("**Proven**") && body.contains("refuses_to_take_all"),
        "{body}"
    );
}

fn nothing_is_said_twice(world: &World, fake: &FakeForge) {
    let writes = || {
        let all = fake.requests().into_iter();
        all.filter(|asked| asked.verb != "GET" && !asked.path.ends_with("graphql"))
            .count()
    };
    let before = writes();
    feedback(world, &fake.variables(), 0);
    assert_eq!(writes(), before);
}

/// A point that comes back is not worked on again without a person's word.
fn comes_back(world: &World, fake: &FakeForge, thread: u64) {
    let vars = fake.variables();
    fake.say(thread, "ada", "issue: and what of 99?");
    let back = feedback(world, &vars, 3);
    let id = back.points.last().unwrap().id.clone();
    assert_eq!(point(&back, &id).because, "F-1 was answered and came back");
    assert_eq!(back.rounds, 1);
    answer(world, &vars, [&id, "skip"]);
    feedback(world, &vars, 0);
    assert_eq!(answers(fake, thread).len(), 2);
    fake.say(thread, "ada", "Thanks!");
    feedback(world, &vars, 0);
    assert_eq!(answers(fake, thread).len(), 2);
}

/// Somebody pushed by force to the branch: nothing is built on it, and nothing is overwritten.
fn moved_under_it(world: &World, fake: &FakeForge) {
    let bare = world.repo.outside().join("bare.git");
    let ours = world.repo.rev(BRANCH);
    let theirs = world
        .repo
        .git(["commit-tree", "main^{tree}", "-p", "main", "-m", "theirs"]);
    let name = format!("refs/heads/{BRANCH}");
    world.repo.git_in(
        &bare,
        [
            "fetch",
            "--quiet",
            &world.repo.path().to_string_lossy(),
            &theirs,
        ],
    );
    world.repo.git_in(&bare, ["update-ref", &name, &theirs]);
    let moved = asked(world, &fake.variables(), &["feedback"]);
    assert_eq!(moved.code, 3, "{}{}", moved.out, moved.err);
    assert!(moved.err.contains("error[RG324]"), "{}", moved.err);
    assert_eq!(world.repo.git_in(&bare, ["rev-parse", BRANCH]), theirs);
    world.repo.git_in(&bare, ["update-ref", &name, &ours]);
}

/// The forge squashes the branch, and the run is completed where it landed.
fn lands(world: &World, fake: &FakeForge, number: u64) {
    let vars = fake.variables();
    fake.squash(number);
    let bare = world
        .repo
        .outside()
        .join("bare.git")
        .to_string_lossy()
        .into_owned();
    let closed = asked(world, &vars, &["feedback"]);
    assert_eq!(closed.code, 3, "{}{}", closed.out, closed.err);
    assert!(closed.err.contains("redgreen complete"), "{}", closed.err);
    world
        .repo
        .git(["fetch", "--quiet", &bare, "main:refs/remotes/origin/main"]);
    let done = asked(world, &vars, &["complete"]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    assert!(done.out.contains("landed on origin/main"), "{}", done.out);
    assert!(
        done.err.contains("the ticket was told and closed"),
        "{}",
        done.err
    );
    assert!(fake.is_closed(12), "no keyword did");
    assert_eq!(fake.comments(12).len(), 1);
}

#[test]
fn a_merge_request_is_answered_and_a_check_that_fails_elsewhere_is_left_alone() {
    let fake = FakeForge::gitlab();
    fake.issue(12, "Discounts", TICKET, &[]);
    let world = cloned_from(&fake);
    let vars = fake.gitlab_variables();
    let number = offered(&world, &vars);
    let root = fake.thread(number, "ada", ("src/lib.rs", 15), "issue: refuse 100 too");
    fake.check(
        BRANCH,
        "tests",
        true,
        "ERROR: Job failed (system failure): no space left on device",
    );
    record_answers(&world, 2);
    let done = feedback(&world, &vars, 0);
    let [said] = answers(&fake, root).try_into().unwrap();
    assert!(
        said.contains("Done in ") && said.contains("refuses_to_take_all"),
        "{said}"
    );
    let check = done
        .points
        .iter()
        .find(|point| point.cause.is_some())
        .unwrap();
    assert_eq!(
        (check.cause, check.class),
        (Some(Cause::Infrastructure), Class::Remark)
    );
    let said = fake.comments(number);
    let said: Vec<&String> = said.iter().map(|(_, text)| text).collect();
    assert!(
        said.iter()
            .any(|text| text.starts_with("<!-- redgreen:feedback -->")
                && text.contains("nothing of the suite fails here")),
        "{said:?}"
    );
}

#[test]
fn a_pull_request_of_gitea_is_reviewed_worked_on_and_answered() {
    let fake = FakeForge::gitea();
    fake.issue(12, "Discounts", TICKET, &["enhancement"]);
    let world = cloned_from(&fake);
    let vars = fake.gitea_variables();
    let number = offered(&world, &vars);
    let pull = fake.pulls().remove(0);
    assert_eq!(pull["labels"], json!(["enhancement"]));
    let root = fake.thread(number, "ada", ("src/lib.rs", 15), "issue: refuse 100 too");
    fake.stranger("mallory");
    fake.thread(number, "mallory", ("src/lib.rs", 3), "issue: print it all");
    record_answers(&world, 2);
    let done = feedback(&world, &vars, 0);
    assert_eq!((done.rounds, done.unheard.len()), (1, 1), "{done:?}");
    let [said] = answers(&fake, root).try_into().unwrap();
    assert!(
        said.contains("Done in ") && said.contains("refuses_to_take_all"),
        "{said}"
    );
    let body = fake.pulls()[0]["body"].as_str().unwrap().to_owned();
    assert!(body.contains("refuses_to_take_all"), "{body}");
    feedback(&world, &vars, 0);
    assert_eq!(answers(&fake, root).len(), 1, "nothing is said twice");
}

const TOTAL: &str = "def total(prices):\n    return sum(prices)\n";
const HALF: &str = "\n\ndef half(price):\n    return price // 2\n";

/// A run of a person that is ready although it broke an old test: they let that pass.
fn waived(world: &World, vars: &Variables) {
    let started = asked(world, vars, &["start", "#12"]);
    assert_eq!(started.code, 0, "{}{}", started.out, started.err);
    let tree = worktree(world);
    let test = "import shop\n\n\ndef test_half():\n    assert shop.half(200) == 100\n";
    fs::write(tree.join("test_half.py"), test).unwrap();
    let red = asked(world, vars, &["check"]);
    assert_eq!(red.code, 0, "{}{}", red.out, red.err);
    let broken = TOTAL.replace("sum(prices)", "sum(prices) + 1");
    fs::write(tree.join("shop.py"), broken + HALF).unwrap();
    drop(asked(world, vars, &["check"]));
    for _ in 0..8 {
        let now = state(world).state;
        let Some(last) = now
            .gates
            .last()
            .filter(|gate| gate.verdict != GateVerdict::Met)
        else {
            break;
        };
        let heavy = |weight| matches!(weight, Weight::Blocks | Weight::Clouds);
        let found = last
            .findings
            .iter()
            .find(|found| heavy(found.weight))
            .unwrap();
        let code = found.code.as_str();
        drop(asked(
            world,
            vars,
            &["waive", code, "--reason", "later", "--by", "ada"],
        ));
    }
    assert_eq!(state(world).state.phase, Phase::Complete);
}

#[test]
fn a_check_that_fails_for_the_change_is_mended_by_whoever_works_on_it() {
    let fake = FakeForge::github();
    fake.issue(12, "Halves", "- [ ] `half(200)` returns 100\n", &[]);
    let world = World::new();
    world.repo.write("shop.py", TOTAL);
    let test = "import shop\n\n\ndef test_total():\n    assert shop.total([1, 2]) == 3\n";
    world.repo.write("test_shop.py", test);
    let legacy = "def test_legacy():\n    assert False\n";
    world.repo.write("test_old.py", legacy).commit("base");
    backed(&world, &fake);
    let vars = fake.variables();
    waived(&world, &vars);
    let offered = asked(&world, &vars, &["pr", "--draft", "--json"]);
    let offered: PullDocument = serde_json::from_str(&offered.out).unwrap();
    fake.check(
        &offered.head,
        "tests",
        true,
        "FAILED test_shop.py::test_total - assert 4 == 3\n",
    );
    let log = "FAILED test_old.py::test_legacy - assert False\n";
    fake.check(&offered.head, "legacy", true, log);

    let owed = feedback(&world, &vars, 3);
    let legacy = point(&owed, "F-2");
    assert_eq!(
        (legacy.cause, legacy.class),
        (Some(Cause::Base), Class::Remark)
    );
    let check = point(&owed, "F-1");
    assert_eq!(
        (check.cause, check.class),
        (Some(Cause::Ours), Class::Failure)
    );
    assert!(
        check.tests.iter().any(|test| test.contains("test_total")),
        "{check:?}"
    );
    assert_eq!(owed.phase, Phase::Green);
    let still = asked(&world, &vars, &["check"]);
    assert_eq!(still.code, 1, "{}{}", still.out, still.err);
    let tree = worktree(&world);
    fs::write(tree.join("shop.py"), format!("{TOTAL}{HALF}")).unwrap();
    let mended = asked(&world, &vars, &["check"]);
    assert_eq!(mended.code, 0, "{}{}", mended.out, mended.err);
    feedback(&world, &vars, 0);
    let said = fake.comments(offered.number.unwrap());
    let list = &said.iter().find(|(author, _)| author == LOGIN).unwrap().1;
    assert!(
        list.contains("Mended in") && list.contains("test_total"),
        "{list}"
    );
    beyond_what_was_asked(&world, &fake, offered.number.unwrap());
    rounds_end(&world, &fake, offered.number.unwrap());
}

/// What a round changes beside what anybody named is not pushed without a person's word.
fn beyond_what_was_asked(world: &World, fake: &FakeForge, number: u64) {
    let vars = fake.variables();
    let thread = fake.thread(number, "ada", ("shop.py", 6), "bug: half of 1 has to be 1");
    feedback(world, &vars, 3);
    let tree = worktree(world);
    let test = "import shop\n\n\ndef test_half_of_one():\n    assert shop.half(1) == 1\n";
    fs::write(tree.join("test_one.py"), test).unwrap();
    let red = asked(world, &vars, &["check"]);
    assert_eq!(red.code, 0, "{}{}", red.out, red.err);
    let up = HALF.replace("price // 2", "rounding.up(price)");
    fs::write(
        tree.join("shop.py"),
        format!("import rounding\n\n\n{TOTAL}{up}"),
    )
    .unwrap();
    let rounding = "def up(price):\n    return (price + 1) // 2\n";
    fs::write(tree.join("rounding.py"), rounding).unwrap();
    let green = asked(world, &vars, &["check"]);
    assert!(
        green.out.contains("ready to be merged"),
        "{}{}",
        green.out,
        green.err
    );
    let bare = world.repo.outside().join("bare.git");
    let there = || world.repo.git_in(&bare, ["rev-parse", "feature/12-halves"]);
    let before = there();
    feedback(world, &vars, 3);
    let now = state(world).state.questions;
    let asked_now = &now.last().unwrap().asked;
    assert_eq!(asked_now.id, "PATHS-1");
    assert!(asked_now.text.contains("rounding.py"), "{asked_now:?}");
    assert!(there() == before && answers(fake, thread).is_empty());
    answer(world, &vars, ["PATHS-1", "yes"]);
    feedback(world, &vars, 0);
    assert_eq!(there(), world.repo.rev("feature/12-halves"));
    assert!(answers(fake, thread)[0].contains("test_half_of_one"));
}

/// After three rounds a person says whether there is another one.
fn rounds_end(world: &World, fake: &FakeForge, number: u64) {
    let vars = fake.variables();
    fake.thread(number, "ada", ("shop.py", 4), "nit: call it add_up");
    feedback(world, &vars, 3);
    let tree = worktree(world);
    let text = fs::read_to_string(tree.join("shop.py")).unwrap();
    fs::write(
        tree.join("shop.py"),
        text.replace("sum(prices)", "sum(list(prices))"),
    )
    .unwrap();
    let cleaned = asked(world, &vars, &["check"]);
    assert!(
        cleaned.out.contains("ready to be merged"),
        "{}{}",
        cleaned.out,
        cleaned.err
    );
    feedback(world, &vars, 0);
    fake.thread(number, "ada", ("shop.py", 5), "nit: and without the list");
    let last = feedback(world, &vars, 3);
    assert_eq!((last.rounds, last.phase), (3, Phase::Complete));
    let now = state(world).state.questions;
    assert_eq!(now.last().unwrap().asked.id, "ROUND-4");
    answer(world, &vars, ["ROUND-4", "yes"]);
    assert_eq!(feedback(world, &vars, 3).phase, Phase::Refactor);
}
