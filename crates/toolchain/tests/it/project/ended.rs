//! Waits for a command of an adapter, and ends it with everything that it started.

use redgreen_toolchain::Exit;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// The command as the leader of a group of its own, so that [`wait`] can end all of it.
pub(crate) fn grouped(command: &mut Command) -> &mut Command {
    command.process_group(0)
}

/// How `child`, which leads a group, ended: by itself, or by `limit` or once `sign` is there.
pub(crate) fn wait(child: &mut Child, limit: Duration, sign: Option<&Path>) -> Exit {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("the child can be waited for") {
            return match (status.code(), status.signal()) {
                (Some(code), _) => Exit::Code(code),
                (None, signal) => Exit::Signal(signal.unwrap_or_default()),
            };
        }
        if start.elapsed() > limit || sign.is_some_and(Path::exists) {
            // What the runner itself started would spin on without it.
            let group = format!("-{}", child.id());
            let kill = Command::new("kill").args(["-KILL", "--", &group]).status();
            assert!(kill.expect("kill is everywhere").success());
            child.wait().expect("the child can be waited for");
            return Exit::TimedOut;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}
