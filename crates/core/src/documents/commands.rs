//! Reads the commands that a Markdown document shows.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// Languages of a fence that a shell reads as it stands.
const SCRIPTS: [&str; 4] = ["sh", "bash", "shell", "zsh"];

/// Languages of a fence that shows a session: commands behind a prompt, then what they print.
const SESSIONS: [&str; 3] = ["console", "shell-session", "sh-session"];

/// Words behind the language of a fence that keep it from being run.
const LEFT_OUT: [&str; 4] = ["no-run", "no_run", "ignore", "norun"];

/// Commands of one fence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The line of the document on which they begin, from 1.
    pub line: u32,
    /// What a POSIX shell is to run.
    pub script: String,
}

/// Every fence of `text` that shows commands and does not ask to be left out.
pub fn commands(text: &str) -> Vec<Shown> {
    let mut found = Vec::new();
    let mut open: Option<(bool, usize, String)> = None;
    for (event, range) in Parser::new_ext(text, Options::empty()).into_offset_iter() {
        if let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) = &event {
            open = kind(info).map(|session| (session, range.start, String::new()));
        } else if let (Event::Text(part), Some((_, _, script))) = (&event, &mut open) {
            script.push_str(part);
        } else if event == Event::End(TagEnd::CodeBlock)
            && let Some((session, at, script)) = open.take()
        {
            let script = if session { typed(&script) } else { script };
            let before = text.get(..at).unwrap_or_default();
            // The fence itself has a line of its own.
            let line = u32::try_from(before.matches('\n').count() + 2).unwrap_or(u32::MAX);
            if !script.trim().is_empty() {
                found.push(Shown { line, script });
            }
        }
    }
    found
}

/// Whether a fence shows a session, where it shows commands at all.
fn kind(info: &str) -> Option<bool> {
    let mut words = info.split([' ', ',']).filter(|word| !word.is_empty());
    let language = words.next()?.to_ascii_lowercase();
    if words.any(|word| LEFT_OUT.contains(&word)) {
        return None;
    }
    if SCRIPTS.contains(&language.as_str()) {
        return Some(false);
    }
    SESSIONS.contains(&language.as_str()).then_some(true)
}

/// What is typed in a session: the lines behind `$ `, with those that go on behind a backslash.
fn typed(session: &str) -> String {
    let mut script = String::new();
    let mut goes_on = false;
    for line in session.lines() {
        let typed = line.strip_prefix("$ ").or(goes_on.then_some(line));
        if let Some(typed) = typed {
            script.push_str(typed);
            script.push('\n');
        }
        goes_on = typed.is_some_and(|typed| typed.ends_with('\\'));
    }
    script
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_of_a_shell_are_commands_and_others_are_not() {
        let text = "# Usage\n\n```sh\ntool --help\n```\n\n```python\nx = 1\n```\n\n```console\n\
                    $ tool \\\n  --deep\nprinted\n$ ls\n```\n\n```bash no-run\nrm -r /\n```\n";
        let shown = commands(text);
        assert_eq!(shown.len(), 2);
        assert_eq!(
            (shown[0].line, shown[0].script.as_str()),
            (4, "tool --help\n")
        );
        assert_eq!(shown[1].script, "tool \\\n  --deep\nls\n");
    }

    #[test]
    fn a_fence_that_nobody_closes_ends_with_the_text() {
        assert_eq!(commands("```sh\nls").len(), 1);
        assert_eq!(commands("```sh\n```"), []);
    }
}
