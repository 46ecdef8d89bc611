//! Puts the sandbox around this very process, then becomes the program or starts it.
//!
//! This is what `redgreen __sandbox ERRAND -- PROGRAM …` does. Where anything cannot be put up, the
//! program is not started.

use super::errand::{Ended, Errand, Hold, Teller, Word};
use super::overrun::{Overrun, Usage};
use super::{BECOME, ENTER, LISTED, NOTHING, Network, guard, listed, relay};
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// Ends with this where the program was not started, as shells do.
pub(super) const NOT_STARTED: u8 = 126;

/// How often it is looked at what is used.
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
    if let [_, only] = argv
        && only == NOTHING
    {
        return Some(0);
    }
    if argv.get(1).is_some_and(|first| first == LISTED) {
        return Some(listed::run());
    }
    let [own, first, errand, dashes, command @ ..] = argv else {
        return None;
    };
    if (first != ENTER && first != BECOME) || dashes != "--" {
        return None;
    }
    let text = errand.to_str()?;
    let Ok(errand) = serde_json::from_str::<Errand>(text) else {
        return Some(NOT_STARTED);
    };
    let Ok(teller) = Teller::open(&errand.told) else {
        return Some(NOT_STARTED);
    };
    let is_first = first == ENTER;
    Some(match errand.hold {
        // Whoever is bound could be ended by what it holds: the guard stays outside.
        Hold::Landlock(_) | Hold::Nothing if is_first => {
            let words = [BECOME.as_ref(), text.as_ref(), "--".as_ref()];
            let words = words.map(OsStr::to_owned);
            let inner: Vec<OsString> = words.iter().chain(command).cloned().collect();
            guard::stand(Command::new(own).args(inner), teller)
        }
        Hold::Landlock(_) | Hold::Nothing | Hold::Namespaces | Hold::Around => {
            enter(&errand, command, teller)
        }
    })
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
            not_started(&mut teller, &error)
        }
        Hold::Namespaces | Hold::Around => match started(&mut command, errand) {
            Ok(child) => stand_by(child, errand, teller),
            Err(error) => not_started(&mut teller, &error),
        },
    }
}

/// Says that the program was not started, and why.
pub(super) fn not_started(teller: &mut Teller, error: &std::io::Error) -> u8 {
    teller.tell(&Word::NotStarted(error.to_string()));
    NOT_STARTED
}

/// Starts the program, once what it may reach can be reached.
fn started(command: &mut Command, errand: &Errand) -> std::io::Result<Child> {
    if let Network::Proxy(gate) = &errand.network {
        relay::start(gate)?;
    }
    command.spawn()
}

/// Waits for the program. Bubblewrap would tell an end by a signal as an exit, so it is told
/// beside it.
fn stand_by(mut child: Child, errand: &Errand, mut teller: Teller) -> u8 {
    guard::do_not_end();
    let (tell, hear) = channel();
    std::thread::spawn(move || drop(tell.send(child.wait())));
    loop {
        match hear.recv_timeout(COUNT) {
            Ok(Ok(status)) => return code_of(status, errand, &mut teller),
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => return NOT_STARTED,
            Err(RecvTimeoutError::Timeout) => {}
        }
        if errand.hold == Hold::Namespaces
            && let Some(over) = Overrun::of(&errand.limits, used())
        {
            // With this process, all of its sandbox ends.
            teller.tell(&Word::Overrun(over));
            return NOT_STARTED;
        }
    }
}

fn code_of(status: ExitStatus, errand: &Errand, teller: &mut Teller) -> u8 {
    let signal = status.signal();
    let mut ended = Ended {
        signal,
        ..Ended::default()
    };
    if errand.hold == Hold::Namespaces {
        // The sandbox itself has two: the first of all, and this one.
        ended.left = used().processes.saturating_sub(2);
    }
    if errand.network != Network::All {
        ended.unreached = unreached();
    }
    teller.tell(&Word::Ended(ended));
    shown(status)
}

/// The code that stands for an end, as shells show it.
pub(super) fn shown(status: ExitStatus) -> u8 {
    let code = match status.signal() {
        Some(signal) => 128 + signal,
        None => status.code().unwrap_or_default(),
    };
    u8::try_from(code).unwrap_or(u8::MAX)
}

/// What the processes of this sandbox use. It sees no others.
fn used() -> Usage {
    let mut used = Usage::default();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let name = entry.file_name();
        let number = name
            .to_str()
            .filter(|name| name.bytes().all(|b| b.is_ascii_digit()));
        if let Some(number) = number {
            used += Usage::of(number);
        }
    }
    used
}

/// How often the kernel had no way for what was to be sent, in this sandbox's own network.
fn unreached() -> u64 {
    let read = |name: &str| std::fs::read_to_string(name).unwrap_or_default();
    let old = no_routes(&read("/proc/net/snmp"));
    let new = read("/proc/net/snmp6");
    let new = new
        .lines()
        .find_map(|line| line.strip_prefix("Ip6OutNoRoutes"));
    old + new
        .and_then(|count| count.trim().parse::<u64>().ok())
        .unwrap_or(0)
}

/// Reads two lines `Ip: NAME NAME …` and `Ip: NUMBER NUMBER …`.
fn no_routes(table: &str) -> u64 {
    let mut lines = table.lines().filter(|line| line.starts_with("Ip: "));
    let (Some(names), Some(counts)) = (lines.next(), lines.next()) else {
        return 0;
    };
    let at = names.split(' ').position(|name| name == "OutNoRoutes");
    let count = at.and_then(|at| counts.split(' ').nth(at));
    count.and_then(|count| count.parse().ok()).unwrap_or(0)
}

#[cfg(target_os = "linux")]
fn hold(errand: &Errand) -> Result<(), Refused> {
    use super::syscalls::{Sockets, hold as hold_calls};
    use super::{limits, ruleset};
    limits::hold(&errand.limits)?;
    let sockets = match &errand.hold {
        Hold::Namespaces => Sockets::Internet,
        Hold::Around => {
            ruleset::hold_processes()?;
            Sockets::Internet
        }
        Hold::Landlock(rights) => {
            ruleset::hold(rights, &errand.network)?;
            limits::drop_capabilities()?;
            match &errand.network {
                Network::All => Sockets::Internet,
                Network::Proxy(_) => Sockets::Tcp,
                Network::Off => Sockets::OfFiles,
            }
        }
        Hold::Nothing => return Ok(()),
    };
    hold_calls(sockets)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_found_no_way_is_read_by_its_name() {
        let table = "Ip: Forwarding OutNoRoutes Other\nIp: 1 7 3\nTcp: OutNoRoutes\nTcp: 9\n";
        assert_eq!(no_routes(table), 7);
        assert_eq!(no_routes("Ip: Other\nIp: 1\n"), 0);
        assert_eq!(no_routes(""), 0);
    }

    #[test]
    fn other_command_lines_are_not_obeyed() {
        let words = |line: &[&str]| line.iter().map(OsString::from).collect::<Vec<_>>();
        assert_eq!(obey(&words(&["redgreen", "prove"])), None);
        assert_eq!(obey(&words(&["redgreen", ENTER, "{}"])), None);
        let broken = words(&["redgreen", ENTER, "{}", "--", "true"]);
        assert_eq!(obey(&broken), Some(NOT_STARTED));
    }
}
