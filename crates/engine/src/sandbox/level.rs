//! Names how much stands around a program, and orders it.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How much stands around a program; the weakest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Limits on time, processes and file sizes, and the end of the whole tree of processes. The
    /// program has the rights of whoever started redgreen.
    #[default]
    Limits,
    /// Landlock and a filter of system calls: paths are held, sockets other than those of files
    /// cannot be made. Processes that leave their group are found by the word in their
    /// environment.
    Landlock,
    /// Bubblewrap and a filter of system calls: a file system, processes, temporary files and a
    /// loopback of its own, all of it gone with the program.
    Bubblewrap,
}

impl Level {
    /// All levels, the strongest first.
    pub const ALL: [Self; 3] = [Self::Bubblewrap, Self::Landlock, Self::Limits];

    /// The name that configuration and command line know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bubblewrap => "bubblewrap",
            Self::Landlock => "landlock",
            Self::Limits => "limits",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Level {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|level| level.name() == word);
        known.ok_or_else(|| format!("{word} is none of bubblewrap, landlock, limits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_ordered_by_what_they_hold_and_known_by_their_names() {
        assert!(Level::Limits < Level::Landlock && Level::Landlock < Level::Bubblewrap);
        for level in Level::ALL {
            assert_eq!(level.name().parse(), Ok(level));
        }
        assert!("none".parse::<Level>().is_err());
    }
}
