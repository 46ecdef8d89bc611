//! Reads CODEOWNERS as GitHub and GitLab document it: the last pattern that fits a path names its
//! owners, in GitLab once for every section.

use std::collections::BTreeSet;

/// Where forges look for the file, in their order.
pub const PLACES: [&str; 4] = [
    ".github/CODEOWNERS",
    "CODEOWNERS",
    "docs/CODEOWNERS",
    ".gitlab/CODEOWNERS",
];

/// One line: a pattern and its owners.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    section: String,
    pattern: String,
    owners: Vec<String>,
}

/// The owners of `paths`, each once, in the order of their letters. Mail addresses are left out:
/// nobody can be asked for a review by one.
pub fn owners(text: &str, paths: &[String]) -> Vec<String> {
    let rules = rules(text);
    let sections: BTreeSet<&str> = rules.iter().map(|rule| rule.section.as_str()).collect();
    let mut all = BTreeSet::new();
    for path in paths {
        for section in &sections {
            let of = rules.iter().rev().filter(|rule| rule.section == *section);
            let rule = of.into_iter().find(|rule| fits(&rule.pattern, path));
            let named = rule.iter().flat_map(|rule| &rule.owners);
            all.extend(named.filter(|owner| owner.starts_with('@')).cloned());
        }
    }
    all.into_iter().collect()
}

fn rules(text: &str) -> Vec<Rule> {
    let mut rules = Vec::new();
    let mut section = String::new();
    let mut usual: Vec<String> = Vec::new();
    for line in text.lines() {
        let words = words(line);
        let Some(first) = words.first() else {
            continue;
        };
        if let Some((name, owners)) = heading(line) {
            section = name;
            usual = owners;
            continue;
        }
        // GitHub knows neither; a line with one is no rule.
        if first.starts_with('!') || first.starts_with('[') {
            continue;
        }
        let owners: Vec<String> = words[1..].to_vec();
        let owners = match owners.is_empty() {
            true => usual.clone(),
            false => owners,
        };
        rules.push(Rule {
            section: section.clone(),
            pattern: first.clone(),
            owners,
        });
    }
    rules
}

