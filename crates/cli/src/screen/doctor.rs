//! Draws what `redgreen doctor` found.

use super::{Palette, Tone, harmless};
use crate::json::{Check, CheckState, DoctorDocument};

/// The whole text for `document`.
pub fn render(document: &DoctorDocument, palette: Palette) -> String {
    let name = palette.paint(Tone::Strong, "redgreen doctor");
    let mut text = format!("{name} {}\n", harmless(&document.version));
    let widths = document
        .checks
        .iter()
        .map(|check| harmless(&check.what).chars().count());
    let width = widths.max().unwrap_or(0);
    for check in &document.checks {
        text.push_str(&line(check, width, palette));
    }
    let (words, tone) = match document.ready {
        true => ("Ready: a proof can run here", Tone::Good),
        false => (
            "Not ready: a proof cannot run before this is mended",
            Tone::Bad,
        ),
    };
    text + &format!("\n{}\n", palette.paint_strong(tone, words))
}

fn line(check: &Check, width: usize, palette: Palette) -> String {
    let (mark, tone) = match check.state {
        CheckState::Good => (palette.or("✓", "ok     "), Tone::Good),
        CheckState::Note => (palette.or("!", "note   "), Tone::Doubtful),
        CheckState::Missing => (palette.or("✗", "MISSING"), Tone::Bad),
    };
    let mark = palette.paint(tone, mark);
    let what = harmless(&check.what);
    let mut text = format!("  {mark} {what:width$}  {}\n", harmless(&check.found));
    if let Some(mend) = &check.mend {
        let label = palette.paint(Tone::Good, "next:");
        text.push_str(&format!("      {label}  {}\n", harmless(mend)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::expected::{COLOURED, PIPED, PLAIN, check};

    fn document() -> DoctorDocument {
        let found = |what: &str, state, found: &str, mend: Option<&str>| Check {
            what: what.to_owned(),
            state,
            found: found.to_owned(),
            mend: mend.map(str::to_owned),
        };
        let fetch = Some("git fetch --unshallow");
        let install = Some("python3 -m pip install pytest");
        DoctorDocument {
            schema: DoctorDocument::SCHEMA.to_owned(),
            version: "0.1.0".to_owned(),
            ready: false,
            exit_code: 4,
            checks: vec![
                found("git", CheckState::Good, "2.39.5", None),
                found("history", CheckState::Note, "shallow\u{1b}[2J", fetch),
                found(
                    "runner .:pytest",
                    CheckState::Missing,
                    "pytest is missing",
                    install,
                ),
            ],
        }
    }

    #[test]
    fn each_finding_ends_with_the_command_that_mends_it() {
        check("doctor", &render(&document(), PIPED));
        check("doctor.plain", &render(&document(), PLAIN));
        check("doctor.colour", &render(&document(), COLOURED));
    }

    #[test]
    fn where_nothing_is_missing_a_proof_can_run() {
        let ready = DoctorDocument {
            ready: true,
            ..document()
        };
        assert!(render(&ready, PLAIN).ends_with("\nReady: a proof can run here\n"));
    }
}
