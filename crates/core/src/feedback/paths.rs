//! Says which changed paths nobody planned, and asks a person about them.

use super::Feedback;
use super::owed::is_allowed;
use crate::event::QuestionAsked;
use crate::run::OpenQuestion;
use std::collections::BTreeSet;

/// What the ids of questions about paths begin with.
const PATHS: &str = "PATHS-";
/// What the question about paths begins with.
const BEGINS: &str =
    "The work on the points changes what neither the plan, the change nor a point names: ";
/// What it ends with.
const ENDS: &str = ". Push it?";

/// The production paths of `changed` that answering points went beyond: those that were neither
/// `offered` before, nor stand beside a point, nor are named by the ticket's `text`.
pub fn beyond(
    feedback: &Feedback,
    changed: &[String],
    offered: &[String],
    text: &str,
) -> Vec<String> {
    let beside = feedback.points.iter().filter(|kept| kept.slice.is_some());
    let planned: BTreeSet<&str> = offered
        .iter()
        .map(String::as_str)
        .chain(beside.clone().filter_map(|kept| kept.point.path.as_deref()))
        .collect();
    let named = |path: &str| {
        let in_text = |text: &str| text.contains(path);
        in_text(text) || beside.clone().any(|kept| in_text(&kept.point.text))
    };
    changed
        .iter()
        .filter(|path| !planned.contains(path.as_str()) && !named(path))
        .cloned()
        .collect()
}

/// The question whether changes of `paths` are pushed: the one of `questions` that asks so, else a
/// new one.
pub fn asked_about(questions: &[OpenQuestion], paths: &[String]) -> QuestionAsked {
    let text = format!("{BEGINS}{}{ENDS}", paths.join(", "));
    let known = questions.iter().map(|question| &question.asked);
    let mut known = known.filter(|asked| asked.id.starts_with(PATHS));
    let number = known.clone().count() + 1;
    if let Some(same) = known.find(|asked| asked.text == text) {
        return same.clone();
    }
    QuestionAsked {
        id: format!("{PATHS}{number}"),
        text,
        why: "what nobody asked for is not pushed without a person's word".to_owned(),
        default: "no: it stays here".to_owned(),
        blocks: true,
    }
}

/// The paths about which a person said yes. One whose name looks like several is asked about again.
pub fn allowed(questions: &[OpenQuestion]) -> BTreeSet<String> {
    let named = |question: &OpenQuestion| {
        let text = question
            .asked
            .text
            .strip_prefix(BEGINS)?
            .strip_suffix(ENDS)?;
        Some(text.split(", ").map(str::to_owned).collect::<Vec<_>>())
    };
    let all = questions
        .iter()
        .filter(|question| is_allowed(question, PATHS));
    let all = all.filter_map(named);
    all.flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::QuestionAnswered;

    fn paths(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    /// The questions about each of the lists of paths, with their answers.
    fn questions(all: &[(&[&str], &str)]) -> Vec<OpenQuestion> {
        let mut asked = Vec::new();
        for (names, answer) in all {
            asked.push(OpenQuestion {
                asked: asked_about(&asked, &paths(names)),
                answered: Some(QuestionAnswered {
                    answer: (*answer).to_owned(),
                    ..QuestionAnswered::default()
                }),
            });
        }
        asked
    }

    #[test]
    fn what_a_person_let_pass_is_not_asked_about_again() {
        let all = questions(&[(&["a.py", "b c.py"], "Yes"), (&["d.py"], "no")]);
        assert_eq!(
            allowed(&all),
            BTreeSet::from(["a.py", "b c.py"].map(str::to_owned))
        );
    }

    #[test]
    fn other_paths_are_another_question_and_the_same_ones_are_not() {
        let all = questions(&[(&["a.py"], "yes"), (&["d.py"], "no")]);
        assert_eq!(asked_about(&all, &paths(&["d.py"])).id, "PATHS-2");
        assert_eq!(asked_about(&all, &paths(&["d.py", "e.py"])).id, "PATHS-3");
    }
}
