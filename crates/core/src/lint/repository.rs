//! Compares what a ticket names with what the repository holds: paths, names of code, options,
//! issues, dependencies, terms. Which names those are is said by [`named`]; whoever can open the
//! repository answers with [`RepositoryFacts`].

use super::prose::{Prose, Role, Sentence};
use super::{Spot, TicketFinding};
use crate::kind::Kind;
use crate::ticket::outline::Outline;
use crate::ticket::reference::{self, Reference};
use crate::ticket::{Ticket, front_matter};
use std::collections::BTreeSet;

/// More names than are looked up; a hostile ticket has more.
const MOST: usize = 300;

/// What the repository says of the names of a ticket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepositoryFacts {
    /// Its files, from the root.
    pub paths: BTreeSet<String>,
    /// Of the words that [`named`] asks for, those that stand somewhere in its text.
    pub words: BTreeSet<String>,
    /// What its manifests and lock files name, in lower case.
    pub dependencies: BTreeSet<String>,
    /// The highest number that an issue or pull request has, where somebody knows.
    pub newest_issue: Option<u64>,
}

/// What a ticket names that a repository can be asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// Words: names of code, options, terms.
    pub words: BTreeSet<String>,
    /// Names of dependencies, in lower case.
    pub dependencies: BTreeSet<String>,
}

/// What kind of thing a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Path,
    Symbol,
    Option,
    Dependency,
    Term,
}

/// A name in its place.
struct Name {
    sort: Sort,
    text: String,
    line: u32,
    bytes: std::ops::Range<usize>,
}

/// What `ticket` names that a repository can be asked for.
pub fn named(ticket: &Ticket) -> Named {
    let body = with_lines(ticket);
    let outline = Outline::of(&body);
    let prose = Prose::of(&body, &outline, &ticket.criteria);
    let mut all = Named::default();
    for name in names(ticket, &outline, &prose) {
        match name.sort {
            Sort::Path => {}
            Sort::Dependency => {
                all.dependencies.insert(name.text.to_lowercase());
            }
            Sort::Symbol | Sort::Option | Sort::Term => {
                all.words.insert(name.text);
            }
        }
    }
    all
}

/// The body of `ticket` with its lines where they are in the whole text.
pub(super) fn with_lines(ticket: &Ticket) -> String {
    let front_matter::Split { lines, body, .. } = front_matter::split(&ticket.text);
    format!("{}{body}", "\n".repeat(lines))
}

/// RQ040, RQ041, RQ042: names that the repository does not have.
pub(super) fn find(
    ticket: &Ticket,
    facts: &RepositoryFacts,
    outline: &Outline<'_>,
    prose: &Prose<'_>,
) -> Vec<(Spot, String)> {
    let mut found = Vec::new();
    for name in names(ticket, outline, prose) {
        let text = &name.text;
        let (code, message) = match name.sort {
            Sort::Path if !has_path(facts, text) => {
                let near = nearest(text, facts.paths.iter().map(String::as_str));
                let near = near.map_or(String::new(), |near| format!("; {near} is there"));
                ("RQ040", format!("the repository has no {text}{near}"))
            }
            Sort::Symbol if !facts.words.contains(text) => (
                "RQ040",
                format!("nothing in the repository is called {text}"),
            ),
            Sort::Option if !facts.words.contains(text) => {
                ("RQ040", format!("the repository names no option {text}"))
            }
            Sort::Dependency if !facts.dependencies.contains(&text.to_lowercase()) => (
                "RQ042",
                format!("{text} is in no manifest and no lock file"),
            ),
            Sort::Term if !facts.words.contains(text) => {
                ("RQ041", format!("the repository does not speak of {text}"))
            }
            Sort::Path | Sort::Symbol | Sort::Option | Sort::Dependency | Sort::Term => continue,
        };
        let (line, bytes) = (name.line, name.bytes);
        found.push((Spot { code, line, bytes }, message));
    }
    found
}

/// RQ040 of issues: a number beyond the newest.
pub(super) fn issues(ticket: &Ticket, facts: &RepositoryFacts) -> Vec<TicketFinding> {
    let newest = facts.newest_issue.unwrap_or(u64::MAX);
    let beyond = ticket
        .references
        .iter()
        .filter_map(|reference| match reference {
            Reference::Issue { repo: None, number } if *number > newest => Some(number),
            Reference::Issue { .. }
            | Reference::Url(_)
            | Reference::Path(_)
            | Reference::Key(_)
            | Reference::Named(_) => None,
        });
    let line = |number: &u64| {
        let mark = format!("#{number}");
        let at = ticket
            .text
            .lines()
            .position(|line| line.contains(&mark))
            .unwrap_or_default();
        u32::try_from(at + 1).unwrap_or(u32::MAX)
    };
    beyond
        .map(|number| {
            let message = format!("there is no issue #{number}; the newest is #{newest}");
            TicketFinding::new("RQ040", line(number), message).quote(&format!("#{number}"))
        })
        .collect()
}

