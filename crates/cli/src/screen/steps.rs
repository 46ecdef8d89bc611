//! Draws where a run stands: its phases, what is owed now, and what to type next.

use super::{Palette, Tone, harmless};

/// How one phase stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhaseMark {
    /// Its gate was met.
    Met,
    /// Its gate was passed over by name.
    Waived,
    /// It is the one to work on.
    Current,
    /// Its gate was unmet the last time; it is the one to work on.
    Unmet,
    /// Its gate could not be judged; it is the one to work on.
    Unclear,
    /// Its turn comes later.
    Ahead,
    /// A change of this size or kind does without it.
    Skipped,
}

/// One phase of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhaseLine {
    /// Its name.
    pub name: String,
    /// How it stands.
    pub mark: PhaseMark,
    /// What there is to say of it, if anything: `2 of 3 attempts`.
    pub note: String,
}

/// A command that can be typed next, and what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The command.
    pub command: String,
    /// What it does.
    pub does: String,
}

/// Where a run stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The ticket, as its source names it.
    pub ticket: String,
    /// The ticket's title.
    pub title: String,
    /// The branch that the run works on.
    pub branch: String,
    /// The directory to work in.
    pub worktree: String,
    /// The ports that are its own, with the variables that say so; empty where it has none.
    pub ports: String,
    /// The phases in order.
    pub phases: Vec<PhaseLine>,
    /// What is owed now, one line each.
    pub owed: Vec<String>,
    /// What to type next, best first.
    pub next: Vec<Typed>,
}

/// The whole text for `standing`.
pub fn render(standing: &Standing, palette: Palette) -> String {
    let ticket = palette.paint(Tone::Strong, &harmless(&standing.ticket));
    let mut text = format!("{ticket}  {}\n", harmless(&standing.title));
    text.push_str(&format!("branch: {}\n", harmless(&standing.branch)));
    text.push_str(&format!("worktree: {}\n", harmless(&standing.worktree)));
    if !standing.ports.is_empty() {
        text.push_str(&format!("ports: {}\n", harmless(&standing.ports)));
    }
    text.push('\n');
    let width = width(standing.phases.iter().map(|phase| phase.name.as_str()));
    for phase in &standing.phases {
        text.push_str(&phase_line(phase, width, palette));
    }
    text + &next_block(&standing.owed, &standing.next, palette)
}

/// What is owed now and what to type next; also the end of every gate's report.
pub fn next_block(owed: &[String], next: &[Typed], palette: Palette) -> String {
    let mut text = String::new();
    if !owed.is_empty() {
        text.push_str(&format!("\n{}\n", palette.paint(Tone::Strong, "owed now:")));
    }
    for line in owed {
        text.push_str(&format!("  {} {}\n", palette.or("•", "-"), harmless(line)));
    }
    if !next.is_empty() {
        let heading = palette.paint(Tone::Strong, "type next:");
        text.push_str(&format!("\n{heading}\n"));
    }
    let width = width(next.iter().map(|typed| typed.command.as_str()));
    for typed in next {
        let command = padded(&harmless(&typed.command), width);
        let does = palette.paint(Tone::Quiet, &harmless(&typed.does));
        text.push_str(&format!("  {command}  {does}\n"));
    }
    text
}

fn phase_line(phase: &PhaseLine, width: usize, palette: Palette) -> String {
    let (mark, tone) = mark(phase.mark, palette);
    let mark = palette.paint(tone, &padded(mark, mark_width(palette)));
    let name = padded(&harmless(&phase.name), width);
    let name = match phase.mark {
        PhaseMark::Current | PhaseMark::Unmet | PhaseMark::Unclear => {
            palette.paint(Tone::Strong, &name)
        }
        PhaseMark::Met | PhaseMark::Waived => name,
        PhaseMark::Ahead | PhaseMark::Skipped => palette.paint(Tone::Quiet, &name),
    };
    let line = format!("  {mark} {name}  {}", harmless(&phase.note));
    format!("{}\n", line.trim_end())
}

fn mark(mark: PhaseMark, palette: Palette) -> (&'static str, Tone) {
    match mark {
        PhaseMark::Met => (palette.or("✓", "met"), Tone::Good),
        PhaseMark::Waived => (palette.or("!", "waived"), Tone::Doubtful),
        PhaseMark::Current => (palette.or("▸", "now"), Tone::Strong),
        PhaseMark::Unmet => (palette.or("✗", "UNMET"), Tone::Bad),
        PhaseMark::Unclear => (palette.or("?", "unclear"), Tone::Doubtful),
        PhaseMark::Ahead => (palette.or("·", "later"), Tone::Quiet),
        PhaseMark::Skipped => (palette.or("–", "none"), Tone::Quiet),
    }
}

fn mark_width(palette: Palette) -> usize {
    if palette.symbols { 1 } else { 7 }
}

fn width<'t>(texts: impl Iterator<Item = &'t str>) -> usize {
    texts
        .map(|text| harmless(text).chars().count())
        .max()
        .unwrap_or(0)
}

fn padded(text: &str, width: usize) -> String {
    format!("{text:width$}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::expected::{COLOURED, PIPED, PLAIN, check};

    fn standing() -> Standing {
        let phase = |name: &str, mark, note: &str| PhaseLine {
            name: name.to_owned(),
            mark,
            note: note.to_owned(),
        };
        let typed = |command: &str, does: &str| Typed {
            command: command.to_owned(),
            does: does.to_owned(),
        };
        Standing {
            ticket: "rate-limit".to_owned(),
            title: "Limit requests\u{1b}[2J per client".to_owned(),
            branch: "redgreen/rate-limit".to_owned(),
            worktree: "../shop.redgreen/rate-limit".to_owned(),
            ports: String::new(),
            phases: vec![
                phase("intake", PhaseMark::Met, ""),
                phase("plan", PhaseMark::Skipped, "tiny"),
                phase("red", PhaseMark::Waived, "RG203 by Ada"),
                phase("green", PhaseMark::Unmet, "attempt 2 of 3"),
                phase("refactor", PhaseMark::Ahead, ""),
                phase("verify", PhaseMark::Unclear, ""),
                phase("deliver", PhaseMark::Current, ""),
            ],
            owed: vec!["tests/test_limit.py::test_blocks passes".to_owned()],
            next: vec![
                typed("redgreen check", "judges this phase"),
                typed(
                    "redgreen abort --reason TEXT",
                    "ends the run, keeps the work",
                ),
            ],
        }
    }

    #[test]
    fn a_standing_shows_phases_debts_and_the_next_command() {
        check("steps", &render(&standing(), PIPED));
        check("steps.plain", &render(&standing(), PLAIN));
        check("steps.colour", &render(&standing(), COLOURED));
    }

    #[test]
    fn where_nothing_is_owed_nothing_is_asked_for() {
        assert_eq!(next_block(&[], &[], PLAIN), "");
    }
}
