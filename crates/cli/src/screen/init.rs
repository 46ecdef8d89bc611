//! Draws what `redgreen init` detected and ran.

use super::{Palette, Tone, harmless};
use crate::json::{Baseline, InitDocument};

/// How many failing tests are named.
const NAMED: usize = 20;

/// The whole text for `document`.
pub fn render(document: &InitDocument, palette: Palette) -> String {
    let name = palette.paint(Tone::Strong, "redgreen init");
    let head: String = document.head.as_str().chars().take(10).collect();
    let mut text = format!("{name} {}\n", harmless(&head));
    for unit in &document.units {
        text.push_str(&baseline(unit, palette));
    }
    let heading = match &document.written {
        Some(file) => format!("{} was written:", harmless(file)),
        None => "redgreen.toml could be:".to_owned(),
    };
    text.push_str(&format!("\n{}\n", palette.paint(Tone::Strong, &heading)));
    for line in document.proposal.lines() {
        text.push_str(format!("  {}", harmless(line)).trim_end());
        text.push('\n');
    }
    text
}

fn baseline(unit: &Baseline, palette: Palette) -> String {
    let id = palette.paint(Tone::Strong, &harmless(unit.unit.as_str()));
    let because = palette.paint(Tone::Quiet, &harmless(&unit.because.join(", ")));
    let mut text = format!("\n{id}  {because}\n");
    if !unit.fingerprint.is_empty() {
        text.push_str(&format!("  {}\n", harmless(&unit.fingerprint)));
    }
    if let Some(trouble) = &unit.trouble {
        let mark = palette.paint(Tone::Bad, palette.or("✗", "FAIL"));
        text.push_str(&format!("  {mark} {}\n", harmless(trouble)));
        return text;
    }
    let (failed, tone) = match unit.failed.len() {
        0 => ("0 failed".to_owned(), Tone::Good),
        many => (format!("{many} failed"), Tone::Doubtful),
    };
    let seconds = unit.ms as f64 / 1000.0;
    text.push_str(&format!(
        "  {} passed, {}, {} skipped, {seconds:.1} s\n",
        unit.passed,
        palette.paint(tone, &failed),
        unit.skipped
    ));
    for name in unit.failed.iter().take(NAMED) {
        let mark = palette.paint(Tone::Bad, palette.or("✗", "FAIL"));
        text.push_str(&format!("    {mark} {}\n", harmless(name)));
    }
    if let more @ 1.. = unit.failed.len().saturating_sub(NAMED) {
        text.push_str(&format!("    and {more} more (--json has all)\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::expected::{COLOURED, PLAIN, check};
    use redgreen_core::id::{CommitId, UnitId};

    fn document() -> InitDocument {
        let unit = |id: &str| Baseline {
            unit: UnitId::from(id),
            because: vec!["pyproject.toml [tool.pytest]".to_owned()],
            fingerprint: "CPython 3.13, pytest 9".to_owned(),
            passed: 3,
            failed: (0..22).map(|n| format!("test_{n}\u{1b}[2J")).collect(),
            skipped: 1,
            ms: 1490,
            slowest_ms: None,
            trouble: None,
        };
        let broken = Baseline {
            trouble: Some("pytest is missing: python3 -m pip install pytest".to_owned()),
            ..unit("web:pytest")
        };
        InitDocument {
            schema: InitDocument::SCHEMA.to_owned(),
            head: CommitId::from("9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c"),
            exit_code: 4,
            units: vec![unit(".:pytest"), broken],
            proposal: "[prove]\nsamples = 3\n\n[limits]\n".to_owned(),
            written: None,
        }
    }

    #[test]
    fn a_baseline_has_its_counts_and_the_names_of_what_fails() {
        check("init", &render(&document(), PLAIN));
        check("init.colour", &render(&document(), COLOURED));
    }

    #[test]
    fn what_was_written_is_said() {
        let written = InitDocument {
            written: Some("redgreen.toml".to_owned()),
            ..document()
        };
        assert!(render(&written, PLAIN).contains("\nredgreen.toml was written:\n"));
    }
}