fn has_path(facts: &RepositoryFacts, path: &str) -> bool {
    let path = path.trim_end_matches('/');
    let below = |known: &String| {
        known
            .strip_prefix(path)
            .is_some_and(|rest| rest.starts_with('/'))
            || known
                .strip_suffix(path)
                .is_some_and(|rest| rest.ends_with('/'))
    };
    facts.paths.contains(path) || facts.paths.iter().any(below)
}

/// The path with the same file name.
fn nearest<'p>(path: &str, known: impl Iterator<Item = &'p str>) -> Option<&'p str> {
    let file = path.rsplit('/').next()?;
    let mut same = known.filter(|known| known.rsplit('/').next() == Some(file));
    same.next()
}

/// Words that say that what they stand with is still to be made.
const NEW: [&str; 16] = [
    "add",
    "adds",
    "added",
    "new",
    "create",
    "creates",
    "introduce",
    "write",
    "writes",
    "generate",
    "provide",
    "called",
    "named",
    "like",
    "want",
    "such",
];

/// Words that say that what they stand with is there.
const THERE: [&str; 16] = [
    "existing",
    "current",
    "currently",
    "rename",
    "remove",
    "drop",
    "deprecate",
    "superseded",
    "extend",
    "reuse",
    "replace",
    "fix",
    "longer",
    "call",
    "see",
    "mark",
];

fn names(ticket: &Ticket, outline: &Outline<'_>, prose: &Prose<'_>) -> Vec<Name> {
    let mut found = Vec::new();
    let mut next = 0;
    // Asked once a sentence: a hostile one holds as much code as fits.
    let mut there = (usize::MAX, false);
    for range in &outline.code {
        let source = &outline.text[range.clone()];
        if source.contains('\n') || found.len() > MOST {
            continue;
        }
        let before = |sentence: &Sentence| sentence.end < range.end;
        while prose.sentences.get(next).is_some_and(before) {
            next += 1;
        }
        let holds = |sentence: &&Sentence| sentence.start <= range.start;
        let Some(sentence) = prose.sentences.get(next).filter(holds) else {
            continue;
        };
        if there.0 != next {
            there = (next, sentence.has(&THERE));
        }
        let code = source.trim_matches('`').trim();
        let line = outline.line(range.start);
        let name = |sort, text: &str| Name {
            sort,
            text: text.to_owned(),
            line,
            bytes: range.clone(),
        };
        let place = sentence
            .words
            .partition_point(|word| word.end <= range.start);
        let before = place.checked_sub(1).map_or("", |at| sentence.word(at));
        let named = in_code(ticket, (sentence, before, there.1), code);
        found.extend(named.map(|(sort, text)| name(sort, &text)));
    }
    for sentence in &prose.sentences {
        found.extend(dependency(prose, sentence));
        found.extend(terms(prose, sentence).take(MOST.saturating_sub(found.len())));
    }
    // What a title names is looked for where the text names it.
    let title = prose
        .sentences
        .iter()
        .find(|sentence| sentence.role == Role::Heading);
    let of_title = |name: &Name| title.is_some_and(|title| title.line == name.line);
    found.sort_by_key(|name| (of_title(name), name.bytes.start));
    let mut seen = BTreeSet::new();
    found.retain(|name| seen.insert((name.sort as u8, name.text.clone())));
    found
}

/// What a span of code names, that should be there.
fn in_code(
    ticket: &Ticket,
    (sentence, before, is_there): (&Sentence, &str, bool),
    code: &str,
) -> Option<(Sort, String)> {
    let is_new = NEW.contains(&sentence.word(0)) || NEW.contains(&before) || before == "to";
    if let Some(path) = reference::path(code).filter(|path| path.contains('/')) {
        return (!is_new || is_there).then_some((Sort::Path, path));
    }
    let mends = match ticket.kind {
        Kind::Bug | Kind::Refactor | Kind::Removal | Kind::FlakeFix => !sentence.of_criterion(),
        Kind::Feature
        | Kind::SpecChange
        | Kind::Dependency
        | Kind::Characterization
        | Kind::Docs => false,
    };
    if !(is_there || mends) || is_new {
        return None;
    }
    let option = code
        .split_whitespace()
        .find(|word| word.starts_with("--") && word.len() > 4);
    if let Some(option) = option {
        let plain = option.split('=').next().unwrap_or(option);
        return Some((Sort::Option, plain.to_owned()));
    }
    symbol(code).map(|symbol| (Sort::Symbol, symbol))
}

/// The last part of a name of code: `from_rows` of `Table::from_rows(x)`.
fn symbol(code: &str) -> Option<String> {
    let name = code.split(['(', '<', '{']).next().unwrap_or(code);
    let last = name.rsplit([':', '.', '#']).next().unwrap_or(name);
    let plain = last.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let marked = last.contains('_')
        || name.contains("::")
        || code.ends_with(')')
        || last.chars().skip(1).any(|c| c.is_ascii_uppercase());
    let named = plain && last.len() > 2 && !last.starts_with(|c: char| c.is_ascii_digit());
    (named && marked && !name.contains(char::is_whitespace)).then(|| last.to_owned())
}

