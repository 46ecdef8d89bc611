//! Holds paths by Landlock, from inside of the process that it binds.
//!
//! Landlock only knows what is allowed, and what is allowed for a directory is allowed for all
//! below it. A directory that holds something hidden is therefore given entry by entry.

use super::Network;
use super::enter::Refused;
use super::policy::{Right, Rights};
use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, NetPort, PathBeneath,
    PathFd, Ruleset, RulesetAttr, RulesetCreated, RulesetCreatedAttr, RulesetStatus, Scope,
};
use std::fs;
use std::path::{Path, PathBuf};

/// The oldest version that counts: with it, files cannot be cut short from outside of what is
/// writable.
const OLDEST: ABI = ABI::V3;

/// The newest version that is asked for where the kernel has it.
const NEWEST: ABI = ABI::V6;

/// Devices that programs write without harm. Terminals are not among them.
const DEVICES: [&str; 9] = [
    "/dev/null",
    "/dev/zero",
    "/dev/full",
    "/dev/random",
    "/dev/urandom",
    "/dev/ptmx",
    "/dev/pts",
    "/dev/shm",
    "/dev/fd",
];

/// Whether the kernel of this machine has what is needed.
pub(super) fn is_there() -> bool {
    let asked = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(OLDEST));
    asked.and_then(Ruleset::create).is_ok()
}

/// Binds this process to `rights`. It cannot be undone.
pub(super) fn hold(rights: &Rights, network: &Network) -> Result<(), Refused> {
    let told = |error: landlock::RulesetError| Refused::new("landlock", error);
    let mut ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(OLDEST))
        .map_err(told)?;
    match network {
        Network::Proxy(_) => {
            let all = AccessNet::from_all(ABI::V4);
            ruleset = ruleset.handle_access(all).map_err(told)?;
        }
        Network::Off | Network::All => {}
    }
    let mut ruleset = ruleset
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(NEWEST))
        .map_err(told)?
        .scope(Scope::AbstractUnixSocket | Scope::Signal)
        .map_err(told)?
        .create()
        .map_err(told)?;
    if let Network::Proxy(gate) = network {
        let servers = gate.loopback.iter().map(|server| server.port);
        for port in servers.chain([gate.port]) {
            let rule = NetPort::new(port, AccessNet::ConnectTcp);
            ruleset = ruleset.add_rule(rule).map_err(told)?;
        }
    }
    let mut given = Given { ruleset, rights };
    // Names may be listed everywhere: the search for a file begins at the root.
    given.add(Path::new("/"), AccessFs::ReadDir.into())?;
    given.give(Path::new("/"), Right::ReadOnly)?;
    let below: Vec<PathBuf> = rights.keys().cloned().collect();
    for path in &below {
        given.give(path, rights[path])?;
    }
    for device in DEVICES {
        given.add(Path::new(device), AccessFs::from_all(NEWEST))?;
    }
    confirm(given.ruleset)
}

/// Binds this process by the mere fact: it can reach no process outside, and read the memory and
/// the environment of none.
pub(super) fn hold_processes() -> Result<(), Refused> {
    let told = |error: landlock::RulesetError| Refused::new("landlock", error);
    let ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .scope(Scope::AbstractUnixSocket | Scope::Signal)
        .map_err(told)?
        .create()
        .map_err(told)?;
    confirm(ruleset)
}

fn confirm(ruleset: RulesetCreated) -> Result<(), Refused> {
    let status = ruleset
        .restrict_self()
        .map_err(|error| Refused::new("landlock", error))?;
    if status.ruleset == RulesetStatus::NotEnforced || !status.no_new_privs {
        return Err(Refused::new("landlock", "the kernel does not enforce it"));
    }
    Ok(())
}

struct Given<'r> {
    ruleset: RulesetCreated,
    rights: &'r Rights,
}

impl Given<'_> {
    /// Gives `right` to `path`, and to its entries one by one where some below has less.
    fn give(&mut self, path: &Path, right: Right) -> Result<(), Refused> {
        let access = match right {
            Right::Hidden => return Ok(()),
            Right::ReadOnly => AccessFs::from_read(NEWEST),
            Right::Writable => AccessFs::from_all(NEWEST),
        };
        // What may only be read below what may be written cannot be told apart: a directory in
        // which nothing can be made is no worktree.
        let holds_hidden = |rights: &Rights| {
            let mut below = rights.range(path.to_owned()..);
            below.any(|(known, right)| {
                *right == Right::Hidden && known != path && known.starts_with(path)
            })
        };
        if !holds_hidden(self.rights) {
            return self.add(path, access);
        }
        // A directory that cannot be read holds nothing that could be given.
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            let entry = entry.path();
            if !self.rights.contains_key(&entry) && !entry.is_symlink() {
                self.give(&entry, right)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, path: &Path, access: BitFlags<AccessFs>) -> Result<(), Refused> {
        // What is gone in the meantime needs no right.
        let Ok(opened) = PathFd::new(path) else {
            return Ok(());
        };
        let is_dir = fs::metadata(path).is_ok_and(|found| found.is_dir());
        let access = if is_dir {
            access
        } else {
            access & AccessFs::from_file(NEWEST)
        };
        let added = (&mut self.ruleset).add_rule(PathBeneath::new(opened, access));
        added
            .map(drop)
            .map_err(|error| Refused::new("landlock", error))
    }
}
