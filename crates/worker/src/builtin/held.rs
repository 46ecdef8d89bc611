//! Puts the sandbox around the commands of the built-in worker: its worktree but for what the phase
//! has frozen, a home of its own, and no network.

use super::tools::Runs;
use redgreen_engine::drive::Task;
use redgreen_engine::process::{self, Command, Finished, ProcessError};
use redgreen_engine::sandbox::{self, Network, Policy};
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::PathBuf;

/// What runs the commands of `task`. The sandbox is looked for when the first one is run, since
/// many attempts run none.
pub(super) fn held(task: &Task, env: &[(OsString, OsString)]) -> Runs<'static> {
    let policy = policy(task, env);
    Box::new(move |command| hold(command, &policy))
}

fn hold(command: Command, policy: &Policy) -> Result<Finished, ProcessError> {
    let program = PathBuf::from(command.argv.first().cloned().unwrap_or_default());
    let refused = |why: String| ProcessError::Start {
        program: program.clone(),
        source: io::Error::other(why),
    };
    let sandbox = sandbox::here().map_err(|error| refused(error.to_string()))?;
    let command = sandbox.hold(command, policy);
    process::run(command.map_err(|error| refused(error.to_string()))?)
}

fn policy(task: &Task, env: &[(OsString, OsString)]) -> Policy {
    let mut policy = Policy::for_worker(&task.worktree, &task.bounds.frozen, Network::Off)
        .with_memory(task.bounds.worker.memory_mb);
    policy
        .unreadable
        .extend(task.bounds.unreadable.iter().cloned());
    let own = std::env::var_os("HOME");
    let home = value(env, "HOME").filter(|home| Some(home.as_os_str()) != own.as_deref());
    policy.writable.extend(home.map(PathBuf::from));
    policy.temp = value(env, "TMPDIR").map(PathBuf::from);
    policy.writable.extend(policy.temp.clone());
    policy
}

fn value<'e>(env: &'e [(OsString, OsString)], name: &str) -> Option<&'e OsString> {
    let mut found = env.iter().filter(|(key, _)| key == OsStr::new(name));
    found.next().map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::in_memory::task;
    use redgreen_core::phase::Phase;
    use std::path::Path;

    #[test]
    fn the_users_own_home_is_never_given_to_write() {
        let mut task = task(Path::new("/tree"), Phase::Green);
        task.bounds.frozen = vec!["/tree/tests".into()];
        task.bounds.unreadable = vec!["/the/change".into()];
        let of = |home: &OsStr| {
            let env = [(OsString::from("HOME"), home.to_owned())];
            policy(&task, &env)
        };
        let own = std::env::var_os("HOME").unwrap_or_default();
        assert!(!of(&own).writable.contains(&PathBuf::from(&own)));
        let fresh = of(OsStr::new("/fresh"));
        assert!(fresh.writable.contains(&PathBuf::from("/fresh")));
        assert!(fresh.read_only.contains(&PathBuf::from("/tree/tests")));
        assert!(fresh.unreadable.contains(&PathBuf::from("/the/change")));
        assert_eq!(fresh.network, Network::Off);
    }
}