/// What follows a name when a dependency is meant.
const PACKAGES: [&str; 7] = [
    "crate",
    "library",
    "package",
    "gem",
    "module",
    "framework",
    "sdk",
];

/// The dependency that a sentence names: `use the calamine crate`, `use `+code.
fn dependency(prose: &Prose<'_>, sentence: &Sentence) -> Option<Name> {
    let uses = sentence.words.iter().position(|word| {
        matches!(
            word.text.as_str(),
            "use" | "using" | "adopt" | "via" | "install" | "switch"
        )
    })?;
    let source = prose.text.get(sentence.start..sentence.end)?;
    let from = sentence.words[uses].end - sentence.start;
    let rest = source.get(from..)?;
    let code = rest
        .trim_start()
        .strip_prefix("the ")
        .unwrap_or(rest.trim_start());
    if let Some((name, behind)) = code.strip_prefix('`').and_then(|code| code.split_once('`')) {
        let behind = behind.split_whitespace().next().unwrap_or_default();
        let follows = PACKAGES.contains(&behind.trim_matches(['.', ',', ';']));
        let named = name.len() > 1
            && name
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        let start = sentence.start + from + (rest.len() - code.len());
        return (named && (follows || uses == 0)).then(|| Name {
            sort: Sort::Dependency,
            text: name.to_owned(),
            line: sentence.words[uses].line,
            bytes: start..start + name.len() + 2,
        });
    }
    let at = (uses + 1..(uses + 5).min(sentence.words.len()))
        .find(|&at| PACKAGES.contains(&sentence.word(at)))?;
    let word = sentence
        .words
        .get(at.checked_sub(1).filter(|before| *before > uses)?)?;
    let vague = [
        "a", "an", "the", "any", "some", "other", "new", "same", "standard", "existing",
    ];
    (!vague.contains(&word.text.as_str())).then(|| Name {
        sort: Sort::Dependency,
        text: word.text.clone(),
        line: word.line,
        bytes: word.start..word.end,
    })
}

/// Terms: words with a capital inside a sentence, two in a row.
fn terms<'p>(prose: &'p Prose<'_>, sentence: &'p Sentence) -> impl Iterator<Item = Name> + 'p {
    let pairs = sentence.words.windows(2).enumerate().skip(1);
    let wanted = pairs.filter(move |(_, pair)| {
        let near = pair[1].start == pair[0].end + 1 && pair[0].line == pair[1].line;
        near && sentence.of_criterion()
            && pair.iter().all(|word| word.capital && word.text.len() > 3)
    });
    wanted.filter_map(|(_, pair)| {
        let bytes = pair[0].start..pair[1].end;
        let text = prose.text.get(bytes.clone())?.to_owned();
        Some(Name {
            sort: Sort::Term,
            text,
            line: pair[0].line,
            bytes,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts_of(text: &str, facts: &RepositoryFacts) -> Vec<(String, u32)> {
        let defaults = crate::ticket::Defaults::default();
        let ticket = Ticket::parse("T-1", text, &defaults).expect("has text");
        let outline = Outline::of(text);
        let prose = Prose::of(text, &outline, &ticket.criteria);
        let found = find(&ticket, facts, &outline, &prose).into_iter();
        found.map(|(spot, message)| (message, spot.line)).collect()
    }

    fn facts() -> RepositoryFacts {
        let set = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        RepositoryFacts {
            paths: set(&["src/a.rs", "src/b/c.rs"]),
            words: set(&["run_all", "--json"]),
            dependencies: set(&["serde"]),
            newest_issue: Some(7),
        }
    }

    #[test]
    fn a_path_that_is_not_there_is_named_with_the_one_that_is() {
        let found = facts_of("# A\n\nMend `src/c.rs`, `src/a.rs` and `b/c.rs`.", &facts());
        assert_eq!(
            found,
            [(
                "the repository has no src/c.rs; src/b/c.rs is there".to_owned(),
                3
            )]
        );
        assert!(facts_of("# A\n\nAdd `src/new.rs`.", &facts()).is_empty());
    }

    #[test]
    fn a_name_counts_only_where_it_is_said_to_be_there() {
        let said = |text: &str| facts_of(text, &facts()).len();
        assert_eq!(said("# A\n\nDeprecate `Table::from_rows`."), 1);
        assert_eq!(said("# A\n\nRename `run_all`, drop `--json`."), 0);
        assert_eq!(said("# A\n\n`make_it()` returns 3."), 0);
        assert_eq!(said("# fix: A\n\n`make_it()` returns 3 instead of 4."), 1);
    }

    #[test]
    fn a_dependency_is_looked_up_in_the_manifests() {
        let said = |text: &str| facts_of(text, &facts());
        assert_eq!(said("# A\n\nUse the calamine crate.").len(), 1);
        assert_eq!(said("# A\n\nUse the `serde` crate."), []);
        assert_eq!(
            said("# A\n\nUse `httpx` for it.")[0].0,
            "httpx is in no manifest and no lock file"
        );
    }
}
