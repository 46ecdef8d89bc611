//! Finds what a ticket refers to: addresses, issues, files, keys of other trackers.

use crate::ticket::outline::{Outline, blank};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Something that a ticket refers to. Data, and no permission to open it.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Reference {
    /// An address of any scheme. Whether it may be opened is not decided here.
    Url(String),
    /// An issue or pull request of a forge.
    Issue {
        /// `owner/repo`, where it is another repository's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        repo: Option<String>,
        /// Its number.
        number: u64,
    },
    /// A file or directory of the repository, without `..`.
    Path(String),
    /// A key of a tracker: `PROJ-12`.
    Key(String),
    /// Something that front matter names and that is none of these.
    Named(String),
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Issue { repo, number } => {
                write!(f, "{}#{number}", repo.as_deref().unwrap_or_default())
            }
            Self::Url(text) | Self::Path(text) | Self::Key(text) | Self::Named(text) => {
                f.write_str(text)
            }
        }
    }
}

/// Words before a dash and a number that name a standard or a criterion and no tracker.
const NO_TRACKERS: [&str; 28] = [
    "AC", "AES", "ASVS", "CRC", "CVE", "CWE", "EAN", "EN", "GPT", "HTTP", "IEC", "IEEE", "IPV",
    "ISO", "LATIN", "MD", "PEP", "PKCS", "RFC", "RQ", "RSA", "SHA", "SSL", "TLS", "UCS", "UTC",
    "UTF", "X",
];

/// Endings of names that are taken for files where no directory stands before them.
const FILE_ENDINGS: [&str; 46] = [
    "c", "cc", "cfg", "conf", "cpp", "cs", "css", "csv", "ex", "exs", "feature", "go", "gradle",
    "h", "hpp", "html", "ini", "java", "js", "json", "jsx", "kt", "lock", "lua", "md", "mjs",
    "php", "proto", "py", "rb", "rs", "rst", "scala", "sh", "sql", "svg", "swift", "toml", "ts",
    "tsx", "txt", "vue", "xml", "yaml", "yml", "zig",
];

/// Everything that the text refers to, in its order and each once.
pub(crate) fn find(outline: &Outline<'_>) -> Vec<Reference> {
    let mut found: Vec<(usize, Reference)> = Vec::new();
    let mut masked = outline.masked().into_bytes();
    for link in &outline.links {
        blank(&mut masked, link.range.clone());
        let target = of_target(&link.target);
        found.extend(target.map(|reference| (link.range.start, reference)));
    }
    for range in &outline.code {
        let span = outline.text[range.clone()].trim_matches('`').trim();
        found.extend(path(span).map(|path| (range.start, Reference::Path(path))));
    }
    let masked = String::from_utf8(masked).unwrap_or_default();
    let mut from = 0;
    while let Some((start, length)) = next_word(&masked[from..]) {
        let at = from + start;
        found.extend(of_word(&masked[at..at + length]).map(|reference| (at, reference)));
        from = at + length;
    }
    found.sort_by_key(|(at, _)| *at);
    let mut once = Vec::new();
    for (_, reference) in found {
        if !once.contains(&reference) && once.len() < MOST_REFERENCES {
            once.push(reference);
        }
    }
    once
}

/// More than any person reads; a hostile ticket has more.
const MOST_REFERENCES: usize = 500;

/// What an entry of front matter refers to.
pub(crate) fn of_entry(text: &str) -> Reference {
    of_word(text)
        .or_else(|| path(text).map(Reference::Path))
        .unwrap_or_else(|| Reference::Named(text.to_owned()))
}

/// Start and length of the next word: what stands between white space.
fn next_word(text: &str) -> Option<(usize, usize)> {
    let start = text.find(|c: char| !c.is_whitespace())?;
    let rest = &text[start..];
    Some((start, rest.find(char::is_whitespace).unwrap_or(rest.len())))
}

fn of_word(word: &str) -> Option<Reference> {
    if let Some(at) = word.find("https://").or_else(|| word.find("http://")) {
        return url(&word[at..]).map(Reference::Url);
    }
    if let Some(other) = other_scheme(word) {
        return Some(Reference::Url(other));
    }
    if word.contains("&#") {
        return None;
    }
    let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '#');
    issue(word).or_else(|| key(word).map(Reference::Key))
}

fn of_target(target: &str) -> Option<Reference> {
    if target.starts_with("https://") || target.starts_with("http://") {
        return Some(Reference::Url(target.to_owned()));
    }
    if let Some(other) = other_scheme(target) {
        return Some(Reference::Url(other));
    }
    let target = target.split(['#', '?']).next().unwrap_or_default();
    let target = target.strip_prefix("./").unwrap_or(target);
    let inside = !target.is_empty()
        && !target.starts_with('/')
        && !target.contains([':', '\\'])
        && target.split('/').all(|part| part != "..");
    inside.then(|| Reference::Path(target.to_owned()))
}