/// The words of a line, up to a comment. `\\ ` is a blank in a name, `\\#` no comment.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut letters = line.trim().chars();
    while let Some(letter) = letters.next() {
        let is_start = words.last().is_some_and(String::is_empty);
        match letter {
            '\\' => {
                let next = letters.next();
                if let Some(word) = words.last_mut() {
                    word.extend(next);
                }
            }
            '#' if is_start => break,
            letter if letter.is_whitespace() => words.push(String::new()),
            letter => {
                if let Some(word) = words.last_mut() {
                    word.push(letter);
                }
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A section of GitLab: `[Name]`, `^[Optional][2] @owner`.
fn heading(line: &str) -> Option<(String, Vec<String>)> {
    let line = line.trim();
    let inside = line.strip_prefix('^').unwrap_or(line).strip_prefix('[')?;
    let (name, mut rest) = inside.split_once(']')?;
    if let Some(count) = rest.strip_prefix('[') {
        rest = count.split_once(']')?.1;
    }
    let owners = rest.split_whitespace().map(str::to_owned).collect();
    Some((name.to_lowercase(), owners))
}

/// Whether `pattern` fits `path`.
fn fits(pattern: &str, path: &str) -> bool {
    let is_directory = pattern.ends_with('/');
    let bare = pattern.trim_end_matches('/');
    let is_anchored = bare.contains('/');
    let mut parts: Vec<&str> = bare.trim_start_matches('/').split('/').collect();
    if !is_anchored {
        parts.insert(0, "**");
    }
    let path: Vec<&str> = path.split('/').collect();
    // `docs/*` is what lies in there, and nothing deeper.
    let is_shallow = is_anchored && parts.last() == Some(&"*");
    let below = match (is_directory, is_shallow) {
        (true, _) => Below::Only,
        (false, true) => Below::Not,
        (false, false) => Below::Too,
    };
    leads(&parts, &path, below)
}

/// Whether what lies below a directory that a pattern fits is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Below {
    Only,
    Not,
    Too,
}

fn leads(parts: &[&str], path: &[&str], below: Below) -> bool {
    match (parts.split_first(), path.split_first()) {
        (None, None) => below != Below::Only,
        (None, Some(_)) => below != Below::Not,
        (Some((&"**", rest)), found) => {
            leads(rest, path, below) || found.is_some_and(|(_, path)| leads(parts, path, below))
        }
        (Some(_), None) => false,
        (Some((part, parts)), Some((name, path))) => {
            is_named(part.as_bytes(), name.as_bytes()) && leads(parts, path, below)
        }
    }
}

/// `*` and `?` inside of one name.
fn is_named(part: &[u8], name: &[u8]) -> bool {
    match (part.split_first(), name.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), found) => {
            is_named(rest, name) || found.is_some_and(|(_, name)| is_named(part, name))
        }
        (Some((b'?', part)), Some((_, name))) => is_named(part, name),
        (Some((one, part)), Some((other, name))) if one == other => is_named(part, name),
        (None | Some(_), None | Some(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of GitHub's documentation.
    const DOCUMENTED: &str = "\
# These owners will be the default owners for everything in the repo.
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/*  docs@example.com @shallow
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @logger
/apps/ @octocat
/apps/github
";

    fn of(text: &str, path: &str) -> Vec<String> {
        owners(text, &[path.to_owned()])
    }

    #[test]
    fn the_documented_example_names_the_documented_owners() {
        let cases: [(&str, &[&str]); 13] = [
            ("README.md", &["@global-owner1", "@global-owner2"]),
            ("src/deep/a.js", &["@js-owner"]),
            ("main.go", &[]),
            ("notes/a.txt", &["@octo-org/octocats"]),
            ("build/logs/a/b.log", &["@logger"]),
            ("build/other", &["@global-owner1", "@global-owner2"]),
            ("deploy/build/logs", &["@logger"]),
            ("docs/a.md", &["@doctocat"]),
            ("docs/deep/a.md", &["@doctocat"]),
            ("scripts/x.sh", &["@doctocat", "@octocat"]),
            ("web/apps/x", &["@octocat"]),
            ("apps/x", &["@octocat"]),
            ("apps/github/x", &[]),
        ];
        for (path, owed) in cases {
            assert_eq!(of(DOCUMENTED, path), owed, "{path}");
        }
    }

    #[test]
    fn a_star_behind_a_directory_goes_no_deeper() {
        assert_eq!(of("docs/* @d", "docs/getting-started.md"), ["@d"]);
        assert!(of("docs/* @d", "docs/build-app/troubleshooting.md").is_empty());
        assert_eq!(of("/docs @d", "docs/build-app/x.md"), ["@d"]);
        assert!(of("/docs/ @d", "docs").is_empty(), "a file is no directory");
        assert!(of("/docs/ @d", "a/docs/x").is_empty());
        assert_eq!(of("docs/ @d", "a/docs/x"), ["@d"]);
    }

    #[test]
    fn blanks_marks_and_forms_that_github_does_not_know() {
        assert_eq!(of("path\\ with\\ spaces/ @d", "path with spaces/x"), ["@d"]);
        assert_eq!(of("\\#file @d", "#file"), ["@d"]);
        assert!(of("!secret @d", "secret").is_empty());
        assert_eq!(of("a?c @d", "abc"), ["@d"]);
    }

    #[test]
    fn every_section_of_gitlab_has_its_owner() {
        let text =
            "* @all\n[Docs] @writers\n*.md\n^[Database][2]\n*.sql @dba\n[docs]\nREADME.md @lead\n";
        assert_eq!(of(text, "a.md"), ["@all", "@writers"]);
        assert_eq!(of(text, "README.md"), ["@all", "@lead"]);
        assert_eq!(of(text, "x/a.sql"), ["@all", "@dba"]);
    }
}
