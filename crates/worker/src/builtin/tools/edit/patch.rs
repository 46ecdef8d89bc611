//! Reads the patch format that GPT models write: files by name, places by their lines.

/// What a patch does to one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// A new file with this text.
    Add { path: String, text: String },
    /// The file goes.
    Delete { path: String },
    /// Parts of the file are replaced; perhaps it moves.
    Update {
        path: String,
        to: Option<String>,
        hunks: Vec<Hunk>,
    },
}

/// One stretch of lines that changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Hunk {
    /// Lines that stand before it, from the outermost in: a class, a function.
    pub(super) within: Vec<String>,
    /// The lines with what happens to them.
    pub(super) lines: Vec<(Mark, String)>,
    /// Whether it stands at the end of the file.
    pub(super) at_end: bool,
}

/// What happens to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Kept,
    Removed,
    Added,
}

/// What a patch has to look like, for a model that got it wrong.
const SHAPE: &str = "*** Begin Patch\n*** Update File: PATH\n@@ LINE BEFORE IT\n kept\n-removed\n+added\n*** Add File: PATH\n+line\n*** Delete File: PATH\n*** End Patch";

/// Reads a patch, or says what is wrong with it.
pub(super) fn parse(text: &str) -> Result<Vec<Change>, String> {
    let lines: Vec<&str> = text.trim().lines().collect();
    let wrong = |number: usize, why: &str| {
        Err(format!(
            "line {number} of the patch: {why}. The shape is:\n{SHAPE}"
        ))
    };
    if lines.first().map(|line| line.trim()) != Some("*** Begin Patch") {
        return wrong(1, "`*** Begin Patch` is missing");
    }
    if lines.last().map(|line| line.trim()) != Some("*** End Patch") {
        return wrong(lines.len(), "`*** End Patch` is missing");
    }
    let mut changes = Vec::new();
    for (number, line) in (1..).zip(&lines).take(lines.len() - 1).skip(1) {
        if let Some(change) = heading(line) {
            changes.push(change);
            continue;
        }
        match changes.last_mut() {
            Some(change) => {
                if let Err(why) = take(change, line) {
                    return wrong(number, &why);
                }
            }
            None if line.trim().is_empty() => {}
            None => return wrong(number, "it stands before the first file"),
        }
    }
    if changes.is_empty() {
        return wrong(2, "no file is named");
    }
    Ok(changes)
}

fn heading(line: &str) -> Option<Change> {
    let named = |start: &str| {
        let path = line.strip_prefix(start)?.trim();
        (!path.is_empty()).then(|| path.to_owned())
    };
    if let Some(path) = named("*** Add File:") {
        let text = String::new();
        return Some(Change::Add { path, text });
    }
    if let Some(path) = named("*** Delete File:") {
        return Some(Change::Delete { path });
    }
    let path = named("*** Update File:")?;
    Some(Change::Update {
        path,
        to: None,
        hunks: Vec::new(),
    })
}

fn take(change: &mut Change, line: &str) -> Result<(), String> {
    match change {
        Change::Add { text, .. } => {
            let added = line.strip_prefix('+');
            // Models leave the sign out of blank lines.
            let added = added.or(line.is_empty().then_some(""));
            let added = added.ok_or("each line of a new file begins with `+`")?;
            text.push_str(added);
            text.push('\n');
            Ok(())
        }
        Change::Delete { .. } if line.trim().is_empty() => Ok(()),
        Change::Delete { .. } => Err("nothing follows a file that goes".to_owned()),
        Change::Update { to, hunks, .. } => {
            if let Some(path) = line.strip_prefix("*** Move to:") {
                *to = Some(path.trim().to_owned());
                return Ok(());
            }
            in_hunk(hunks, line)
        }
    }
}

