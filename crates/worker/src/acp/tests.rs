//! The client against an agent that plays parts, good and bad, over real pipes.

use super::*;
use crate::in_memory::{InMemory, task};
use redgreen_core::phase::Phase;
use redgreen_core::work::Stepped;
use std::fs;

struct Stage {
    dir: tempfile::TempDir,
    logbook: InMemory,
    stop: Arc<AtomicBool>,
    seconds: u64,
    modes: Vec<String>,
    budget: Budget,
}

impl Stage {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        fs::create_dir(dir.path().join("tree")).expect("made");
        Self {
            dir,
            logbook: InMemory::default(),
            stop: Arc::default(),
            seconds: 120,
            modes: vec!["ask".to_owned()],
            budget: Budget::default(),
        }
    }

    fn play(&mut self, part: &str) -> Result<Handed, WorkerFailed> {
        let program = redgreen_testkit::write_fake_acp(self.dir.path());
        let word = |path: &Path| Words::One(path.to_str().expect("plain").to_owned());
        let log = self.dir.path().join("log");
        let one = |text: &str| Words::One(text.to_owned());
        let manner = Manner {
            line: vec![one("python3"), word(&program), one(part), word(&log)],
            modes: self.modes.clone(),
            usage: Summing::Sum,
            ..Manner::default()
        };
        let preset = Preset {
            acp: Some(manner),
            seconds: Some(self.seconds),
            ..Preset::default()
        };
        let scratch = self.dir.path().join("scratch");
        let stop = Some(self.stop.clone());
        let acp = Acp::new("fake", &preset, &scratch, stop).expect("talks");
        let mut acp = acp.within(self.budget);
        let task = task(&self.dir.path().join("tree"), Phase::Red);
        let done = acp.work(&task, &mut self.logbook);
        drop(acp);
        let left = scratch.join("agents").read_dir().map_or(0, Iterator::count);
        let kept = goes_on_later(&done);
        assert_eq!(
            left,
            usize::from(kept),
            "its home goes with it, unless it goes on"
        );
        done
    }

    fn done(&mut self, part: &str) -> String {
        match self.play(part) {
            Ok(Handed::Done(claim)) => claim.summary,
            other => panic!("{part}: {other:?}\n{}", self.log()),
        }
    }

    fn failed(&mut self, part: &str) -> String {
        match self.play(part) {
            Err(failed) => failed.why,
            other => panic!("{part}: {other:?}"),
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    fn wrote(&self, path: &str) -> bool {
        self.dir.path().join("tree").join(path).exists()
    }

    fn refused(&self) -> Vec<(&str, &str)> {
        let steps = self.logbook.steps.iter();
        let refused = steps.filter_map(|step| match step {
            Stepped::Refused { wanted, why } => Some((wanted.as_str(), why.as_str())),
            Stepped::Told { .. } | Stepped::ModelAnswered { .. } | Stepped::ToolAnswered { .. } => {
                None
            }
        });
        refused.collect()
    }
}

#[test]
fn an_honest_agent_works_in_the_strictest_mode_and_its_news_are_kept() {
    let mut stage = Stage::new();
    assert_eq!(stage.done("honest"), "All done.");
    assert!(stage.wrote("tests/test_a.py"));
    let log = stage.log();
    for owed in [
        r#"{"fs": {"readTextFile": false, "writeTextFile": false}, "terminal": false}"#,
        "new True []",
        "mode ask",
        "prompt 1: RED: write failing tests",
        r#"{"outcome": {"optionId": "yes", "outcome": "selected"}}"#,
    ] {
        assert!(log.contains(owed), "{owed} is not in {log}");
    }
    let spent = redgreen_engine::drive::Logbook::spent(&stage.logbook);
    assert_eq!(
        (spent.usage.input, spent.usage.cached, spent.usage.output),
        (100, 40, 30)
    );
    assert_eq!((spent.turns, spent.micros, spent.unpriced), (1, 250_000, 0));
    let told = format!("{:?}", stage.logbook.steps);
    assert!(
        told.contains("\"session\"") && told.contains("tests/test_a.py"),
        "{told}"
    );
}

#[test]
fn a_request_with_nothing_but_an_id_is_joined_with_what_was_told_before() {
    let mut stage = Stage::new();
    stage.done("only-id");
    assert!(stage.wrote("tests/test_a.py"), "{}", stage.log());
}

#[test]
fn what_is_refused_is_explained_in_a_prompt_that_follows() {
    let mut stage = Stage::new();
    stage.done("outside");
    let log = stage.log();
    assert!(
        log.contains("prompt 2: While you worked, this was refused:"),
        "{log}"
    );
    assert!(!stage.dir.path().join("escaped.py").exists());
    assert!(!stage.wrote("src/code.py"));
    assert!(stage.wrote("tests/test_a.py"), "the second turn goes on");
    let refused = stage.refused();
    assert_eq!(refused.len(), 2, "{refused:?}");
    assert!(
        refused[0].1.ends_with("is outside of the worktree"),
        "{refused:?}"
    );
    assert!(
        refused[1].1.contains("only tests may be written"),
        "{refused:?}"
    );
}

#[test]
fn one_that_tries_again_and_again_is_not_listened_to_for_ever() {
    let mut stage = Stage::new();
    let why = stage.failed("stubborn");
    assert_eq!(why, "it gives up, as something was refused");
    assert!(stage.log().contains("prompt 4: ") && !stage.log().contains("prompt 5: "));
}

#[test]
fn an_option_that_holds_for_ever_is_never_chosen() {
    let mut stage = Stage::new();
    stage.done("odd-options");
    assert!(!stage.wrote("tests/test_a.py"));
    let log = stage.log();
    assert!(
        log.contains(r#"{"outcome": {"outcome": "cancelled"}}"#),
        "{log}"
    );
}

#[test]
fn files_and_terminals_are_not_offered() {
    let mut stage = Stage::new();
    stage.done("own-tools");
    assert!(!stage.wrote("planted.py"));
    let log = stage.log();
    assert!(
        log.contains(r#"fs/write_text_file: {"code": -32601"#),
        "{log}"
    );
    assert!(log.contains(r#"terminal/create: {"code": -32601"#), "{log}");
}

#[test]
fn garbage_and_endless_lines_are_passed_over_but_not_for_ever() {
    for part in ["garbage", "huge"] {
        let mut stage = Stage::new();
        assert_eq!(stage.done(part), "All done.", "{part}");
    }
    let why = Stage::new().failed("floods");
    assert!(why.contains("it does not speak the protocol"), "{why}");
}

#[test]
fn one_that_dies_is_quoted_with_its_own_words() {
    let mut stage = Stage::new();
    let why = stage.failed("dies");
    assert_eq!(
        why,
        "it ended in the middle of session/prompt: exit 7: out of memory"
    );
}

#[test]
fn one_that_never_answers_is_ended_at_its_limit() {
    let mut stage = Stage::new();
    stage.seconds = 1;
    let failed = stage.play("silent").expect_err("fails");
    assert_eq!(failed.why, "not done in time");
    assert_eq!(
        failed.sort,
        Failing::Own,
        "nobody asked it to stop: it costs an attempt"
    );
}

#[test]
fn a_turn_that_nobody_cancelled_and_that_is_cancelled_is_a_failure() {
    assert_eq!(
        Stage::new().failed("cancelled"),
        "its turn ended with cancelled"
    );
}

#[test]
fn a_mode_that_is_not_offered_or_not_kept_stops_the_work_before_it_begins() {
    let mut stage = Stage::new();
    assert_eq!(
        stage.failed("no-mode"),
        "it has no mode ask; it offers: yolo"
    );
    assert!(!stage.log().contains("prompt"));
    let mut stage = Stage::new();
    let why = stage.failed("keeps-mode");
    assert_eq!(why, "it was to work in mode ask and is in mode yolo");
    let why = Stage::new().failed("newer");
    assert_eq!(why, "it speaks version 2 of the protocol, not 1");
}

#[test]
fn what_it_says_that_it_costs_stops_it_in_the_middle_of_its_turn() {
    let mut stage = Stage::new();
    stage.budget.micros = Some(4_000_000);
    let failed = stage.play("spends").expect_err("is stopped");
    assert_eq!(failed.sort, Failing::Budget, "{failed}");
    assert!(
        failed
            .why
            .contains("5.0000 would pass the budget of 4.0000"),
        "{failed}"
    );
    let spent = redgreen_engine::drive::Logbook::spent(&stage.logbook);
    assert_eq!(spent.micros, 5_000_000, "it is on record");
    let mut stage = Stage::new();
    stage.budget.seconds = Some(1);
    let failed = stage.play("silent").expect_err("is stopped");
    assert_eq!(failed.sort, Failing::Budget, "{failed}");
}

#[test]
fn a_stop_is_told_and_ends_all_that_was_started() {
    let mut stage = Stage::new();
    let (stop, log) = (stage.stop.clone(), stage.dir.path().join("log"));
    let stopper = std::thread::spawn(move || {
        while !fs::read_to_string(&log)
            .unwrap_or_default()
            .contains("child ")
        {
            std::thread::sleep(Duration::from_millis(10));
        }
        stop.store(true, Ordering::Relaxed);
    });
    let failed = stage.play("waits").expect_err("is stopped");
    stopper.join().expect("ended");
    assert_eq!(failed.sort, Failing::Stopped);
    let log = stage.log();
    assert!(log.contains("cancel"), "{log}");
    let child = log
        .lines()
        .find_map(|line| line.strip_prefix("child "))
        .expect("a child");
    let stat = fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
    assert!(stat.is_empty() || stat.contains(") Z "), "{stat}");
}

#[test]
fn a_session_that_was_stopped_is_gone_on_with_and_its_history_is_not_told_again() {
    let mut stage = Stage::new();
    let (stop, log) = (stage.stop.clone(), stage.dir.path().join("log"));
    let stopper = std::thread::spawn(move || {
        while !fs::read_to_string(&log)
            .unwrap_or_default()
            .contains("child ")
        {
            std::thread::sleep(Duration::from_millis(10));
        }
        stop.store(true, Ordering::Relaxed);
    });
    stage.play("waits").expect_err("is stopped");
    stopper.join().expect("ended");
    stage.stop = Arc::default();
    assert_eq!(stage.done("remembers"), "All done.");
    assert!(stage.log().contains("load session-1"), "{}", stage.log());
    assert!(!format!("{:?}", stage.logbook.steps).contains("old words"));
}

#[test]
fn a_program_that_is_not_there_is_named_with_how_it_is_installed() {
    let dir = tempfile::tempdir().expect("a directory");
    let preset = crate::presets::load("codex", None)
        .expect("reads")
        .expect("is known");
    let mut manner = preset.acp.clone().expect("talks");
    manner.line = vec![Words::One("no-such-agent".to_owned())];
    let preset = Preset {
        acp: Some(manner),
        ..preset
    };
    let mut acp = Acp::new("codex", &preset, dir.path(), None).expect("talks");
    let failed = acp.work(&task(dir.path(), Phase::Red), &mut InMemory::default());
    let why = failed.expect_err("fails").why;
    assert!(
        why.contains("no-such-agent is not there; it is installed by: npm install"),
        "{why}"
    );
}
