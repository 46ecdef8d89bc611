//! Reads a Java stack trace: the exceptions of its chain and their frames.

/// An exception with its frames, innermost first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Section<'t> {
    /// Its class, with the package.
    pub(super) class: &'t str,
    /// The first line of its message.
    pub(super) message: &'t str,
    pub(super) frames: Vec<Frame<'t>>,
}

/// One frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame<'t> {
    /// The class, with its package.
    pub(super) class: &'t str,
    pub(super) method: &'t str,
    /// The file's name; `Native Method` and its kin where there is none.
    pub(super) file: &'t str,
    pub(super) line: u32,
}

/// The exceptions of a trace, the outermost first, its causes behind it.
pub(super) fn sections(text: &str) -> Vec<Section<'_>> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    let mut suppressed = false;
    for line in text.lines() {
        let bare = line.trim_start();
        if let Some(frame) = bare.strip_prefix("at ").and_then(frame) {
            if let (Some(section), false) = (sections.last_mut(), suppressed) {
                section.frames.push(frame);
            }
        } else if let Some(cause) = bare.strip_prefix("Caused by: ") {
            suppressed = false;
            sections.push(headed(cause));
        } else if bare.starts_with("Suppressed: ") {
            suppressed = true;
        } else if sections.is_empty() && !bare.is_empty() {
            sections.push(headed(bare));
        }
    }
    sections
}

fn headed(line: &str) -> Section<'_> {
    let (class, message) = line.split_once(':').unwrap_or((line, ""));
    Section {
        class: class.trim(),
        message: message.trim(),
        frames: Vec::new(),
    }
}

/// `java.base/java.util.List.of(List.java:9)`, `com.ex.A$B.lambda$f$0(A.java:3)`.
fn frame(text: &str) -> Option<Frame<'_>> {
    let (callee, rest) = text.split_once('(')?;
    let place = rest.split(')').next()?;
    let callee = callee.rsplit('/').next()?;
    let (class, method) = callee.rsplit_once('.')?;
    let (file, line) = place.rsplit_once(':').unwrap_or((place, ""));
    Some(Frame {
        class,
        method,
        file,
        line: line.parse().unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_is_read_with_its_frames() {
        let text = "java.lang.IllegalStateException: outer: deep
 more words
\tat java.base/java.util.ArrayList.forEach(ArrayList.java:1511)
\tat app//com.ex.Calc$In.lambda$f$0(Calc.java:7)
\tat java.base/jdk.internal.reflect.NativeMethodAccessorImpl.invoke0(Native Method)
\tSuppressed: java.io.IOException: closed
\t\tat com.ex.Close.close(Close.java:1)
Caused by: java.lang.RuntimeException: redgreen stub: Calc.f(int)
\tat com.ex.Calc.f(Calc.java:9)
\t... 12 more
";
        let found = sections(text);
        assert_eq!(found.len(), 2, "{found:#?}");
        assert_eq!(found[0].class, "java.lang.IllegalStateException");
        assert_eq!(found[0].frames.len(), 3);
        let frame = found[0].frames[1];
        assert_eq!(
            (frame.class, frame.method, frame.line),
            ("com.ex.Calc$In", "lambda$f$0", 7)
        );
        assert_eq!(found[1].message, "redgreen stub: Calc.f(int)");
        assert_eq!(found[1].frames[0].file, "Calc.java");
        assert!(sections("").is_empty());
        assert!(
            sections("at (")
                .iter()
                .all(|section| section.frames.is_empty())
        );
    }
}
