//! Watches what a program and all that it started use together, where the system has no limit for
//! all of them: how many processes, and how much memory.

use super::policy::Limits;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::fs;
use std::ops::AddAssign;

/// What some processes use together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    /// How many there are.
    pub(crate) processes: u64,
    /// Bytes of memory that each has for itself.
    pub(crate) memory: u64,
}

impl Usage {
    /// What the process with this number uses, as far as the system tells.
    pub(crate) fn of(pid: &str) -> Self {
        let memory = fs::read_to_string(format!("/proc/{pid}/statm"));
        let pages = memory.ok().and_then(|text| own_pages(&text));
        Self {
            processes: 1,
            memory: pages.unwrap_or(0).saturating_mul(page()),
        }
    }
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.processes += other.processes;
        self.memory = self.memory.saturating_add(other.memory);
    }
}

/// The pages of a process that it shares with no other: those that are resident without those that
/// files and shared memory back (`proc(5)`, `statm`).
fn own_pages(statm: &str) -> Option<u64> {
    let mut fields = statm.split(' ').skip(1);
    let resident: u64 = fields.next()?.parse().ok()?;
    let shared: u64 = fields.next()?.parse().ok()?;
    Some(resident.saturating_sub(shared))
}

fn page() -> u64 {
    rustix::param::page_size().try_into().unwrap_or(4096)
}

/// Bytes of memory for a program where nobody says how many: three quarters of the machine's.
pub fn memory_for_all() -> u64 {
    #[cfg(target_os = "linux")]
    {
        let known = rustix::system::sysinfo();
        let total = u64::from(known.mem_unit).saturating_mul(known.totalram);
        total / 4 * 3
    }
    #[cfg(not(target_os = "linux"))]
    u64::MAX
}

/// What a program and all that it started had too much of, and how much it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Overrun {
    /// Processes.
    Processes(u64),
    /// Bytes of memory.
    Memory(u64),
}

impl Overrun {
    /// What `used` has too much of by `limits`.
    pub(crate) fn of(limits: &Limits, used: Usage) -> Option<Self> {
        let processes = limits.processes.filter(|most| used.processes > *most);
        let memory = limits.together.filter(|most| used.memory > *most);
        processes
            .map(Self::Processes)
            .or_else(|| memory.map(Self::Memory))
    }
}

impl fmt::Display for Overrun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Processes(most) => write!(f, "it had more than {most} processes and was ended"),
            Self::Memory(most) => {
                let most = most >> 20;
                write!(f, "it used more than {most} MB of memory and was ended")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(processes: u64, together: u64) -> Limits {
        Limits {
            processes: Some(processes),
            together: Some(together),
            ..Limits::default()
        }
    }

    fn used(processes: u64, memory: u64) -> Usage {
        Usage { processes, memory }
    }

    #[test]
    fn what_is_too_much_is_named_with_what_was_allowed() {
        let of = |used| Overrun::of(&limits(4, 64 << 20), used).map(|over| over.to_string());
        assert_eq!(of(used(4, 64 << 20)), None);
        let processes = "it had more than 4 processes and was ended";
        assert_eq!(of(used(5, 0)).as_deref(), Some(processes));
        let memory = "it used more than 64 MB of memory and was ended";
        assert_eq!(of(used(1, 65 << 20)).as_deref(), Some(memory));
        assert_eq!(Overrun::of(&Limits::default(), used(9999, u64::MAX)), None);
    }

    #[test]
    fn memory_is_what_a_process_has_for_itself() {
        assert_eq!(own_pages("900 500 120 1 0 300 0\n"), Some(380));
        assert_eq!(own_pages("900 10 120 1 0 300 0\n"), Some(0));
        assert_eq!(own_pages(""), None);
        let before = Usage::of("self").memory;
        let held = vec![1_u8; 32 << 20];
        let after = Usage::of("self").memory;
        assert!(after >= before + (30 << 20), "{before} {after}");
        assert_eq!(held.len(), 32 << 20);
    }
}
