//! `redgreen demo`: plays a recorded ticket on a bundled project, every gate really executed; or a
//! cheat, and shows that it is refuted.

use super::desk::Desk;
use super::stand;
use super::watch::teller;
use crate::args::{Common, Demo};
use crate::exit::{Empty, Exit};
use crate::failure::{Failure, FailureKind};
use crate::json::{Observed, ProveDocument, Range};
use crate::screen::proof::{Lists, render};
use crate::screen::{Screen, Tone};
use redgreen_core::event::{Pace, Roles};
use redgreen_core::finding::Code;
use redgreen_core::proof::{ChangeVerdict, Policy};
use redgreen_core::ticket::{Defaults, Ticket};
use redgreen_core::work::Budget;
use redgreen_engine::drive::{Landed, Order, Pause, begin};
use redgreen_engine::process::{self, Command, Exit as Ended, Home, clean_env};
use redgreen_engine::prove::{Request, find_ends, prove};
use redgreen_worker::{Edit, Replay};
use serde::Deserialize;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The bundled project. The endings keep cargo and editors from taking it for a part of ours.
const PROJECT: [(&str, &str); 5] = [
    (
        "Cargo.toml",
        include_str!("../../demo/project/Cargo.toml.txt"),
    ),
    (
        "src/lib.rs",
        include_str!("../../demo/project/src/lib.rs.txt"),
    ),
    (
        "tests/receipt.rs",
        include_str!("../../demo/project/tests/receipt.rs.txt"),
    ),
    (
        "CHANGELOG.md",
        include_str!("../../demo/project/CHANGELOG.md"),
    ),
    (".gitignore", "target\n"),
];

const TICKET: &str = include_str!("../../demo/ticket.md");
const RECORDING: &str = include_str!("../../demo/recording.json");
const CHEATS: &str = include_str!("../../demo/cheats.json");

/// Something that a lazy or dishonest worker might hand in.
#[derive(Debug, Deserialize)]
struct Cheat {
    name: String,
    says: String,
    edits: Vec<Edit>,
}

/// Plays the demonstration.
pub(super) fn demo(asked: &Demo, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    let cheats: Vec<Cheat> = serde_json::from_str(CHEATS).map_err(|e| fault(&e))?;
    if asked.list_cheats {
        let width = cheats
            .iter()
            .map(|cheat| cheat.name.len())
            .max()
            .unwrap_or(0);
        let lines = cheats
            .iter()
            .map(|cheat| format!("{:width$}  {}\n", cheat.name, cheat.says));
        screen.result(&lines.collect::<String>())?;
        return Ok(Exit::Met);
    }
    let cheat =
        match &asked.cheat {
            None => None,
            Some(name) => Some(cheats.iter().find(|cheat| cheat.name == *name).ok_or_else(
                || {
                    let message = format!("no cheat is called {name}");
                    Failure::new(FailureKind::Usage, Code::BadUsage, message)
                        .hint("redgreen demo --list-cheats")
                },
            )?),
        };
    let stage = Stage::build(asked.keep)?;
    let exit = match cheat {
        Some(cheat) => stage.show(cheat, common, screen),
        None => stage.play(common, screen),
    };
    stage.close(screen);
    exit
}

/// A repository in a temporary directory, with redgreen's own directories beside it.
struct Stage {
    root: PathBuf,
    desk: Desk,
    keep: bool,
}

impl Stage {
    fn build(keep: bool) -> Result<Self, Failure> {
        let root = std::env::temp_dir().join(format!("redgreen-demo-{}", std::process::id()));
        let repo = root.join("shop");
        for (path, text) in PROJECT {
            write(&repo.join(path), text)?;
        }
        write(&root.join("ticket.md"), TICKET)?;
        git(&repo, &["init", "--quiet", "--initial-branch=main"])?;
        git(&repo, &["config", "user.name", "redgreen demo"])?;
        git(&repo, &["config", "user.email", "demo@example.invalid"])?;
        git(&repo, &["add", "--all"])?;
        git(
            &repo,
            &["commit", "--quiet", "--message=feat: a small shop"],
        )?;
        let desk = Desk::beside(&repo, &root.join("redgreen"))?;
        Ok(Self { root, desk, keep })
    }

    fn close(self, screen: &Screen) {
        if self.keep {
            screen.narrate(&format!("kept: {}\n", self.root.display()));
            return;
        }
        // Nothing of it is needed any more; what cannot be removed is in the temporary directory.
        fs::remove_dir_all(&self.root).unwrap_or_default();
    }

