//! Tells a second redgreen what to put around a program, and reads what it says came of it.
//!
//! What comes back goes through a file in a directory that the program could write, too. Nothing
//! in it is believed that the program could not do by itself: to fail, and to be ended.

use super::Network;
use super::overrun::Overrun;
use super::policy::{Limits, Rights};
use rustix::fs::{Mode, OFlags, open};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

/// The name of the file.
const WORD: &str = "word";

/// Bytes of it that are read.
const MOST: u64 = 4096;

/// What the second redgreen has to do before it becomes the program, or starts it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Errand {
    pub(super) hold: Hold,
    pub(super) network: Network,
    pub(super) limits: Limits,
    /// Where to say what came of it.
    pub(super) told: PathBuf,
}

/// What holds paths and processes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Hold {
    /// Bubblewrap around it, with processes of its own to see.
    Namespaces,
    /// Bubblewrap around it, which cannot show it its own processes alone: those of others are
    /// there to be seen, and must be held off.
    Around,
    /// Landlock, with these rights.
    Landlock(Rights),
    /// Nothing.
    Nothing,
}

/// What came of an errand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Word {
    /// The program was started.
    Entered,
    /// It was not, because the sandbox could not be put around it.
    Refused(String),
    /// It is not there, or could not be started.
    NotStarted(String),
    /// It ended, and all that it started with it.
    Ended(Ended),
    /// It had more of something than it may, and was ended.
    Overrun(Overrun),
}

/// How a program ended in a sandbox that shows it its own processes and network only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ended {
    /// The signal that ended it.
    pub(crate) signal: Option<i32>,
    /// How often something was to be sent where no network leads.
    pub(crate) unreached: u64,
    /// Processes that it left behind, and that ended with the sandbox.
    pub(crate) left: u64,
}

/// A directory for one word, gone when this is dropped.
#[derive(Debug)]
pub(crate) struct Told {
    dir: PathBuf,
    program: PathBuf,
    counts: bool,
}

impl Told {
    /// Of `program`, in a sandbox that counts its processes itself or does not.
    pub(super) fn make(program: &Path, counts: bool) -> io::Result<Self> {
        let word = crate::process::random_word()?;
        let name = format!("redgreen-{word}");
        let temp = std::env::temp_dir().join(&name);
        let dir = match (fs::create_dir(&temp), crate::paths::cache_root()) {
            (Ok(()), _) => temp,
            (Err(_), Ok(cache)) => {
                let dir = cache.join(name);
                fs::create_dir_all(&dir)?;
                dir
            }
            (Err(error), Err(_)) => return Err(error),
        };
        fs::write(dir.join(WORD), "")?;
        let dir = dir.canonicalize()?;
        let program = program.to_owned();
        Ok(Self {
            dir,
            program,
            counts,
        })
    }

    /// The program that the sandbox is for.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// Whether the sandbox counts its processes itself.
    pub(crate) fn counts(&self) -> bool {
        self.counts
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// The last word that was left; nothing where the errand was not even begun.
    pub(crate) fn word(&self) -> Option<Word> {
        // A link or a pipe in its place is nothing that was left by us.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = File::from(open(self.dir.join(WORD), flags, Mode::empty()).ok()?);
        if !file.metadata().ok()?.is_file() {
            return None;
        }
        let mut text = String::new();
        file.take(MOST).read_to_string(&mut text).ok()?;
        serde_json::from_str(&text).ok()
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        // A directory that stays behind among temporary files does no harm.
        fs::remove_dir_all(&self.dir).unwrap_or_default();
    }
}

/// Where the second redgreen leaves its word.
pub(super) struct Teller {
    file: File,
    path: PathBuf,
}

impl Teller {
    /// Opened before anything is held, so that it can be written after.
    pub(super) fn open(dir: &Path) -> io::Result<Self> {
        let path = dir.join(WORD);
        let file = File::options().write(true).open(&path)?;
        Ok(Self { file, path })
    }

    /// The word that stands there.
    pub(super) fn last(&self) -> Option<Word> {
        let mut text = String::new();
        File::open(&self.path)
            .ok()?
            .read_to_string(&mut text)
            .ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Leaves `word`, in place of the one before.
    pub(super) fn tell(&mut self, word: &Word) {
        let text = serde_json::to_string(word).unwrap_or_default();
        let written = self
            .file
            .set_len(0)
            .and_then(|()| self.file.rewind())
            .and_then(|()| self.file.write_all(text.as_bytes()));
        // Without a word, the run is not believed.
        written.unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_counts_and_a_link_in_its_place_is_none() {
        let told = Told::make(Path::new("sh"), true).expect("a directory");
        assert_eq!(told.word(), None);
        let mut teller = Teller::open(told.dir()).expect("a file");
        teller.tell(&Word::Refused("a long story".to_owned()));
        teller.tell(&Word::Entered);
        assert_eq!(told.word(), Some(Word::Entered));
        fs::remove_file(told.dir().join(WORD)).expect("removed");
        std::os::unix::fs::symlink("/etc/hostname", told.dir().join(WORD)).expect("a link");
        assert_eq!(told.word(), None);
    }
}
