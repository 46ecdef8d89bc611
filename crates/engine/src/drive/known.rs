//! Keeps what redgreen itself saw between two marks of AGENTS.md and CLAUDE.md, and touches nothing
//! else there.

use super::DriveError;
use redgreen_core::event::GateVerdict;
use redgreen_core::phase::Phase;
use redgreen_core::run::RunState;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Files in which a project tells everybody who works on it how.
const FILES: [&str; 2] = ["AGENTS.md", "CLAUDE.md"];
/// Where the facts begin and end. Somebody has to put the two lines there.
const BEGIN: &str = "<!-- redgreen:facts:begin -->";
const END: &str = "<!-- redgreen:facts:end -->";

/// Writes what the gates of the run saw between the marks, where there are both; says which files
/// were changed.
pub(super) fn write(state: &RunState, worktree: &Path) -> Result<Vec<String>, DriveError> {
    let facts = facts(state);
    let mut written = Vec::new();
    for name in FILES {
        let path = worktree.join(name);
        let is_file = path.symlink_metadata().is_ok_and(|found| found.is_file());
        let Some(text) = is_file.then(|| fs::read_to_string(&path).ok()).flatten() else {
            continue;
        };
        match between(&text, &facts) {
            Some(new) if new != text => {
                fs::write(&path, new).map_err(DriveError::disk(&path))?;
                written.push(name.to_owned());
            }
            Some(_) | None => {}
        }
    }
    Ok(written)
}

/// `text` with `facts` between its marks; nothing where it has not each of them once.
fn between(text: &str, facts: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    let is_once = |part: &str| !part.contains(BEGIN) && !part.contains(END);
    if !is_once(before) || !is_once(after) {
        return None;
    }
    let end = match text.contains("\r\n") {
        true => "\r\n",
        false => "\n",
    };
    let facts = facts.replace('\n', end);
    Some(format!("{before}{BEGIN}{end}{facts}{END}{after}"))
}

/// What was seen: which runner ran the tests of which part, which commands ended well. No counts:
/// they are old with the next change.
fn facts(state: &RunState) -> String {
    let mut lines = BTreeSet::new();
    let met = |phase: Phase| {
        let gate = state.last_gate(phase);
        gate.filter(|gate| gate.verdict == GateVerdict::Met)
    };
    for fact in met(Phase::Understand).iter().flat_map(|gate| &gate.facts) {
        // `pytest:.: 3 passed, 0 failed, 0 skipped (pytest 9.2.0)`
        if let Some((unit, counts)) = fact.split_once(": ")
            && counts.contains(" passed, ")
            && let Some((_, tool)) = counts.rsplit_once(" (")
        {
            lines.insert(format!(
                "- tests of `{unit}`: {}",
                tool.trim_end_matches(')')
            ));
        }
    }
    for fact in met(Phase::Verify).iter().flat_map(|gate| &gate.facts) {
        if let Some(command) = fact.strip_suffix(": exit 0") {
            lines.insert(format!("- check: `{command}`"));
        }
    }
    let lines: Vec<String> = lines.into_iter().map(|line| line + "\n").collect();
    format!(
        "What redgreen saw when it last proved a change here:\n\n{}",
        lines.concat()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_marks_is_written() {
        let text = format!("# Mine\r\n\r\n{BEGIN}\r\nold\r\n{END}\r\n\r\nAlso mine.");
        let new = between(&text, "- new\n").expect("it has both marks");
        assert_eq!(
            new,
            format!("# Mine\r\n\r\n{BEGIN}\r\n- new\r\n{END}\r\n\r\nAlso mine.")
        );
        assert_eq!(between(&new, "- new\n").as_deref(), Some(new.as_str()));
    }

    #[test]
    fn a_file_without_both_marks_once_stays_as_it_is() {
        for text in [
            "# Mine\n".to_owned(),
            format!("{BEGIN}\n"),
            format!("{END}\n{BEGIN}\n"),
            format!("{BEGIN}\n{END}\n{BEGIN}\n{END}\n"),
        ] {
            assert_eq!(between(&text, "x\n"), None, "{text}");
        }
    }
}
