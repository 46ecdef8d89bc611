//! Keeps a text of redgreen's own between two marks, so that it can be kept in step.

/// The two marks of one form of comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks {
    begin: &'static str,
    end: &'static str,
}

/// For Markdown.
pub(super) const MARKDOWN: Marks = Marks {
    begin: "<!-- redgreen: begin; written by redgreen init --agent-commands -->",
    end: "<!-- redgreen: end -->",
};

/// For TOML.
pub(super) const HASH: Marks = Marks {
    begin: "# redgreen: begin; written by redgreen init --agent-commands",
    end: "# redgreen: end",
};

impl Marks {
    /// `body` between the marks. It ends with a line end, or is empty.
    pub(super) fn around(self, body: &str) -> String {
        format!("{}\n{body}{}\n", self.begin, self.end)
    }

    /// `text` with `body` between its marks; nothing where it has not both of them, each once.
    pub(super) fn replaced(self, text: &str, body: &str) -> Option<String> {
        let (before, rest) = text.split_once(self.begin)?;
        let (_, after) = rest.split_once(self.end)?;
        let again = after.contains(self.begin) || after.contains(self.end);
        let after = after.strip_prefix('\n').unwrap_or(after);
        (!again).then(|| format!("{before}{}{after}", self.around(body)))
    }
}
