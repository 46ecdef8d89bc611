//! Reads Jira's own markup as Markdown and writes it so: headings, lists, code, links. Everything
//! else stays.

/// `text` as Markdown.
pub(crate) fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut code: Option<&str> = None;
    let mut before = "";
    for line in text.lines() {
        let trimmed = line.trim();
        match code {
            Some(end) if trimmed == end => {
                out.push_str("```\n");
                code = None;
            }
            Some(_) => out.push_str(&format!("{line}\n")),
            // Whoever writes Markdown into Jira means a heading; a nested list has one around it.
            None if trimmed.starts_with("##") && !before.starts_with(['#', '*', '-']) => {
                out.push_str(&format!("{line}\n"));
            }
            None => match fence(trimmed) {
                Some((language, end)) => {
                    out.push_str(&format!("```{language}\n"));
                    code = Some(end);
                }
                None => out.push_str(&format!("{}\n", prose(line))),
            },
        }
        before = trimmed;
    }
    if code.is_some() {
        out.push_str("```\n");
    }
    out
}

/// `text`, which is Markdown, in Jira's markup: as much of it as reads the same way back.
pub(crate) fn markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_code = false;
    for line in text.lines() {
        match line.trim().strip_prefix("```") {
            Some("") => out.push_str("{code}"),
            Some(language) if !is_code => out.push_str(&format!("{{code:{language}}}")),
            Some(_) | None if is_code => out.push_str(line),
            Some(_) | None => out.push_str(&marked(line)),
        }
        is_code ^= line.trim().starts_with("```");
        out.push('\n');
    }
    out
}

/// One line of Markdown in Jira's markup.
fn marked(line: &str) -> String {
    let level = line.len() - line.trim_start_matches('#').len();
    if let Some(words) = line[level..]
        .strip_prefix(' ')
        .filter(|_| (1..=6).contains(&level))
    {
        return format!("h{level}. {}", spans(words));
    }
    match line.strip_prefix("> ") {
        Some(words) => format!("bq. {}", spans(words)),
        None => spans(line),
    }
}

/// Code and links of a line. One whose code is open at its end stays.
fn spans(line: &str) -> String {
    let parts: Vec<&str> = line.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return line.to_owned();
    }
    let parts = parts.iter().enumerate();
    let parts = parts.map(|(at, part)| match at % 2 {
        1 => format!("{{{{{part}}}}}"),
        _ => links(part),
    });
    parts.collect()
}

/// `[words](address)` as Jira writes it.
fn links(text: &str) -> String {
    rewritten(text, |inside| {
        let (words, behind) = inside.split_once("](")?;
        let (address, behind) = behind.split_once(')')?;
        let is_link =
            address.contains("://") && !words.contains(['[', ']', '|']) && !address.contains('|');
        is_link.then(|| (format!("[{words}|{address}]"), behind))
    })
}

/// `text` with its links written anew: `link` reads what stands behind a bracket, and says what
/// becomes of it and what follows; nothing where it is no link.
fn rewritten<'t>(text: &'t str, link: impl Fn(&'t str) -> Option<(String, &'t str)>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once('[') {
        out.push_str(before);
        match link(inside) {
            Some((written, behind)) => {
                out.push_str(&written);
                rest = behind;
            }
            None => {
                out.push('[');
                rest = inside;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Language and end of the block that `line` opens.
fn fence(line: &str) -> Option<(&str, &'static str)> {
    if line == "{noformat}" {
        return Some(("", "{noformat}"));
    }
    let rest = line.strip_prefix("{code")?.strip_suffix('}')?;
    let language = rest.strip_prefix(':').unwrap_or_default();
    let language = language.split('|').next().unwrap_or_default();
    let plain = language.chars().all(|c| c.is_ascii_alphanumeric());
    Some((if plain { language } else { "" }, "{code}"))
}

fn prose(line: &str) -> String {
    let trimmed = line.trim_start();
    if let Some((level, words)) = heading(trimmed) {
        return format!("{} {}", "#".repeat(level), inline(words));
    }
    if let Some(words) = trimmed.strip_prefix("bq. ") {
        return format!("> {}", inline(words));
    }
    let marks = trimmed.len() - trimmed.trim_start_matches(['*', '#', '-']).len();
    match trimmed.get(marks..).and_then(|rest| rest.strip_prefix(' ')) {
        Some(words) if (1..=6).contains(&marks) => {
            let mark = if trimmed[..marks].ends_with('#') {
                "1."
            } else {
                "-"
            };
            let indent = "   ".repeat(marks - 1);
            format!("{indent}{mark} {}", inline(words))
        }
        Some(_) | None => inline(line),
    }
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let (level, words) = line.strip_prefix('h')?.split_once(". ")?;
    let level = level.parse().ok().filter(|level| (1..=6).contains(level))?;
    Some((level, words))
}

/// `{{code}}` and `[words|address]`.
fn inline(line: &str) -> String {
    let line = line.replace("{{", "`").replace("}}", "`");
    rewritten(&line, |inside| {
        let (inside, behind) = inside.split_once(']')?;
        let (words, address) = inside.split_once('|')?;
        let is_link = address.contains("://");
        is_link.then(|| (format!("[{words}]({address})"), behind))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_of_jira_becomes_markdown() {
        let wiki = "h2. Acceptance criteria\r\n* The sixth try answers {{429}}.\n** nested\n# first\n\
                    {code:java|title=x}\nint a; // * no list\n{code}\nSee [docs|https://x.example/a] [1].\nbq. said";
        let owed = "## Acceptance criteria\n- The sixth try answers `429`.\n   - nested\n1. first\n\
                    ```java\nint a; // * no list\n```\nSee [docs](https://x.example/a) [1].\n> said\n";
        assert_eq!(markdown(wiki), owed);
    }

    #[test]
    fn markdown_stays_what_it_is() {
        let text = "## Criteria\n\n- [ ] A box.\n- *bold* and -5 °C\n";
        assert_eq!(markdown(text), text);
    }

    #[test]
    fn markdown_goes_out_as_markup_and_reads_the_same_way_back() {
        let text = "<!-- redgreen:landed -->\n## Landed\n\nOn `main`, see [it](https://x.example/a).\n\
                    > said\n- [ ] a `b` c\n```sh\nredgreen prove `a` [b](https://x.example)\n```\n\
                    an open ` stays, and so does [this] and a | b\n";
        let owed = "<!-- redgreen:landed -->\nh2. Landed\n\nOn {{main}}, see [it|https://x.example/a].\n\
                    bq. said\n- [ ] a {{b}} c\n{code:sh}\nredgreen prove `a` [b](https://x.example)\n{code}\n\
                    an open ` stays, and so does [this] and a | b\n";
        assert_eq!(markup(text), owed);
        assert_eq!(markdown(&markup(text)), text);
    }

    #[test]
    fn code_that_nobody_closes_ends_with_the_text() {
        assert_eq!(markdown("{code}\nx"), "```\nx\n```\n");
    }
}
