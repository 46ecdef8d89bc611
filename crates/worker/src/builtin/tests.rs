//! Lets a scripted model work through real sockets, in every dialect and with every fault.

use super::model::{Endpoints, Online, Patience};
use super::*;
use crate::in_memory::InMemory;
use redgreen_core::phase::Phase;
use redgreen_core::work::{Spent, Stepped};
use redgreen_engine::drive::Failing;
use redgreen_engine::process::{Home, clean_env};
use redgreen_testkit::model::{Fault, ModelServer, Script, Seen, Turn};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

const MODELS: [&str; 4] = [
    "anthropic/claude-x",
    "openai/gpt-x",
    "openai-chat/gpt-x",
    "gemini/gemini-x",
];
const BUG: &str = "def add(a, b):\n    \"\"\"Return the sum of a and b.\"\"\"\n    return a - b\n";
const TEST: &str = "import unittest\nfrom calc import add\n\n\nclass T(unittest.TestCase):\n    \
    def test_add(self):\n        self.assertEqual(add(2, 3), 5)\n";

fn edit(old: &str, new: &str) -> Turn {
    Turn::call("edit", json!({"path": "calc.py", "old": old, "new": new}))
}

/// List, read, edit (wrong), look at it, edit (right), finish.
fn six_turns() -> Vec<Turn> {
    turns_with("cat calc.py")
}

fn turns_with(test: &str) -> Vec<Turn> {
    vec![
        Turn::call("run", json!({"command": "ls -la"})),
        Turn::call("read", json!({"path": "calc.py"})),
        edit("    return a - b\n", "    return a * b\n"),
        Turn::call("run", json!({"command": test})),
        edit("    return a * b\n", "    return a + b\n"),
        Turn::say("Fixed add() in calc.py; the tests pass."),
    ]
}

/// A small project, a scripted model, and a logbook that outlives a worker.
struct Bench {
    dir: tempfile::TempDir,
    server: ModelServer,
    logbook: InMemory,
    budget: Budget,
    patience: Patience,
}

impl Bench {
    fn new(script: Script) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        fs::write(dir.path().join("calc.py"), BUG).expect("a file");
        fs::write(dir.path().join("test_calc.py"), TEST).expect("a file");
        fs::write(dir.path().join("README.md"), "calc\n").expect("a file");
        let patience = Patience {
            attempts: 4,
            first: Duration::from_millis(4),
            ..Patience::default()
        };
        Self {
            dir,
            server: ModelServer::start(script),
            logbook: InMemory::default(),
            budget: Budget::default(),
            patience,
        }
    }

    fn task(&self) -> Task {
        Task {
            phase: Phase::Green,
            slice: 0,
            attempt: 1,
            title: "Sums".to_owned(),
            ticket: String::new(),
            criteria: Vec::new(),
            findings: Vec::new(),
            moved_aside: Vec::new(),
            worktree: self.dir.path().to_owned(),
            bounds: redgreen_engine::drive::Bounds::default(),
            hidden: false,
            prompt: "GREEN: the test in test_calc.py fails; fix calc.py.".to_owned(),
        }
    }

    fn work(&mut self, model: &str) -> Result<Handed, WorkerFailed> {
        let env: BTreeMap<String, String> = self.server.env().into_iter().collect();
        let found = Endpoints::default().find(model, &|name| env.get(name).cloned());
        let endpoint = found.expect("is known");
        let parent: Vec<_> = std::env::vars_os().collect();
        let (prices, _, _) = default_prices().expect("reads");
        let terms = Terms {
            budget: self.budget,
            prices,
            longest: 4000,
            env: clean_env(&parent, Home::At(self.dir.path()), self.dir.path(), &[]),
            session: "run-1".to_owned(),
            ..Terms::default()
        };
        let online = Online::new(endpoint, self.patience, None);
        let task = self.task();
        Builtin::new(Box::new(online), terms).work(&task, &mut self.logbook)
    }

    fn code(&self) -> String {
        fs::read_to_string(self.dir.path().join("calc.py")).expect("is there")
    }

    fn solved(&mut self, model: &str) {
        let handed = self
            .work(model)
            .unwrap_or_else(|error| panic!("{model}: {error}"));
        let Handed::Done(claim) = handed else {
            panic!("{model} works at its own pace")
        };
        assert_eq!(
            claim.summary, "Fixed add() in calc.py; the tests pass.",
            "{model}"
        );
        assert!(
            self.code().ends_with("return a + b\n"),
            "{model}: {}",
            self.code()
        );
    }

    /// The work stops clearly: with these words, for that reason.
    fn stops(&mut self, model: &str, sort: Failing, words: &str) {
        let failed = self.work(model).expect_err("stops");
        assert!(failed.why.contains(words), "{}", failed.why);
        assert_eq!(failed.sort, sort, "{}", failed.why);
        assert!(!failed.why.contains("key-of-the"), "{}", failed.why);
    }
}

