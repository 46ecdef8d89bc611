//! Shows the points of a pull request: what each is taken for, and what became of it.

use super::gather::{Heard, Unheard};
use crate::args::Common;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::json::{FeedbackDocument, PointRow, UnheardRow};
use crate::screen::{Screen, harmless};
use redgreen_core::feedback::{Class, PointState};
use redgreen_core::run::RunState;
use redgreen_forge::pull::Opened;

/// The most characters of a point that are shown.
const MOST_SAID: usize = 160;

/// Everything that there is to say.
pub(super) fn document(
    opened: &Opened,
    state: &RunState,
    (heard, unheard): (&Heard, &[Unheard]),
    exit: Exit,
) -> FeedbackDocument {
    let is_open = |id: &str| {
        let of = state
            .questions
            .iter()
            .filter(|question| question.asked.id == id);
        of.into_iter().any(|question| question.answered.is_none())
    };
    let point = |kept: &PointState| PointRow {
        id: kept.point.id.clone(),
        place: kept.point.place,
        author: kept.point.author.clone(),
        path: kept.point.path.clone(),
        line: kept.point.line,
        text: kept.point.text.clone(),
        address: kept.point.address.clone(),
        class: kept.class,
        because: kept.because.clone(),
        cause: kept.cause,
        tests: kept.tests.clone(),
        waits: is_open(&kept.point.id),
        answer: kept
            .answered
            .as_ref()
            .map(|answered| answered.words.clone()),
        answered_at: kept
            .answered
            .as_ref()
            .map(|answered| answered.address.clone()),
    };
    let asked = state.questions.iter().filter(|question| {
        let id = question.asked.id.as_str();
        question.answered.is_none() && (id.starts_with("ROUND-") || id.starts_with("PATHS-"))
    });
    FeedbackDocument {
        schema: FeedbackDocument::SCHEMA.to_owned(),
        exit_code: exit.number(),
        address: opened.address.clone(),
        number: opened.number,
        commit: state.tip().clone(),
        phase: state.phase,
        rounds: state.feedback.rounds,
        points: state.feedback.points.iter().map(point).collect(),
        unheard: unheard
            .iter()
            .map(|said| UnheardRow {
                author: said.author.clone(),
                text: said.text.clone(),
                address: said.address.clone(),
            })
            .collect(),
        checks_waiting: heard.checks.waiting,
        asked: asked
            .map(|question| (question.asked.id.clone(), question.asked.text.clone()))
            .collect(),
    }
}

/// Prints it.
pub(super) fn show(
    document: &FeedbackDocument,
    common: &Common,
    screen: &Screen,
) -> Result<Exit, Failure> {
    let exit = Exit::ALL
        .into_iter()
        .find(|exit| exit.number() == document.exit_code);
    let exit = exit.unwrap_or(Exit::Met);
    if common.json {
        screen.result_document(document)?;
        return Ok(exit);
    }
    let mut lines = vec![format!("pull request {}", document.address)];
    if document.points.is_empty() {
        lines.push("  nothing was said that asks for anything".to_owned());
    }
    lines.extend(document.points.iter().flat_map(point));
    for said in &document.unheard {
        let words = short(&said.text);
        lines.push(format!(
            "  not heard  {}: “{words}”   (--hear {})",
            said.author, said.author
        ));
    }
    if document.checks_waiting > 0 {
        lines.push(format!(
            "  checks that are not through yet: {}",
            document.checks_waiting
        ));
    }
    for (id, text) in &document.asked {
        lines.push(format!("  {text}"));
        lines.push(format!("      next:  redgreen answer {id} yes"));
    }
    if document.phase != redgreen_core::phase::Phase::Complete {
        lines.push(format!(
            "  the run stands in {}: redgreen status",
            document.phase.as_str()
        ));
    }
    let lines: Vec<String> = lines.iter().map(|line| harmless(line)).collect();
    screen.result(&(lines.join("\n") + "\n"))?;
    Ok(exit)
}

fn point(row: &PointRow) -> Vec<String> {
    let line = row.line.map_or(String::new(), |line| format!(":{line}"));
    let place = row
        .path
        .as_ref()
        .map_or(String::new(), |path| format!("  {path}{line}"));
    let (id, class) = (&row.id, row.class.as_str());
    let mut lines = vec![
        format!(
            "  {id}  {class}{place}  {}: “{}”",
            row.author,
            short(&row.text)
        ),
        format!("      {}", row.because),
    ];
    if let Some(answer) = &row.answer {
        lines.push(format!("      answered: {}", short(answer)));
    }
    if row.waits {
        lines.push(match row.class {
            Class::Question => format!("      next:  redgreen answer {id} TEXT"),
            Class::Behaviour | Class::Style | Class::Failure | Class::Ambiguous | Class::Remark => {
                format!("      next:  redgreen answer {id} behaviour   (or style, skip, or words for its thread)")
            }
        });
    }
    lines
}

/// The beginning of `text`, on one line.
pub(super) fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.chars().count() > MOST_SAID {
        true => line.chars().take(MOST_SAID).collect::<String>() + "…",
        false => line,
    }
}
