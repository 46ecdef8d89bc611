//! Puts the sandbox around this very process, then becomes the program or starts it.
//!
//! This is what `redgreen __sandbox ERRAND -- PROGRAM …` does. Where anything cannot be put up, the
//! program is not started.

use super::errand::{Errand, Hold, Teller, Word};
use super::{ENTER, Network};
use std::ffi::OsString;
use std::fmt;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// Ends with this where the program was not started, as shells do.
const NOT_STARTED: u8 = 126;

/// How often processes are counted.
const COUNT: Duration = Duration::from_millis(50);

/// Why something of the sandbox could not be put up.
#[derive(Debug)]
pub(super) struct Refused {
    what: &'static str,
    why: String,
}

impl Refused {
    pub(super) fn new(what: &'static str, why: impl fmt::Display) -> Self {
        let why = why.to_string();
        Self { what, why }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.why)
    }
}

/// Obeys a command line that begins with [`ENTER`] and says with which code to end; nothing for
/// every other command line. Does not return where it becomes the program.
pub fn obey(argv: &[OsString]) -> Option<u8> {
    let [_, first, errand, dashes, command @ ..] = argv else {
        return None;
    };
    if first != ENTER || dashes != "--" {
        return None;
    }
    let errand = errand.to_str()?;
    let Ok(errand) = serde_json::from_str::<Errand>(errand) else {
        return Some(NOT_STARTED);
    };
    let Ok(teller) = Teller::open(&errand.told) else {
        return Some(NOT_STARTED);
    };
    Some(enter(&errand, command, teller))
}

fn enter(errand: &Errand, command: &[OsString], mut teller: Teller) -> u8 {
    let [program, arguments @ ..] = command else {
        return NOT_STARTED;
    };
    if let Err(refused) = hold(errand) {
        teller.tell(&Word::Refused(refused.to_string()));
        return NOT_STARTED;
    }
    let mut command = Command::new(program);
    command.args(arguments);
    teller.tell(&Word::Entered);
    match errand.hold {
        Hold::Landlock(_) | Hold::Nothing => {
            let error = command.exec();
            teller.tell(&Word::NotStarted(error.to_string()));
            NOT_STARTED
        }
        Hold::Namespaces | Hold::Around => match command.spawn() {
            Ok(child) => stand_by(child, errand, teller),
            Err(error) => {
                teller.tell(&Word::NotStarted(error.to_string()));
                NOT_STARTED
            }
        },
    }
}

/// Waits for the program. Bubblewrap would tell an end by a signal as an exit, so it is told
/// beside it.
fn stand_by(mut child: Child, errand: &Errand, mut teller: Teller) -> u8 {
    // Who is asked to end is the program; this process ends when that has.
    let flag = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    for signal in [
        signal_hook::consts::SIGTERM,
        signal_hook::consts::SIGINT,
        signal_hook::consts::SIGHUP,
    ] {
        // One that cannot be caught ends this process, and the program with it.
        drop(signal_hook::flag::register(
            signal,
            std::sync::Arc::clone(&flag),
        ));
    }
    let (tell, hear) = channel();
    std::thread::spawn(move || drop(tell.send(child.wait())));
    loop {
        match hear.recv_timeout(COUNT) {
            Ok(Ok(status)) => return code_of(status, &mut teller),
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => return NOT_STARTED,
            Err(RecvTimeoutError::Timeout) => {}
        }
        let most = errand
            .limits
            .processes
            .filter(|_| errand.hold == Hold::Namespaces);
        if let Some(most) = most
            && processes() > most
        {
            // With this process, all of its sandbox ends.
            teller.tell(&Word::Overrun(most));
            return NOT_STARTED;
        }
    }
}

fn code_of(status: ExitStatus, teller: &mut Teller) -> u8 {
    if let Some(signal) = status.signal() {
        teller.tell(&Word::Signal(signal));
        return u8::try_from(128 + signal).unwrap_or(u8::MAX);
    }
    let code = status.code().unwrap_or_default();
    u8::try_from(code).unwrap_or(u8::MAX)
}

/// How many processes this sandbox has. It sees no others.
fn processes() -> u64 {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let is_process = |entry: &std::fs::DirEntry| {
        let name = entry.file_name();
        name.as_encoded_bytes().iter().all(u8::is_ascii_digit)
    };
    entries
        .filter(is_process)
        .count()
        .try_into()
        .unwrap_or(u64::MAX)
}

#[cfg(target_os = "linux")]
fn hold(errand: &Errand) -> Result<(), Refused> {
    use super::syscalls::{Sockets, hold as hold_calls};
    use super::{limits, ruleset};
    limits::hold(&errand.limits)?;
    let has_own_loopback = match &errand.hold {
        Hold::Namespaces => true,
        Hold::Around => {
            ruleset::hold_processes()?;
            true
        }
        Hold::Landlock(rights) => {
            ruleset::hold(rights)?;
            false
        }
        Hold::Nothing => return Ok(()),
    };
    hold_calls(match (&errand.network, has_own_loopback) {
        (Network::All, _) | (Network::Off | Network::Proxy(_), true) => Sockets::Internet,
        (Network::Off | Network::Proxy(_), false) => Sockets::OfFiles,
    })
}

#[cfg(not(target_os = "linux"))]
fn hold(errand: &Errand) -> Result<(), Refused> {
    match errand.hold {
        Hold::Nothing => Ok(()),
        Hold::Namespaces | Hold::Around | Hold::Landlock(_) => {
            Err(Refused::new("sandbox", "not on this system"))
        }
    }
}
