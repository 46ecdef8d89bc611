//! Runs the git program, hardened: nothing that a repository configures is executed.

use super::GitError;
use std::ffi::{OsStr, OsString};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The oldest git that has every option used here (`merge-tree --write-tree -z`).
pub(super) const NEEDED: &str = "2.39";

const HARDENED: [&str; 9] = [
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.quotePath=false",
    "protocol.allow=never",
    "protocol.ext.allow=never",
    "advice.detachedHead=false",
    "diff.external=",
    "gc.auto=0",
    "maintenance.auto=false",
];

/// Variables of git that the caller's environment may keep: where git is, and which global
/// configuration is the user's.
const KEPT: [&str; 2] = ["GIT_EXEC_PATH", "GIT_CONFIG_GLOBAL"];

/// One call of git.
pub(super) struct Call {
    command: Command,
    dir: PathBuf,
    verb: Vec<String>,
    stdin: Option<Vec<u8>>,
}

/// How a call ended.
pub(super) struct Answer {
    pub(super) code: Option<i32>,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: String,
}

impl Call {
    /// A call in `dir` with the user's global configuration.
    pub(super) fn new(dir: &Path) -> Self {
        let mut command = Command::new("git");
        command.current_dir(dir);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("GIT_") && !KEPT.contains(&text.as_ref()) {
                command.env_remove(&name);
            }
        }
        command
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_ALLOW_PROTOCOL", "none")
            .env("GIT_LITERAL_PATHSPECS", "1")
            .env("LC_ALL", "C")
            .env_remove("LANGUAGE");
        for setting in HARDENED {
            command.args(["-c", setting]);
        }
        Self {
            command,
            dir: dir.to_owned(),
            verb: Vec::new(),
            stdin: None,
        }
    }

    /// Overrides a setting; to be called before the verb is given.
    pub(super) fn setting(mut self, setting: &str) -> Self {
        self.command.args(["-c", setting]);
        self
    }

    pub(super) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.verb.push(arg.as_ref().to_string_lossy().into_owned());
        self.command.arg(arg);
        self
    }

    pub(super) fn args<A: AsRef<OsStr>>(self, args: impl IntoIterator<Item = A>) -> Self {
        args.into_iter().fold(self, Self::arg)
    }

    pub(super) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Lets a variable of the caller's environment through.
    pub(super) fn inherit(mut self, name: &str) -> Self {
        if let Some(value) = std::env::var_os(name) {
            self.command.env(name, value);
        }
        self
    }

    /// Lets the system's configuration in, where the user's identity may stand.
    pub(super) fn with_system_configuration(mut self) -> Self {
        self.command.env_remove("GIT_CONFIG_NOSYSTEM");
        self
    }

    /// Overrides settings whose names may hold any character.
    pub(super) fn overrides(mut self, settings: &[(String, &str)]) -> Self {
        self.command
            .env("GIT_CONFIG_COUNT", settings.len().to_string());
        for (at, (key, value)) in settings.iter().enumerate() {
            self.command.env(format!("GIT_CONFIG_KEY_{at}"), key);
            self.command.env(format!("GIT_CONFIG_VALUE_{at}"), value);
        }
        self
    }

    pub(super) fn stdin(mut self, bytes: Vec<u8>) -> Self {
        self.stdin = Some(bytes);
        self
    }

    /// The program itself, for who talks to it.
    pub(super) fn command(self) -> Command {
        self.command
    }

    /// What git printed; an error unless it ended with 0.
    pub(super) fn ok(self) -> Result<Vec<u8>, GitError> {
        let (dir, verb) = (self.dir.clone(), self.verb.join(" "));
        let answer = self.answer()?;
        if answer.code == Some(0) {
            return Ok(answer.stdout);
        }
        Err(GitError::Failed {
            verb,
            dir,
            stderr: answer.stderr,
        })
    }

    /// What git printed and how it ended, whatever that is.
    pub(super) fn answer(self) -> Result<Answer, GitError> {
        let mut stdout = Vec::new();
        let mut answer = self.stream(&mut |bytes| stdout.extend_from_slice(bytes))?;
        answer.stdout = stdout;
        Ok(answer)
    }

    /// Gives `each` what git prints, piece by piece.
    pub(super) fn stream(mut self, each: &mut dyn FnMut(&[u8])) -> Result<Answer, GitError> {
        let stdin = match self.stdin {
            Some(_) => Stdio::piped(),
            None => Stdio::null(),
        };
        self.command.stdin(stdin);
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self
            .command
            .spawn()
            .map_err(|e| cannot_start(e, &self.dir))?;
        let feed = self.stdin.take().unwrap_or_default();
        let talked = talk(&mut child, &feed, each);
        let ended = child.wait();
        let stderr = talked.map_err(GitError::disk(&self.dir))?;
        let status = ended.map_err(GitError::disk(&self.dir))?;
        Ok(Answer {
            code: status.code(),
            stdout: Vec::new(),
            stderr: String::from_utf8_lossy(&stderr).trim().to_owned(),
        })
    }
}

/// Writes, reads and listens for complaints at the same time, so that no side waits for another.
fn talk(child: &mut Child, feed: &[u8], each: &mut dyn FnMut(&[u8])) -> std::io::Result<Vec<u8>> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    std::thread::scope(|scope| {
        // A child that ends without reading everything is judged by its exit code alone.
        scope.spawn(move || stdin.map(|mut pipe| pipe.write_all(feed)));
        let complaints = scope.spawn(move || {
            let mut bytes = Vec::new();
            stderr.map_or(Ok(0), |mut pipe| pipe.read_to_end(&mut bytes))?;
            Ok::<_, std::io::Error>(bytes)
        });
        let read = stdout.map_or(Ok(()), |mut pipe| read_all(&mut pipe, each));
        let complaints = complaints.join().unwrap_or_else(|_| Ok(Vec::new()));
        read.and(complaints)
    })
}

fn read_all(pipe: &mut impl Read, each: &mut dyn FnMut(&[u8])) -> std::io::Result<()> {
    let mut chunk = vec![0; 64 * 1024];
    loop {
        match pipe.read(&mut chunk) {
            Ok(0) => return Ok(()),
            Ok(count) => each(&chunk[..count]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn cannot_start(error: std::io::Error, dir: &Path) -> GitError {
    if error.kind() == ErrorKind::NotFound && dir.is_dir() {
        return GitError::Unusable {
            needed: NEEDED,
            found: None,
        };
    }
    GitError::Disk {
        path: dir.to_owned(),
        source: error,
    }
}

/// The pieces of `bytes` between NUL bytes; a last one without a NUL counts.
pub(super) fn pieces(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let bytes = bytes.strip_suffix(&[0]).unwrap_or(bytes);
    let empty = bytes.is_empty();
    bytes.split(|byte| *byte == 0).filter(move |_| !empty)
}

/// A path that git printed alone on a line. Only the one line feed at its end is not the path's.
pub(super) fn path_line(mut bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt as _;
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
    }
    PathBuf::from(OsString::from_vec(bytes))
}
