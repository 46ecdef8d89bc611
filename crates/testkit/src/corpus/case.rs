//! Describes a case, what it is owed, and how an ecosystem shows it.

use super::edit::Edit;

/// Whether a case tries to pass without deserving it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// It must not be accepted.
    Cheat,
    /// It must be accepted, or named as nothing to prove.
    Control,
}

/// What decides a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Running tests on trees is enough.
    Trees,
    /// Only a change that is broken on purpose tells. It has a rate of its own.
    Mutants,
}

/// What a case is owed.
#[derive(Clone, Copy, Debug)]
pub struct Owed {
    /// Verdicts of the change as `redgreen prove --json` writes them; one of them is right.
    pub verdicts: &'static [&'static str],
    /// Codes of findings; at least one of them must be there, unless the list is empty.
    pub codes: &'static [&'static str],
}

/// One cheat or control, in every ecosystem.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Its name: lower case and hyphens.
    pub name: &'static str,
    /// What the author of the branch did, in one line.
    pub what: &'static str,
    /// Cheat or control.
    pub side: Side,
    /// The verdict that is right.
    pub owed: Owed,
    /// What decides it.
    pub needs: Needs,
}

/// Whether the answer of the program to a case may differ from what is owed.
#[derive(Clone, Copy, Debug)]
pub enum Known {
    /// It may not.
    Nothing,
    /// It does, for this reason.
    Miss(&'static str),
}

/// How an ecosystem stands to a case.
#[derive(Clone, Copy, Debug)]
pub enum Stance {
    /// It shows it: what base has beside the ecosystem's start, then one list of edits a commit.
    Shown {
        /// Edits of base.
        base: &'static [Edit],
        /// Commits of the branch.
        head: &'static [&'static [Edit]],
    },
    /// It cannot be shown there, for this reason.
    Absent(&'static str),
}

/// One case in one ecosystem.
#[derive(Clone, Copy, Debug)]
pub struct Show {
    /// Name of the case.
    pub case: &'static str,
    /// The files, or why there are none.
    pub stance: Stance,
    /// What is typed after `redgreen prove --json`.
    pub flags: &'static [&'static str],
    /// A difference that is known.
    pub known: Known,
}

/// A case of that name without files; the methods add them.
pub const fn show(case: &'static str) -> Show {
    Show {
        case,
        stance: Stance::Shown {
            base: &[],
            head: &[],
        },
        flags: &[],
        known: Known::Nothing,
    }
}

impl Show {
    /// With these edits before the first commit.
    #[must_use]
    pub const fn base(mut self, base: &'static [Edit]) -> Self {
        if let Stance::Shown { head, .. } = self.stance {
            self.stance = Stance::Shown { base, head };
        }
        self
    }

    /// With these commits on the branch.
    #[must_use]
    pub const fn head(mut self, head: &'static [&'static [Edit]]) -> Self {
        if let Stance::Shown { base, .. } = self.stance {
            self.stance = Stance::Shown { base, head };
        }
        self
    }

    /// Not here, because of `why`.
    #[must_use]
    pub const fn absent(mut self, why: &'static str) -> Self {
        self.stance = Stance::Absent(why);
        self
    }

    /// Proven with these flags.
    #[must_use]
    pub const fn flags(mut self, flags: &'static [&'static str]) -> Self {
        self.flags = flags;
        self
    }

    /// Answered otherwise than owed, because of `why`.
    #[must_use]
    pub const fn known(mut self, why: &'static str) -> Self {
        self.known = Known::Miss(why);
        self
    }
}

/// Where the programs of an ecosystem are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchPath {
    /// As they are found from here.
    Own,
    /// The interpreter that has pytest comes first.
    WithPytest,
}

/// A language with its runner, and every case in it.
#[derive(Debug)]
pub struct Ecosystem {
    /// Its name in tables and on the command line.
    pub name: &'static str,
    /// Whether redgreen can prove it today.
    pub runs: bool,
    /// What every base starts from: path and text.
    pub start: &'static [(&'static str, &'static str)],
    /// Where its programs are looked for.
    pub path: SearchPath,
    /// Directories that a repository links to and does not track: the name there, and the place
    /// below `target/test-tools`.
    pub links: &'static [(&'static str, &'static str)],
    /// Directories of the user's home that its toolchain cannot do without.
    pub home: &'static [&'static str],
    /// The cases, by topic.
    pub shows: &'static [&'static [Show]],
}

impl Ecosystem {
    /// Every case that it shows or says something about.
    pub fn all(&self) -> impl Iterator<Item = &'static Show> {
        self.shows.iter().copied().flatten()
    }

    /// How it shows the case of that name.
    pub fn show(&self, case: &str) -> Option<&'static Show> {
        self.all().find(|show| show.case == case)
    }
}
