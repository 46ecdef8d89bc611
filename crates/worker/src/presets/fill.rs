//! Fills the placeholders of a preset. What is filled in is never looked at again, so a ticket
//! that holds a placeholder's name stays as it is.

use super::Words;

/// What may stand behind a `$`.
pub(super) const NAMES: [&str; 8] = [
    "PROMPT_FILE",
    "PROMPT",
    "WORKTREE",
    "SESSION",
    "MODEL",
    "HOME",
    "OUT",
    "SANDBOX",
];

/// What is filled in.
#[derive(Clone, Debug, Default)]
pub struct Values {
    /// The whole task in words.
    pub prompt: String,
    /// A file that holds it.
    pub prompt_file: String,
    /// Where to work.
    pub worktree: String,
    /// The session to begin or to go on with.
    pub session: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// The agent's own home.
    pub home: String,
    /// A directory for what it leaves.
    pub out: String,
    /// What its own sandbox is told.
    pub sandbox: Option<String>,
}

impl Values {
    fn of(&self, name: &str) -> Option<&str> {
        match name {
            "PROMPT_FILE" => Some(&self.prompt_file),
            "PROMPT" => Some(&self.prompt),
            "WORKTREE" => Some(&self.worktree),
            "SESSION" => self.session.as_deref(),
            "MODEL" => self.model.as_deref(),
            "HOME" => Some(&self.home),
            "OUT" => Some(&self.out),
            "SANDBOX" => self.sandbox.as_deref(),
            _ => None,
        }
    }

    /// `text` with its placeholders filled; nothing where one has no value.
    pub fn text(&self, text: &str) -> Option<String> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            let (before, name) = (&rest[..at], name_at(&rest[at..]));
            filled.push_str(before);
            if name.is_empty() {
                filled.push('$');
            } else {
                filled.push_str(self.of(name)?);
            }
            rest = &rest[at + 1 + name.len()..];
        }
        Some(filled + rest)
    }
}

/// The command line that `line` stands for.
pub fn fill(line: &[Words], values: &Values) -> Vec<String> {
    let mut argv = Vec::new();
    for words in line {
        match words {
            Words::One(word) => argv.extend(values.text(word)),
            Words::Together(words) => {
                let filled: Option<Vec<String>> =
                    words.iter().map(|word| values.text(word)).collect();
                argv.extend(filled.unwrap_or_default());
            }
        }
    }
    argv
}

/// The first placeholder of `text` that nobody knows, with its `$`.
pub(super) fn unknown(text: &str) -> Option<String> {
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let name = name_at(&rest[at..]);
        if !name.is_empty() && !NAMES.contains(&name) {
            return Some(format!("${name}"));
        }
        rest = &rest[at + 1..];
    }
    None
}

/// The upper-case word behind the `$` that `text` begins with.
fn name_at(text: &str) -> &str {
    let text = &text[1..];
    let is_of_name = |c: char| c.is_ascii_uppercase() || c == '_';
    let end = text.find(|c| !is_of_name(c)).unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(session: Option<&str>) -> Vec<String> {
        let one = |word: &str| Words::One(word.to_owned());
        let together = Words::Together(vec!["-s".to_owned(), "id=$SESSION".to_owned()]);
        let values = Values {
            prompt: "fix $MODEL".to_owned(),
            session: session.map(str::to_owned),
            ..Values::default()
        };
        fill(&[one("agent"), together, one("$PROMPT")], &values)
    }

    #[test]
    fn words_that_belong_together_go_together() {
        assert_eq!(line(Some("7")), ["agent", "-s", "id=7", "fix $MODEL"]);
        assert_eq!(line(None), ["agent", "fix $MODEL"]);
    }

    #[test]
    fn only_words_in_capitals_are_placeholders() {
        let values = Values {
            home: "/h".to_owned(),
            ..Values::default()
        };
        let filled = values.text("{\"$schema\": \"$HOME/$\", \"cost\": \"5$\"}");
        let expected = "{\"$schema\": \"/h/$\", \"cost\": \"5$\"}";
        assert_eq!(filled.as_deref(), Some(expected));
        assert_eq!(unknown("$schema $HOME/x $PROMPT_FILE"), None);
        assert_eq!(unknown("a $HOMES"), Some("$HOMES".to_owned()));
    }
}
