//! Searches the worktree as ripgrep does: lines by a pattern, or paths by their names.

use super::Answer;
use super::arguments::{Arguments, Misshapen};
use super::place::{Found, Place, Refused};
use super::words::{counted, grouped};
use globset::{GlobBuilder, GlobMatcher};
use grep_regex::{RegexMatcher, RegexMatcherBuilder};
use grep_searcher::sinks::Lossy;
use grep_searcher::{BinaryDetection, Searcher, SearcherBuilder};
use ignore::{DirEntry, WalkBuilder};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Hits shown, of each file and in all.
const OF_FILE: usize = 20;
const HITS: usize = 100;

/// Bytes shown of a line, around the first hit in it.
const LINE: usize = 200;

/// Paths shown.
const PATHS: usize = 200;

/// Larger files are left out: bytes.
const LARGEST: u64 = 8 * 1024 * 1024;

/// After this long, what was found is shown.
const LIMIT: Duration = Duration::from_secs(10);

/// Answers a call of `search`.
pub(super) fn search(place: &Place, arguments: &Arguments) -> Result<Answer, Misshapen> {
    let pattern = arguments.text("pattern")?.filter(|text| !text.is_empty());
    let glob = arguments.text("glob")?.filter(|text| !text.is_empty());
    let below = arguments.text("path")?.unwrap_or_default();
    let (real, shown) = match below_of(place, &below) {
        Ok(below) => below,
        Err(refused) => return Ok(Answer::refused(refused.to_string())),
    };
    let names = match glob.as_deref().map(Names::of).transpose() {
        Ok(names) => names,
        Err(error) => return Err(arguments.wrong(&format!("`glob` cannot be read: {error}"))),
    };
    let walk = Walk {
        root: place.root(),
        below: &real,
        names: names.as_ref(),
    };
    Ok(match pattern {
        None if names.is_none() => {
            return Err(arguments.wrong("`pattern` or `glob` is needed"));
        }
        None => paths(&walk),
        Some(pattern) => lines(&walk, &pattern, &shown),
    })
}

/// Where a search begins, and how that is named.
fn below_of(place: &Place, path: &str) -> Result<(PathBuf, String), Refused> {
    let own = place.inside(path)?;
    let real = match place.read(path)? {
        Found::Directory(dir) => dir,
        Found::File(_) => place.root().join(&own),
    };
    let shown = if own.is_empty() {
        "the worktree".to_owned()
    } else {
        own
    };
    Ok((real, shown))
}

/// Which paths are wanted.
enum Names {
    /// A pattern for the whole path, or for the name where it has no `/`.
    Glob { matcher: GlobMatcher, whole: bool },
    /// A part of the path.
    Part(String),
}

impl Names {
    fn of(glob: &str) -> Result<Self, globset::Error> {
        let glob = glob.trim_start_matches("./");
        if !glob.contains(['*', '?', '[', '{']) {
            return Ok(Self::Part(glob.to_owned()));
        }
        let matcher = GlobBuilder::new(glob).literal_separator(true).build()?;
        Ok(Self::Glob {
            matcher: matcher.compile_matcher(),
            whole: glob.contains('/'),
        })
    }

    fn fit(&self, path: &str) -> bool {
        match self {
            Self::Part(part) => path.contains(part.as_str()),
            Self::Glob {
                matcher,
                whole: true,
            } => matcher.is_match(path),
            Self::Glob {
                matcher,
                whole: false,
            } => matcher.is_match(path.rsplit('/').next().unwrap_or(path)),
        }
    }
}

/// The files that a search looks at.
struct Walk<'a> {
    root: &'a Path,
    below: &'a Path,
    names: Option<&'a Names>,
}

impl Walk<'_> {
    /// Files in the order of their paths, with their names from the root.
    fn files(&self) -> impl Iterator<Item = (PathBuf, String)> + '_ {
        files(self.root, self.below).filter(|(_, path)| self.names.is_none_or(|n| n.fit(path)))
    }
}

/// Every file below `below` that is not ignored, in the order of the paths, with its name from
/// `root`. Whoever names an ignored directory as `below` wants to see it. No link is followed, no
/// setting outside of `root` is read.
pub(in crate::builtin) fn files(
    root: &Path,
    below: &Path,
) -> impl Iterator<Item = (PathBuf, String)> {
    let ignored = above(root, below);
    let wanted = move |entry: &DirEntry| {
        let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
        let mut ignored = ignored.iter();
        let named = entry.depth() == 0;
        // The walk's own limit of size would pass over this filter.
        let large = || entry.metadata().is_ok_and(|meta| meta.len() > LARGEST);
        entry.file_name() != ".git"
            && (is_dir || !large())
            && (named || !ignored.any(|rules| rules.matched(entry.path(), is_dir).is_ignore()))
    };
    let walk = WalkBuilder::new(below)
        .hidden(false)
        .parents(false)
        .git_global(false)
        .git_exclude(false)
        .require_git(false)
        .follow_links(false)
        .filter_entry(wanted)
        .sort_by_file_name(Ord::cmp)
        .build();
    let root = root.to_owned();
    walk.filter_map(Result::ok)
        .filter(|entry: &DirEntry| entry.file_type().is_some_and(|kind| kind.is_file()))
        .filter_map(move |entry| {
            let path = entry.into_path();
            let name = path.strip_prefix(&root).ok()?.to_str()?.to_owned();
            Some((path, name))
        })
}

