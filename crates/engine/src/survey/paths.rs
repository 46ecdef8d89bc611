//! Reads both sides of every changed path and tells which surfaces differ.

use super::unit_of;
use crate::config::Config;
use crate::git::{BlobId, Changed, Git, GitError, Held, Mode, RepoPath};
use redgreen_core::change::Status;
use redgreen_core::surface::Surface;
use redgreen_toolchain::{Language, Outline, Unit, language, manifest, surface, surfaces};
use std::collections::{BTreeMap, BTreeSet};

/// A path on one side of the range.
#[derive(Clone, Debug)]
pub(super) struct Text {
    /// The text; empty for a binary file.
    pub(super) text: String,
    /// The side of the whole file.
    pub(super) surface: Surface,
    /// What its syntax tree shows, where a language claims it.
    pub(super) outline: Outline,
}

/// A changed path, read on both sides.
#[derive(Clone, Debug)]
pub(super) struct Side {
    pub(super) path: String,
    pub(super) changed: Changed,
    pub(super) unit: Option<Unit>,
    pub(super) base: Option<Text>,
    pub(super) head: Option<Text>,
    pub(super) surfaces: BTreeSet<Surface>,
}

impl Side {
    /// The side that the file as a whole stands on: head's word, base's where it is gone.
    pub(super) fn surface(&self) -> Surface {
        let text = self.head.as_ref().or(self.base.as_ref());
        text.map_or(Surface::Production, |text| text.surface)
    }

    /// The side of what differs outside of tests: prose, where only comments of code do.
    fn surface_of_code(&self) -> Surface {
        let code = |text: &Option<Text>| text.as_ref()?.outline.code.clone();
        let same = code(&self.base).is_some_and(|base| code(&self.head) == Some(base));
        let edited =
            self.base.as_ref().map(|base| &base.text) != self.head.as_ref().map(|head| &head.text);
        let whole = self.surface();
        if whole == Surface::Production && same && edited {
            Surface::Docs
        } else {
            whole
        }
    }

    /// Whether production code and tests share the file, on either side.
    pub(super) fn is_mixed(&self) -> bool {
        let has = |text: &Option<Text>| {
            text.as_ref()
                .is_some_and(|text| !text.outline.regions.is_empty())
        };
        !self.surface().is_test_surface() && (has(&self.base) || has(&self.head))
    }

    pub(super) fn language(&self) -> Option<&'static dyn Language> {
        language(&self.path)
    }
}

/// Reads every changed path.
pub(super) fn read(
    git: &Git,
    changed: &[Changed],
    (units, of_base): (&[Unit], &[Unit]),
    config: &Config,
) -> Result<Vec<Side>, GitError> {
    let texts = contents(git, changed)?;
    let text_of = |held: &Option<Held>| {
        held.as_ref()
            .map(|held| texts.get(held.blob.as_str()).cloned().unwrap_or_default())
    };
    let mut sides = Vec::new();
    for item in changed {
        let path = item.path.text();
        let unit = unit_of(units, &path).cloned();
        // A test target that head no longer has still names the tests that base has in it.
        let was = unit.as_ref().map(|unit| {
            let same = of_base.iter().find(|known| known.id == unit.id);
            same.unwrap_or(unit)
        });
        let view = |held: &Option<Held>, unit: Option<&Unit>| {
            text_of(held).map(|text| look(&path, text, unit, config))
        };
        let (base, head) = (view(&item.old, was), view(&item.new, unit.as_ref()));
        let mut side = Side {
            path,
            changed: item.clone(),
            unit,
            base,
            head,
            surfaces: BTreeSet::new(),
        };
        side.surfaces = differing(&side);
        sides.push(side);
    }
    Ok(sides)
}

/// The surfaces on which two texts of one path differ. No unit is needed: none decides a side.
pub(super) fn between(
    path: &str,
    (base, head): (Option<&str>, Option<&str>),
    config: &Config,
) -> BTreeSet<Surface> {
    let view = |text: Option<&str>| text.map(|text| look(path, text.to_owned(), None, config));
    let status = match (base, head) {
        (None, _) => Status::Added,
        (Some(_), Some(_)) => Status::Modified,
        (Some(_), None) => Status::Deleted,
    };
    let changed = Changed {
        path: RepoPath::from_text(path),
        status,
        old: None,
        new: None,
    };
    differing(&Side {
        path: path.to_owned(),
        changed,
        unit: None,
        base: view(base),
        head: view(head),
        surfaces: BTreeSet::new(),
    })
}

/// The text of every blob of `changed` that is a file and valid UTF-8.
fn contents(git: &Git, changed: &[Changed]) -> Result<BTreeMap<String, String>, GitError> {
    let held = changed
        .iter()
        .flat_map(|item| item.old.iter().chain(item.new.iter()));
    let files = held.filter(|held| matches!(held.mode, Mode::Regular | Mode::Executable));
    let ids: Vec<BlobId> = files
        .map(|held| held.blob.clone())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let bytes = git.blobs(&ids)?;
    let texts = ids
        .iter()
        .zip(bytes)
        .filter_map(|(id, bytes)| Some((id.as_str().to_owned(), String::from_utf8(bytes).ok()?)));
    Ok(texts.collect())
}

fn look(path: &str, text: String, unit: Option<&Unit>, config: &Config) -> Text {
    let surface = config
        .surface(path)
        .unwrap_or_else(|| surface(path, Some(&text)));
    let nowhere = Unit::default();
    let outline = language(path)
        .map(|language| language.outline(unit.unwrap_or(&nowhere), path, &text))
        .unwrap_or_default();
    Text {
        text,
        surface,
        outline,
    }
}

/// The surfaces on which the two sides of a path differ.
fn differing(side: &Side) -> BTreeSet<Surface> {
    if let Some(keys) = manifest(&side.path) {
        return keys.surfaces(text(&side.base), text(&side.head));
    }
    let (Some(language), true) = (side.language(), side.is_mixed()) else {
        return [side.surface_of_code()].into();
    };
    let production = |text: &str| language.graft(text, "");
    let mut differing = BTreeSet::new();
    if production(text(&side.base)) != production(text(&side.head)) {
        differing.insert(side.surface_of_code());
    }
    if regions(&side.base) != regions(&side.head) {
        differing.insert(Surface::Test);
    }
    if differing.is_empty() {
        // White space between regions, or the file's mode.
        differing.insert(side.surface());
    }
    differing
}

fn text(side: &Option<Text>) -> &str {
    side.as_ref().map_or("", |text| text.text.as_str())
}

/// The texts of a file's test regions by key.
fn regions(side: &Option<Text>) -> Vec<(&str, &str)> {
    let Some(side) = side else { return Vec::new() };
    let cut = |bytes: &std::ops::Range<usize>| side.text.get(bytes.clone()).unwrap_or_default();
    let mut all: Vec<(&str, &str)> = side
        .outline
        .regions
        .iter()
        .map(|region| (region.key.as_str(), cut(&region.bytes)))
        .collect();
    all.sort_unstable();
    all
}

/// Newly tracked files that can stand in for code.
pub(super) fn planted(side: &Side) -> bool {
    side.changed.old.is_none() && surfaces::is_planted(&side.path)
}