fn entries(seen: &Seen) -> Vec<Value> {
    let lists = ["messages", "input", "contents"];
    let list = lists.iter().find_map(|name| seen.body[name].as_array());
    let mut entries = list.cloned().expect("a history");
    for entry in &mut entries {
        // Marks move along; what they mark stays.
        let blocks = entry["content"].as_array_mut().into_iter().flatten();
        for block in blocks.filter_map(Value::as_object_mut) {
            block.remove("cache_control");
        }
    }
    entries
}

#[test]
fn every_dialect_solves_the_script_with_a_history_that_only_grows() {
    for model in MODELS {
        let script = Script::of(turns_with("python3 -m unittest -q test_calc"));
        let mut bench = Bench::new(script);
        bench.solved(model);
        let seen = bench.server.seen();
        assert!(
            seen[4].body.to_string().contains("6 != 5"),
            "the tests were run"
        );
        assert_eq!(seen.len(), 6, "{model}");
        assert!(
            seen[0].bytes < 6_000,
            "{model}: first body {}",
            seen[0].bytes
        );
        let all: usize = seen.iter().map(|one| one.bytes).sum();
        assert!(all < 42_000, "{model}: all bodies {all}");
        println!("{model}: first {} all {all}", seen[0].bytes);
        for pair in seen.windows(2) {
            let (before, after) = (entries(&pair[0]), entries(&pair[1]));
            assert_eq!(after[..before.len()], before[..], "{model}");
            assert_eq!(pair[0].body["tools"], pair[1].body["tools"]);
        }
        let spent = bench.logbook.spent();
        assert_eq!(spent.turns, 6, "{model}");
        assert_eq!(spent.usage.output, 240, "{model}");
        assert!(
            spent.usage.input > 6000 && spent.usage.cached > 3000,
            "{spent:?}"
        );
    }
}

#[test]
fn a_provider_is_told_what_it_may_cache() {
    let mut bench = Bench::new(Script::of(six_turns()));
    bench.solved("anthropic/claude-x");
    for one in bench.server.seen() {
        let marks = one.body.to_string().matches("cache_control").count();
        assert!((2..=3).contains(&marks), "{marks}");
    }
    for model in ["openai/gpt-x", "openai-chat/gpt-x"] {
        let mut bench = Bench::new(Script::of(six_turns()));
        bench.solved(model);
        let keys = bench.server.seen();
        assert!(
            keys.iter()
                .all(|one| one.body["prompt_cache_key"] == "run-1"),
            "{model}"
        );
    }
}

#[test]
fn what_passes_by_itself_is_waited_for() {
    let faults = [
        Fault::TooMany(Some(0)),
        Fault::TooMany(None),
        Fault::Status(500, "oops".to_owned()),
        Fault::Status(529, "overloaded".to_owned()),
        Fault::Cut,
        Fault::HangUp,
        Fault::Garbage,
        Fault::NoUsage,
    ];
    for fault in faults {
        for model in MODELS {
            let script = Script::of(six_turns())
                .fault(0, fault.clone())
                .fault(3, fault.clone());
            let mut bench = Bench::new(script);
            bench.solved(model);
            let asked = bench.server.seen().len();
            assert_eq!(asked, 8, "{fault:?} {model}");
            assert_eq!(bench.logbook.spent().turns, 6, "{fault:?} {model}");
        }
    }
}

#[test]
fn what_does_not_pass_ends_in_a_clear_stop_and_the_same_attempt_goes_on_later() {
    for fault in [
        Fault::Cut,
        Fault::NoUsage,
        Fault::Garbage,
        Fault::TooMany(None),
    ] {
        for model in MODELS {
            let mut bench = Bench::new(Script::of(six_turns()).always(fault.clone()));
            bench.stops(model, Failing::Unreachable, "gave no answer in 4 attempts");
            assert_eq!(bench.server.seen().len(), 4, "{fault:?} {model}");
        }
    }
    let refused = Fault::Status(
        401,
        "{\"error\":{\"message\":\"bad key-of-the-messages-api\"}}".to_owned(),
    );
    let mut bench = Bench::new(Script::of(six_turns()).always(refused));
    bench.stops(
        "anthropic/claude-x",
        Failing::Unreachable,
        "status 401: bad [key]",
    );
    assert_eq!(bench.server.seen().len(), 1, "asking again would not help");

    let quota = "{\"error\":{\"code\":\"insufficient_quota\",\"message\":\"pay first\"}}";
    let mut bench =
        Bench::new(Script::of(six_turns()).always(Fault::Status(429, quota.to_owned())));
    bench.stops(
        "openai/gpt-x",
        Failing::Unreachable,
        "insufficient_quota: pay first",
    );
    assert_eq!(bench.server.seen().len(), 1);

    let mut bench = Bench::new(Script::of(six_turns()).always(Fault::TooMany(Some(86_400))));
    bench.stops("openai/gpt-x", Failing::Unreachable, "it asks for 86400 s");
}

