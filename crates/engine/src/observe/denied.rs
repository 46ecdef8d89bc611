//! Says what a sandbox held a run off, and of which failures that is the likely cause.

use crate::process::Finished;
use crate::sandbox::{Level, Network};
use redgreen_core::evidence::{Report, Trouble};
use redgreen_core::outcome::Outcome;

/// What programs say where they cannot reach a network. Compared without regard to case.
const NETWORK: [&str; 14] = [
    "network is unreachable",
    "enetunreach",
    "temporary failure in name resolution",
    "eai_again",
    "name or service not known",
    "nodename nor servname",
    "could not resolve host",
    "couldn't resolve host",
    "failed to lookup address",
    "unknownhostexception",
    "no such host",
    "getaddrinfo",
    "socket: permission denied",
    "listen eacces",
];

/// What they say where they may not write.
const FILES: [&str; 2] = ["read-only file system", "erofs"];

/// What they say where one of both may be the cause: Landlock and the filter refuse in one word.
const EITHER: [&str; 3] = ["permission denied", "eacces", "permissionerror"];

/// What was held off in the commands of one run.
#[derive(Clone, Debug)]
pub(super) struct Denied {
    has_network: bool,
    has_files: bool,
    is_landlock: bool,
    unreached: u64,
    overrun: Option<String>,
}

impl Denied {
    /// Nothing yet, at this level.
    pub(super) fn under(level: Level, network: &Network) -> Self {
        let is_held = level > Level::Limits;
        Self {
            has_network: !is_held || *network == Network::All,
            has_files: !is_held,
            is_landlock: level == Level::Landlock,
            unreached: 0,
            overrun: None,
        }
    }

    /// What a command was held off.
    pub(super) fn add(&mut self, finished: &Finished) {
        self.unreached += finished.unreached;
        if self.overrun.is_none() {
            self.overrun.clone_from(&finished.overrun);
        }
    }

    /// What another command was held off.
    pub(super) fn also(&mut self, other: Self) {
        self.unreached += other.unreached;
        self.overrun = self.overrun.take().or(other.overrun);
    }

    /// Says in `report` what was held off.
    pub(super) fn say(&self, report: &mut Report) {
        for seen in report.tests.values_mut() {
            if let Outcome::Failed(failure) = &mut seen.outcome {
                self.explain(&mut failure.message);
            }
        }
        for diagnostic in &mut report.diagnostics {
            self.explain(&mut diagnostic.failure.message);
        }
        if let Some(Trouble::CouldNotRun { why } | Trouble::Inconsistent { why }) =
            &mut report.trouble
        {
            self.explain(why);
        }
        let times = match self.unreached {
            0 => None,
            1 => Some("once".to_owned()),
            times => Some(format!("{times} times")),
        };
        if let Some(times) = times {
            report.left_out.push(format!(
                "what tests do with a network, which they tried to reach {times} and which is \
                 sandboxed off,"
            ));
        }
        if let Some(overrun) = &self.overrun {
            let line = format!("the rest of a run that the sandbox ended: {overrun},");
            report.left_out.push(line);
        }
    }

    /// Adds the likely cause to a message.
    fn explain(&self, message: &mut String) {
        let small = message.to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| small.contains(word));
        if !self.has_network && says(&NETWORK) {
            message.push_str(" (sandboxed off: the network)");
        } else if !self.has_files && says(&FILES) {
            message.push_str(" (sandboxed off: what lies outside of the tree)");
        } else if self.is_landlock && says(&EITHER) {
            message.push_str(" (perhaps sandboxed off: sockets, or what lies outside of the tree)");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(level: Level, network: &Network, message: &str) -> String {
        let mut message = message.to_owned();
        Denied::under(level, network).explain(&mut message);
        message
    }

    #[test]
    fn a_failure_for_want_of_a_network_says_who_took_it() {
        let said = "OSError: [Errno 101] Network is unreachable";
        for level in [Level::Bubblewrap, Level::Landlock] {
            let told = explained(level, &Network::Off, said);
            assert!(told.ends_with("(sandboxed off: the network)"), "{told}");
        }
        assert_eq!(explained(Level::Limits, &Network::Off, said), said);
        assert_eq!(explained(Level::Bubblewrap, &Network::All, said), said);
        let other = "assert 1 == 2";
        assert_eq!(explained(Level::Bubblewrap, &Network::Off, other), other);
    }

    #[test]
    fn what_was_tried_is_named_without_a_failure() {
        let mut denied = Denied::under(Level::Bubblewrap, &Network::Off);
        denied.unreached = 2;
        let mut report = Report::default();
        denied.say(&mut report);
        assert!(report.left_out[0].contains("tried to reach 2 times"));
    }
}
