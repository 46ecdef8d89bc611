//! Says a proof below the pull request that CI runs for: one comment, and a mark at the commit.

use super::marks::{Marks, mark};
use super::source::{Doors, posted_words};
use crate::args::Common;
use crate::exit::Exit;
use crate::failure::{Failure, FailureKind};
use crate::forms::remarks::remarks;
use crate::json::ProveDocument;
use crate::screen::Screen;
use redgreen_core::finding::Code;
use redgreen_core::report::change_words;
use redgreen_core::report::pull::{Proven, proof_comment, within};
use redgreen_forge::ForgeError;
use redgreen_forge::pull::{Outcome, Status};
use std::fs;
use std::io::Write as _;
use std::path::Path;

/// What the comment begins with, so that it is found again.
const MARKER: &str = "redgreen:proof";
/// The largest summary of a job that GitHub keeps, in bytes; a larger one it drops whole.
const MOST_SUMMARY: u64 = 1024 * 1024;
/// The least room that is worth writing into, in bytes.
const LEAST_SUMMARY: u64 = 1000;

/// Reads the document that `redgreen prove --json` wrote to `file`, and says it where CI tells.
pub(super) fn announce(file: &Path, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    let document = read(file)?;
    let text = proof_comment(&Proven {
        proof: &document.proof,
        reproduce: &document.reproduce,
    });
    summarise(&text, screen);
    let number = pull_number();
    let doors = Doors::of(common)?;
    let commented = match number {
        Some(number) => comment(&doors, number, &text),
        None => Ok("CI names no pull request: nothing was commented".to_owned()),
    };
    // A fork's pull request has a token that may only read: the summary of the job has it all.
    match commented {
        Ok(words) => screen.result(&format!("{words}\n"))?,
        Err(Failure {
            code: Code::ForgeRefuses,
            message,
            ..
        }) => screen.result(&format!("nothing was commented: {message}\n"))?,
        Err(failure) => return Err(failure),
    }
    if let (Some(head), Ok((_, forge))) = (&document.range.head, doors.home()) {
        let marks = Marks {
            commit: tip().unwrap_or_else(|| head.to_string()),
            status: status(&document),
            summary: text,
            remarks: remarks(&document.proof.findings),
        };
        if let Err(error) = mark(forge.as_ref(), &marks, screen) {
            screen.note(&format!("the commit is not marked: {error}"));
        }
    }
    Ok(Exit::Met)
}

fn read(file: &Path) -> Result<ProveDocument, Failure> {
    let unreadable = |why: String| {
        let message = format!("{} is no proof", file.display());
        Failure::new(FailureKind::Usage, Code::BadUsage, message)
            .cause(why)
            .hint("redgreen prove --json > proof.json")
    };
    let text = fs::read_to_string(file).map_err(|error| unreadable(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))
}

fn comment(doors: &Doors, number: u64, text: &str) -> Result<String, Failure> {
    let tracker = doors.pull(number)?;
    match tracker.comment_once(MARKER, text) {
        Ok(posted) => Ok(posted_words(&posted)),
        Err(error @ ForgeError::Missing { .. }) => Ok(format!("nothing was commented: {error}")),
        Err(error) => Err(error.into()),
    }
}

/// The pull request that CI runs for, as GitHub, Gitea and GitLab say it.
fn pull_number() -> Option<u64> {
    let var = |name: &str| std::env::var(name).ok();
    let of_ref = |name: String| {
        name.strip_prefix("refs/pull/")?
            .split('/')
            .next()?
            .parse()
            .ok()
    };
    var("CI_MERGE_REQUEST_IID")
        .and_then(|number| number.parse().ok())
        .or_else(|| var("GITHUB_REF").and_then(of_ref))
}

/// The commit that people see: CI of pull requests may stand on a merge of it.
fn tip() -> Option<String> {
    let named = ["REDGREEN_HEAD_SHA", "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"];
    let mut named = named.iter().filter_map(|name| std::env::var(name).ok());
    named.find(|commit| !commit.is_empty() && commit.chars().all(|c| c.is_ascii_hexdigit()))
}

fn status(document: &ProveDocument) -> Status {
    let outcome = match document.exit_code {
        code if code == Exit::Met.number() => Outcome::Success,
        code if code == Exit::Refuted.number() => Outcome::Failure,
        _ => Outcome::Error,
    };
    Status {
        outcome,
        name: "redgreen/prove".to_owned(),
        words: format!(
            "{}, recompute: {}",
            change_words(document.verdict),
            document.reproduce
        ),
        address: None,
    }
}

/// Adds `text` to the summary of the job, where there is one: as much of it as there is room for.
fn summarise(text: &str, screen: &Screen) {
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY") else {
        return;
    };
    let size = fs::metadata(&path).map_or(0, |known| known.len());
    let room = MOST_SUMMARY.saturating_sub(size);
    if room < LEAST_SUMMARY {
        screen.note("the summary of the job is full: nothing was added to it");
        return;
    }
    let text = within(text, usize::try_from(room).unwrap_or(usize::MAX));
    let file = fs::OpenOptions::new().append(true).create(true).open(&path);
    if let Err(error) = file.and_then(|mut file| file.write_all(text.as_bytes())) {
        screen.note(&format!(
            "the summary of the job cannot be written: {error}"
        ));
    }
}