/// An address of another scheme than those of the web, so that it can be refused by name.
fn other_scheme(word: &str) -> Option<String> {
    let is_of_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let at = word.find("://")?;
    let before = word[..at].trim_start_matches(|c: char| !c.is_ascii_alphabetic());
    let plain = (2..=20).contains(&before.len()) && before.chars().all(is_of_scheme);
    let rest = word[at + 3..].trim_end_matches(|c: char| !c.is_alphanumeric() && c != '/');
    (plain && !rest.is_empty()).then(|| format!("{}://{rest}", before.to_ascii_lowercase()))
}

/// The address that `text` starts with, without what a sentence puts behind it.
fn url(text: &str) -> Option<String> {
    // The brackets of a numeric host belong to it.
    let host = text.find("://").map_or(0, |at| at + 3);
    let from = match text[host..].starts_with('[') {
        true => text[host..].find(']').map_or(host, |end| host + end + 1),
        false => 0,
    };
    let end = text[from..]
        .find(['<', '>', '"', '\'', '`', ']', '|', '}'])
        .map(|end| from + end);
    let mut address = &text[..end.unwrap_or(text.len())];
    loop {
        let open = address.matches('(').count();
        let unmatched = address.ends_with(')') && address.matches(')').count() > open;
        let trailing = address.ends_with(['.', ',', ';', ':', '!', '?', '*', '_']);
        if !unmatched && !trailing {
            break;
        }
        address = &address[..address.len() - 1];
    }
    let host = address.split_once("://")?.1;
    host.starts_with(|c: char| c.is_alphanumeric() || c == '[')
        .then(|| address.to_owned())
}

/// `#12` or `owner/repo#12`.
fn issue(word: &str) -> Option<Reference> {
    let (repo, number) = word.split_once('#')?;
    let digits = !number.is_empty() && number.len() <= 9;
    if !digits || !number.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let repo = match repo.split_once('/') {
        None if repo.is_empty() => None,
        Some((owner, name)) if names(owner) && names(name) => Some(repo.to_owned()),
        None | Some(_) => return None,
    };
    let number = number.parse().ok()?;
    Some(Reference::Issue { repo, number })
}

fn names(part: &str) -> bool {
    let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !part.is_empty() && part.chars().all(named)
}

/// `PROJ-12`.
fn key(word: &str) -> Option<String> {
    let (project, number) = word.split_once('-')?;
    let named = (2..=10).contains(&project.len())
        && project.starts_with(|c: char| c.is_ascii_uppercase())
        && project
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        && !NO_TRACKERS.contains(&project);
    let numbered = (1..=7).contains(&number.len())
        && number.chars().all(|c| c.is_ascii_digit())
        && !number.starts_with('0');
    (named && numbered).then(|| word.to_owned())
}

/// A path of the repository: relative, without `..`, and with an ending or a directory that tells
/// it from a method call, a route or a media type. A line number behind it is left out.
pub(crate) fn path(span: &str) -> Option<String> {
    let span = span.strip_prefix("./").unwrap_or(span);
    let (path, line) = span.split_once(':').unwrap_or((span, ""));
    let numbered = line
        .chars()
        .all(|c| c.is_ascii_digit() || c == '-' || c == ':');
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '@' | '+');
    let inside = !path.is_empty()
        && path.len() <= 300
        && !path.starts_with(['/', '-', '@'])
        && path.chars().all(plain)
        && path.split('/').all(|part| part != "..");
    let last = path.trim_end_matches('/').rsplit('/').next()?;
    let ending = last.rsplit_once('.').map_or("", |(_, ending)| ending);
    let looks = FILE_ENDINGS.contains(&ending.to_lowercase().as_str())
        || (path.contains('/') && (path.ends_with('/') || !ending.is_empty()));
    (numbered && inside && looks).then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let references = find(&Outline::of(text));
        references.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn addresses_issues_keys_and_files_are_found_in_their_order() {
        let text = "See https://example.com/a_(b), (#12) and acme/shop#7; PROJ-12.\n\
                    Code: `src/login.rs:40`, [guide](./docs/guide.md#top), `Cargo.toml`.\n\
                    Again #12 <https://example.com/x>.";
        assert_eq!(
            found(text),
            [
                "https://example.com/a_(b)",
                "#12",
                "acme/shop#7",
                "PROJ-12",
                "src/login.rs",
                "docs/guide.md",
                "Cargo.toml",
                "https://example.com/x"
            ]
        );
    }

    #[test]
    fn what_only_looks_like_a_reference_is_none() {
        let text = "UTF-8, SHA-256, AC-1, RFC-7231, a#1, C#, #tag, &#39; http:// `os.path` \
                    `/api/login` `application/json` `../../etc/passwd` `and/or` [up](../x.md) \
                    `#9` `PROJ-1`";
        assert_eq!(found(text), Vec::<String>::new());
    }

    #[test]
    fn an_entry_of_front_matter_is_never_lost() {
        assert_eq!(
            of_entry("docs/api.md"),
            Reference::Path("docs/api.md".to_owned())
        );
        assert_eq!(of_entry("PROJ-3"), Reference::Key("PROJ-3".to_owned()));
        assert_eq!(
            of_entry("the old wiki"),
            Reference::Named("the old wiki".to_owned())
        );
    }
}