fn in_hunk(hunks: &mut Vec<Hunk>, line: &str) -> Result<(), String> {
    if let Some(rest) = line.strip_prefix("@@") {
        if hunks.last().is_none_or(|hunk| !hunk.lines.is_empty()) {
            hunks.push(Hunk::default());
        }
        if let (Some(hunk), Some(context)) = (hunks.last_mut(), context(rest)) {
            hunk.within.push(context);
        }
        return Ok(());
    }
    if hunks.last().is_none_or(|hunk| hunk.at_end) {
        hunks.push(Hunk::default());
    }
    let Some(hunk) = hunks.last_mut() else {
        return Ok(());
    };
    if line.trim_end() == "*** End of File" {
        hunk.at_end = true;
        return Ok(());
    }
    if line.starts_with("\\ No newline") {
        return Ok(());
    }
    let (mark, text) = match line.as_bytes().first() {
        None => (Mark::Kept, ""),
        Some(b' ') => (Mark::Kept, &line[1..]),
        Some(b'-') => (Mark::Removed, &line[1..]),
        Some(b'+') => (Mark::Added, &line[1..]),
        Some(_) => return Err("a line begins with a space, `-`, `+` or `@@`".to_owned()),
    };
    hunk.lines.push((mark, text.to_owned()));
    Ok(())
}

/// The line that a `@@` names. Numbers, as `diff` writes them, name none; what stands behind them
/// is only a hint.
fn context(rest: &str) -> Option<String> {
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    let numbers =
        rest.trim_start().starts_with('-') && rest.contains("+") && rest.trim_end().ends_with("@@");
    let numbers = numbers || rest.trim_start().starts_with('-') && rest.contains(" @@");
    (!numbers && !rest.trim().is_empty()).then(|| rest.trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(text: &str, owed: &str) {
        let said = parse(text).expect_err(text);
        assert!(said.starts_with(owed), "{said}");
        assert!(said.contains("The shape is:\n*** Begin Patch"), "{said}");
    }

    #[test]
    fn every_kind_of_change_is_read() {
        let text = "*** Begin Patch\n*** Add File: a/b.txt\n+one\n\n+two\n*** Delete File: c\n\
                    *** Update File: d\n*** Move to: e\n@@ class A\n@@ def f\n kept\n-old\n+new\n\
                    @@ -3,4 +3,4 @@ fn x\n x\n+y\n*** End of File\n*** End Patch\n";
        let hunk = |within: &[&str], lines: &[(Mark, &str)], at_end| Hunk {
            within: within.iter().map(|w| (*w).to_owned()).collect(),
            lines: lines.iter().map(|(m, l)| (*m, (*l).to_owned())).collect(),
            at_end,
        };
        let first = [
            (Mark::Kept, "kept"),
            (Mark::Removed, "old"),
            (Mark::Added, "new"),
        ];
        let owed = vec![
            Change::Add {
                path: "a/b.txt".to_owned(),
                text: "one\n\ntwo\n".to_owned(),
            },
            Change::Delete {
                path: "c".to_owned(),
            },
            Change::Update {
                path: "d".to_owned(),
                to: Some("e".to_owned()),
                hunks: vec![
                    hunk(&["class A", "def f"], &first, false),
                    hunk(&[], &[(Mark::Kept, "x"), (Mark::Added, "y")], true),
                ],
            },
        ];
        assert_eq!(parse(text), Ok(owed));
    }

    #[test]
    fn what_is_broken_is_named_with_its_line() {
        broken("", "line 1 of the patch: `*** Begin Patch`");
        broken(
            "*** Begin Patch\n*** Add File: a\n+x",
            "line 3 of the patch: `*** End Patch`",
        );
        broken(
            "*** Begin Patch\n*** End Patch",
            "line 2 of the patch: no file",
        );
        broken(
            "*** Begin Patch\nx\n*** End Patch",
            "line 2 of the patch: it stands before",
        );
        broken(
            "*** Begin Patch\n*** Add File: a\nx\n*** End Patch",
            "line 3 of the patch: each line",
        );
        broken(
            "*** Begin Patch\n*** Update File: a\nx\n*** End Patch",
            "line 3 of the patch: a line begins",
        );
        broken(
            "*** Begin Patch\n*** Delete File: a\n-x\n*** End Patch",
            "line 3 of the patch: nothing follows",
        );
    }
}
