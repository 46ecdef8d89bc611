//! Examines the documents of a range: what they name, what they still promise, and whether the
//! commands that they show work.

mod shown;

use crate::config;
use crate::config::Config;
use crate::git::Git;
use crate::observe::Manner;
use crate::progress::Progress;
use crate::prove::{ProveError, Workshop};
use crate::survey::{Ends, shelves};
use redgreen_core::documents::{Documented, commands, judge};
use redgreen_core::finding::{Code, Finding, Weight};
use redgreen_core::ticket::placeholder;
use shown::run_shown;

/// What the documents of a range say and lack, and the commands that were run for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Examined {
    /// What was found and compared.
    pub documented: Documented,
    /// The commands that were run, as the documents show them.
    pub commands: Vec<String>,
}

/// Examines the documents between `ends`. Only documents that BASE's configuration names have
/// their commands run.
///
/// # Errors
/// Where git or the disk fails, or the user wants to stop.
pub fn examine(
    git: &Git,
    ends: &Ends,
    (workshop, manner): (&Workshop, &Manner),
    tell: &mut dyn FnMut(Progress),
) -> Result<Examined, ProveError> {
    let config = Config::of_tree(git, &ends.base_tree)?;
    let (base, head) = shelves(git, ends, &config)?;
    let mut examined = Examined {
        documented: judge(&base, &head),
        commands: Vec::new(),
    };
    let mut scripts = Vec::new();
    for changed in git.changed(&ends.base_tree, &ends.head_tree)? {
        let path = changed.path.text();
        let Some(held) = changed.new.filter(|_| path.ends_with(".md")) else {
            continue;
        };
        let text = String::from_utf8_lossy(&git.blob(&held.blob)?).into_owned();
        let documented = &mut examined.documented;
        documented.facts.push(format!("changed: {path}"));
        documented.findings.extend(left_open(&path, &text));
        let is_run = config.document.run.iter().any(|p| config::covers(p, &path));
        let shown = commands(&text);
        if is_run {
            scripts.extend(shown.into_iter().map(|shown| (path.clone(), shown)));
        } else if !shown.is_empty() {
            let text = format!("not checked: {} commands shown in {path}", shown.len());
            documented.facts.push(text);
        }
    }
    if !scripts.is_empty() {
        let at = (git, &ends.head_tree);
        let how = (workshop, manner, tell);
        run_shown(at, &config, &scripts, how, &mut examined)?;
    }
    Ok(examined)
}

/// Placeholders that nobody filled.
fn left_open(path: &str, text: &str) -> Vec<Finding> {
    let found = placeholder::find(text).into_iter();
    found
        .map(|left| {
            let subject = format!("{path}:{}", left.line);
            let text = format!("a placeholder is left: {}", left.written);
            Finding::new(Code::PlaceholderLeft, Weight::Blocks, subject, text)
        })
        .collect()
}
