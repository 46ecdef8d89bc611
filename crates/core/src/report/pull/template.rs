//! Fills the repository's own template of a pull request: what a heading asks for and redgreen
//! knows. Everything else is left for people.

/// Words of headings, with the answer that they ask for.
const ASKS: [(&[&str], Answer); 3] = [
    (
        &[
            "related issue",
            "issue",
            "ticket",
            "closes",
            "fixes",
            "linked",
        ],
        Answer::Link,
    ),
    (&["test", "verification", "verified", "qa"], Answer::Tests),
    (
        &[
            "description",
            "summary",
            "what",
            "changes",
            "purpose",
            "why",
            "motivation",
        ],
        Answer::Text,
    ),
];

#[derive(Clone, Copy)]
enum Answer {
    Text,
    Link,
    Tests,
}

/// `template` with the headings that nobody answered yet filled: with `text` and with `link`, each
/// once. Where it asks how it was tested, it is led to redgreen's block.
pub fn filled(template: &str, text: &str, link: &str) -> String {
    let mut out = String::with_capacity(template.len());
    let mut used = [false; 3];
    let lines: Vec<&str> = template.split_inclusive('\n').collect();
    for (at, line) in lines.iter().enumerate() {
        out.push_str(line);
        if !line.starts_with('#') || !is_empty(&lines[at + 1..]) {
            continue;
        }
        let heading = line
            .trim_matches(['#', ' ', '\n', '\r', ':', '?'])
            .to_lowercase();
        let asked = ASKS.iter().position(|(words, _)| asks(&heading, words));
        let Some(number) = asked.filter(|number| !used[*number]) else {
            continue;
        };
        used[number] = true;
        let answer = match ASKS[number].1 {
            Answer::Text => text,
            Answer::Link => link,
            Answer::Tests => "See the table above, and the evidence behind it.",
        };
        if !answer.is_empty() {
            out.push_str(&format!("\n{answer}\n"));
        }
    }
    out
}

fn asks(heading: &str, words: &[&str]) -> bool {
    let parts: Vec<&str> = heading.split(|c: char| !c.is_alphanumeric()).collect();
    words.iter().any(|word| match word.contains(' ') {
        true => heading.contains(word),
        false => parts.iter().any(|part| {
            part == word
                || part.strip_suffix(['s', 'd']) == Some(word)
                || part.strip_suffix("ing") == Some(word)
                || part.strip_suffix("ed") == Some(word)
        }),
    })
}

/// Whether nothing but comments and white space stands before the next heading.
fn is_empty(rest: &[&str]) -> bool {
    let section = rest.iter().take_while(|line| !line.starts_with('#'));
    let section: String = section.copied().collect();
    let mut left = section.as_str();
    loop {
        left = left.trim_start();
        match left.strip_prefix("<!--") {
            Some(comment) => match comment.split_once("-->") {
                Some((_, behind)) => left = behind,
                None => return true,
            },
            None => return left.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_that_ask_for_what_is_known_are_filled_once() {
        let template = "## Description\n\n<!-- What? -->\n\n## Related issues\n\n## How was this tested?\n\n\
                        ## Checklist\n\n- [ ] I read the guide\n\n## Changes\n\nalready said\n";
        let owed = "## Description\n\nIt limits logins.\n\n<!-- What? -->\n\n## Related issues\n\nCloses #12\n\n\
                    ## How was this tested?\n\nSee the table above, and the evidence behind it.\n\n\
                    ## Checklist\n\n- [ ] I read the guide\n\n## Changes\n\nalready said\n";
        assert_eq!(filled(template, "It limits logins.", "Closes #12"), owed);
    }

    #[test]
    fn a_box_is_never_ticked_for_anybody() {
        let template = "- [ ] Tests added\n- [ ] Docs updated\n";
        assert_eq!(filled(template, "x", "y"), template);
    }
}
