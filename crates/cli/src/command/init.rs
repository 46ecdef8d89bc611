//! `redgreen init`: detects what is here, runs it once, and proposes a configuration.

use super::agents::{self, Writing};
use super::{doctor, no_events, open, prove, signals, watch};
use crate::args::{Common, Init};
use crate::exit::Exit;
use crate::failure::{Failure, FailureKind, of_disk};
use crate::forms::ci::Ci;
use crate::json::{Baseline, InitDocument};
use crate::screen::{Screen, init as draw};
use redgreen_core::change::Change;
use redgreen_core::evidence::{Evidence, Observation, Order, Purpose, Selection, TreeKind};
use redgreen_core::finding::Code;
use redgreen_core::id::{TreeId, UnitId};
use redgreen_core::outcome::Outcome;
use redgreen_engine::config::{self, Config, Limits, ProveConfig};
use redgreen_engine::git::Git;
use redgreen_engine::observe::{Manner, ObserveError, Observer, Rooms, Store};
use redgreen_engine::survey::{Survey, checks_of, units_of};
use redgreen_engine::worktree::chosen;
use redgreen_toolchain::{Check, Checks, Unit, runner_names};
use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::sync::atomic::Ordering;

/// How much longer than now a test or a suite may take before it counts as hanging.
const ROOM: u64 = 10;

/// Runs every unit's suite once on HEAD and prints what a configuration would say.
pub(super) fn init(asked: &Init, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    if let Some(agents) = &asked.agent_commands {
        let writing = match asked.dry_run {
            true => Writing::Shown,
            false => Writing::Done,
        };
        return agents::agents(agents, writing, common, screen);
    }
    no_events("init", common)?;
    if let Some(ci) = asked.ci {
        return workflow(ci, asked, common, screen);
    }
    let git = open(common)?;
    let file = git.top().join(config::FILE);
    if asked.write && file.exists() {
        return Err(there_already());
    }
    let head = git.head()?.commit;
    let tree = git.tree_of(&head)?;
    let known = Config::of_tree(&git, &tree)?;
    let found = units_of(&git, &tree, &known)?;
    if found.is_empty() {
        return Err(nothing_detected(&git));
    }
    let checks = checks_of(&git, &tree, &found)?;
    let units = observe(&git, (tree, found), common, screen)?;
    let proposal = proposal(&units) + &worktree(&git)? + &verify(&checks);
    let written = match asked.write {
        true => Some(write(&git, &proposal)?),
        false => None,
    };
    // A suite in which nothing passes was not run as its project runs it.
    let serves =
        |unit: &Baseline| unit.trouble.is_none() && (unit.passed > 0 || unit.failed.is_empty());
    let exit = if units.iter().all(serves) {
        Exit::Met
    } else {
        Exit::Environment
    };
    let document = InitDocument {
        schema: InitDocument::SCHEMA.to_owned(),
        head,
        exit_code: exit.number(),
        units,
        proposal,
        written,
    };
    show(&document, common, screen)?;
    Ok(exit)
}

/// Proposes the workflow of `ci`, and writes it where that is asked for.
fn workflow(ci: Ci, asked: &Init, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    let (path, text) = (ci.path(), ci.text());
    if !asked.write {
        screen.result(&text)?;
        screen.next_steps(&[&format!("redgreen init --ci {} --write", name_of(ci))]);
        return Ok(Exit::Met);
    }
    let file = open(common)?.top().join(path);
    if let Some(dir) = file.parent() {
        std::fs::create_dir_all(dir).map_err(|error| of_disk(dir, &error))?;
    }
    let written = File::create_new(&file).and_then(|mut out| out.write_all(text.as_bytes()));
    match written {
        Ok(()) => screen.result(&format!("written: {path}\n"))?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let message = format!("{path} is there already and stays as it is");
            let failure = Failure::new(FailureKind::Usage, Code::BadUsage, message);
            return Err(failure.hint(format!("redgreen init --ci {}", name_of(ci))));
        }
        Err(error) => return Err(of_disk(&file, &error)),
    }
    screen.next_steps(&[&format!(
        "git add {path} && git commit -m \"ci: prove every change\""
    )]);
    Ok(Exit::Met)
}

fn name_of(ci: Ci) -> &'static str {
    match ci {
        Ci::Github => "github",
        Ci::Gitlab => "gitlab",
    }
}

