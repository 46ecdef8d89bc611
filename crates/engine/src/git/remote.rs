//! Asks about remotes, pushes and fetches: what here leaves the machine.

use super::call::Call;
use super::{Git, GitError, id_line};
use redgreen_core::id::CommitId;

/// The remote that a clone begins with.
pub const ORIGIN: &str = "origin";

/// What git may speak to get there. `ext` runs any program, and is not among them.
const PROTOCOLS: &str = "file:git:http:https:ssh";

/// Variables by which a user's own way of signing in is found.
const SIGNING_IN: [&str; 6] = [
    "GIT_ASKPASS",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "GIT_PROXY_COMMAND",
];

/// What became of a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// The branch is there now.
    Done,
    /// It was there already.
    UpToDate,
    /// The remote's branch has commits that are not in what was pushed. It was left as it is.
    Behind,
    /// The remote, or what signs in there, does not want it.
    Refused {
        /// What they say.
        why: String,
    },
}

/// What became of a fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// The tracking branch is where the remote's branch is now.
    Done,
    /// The remote does not answer, or has no such branch. The tracking branch is as it was.
    Not {
        /// What git says.
        why: String,
    },
}

impl Git {
    /// The address of a remote, as the user's own configuration rewrites it; nothing where there
    /// is no such remote.
    ///
    /// # Errors
    /// Where git fails.
    pub fn remote_address(&self, remote: &str) -> Result<Option<String>, GitError> {
        let call = self.call().with_system_configuration();
        let asked = call.args(["remote", "get-url", "--", remote]).answer()?;
        let address = id_line(&asked.stdout);
        Ok((asked.code == Some(0) && !address.is_empty()).then_some(address))
    }

    /// The remote that has the project's own repository: the one that the user, or a clone of a fork
    /// by the command line of GitHub, has named as the base (`remote.NAME.gh-resolved`), else
    /// [`ORIGIN`]. A remote that is called `upstream` alone is none: it may be anybody's.
    ///
    /// # Errors
    /// Where git fails.
    pub fn home_remote(&self) -> Result<String, GitError> {
        let call = self.call().with_system_configuration();
        let pattern = r"^remote\..*\.gh-resolved$";
        let asked = call.args(["config", "--get-regexp", pattern]).answer()?;
        let told = String::from_utf8_lossy(&asked.stdout).into_owned();
        let mut named = told.lines().filter_map(|line| {
            let key = line.strip_suffix(" base")?;
            key.strip_prefix("remote.")?.strip_suffix(".gh-resolved")
        });
        Ok(named.next().unwrap_or(ORIGIN).to_owned())
    }

    /// The remote that the user has git push `branch` to, where they say so: for the branch, else
    /// for all of them.
    ///
    /// # Errors
    /// Where git fails.
    pub fn push_remote(&self, branch: &str) -> Result<Option<String>, GitError> {
        for key in [
            format!("branch.{branch}.pushRemote"),
            "remote.pushDefault".to_owned(),
        ] {
            let call = self.call().with_system_configuration();
            let asked = call.args(["config", "--get", &key]).answer()?;
            let name = id_line(&asked.stdout);
            if asked.code == Some(0) && !name.is_empty() {
                return Ok(Some(name));
            }
        }
        Ok(None)
    }

    /// Pushes `commit` as `branch` to `remote`, signed in as the user is. Never by force, and no
    /// hook of the repository runs.
    ///
    /// # Errors
    /// Where git itself fails; that the remote does not want it is no error.
    pub fn push(&self, remote: &str, commit: &CommitId, branch: &str) -> Result<Pushed, GitError> {
        let call = self.signed_in();
        let wanted = format!("{commit}:refs/heads/{branch}");
        let words = ["push", "--porcelain", "--no-verify", "--no-force", "--"];
        let answer = call.args(words).args([remote, &wanted]).answer()?;
        let said = String::from_utf8_lossy(&answer.stdout);
        let line = said.lines().find(|line| line.contains(&wanted));
        Ok(match line.and_then(|line| line.chars().next()) {
            Some('=') => Pushed::UpToDate,
            Some('!') if is_behind(line.unwrap_or_default()) => Pushed::Behind,
            Some('!') => Pushed::Refused {
                why: why(line.unwrap_or_default(), &answer.stderr),
            },
            Some(_) if answer.code == Some(0) => Pushed::Done,
            Some(_) | None => Pushed::Refused {
                why: without_address(&answer.stderr),
            },
        })
    }

    /// Brings the tracking branch of `branch` to where `remote` has it, signed in as the user is. No
    /// branch of the user moves, and no tag comes.
    ///
    /// # Errors
    /// Where git itself fails; that the remote does not answer is no error.
    pub fn fetch(&self, remote: &str, branch: &str) -> Result<Fetched, GitError> {
        let wanted = format!("+refs/heads/{branch}:refs/remotes/{remote}/{branch}");
        let words = ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules"];
        // What the repository configures to be run at the other end is not.
        let plain = ["--no-write-fetch-head", "--upload-pack=git-upload-pack"];
        let call = self.signed_in().args(words).args(plain);
        let answer = call.args(["--", remote, &wanted]).answer()?;
        Ok(match answer.code {
            Some(0) => Fetched::Done,
            Some(_) | None => Fetched::Not {
                why: without_address(&answer.stderr),
            },
        })
    }

    /// A call that may leave the machine.
    fn signed_in(&self) -> Call {
        let call = self.call().with_system_configuration();
        let call = SIGNING_IN.into_iter().fold(call, Call::inherit);
        call.env("GIT_ALLOW_PROTOCOL", PROTOCOLS)
    }
}

fn is_behind(line: &str) -> bool {
    ["(non-fast-forward)", "(fetch first)", "(stale info)"]
        .iter()
        .any(|reason| line.contains(reason))
}

fn why(line: &str, stderr: &str) -> String {
    let reason = line.rsplit('\t').next().unwrap_or(line);
    let remote = stderr
        .lines()
        .filter_map(|line| line.strip_prefix("remote: "));
    let remote: Vec<&str> = remote.map(str::trim).collect();
    format!("{reason} {}", remote.join(" ")).trim().to_owned()
}

/// What git complains of, without addresses: they may hold a password.
fn without_address(stderr: &str) -> String {
    let word = |word: &str| match word.split_once("://") {
        Some((before, rest)) => match rest.rsplit_once('@') {
            Some((_, host)) => format!("{before}://{host}"),
            None => word.to_owned(),
        },
        None => word.to_owned(),
    };
    let lines = stderr.lines().filter(|line| !line.trim().is_empty());
    let lines = lines.map(|line| line.split(' ').map(word).collect::<Vec<_>>().join(" "));
    lines.take(5).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_an_address_is_not_repeated() {
        let said = "fatal: unable to access 'https://ada:hunter2@git.example/x/': refused\n";
        let told = without_address(said);
        assert!(!told.contains("hunter2"), "{told}");
        assert!(told.contains("git.example/x/"), "{told}");
    }
}
