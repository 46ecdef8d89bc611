//! Finds what a phase may not write, and what stands there instead.

use super::paths::{self, Side, Text};
use super::{Ends, held, units_of};
use crate::config::Config;
use crate::git::{Git, GitError, Held, RepoPath};
use redgreen_core::phase::Writable;
use redgreen_core::surface::Surface;

/// A path that a phase may not write as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mended {
    /// From the repository's root.
    pub path: RepoPath,
    /// What may stand there; nothing where it must go.
    pub held: Option<Held>,
}

/// Every path between `ends` that `allowed` does not cover, with what may stand there instead. A
/// file in which production code and tests live together is mended region by region.
///
/// # Errors
/// Where git cannot read an object or write a blob.
pub fn mend(
    git: &Git,
    ends: &Ends,
    config: &Config,
    allowed: Writable,
) -> Result<Vec<Mended>, GitError> {
    let units = units_of(git, &ends.head_tree, config)?;
    let changed = git.changed(&ends.base_tree, &ends.head_tree)?;
    let mut mends = Vec::new();
    for side in paths::read(git, &changed, (&units, &units), config)? {
        let forbidden = side
            .surfaces
            .iter()
            .any(|surface| !may_write(allowed, *surface));
        if !forbidden {
            continue;
        }
        let part = if side.is_mixed() {
            permitted_part(&side, allowed)
        } else {
            None
        };
        let held = match part {
            Some(text) => {
                let mode = held(&side.changed, true).or_else(|| held(&side.changed, false));
                let blob = git.write_blob(text.as_bytes())?;
                mode.map(|mode| Held {
                    mode: mode.mode,
                    blob,
                })
            }
            None => held(&side.changed, false),
        };
        mends.push(Mended {
            path: side.changed.path.clone(),
            held,
        });
    }
    Ok(mends)
}

/// Whether a phase may write on `surface`. Manifests may change in both of the phases that write
/// code: development dependencies come with tests, dependencies with code; both are reported.
pub(super) fn may_write(allowed: Writable, surface: Surface) -> bool {
    match (allowed, surface) {
        (Writable::Nothing, _) => false,
        (_, Surface::Docs) => true,
        (Writable::Docs, _) => false,
        (_, Surface::Manifest) => true,
        (Writable::TestSurface, surface) => surface.is_test_surface(),
        (Writable::Production, surface) => !surface.is_test_surface(),
    }
}

/// The file with the part that may be written taken from head and the other from base. A file
/// that is new to base has no other part, and none that is permitted, but for its tests: those
/// cannot stand without the code, so they wait for it.
fn permitted_part(side: &Side, allowed: Writable) -> Option<String> {
    let language = side.language()?;
    let (base, head): (&Text, &Text) = (side.base.as_ref()?, side.head.as_ref()?);
    match allowed {
        Writable::TestSurface => Some(language.graft(&base.text, &head.text)),
        Writable::Production => Some(language.graft(&head.text, &base.text)),
        Writable::Docs | Writable::Nothing => None,
    }
}
