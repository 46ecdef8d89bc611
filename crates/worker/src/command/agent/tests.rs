//! Agents as subprocesses, played by small shell scripts.

use super::*;
use crate::in_memory::{InMemory, task};
use crate::news::Format;
use crate::presets::Words;
use redgreen_core::phase::Phase;
use std::fs;

const TALKS: &str = r#"
echo '{"type":"thread.started","thread_id":"t-1"}'
echo '{"type":"item.completed","item":{"type":"agent_message","text":"done"}}'
echo '{"type":"turn.completed","usage":{"input_tokens":5,"output_tokens":2}}'
"#;

fn agent(dir: &Path, script: &str) -> Agent {
    let one = |word: &str| Words::One(word.to_owned());
    let line = |how: &str| {
        let script = format!("{script}\nprintf '%s\\n' {how} \"$0\" \"$@\" >> args");
        vec![one("sh"), one("-c"), one(&script)]
    };
    let (mut first, mut again) = (line("first"), line("again"));
    first.extend([
        one("$PROMPT_FILE"),
        Words::Together(vec!["-m".into(), "$MODEL".into()]),
    ]);
    again.push(one("$SESSION"));
    let preset = Preset {
        keys: vec!["PATH".to_owned(), "REDGREEN_NO_SUCH_KEY".to_owned()],
        seconds: Some(60),
        set: [("OWN".to_owned(), "$HOME/x".to_owned())].into(),
        files: [("conf/a".to_owned(), "at $WORKTREE".to_owned())].into(),
        command: Some(Call {
            line: first,
            resume: Some(again),
            events: Format::Codex,
            ..Call::default()
        }),
        ..Preset::default()
    };
    let mut agent = Agent::new("fake", &preset, &dir.join("scratch"), None).expect("runs");
    let home = ("HOME".into(), dir.join("users").into());
    let caller = [
        ("PATH".into(), std::env::var_os("PATH").expect("a path")),
        home,
        ("SECRET".into(), "s".into()),
    ];
    agent.place = Place::new(&dir.join("scratch"), caller.into());
    agent
}

fn work(agent: &mut Agent, dir: &Path, logbook: &mut InMemory) -> Result<String, WorkerFailed> {
    fs::create_dir_all(dir.join("tree")).expect("made");
    let done = agent.work(&task(&dir.join("tree"), Phase::Red), logbook)?;
    match done {
        Handed::Done(claim) => Ok(claim.summary),
        Handed::Later => panic!("it works now"),
    }
}

#[test]
fn it_gets_its_own_home_and_nothing_of_the_callers_but_what_is_named() {
    let dir = tempfile::tempdir().expect("a directory");
    let script = format!("{TALKS}\nenv > env; cat \"$HOME/conf/a\" > conf; pwd > where");
    let mut agent = agent(dir.path(), &script);
    let mut logbook = InMemory::default();
    assert_eq!(
        work(&mut agent, dir.path(), &mut logbook).expect("works"),
        "done"
    );
    let tree = dir.path().join("tree");
    let env = fs::read_to_string(tree.join("env")).expect("written");
    assert!(!env.contains("SECRET="), "{env}");
    assert!(
        env.contains("REDGREEN_WORKER=1") && env.contains("REDGREEN_PHASE=red"),
        "{env}"
    );
    assert!(env.contains("PYTHONDONTWRITEBYTECODE=1"), "{env}");
    let home = env
        .lines()
        .find_map(|line| line.strip_prefix("HOME="))
        .expect("a home");
    assert!(
        home.starts_with(dir.path().join("scratch").to_str().expect("plain")),
        "{home}"
    );
    assert!(env.contains(&format!("OWN={home}/x")), "{env}");
    let conf = fs::read_to_string(tree.join("conf")).expect("written");
    assert_eq!(conf, format!("at {}", tree.display()));
    let spent = Logbook::spent(&logbook);
    assert_eq!(
        (spent.usage.total(), spent.turns, spent.unpriced),
        (7, 1, 1)
    );
    drop(agent);
    assert!(!Path::new(home).exists(), "its home goes with it");
}

