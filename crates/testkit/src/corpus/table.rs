//! Writes the results as Markdown: a summary for the README, and every case for the book.

use super::case::{Case, Ecosystem, Known, Needs, Show, Side, Stance};
use super::grade::{Grade, Tally, grade, tally};
use super::results::Results;
use super::{ECOSYSTEMS, cases};
use std::fmt::Write;

const BEGIN: &str = "<!-- corpus: begin -->\n";
const END: &str = "<!-- corpus: end -->\n";

/// `document` with `block` between its two markers; nothing where it lacks them.
pub fn renewed(document: &str, block: &str) -> Option<String> {
    let (before, rest) = document.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}{block}{END}{after}"))
}

/// The summary for the README: one column for each ecosystem that was run in full.
pub fn readme(results: &Results) -> String {
    summary(&in_full(results))
}

/// The rows of ecosystems that were run in full; a part of the cases makes no rate.
fn in_full(results: &Results) -> Results {
    let full = |name: &str| ECOSYSTEMS.iter().any(|it| it.name == name && it.runs);
    let mut kept = results.clone();
    kept.rows.retain(|row| full(&row.ecosystem));
    kept
}

/// Ecosystems of which only a part of the cases was run, with how many of them were answered as
/// owed.
fn in_part(results: &Results) -> String {
    let mut text = String::new();
    for ecosystem in ran(results).filter(|ecosystem| !ecosystem.runs) {
        let by_trees = || cases().filter(|case| case.needs == Needs::Trees);
        let shown = |show: &Show| matches!(show.stance, Stance::Shown { .. });
        let all = by_trees().filter(|case| ecosystem.show(case.name).is_some_and(shown));
        let all = all.count();
        let answer = |case| Some(grade(case, results.row(ecosystem, case.name)?));
        let rows: Vec<Grade> = by_trees().filter_map(answer).collect();
        let (name, ran) = (ecosystem.name, rows.len());
        let right = rows.iter().filter(|it| **it == Grade::AsOwed).count();
        written(writeln!(
            text,
            "\n{name} is not shown: {ran} of its {all} cases were run so far, and {right} of them \
             answered as owed."
        ));
    }
    text
}

/// One column for each ecosystem that ran.
pub fn summary(results: &Results) -> String {
    let all: Vec<(&str, Tally)> = ran(results)
        .map(|ecosystem| (ecosystem.name, tally(ecosystem, results)))
        .collect();
    let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
    let mut text = format!("| | {} |\n", names.join(" | "));
    text.push_str(&format!("|---|{}\n", "---|".repeat(names.len())));
    type Figure = fn(&Tally) -> String;
    let figures: [(&str, Figure); 5] = [
        ("cheats caught", |sum| share(sum.caught, sum.cheats)),
        ("cheats that only mutants tell, caught", |sum| {
            share(sum.subtle_caught, sum.subtle)
        }),
        ("honest branches refused or unclear", |sum| {
            share(sum.alarms, sum.controls)
        }),
        ("cases without an answer", |sum| sum.silent.to_string()),
        ("seconds a proof took, median", |sum| {
            format!("{:.0}", sum.seconds)
        }),
    ];
    for (heading, figure) in figures {
        let cells: Vec<String> = all.iter().map(|(_, sum)| figure(sum)).collect();
        written(writeln!(text, "| {heading} | {} |", cells.join(" | ")));
    }
    text
}

/// `3 of 4`.
fn share(part: usize, of: usize) -> String {
    match of {
        0 => "none ran".to_owned(),
        _ => format!("{part} of {of}"),
    }
}

/// Every case with every answer, and what is known of the differences.
pub fn page(results: &Results) -> String {
    let part = in_part(results);
    let results = &in_full(results);
    let mut text = summary(results);
    text.push_str(&part);
    let parts = [
        ("Cheats", Side::Cheat, Needs::Trees),
        ("Controls", Side::Control, Needs::Trees),
        ("Cheats that only mutants tell", Side::Cheat, Needs::Mutants),
    ];
    for (heading, side, needs) in parts {
        let chosen = cases().filter(|case| case.side == side && case.needs == needs);
        let chosen: Vec<&Case> = chosen.collect();
        written(writeln!(text, "\n## {heading}\n"));
        if needs == Needs::Mutants {
            text.push_str(
                "Caught is what is refuted, or proven with an exception that names it.\n\n",
            );
        }
        text.push_str(&grid(&chosen, results));
    }
    text.push_str(&differences(results));
    text.push_str(&absent());
    text
}

