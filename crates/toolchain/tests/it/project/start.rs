//! Starts a command of an adapter as the engine would: with what it wants written and planted, in
//! an environment of its own, and never for longer than its limit.

use super::ended::{grouped, wait};
use redgreen_toolchain::{Invocation, RawOutput};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Where and how commands are started.
pub(crate) struct Start<'s> {
    pub(crate) tree: &'s Path,
    pub(crate) scratch: &'s Path,
    /// Variables of this process that they keep; the search path is always among them.
    pub(crate) kept: &'s [&'s str],
    /// Variables that they are given.
    pub(crate) given: &'s [(&'s str, &'s str)],
    pub(crate) limit: Duration,
    /// A file whose coming ends them as if at their limit.
    pub(crate) stop_at: Option<&'s Path>,
    /// What to type where the program is missing.
    pub(crate) install: &'s str,
}

impl Start<'_> {
    /// Executes `invocation` and takes out again what it planted.
    pub(crate) fn execute(&self, invocation: &Invocation) -> RawOutput {
        put(self.scratch, &invocation.writes);
        for (path, _) in &invocation.plants {
            assert!(!self.tree.join(path).exists(), "{path:?} is not there yet");
        }
        put(self.tree, &invocation.plants);
        let output = self.started(invocation);
        for (path, _) in &invocation.plants {
            std::fs::remove_file(self.tree.join(path)).expect("a planted file");
        }
        output
    }

    fn started(&self, invocation: &Invocation) -> RawOutput {
        let place = |name: &str| self.scratch.join(name);
        let capture = |name: &str| std::fs::File::create(place(name)).expect("a file");
        let mut command = Command::new(&invocation.argv[0]);
        command
            .args(&invocation.argv[1..])
            .current_dir(&invocation.dir)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(capture("stdout"))
            .stderr(capture("stderr"));
        for key in self.kept.iter().chain(&["PATH"]) {
            command.envs(std::env::var_os(key).map(|value| (key, value)));
        }
        command.envs(invocation.env.iter().map(|(name, value)| (name, value)));
        command.envs(self.given.iter().copied());
        let mut child = grouped(&mut command)
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}. {}", invocation.argv[0], self.install));
        let exit = wait(&mut child, self.limit, self.stop_at);
        let read = |name: &str| std::fs::read(place(name)).ok();
        RawOutput {
            exit,
            stdout: read("stdout").unwrap_or_default(),
            stderr: read("stderr").unwrap_or_default(),
            files: invocation
                .reads
                .iter()
                .filter_map(|name| Some((name.clone(), read(name)?)))
                .collect(),
        }
    }
}

fn put(home: &Path, files: &[(String, String)]) {
    for (path, text) in files {
        let path = home.join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        std::fs::write(path, text).expect("the file can be written");
    }
}
