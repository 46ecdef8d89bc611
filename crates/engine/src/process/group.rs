//! Finds and kills every process of a run: its group, and those that left the group.
//!
//! Those that left it are known by a word in their environment that no other run has. A process
//! that leaves the group *and* clears its environment is not found; only a sandbox with a process
//! namespace of its own can hold such a one.

use crate::sandbox::Usage;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use std::time::{Duration, Instant};

/// The variable that marks the processes of a run. Runs inside runs add their own word.
pub(crate) const MARK: &str = "REDGREEN_RUN";

/// How long processes have between being asked to end and being killed.
const GRACE: Duration = Duration::from_millis(300);

/// How long what stands around a command has to end all of it.
const PATIENCE: Duration = Duration::from_secs(2);

/// The processes of one run.
pub(super) struct Group {
    pub(super) leader: Pid,
    pub(super) word: String,
    /// Whether the leader only stands around the command, and takes all with it when it ends.
    pub(super) is_wrapped: bool,
}

impl Group {
    /// Asks all to end, and kills what does not. Returns how many there were besides the leader.
    /// `meanwhile` is called over and over until the grace is over.
    pub(super) fn end(&self, meanwhile: &mut dyn FnMut()) -> usize {
        let first = self.members();
        let count = first.iter().filter(|pid| **pid != self.leader).count();
        if first.is_empty() && cfg!(target_os = "linux") {
            return 0;
        }
        self.ask(&first);
        let asked = Instant::now();
        while asked.elapsed() < GRACE && !self.is_gone() {
            meanwhile();
        }
        if self.is_wrapped {
            self.await_leader(meanwhile);
        }
        // A process that forks while it is looked for is found in the next round.
        for _ in 0..50 {
            let members = self.members();
            self.signal(&members, Signal::KILL);
            if self.is_gone() {
                break;
            }
            meanwhile();
        }
        count
    }

    /// Ends all but the leader, which ends what was not found and then itself.
    fn await_leader(&self, meanwhile: &mut dyn FnMut()) {
        kill_process(self.leader, Signal::TERM).ok();
        let asked = Instant::now();
        while asked.elapsed() < PATIENCE && self.members().contains(&self.leader) {
            meanwhile();
        }
    }

    /// Asks all to end. What stands around them would take them with it at once.
    fn ask(&self, members: &[Pid]) {
        if !self.is_wrapped {
            return self.signal(members, Signal::TERM);
        }
        for pid in members.iter().filter(|pid| **pid != self.leader) {
            kill_process(*pid, Signal::TERM).ok();
        }
    }

    /// What all of them use now.
    pub(super) fn used(&self) -> Usage {
        let mut used = Usage::default();
        for member in self.members() {
            used += Usage::of(&member.as_raw_nonzero().to_string());
        }
        used
    }

    fn signal(&self, members: &[Pid], signal: Signal) {
        // A process that is gone already is what we want.
        kill_process_group(self.leader, signal).ok();
        for pid in members {
            kill_process(*pid, signal).ok();
        }
    }

    #[cfg(target_os = "linux")]
    fn is_gone(&self) -> bool {
        self.members().is_empty()
    }

    #[cfg(not(target_os = "linux"))]
    fn is_gone(&self) -> bool {
        rustix::process::test_kill_process_group(self.leader).is_err()
    }

    #[cfg(not(target_os = "linux"))]
    fn members(&self) -> Vec<Pid> {
        Vec::new()
    }

    /// Every living process of the run.
    #[cfg(target_os = "linux")]
    fn members(&self) -> Vec<Pid> {
        living(|pid| self.holds(pid))
    }

    #[cfg(target_os = "linux")]
    fn holds(&self, pid: Pid) -> bool {
        let dir = format!("/proc/{}", pid.as_raw_nonzero());
        let Some((is_alive, group)) = std::fs::read(format!("{dir}/stat"))
            .ok()
            .and_then(|stat| state_and_group(&stat))
        else {
            return false;
        };
        if !is_alive {
            return false;
        }
        if group == self.leader.as_raw_nonzero().get() {
            return true;
        }
        carries(&dir, &self.word)
    }
}