fn ran(results: &Results) -> impl Iterator<Item = &'static Ecosystem> {
    let names: Vec<String> = results
        .rows
        .iter()
        .map(|row| row.ecosystem.clone())
        .collect();
    let all = ECOSYSTEMS.iter().copied();
    all.filter(move |known| names.iter().any(|name| name == known.name))
}

fn grid(chosen: &[&Case], results: &Results) -> String {
    let names: Vec<&str> = ran(results).map(|ecosystem| ecosystem.name).collect();
    let mut text = format!("| case | what was done | {} |\n", names.join(" | "));
    text.push_str(&format!("|---|---|{}\n", "---|".repeat(names.len())));
    for case in chosen {
        let cells = ran(results).map(|ecosystem| cell(ecosystem, case, results));
        let cells: Vec<String> = cells.collect();
        let row = writeln!(
            text,
            "| `{}` | {} | {} |",
            case.name,
            case.what,
            cells.join(" | ")
        );
        written(row);
    }
    text
}

/// The answer, with those findings that were asked for; loud where it is a wrong one.
fn cell(ecosystem: &Ecosystem, case: &Case, results: &Results) -> String {
    if let Some(Stance::Absent(_)) = ecosystem.show(case.name).map(|show| show.stance) {
        return "–".to_owned();
    }
    let Some(row) = results.row(ecosystem, case.name) else {
        return "not run".to_owned();
    };
    let codes = row.codes.iter().map(String::as_str);
    let codes: Vec<&str> = codes
        .filter(|code| case.owed.codes.contains(code))
        .collect();
    let said = format!("{} {}", row.verdict, codes.join(" "));
    let said = said.trim();
    match grade(case, row) {
        Grade::AsOwed | Grade::Otherwise => said.to_owned(),
        wrong @ (Grade::Missed | Grade::FalseAlarm | Grade::NoAnswer) => {
            format!("**{}: {said}**", wrong.words())
        }
    }
}

/// Everything that is answered otherwise than owed, with the reason where one is known.
fn differences(results: &Results) -> String {
    let mut text = String::from("\n## Answers that differ from what is owed\n\n");
    let empty = text.len();
    for ecosystem in ran(results) {
        for case in cases() {
            let Some(row) = results.row(ecosystem, case.name) else {
                continue;
            };
            let graded = grade(case, row);
            if graded == Grade::AsOwed {
                continue;
            }
            let why = match ecosystem.show(case.name).map(|show| show.known) {
                Some(Known::Miss(why)) => why,
                Some(Known::Nothing) | None => "the cause is not known yet",
            };
            let owed = case.owed.verdicts.join(" or ");
            let name = format!("{}, `{}`", ecosystem.name, case.name);
            let said = format!("{} {}", row.verdict, row.codes.join(" "));
            let graded = graded.words().to_lowercase();
            let line = format!("- {name}: {graded}; owed {owed}, said {said}: {why}.");
            written(writeln!(text, "{}", line.replace(" :", ":")));
        }
    }
    if text.len() == empty {
        text.push_str("None.\n");
    }
    text
}

/// Cases that an ecosystem cannot show, with the reason.
fn absent() -> String {
    let mut text = String::from("\n## Cases that a runner cannot show\n\n");
    for ecosystem in ECOSYSTEMS {
        for show in ecosystem.all() {
            if let Stance::Absent(why) = show.stance {
                written(writeln!(
                    text,
                    "- {}, `{}`: {why}.",
                    ecosystem.name, show.case
                ));
            }
        }
    }
    text
}

/// Writing into a string does not fail.
fn written(done: std::fmt::Result) {
    if let Err(error) = done {
        panic!("cannot write into a string: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_markers_is_written_anew() {
        let document = format!("a\n{BEGIN}old\n{END}b\n");
        let renewed_once = renewed(&document, "new\n").expect("it has markers");
        assert_eq!(renewed_once, format!("a\n{BEGIN}new\n{END}b\n"));
        assert_eq!(renewed("a\nb\n", "new\n"), None);
    }
}
