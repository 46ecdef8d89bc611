//! Lets a model work once on a repository, with the journal of a run: for measuring what the
//! built-in worker itself costs. `scripts/overhead` calls it.
//!
//! ```sh
//! one-attempt prepare REPOSITORY          # a run whose GREEN phase is owed
//! one-attempt work REPOSITORY MODEL TASK  # one attempt at it
//! ```

use redgreen_core::event::{
    Committed, Event, GateJudged, GateVerdict, Pace, PhaseEntered, RunStarted, WorkAsked,
};
use redgreen_core::id::{Digest, RunId};
use redgreen_core::kind::Kind;
use redgreen_core::phase::Phase;
use redgreen_engine::config::Config;
use redgreen_engine::drive::{Bounds, Handed, Kept, Ledger, Task, Worker as _};
use redgreen_engine::git::Git;
use redgreen_engine::journal::Embedded;
use redgreen_engine::process::{Home, clean_env};
use redgreen_engine::redact;
use redgreen_worker::builtin::model::{Online, Patience};
use redgreen_worker::builtin::{Builtin, Settings, Terms};
use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["prepare", dir] => prepare(Path::new(dir)),
        ["work", dir, model, task] => work(Path::new(dir), model, task),
        _ => Err("one-attempt prepare DIR | one-attempt work DIR MODEL TASK".into()),
    }
}

fn ledger(git: &Git) -> Result<Ledger, Box<dyn Error>> {
    let journal = Embedded::open(git.common_dir(), &git.common_dir().join("state"))?;
    Ok(Ledger::open(journal, &RunId::new("overhead"))?)
}

/// Lines up to the work that is owed in GREEN. Documents need no evidence of tests.
fn prepare(dir: &Path) -> Result<(), Box<dyn Error>> {
    let git = Git::open(dir)?;
    let mut ledger = ledger(&git)?;
    let base = git.head()?.commit;
    let tree = git.tree_of(&base)?;
    ledger.append(Event::RunStarted(Box::new(RunStarted {
        base,
        kind: Kind::Docs,
        pace: Pace::Program,
        slices: vec![Vec::new()],
        worktree: dir.to_string_lossy().into_owned(),
        ..RunStarted::default()
    })))?;
    for phase in [Phase::Understand, Phase::Plan, Phase::Red, Phase::Green] {
        let (slice, because) = (0, None);
        ledger.append(Event::PhaseEntered(PhaseEntered {
            phase,
            slice,
            because,
        }))?;
        if matches!(phase, Phase::Red | Phase::Green) {
            let (attempt, prompt) = (1, Digest::of(b""));
            ledger.append(Event::WorkAsked(WorkAsked {
                phase,
                slice,
                attempt,
                prompt,
            }))?;
        }
        if phase == Phase::Green {
            return Ok(());
        }
        if phase == Phase::Red {
            let claim = redgreen_core::claim::Claim::default();
            let (tree, moved_aside) = (tree.clone(), Vec::new());
            let handed = redgreen_core::event::WorkHandedIn {
                claim,
                tree,
                moved_aside,
                seen: Vec::new(),
            };
            ledger.append(Event::WorkHandedIn(handed))?;
        }
        ledger.append(Event::GateJudged(Box::new(GateJudged {
            phase,
            slice,
            verdict: GateVerdict::Met,
            findings: Vec::new(),
            proof: None,
            facts: Vec::new(),
            commands: Vec::new(),
            tree: tree.clone(),
        })))?;
        ledger.append(Event::Committed(Committed {
            phase,
            slice,
            commit: None,
        }))?;
    }
    Ok(())
}

fn work(dir: &Path, model: &str, words: &str) -> Result<(), Box<dyn Error>> {
    let git = Git::open(dir)?;
    let mut ledger = ledger(&git)?;
    let settings = Settings::default();
    let endpoint = settings
        .endpoints()
        .find(model, &|name| std::env::var(name).ok())?;
    endpoint.key_is_secret(&mut |key| redact::learn(key));
    let parent: Vec<_> = std::env::vars_os().collect();
    let terms = Terms {
        prices: settings.prices()?,
        longest: endpoint.longest,
        config: Config::default(),
        env: clean_env(&parent, Home::Own, &std::env::temp_dir(), &[]),
        session: "overhead".to_owned(),
        ..Terms::default()
    };
    let online = Online::new(endpoint, Patience::default(), None);
    let task = Task {
        phase: Phase::Green,
        slice: 0,
        attempt: 1,
        title: "Sums".to_owned(),
        ticket: words.to_owned(),
        criteria: Vec::new(),
        findings: Vec::new(),
        moved_aside: Vec::new(),
        worktree: dir.to_owned(),
        bounds: Bounds::default(),
        hidden: false,
        prompt: format!(
            "GREEN: write the production code that makes the tests pass.\n\n<ticket>\n{words}\n</ticket>\n"
        ),
    };
    let mut tell = |_| {};
    let mut worker = Builtin::new(Box::new(online), terms);
    let handed = worker.work(&task, &mut Kept::new(&git, &mut ledger, &mut tell))?;
    match handed {
        Handed::Done(claim) if !claim.summary.is_empty() => Ok(()),
        Handed::Done(_) | Handed::Later => Err("nothing was handed in".into()),
    }
}
