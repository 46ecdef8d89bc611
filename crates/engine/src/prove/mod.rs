//! Proves a range: asks core what is owed, observes it, until there is a verdict.

mod range;

pub use range::{Head, Request, find_ends};

use crate::config::{Config, ConfigError};
use crate::git::{Git, GitError};
use crate::journal::Key;
use crate::mutate::{LEDGER, Ledger, LedgerError, drafted};
use crate::observe::{Answer, Manner, ObserveError, Observer, Rooms, Store};
use crate::progress::Tell;
use crate::survey::{Ends, Survey, survey};
use redgreen_core::evidence::Evidence;
use redgreen_core::finding::{Code, Finding, Weight};
use redgreen_core::mutant::Trials;
use redgreen_core::outcome::Location;
use redgreen_core::proof::{ChangeVerdict, Facts, Owed, Policy, Proof, owed};
use std::path::PathBuf;
use thiserror::Error;

/// Why a range could not be proven. A project that cannot be run is no error: its proof says so.
#[derive(Debug, Error)]
pub enum ProveError {
    /// Git failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The configuration at the base commit cannot be read.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The list of accepted mutants at the base commit cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Nothing could be observed.
    #[error(transparent)]
    Observe(#[from] ObserveError),
    /// BASE was left out and nothing tells it.
    #[error("no default branch to compare with")]
    NoDefaultBranch,
    /// The branch and the one that it is to land on conflict.
    #[error("{onto} and the change conflict in {} files", paths.len())]
    Conflict {
        /// The branch.
        onto: String,
        /// The paths.
        paths: Vec<String>,
    },
}

/// A proof with all that it rests on.
#[derive(Clone, Debug)]
pub struct Proved {
    /// The verdict and its reasons.
    pub proof: Proof,
    /// The range.
    pub ends: Ends,
    /// What was surveyed.
    pub survey: Survey,
    /// Every answer, and whether it was known already.
    pub evidence: Vec<(Evidence, bool)>,
    /// What came of mutants of the change, a unit each.
    pub trials: Vec<Trials>,
}

/// Where proofs of one repository are made: directories outside of it, and the key of its seals.
#[derive(Clone, Debug)]
pub struct Workshop {
    /// The repository's directory in redgreen's cache.
    pub cache: PathBuf,
    /// redgreen's own state, which no worker sees.
    pub state: PathBuf,
    /// The key that seals what is kept.
    pub key: Key,
}

/// Proves the range between `ends`.
///
/// # Errors
/// Where redgreen itself cannot work; see [`ProveError`].
pub fn prove(
    git: &Git,
    ends: &Ends,
    policy: &Policy,
    (workshop, manner): (&Workshop, Manner),
    mut tell: Tell<'_>,
) -> Result<Proved, ProveError> {
    let config = Config::of_tree(git, &ends.base_tree)?;
    let policy = with_defaults(policy, &config);
    let survey = survey(git, ends, &config, policy.kind)?;
    let (facts, known) = {
        let rooms = Rooms::open_unless(&workshop.cache, manner.stop.as_deref(), &mut tell)?;
        let store = Store::new(&workshop.cache.join("evidence"), workshop.key.clone());
        let observer = Observer::new(git, (&survey, &config), (rooms, store), manner, tell);
        gather(observer, (git, ends, &survey), &policy)?
    };
    let proof = match owed(&survey.change, &facts, &policy) {
        Owed::Done(proof) => *proof,
        Owed::Observe(observation) => {
            let what = format!("answer to {observation:?}");
            return Err(ObserveError::Unknown { what }.into());
        }
        Owed::Mutate(question) => {
            let what = format!("answer to {question:?}");
            return Err(ObserveError::Unknown { what }.into());
        }
    };
    let proof = with_planted(proof, &survey);
    let (evidence, trials) = facts.into_all();
    let evidence = evidence.into_iter().zip(known).collect();
    Ok(Proved {
        proof,
        ends: ends.clone(),
        survey,
        evidence,
        trials,
    })
}

/// Observes whatever is owed until nothing is. Tells of each answer whether it was known already.
fn gather(
    mut observer: Observer<'_>,
    (git, ends, survey): (&Git, &Ends, &Survey),
    policy: &Policy,
) -> Result<(Facts, Vec<bool>), ProveError> {
    let (mut facts, mut known) = (Facts::default(), Vec::new());
    loop {
        match owed(&survey.change, &facts, policy) {
            Owed::Done(_) => return Ok((facts, known)),
            Owed::Observe(observation) => {
                let Answer { evidence, cached } = observer.observe(&observation)?;
                facts.add(evidence);
                known.push(cached);
            }
            Owed::Mutate(question) => {
                let unit = survey.units.iter().find(|unit| unit.id == question.unit);
                let what = format!("unit {}", question.unit);
                let unit = unit.ok_or(ObserveError::Unknown { what })?;
                let ledger = Ledger::of_tree(git, &ends.base_tree)?;
                let drafted = drafted(git, (ends, &ledger), survey, unit)?;
                facts.add_trials(observer.try_mutants(&question, &drafted)?);
            }
        }
    }
}

/// What BASE's configuration says where the asker said nothing.
fn with_defaults(policy: &Policy, config: &Config) -> Policy {
    let mut policy = policy.clone();
    policy.kind = policy.kind.or(config.prove.kind);
    policy.scope = policy.scope.or(Some(config.prove.scope));
    policy.whole_ms = config.prove.whole_seconds.saturating_mul(1000);
    let default = config.mutants.seconds.saturating_mul(1000);
    policy.mutants_ms = policy.mutants_ms.or(Some(default));
    if policy.samples == 0 {
        policy.samples = config.prove.samples;
    }
    policy
}

/// Files that can stand in for code block wherever the range tracks them newly.
fn with_planted(mut proof: Proof, survey: &Survey) -> Proof {
    for path in &survey.planted {
        let text = "is newly tracked and can stand in for code that nobody reads";
        let finding = Finding::new(Code::PlantedFile, Weight::Blocks, path.clone(), text);
        proof
            .findings
            .insert(0, finding.at(Some(Location::new(path.clone(), 0))));
        proof.verdict = ChangeVerdict::Refuted;
    }
    let mut ledger = survey
        .change
        .files
        .iter()
        .filter(|file| file.path == LEDGER);
    if ledger.next().is_some() {
        let text = "was read from base; the entries of this range have to be looked at";
        let finding = Finding::new(Code::LedgerChanged, Weight::Advises, LEDGER, text);
        proof.findings.push(finding);
    }
    let own = survey
        .change
        .files
        .iter()
        .filter(|file| file.path == crate::config::FILE);
    for file in own {
        let text = "was read from base; what the range writes there counts for nothing";
        let finding = Finding::new(
            Code::OwnConfigChanged,
            Weight::Advises,
            file.path.clone(),
            text,
        );
        proof.findings.push(finding);
    }
    proof
}