fn show(document: &InitDocument, common: &Common, screen: &Screen) -> Result<(), Failure> {
    if common.json {
        screen.result_document(document)?;
    } else {
        screen.result(&draw::render(document, screen.out()))?;
    }
    if !common.quiet {
        screen.next_steps(match document.written {
            Some(_) => &["git add redgreen.toml && git commit -m \"configure redgreen\""],
            None => &["redgreen init --write   (writes the file above)"],
        });
    }
    Ok(())
}

fn there_already() -> Failure {
    let message = format!("{} is there already and stays as it is", config::FILE);
    Failure::new(FailureKind::Usage, Code::BadUsage, message)
        .hint("redgreen init   (shows the proposal, writes nothing)")
}

fn nothing_detected(git: &Git) -> Failure {
    let names = runner_names().join(", ");
    let message = format!("nothing in {} has a known test runner", git.top().display());
    Failure::new(FailureKind::Environment, Code::NoRunner, message)
        .cause(format!("looked for the marks of: {names}"))
        .hint("redgreen explain RG121")
}

/// Runs the whole suite of every unit on HEAD's tree.
fn observe(
    git: &Git,
    (tree, units): (TreeId, Vec<Unit>),
    common: &Common,
    screen: &Screen,
) -> Result<Vec<Baseline>, Failure> {
    let config = Config::of_tree(git, &tree)?;
    let change = Change {
        trees: [(TreeKind::H, tree)].into(),
        units: units.iter().map(|unit| unit.id.clone()).collect(),
        ..Change::default()
    };
    let survey = Survey {
        change,
        units,
        ..Survey::default()
    };
    let stop = signals::stop_flag()?;
    let workshop = prove::workshop(git)?;
    let manner = Manner {
        stop: Some(stop.clone()),
        install: false,
        reuse: true,
    };
    let mut tell = watch::teller(common, screen);
    let all = || -> Result<Vec<Baseline>, ObserveError> {
        let rooms = Rooms::open_unless(&workshop.cache, Some(&stop), &mut tell)?;
        let store = Store::new(&workshop.cache.join("evidence"), workshop.key);
        let mut observer = Observer::new(git, (&survey, &config), (rooms, store), manner, tell);
        let mut baselines = Vec::new();
        for unit in &survey.units {
            let evidence = observer.observe(&whole(unit))?.evidence;
            baselines.push(baseline(unit, &evidence));
        }
        Ok(baselines)
    };
    all().map_err(|error| match stop.load(Ordering::Relaxed) {
        true => prove::stopped("redgreen init"),
        false => error.into(),
    })
}

fn whole(unit: &Unit) -> Observation {
    Observation {
        unit: unit.id.clone(),
        tree: TreeKind::H,
        tests: Selection::Whole,
        order: Order::AsWritten,
        sample: 0,
        purpose: Purpose::Run,
    }
}

/// What one run of the whole suite says.
fn baseline(unit: &Unit, evidence: &Evidence) -> Baseline {
    let report = &evidence.report;
    let mut baseline = Baseline {
        unit: unit.id.clone(),
        because: unit.because.clone(),
        fingerprint: evidence.fingerprint.clone(),
        passed: 0,
        failed: Vec::new(),
        skipped: 0,
        ms: evidence.ms,
        slowest_ms: report.tests.values().filter_map(|seen| seen.ms).max(),
        trouble: report
            .trouble
            .as_ref()
            .map(|trouble| match doctor::words(trouble) {
                (found, Some(mend)) => format!("{found}: {mend}"),
                (found, None) => found,
            }),
    };
    for (name, seen) in &report.tests {
        match &seen.outcome {
            Outcome::Passed => baseline.passed += 1,
            Outcome::Skipped(_) => baseline.skipped += 1,
            Outcome::Failed(_) | Outcome::TimedOut | Outcome::NotReached => {
                baseline.failed.push(name.clone());
            }
            Outcome::Absent | Outcome::NotCollected => {}
        }
    }
    for diagnostic in &report.diagnostics {
        let hidden = match diagnostic.hides.as_str() {
            "" => unit.id.as_str(),
            hidden => hidden,
        };
        let text = format!("{hidden} (does not load: {})", diagnostic.failure.message);
        baseline.failed.push(text);
    }
    baseline
}