    /// The recorded ticket, from the file to the merged branch.
    fn play(&self, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
        let began = Instant::now();
        let ticket =
            Ticket::parse("ticket", TICKET, &Defaults::default()).map_err(|e| fault(&e))?;
        let (worker, pace) = ("replay:recording.json".to_owned(), Pace::Program);
        let order = Order {
            hidden: None,
            ticket,
            kind: None,
            worker,
            roles: Roles::default(),
            budget: Budget::default(),
            pace,
            references: Vec::new(),
        };
        let journal = self.desk.journal()?;
        let ledger = begin(&self.desk.git, journal, &order).map_err(Failure::from)?;
        let mut replay = Replay::parse("recording.json", RECORDING).map_err(|e| fault(&e))?;
        let mut tell = teller(common, screen);
        let mut drive = self.desk.drive(ledger, &mut *tell);
        let pause = drive.go(&mut replay).map_err(Failure::from)?;
        let state = drive.ledger.state().map_err(Failure::from)?.clone();
        screen.result(&stand::after(&state, 0, screen.out()))?;
        if pause != Pause::Ready {
            return Ok(Exit::Refuted);
        }
        match drive.land().map_err(Failure::from)? {
            Landed::Done { target, commit, .. } => {
                let log = git(self.desk.git.top(), &["log", "--oneline", "--no-decorate"])?;
                let seconds = began.elapsed().as_secs_f64();
                let palette = screen.out();
                let short = commit.as_str().get(..12).unwrap_or_default();
                let verdict = palette.paint(Tone::Good, "Proven and landed");
                screen.result(&format!(
                    "\n{log}\n{verdict}: {target} is at {short} after {seconds:.1} s\n"
                ))?;
                Ok(Exit::Met)
            }
            Landed::Refused(findings) => {
                let lines = findings
                    .iter()
                    .map(|f| stand::finding_line(f, screen.out()));
                screen.result(&lines.collect::<String>())?;
                Ok(Exit::Refuted)
            }
        }
    }

    /// A branch with a cheat, proven. The demonstration has done its work when it is refuted.
    fn show(&self, cheat: &Cheat, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
        let top = self.desk.git.top();
        git(top, &["checkout", "--quiet", "-b", "topic"])?;
        for edit in &cheat.edits {
            write(
                &top.join(&edit.path),
                edit.text.as_deref().unwrap_or_default(),
            )?;
        }
        git(top, &["add", "--all"])?;
        git(top, &["commit", "--quiet", "--message=feat: discounts"])?;
        let request = Request::parse(Some("main..topic"));
        let ends = find_ends(&self.desk.git, &request).map_err(Failure::from)?;
        let work = (&self.desk.workshop, self.desk.manner.clone());
        let tell = teller(common, screen);
        let proved = prove(&self.desk.git, &ends, &Policy::default(), work, tell);
        let proved = proved.map_err(Failure::from)?;
        let seen = proved
            .evidence
            .iter()
            .map(|(evidence, _)| Observed::fresh(evidence))
            .collect();
        let again = "redgreen prove main..topic".to_owned();
        let refuted = proved.proof.verdict == ChangeVerdict::Refuted;
        let change = &proved.survey.change;
        let (base, head) = (change.base.clone(), change.head.clone());
        let range = Range {
            base,
            head,
            worktree: false,
            merged: false,
        };
        let document = ProveDocument::of(range, proved.proof, Empty::Refuse, seen, again);
        if common.json {
            screen.result_document(&document)?;
        } else {
            screen.result(&format!("cheat: {} ({})\n\n", cheat.name, cheat.says))?;
            screen.result(&render(&document, Lists::Cut, screen.out()))?;
        }
        Ok(if refuted { Exit::Met } else { Exit::Refuted })
    }
}

/// Something bundled that is not as it must be.
fn fault(error: &dyn std::error::Error) -> Failure {
    Failure::of(FailureKind::Bug, Code::Bug, error)
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let parent = path.parent().unwrap_or(path);
    fs::create_dir_all(parent)
        .and_then(|()| fs::write(path, text))
        .map_err(|e| {
            let message = format!("{} cannot be written", path.display());
            Failure::new(FailureKind::Environment, Code::CannotWrite, message).cause(e.to_string())
        })
}

fn git(dir: &Path, args: &[&str]) -> Result<String, Failure> {
    let argv = std::iter::once("git").chain(args.iter().copied());
    let mut command = Command::new(argv, dir, Duration::from_secs(60));
    let parent: Vec<(OsString, OsString)> = std::env::vars_os().collect();
    command.env = clean_env(&parent, Home::Own, &std::env::temp_dir(), &[]);
    let failed = |why: String| {
        let message = format!("git {} failed", args.join(" "));
        Failure::new(FailureKind::Environment, Code::GitFailed, message).cause(why)
    };
    let done = process::run(command).map_err(|e| failed(e.to_string()))?;
    if done.exit == Ended::Code(0) {
        Ok(done.stdout.text())
    } else {
        Err(failed(done.stderr.text()))
    }
}