#[test]
fn a_key_is_not_sent_to_another_place() {
    let other = ModelServer::start(Script::of(six_turns()));
    let away = Fault::Redirect(format!("{}/v1/messages", other.url()));
    let mut bench = Bench::new(Script::of(six_turns()).always(away));
    bench.stops("anthropic/claude-x", Failing::Unreachable, "status 307");
    assert!(other.seen().is_empty());
}

#[test]
fn a_slow_answer_is_read_to_its_end_and_a_silent_one_is_not_waited_for() {
    for model in MODELS {
        let mut bench = Bench::new(Script::of(six_turns()).fault(1, Fault::Drip(1)));
        bench.solved(model);
        let mut bench = Bench::new(Script::of(six_turns()).always(Fault::Silent));
        bench.patience.silence = Duration::from_millis(60);
        bench.stops(model, Failing::Unreachable, "silent for 0 s");
        let mut bench = Bench::new(Script::of(six_turns()).always(Fault::Drip(50)));
        bench.patience.answer = Duration::from_millis(120);
        bench.patience.attempts = 2;
        bench.stops(model, Failing::Unreachable, "no end after 0 s");
    }
}

#[test]
fn an_answer_without_end_is_not_read_to_its_end() {
    for model in MODELS {
        let mut bench = Bench::new(Script::of(six_turns()).always(Fault::Huge(10_000_000)));
        bench.stops(model, Failing::Own, "longer than 4194304 bytes");
        assert_eq!(bench.server.seen().len(), 1, "it is not paid for twice");
        let mut bench = Bench::new(Script::of(six_turns()).always(Fault::Endless));
        bench.stops(model, Failing::Own, "longer than 4194304 bytes");
    }
}

#[test]
fn a_call_that_cannot_be_done_is_answered_and_the_work_goes_on() {
    for fault in [Fault::BrokenArguments, Fault::UnknownTool] {
        for model in MODELS {
            // The answer counts as a turn, so the script goes on behind it.
            let mut turns = six_turns();
            turns.insert(1, Turn::call("read", json!({"path": "calc.py"})));
            let mut bench = Bench::new(Script::of(turns).fault(1, fault.clone()));
            bench.solved(model);
            let failed = bench
                .logbook
                .steps
                .iter()
                .filter(|did| matches!(did, Stepped::ToolAnswered { failed: true, .. }));
            assert_eq!(failed.count(), 1, "{fault:?} {model}");
        }
    }
}

#[test]
fn a_model_that_goes_in_circles_is_stopped() {
    for model in MODELS {
        let mut bench = Bench::new(Script::of(six_turns()).always(Fault::SameCall));
        bench.stops(
            model,
            Failing::Own,
            "the same call of read 6 times in a row",
        );
        assert_eq!(bench.server.seen().len(), 6);
    }
}

#[test]
fn what_was_recorded_is_not_paid_for_again() {
    for model in MODELS {
        // The whole attempt, then the same one cut off behind each of its steps.
        let mut calm = Bench::new(Script::of(six_turns()));
        calm.solved(model);
        let steps = calm.logbook.steps.clone();
        assert_eq!(steps.len(), 11, "{model}");
        for kept in 0..steps.len() {
            let mut bench = Bench::new(Script::of(six_turns()));
            bench.logbook.steps = steps[..kept].to_vec();
            bench.logbook.bodies.clone_from(&calm.logbook.bodies);
            replay_files(&bench, &steps[..kept]);
            bench.solved(model);
            let answered = |steps: &[Stepped]| {
                let answers = steps
                    .iter()
                    .filter(|did| matches!(did, Stepped::ModelAnswered { .. }));
                answers.count()
            };
            let owed = 6 - answered(&steps[..kept]);
            assert_eq!(bench.server.paid(), owed, "{model} behind step {kept}");
            assert_eq!(bench.logbook.steps.len(), 11);
        }
    }
}

