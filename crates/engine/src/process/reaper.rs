//! Ends what a killed redgreen leaves behind: a second process that waits for the first to be gone.
//!
//! A process that is killed (SIGKILL) can clean up nothing. Its pipes are closed by the system,
//! though, and whoever reads from one learns of it.

use super::group::end_marked;
use std::io::{self, Read};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

/// The argument that makes this program a reaper; the word of the session follows.
pub const REAP: &str = "__reap";

/// A word that all processes of this redgreen carry, and those of no other.
///
/// # Errors
/// Where the system has no random bytes.
pub(super) fn session() -> io::Result<&'static str> {
    static SESSION: OnceLock<String> = OnceLock::new();
    if let Some(known) = SESSION.get() {
        return Ok(known);
    }
    let word = super::run::random_word()?;
    Ok(SESSION.get_or_init(|| word))
}

/// Starts `program` as the reaper of this process, once. It lives until this process is gone,
/// however it ends.
///
/// # Errors
/// Where it cannot be started.
pub fn start(program: &Path) -> io::Result<()> {
    static REAPER: OnceLock<Child> = OnceLock::new();
    if REAPER.get().is_some() {
        return Ok(());
    }
    let child = Command::new(program)
        .arg(REAP)
        .arg(session()?)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // Ctrl-C goes to the group of the terminal: the reaper has to outlive it.
        .process_group(0)
        .spawn()?;
    // Its pipe stays open as long as this process lives.
    REAPER.get_or_init(|| child);
    Ok(())
}

/// Waits until whoever started this process is gone, then ends every process of its session.
pub fn reap(session: &str) {
    let mut nothing = Vec::new();
    // An error is an end, too: nobody is there to write any more.
    io::stdin().read_to_end(&mut nothing).unwrap_or_default();
    // What stands around a command ends more than can be found from here, if it is let.
    std::thread::sleep(Duration::from_millis(700));
    end_marked(session);
}