/// A configuration with room above what was measured now.
fn proposal(units: &[Baseline]) -> String {
    let usual = Limits::default();
    let room = |usual: u64, measured: Option<u64>| {
        usual.max(measured.unwrap_or(0).saturating_mul(ROOM).div_ceil(1000))
    };
    let slowest = units.iter().filter_map(|unit| unit.slowest_ms).max();
    let longest = units.iter().map(|unit| unit.ms).max();
    let found: Vec<&str> = units.iter().map(|unit| unit.unit.as_str()).collect();
    format!(
        "# What redgreen decides by. Read from BASE: what a branch writes here counts for nothing\n\
         # on that branch. Units are detected: {}.\n\n\
         [prove]\n# How often each new test runs on each tree.\nsamples = {}\n\n\
         [limits]\n# The longest that one test and one run of a suite may take.\n\
         test_seconds = {}\nrun_seconds = {}\n",
        found.join(", ").replace(char::is_control, " "),
        ProveConfig::default().samples,
        room(usual.test_seconds, slowest),
        room(usual.run_seconds, longest),
    )
}

/// The settings that a run's worktree would lack: files that people keep here and git ignores.
/// Whether workers may read them is a person's to say, who takes the marks away.
fn worktree(git: &Git) -> Result<String, Failure> {
    let found = chosen(git, &[SETTINGS.to_owned()])?;
    if found.is_empty() {
        return Ok(String::new());
    }
    let found = found.join(", ").replace(char::is_control, " ");
    Ok(format!(
        "\n# Found here, and ignored by git: {found}.\n\
         # The worktree of a run gets copies where this says so. Its tests and workers can read them.\n\
         # [worktree]\n# copy = [{SETTINGS:?}]\n"
    ))
}

/// What projects call their settings for one machine.
const SETTINGS: &str = ".env*";

/// The checks that the project names for itself, ready for the verify gate once a person takes the
/// marks away: whether each of them passes today, and where, is theirs to say.
fn verify(checks: &[(UnitId, Check)]) -> String {
    let wanted = |checks: Checks| match checks {
        Checks::Lint | Checks::Format | Checks::Types => true,
        Checks::Coverage => false,
    };
    let lines: Vec<String> = checks
        .iter()
        .filter(|(_, check)| wanted(check.checks))
        .map(|(unit, check)| {
            let words: Vec<String> = check.argv.iter().map(|word| format!("{word:?}")).collect();
            let because = check.because.replace(char::is_control, " ");
            format!("#   [{}],   # {unit}, by {because}\n", words.join(", "))
        })
        .collect();
    if lines.is_empty() {
        return String::new();
    }
    format!(
        "\n# Found here. Each would have to exit 0 from the root of the judged tree.\n# [verify]\n\
         # commands = [\n{}# ]\n",
        lines.concat()
    )
}

/// Writes the file, and never over one that is there.
fn write(git: &Git, text: &str) -> Result<String, Failure> {
    let path = git.top().join(config::FILE);
    let written = File::create_new(&path).and_then(|mut file| file.write_all(text.as_bytes()));
    match written {
        Ok(()) => Ok(config::FILE.to_owned()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(there_already()),
        Err(error) => Err(of_disk(&path, &error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proposal_reads_and_leaves_room() {
        let mut unit = baseline(&Unit::default(), &evidence());
        unit.slowest_ms = Some(30_000);
        let config = Config::parse(&proposal(&[unit])).expect("reads");
        assert_eq!(config.limits.test_seconds, 300);
        assert_eq!(config.limits.run_seconds, Limits::default().run_seconds);
    }

    #[test]
    fn checks_of_the_project_are_proposed_and_read_once_their_marks_are_gone() {
        let check = |checks, argv: &[&str]| Check {
            checks,
            argv: argv.iter().map(|word| (*word).to_owned()).collect(),
            because: "ruff.toml".to_owned(),
        };
        let unit = UnitId::from(".:pytest");
        let found = [
            (unit.clone(), check(Checks::Lint, &["ruff", "check"])),
            (unit, check(Checks::Coverage, &["coverage", "run"])),
        ];
        let text = verify(&found);
        assert!(
            Config::parse(&text)
                .expect("comments")
                .verify
                .commands
                .is_empty()
        );
        let bare: Vec<&str> = text
            .lines()
            .map(|line| line.trim_start_matches("# "))
            .collect();
        let config = Config::parse(&bare[2..].join("\n")).expect("reads");
        assert_eq!(config.verify.commands, [["ruff", "check"]]);
    }

    fn evidence() -> Evidence {
        Evidence {
            observation: whole(&Unit::default()),
            tree: TreeId::from("4b825dc642cb6eb9a060e54bf8d69288fbee4904"),
            commands: Vec::new(),
            fingerprint: String::new(),
            output: redgreen_core::id::Digest::of(b""),
            sandbox: String::new(),
            ms: 10,
            report: redgreen_core::evidence::Report::default(),
        }
    }
}