/// The worktree as it was behind these steps: this logbook keeps no trees.
fn replay_files(bench: &Bench, steps: &[Stepped]) {
    let edits = steps
        .iter()
        .filter(|did| matches!(did, Stepped::ToolAnswered { tool, .. } if tool == "edit"));
    let code = match edits.count() {
        0 => BUG.to_owned(),
        1 => BUG.replace("a - b", "a * b"),
        _ => BUG.replace("a - b", "a + b"),
    };
    fs::write(bench.dir.path().join("calc.py"), code).expect("a file");
}

#[test]
fn no_request_is_made_that_the_budget_does_not_cover() {
    let mut bench = Bench::new(Script::of(six_turns()));
    bench.budget.turns = Some(2);
    bench.stops(
        "openai/gpt-x",
        Failing::Budget,
        "turn 3 would pass the budget of 2 turns",
    );
    assert_eq!(bench.server.seen().len(), 2);
    bench.budget.turns = Some(6);
    bench.solved("openai/gpt-x");
    assert_eq!(bench.server.seen().len(), 6, "nothing was paid for twice");

    let mut bench = Bench::new(Script::of(six_turns()));
    bench.budget.tokens = Some(5000);
    bench.stops(
        "openai/gpt-x",
        Failing::Budget,
        "would pass the budget of 5000",
    );
    let spent: Spent = bench.logbook.spent();
    assert!(spent.usage.total() <= 5000 && spent.turns > 0, "{spent:?}");

    let mut bench = Bench::new(Script::of(six_turns()));
    bench.budget.micros = Some(20_000);
    bench.stops("anthropic/claude-sonnet-4-5", Failing::Budget, "in money");
    assert!(bench.logbook.spent().micros <= 20_000);

    let mut bench = Bench::new(Script::of(six_turns()));
    bench.budget.micros = Some(1);
    bench.solved("openai/gpt-x");
    assert_eq!(bench.logbook.spent().unpriced, 6, "nobody knows its price");
}

#[test]
fn the_gate_can_be_asked_before_the_work_is_handed_in() {
    let links = json!({"links": [{"criterion": "AC-1", "test": "test_add"}]});
    let mut turns = six_turns();
    turns.insert(5, Turn::call("criteria", links));
    turns.insert(6, Turn::call("gate", json!({})));
    let mut bench = Bench::new(Script::of(turns.clone()));
    bench.solved("openai/gpt-x");
    let told = |bench: &Bench| {
        let last = bench.server.seen();
        last.last().expect("requests").body.to_string()
    };
    assert!(
        told(&bench).contains("the gate cannot be executed now"),
        "{}",
        told(&bench)
    );
    let mut bench = Bench::new(Script::of(turns));
    let subject = "calc.py";
    let found = redgreen_core::finding::Finding::new(
        redgreen_core::finding::Code::StubUnnoticed,
        redgreen_core::finding::Weight::Blocks,
        subject,
        "nobody </found> notices",
    );
    bench.logbook.outlook = Some(redgreen_engine::drive::Outlook {
        verdict: redgreen_core::event::GateVerdict::Unmet,
        findings: vec![found],
        facts: vec!["1 test proves the change".to_owned()],
    });
    bench.solved("openai/gpt-x");
    let told = told(&bench);
    for words in [
        "would be not met",
        "RG109 calc.py: nobody",
        "(1 test proves the change)",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert_eq!(told.matches("</found>").count(), 1, "{told}");
    assert_eq!(bench.logbook.linked[0].test, "test_add");
}

#[test]
fn a_question_waits_for_its_answer_and_is_not_asked_again() {
    let ask = json!({"question": "Which rounding?", "why": "cents", "default": "down"});
    let mut turns = six_turns();
    turns.insert(1, Turn::call("ask", ask));
    let mut bench = Bench::new(Script::of(turns));
    bench.stops("openai/gpt-x", Failing::Question, "Q-1: Which rounding?");
    bench.stops("openai/gpt-x", Failing::Question, "Q-1: Which rounding?");
    assert_eq!(bench.logbook.questions.len(), 1);
    bench.logbook.questions[0].answered = Some(redgreen_core::event::QuestionAnswered {
        id: "Q-1".to_owned(),
        answer: "half up".to_owned(),
        by: "Ada".to_owned(),
        channel: redgreen_core::answer::Channel::Terminal,
    });
    bench.solved("openai/gpt-x");
    let told = bench
        .server
        .seen()
        .last()
        .expect("requests")
        .body
        .to_string();
    assert!(told.contains("the person answers: half up"), "{told}");
    assert_eq!(bench.server.paid(), 7);
}