/// The ignore rules of the directories from `root` down to above `below`.
fn above(root: &Path, below: &Path) -> Vec<ignore::gitignore::Gitignore> {
    let parents = below.ancestors().skip(1);
    parents
        .take_while(|dir| dir.starts_with(root))
        .flat_map(|dir| [dir.join(".gitignore"), dir.join(".ignore")])
        .filter(|file| file.is_file())
        .map(|file| ignore::gitignore::Gitignore::new(file).0)
        .collect()
}

fn paths(walk: &Walk<'_>) -> Answer {
    let (mut text, mut count) = (String::new(), 0);
    for (_, path) in walk.files() {
        if count < PATHS {
            text.push_str(&path);
            text.push('\n');
        }
        count += 1;
    }
    if count > PATHS {
        text.push_str(&format!(
            "[{} more: narrow the glob]\n",
            grouped(count - PATHS)
        ));
    }
    if count == 0 {
        text.push_str("no path matches");
    }
    Answer::told(text)
}

/// Hits as they are shown, and how many there are.
#[derive(Default)]
struct Hits {
    text: String,
    shown: usize,
    all: usize,
    files: usize,
    cut: bool,
}

fn lines(walk: &Walk<'_>, pattern: &str, below: &str) -> Answer {
    let (matcher, mut notes) = match matcher(pattern, Case::Heeded) {
        Ok(matcher) => (Some(matcher), String::new()),
        Err(error) => {
            let why = error.to_string();
            let why = why.lines().last().unwrap_or_default().trim().to_owned();
            let note = format!("[no regex ({why}): searched as plain text]\n");
            (matcher_of(&plain(pattern), Case::Heeded), note)
        }
    };
    let mut hits = matcher.map_or_else(Hits::default, |matcher| find(walk, &matcher));
    if hits.all == 0 && !hits.cut {
        let other =
            matcher_of(pattern, Case::Any).or_else(|| matcher_of(&plain(pattern), Case::Any));
        let found = other.map_or_else(Hits::default, |matcher| find(walk, &matcher));
        if found.all > 0 {
            notes.push_str("[nothing in this case; in any case:]\n");
            hits = found;
        }
    }
    if hits.all == 0 {
        return Answer::told(format!("{notes}no line in {below} matches"));
    }
    let mut text = format!("{notes}{}", hits.text);
    if hits.shown < hits.all || hits.cut {
        let (shown, all) = (grouped(hits.shown), grouped(hits.all));
        let least = if hits.cut { "at least " } else { "" };
        let files = counted(hits.files, "file");
        text.push_str(&format!(
            "[{shown} of {least}{all} hits in {files}: narrow it by path or glob]\n"
        ));
    }
    Answer::told(text)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Heeded,
    Any,
}

fn matcher(pattern: &str, case: Case) -> Result<RegexMatcher, grep_regex::Error> {
    RegexMatcherBuilder::new()
        .case_insensitive(case == Case::Any)
        .line_terminator(Some(b'\n'))
        .build(pattern)
}

fn matcher_of(pattern: &str, case: Case) -> Option<RegexMatcher> {
    matcher(pattern, case).ok()
}

/// A pattern for exactly this text.
fn plain(text: &str) -> String {
    let text = text.lines().next().unwrap_or_default();
    let escape = |letter: char| match letter {
        '\\' | '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$' => {
            vec!['\\', letter]
        }
        _ => vec![letter],
    };
    text.chars().flat_map(escape).collect()
}

fn find(walk: &Walk<'_>, matcher: &RegexMatcher) -> Hits {
    let began = Instant::now();
    let mut searcher = SearcherBuilder::new()
        .line_number(true)
        .binary_detection(BinaryDetection::quit(0))
        .build();
    let mut hits = Hits::default();
    for (file, path) in walk.files() {
        if began.elapsed() > LIMIT {
            hits.cut = true;
            break;
        }
        in_file(&mut searcher, matcher, (&file, &path), &mut hits);
    }
    hits
}

fn in_file(
    searcher: &mut Searcher,
    matcher: &RegexMatcher,
    (file, path): (&Path, &str),
    hits: &mut Hits,
) {
    let mut here = 0;
    let sink = Lossy(|number, line| {
        here += 1;
        if here <= OF_FILE && hits.shown < HITS {
            hits.shown += 1;
            let line = around(line.trim_end(), matcher);
            hits.text.push_str(&format!("{path}:{number}:{line}\n"));
        }
        Ok(true)
    });
    // A file that cannot be read, or is binary further down, has the hits that were seen.
    searcher
        .search_path(matcher, file, sink)
        .unwrap_or_default();
    if here > OF_FILE && hits.shown < HITS {
        let more = grouped(here - OF_FILE);
        hits.text.push_str(&format!("{path}: [{more} more]\n"));
    }
    hits.all += here;
    hits.files += usize::from(here > 0);
}

/// The line, or as much of it around its first hit as is shown.
fn around(line: &str, matcher: &RegexMatcher) -> String {
    use grep_matcher::Matcher as _;
    if line.len() <= LINE {
        return line.to_owned();
    }
    let hit = matcher.find(line.as_bytes()).ok().flatten();
    let start = hit.map_or(0, |hit| hit.start().saturating_sub(LINE / 4));
    let start = line.floor_char_boundary(start.min(line.len()));
    let end = line.floor_char_boundary((start + LINE).min(line.len()));
    let mark = |there: bool| if there { "…" } else { "" };
    format!(
        "{}{}{}",
        mark(start > 0),
        &line[start..end],
        mark(end < line.len())
    )
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
