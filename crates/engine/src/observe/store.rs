//! Remembers evidence, sealed with a key that no worker and no test can read.

use crate::config::Config;
use crate::journal::Key;
use crate::mutate::Known;
use redgreen_core::evidence::{Evidence, Observation};
use redgreen_core::id::Digest;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

/// Raised whenever an adapter or a plug-in reads or asks something else than before.
const VERSION: u32 = 2;

/// Evidence by what it depends on.
#[derive(Debug)]
pub struct Store {
    dir: PathBuf,
    key: Key,
}

#[derive(Serialize, Deserialize)]
struct Sealed<E> {
    seal: String,
    evidence: E,
}

impl Store {
    /// The store in `dir`, sealed with `key`.
    pub fn new(dir: &Path, key: Key) -> Self {
        Self {
            dir: dir.to_owned(),
            key,
        }
    }

    /// The name of an answer: everything that it can depend on. `around` is the toolchain's
    /// fingerprint and what held it.
    pub fn key(
        matters: &Digest,
        observation: &Observation,
        around: (&str, &str),
        config: &Config,
    ) -> Digest {
        let limit = config.limits.test_seconds;
        let words = (
            VERSION,
            env!("CARGO_PKG_VERSION"),
            matters,
            observation,
            around,
            limit,
        );
        Digest::of(serde_json::to_string(&words).unwrap_or_default().as_bytes())
    }

    /// The evidence of that name, if it is there and its seal is whole.
    pub fn find(&self, key: &Digest) -> Option<Evidence> {
        self.unsealed(key, "json")
    }

    /// Keeps `evidence`. A store that cannot be written only costs time, so nobody is told.
    pub fn keep(&self, key: &Digest, evidence: &Evidence) {
        self.keep_sealed(key, "json", evidence);
    }

    /// What came of the mutant of that name.
    pub fn find_mutant(&self, key: &Digest) -> Option<Known> {
        self.unsealed(key, "mutant")
    }

    /// Keeps what came of a mutant.
    pub fn keep_mutant(&self, key: &Digest, known: &Known) {
        self.keep_sealed(key, "mutant", known);
    }

    fn unsealed<E: Serialize + DeserializeOwned>(&self, key: &Digest, ending: &str) -> Option<E> {
        let text = fs::read(self.path_of(key, ending)).ok()?;
        let sealed: Sealed<E> = serde_json::from_slice(&text).ok()?;
        (sealed.seal == self.seal(key, &sealed.evidence)?).then_some(sealed.evidence)
    }

    fn keep_sealed<E: Serialize>(&self, key: &Digest, ending: &str, evidence: &E) {
        let Some(seal) = self.seal(key, evidence) else {
            return;
        };
        let sealed = Sealed { seal, evidence };
        let Ok(text) = serde_json::to_vec(&sealed) else {
            return;
        };
        self.put(&self.path_of(key, ending), &text);
    }

    /// Writes a file of the store, all or nothing. One that cannot be written is left out.
    pub(super) fn put(&self, path: &Path, text: &[u8]) {
        let draft = path.with_extension("draft");
        let written = fs::create_dir_all(&self.dir)
            .and_then(|()| fs::write(&draft, text))
            .and_then(|()| fs::rename(&draft, path));
        written.unwrap_or_default();
    }

    /// The file of that name and ending.
    pub(super) fn path_of(&self, name: &Digest, ending: &str) -> PathBuf {
        let name = name.as_str().trim_start_matches("sha256:");
        self.dir.join(format!("{name}.{ending}"))
    }

    /// The seal of `bytes`.
    pub(super) fn mac(&self, bytes: &[u8]) -> String {
        self.key.mac(bytes)
    }

    fn seal<E: Serialize>(&self, key: &Digest, evidence: &E) -> Option<String> {
        let mut bytes = key.as_str().as_bytes().to_vec();
        bytes.extend(serde_json::to_vec(evidence).ok()?);
        Some(self.key.mac(&bytes))
    }
}