#[test]
fn a_retry_goes_on_with_the_session_of_the_same_phase() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut agent = agent(dir.path(), TALKS);
    let mut logbook = InMemory::default();
    for _ in 0..2 {
        work(&mut agent, dir.path(), &mut logbook).expect("works");
    }
    let args = fs::read_to_string(dir.path().join("tree/args")).expect("written");
    let args: Vec<&str> = args.lines().collect();
    assert_eq!(args[0], "first");
    assert!(args[1].ends_with("/prompt.md"), "{args:?}");
    assert_eq!(
        args[2..],
        ["again", "t-1"],
        "a group without a value is left out"
    );
    let other = task(&dir.path().join("tree"), Phase::Green);
    agent.work(&other, &mut InMemory::default()).expect("works");
    let args = fs::read_to_string(dir.path().join("tree/args")).expect("written");
    assert_eq!(
        args.lines().nth(4),
        Some("first"),
        "another phase never hears of it"
    );
}

#[test]
fn its_failure_is_told_in_its_own_words_whatever_its_exit_code() {
    let dir = tempfile::tempdir().expect("a directory");
    let fails = [
        (
            "echo '{\"type\":\"turn.failed\",\"error\":{\"message\":\"no credit\"}}'; exit 0",
            "exit 0: no credit",
        ),
        (
            "echo broken pipe dream >&2; exit 3",
            "exit 3: broken pipe dream",
        ),
        ("kill -9 $$", "ended by signal 9"),
    ];
    for (script, owed) in fails {
        let mut agent = agent(dir.path(), script);
        let mut logbook = InMemory::default();
        let failed = work(&mut agent, dir.path(), &mut logbook).expect_err("fails");
        assert_eq!(failed.why, owed, "{script}");
        assert_eq!(failed.sort, Failing::Own);
    }
}

#[test]
fn what_it_tells_of_its_spending_stops_it_and_with_more_it_goes_on() {
    let dir = tempfile::tempdir().expect("a directory");
    let slow = format!("{TALKS}\nsleep 600");
    let budget = |tokens| Budget {
        tokens: Some(tokens),
        ..Budget::default()
    };
    let mut logbook = InMemory::default();
    let mut first = agent(dir.path(), &slow).within(budget(6));
    let failed = work(&mut first, dir.path(), &mut logbook).expect_err("is stopped");
    assert_eq!(failed.sort, Failing::Budget, "{failed}");
    assert_eq!(failed.why, "fake: 7 tokens would pass the budget of 6");
    drop(first);
    let mut next = agent(dir.path(), TALKS).within(budget(7));
    let failed = work(&mut next, dir.path(), &mut logbook).expect_err("is not begun");
    assert_eq!(failed.sort, Failing::Budget, "{failed}");
    drop(next);
    let mut next = agent(dir.path(), TALKS).within(budget(700));
    work(&mut next, dir.path(), &mut logbook).expect("works");
    let args = fs::read_to_string(dir.path().join("tree/args")).expect("written");
    assert_eq!(
        args.lines().collect::<Vec<_>>(),
        ["again", "t-1"],
        "in its session"
    );
}

#[test]
fn a_budget_of_time_ends_it_and_costs_no_attempt() {
    let dir = tempfile::tempdir().expect("a directory");
    let budget = Budget {
        seconds: Some(1),
        ..Budget::default()
    };
    let mut slow = agent(dir.path(), "sleep 600").within(budget);
    let failed = work(&mut slow, dir.path(), &mut InMemory::default()).expect_err("is stopped");
    assert_eq!(failed.sort, Failing::Budget, "{failed}");
}

#[test]
fn a_stop_ends_it_and_its_session_is_kept_for_later() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut slow = agent(dir.path(), &format!("{TALKS}\nsleep 600"));
    slow.stop = Some(Arc::new(AtomicBool::new(true)));
    let mut logbook = InMemory::default();
    let failed = work(&mut slow, dir.path(), &mut logbook).expect_err("is stopped");
    assert_eq!(failed.sort, Failing::Stopped);
    drop(slow);
    assert_eq!(
        dir.path()
            .join("scratch/agents")
            .read_dir()
            .expect("is there")
            .count(),
        1
    );
    let told = |session: &str| redgreen_core::work::Stepped::Told {
        sort: "session".into(),
        text: session.into(),
        spent: redgreen_core::work::Spent::default(),
    };
    // It was stopped before it could name its session; another one was recorded before.
    logbook.steps.push(told("t-9"));
    let mut next = agent(dir.path(), TALKS);
    work(&mut next, dir.path(), &mut logbook).expect("works");
    let args = fs::read_to_string(dir.path().join("tree/args")).expect("written");
    assert_eq!(args.lines().collect::<Vec<_>>(), ["again", "t-9"]);
}
