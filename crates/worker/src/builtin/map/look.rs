//! Reads every source file once, on all processors, and keeps of it which names it has.

use super::super::tools::search::files;
use super::ticket::Words;
use redgreen_toolchain::language;
use redgreen_toolchain::tags::names;
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
    /// Names that it defines, in a fixed order.
    pub(super) defined: Vec<u64>,
    /// Names that it has, each with how often, in a fixed order.
    pub(super) used: Vec<(u64, u32)>,
    /// How much the ticket speaks of it.
    pub(super) wanted: usize,
}

/// A name as it is compared: the same number in every run.
pub(super) fn number(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
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
    let spoken_of = names.defined.iter().map(|name| words.in_name(name));
    let wanted = words.in_path(path) + spoken_of.map(|n| n.min(6)).sum::<usize>().min(20);
    let mut used: Vec<u64> = names.used.iter().map(|name| number(name)).collect();
    used.sort_unstable();
    let mut counted: Vec<(u64, u32)> = Vec::new();
    for name in used {
        match counted.last_mut() {
            Some((last, count)) if *last == name => *count += 1,
            Some(_) | None => counted.push((name, 1)),
        }
    }
    Some(Seen {
        path: path.clone(),
        defined: names.defined.iter().map(|name| number(name)).collect(),
        used: counted,
        wanted,
    })
}