/// Kills every process that carries `word` among the words of its mark. One that forks while it is
/// looked for is found in the next round.
pub(super) fn end_marked(word: &str) {
    #[cfg(target_os = "linux")]
    for _ in 0..50 {
        let marked = living(|pid| carries(&format!("/proc/{}", pid.as_raw_nonzero()), word));
        if marked.is_empty() {
            return;
        }
        for pid in marked {
            // A process that is gone already is what we want.
            kill_process(pid, Signal::KILL).ok();
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    #[cfg(not(target_os = "linux"))]
    let _ = word;
}

/// Every process but this one that `counts`.
#[cfg(target_os = "linux")]
fn living(counts: impl Fn(Pid) -> bool) -> Vec<Pid> {
    let Ok(items) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    let number = |item: std::fs::DirEntry| item.file_name().to_str()?.parse::<i32>().ok();
    let pids = items.flatten().filter_map(number).filter_map(Pid::from_raw);
    let own = rustix::process::getpid();
    pids.filter(|pid| *pid != own && counts(*pid)).collect()
}

/// Whether the process with this directory has `word` in its mark.
#[cfg(target_os = "linux")]
fn carries(dir: &str, word: &str) -> bool {
    environment(dir).is_some_and(|environment| {
        let mut variables = environment.split(|byte| *byte == 0);
        variables.any(|variable| is_marked(variable, word))
    })
}

/// The environment of the process with this directory. In the instant in which a process takes on
/// another program it has none to show, so an empty one is looked at again; processes of the
/// kernel, which have no program either, stay without.
#[cfg(target_os = "linux")]
fn environment(dir: &str) -> Option<Vec<u8>> {
    for _ in 0..20 {
        let found = std::fs::read(format!("{dir}/environ")).ok()?;
        if !found.is_empty() || std::fs::read_link(format!("{dir}/exe")).is_err() {
            return Some(found);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    None
}

/// Reads `pid (name) state parent group …`; a name may hold anything. A zombie is not alive.
#[cfg(target_os = "linux")]
fn state_and_group(stat: &[u8]) -> Option<(bool, i32)> {
    let after_name = stat.iter().rposition(|byte| *byte == b')')? + 1;
    let rest = std::str::from_utf8(&stat[after_name..]).ok()?;
    let mut words = rest.split_ascii_whitespace();
    let state = words.next()?;
    let group = words.nth(1)?.parse().ok()?;
    Some((!matches!(state, "Z" | "X"), group))
}

/// Whether `NAME=a:b:c` is the mark and has `word` among its words.
#[cfg(target_os = "linux")]
fn is_marked(variable: &[u8], word: &str) -> bool {
    let value = variable
        .strip_prefix(MARK.as_bytes())
        .and_then(|rest| rest.strip_prefix(b"="));
    value.is_some_and(|value| {
        let mut words = value.split(|byte| *byte == b':');
        words.any(|found| found == word.as_bytes())
    })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_process_name_cannot_hide_its_group() {
        assert_eq!(state_and_group(b"7 (a) S 1 2) S 3 44 5"), Some((true, 44)));
        assert_eq!(state_and_group(b"7 (a) Z 3 44 5"), Some((false, 44)));
        assert_eq!(state_and_group(b"7"), None);
    }

    #[test]
    fn a_run_inside_a_run_belongs_to_both() {
        assert!(is_marked(b"REDGREEN_RUN=outer:inner", "outer"));
        assert!(is_marked(b"REDGREEN_RUN=outer:inner", "inner"));
        assert!(!is_marked(b"REDGREEN_RUN=outer:inner", "out"));
        assert!(!is_marked(b"REDGREEN_RUNS=outer", "outer"));
    }
}
