//! Keeps what the program said of each case, as a file that is read again.

use super::{Ecosystem, cases};
use serde::{Deserialize, Serialize};

/// What was said of one case in one ecosystem.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The ecosystem.
    pub ecosystem: String,
    /// The case.
    pub case: String,
    /// The verdict as the document writes it; empty where there was no document.
    pub verdict: String,
    /// Codes of the findings, each once.
    pub codes: Vec<String>,
    /// Wall time of the proof.
    pub seconds: f64,
    /// Digest of the files and flags that the result speaks of.
    pub files: String,
    /// The findings in words, or what went wrong; shown, not kept.
    #[serde(skip)]
    pub said: String,
}

/// The stored file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// Name and version of this form: `redgreen.corpus/1`.
    pub schema: String,
    /// One row for each case that ran, by ecosystem and case.
    pub rows: Vec<Row>,
}

impl Default for Results {
    fn default() -> Self {
        Self {
            schema: "redgreen.corpus/1".to_owned(),
            rows: Vec::new(),
        }
    }
}

impl Results {
    /// Reads the stored form.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The stored form: one row a line, so that a difference can be read.
    pub fn render(&self) -> Result<String, serde_json::Error> {
        let rows: Result<Vec<String>, _> = self.rows.iter().map(serde_json::to_string).collect();
        let schema = serde_json::to_string(&self.schema)?;
        let rows = rows?.join(",\n    ");
        Ok(format!(
            "{{\n  \"schema\": {schema},\n  \"rows\": [\n    {rows}\n  ]\n}}\n"
        ))
    }

    /// Puts `rows` in the place of older ones of the same case, in the order of the tables.
    pub fn merge(&mut self, rows: Vec<Row>) {
        self.rows.retain(|old| {
            let is_old = |new: &Row| (&new.ecosystem, &new.case) == (&old.ecosystem, &old.case);
            !rows.iter().any(is_old)
        });
        self.rows.extend(rows);
        let place = |row: &Row| {
            let ecosystem = super::ECOSYSTEMS
                .iter()
                .position(|known| known.name == row.ecosystem);
            let case = cases().position(|known| known.name == row.case);
            (ecosystem, case)
        };
        self.rows.sort_by_key(place);
    }

    /// What was said of the case in `ecosystem`.
    pub fn row(&self, ecosystem: &Ecosystem, case: &str) -> Option<&Row> {
        let is_it = |row: &&Row| row.ecosystem == ecosystem.name && row.case == case;
        self.rows.iter().find(is_it)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(case: &str, verdict: &str) -> Row {
        Row {
            ecosystem: "pytest".to_owned(),
            case: case.to_owned(),
            verdict: verdict.to_owned(),
            codes: vec!["RG102".to_owned()],
            seconds: 1.5,
            ..Row::default()
        }
    }

    #[test]
    fn results_are_read_back_as_they_were_written() {
        let mut results = Results::default();
        results.merge(vec![
            row("docs-only", "nothing-to-prove"),
            row("empty-test", "refuted"),
        ]);
        let text = results.render().unwrap();
        assert_eq!(Results::parse(&text).unwrap(), results);
        assert_eq!(results.rows[0].case, "empty-test");
    }

    #[test]
    fn a_new_result_takes_the_place_of_the_old_one() {
        let mut results = Results::default();
        results.merge(vec![
            row("docs-only", "refuted"),
            row("empty-test", "refuted"),
        ]);
        results.merge(vec![row("docs-only", "nothing-to-prove")]);
        assert_eq!(results.rows.len(), 2);
        assert_eq!(results.rows[1].verdict, "nothing-to-prove");
    }
}
