//! Compares: which paths differ between two trees, which lines between two blobs.

use super::call::pieces;
use super::{BlobId, Git, GitError, Held, Mode, RepoPath};
use redgreen_core::change::Status;
use redgreen_core::id::TreeId;

/// A path that differs between two trees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// From the repository's root.
    pub path: RepoPath,
    /// How it differs; a change of kind alone (a file became a link) is a modification.
    pub status: Status,
    /// What the old tree holds there.
    pub old: Option<Held>,
    /// What the new tree holds there.
    pub new: Option<Held>,
}

/// Lines that differ, without context. A side of no lines stands after its first line number, as
/// in a unified diff: `old_first: 3, old_lines: 0` is an insertion after line 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// First line in the old text, counted from 1.
    pub old_first: u32,
    /// Number of lines in the old text.
    pub old_lines: u32,
    /// First line in the new text, counted from 1.
    pub new_first: u32,
    /// Number of lines in the new text.
    pub new_lines: u32,
}

impl Git {
    /// Every path that differs between two trees. A rename is a deletion and an addition.
    ///
    /// # Errors
    /// Where a tree is missing.
    pub fn changed(&self, old: &TreeId, new: &TreeId) -> Result<Vec<Changed>, GitError> {
        let call = self.shadow.call().args(["diff-tree", "-r", "-z", "--raw"]);
        let call = call.args(["--no-renames", "--no-ext-diff", "--no-textconv"]);
        let call = call.args(["--full-index", old.as_str(), new.as_str()]);
        let printed = call.ok()?;
        read_changed(&printed).map_err(|front| self.unforeseen("diff-tree", front))
    }

    /// The differences of one path between two trees as a unified diff, for people to read.
    ///
    /// # Errors
    /// Where a tree is missing.
    pub fn diff_text(
        &self,
        old: &TreeId,
        new: &TreeId,
        path: &RepoPath,
    ) -> Result<String, GitError> {
        let call = self
            .shadow
            .call()
            .args(["diff-tree", "-p", "--no-renames", "--no-color"]);
        let call = call.args(["--no-ext-diff", "--no-textconv", old.as_str(), new.as_str()]);
        let call = call.arg("--").env("GIT_LITERAL_PATHSPECS", "1");
        Ok(String::from_utf8_lossy(&call.arg(path.as_path()).ok()?).into_owned())
    }

    /// The lines that differ between two blobs, in order. Bytes are compared as they are: line
    /// ends count, and a binary file is lines too.
    ///
    /// # Errors
    /// Where a blob is missing.
    pub fn hunks(&self, old: &BlobId, new: &BlobId) -> Result<Vec<Hunk>, GitError> {
        let mut headers = Headers::default();
        let call = self
            .shadow
            .call()
            .args(["diff", "-U0", "--text", "--no-color"]);
        let call = call.args(["--inter-hunk-context=0", "--no-ext-diff", "--no-textconv"]);
        let call = call.args([old.as_str(), new.as_str()]);
        let answer = call.stream(&mut |bytes| headers.feed(bytes))?;
        match answer.code {
            Some(0) => Ok(headers.hunks),
            _ => Err(self.failed("diff", answer.stderr)),
        }
    }
}

/// Reads what `git diff-tree -r -z --raw` prints.
///
/// # Errors
/// The first piece that is none of its lines.
pub fn read_changed(printed: &[u8]) -> Result<Vec<Changed>, &[u8]> {
    let mut fields = pieces(printed);
    let mut changed = Vec::new();
    while let Some(front) = fields.next() {
        let path = fields.next().unwrap_or_default();
        changed.push(raw_line(front, path).ok_or(front)?);
    }
    Ok(changed)
}

/// Reads the hunks of what `git diff -U0` prints, whatever else is in it.
pub fn read_hunks(printed: &[u8]) -> Vec<Hunk> {
    let mut headers = Headers::default();
    headers.feed(printed);
    headers.hunks
}

