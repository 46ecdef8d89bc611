//! Marks a commit on the forge: a status, and where the token may a check run with remarks beside
//! its lines.

use crate::screen::Screen;
use redgreen_forge::check::{CheckRun, Conclusion, Remark};
use redgreen_forge::pull::{Outcome, Status};
use redgreen_forge::{Forge, ForgeError};

/// The name of the check run.
pub(super) const CHECK: &str = "redgreen";

/// What is to be said beside a commit.
pub(super) struct Marks {
    pub(super) commit: String,
    pub(super) status: Status,
    /// Markdown, for the page of the check run.
    pub(super) summary: String,
    pub(super) remarks: Vec<Remark>,
}

/// What was said.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marked {
    pub(super) status: bool,
    pub(super) check: bool,
}

/// Says it. A token that may not is told of, and no reason to fail.
///
/// # Errors
/// Where the forge does not answer.
pub(super) fn mark(
    forge: &dyn Forge,
    marks: &Marks,
    screen: &Screen,
) -> Result<Marked, ForgeError> {
    let status = match forge.tell(&marks.commit, &marks.status) {
        Ok(()) => true,
        Err(error @ (ForgeError::Forbidden { .. } | ForgeError::Missing { .. })) => {
            screen.note(&format!("the commit is not marked: {error}"));
            false
        }
        Err(error) => return Err(error),
    };
    let check = match check_run(marks).map(|run| forge.check(&run)) {
        None => false,
        Some(Ok(written)) => written,
        Some(Err(ForgeError::Forbidden { status: 403, .. })) => {
            screen.note(
                "no check run: that needs a token of GitHub Actions or of an app with checks: write; \
                 the commit has its status",
            );
            false
        }
        Some(Err(error)) => {
            screen.note(&format!("no check run: {error}"));
            false
        }
    };
    Ok(Marked { status, check })
}

/// The check run; none where nobody knows yet, for that would look like an answer.
fn check_run(marks: &Marks) -> Option<CheckRun> {
    let status = &marks.status;
    let conclusion = match status.outcome {
        Outcome::Pending => return None,
        Outcome::Success => Conclusion::Success,
        Outcome::Failure => Conclusion::Failure,
        Outcome::Error => Conclusion::ActionRequired,
    };
    Some(CheckRun {
        name: CHECK.to_owned(),
        commit: marks.commit.clone(),
        conclusion,
        title: status.words.clone(),
        summary: marks.summary.clone(),
        remarks: marks.remarks.clone(),
        address: status.address.clone(),
    })
}
