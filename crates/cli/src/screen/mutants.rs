//! Draws what came of mutants: each that nobody notices with its diff and its tests, what was not
//! tried, and last the count.

use super::{Palette, Tone, harmless};
use crate::json::MutateDocument;
use redgreen_core::mutant::{Fate, Operator, Trial, Trials};
use std::collections::{BTreeMap, BTreeSet};

/// How many tests are named beside a mutant.
const NAMED: usize = 3;

/// The whole text for `document`.
pub fn render(document: &MutateDocument, palette: Palette) -> String {
    let mut sections = vec![header(document, palette)];
    // On most lines all mutants share one fate: one of them is shown.
    let mut shown = BTreeSet::new();
    let place = |trial: &Trial| (trial.mutant.path.clone(), trial.mutant.lines.first);
    let first = document.open().filter(|trial| shown.insert(place(trial)));
    sections.extend(first.map(|trial| question(document, trial, palette)));
    let more = document.open().count() - shown.len();
    if more > 0 {
        sections.push(format!("{more} more on the same lines (--json has all)\n"));
    }
    sections.extend(
        document
            .odd()
            .map(|trial| question(document, trial, palette)),
    );
    sections.push(not_tried(document));
    sections.push(totals(document, palette));
    sections.retain(|section| !section.is_empty());
    sections.join("\n")
}

fn header(document: &MutateDocument, palette: Palette) -> String {
    let short = |id: &str| harmless(&id.chars().take(10).collect::<String>());
    let head = document.range.head.as_ref();
    let head = head.map_or("worktree".to_owned(), |head| short(head.as_str()));
    let name = palette.paint(Tone::Strong, "redgreen mutate");
    format!("{name} {}..{head}\n", short(document.range.base.as_str()))
}

/// One mutant that is a question: where, what, who ran over it, and how it is replayed.
fn question(document: &MutateDocument, trial: &Trial, palette: Palette) -> String {
    let mutant = &trial.mutant;
    let words = if mutant.operator == Operator::Assertion {
        "an assertion that cannot fail"
    } else if mutant.operator == Operator::NoOp {
        "a change of nothing that a test notices"
    } else {
        trial.by_any.words()
    };
    let words = palette.paint_strong(Tone::Doubtful, words);
    let place = format!("{}:{}", harmless(&mutant.path), mutant.lines.first);
    let holder = match mutant.function.as_str() {
        "" => String::new(),
        name => format!(" in {}", harmless(name)),
    };
    let mut text = format!("{words}  {place}{holder}  ({})\n", mutant.operator.as_str());
    for line in document
        .diffs
        .get(&mutant.id)
        .into_iter()
        .flat_map(|diff| diff.lines())
    {
        text.push_str(&format!("    {}\n", harmless(line)));
    }
    if trial.over.is_empty() {
        text.push_str("  no test runs over it\n");
    } else {
        let named: Vec<String> = trial.over.iter().take(NAMED).map(|t| harmless(t)).collect();
        let more = match trial.over.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        text.push_str(&format!("  run over by {}{more}\n", named.join(", ")));
        text.push_str(&format!("  {}\n", what_would_notice(mutant.operator)));
    }
    text.push_str(&format!(
        "  replay: {} --only {}\n",
        bare(document),
        mutant.id
    ));
    text
}

fn bare(document: &MutateDocument) -> &str {
    let typed = document.reproduce.as_str();
    typed.split(" --only ").next().unwrap_or(typed)
}

/// What assertion would tell the two apart.
fn what_would_notice(operator: Operator) -> &'static str {
    match operator {
        Operator::Assertion => {
            "put the assertion where it is reached, and where what it raises counts"
        }
        Operator::NoOp => "take the dependence on the source text out",
        Operator::Body => "assert on what the function answers or does",
        Operator::Hunk => "assert on something that the new value decides",
        Operator::Condition => "assert on both sides of the condition",
        Operator::Boundary => "assert on the value at the boundary itself",
        Operator::Constant => "assert on an answer that the literal decides",
        Operator::Arithmetic => "assert on an input for which the two operators differ",
        Operator::Logic => "assert on an input for which one side holds and the other does not",
        Operator::Return => "assert on the returned value",
        Operator::Statement => "assert on what the statement does",
        Operator::ErrorPath => "assert that the error is raised, and which",
        Operator::Collection => "assert on an empty, a single and the last element",
    }
}

/// What was left out, with its reason; never silent.
fn not_tried(document: &MutateDocument) -> String {
    let mut why: BTreeMap<String, usize> = BTreeMap::new();
    let mut lines = String::new();
    for trials in &document.trials {
        if let Some(trouble) = &trials.trouble {
            let unit = &trials.question.unit;
            lines.push_str(&format!("  {unit}: {}\n", harmless(&trouble.words())));
        }
        for what in &trials.left_out {
            lines.push_str(&format!("  {}\n", harmless(what)));
        }
        for trial in &trials.trials {
            if let Fate::Skipped(reason)
            | Fate::HarnessError(reason)
            | Fate::Equivalent(reason)
            | Fate::Unviable(reason) = &trial.by_any
            {
                let words = format!("{}: {}", trial.by_any.words(), harmless(reason));
                *why.entry(words).or_default() += 1;
            }
        }
    }
    for (reason, count) in why {
        lines.push_str(&format!("  {count} {reason}\n"));
    }
    match lines.is_empty() {
        true => String::new(),
        false => format!("not tried:\n{lines}"),
    }
}

fn totals(document: &MutateDocument, palette: Palette) -> String {
    let fates: Vec<String> = document
        .fates
        .iter()
        .map(|(fate, count)| format!("{count} {fate}"))
        .collect();
    let executed: usize = document.trials.iter().map(|all| all.executed).sum();
    let known: usize = document.trials.iter().map(|all| all.known).sum();
    let ms: u64 = document.trials.iter().map(|all| all.ms).sum();
    let (words, tone) = match document.exit_code {
        0 => ("Every defect is noticed", Tone::Good),
        1 if document.open().next().is_none() => ("Tests that tell nothing", Tone::Bad),
        1 => ("Defects that no test notices", Tone::Bad),
        7 if document.trials.iter().any(|all| !all.trials.is_empty()) => {
            ("Only tests were changed on purpose", Tone::Doubtful)
        }
        7 => ("Nothing to break", Tone::Doubtful),
        _ => ("Nothing was decided", Tone::Doubtful),
    };
    format!(
        "executed: {executed}, known already: {known}, {:.1} s\nreproduce: {}\n{}\n  {}\n{}",
        ms as f64 / 1000.0,
        harmless(&document.reproduce),
        palette.paint_strong(tone, words),
        match fates.is_empty() {
            true => "no code was broken".to_owned(),
            false => fates.join(", "),
        },
        by_new(document)
    )
}

/// How much of what is noticed the new tests notice alone; nothing where there are none.
fn by_new(document: &MutateDocument) -> String {
    let has_new = |trials: &&Trials| !trials.question.new_tests.is_empty();
    let trials = document.trials.iter().filter(has_new);
    let noticed: Vec<&Trial> = trials
        .flat_map(|trials| &trials.trials)
        .filter(|trial| trial.mutant.operator.breaks_code() && trial.by_any.is_noticed())
        .collect();
    let alone = noticed.iter().filter(|trial| trial.by_new.is_noticed());
    match noticed.len() {
        0 => String::new(),
        all => format!(
            "  noticed by the new tests alone: {} of {all}\n",
            alone.count()
        ),
    }
}
