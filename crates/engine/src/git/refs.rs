//! Moves refs, each only from where it was expected to be, and keeps what would be lost.

use super::{Git, GitError, Refusal, id_line};
use redgreen_core::id::CommitId;

const NOTES: &str = "refs/notes/redgreen";
const TRASH: &str = "refs/redgreen/trash";

/// Where a ref must be for it to be moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// It must not exist.
    Absent,
    /// It must be there.
    At(CommitId),
}

impl Expected {
    fn commit(&self) -> Option<&CommitId> {
        match self {
            Self::Absent => None,
            Self::At(commit) => Some(commit),
        }
    }
}

/// A commit that cannot be lost any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The ref that keeps it.
    pub reference: String,
    /// The command to type that brings the branch back.
    pub undo: String,
}

impl Git {
    /// The commit that the ref with this full name points at, if there is such a ref.
    ///
    /// # Errors
    /// Where git fails.
    pub fn ref_target(&self, name: &str) -> Result<Option<CommitId>, GitError> {
        let call = self.call().args(["rev-parse", "--verify", "--quiet"]);
        let asked = call.args(["--end-of-options", &format!("{name}^{{commit}}")]);
        let asked = asked.answer()?;
        Ok((asked.code == Some(0)).then(|| CommitId::new(id_line(&asked.stdout))))
    }

    /// Points the ref with this full name at `new`.
    ///
    /// # Errors
    /// [`Refusal::Moved`] where it is not where it was expected; [`Refusal::BadName`].
    pub fn update_ref(
        &self,
        name: &str,
        new: &CommitId,
        expected: &Expected,
    ) -> Result<(), GitError> {
        self.check_name(name)?;
        let old = match expected {
            Expected::Absent => "0".repeat(new.as_str().len()),
            Expected::At(commit) => commit.to_string(),
        };
        let call = self.call().args(["update-ref", "--no-deref", name]);
        let answer = call.args([new.as_str(), &old]).answer()?;
        if answer.code == Some(0) {
            return Ok(());
        }
        self.moved_or(name, expected, answer.stderr)
    }

    /// Makes the branch `name` at `start`.
    ///
    /// # Errors
    /// [`Refusal::Moved`] where there is one already; [`Refusal::BadName`].
    pub fn create_branch(&self, name: &str, start: &CommitId) -> Result<(), GitError> {
        self.update_ref(&format!("refs/heads/{name}"), start, &Expected::Absent)
    }

    /// Deletes the branch `name`, which must be at `expected`, after keeping its commit.
    ///
    /// # Errors
    /// [`Refusal::Moved`] where it is elsewhere; [`Refusal::CheckedOut`] where a worktree stands
    /// on it.
    pub fn delete_branch(&self, name: &str, expected: &CommitId) -> Result<Kept, GitError> {
        let full = format!("refs/heads/{name}");
        self.check_name(&full)?;
        let on_it = |branch: &Option<String>| branch.as_deref() == Some(name);
        if let Some(worktree) = self.worktrees()?.into_iter().find(|w| on_it(&w.branch)) {
            return Err(GitError::Refused(Refusal::CheckedOut {
                branch: name.to_owned(),
                dir: worktree.path,
            }));
        }
        let there = Expected::At(expected.clone());
        if self.ref_target(&full)?.as_ref() != Some(expected) {
            return self.moved_or(&full, &there, String::new());
        }
        let kept = self.keep(expected, name)?;
        let call = self.call().args(["update-ref", "--no-deref", "-d", &full]);
        let answer = call.arg(expected.as_str()).answer()?;
        if answer.code == Some(0) {
            return Ok(kept);
        }
        self.moved_or(&full, &there, answer.stderr)
    }

    /// Keeps `commit` under `refs/redgreen/trash/`, by `name` or, where another commit has that
    /// name, by `name` and a number.
    ///
    /// # Errors
    /// [`Refusal::BadName`]; where the repository cannot be written.
    pub fn keep(&self, commit: &CommitId, name: &str) -> Result<Kept, GitError> {
        let undo = format!("git branch {} {commit}", quoted(name));
        for number in 1.. {
            let reference = match number {
                1 => format!("{TRASH}/{name}"),
                more => format!("{TRASH}/{name}-{more}"),
            };
            self.check_name(&reference)?;
            match self.ref_target(&reference)? {
                Some(there) if there == *commit => return Ok(Kept { reference, undo }),
                Some(_) => {}
                None => {
                    self.update_ref(&reference, commit, &Expected::Absent)?;
                    return Ok(Kept { reference, undo });
                }
            }
        }
        Err(GitError::Refused(Refusal::BadName {
            name: name.to_owned(),
        }))
    }

    /// Notes `text` at `commit` under `refs/notes/redgreen`, in place of what was noted before.
    ///
    /// # Errors
    /// [`Refusal::NoIdentity`]; where the repository cannot be written.
    pub fn add_note(&self, commit: &CommitId, text: &str) -> Result<(), GitError> {
        self.check_identity(&self.top)?;
        let call = self.as_user(&self.top)?.args(["notes", "--ref", NOTES]);
        let call = call.args(["add", "-f", "-F", "-", commit.as_str()]);
        call.stdin(text.as_bytes().to_vec()).ok().map(drop)
    }

    /// What is noted at `commit`, if anything.
    ///
    /// # Errors
    /// Where git fails.
    pub fn note(&self, commit: &CommitId) -> Result<Option<String>, GitError> {
        let call = self.call().args(["notes", "--ref", NOTES, "list"]);
        let listed = call.arg(commit.as_str()).answer()?;
        if listed.code != Some(0) {
            return Ok(None);
        }
        let text = self.blob(&super::BlobId::new(id_line(&listed.stdout)))?;
        Ok(Some(String::from_utf8_lossy(&text).trim_end().to_owned()))
    }

    fn check_name(&self, name: &str) -> Result<(), GitError> {
        let answer = self
            .shadow
            .call()
            .args(["check-ref-format", name])
            .answer()?;
        if answer.code == Some(0) {
            return Ok(());
        }
        Err(GitError::Refused(Refusal::BadName {
            name: name.to_owned(),
        }))
    }

    fn moved_or<T>(&self, name: &str, expected: &Expected, stderr: String) -> Result<T, GitError> {
        let found = self.ref_target(name)?;
        if found.as_ref() == expected.commit() {
            return Err(self.failed("update-ref", stderr));
        }
        Err(GitError::Refused(Refusal::Moved {
            name: name.to_owned(),
            expected: expected.commit().cloned(),
            found,
        }))
    }
}

/// `word` as a shell takes it literally.
fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./+=@".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_to_type_is_quoted_where_a_shell_would_read_it() {
        assert_eq!(quoted("feat/a-1"), "feat/a-1");
        assert_eq!(quoted("a;b"), "'a;b'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
