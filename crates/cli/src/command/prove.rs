//! `redgreen prove`: proves that the tests of a range really test its change.

use super::range::{self, Found};
use super::{no_events, open, signals, typed, watch};
use crate::args::{Common, Prove};
use crate::exit::{Empty, Exit};
use crate::failure::{Failure, FailureKind};
use crate::forms::code_quality;
use crate::json::{Observed, ProveDocument};
use crate::screen::Screen;
use crate::screen::proof::{Lists, render};
use redgreen_core::finding::Code;
use redgreen_core::proof::{Policy, Proof};
use redgreen_engine::git::Git;
use redgreen_engine::journal::Key;
use redgreen_engine::observe::Manner;
use redgreen_engine::paths;
use redgreen_engine::progress::{Progress, Tell};
use redgreen_engine::prove::{Proved, Workshop, prove as prove_range};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Proves the range and prints its proof.
pub(super) fn prove(asked: &Prove, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    no_events("prove", common)?;
    let git = open(common)?;
    let found = range::find(&git, asked)?;
    let again = typed::again(asked, common, &found.range);
    let proved = observe(asked, common, screen, (&git, &found, &again))?;
    let empty = match asked.allow_nothing {
        true => Empty::Allow,
        false => Empty::Refuse,
    };
    let exit = Exit::of_proof(&proved.proof, empty);
    let unknown = unknown(asked, &proved.proof);
    let document = document(&found, proved, empty, again);
    if let Some(path) = &asked.code_quality {
        super::mutate::write(path, &code_quality::report(&document.proof.findings))?;
    }
    if common.json {
        screen.result_document(&document)?;
    } else {
        let lists = match common.verbose {
            true => Lists::Full,
            false => Lists::Cut,
        };
        screen.result(&render(&document, lists, screen.out()))?;
    }
    if !common.quiet {
        for id in unknown {
            screen.note(&format!("--accept {id}: no test in question is called so"));
        }
        screen.next_steps(&range::instead_of_nothing(&git, &found));
    }
    Ok(exit)
}

fn observe(
    asked: &Prove,
    common: &Common,
    screen: &Screen,
    (git, found, again): (&Git, &Found, &str),
) -> Result<Proved, Failure> {
    let stop = signals::stop_flag()?;
    let tell = watch::teller(common, screen);
    prove_found(git, asked, found, (&stop, tell)).map_err(|error| {
        match stop.load(Ordering::Relaxed) {
            true => stopped(again),
            false => error,
        }
    })
}

/// Proves what was found, until `stop` is set; `tell` is told how it goes.
pub(super) fn prove_found(
    git: &Git,
    asked: &Prove,
    found: &Found,
    (stop, mut tell): (&Arc<AtomicBool>, Tell<'_>),
) -> Result<Proved, Failure> {
    let workshop = workshop(git)?;
    let manner = Manner {
        stop: Some(Arc::clone(stop)),
        install: asked.install,
        reuse: !asked.no_cache,
    };
    for note in &found.notes {
        tell(Progress::Note(note.clone()));
    }
    let proved = prove_range(git, &found.ends, &policy(asked), (&workshop, manner), tell);
    Ok(proved?)
}

/// The document about what was proven of the range that was found.
pub(super) fn document(
    found: &Found,
    proved: Proved,
    empty: Empty,
    again: String,
) -> ProveDocument {
    let evidence = proved.evidence.iter();
    let evidence = evidence.map(|(evidence, cached)| match cached {
        true => Observed::stored(evidence),
        false => Observed::fresh(evidence),
    });
    let evidence = evidence.collect();
    ProveDocument::of(found.range.clone(), proved.proof, empty, evidence, again)
}

/// Where proofs of the repository are made.
pub(super) fn workshop(git: &Git) -> Result<Workshop, Failure> {
    let state = paths::state_dir()?;
    Ok(Workshop {
        cache: paths::cache_dir(&git.digest())?,
        key: Key::load(&state)?,
        state,
    })
}

/// What the flags say; what they leave open is answered by BASE's configuration.
fn policy(asked: &Prove) -> Policy {
    Policy {
        kind: asked.kind,
        accept: asked.accept.iter().cloned().collect(),
        samples: asked.samples.unwrap_or(0),
        full: asked.full,
        fast: asked.fast,
        scope: asked.scope,
        mutants_ms: asked.mutants.map(|seconds| seconds.saturating_mul(1000)),
        ..Policy::default()
    }
}

/// What was accepted and is no test that the proof speaks of: a slip, or not needed.
fn unknown<'a>(asked: &'a Prove, proof: &Proof) -> Vec<&'a String> {
    let is_meant = |id: &String| {
        let mut tests = proof.tests.iter().map(|test| &test.id);
        tests.any(|test| {
            [test.name.clone(), test.to_string()]
                .iter()
                .any(|t| t.starts_with(id))
        })
    };
    asked.accept.iter().filter(|id| !is_meant(id)).collect()
}

/// A signal came. `again` goes on from the answers that are stored by now.
pub(super) fn stopped(again: &str) -> Failure {
    let message = "stopped by a signal; every child has ended";
    Failure::new(FailureKind::Interrupted, Code::Interrupted, message)
        .hint(format!("{again}   (goes on from the stored answers)"))
}
