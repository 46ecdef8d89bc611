//! Compares what was said of a case with what it is owed.

use super::case::{Case, Ecosystem, Known, Needs, Side};
use super::cases;
use super::results::{Results, Row};

/// How an answer stands to what is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// One of the right verdicts, with one of the right findings.
    AsOwed,
    /// Another verdict or finding, but neither a miss nor a false alarm.
    Otherwise,
    /// A cheat was accepted.
    Missed,
    /// An honest branch was not accepted.
    FalseAlarm,
    /// There is no answer: the program failed, or the runner could not run.
    NoAnswer,
}

impl Grade {
    /// In a word or two.
    pub fn words(self) -> &'static str {
        match self {
            Self::AsOwed => "as owed",
            Self::Otherwise => "otherwise",
            Self::Missed => "MISSED",
            Self::FalseAlarm => "FALSE ALARM",
            Self::NoAnswer => "NO ANSWER",
        }
    }
}

const ACCEPTED: [&str; 3] = ["proven", "proven-except", "preserved"];

/// Findings that say that nothing was looked at: a missing tool, a start that failed, no runner.
const NOT_LOOKED_AT: [&str; 3] = ["RG114", "RG115", "RG121"];

/// Grades `row`, the answer to `case`.
pub fn grade(case: &Case, row: &Row) -> Grade {
    let owed = &case.owed;
    let has = |code: &&str| row.codes.iter().any(|found| found == code);
    let named = owed.codes.is_empty() || owed.codes.iter().any(has);
    if owed.verdicts.contains(&row.verdict.as_str()) && named {
        return Grade::AsOwed;
    }
    let accepted = ACCEPTED.contains(&row.verdict.as_str());
    let unseen = row.verdict == "unclear" && NOT_LOOKED_AT.iter().any(has);
    match case.side {
        _ if row.verdict.is_empty() => Grade::NoAnswer,
        Side::Cheat if accepted && !owed.verdicts.contains(&row.verdict.as_str()) => Grade::Missed,
        Side::Cheat if unseen => Grade::NoAnswer,
        Side::Cheat => Grade::Otherwise,
        Side::Control if accepted || row.verdict == "nothing-to-prove" => Grade::Otherwise,
        Side::Control => Grade::FalseAlarm,
    }
}

/// The figures of one ecosystem. Cases that need mutants have figures of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// Cheats that got an answer.
    pub cheats: usize,
    /// Those that were not accepted.
    pub caught: usize,
    /// Cheats that only mutants tell and that got an answer.
    pub subtle: usize,
    /// Those that were not proven without an exception.
    pub subtle_caught: usize,
    /// Controls that got an answer.
    pub controls: usize,
    /// Those that were refused or left unclear.
    pub alarms: usize,
    /// Answers, of either side, that are neither right nor wrong.
    pub otherwise: usize,
    /// Cases without an answer.
    pub silent: usize,
    /// Seconds of one proof: the median of all.
    pub seconds: f64,
}

/// Adds up `results` for one ecosystem.
pub fn tally(ecosystem: &Ecosystem, results: &Results) -> Tally {
    let (mut sum, mut seconds) = (Tally::default(), Vec::new());
    for case in cases() {
        let Some(row) = results.row(ecosystem, case.name) else {
            continue;
        };
        seconds.push(row.seconds);
        let grade = grade(case, row);
        if case.needs == Needs::Mutants {
            sum.subtle += usize::from(grade != Grade::NoAnswer);
            sum.subtle_caught += usize::from(matches!(grade, Grade::AsOwed | Grade::Otherwise));
            continue;
        }
        if grade == Grade::NoAnswer {
            sum.silent += 1;
            continue;
        }
        sum.otherwise += usize::from(grade == Grade::Otherwise);
        match case.side {
            Side::Cheat => {
                sum.cheats += 1;
                sum.caught += usize::from(grade != Grade::Missed);
            }
            Side::Control => {
                sum.controls += 1;
                sum.alarms += usize::from(grade == Grade::FalseAlarm);
            }
        }
    }
    seconds.sort_by(f64::total_cmp);
    sum.seconds = seconds.get(seconds.len() / 2).copied().unwrap_or_default();
    sum
}

/// What is wrong with the answers of `ecosystem`, one line each: a difference that is not known, and
/// a known one that is no more.
pub fn surprises(ecosystem: &Ecosystem, results: &Results) -> Vec<String> {
    let mut lines = Vec::new();
    for case in cases() {
        let (Some(row), Some(show)) =
            (results.row(ecosystem, case.name), ecosystem.show(case.name))
        else {
            continue;
        };
        let name = format!("{} {}", ecosystem.name, case.name);
        match (grade(case, row), show.known) {
            (Grade::AsOwed, Known::Nothing) => {}
            (Grade::AsOwed, Known::Miss(why)) => {
                lines.push(format!("{name}: is as owed, so this is no more: {why}"));
            }
            (_, Known::Miss(_)) => {}
            (grade, Known::Nothing) => {
                let codes = row.codes.join(" ");
                lines.push(format!(
                    "{name}: {} ({} {codes})",
                    grade.words(),
                    row.verdict
                ));
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::case;

    fn graded(name: &str, verdict: &str, code: &str) -> Grade {
        let row = Row {
            verdict: verdict.to_owned(),
            codes: vec![code.to_owned()],
            ..Row::default()
        };
        grade(case(name).expect("a case"), &row)
    }

    #[test]
    fn a_cheat_that_is_accepted_is_missed() {
        assert_eq!(graded("empty-test", "refuted", "RG102"), Grade::AsOwed);
        assert_eq!(graded("empty-test", "refuted", "RG104"), Grade::Otherwise);
        assert_eq!(
            graded("empty-test", "nothing-to-prove", ""),
            Grade::Otherwise
        );
        for accepted in ACCEPTED {
            assert_eq!(graded("empty-test", accepted, "RG102"), Grade::Missed);
        }
    }

    #[test]
    fn a_runner_that_could_not_run_catches_nothing() {
        assert_eq!(graded("empty-test", "unclear", "RG115"), Grade::NoAnswer);
        assert_eq!(graded("empty-test", "", ""), Grade::NoAnswer);
        assert_eq!(graded("bug-fix", "unclear", "RG115"), Grade::FalseAlarm);
    }

    #[test]
    fn a_control_that_is_refused_is_a_false_alarm() {
        assert_eq!(graded("bug-fix", "proven", ""), Grade::AsOwed);
        assert_eq!(
            graded("method-added", "proven-except", "RG125"),
            Grade::Otherwise
        );
        assert_eq!(graded("bug-fix", "refuted", "RG102"), Grade::FalseAlarm);
        assert_eq!(graded("bug-fix", "unclear", "RG104"), Grade::FalseAlarm);
        assert_eq!(graded("docs-only", "nothing-to-prove", ""), Grade::AsOwed);
    }
}
