//! Reads every source file once, on all processors, and keeps of it which names it has.

use super::super::tools::search::files;
use super::ticket::{Bits, Words};
use redgreen_toolchain::tags::names;
use redgreen_toolchain::{language, surface};
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::thread;

/// More files are not looked at.
const MOST: usize = 20_000;

/// Larger files are made by programs, for programs: bytes.
const LARGEST: u64 = 512 * 1024;

/// What is kept of a file.
pub(super) struct Seen {
    /// From the root.
    pub(super) path: String,
    /// Names that it defines, each with how much it tells, in a fixed order.
    pub(super) defined: Vec<(u64, f64)>,
    /// Names that it has, each with how often, in a fixed order.
    pub(super) used: Vec<(u64, u32)>,
    /// What the ticket says of it.
    pub(super) spoken: Spoken,
    /// Whether it is test surface.
    pub(super) is_test: bool,
}

/// Which words of the ticket a file has.
#[derive(Clone, Copy, Default)]
pub(super) struct Spoken {
    pub(super) name: Bits,
    pub(super) dirs: Bits,
    pub(super) defined: Bits,
    /// Whether the ticket names something that it defines.
    pub(super) by_name: bool,
}

/// A name as it is compared: the same number in every run. A name of one language means nothing in
/// another.
pub(super) fn number(language: &str, name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (language, name).hash(&mut hasher);
    hasher.finish()
}

/// Every file below `root` whose language has a map, in the order of the paths.
pub(super) fn look(root: &Path, words: &Words) -> Vec<Seen> {
    let source = files(root, root).filter(|(_, path)| language(path).is_some());
    let all: Vec<(PathBuf, String)> = source.take(MOST).collect();
    let threads = thread::available_parallelism()
        .map_or(1, NonZero::get)
        .min(8);
    let share = all.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let parts: Vec<_> = all
            .chunks(share)
            .map(|part| {
                scope.spawn(move || part.iter().filter_map(|file| one(file, words)).collect())
            })
            .collect();
        let done = parts
            .into_iter()
            .map(|part| part.join().unwrap_or_default());
        done.flat_map(|part: Vec<Seen>| part).collect()
    })
}

fn one((file, path): &(PathBuf, String), words: &Words) -> Option<Seen> {
    if fs::metadata(file).ok()?.len() > LARGEST {
        return None;
    }
    let text = fs::read_to_string(file).ok()?;
    let names = names(path, &text)?;
    let language = language(path)?.name();
    let mut used: Vec<u64> = names
        .used
        .iter()
        .map(|name| number(language, name))
        .collect();
    used.sort_unstable();
    let mut counted: Vec<(u64, u32)> = Vec::new();
    for name in used {
        match counted.last_mut() {
            Some((last, count)) if *last == name => *count += 1,
            Some(_) | None => counted.push((name, 1)),
        }
    }
    let defined = names.defined.iter();
    Some(Seen {
        path: path.clone(),
        spoken: spoken(path, &names.defined, words),
        defined: defined
            .map(|name| (number(language, name), telling(name)))
            .collect(),
        used: counted,
        is_test: surface(path, Some(&text)).is_test_surface(),
    })
}

fn spoken(path: &str, defined: &[&str], words: &Words) -> Spoken {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let (dirs, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    Spoken {
        name: words.in_name(name),
        dirs: words.in_name(dirs),
        defined: defined
            .iter()
            .fold(0, |all, name| all | words.in_name(name)),
        by_name: defined.iter().any(|name| words.names(name)),
    }
}

/// How much it says that a name is used: a long or composed one is hardly used by chance.
fn telling(name: &str) -> f64 {
    let composed = name.contains('_') || name.chars().skip(1).any(char::is_uppercase);
    match name.len() {
        0..=4 if !composed => 0.2,
        5..=7 if !composed => 0.5,
        _ => 1.0,
    }
}
