//! Writes check runs of GitHub: remarks in batches, none of them twice.

use super::GitHub;
use crate::ForgeError;
use crate::check::{CheckRun, Conclusion, Level, Remark};
use crate::http::Ask;
use crate::query::query;
use redgreen_core::id::Digest;
use redgreen_core::report::pull::within;
use serde::Deserialize;
use serde_json::{Value, json};

/// The most bytes of a summary that GitHub takes.
const MOST_SUMMARY: usize = 65_535;
/// The most remarks of one request.
const BATCH: usize = 50;
/// The most remarks of one check run: more are not read by anybody.
const MOST_REMARKS: usize = 500;
/// The most characters of a remark's title that GitHub takes.
const MOST_TITLE: usize = 255;
/// The most bytes of a remark's message that GitHub takes.
const MOST_MESSAGE: usize = 64 * 1024;

#[derive(Debug, Deserialize)]
struct Runs {
    #[serde(default)]
    check_runs: Vec<Run>,
}

#[derive(Debug, Deserialize)]
struct Run {
    id: u64,
    external_id: Option<String>,
    output: Output,
}

#[derive(Debug, Deserialize)]
struct Output {
    #[serde(default)]
    annotations_count: usize,
}

impl GitHub {
    /// Writes `run`, or goes on with it where the same was begun.
    pub(super) fn write_check(&self, run: &CheckRun) -> Result<(), ForgeError> {
        let remarks = &run.remarks[..run.remarks.len().min(MOST_REMARKS)];
        // What it says is its name, so that the same is not written twice.
        let id = Digest::of(format!("{run:?}").as_bytes())
            .as_str()
            .to_owned();
        let begun = match self.check_there(run, &id)? {
            Some(there) => there,
            None => self.begin_check(run, &id, remarks)?,
        };
        let rest = remarks.get(begun.output.annotations_count..);
        for batch in rest.unwrap_or_default().chunks(BATCH) {
            let body = json!({ "output": output(run, batch) });
            let ask = Ask::patch(self.path(&format!("check-runs/{}", begun.id)), body);
            // Remarks are added to those that are there: whether they were is looked up next time.
            self.client.send(&ask.once())?;
        }
        Ok(())
    }

    /// The newest check run of this name, where it says what `run` says.
    fn check_there(&self, run: &CheckRun, id: &str) -> Result<Option<Run>, ForgeError> {
        let path = format!(
            "commits/{}/check-runs?check_name={}&per_page=100",
            run.commit,
            query(&run.name)
        );
        let known: Runs = self.get(self.path(&path))?;
        let mut known = known.check_runs.into_iter();
        Ok(known.find(|known| known.external_id.as_deref() == Some(id)))
    }

    fn begin_check(&self, run: &CheckRun, id: &str, remarks: &[Remark]) -> Result<Run, ForgeError> {
        let first = &remarks[..remarks.len().min(BATCH)];
        let mut body = json!({
            "name": run.name,
            "head_sha": run.commit,
            "external_id": id,
            "status": "completed",
            "conclusion": match run.conclusion {
                Conclusion::Success => "success",
                Conclusion::Failure => "failure",
                Conclusion::ActionRequired => "action_required",
            },
            "output": output(run, first),
        });
        if let Some(address) = &run.address {
            body["details_url"] = address.as_str().into();
        }
        match self.client.send(&Ask::post(self.path("check-runs"), body)) {
            Ok(answer) => answer.json(&self.client.host()),
            // The answer may have been lost on its way, and not the request.
            Err(error) if error.is_uncertain() => match self.check_there(run, id) {
                Ok(Some(there)) => Ok(there),
                Ok(None) | Err(_) => Err(error),
            },
            Err(error) => Err(error),
        }
    }
}

fn output(run: &CheckRun, remarks: &[Remark]) -> Value {
    let annotation = |remark: &Remark| {
        json!({
            "path": remark.path,
            "start_line": remark.line,
            "end_line": remark.line,
            "annotation_level": match remark.level {
                Level::Failure => "failure",
                Level::Warning => "warning",
                Level::Notice => "notice",
            },
            "title": remark.title.chars().take(MOST_TITLE).collect::<String>(),
            "message": within(&remark.message, MOST_MESSAGE),
        })
    };
    json!({
        "title": run.title.chars().take(MOST_TITLE).collect::<String>(),
        "summary": within(&run.summary, MOST_SUMMARY),
        "annotations": remarks.iter().map(annotation).collect::<Vec<_>>(),
    })
}
