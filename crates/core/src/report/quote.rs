//! Quotes text that nobody has to trust, so that it cannot change the form around it.

/// `text` as one line of Markdown prose that reads as it was written and means nothing.
pub(super) fn prose(text: &str) -> String {
    let text = one_line(text);
    let mut safe = String::with_capacity(text.len());
    let letters: Vec<char> = text.chars().collect();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        match escaped(*letter, before, letters.get(at + 1)) {
            Some(entity) => safe.push_str(entity),
            None => safe.push(*letter),
        }
    }
    without_marker(&safe)
}

/// What stands for `letter` in prose, where it would mean something.
fn escaped(letter: char, before: Option<&char>, after: Option<&char>) -> Option<&'static str> {
    let in_word = |letter: Option<&char>| letter.is_some_and(|c| c.is_alphanumeric());
    let text = match letter {
        '\\' => "\\\\",
        '`' => "\\`",
        '*' => "\\*",
        '[' => "\\[",
        ']' => "\\]",
        '|' => "\\|",
        '~' => "\\~",
        '<' => "&lt;",
        '&' if after.is_some_and(|c| c.is_ascii_alphanumeric() || *c == '#') => "&amp;",
        '_' if !(in_word(before) && in_word(after)) => "\\_",
        _ => return None,
    };
    Some(text)
}

/// Keeps a line from beginning a list, a heading or a quotation.
fn without_marker(line: &str) -> String {
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if line[digits..].starts_with(['.', ')']) && digits > 0 {
        return format!("{}\\{}", &line[..digits], &line[digits..]);
    }
    if line.starts_with(['-', '+', '#', '>', '=', ':']) {
        return format!("\\{line}");
    }
    line.to_owned()
}

/// `text` as a code span; a dash where it is empty.
pub(super) fn code(text: &str) -> String {
    let text = defused(&one_line(text)).0;
    if text.is_empty() {
        return "–".to_owned();
    }
    let marks = "`".repeat(longest_run(&text) + 1);
    let edge = |c: Option<char>| c == Some('`');
    if edge(text.chars().next()) || edge(text.chars().last()) {
        return format!("{marks} {text} {marks}");
    }
    format!("{marks}{text}{marks}")
}

/// `text` as a code span in a cell of a table.
pub(super) fn code_cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// `text` as a block of `language`, as it was written but for what a reader cannot see.
pub(super) fn fence(language: &str, text: &str) -> String {
    let lines = text.replace("\r\n", "\n");
    let seen: String = lines.trim_end_matches('\n').chars().fold(
        String::with_capacity(text.len()),
        |mut seen, letter| {
            match letter {
                '\n' | '\t' => seen.push(letter),
                _ => push_seen(&mut seen, letter),
            }
            seen
        },
    );
    let (safe, changed) = defused(&seen);
    let marks = "`".repeat(longest_run(&safe).max(2) + 1);
    let note = match changed {
        true => "\nA tag that would end this answer is written with `&lt;` above.\n",
        false => "",
    };
    format!("{marks}{language}\n{safe}\n{marks}\n{note}")
}

/// White space folded, and what a reader cannot see written out.
pub(super) fn one_line(text: &str) -> String {
    let folded = crate::ticket::outline::fold(text);
    let mut seen = String::with_capacity(folded.len());
    folded
        .chars()
        .for_each(|letter| push_seen(&mut seen, letter));
    seen
}

fn push_seen(text: &mut String, letter: char) {
    if is_unseen(letter) {
        text.extend(letter.escape_unicode());
    } else {
        text.push(letter);
    }
}

/// Controls, line and paragraph separators, invisible characters, marks and overrides of
/// direction, and the tag characters.
fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// `text` without a tag that opens or ends an answer, and whether there was one.
fn defused(text: &str) -> (String, bool) {
    let mut safe = String::with_capacity(text.len());
    let mut changed = false;
    for (at, letter) in text.char_indices() {
        if letter == '<' && is_answer(&text[at + 1..]) {
            safe.push_str("&lt;");
            changed = true;
        } else {
            safe.push(letter);
        }
    }
    (safe, changed)
}

/// Whether what follows a `<` names the tag of an answer, in any case and spacing.
fn is_answer(after: &str) -> bool {
    const NAME: &str = "implementation";
    let skipped = |c: char| c.is_whitespace() || c == '/';
    let name = after.trim_start_matches(skipped).get(..NAME.len());
    name.is_some_and(|name| name.eq_ignore_ascii_case(NAME))
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|c| c != '`').map(str::len);
    runs.max().unwrap_or(0)
}

#[cfg(test)]
mod tests;
