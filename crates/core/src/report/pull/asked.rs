//! Words what a run asks a person, for the page of its ticket.

use super::inert::inert;
use crate::answer::{APPROVAL, is_settled};
use crate::event::{QuestionAnswered, QuestionAsked};
use crate::report::quote::{code, prose};
use crate::run::RunState;
use crate::ticket::outline::cut;

/// The most characters of any one part of a question.
const MOST: usize = 2000;

/// The question `asked` of the run `state`, with what is assumed where nobody says otherwise. It
/// says how to answer, or what was answered.
pub fn question_comment(state: &RunState, asked: &QuestionAsked) -> String {
    let id = &asked.id;
    let mut text = format!("**{id}**: {}\n\n", said(&asked.text));
    if !asked.why.trim().is_empty() {
        text.push_str(&format!("Why it matters: {}\n\n", said(&asked.why)));
    }
    let question = state.questions.iter().find(|open| open.asked.id == *id);
    if let Some(answered) = question.and_then(|question| question.answered.as_ref()) {
        text.push_str(&settled(answered));
    }
    if question.is_none_or(|question| !is_settled(question)) {
        text.push_str(&waiting(asked));
    }
    let assumed = state.questions.iter().filter(|open| {
        is_asked_there(&open.asked) && !open.asked.blocks && open.answered.is_none()
    });
    let assumed: String = assumed
        .map(|open| {
            let (id, text) = (&open.asked.id, said(&open.asked.text));
            format!("- **{id}**: {text} → {}\n", said(&open.asked.default))
        })
        .collect();
    if !assumed.is_empty() {
        text.push_str("\nAssumed unless somebody says otherwise, in the same way:\n\n");
        text.push_str(&assumed);
    }
    text
}

/// Whether a question is one about the ticket. Those about points of the pull request are asked
/// there, those about hidden tests would tell them.
pub fn is_asked_there(asked: &QuestionAsked) -> bool {
    asked.id.starts_with("Q-")
}

fn waiting(asked: &QuestionAsked) -> String {
    let id = &asked.id;
    let proposed = match asked.default.strip_prefix("none:") {
        Some(_) if asked.text == APPROVAL => {
            format!(
                "Nothing goes on without {}.",
                code(&format!("{}: yes", asked.id))
            )
        }
        Some(_) => "Nothing goes on without an answer.".to_owned(),
        None => format!(
            "Nothing goes on without an answer. Proposed: {}",
            said(&asked.default)
        ),
    };
    format!(
        "{proposed}\n\nTo answer, comment a line that begins with {}; who may write to this project \
         is heard when {} is typed next.\n",
        code(&format!("{id}:")),
        code("redgreen resume"),
    )
}

fn settled(answered: &QuestionAnswered) -> String {
    format!(
        "Answered by {}: {}\n\n",
        said(&answered.by),
        said(&answered.answer)
    )
}

fn said(text: &str) -> String {
    inert(&prose(&cut(text, MOST)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;
    use crate::folded::folded;

    fn asked(id: &str, blocks: bool, default: &str) -> QuestionAsked {
        QuestionAsked {
            id: id.to_owned(),
            text: "May @ops lock accounts, as #12 says?".to_owned(),
            why: "<b>people</b> are locked out".to_owned(),
            default: default.to_owned(),
            blocks,
        }
    }

    fn state(answer: Option<&str>) -> RunState {
        let mut events = vec![
            Event::RunStarted(Box::default()),
            Event::QuestionAsked(asked("Q-1", true, "none: a person approves")),
            Event::QuestionAsked(asked("Q-2", false, "five minutes")),
            Event::QuestionAsked(asked("H-1", true, "")),
        ];
        events.extend(answer.map(|answer| {
            Event::QuestionAnswered(QuestionAnswered {
                id: "Q-1".to_owned(),
                answer: answer.to_owned(),
                by: "ada".to_owned(),
                ..QuestionAnswered::default()
            })
        }));
        folded(&events)
    }

    #[test]
    fn it_says_what_is_asked_why_and_how_to_answer() {
        let state = state(None);
        let text = question_comment(&state, &state.questions[0].asked);
        assert!(
            text.starts_with("**Q-1**: May @\u{200b}ops lock accounts"),
            "{text}"
        );
        assert!(
            text.contains("&lt;b>people&lt;/b> are locked out"),
            "{text}"
        );
        assert!(text.contains("begins with `Q-1:`"), "{text}");
        assert!(
            text.contains("- **Q-2**: May") && text.contains("→ five minutes"),
            "{text}"
        );
        assert!(!text.contains("H-1") && !text.contains("none:"), "{text}");
    }

    #[test]
    fn what_is_to_be_approved_waits_for_a_yes() {
        let mut state = state(Some("not yet"));
        state.questions[0].asked.text = APPROVAL.to_owned();
        let text = question_comment(&state, &state.questions[0].asked);
        assert!(text.contains("Answered by ada: not yet"), "{text}");
        assert!(
            text.contains("Nothing goes on without `Q-1: yes`."),
            "{text}"
        );
    }

    #[test]
    fn what_was_answered_is_not_asked_any_longer() {
        let state = state(Some("yes"));
        let text = question_comment(&state, &state.questions[0].asked);
        assert!(text.contains("Answered by ada: yes"), "{text}");
        assert!(!text.contains("To answer"), "{text}");
    }
}
