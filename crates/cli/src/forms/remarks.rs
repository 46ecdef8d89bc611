//! Writes findings as remarks beside the lines of a commit, the weightiest first.

use super::place::place;
use redgreen_core::finding::{Finding, Weight};
use redgreen_forge::check::{Level, Remark};

/// What is to be said of `findings` beside lines. Those that are about no file are left out.
pub fn remarks(findings: &[Finding]) -> Vec<Remark> {
    let mut weighed: Vec<(u8, Remark)> = Vec::new();
    for finding in findings {
        let Some((path, line)) = place(finding) else {
            continue;
        };
        let (order, level) = weight(finding.weight);
        let title = format!("{} {}", finding.code, finding.subject);
        let remark = Remark {
            path,
            line,
            level,
            title: title.trim_end().to_owned(),
            message: format!("{}\n\nredgreen explain {}", finding.message, finding.code),
        };
        weighed.push((order, remark));
    }
    weighed.sort_by_key(|(order, _)| *order);
    weighed.into_iter().map(|(_, remark)| remark).collect()
}

fn weight(weight: Weight) -> (u8, Level) {
    match weight {
        Weight::Blocks => (0, Level::Failure),
        Weight::Clouds => (1, Level::Warning),
        Weight::Excepts => (2, Level::Warning),
        Weight::Advises => (3, Level::Notice),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use redgreen_core::finding::Code;

    #[test]
    fn what_weighs_most_comes_first_and_what_has_no_place_not_at_all() {
        let found = |weight, subject: &str| Finding::new(Code::Lost, weight, subject, "is gone");
        let all = [
            found(Weight::Advises, "a.py::test_a"),
            found(Weight::Blocks, "shop::adds"),
            found(Weight::Blocks, "b.py::test_b"),
        ];
        let said = remarks(&all);
        let titles: Vec<&str> = said.iter().map(|remark| remark.title.as_str()).collect();
        assert_eq!(titles, ["RG105 b.py::test_b", "RG105 a.py::test_a"]);
        assert_eq!(said[0].level, Level::Failure);
        assert_eq!(said[0].message, "is gone\n\nredgreen explain RG105");
    }
}
