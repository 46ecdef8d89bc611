//! Writes and reads the first line of a commit message.

use super::{WIDTH, one_line};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What sort of change a commit is, in the words of Conventional Commits.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeType {
    /// New behaviour.
    Feat,
    /// Wrong behaviour mended.
    Fix,
    /// Better code, same behaviour.
    Refactor,
    /// Tests alone.
    Test,
    /// Prose alone.
    Docs,
    /// The same, faster.
    Perf,
    /// Build and dependencies.
    Build,
    /// What runs in CI.
    Ci,
    /// White space and format.
    Style,
    /// Anything that no user sees.
    Chore,
    /// Takes an earlier commit back.
    Revert,
}

impl ChangeType {
    /// Every type.
    pub const ALL: [Self; 11] = [
        Self::Feat,
        Self::Fix,
        Self::Refactor,
        Self::Test,
        Self::Docs,
        Self::Perf,
        Self::Build,
        Self::Ci,
        Self::Style,
        Self::Chore,
        Self::Revert,
    ];

    /// The word in the header.
    pub fn name(self) -> &'static str {
        match self {
            Self::Feat => "feat",
            Self::Fix => "fix",
            Self::Refactor => "refactor",
            Self::Test => "test",
            Self::Docs => "docs",
            Self::Perf => "perf",
            Self::Build => "build",
            Self::Ci => "ci",
            Self::Style => "style",
            Self::Chore => "chore",
            Self::Revert => "revert",
        }
    }

    fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A first line that is no header of Conventional Commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotConventional {
    /// The line.
    pub line: String,
}

impl fmt::Display for NotConventional {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected `type(scope): subject`, found `{}`", self.line)
    }
}

impl std::error::Error for NotConventional {}

/// A scope in lower case: letters, digits, and single marks between them, at most 20 characters.
pub(super) fn scope(text: &str) -> String {
    let mut scope = String::new();
    for character in text.chars().flat_map(char::to_lowercase) {
        if character.is_ascii_alphanumeric() {
            scope.push(character);
        } else if !scope.is_empty() && !scope.ends_with(['-', '/', '_', '.']) {
            let kept = matches!(character, '/' | '_' | '.');
            scope.push(if kept { character } else { '-' });
        }
        if scope.len() == 20 {
            break;
        }
    }
    scope.trim_end_matches(['-', '/', '_', '.']).to_owned()
}

/// Everything before the subject.
pub(super) fn prefix(change: ChangeType, scope: Option<&str>, breaking: bool) -> String {
    let scope = scope.map(|scope| format!("({scope})")).unwrap_or_default();
    let mark = if breaking { "!" } else { "" };
    format!("{}{scope}{mark}: ", change.name())
}

/// A subject of at most `room` columns, cut between words; never empty.
pub(super) fn subject(text: &str, room: usize) -> String {
    let line = one_line(text);
    let mut kept = String::new();
    for word in line.split(' ') {
        let gap = usize::from(!kept.is_empty());
        if columns(&kept) + gap + columns(word) > room {
            break;
        }
        if gap == 1 {
            kept.push(' ');
        }
        kept.push_str(word);
    }
    if kept.is_empty() {
        kept = narrow(&line, room);
    }
    let kept = kept.trim_end_matches(['.', ' ', ',', ';', ':']);
    if kept.is_empty() { "update" } else { kept }.to_owned()
}

fn narrow(word: &str, room: usize) -> String {
    let mut width = 0;
    let fits = word.chars().take_while(|c| {
        width += width_of(*c);
        width <= room
    });
    fits.collect()
}

/// How many columns a terminal gives `text`.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(width_of).sum()
}

fn width_of(character: char) -> usize {
    match u32::from(character) {
        0x300..=0x36f | 0x200b..=0x200d | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f
        | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// Type, scope, breaking mark and subject of a first line.
pub(super) fn read(
    line: &str,
) -> Result<(ChangeType, Option<String>, bool, String), NotConventional> {
    let wrong = || NotConventional {
        line: one_line(line).chars().take(2 * WIDTH).collect(),
    };
    let (prefix, subject) = line.split_once(": ").ok_or_else(wrong)?;
    let (prefix, breaking) = match prefix.strip_suffix('!') {
        Some(prefix) => (prefix, true),
        None => (prefix, false),
    };
    let (name, scope) = match prefix.split_once('(') {
        Some((name, rest)) => {
            let scope = rest.strip_suffix(')').filter(|scope| !scope.is_empty());
            (name, Some(scope.ok_or_else(wrong)?.to_owned()))
        }
        None => (prefix, None),
    };
    let change = ChangeType::of_name(name).ok_or_else(wrong)?;
    let subject = one_line(subject);
    if subject.is_empty() {
        return Err(wrong());
    }
    Ok((change, scope, breaking, subject))
}
