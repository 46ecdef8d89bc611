//! Keeps answers with their ETags, so that asking again costs the forge nothing.

use super::{Answer, Auth};
use redgreen_core::id::Digest;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::PathBuf;

/// Answers on disk, one file an address and asker. Readable by the user alone: what a token sees
/// is not for others.
pub(super) struct Etags {
    dir: Option<PathBuf>,
    asker: String,
}

/// An answer that was kept.
#[derive(Serialize, Deserialize)]
pub(super) struct Known {
    pub(super) etag: String,
    headers: BTreeMap<String, String>,
    body: String,
}

impl Known {
    /// The kept answer, with what the forge says now of its limits.
    pub(super) fn answer(self, now: &Answer) -> Answer {
        let mut headers = self.headers;
        headers.extend(now.headers.clone());
        Answer {
            status: 200,
            headers,
            body: self.body.into_bytes(),
        }
    }
}

impl Etags {
    pub(super) fn new(dir: Option<PathBuf>, auth: &Auth) -> Self {
        let asker = match auth {
            Auth::Nobody => "",
            Auth::Scheme(_, secret) | Auth::Header(_, secret) | Auth::Basic(_, secret) => secret,
        };
        Self {
            dir,
            asker: Digest::of(asker.as_bytes()).to_string(),
        }
    }

    fn file(&self, url: &str) -> Option<PathBuf> {
        let key = Digest::of(format!("{} {url}", self.asker).as_bytes());
        let name = key.as_str().trim_start_matches("sha256:").to_owned();
        Some(self.dir.as_ref()?.join(name))
    }

    /// What was answered before, if it was kept and can be read.
    pub(super) fn known(&self, url: &str) -> Option<Known> {
        let bytes = fs::read(self.file(url)?).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// Keeps `answer`. A disk that does not want to is no reason to fail: this saves requests only.
    pub(super) fn keep(&self, url: &str, answer: &Answer) {
        let (Some(file), Some(etag)) = (self.file(url), answer.header("etag")) else {
            return;
        };
        let Ok(body) = String::from_utf8(answer.body.clone()) else {
            return;
        };
        let link = answer.header("link").map(str::to_owned);
        let known = Known {
            etag: etag.to_owned(),
            headers: link
                .map(|link| ("link".to_owned(), link))
                .into_iter()
                .collect(),
            body,
        };
        drop(write(&file, &known));
    }
}

fn write(file: &std::path::Path, known: &Known) -> std::io::Result<()> {
    let dir = file.parent().unwrap_or(file);
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)?;
    let aside = file.with_extension(std::process::id().to_string());
    let mut options = fs::OpenOptions::new();
    let out = options.write(true).create(true).truncate(true).mode(0o600);
    serde_json::to_writer(out.open(&aside)?, known)?;
    fs::rename(&aside, file)
}