/// Reads `:<mode> <mode> <object> <object> <letter>`.
fn raw_line(front: &[u8], path: &[u8]) -> Option<Changed> {
    let front = std::str::from_utf8(front).ok()?.strip_prefix(':')?;
    let mut words = front.split(' ');
    let (old_mode, new_mode) = (words.next()?, words.next()?);
    let (old_blob, new_blob) = (words.next()?, words.next()?);
    let held = |mode: &str, blob: &str| {
        let mode = Mode::parse(mode)?;
        let blob = BlobId::new(blob);
        Some(Held { mode, blob })
    };
    let (old, new) = (held(old_mode, old_blob), held(new_mode, new_blob));
    let status = match (&old, &new) {
        (None, Some(_)) => Status::Added,
        (Some(_), None) => Status::Deleted,
        (Some(_), Some(_)) => Status::Modified,
        (None, None) => return None,
    };
    let path = RepoPath::from_bytes(path);
    Some(Changed {
        path,
        status,
        old,
        new,
    })
}

/// Finds hunk headers in a diff that comes piece by piece. Only the start of each line is kept,
/// so that the size of a file or of one line costs no memory.
#[derive(Default)]
struct Headers {
    line: Vec<u8>,
    hunks: Vec<Hunk>,
}

/// Longer than any `@@ -a,b +c,d @@`.
const HEADER: usize = 64;

impl Headers {
    fn feed(&mut self, bytes: &[u8]) {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            let room = HEADER.saturating_sub(self.line.len());
            self.line.extend_from_slice(&part[..part.len().min(room)]);
            if part.ends_with(b"\n") {
                self.hunks.extend(header(&self.line));
                self.line.clear();
            }
        }
    }
}

/// Reads `@@ -a,b +c,d @@`. Text of the files never looks like one: it starts with a space, a
/// plus, a minus or a backslash.
fn header(line: &[u8]) -> Option<Hunk> {
    let line = String::from_utf8_lossy(line);
    let ranges = line.strip_prefix("@@ -")?;
    let (ranges, _) = ranges.split_once(" @@")?;
    let (old, new) = ranges.split_once(" +")?;
    let ((old_first, old_lines), (new_first, new_lines)) = (range(old)?, range(new)?);
    Some(Hunk {
        old_first,
        old_lines,
        new_first,
        new_lines,
    })
}

fn range(text: &str) -> Option<(u32, u32)> {
    match text.split_once(',') {
        Some((first, lines)) => Some((first.parse().ok()?, lines.parse().ok()?)),
        None => Some((text.parse().ok()?, 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(diff: &str, expected: &[(u32, u32, u32, u32)]) {
        let expected: Vec<Hunk> = expected
            .iter()
            .map(|&(old_first, old_lines, new_first, new_lines)| Hunk {
                old_first,
                old_lines,
                new_first,
                new_lines,
            })
            .collect();
        for size in [1, 3, 7, 4096] {
            let mut headers = Headers::default();
            for piece in diff.as_bytes().chunks(size) {
                headers.feed(piece);
            }
            assert_eq!(headers.hunks, expected, "in pieces of {size}");
        }
    }

    #[test]
    fn a_raw_line_names_both_sides_and_what_is_none_is_given_back() {
        let (zero, one) = ("0".repeat(40), "1".repeat(40));
        let raw = format!(":000000 100644 {zero} {one} A\0a b\0");
        let changed = read_changed(raw.as_bytes()).expect("one line");
        let seen: Vec<(String, Status)> = changed
            .iter()
            .map(|item| (item.path.text(), item.status))
            .collect();
        assert_eq!(seen, [("a b".to_owned(), Status::Added)]);
        assert_eq!(read_changed(b"nothing\0"), Err(&b"nothing"[..]));
        assert_eq!(read_hunks(b"x\n@@ -1 +2,3 @@\n").len(), 1);
    }

    #[test]
    fn a_missing_length_is_one_line() {
        check("@@ -3 +4 @@ fn x\n-a\n+b\n", &[(3, 1, 4, 1)]);
    }

    #[test]
    fn insertions_and_deletions_have_a_side_of_no_lines() {
        check(
            "@@ -0,0 +1,2 @@\n+a\n+b\n@@ -9,4 +10,0 @@\n-a\n-b\n-c\n-d\n",
            &[(0, 0, 1, 2), (9, 4, 10, 0)],
        );
    }

    #[test]
    fn content_that_looks_like_a_header_is_none() {
        check(
            "@@ -1 +1 @@\n-@@ -5 +5 @@\n+@@ -6 +6 @@\n\\ No newline at end of file\n",
            &[(1, 1, 1, 1)],
        );
    }

    #[test]
    fn a_line_without_end_is_no_header() {
        check(&format!("+{}@@ -1 +1 @@", "x".repeat(100)), &[]);
    }
}
