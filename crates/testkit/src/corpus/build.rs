//! Builds the repository of a case: base on `main`, then one commit after the other on `topic`.

use super::case::{Ecosystem, Show, Stance};
use super::edit::{Edit, Files};
use crate::Repo;

/// What stands in a file for the directory beside the repository.
const OUTSIDE: &str = "{outside}";

/// What lets tests write there: without it each starts from an empty one, and what happens every
/// second time never happens.
const WRITABLE: &str = "[sandbox]\nwritable = ['{outside}']\n";

/// The files of base, then those of each commit; the error says which edit does not fit.
fn stages(ecosystem: &Ecosystem, show: &Show) -> Result<Vec<Files>, String> {
    let Stance::Shown { base, head } = show.stance else {
        return Ok(Vec::new());
    };
    let start = ecosystem.start.iter();
    let mut files: Files = start
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    let mut stages = Vec::new();
    for edits in std::iter::once(&base).chain(head) {
        for edit in *edits {
            Edit::apply(edit, &mut files)?;
        }
        stages.push(files.clone());
    }
    let counts_outside = stages
        .iter()
        .flat_map(Files::values)
        .any(|text| text.contains(OUTSIDE));
    if counts_outside {
        for files in &mut stages {
            files.insert("redgreen.toml".to_owned(), WRITABLE.to_owned());
        }
    }
    Ok(stages)
}

/// A digest of everything that the repository is built from: a stored result speaks of these files
/// and flags and no others. Sixteen hexadecimal digits.
pub fn digest(ecosystem: &Ecosystem, show: &Show) -> Result<String, String> {
    let stages = stages(ecosystem, show)?;
    let paths = stages.iter().flatten().map(|(path, text)| [path, text]);
    let mut words: Vec<&str> = paths.flatten().map(String::as_str).collect();
    words.extend(show.flags);
    // FNV-1a: the same on every machine and in every release of the standard library.
    let start = 0xcbf2_9ce4_8422_2325_u64;
    let letters = words.iter().flat_map(|word| word.bytes().chain([0]));
    let sum = letters.fold(start, |sum, letter| {
        (sum ^ u64::from(letter)).wrapping_mul(0x0100_0000_01b3)
    });
    Ok(format!("{sum:016x}"))
}

/// The repository of the case, with `topic` checked out. Panics where an edit does not fit.
pub fn built(ecosystem: &Ecosystem, show: &Show) -> Repo {
    let repo = Repo::new();
    let stages = match stages(ecosystem, show) {
        Ok(stages) => stages,
        Err(error) => panic!("{} {}: {error}", ecosystem.name, show.case),
    };
    let outside = repo.outside().to_string_lossy().into_owned();
    let mut before = Files::new();
    for (number, files) in stages.into_iter().enumerate() {
        for path in before.keys().filter(|path| !files.contains_key(*path)) {
            repo.remove(path);
        }
        for (path, text) in &files {
            repo.write(path, text.replace(OUTSIDE, &outside));
        }
        if number == 1 {
            repo.branch("topic");
        }
        repo.commit(if number == 0 { "base" } else { "change" });
        before = files;
    }
    repo
}
