//! Remembers evidence, sealed with a key that no worker and no test can read.

use crate::config::Config;
use crate::journal::Key;
use redgreen_core::evidence::{Evidence, Observation};
use redgreen_core::id::Digest;
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
struct Sealed {
    seal: String,
    evidence: Evidence,
}

impl Store {
    /// The store in `dir`, sealed with `key`.
    pub fn new(dir: &Path, key: Key) -> Self {
        Self {
            dir: dir.to_owned(),
            key,
        }
    }

    /// The name of an answer: everything that it can depend on.
    pub fn key(
        matters: &Digest,
        observation: &Observation,
        fingerprint: &str,
        config: &Config,
    ) -> Digest {
        let limit = config.limits.test_seconds;
        let words = (VERSION, matters, observation, fingerprint, limit);
        Digest::of(serde_json::to_string(&words).unwrap_or_default().as_bytes())
    }

    /// The evidence of that name, if it is there and its seal is whole.
    pub fn find(&self, key: &Digest) -> Option<Evidence> {
        let text = fs::read(self.path(key)).ok()?;
        let sealed: Sealed = serde_json::from_slice(&text).ok()?;
        (sealed.seal == self.seal(key, &sealed.evidence)?).then_some(sealed.evidence)
    }

    /// Keeps `evidence`. A store that cannot be written only costs time, so nobody is told.
    pub fn keep(&self, key: &Digest, evidence: &Evidence) {
        let Some(seal) = self.seal(key, evidence) else {
            return;
        };
        let sealed = Sealed {
            seal,
            evidence: evidence.clone(),
        };
        let Ok(text) = serde_json::to_vec(&sealed) else {
            return;
        };
        let path = self.path(key);
        let draft = path.with_extension("draft");
        let written = fs::create_dir_all(&self.dir)
            .and_then(|()| fs::write(&draft, text))
            .and_then(|()| fs::rename(&draft, &path));
        written.unwrap_or_default();
    }

    fn path(&self, key: &Digest) -> PathBuf {
        self.dir.join(format!(
            "{}.json",
            key.as_str().trim_start_matches("sha256:")
        ))
    }

    fn seal(&self, key: &Digest, evidence: &Evidence) -> Option<String> {
        let mut bytes = key.as_str().as_bytes().to_vec();
        bytes.extend(serde_json::to_vec(evidence).ok()?);
        Some(self.key.mac(&bytes))
    }
}
