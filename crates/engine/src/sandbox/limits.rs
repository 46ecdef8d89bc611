//! Limits what this process and all that it starts may use.

use super::enter::Refused;
use super::policy::Limits;
use rustix::process::{Resource, Rlimit, setrlimit};
use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities};

/// Threads that a process of a parallel test run may have, where processes are limited: the
/// system's limit counts threads.
const THREADS: u64 = 8;

/// Sets the limits of this process; a lower one of the system stays.
pub(super) fn hold(limits: &Limits) -> Result<(), Refused> {
    let processes = limits.processes.map(|most| most * THREADS + running());
    let wanted = [
        (Resource::Core, Some(0)),
        (Resource::As, limits.memory),
        (Resource::Nproc, processes),
        (Resource::Fsize, limits.file_size),
        (Resource::Cpu, limits.cpu_seconds),
    ];
    for (resource, most) in wanted {
        let Some(most) = most else { continue };
        let known = rustix::process::getrlimit(resource);
        let lowest = |limit: Option<u64>| Some(limit.map_or(most, |limit| limit.min(most)));
        let limit = Rlimit {
            current: lowest(known.current),
            maximum: lowest(known.maximum),
        };
        setrlimit(resource, limit).map_err(|error| Refused::new("limits", error))?;
    }
    Ok(())
}

/// Takes the superuser's capabilities away, for this process and all that it starts. Some of them
/// go around Landlock: the environment of every process can be read with one.
pub(super) fn drop_capabilities() -> Result<(), Refused> {
    let none = CapabilitySets {
        effective: CapabilitySet::empty(),
        permitted: CapabilitySet::empty(),
        inheritable: CapabilitySet::empty(),
    };
    set_capabilities(None, none).map_err(|error| Refused::new("capabilities", error))
}

/// Threads that the machine runs already. The limit counts all of a user's, and how many of them
/// are the user's is not worth a look at each.
fn running() -> u64 {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let counts = load.split_whitespace().nth(3).unwrap_or_default();
    let all = counts.split('/').nth(1).unwrap_or_default();
    all.parse().unwrap_or(0)
}
