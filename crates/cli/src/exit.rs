//! Numbers how a command ended. The numbers are an interface: scripts and pipelines read them.

use redgreen_core::finding::{Code, Finding, Weight};
use redgreen_core::proof::{ChangeVerdict, Proof};
use std::process::ExitCode;

/// How a command ended. `docs/src/codes.md` lists the same numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Proven, proven with exceptions, preserved, met; or the command did what was asked.
    Met,
    /// Refuted, or a gate is unmet.
    Refuted,
    /// The command line or the configuration cannot be understood.
    Usage,
    /// A person has to decide something.
    Person,
    /// The environment could not run it: a tool, a commit or a permission is missing.
    Environment,
    /// A budget or a number of attempts is spent.
    Budget,
    /// Something was unstable or cannot be believed.
    Unclear,
    /// The range holds nothing that a test could notice.
    NothingToProve,
    /// A fault of redgreen itself.
    Bug,
    /// Stopped by a signal.
    Interrupted,
}

/// Whether a range that holds nothing to prove may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Empty {
    /// It has an exit code of its own.
    Refuse,
    /// It passes, as `--allow-nothing` asks for.
    Allow,
}

impl Exit {
    /// Every ending, in the order of the numbers.
    pub const ALL: [Self; 10] = [
        Self::Met,
        Self::Refuted,
        Self::Usage,
        Self::Person,
        Self::Environment,
        Self::Budget,
        Self::Unclear,
        Self::NothingToProve,
        Self::Bug,
        Self::Interrupted,
    ];

    /// The number that the shell sees.
    pub fn number(self) -> u8 {
        match self {
            Self::Met => 0,
            Self::Refuted => 1,
            Self::Usage => 2,
            Self::Person => 3,
            Self::Environment => 4,
            Self::Budget => 5,
            Self::Unclear => 6,
            Self::NothingToProve => 7,
            Self::Bug => 70,
            Self::Interrupted => 130,
        }
    }

    /// What the number means, in a few words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Met => "proven (also with exceptions), preserved, met, done",
            Self::Refuted => "refuted, or a gate is unmet",
            Self::Usage => "the command line or the configuration cannot be understood",
            Self::Person => "a person is needed",
            Self::Environment => "the environment could not run it",
            Self::Budget => "a budget or the attempts are spent",
            Self::Unclear => "unclear or unstable",
            Self::NothingToProve => "nothing to prove",
            Self::Bug => "a fault of redgreen itself",
            Self::Interrupted => "stopped by a signal",
        }
    }

    /// How a proof ends.
    pub fn of_proof(proof: &Proof, empty: Empty) -> Self {
        match (proof.verdict, empty) {
            (ChangeVerdict::Proven | ChangeVerdict::ProvenExcept | ChangeVerdict::Preserved, _)
            | (ChangeVerdict::NothingToProve, Empty::Allow) => Self::Met,
            (ChangeVerdict::Refuted, _) => Self::Refuted,
            (ChangeVerdict::Unclear, _) => of_clouds(&proof.findings),
            (ChangeVerdict::NothingToProve, Empty::Refuse) => Self::NothingToProve,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.number())
    }
}

/// An unclear proof is the environment's affair where nothing but the environment clouds it.
fn of_clouds(findings: &[Finding]) -> Exit {
    let mut clouds = findings
        .iter()
        .filter(|found| found.weight == Weight::Clouds)
        .peekable();
    if clouds.peek().is_some() && clouds.all(|found| is_of_environment(found.code)) {
        Exit::Environment
    } else {
        Exit::Unclear
    }
}

/// A run that hung is not listed: the change may well be what it waits for.
fn is_of_environment(code: Code) -> bool {
    matches!(code, Code::MissingTool | Code::CouldNotRun | Code::NoRunner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof(verdict: ChangeVerdict, clouds: &[Code]) -> Proof {
        let finding = |code: &Code| Finding::new(*code, Weight::Clouds, "s", "m");
        Proof {
            verdict,
            tests: Vec::new(),
            functions: Vec::new(),
            findings: clouds.iter().map(finding).collect(),
            kept: 0,
            not_checked: Vec::new(),
            mutants: Vec::new(),
        }
    }

    fn check(verdict: ChangeVerdict, clouds: &[Code], number: u8) {
        let exit = Exit::of_proof(&proof(verdict, clouds), Empty::Refuse);
        assert_eq!(exit.number(), number, "{verdict:?} {clouds:?}");
    }

    #[test]
    fn each_verdict_has_its_number() {
        check(ChangeVerdict::Proven, &[], 0);
        check(ChangeVerdict::ProvenExcept, &[], 0);
        check(ChangeVerdict::Preserved, &[], 0);
        check(ChangeVerdict::Refuted, &[], 1);
        check(ChangeVerdict::Unclear, &[], 6);
        check(ChangeVerdict::NothingToProve, &[], 7);
    }

    #[test]
    fn nothing_to_prove_may_be_allowed() {
        let nothing = proof(ChangeVerdict::NothingToProve, &[]);
        assert_eq!(Exit::of_proof(&nothing, Empty::Allow), Exit::Met);
    }

    #[test]
    fn only_a_cloud_of_the_environment_is_an_environment_error() {
        check(ChangeVerdict::Unclear, &[Code::MissingTool], 4);
        check(
            ChangeVerdict::Unclear,
            &[Code::CouldNotRun, Code::NoRunner],
            4,
        );
        check(
            ChangeVerdict::Unclear,
            &[Code::MissingTool, Code::Unstable],
            6,
        );
        check(ChangeVerdict::Unclear, &[Code::Hung], 6);
    }

    #[test]
    fn a_cloud_does_not_soften_a_refutation() {
        check(ChangeVerdict::Refuted, &[Code::MissingTool], 1);
    }

    #[test]
    fn no_number_is_given_twice() {
        let mut numbers: Vec<u8> = Exit::ALL.iter().map(|exit| exit.number()).collect();
        numbers.dedup();
        assert_eq!(numbers.len(), Exit::ALL.len());
        assert!(numbers.is_sorted());
    }
}
