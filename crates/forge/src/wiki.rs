//! Reads Jira's own markup as Markdown: headings, lists, code, links. Everything else stays.

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
    let mut out = String::with_capacity(line.len());
    let mut rest = line.as_str();
    while let Some(start) = rest.find('[') {
        let (before, after) = rest.split_at(start);
        out.push_str(before);
        let link = after[1..].split_once(']');
        let named = link.and_then(|(inside, behind)| Some((inside.split_once('|')?, behind)));
        match named.filter(|((_, address), _)| address.contains("://")) {
            Some(((words, address), behind)) => {
                out.push_str(&format!("[{words}]({address})"));
                rest = behind;
            }
            None => {
                out.push('[');
                rest = &after[1..];
            }
        }
    }
    out.push_str(rest);
    out
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
    fn code_that_nobody_closes_ends_with_the_text() {
        assert_eq!(markdown("{code}\nx"), "```\nx\n```\n");
    }
}
