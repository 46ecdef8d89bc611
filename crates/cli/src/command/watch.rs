//! Shows what the engine tells while it works.

use crate::args::Common;
use crate::screen::Screen;
use crate::screen::progress::{Progress as Shown, Step, Voice, plain};
use redgreen_core::event::GateVerdict;
use redgreen_core::evidence::TreeKind;
use redgreen_core::work::Spent;
use redgreen_engine::progress::{Progress, Tell};

/// Takes the engine's progress and draws it on standard error.
pub(super) fn teller<'t>(common: &Common, screen: &Screen) -> Tell<'t> {
    let voice = Voice::of(screen, common.quiet);
    let mut shown = Shown::new(voice, screen.err(), std::io::stderr());
    let is_verbose = common.verbose;
    Box::new(move |progress| {
        if let Some(step) = step(progress, is_verbose) {
            shown.tell(&step);
        }
    })
}

/// One line for whoever only reads; nothing for what only a screen draws.
pub(super) fn line(progress: Progress) -> Option<String> {
    step(progress, false).map(|step| match &step {
        Step::Started { .. } => format!("running: {}", plain(&step)),
        Step::Finished { .. } | Step::Note(_) => plain(&step),
    })
}

fn step(progress: Progress, is_verbose: bool) -> Option<Step> {
    match progress {
        Progress::Asked { tree, what } => Some(Step::Started {
            label: label(tree, &what),
        }),
        Progress::Answered {
            tree,
            what,
            tests,
            failed,
            ms,
            cached,
        } => Some(Step::Finished {
            label: label(tree, &what),
            tests,
            failed,
            ms,
            cached,
        }),
        Progress::Executed(argv) => is_verbose.then(|| {
            let words: Vec<String> = argv.iter().map(|word| super::typed::quoted(word)).collect();
            Step::Note(format!("$ {}", words.join(" ")))
        }),
        Progress::Gate { phase, verdict } => {
            let words = match verdict {
                GateVerdict::Met => "met",
                GateVerdict::Unmet => "not met",
                GateVerdict::Unclear => "unclear",
            };
            Some(Step::Note(format!("gate {}: {words}", phase.as_str())))
        }
        Progress::Spent { phase, spent } => Some(Step::Note(format!(
            "{}: {}",
            phase.as_str(),
            spent_words(&spent)
        ))),
        Progress::Note(text) => Some(Step::Note(text)),
    }
}

/// `12 turns, 48213 tokens, 0.0412 in money`.
pub(super) fn spent_words(spent: &Spent) -> String {
    let turns = spent.turns;
    let plural = if turns == 1 { "" } else { "s" };
    let mut words = format!("{turns} turn{plural}, {} tokens", spent.usage.total());
    if spent.micros > 0 {
        let (whole, rest) = (spent.micros / 1_000_000, spent.micros % 1_000_000 / 100);
        words.push_str(&format!(", {whole}.{rest:04} in money"));
    }
    if spent.unpriced > 0 {
        words.push_str(&format!(", {} without a known price", spent.unpriced));
    }
    words
}

/// `H tests/test_x.py: with the change`.
fn label(tree: TreeKind, what: &str) -> String {
    let means = match tree {
        TreeKind::R => "without the change",
        TreeKind::S => "with stubs for the change",
        TreeKind::H => "with the change",
        TreeKind::T => "with the change, tests as base wrote them",
        TreeKind::B => "on base",
    };
    format!("tree {tree:?}, {means}: {what}")
}
