//! Draws a failure: the thing, its cause, the next step.

use super::{Palette, Tone, harmless};
use crate::failure::Failure;

/// The lines of `failure`.
pub(super) fn render(failure: &Failure, palette: Palette) -> String {
    let head = palette.paint_strong(Tone::Bad, &format!("error[{}]:", failure.code));
    let mut text = format!("{head} {}\n", harmless(&failure.message));
    for cause in &failure.causes {
        let label = palette.paint(Tone::Quiet, "cause:");
        text.push_str(&format!("  {label} {}\n", harmless(cause)));
    }
    text + &next_steps(&failure.next_steps(), palette)
}

/// What can be typed next, one line each.
pub(super) fn next_steps<S: AsRef<str>>(steps: &[S], palette: Palette) -> String {
    let label = palette.paint(Tone::Good, "next:");
    let line = |step: &S| format!("  {label}  {}\n", harmless(step.as_ref()));
    steps.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::FailureKind;
    use crate::screen::expected::{COLOURED, PLAIN, check};
    use redgreen_core::finding::Code;

    fn shallow() -> Failure {
        Failure::new(
            FailureKind::Environment,
            Code::Shallow,
            "the clone has no commit 1a2b3c4",
        )
        .cause("it was made with depth 1")
        .cause("git said: \u{1b}[31mbad object\u{1b}[0m")
        .hint("git fetch --unshallow")
        .hint("redgreen prove HEAD~1..HEAD")
    }

    #[test]
    fn a_failure_is_the_thing_its_cause_and_the_next_step() {
        check("error", &render(&shallow(), PLAIN));
        check("error.colour", &render(&shallow(), COLOURED));
    }

    #[test]
    fn a_failure_without_hints_names_its_page() {
        let failure = Failure::new(FailureKind::Config, Code::BadConfiguration, "no such key");
        assert_eq!(
            render(&failure, PLAIN),
            "error[RG312]: no such key\n  next:  redgreen explain RG312\n"
        );
    }
}
