//! Reads objects from one git that stays: a start of git costs more than most objects.

use super::call::Call;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

/// Names that are asked for before the first answer is read: they fit into a pipe's buffer, so
/// that neither side waits for the other.
const AT_ONCE: usize = 64;

/// A git that waits for names of objects.
#[derive(Debug)]
pub(super) struct Objects {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

/// What git says of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Object {
    /// Its full name.
    pub(super) id: String,
    /// `blob`, `tree`, `commit` or `tag`.
    pub(super) kind: String,
    pub(super) content: Vec<u8>,
}

impl Objects {
    /// Starts one.
    ///
    /// # Errors
    /// Where git is not there.
    pub(super) fn start(call: Call) -> std::io::Result<Self> {
        let mut command = call.args(["cat-file", "--batch"]).command();
        command.stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let stdout = stdout.ok_or(std::io::ErrorKind::BrokenPipe)?;
        Ok(Self {
            child,
            stdin,
            stdout: BufReader::new(stdout),
        })
    }

    /// What each name stands for, in the order that was asked; nothing for one that is missing.
    ///
    /// # Errors
    /// Where git went away, or answers what is not understood: it is to be asked no more.
    pub(super) fn read(&mut self, names: &[String]) -> std::io::Result<Vec<Option<Object>>> {
        let mut found = Vec::with_capacity(names.len());
        for some in names.chunks(AT_ONCE) {
            let asked: String = some.iter().map(|name| format!("{name}\n")).collect();
            let stdin = self.stdin.as_mut().ok_or(std::io::ErrorKind::BrokenPipe)?;
            stdin.write_all(asked.as_bytes())?;
            stdin.flush()?;
            for _ in some {
                found.push(self.answer()?);
            }
        }
        Ok(found)
    }

    /// `<object> <kind> <size>`, the content and a line feed; or a line that ends in what keeps the
    /// name from being read. `submodule` since git 2.51.
    fn answer(&mut self) -> std::io::Result<Option<Object>> {
        let mut line = String::new();
        self.stdout.read_line(&mut line)?;
        let line = line
            .strip_suffix('\n')
            .ok_or(std::io::ErrorKind::UnexpectedEof)?;
        let unread = [" missing", " ambiguous", " submodule"];
        if unread.iter().any(|end| line.ends_with(end)) {
            return Ok(None);
        }
        let words: Vec<&str> = line.split(' ').collect();
        let [id, kind, size] = words[..] else {
            return Err(std::io::ErrorKind::InvalidData.into());
        };
        let size: usize = size.parse().map_err(|_| std::io::ErrorKind::InvalidData)?;
        let mut content = vec![0; size + 1];
        self.stdout.read_exact(&mut content)?;
        content.truncate(size);
        Ok(Some(Object {
            id: id.to_owned(),
            kind: kind.to_owned(),
            content,
        }))
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        // It ends at the end of its input; what it still had to say is of no use to anybody.
        drop(self.stdin.take());
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
