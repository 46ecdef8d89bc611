//! Gathers what a range offers to those outside, and what its documents say, at both ends.

use super::{Ends, TreeFiles, paths, units_of};
use crate::config::Config;
use crate::git::{Git, GitError};
use paths::{Side, Text};
use redgreen_core::documents::{Document, Offer, Shelf, Sort};
use redgreen_core::id::TreeId;
use redgreen_core::surface::Surface;
use redgreen_toolchain::offers::offers;
use redgreen_toolchain::{Files as _, Unit};
use std::collections::BTreeSet;

/// Documents that are read of one tree; a project with more is read in the order of its paths.
const MOST: usize = 2000;

/// What is offered and written at base and at head.
///
/// # Errors
/// Where git cannot read a tree.
pub fn shelves(git: &Git, ends: &Ends, config: &Config) -> Result<(Shelf, Shelf), GitError> {
    let units = units_of(git, &ends.head_tree, config)?;
    let of_base = units_of(git, &ends.base_tree, config)?;
    let changed = git.changed(&ends.base_tree, &ends.head_tree)?;
    let sides = paths::read(git, &changed, (&units, &of_base), config)?;
    let mut base = written(git, &ends.base_tree)?;
    let mut head = written(git, &ends.head_tree)?;
    let is_named = |offer: &Offer| !config.document.internal.contains(&offer.name);
    for side in &sides {
        base.offers.extend(
            offered(side, side.base.as_ref())
                .into_iter()
                .filter(is_named),
        );
        head.offers.extend(
            offered(side, side.head.as_ref())
                .into_iter()
                .filter(is_named),
        );
    }
    drop_what_stays_elsewhere(git, ends, &mut base, &head)?;
    drop_what_was_elsewhere(git, ends, &base, &mut head)?;
    Ok((base, head))
}

fn offered(side: &Side, text: Option<&Text>) -> Vec<Offer> {
    let text = text.filter(|text| text.surface == Surface::Production);
    let (Some(language), Some(text)) = (side.language(), text) else {
        return Vec::new();
    };
    let nobody = Unit::default();
    let unit = side.unit.as_ref().unwrap_or(&nobody);
    offers(language, unit, &side.path, &text.text)
}

/// What a changed file no longer offers may still be offered by one that did not change.
fn drop_what_stays_elsewhere(
    git: &Git,
    ends: &Ends,
    base: &mut Shelf,
    head: &Shelf,
) -> Result<(), GitError> {
    let gone = missing(&base.offers, &head.offers);
    let still = spelled(git, &ends.head_tree, gone, base, head)?;
    base.offers
        .retain(|offer| !still.contains(&(offer.sort, offer.name.clone())));
    Ok(())
}

/// What a changed file offers anew may have been offered by one that did not change.
fn drop_what_was_elsewhere(
    git: &Git,
    ends: &Ends,
    base: &Shelf,
    head: &mut Shelf,
) -> Result<(), GitError> {
    let new = missing(&head.offers, &base.offers);
    let already = spelled(git, &ends.base_tree, new, base, head)?;
    head.offers
        .retain(|offer| !already.contains(&(offer.sort, offer.name.clone())));
    Ok(())
}

/// Names of `some` that `others` have not. Functions of one name in two files are two.
fn missing(some: &[Offer], others: &[Offer]) -> BTreeSet<(Sort, String)> {
    let names = |all: &[Offer]| -> BTreeSet<(Sort, String)> {
        let named = all.iter().filter(|offer| offer.sort != Sort::Function);
        named
            .map(|offer| (offer.sort, offer.name.clone()))
            .collect()
    };
    &names(some) - &names(others)
}

/// Those of `names` that production code of `tree` spells in a file that the range leaves alone.
fn spelled(
    git: &Git,
    tree: &TreeId,
    names: BTreeSet<(Sort, String)>,
    base: &Shelf,
    head: &Shelf,
) -> Result<BTreeSet<(Sort, String)>, GitError> {
    if names.is_empty() {
        return Ok(names);
    }
    let own: BTreeSet<&str> = base
        .offers
        .iter()
        .chain(&head.offers)
        .map(|offer| offer.path.as_str())
        .collect();
    let counts = |path: &str| {
        let language = redgreen_toolchain::language(path);
        let is_code = language.is_some_and(|l| l.surface(path, None) == Surface::Production);
        is_code && !own.contains(path)
    };
    // Quoted, so that a flag is not found inside of a longer one.
    let word = |(sort, name): &(Sort, String)| match sort {
        Sort::Route => name.rsplit(' ').next().unwrap_or(name).to_owned(),
        Sort::Flag | Sort::Variable | Sort::Key | Sort::Function => name.clone(),
    };
    let words: BTreeSet<String> = names
        .iter()
        .flat_map(|name| ["\"", "'"].map(|quote| format!("{quote}{}{quote}", word(name))))
        .collect();
    let found = git.named_in(tree, &words, counts)?;
    let is_found = |name: &&(Sort, String)| {
        ["\"", "'"]
            .iter()
            .any(|quote| found.contains(&format!("{quote}{}{quote}", word(name))))
    };
    Ok(names.iter().filter(is_found).cloned().collect())
}

/// The documents of a tree, and what its changelog says of the next release.
fn written(git: &Git, tree: &TreeId) -> Result<Shelf, GitError> {
    let files = TreeFiles::open(git, tree)?;
    let mut shelf = Shelf::default();
    let names = files.paths().iter().filter(|path| is_document(path));
    for path in names.take(MOST) {
        let text = files.text(path).unwrap_or_default();
        shelf.documents.push(Document {
            path: path.clone(),
            text,
        });
    }
    let changelog = ["CHANGELOG.md", "CHANGES.md", "HISTORY.md", "CHANGELOG.rst"];
    let text = changelog.iter().find_map(|name| files.text(name));
    shelf.unreleased = text.and_then(|text| unreleased(&text));
    files.trouble().map_or(Ok(shelf), Err)
}

/// Prose for users: no changelog, no plan of a change, nothing that others wrote.
fn is_document(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let name = lower.rsplit('/').next().unwrap_or(&lower);
    let is_prose = [".md", ".rst", ".adoc", ".mdx"]
        .iter()
        .any(|ending| name.ends_with(ending))
        || name.starts_with("readme")
        || name == ".env.example";
    let is_history = [
        "changelog",
        "changes",
        "history",
        "news",
        "features",
        "licen",
    ]
    .iter()
    .any(|front| name.starts_with(front));
    let is_aside = lower.split('/').any(|part| {
        matches!(
            part,
            "specs" | "node_modules" | "vendor" | "target" | ".github" | "tests" | "test"
        )
    });
    is_prose && !is_history && !is_aside
}

/// The part of a changelog on what is not released yet.
fn unreleased(text: &str) -> Option<String> {
    let is_heading = |line: &str| line.starts_with("## ");
    let mut lines = text
        .lines()
        .skip_while(|line| !(is_heading(line) && line.to_lowercase().contains("unreleased")));
    lines.next()?;
    let part: Vec<&str> = lines.take_while(|line| !is_heading(line)).collect();
    Some(part.join("\n"))
}
