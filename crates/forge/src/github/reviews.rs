//! Reads what reviewers and checks say of a pull request of GitHub, and answers in its threads.

use super::{GitHub, wire};
use crate::ForgeError;
use crate::http::Ask;
use crate::review::{Checks, Failed, MOST, Opinion, Review, Reviews, Said, Thread};
use crate::tracker::Tracker as _;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Which threads are resolved: REST does not tell.
const THREADS: &str = "query($owner: String!, $name: String!, $number: Int!, $after: String) { \
    repository(owner: $owner, name: $name) { pullRequest(number: $number) { \
    reviewThreads(first: 100, after: $after) { pageInfo { hasNextPage endCursor } \
    nodes { isResolved comments(first: 1) { nodes { databaseId } } } } } } }";

#[derive(Debug, Deserialize)]
struct Wired {
    id: u64,
    body: Option<String>,
    user: Option<wire::User>,
    #[serde(default)]
    author_association: String,
    html_url: String,
    #[serde(default)]
    state: String,
    in_reply_to_id: Option<u64>,
    path: Option<String>,
    line: Option<u64>,
}

impl Wired {
    fn said(self) -> Said {
        Said {
            id: self.id.to_string(),
            is_bot: self.user.as_ref().is_some_and(wire::User::is_bot),
            author: self.user.map(|user| user.login).unwrap_or_default(),
            may_write: wire::is_writer(&self.author_association),
            body: self.body.unwrap_or_default(),
            address: self.html_url,
        }
    }
}

#[derive(Debug, Deserialize)]
struct CheckRuns {
    #[serde(default)]
    check_runs: Vec<CheckRun>,
}

#[derive(Debug, Deserialize)]
struct CheckRun {
    id: u64,
    name: String,
    #[serde(default)]
    status: String,
    conclusion: Option<String>,
    html_url: Option<String>,
    #[serde(default)]
    output: Output,
    app: Option<App>,
}

#[derive(Debug, Default, Deserialize)]
struct Output {
    title: Option<String>,
    summary: Option<String>,
    text: Option<String>,
}

#[derive(Debug, Deserialize)]
struct App {
    #[serde(default)]
    slug: String,
}

#[derive(Debug, Deserialize)]
struct Combined {
    /// Gitea says null where there is none.
    statuses: Option<Vec<Status>>,
}

#[derive(Debug, Deserialize)]
struct Status {
    context: String,
    /// Gitea calls it `status`.
    #[serde(alias = "status")]
    state: String,
    description: Option<String>,
    target_url: Option<String>,
}

impl Reviews for GitHub {
    fn review(&self, number: u64) -> Result<Review, ForgeError> {
        if self.is_gitea() {
            return self.gitea_review(number);
        }
        let pull: Value = self.get(self.path(&format!("pulls/{number}")))?;
        let head = pull["head"]["sha"].as_str().unwrap_or_default().to_owned();
        let listed = |of: &str| -> Result<Vec<Wired>, ForgeError> {
            let path = self.path(&format!("{of}?per_page=100"));
            self.client.list(&path, MOST)
        };
        let beside = listed(&format!("pulls/{number}/comments"))?;
        let resolved = match beside.is_empty() {
            true => BTreeSet::new(),
            false => self.resolved(number)?,
        };
        let reviews = listed(&format!("pulls/{number}/reviews"))?;
        let comments = listed(&format!("issues/{number}/comments"))?;
        Ok(Review {
            head,
            me: self.own_name()?,
            threads: threads(beside, &resolved),
            comments: comments.into_iter().map(Wired::said).collect(),
            reviews: reviews.into_iter().filter_map(opinion).collect(),
        })
    }

    fn checks(&self, _number: u64, commit: &str) -> Result<Checks, ForgeError> {
        let runs = match self.is_gitea() {
            true => Vec::new(),
            false => {
                let path = self.path(&format!("commits/{commit}/check-runs?per_page=100"));
                self.get::<CheckRuns>(path)?.check_runs
            }
        };
        let path = self.path(&format!("commits/{commit}/status?{}", self.paged()));
        let combined: Combined = self.get(path)?;
        let mut checks = Checks::default();
        for run in runs {
            match run.conclusion.as_deref() {
                Some("failure" | "timed_out" | "startup_failure") => {
                    let failed = self.failed(run, &checks)?;
                    checks.failed.push(failed);
                }
                None if run.status != "completed" => checks.waiting += 1,
                Some(_) | None => {}
            }
        }
        for status in combined.statuses.unwrap_or_default() {
            match status.state.as_str() {
                "failure" | "error" => checks.failed.push(Failed {
                    name: status.context,
                    summary: status.description.unwrap_or_default(),
                    address: status.target_url.unwrap_or_default(),
                    ..Failed::default()
                }),
                "pending" => checks.waiting += 1,
                _ => {}
            }
        }
        Ok(checks)
    }

    fn reply(
        &self,
        number: u64,
        thread: &str,
        in_place_of: Option<&str>,
        body: &str,
    ) -> Result<String, ForgeError> {
        // Of comments Gitea has one sort.
        let edited = match self.is_gitea() {
            true => "issues/comments",
            false => "pulls/comments",
        };
        if self.is_gitea() && in_place_of.is_none() {
            return self.gitea_reply(number, thread, body);
        }
        let body = json!({ "body": body });
        let ask = match in_place_of {
            Some(id) => Ask::patch(self.path(&format!("{edited}/{id}")), body),
            None => Ask::post(
                self.path(&format!("pulls/{number}/comments/{thread}/replies")),
                body,
            ),
        };
        let written: Wired = self.client.send(&ask)?.json(&self.client.host())?;
        Ok(written.html_url)
    }
}

impl GitHub {
    /// The first comments of the threads that somebody resolved.
    fn resolved(&self, number: u64) -> Result<BTreeSet<u64>, ForgeError> {
        let (owner, name) = self.spot.project.split_once('/').unwrap_or_default();
        let mut resolved = BTreeSet::new();
        let mut after = Value::Null;
        for _ in 0..MOST / 100 {
            let body = json!({ "query": THREADS, "variables": {
                "owner": owner, "name": name, "number": number, "after": after,
            }});
            let answer = self.client.send(&Ask::post(self.graphql(), body))?;
            let told: Value = answer.json(&self.client.host())?;
            let threads = &told["data"]["repository"]["pullRequest"]["reviewThreads"];
            let Some(nodes) = threads["nodes"].as_array() else {
                let why = format!("no review threads: {}", told["errors"]);
                return Err(self
                    .client
                    .garbled(why.chars().take(300).collect::<String>()));
            };
            let closed = nodes.iter().filter(|node| node["isResolved"] == true);
            let first = |node: &Value| node["comments"]["nodes"][0]["databaseId"].as_u64();
            resolved.extend(closed.filter_map(first));
            if threads["pageInfo"]["hasNextPage"] != true {
                break;
            }
            after = threads["pageInfo"]["endCursor"].clone();
        }
        Ok(resolved)
    }

    /// A failed check with the end of its log: a run of GitHub's own CI has the number of its job.
    fn failed(&self, run: CheckRun, before: &Checks) -> Result<Failed, ForgeError> {
        let is_job = run.app.is_some_and(|app| app.slug == "github-actions");
        let path = self.path(&format!("actions/jobs/{}/logs", run.id));
        let log = match is_job {
            true => before.log(|| self.client.log(&path))?,
            false => String::new(),
        };
        let Output {
            title,
            summary,
            text,
        } = run.output;
        let words: Vec<String> = [title, summary, text].into_iter().flatten().collect();
        Ok(Failed {
            id: run.id.to_string(),
            name: run.name,
            summary: words.join("\n"),
            log,
            address: run.html_url.unwrap_or_default(),
        })
    }
}

/// The comments beside lines as the threads that they make.
fn threads(beside: Vec<Wired>, resolved: &BTreeSet<u64>) -> Vec<Thread> {
    let mut threads: BTreeMap<u64, Thread> = BTreeMap::new();
    for comment in beside {
        let root = comment.in_reply_to_id.unwrap_or(comment.id);
        let thread = threads.entry(root).or_insert_with(|| Thread {
            id: root.to_string(),
            path: comment.path.clone(),
            line: comment.line,
            is_resolved: resolved.contains(&root),
            said: Vec::new(),
        });
        thread.said.push(comment.said());
    }
    threads.into_values().collect()
}

/// A review with words of its own. One that was dismissed or not sent yet says nothing.
fn opinion(review: Wired) -> Option<(Opinion, Said)> {
    let opinion = match review.state.as_str() {
        "APPROVED" => Opinion::Approves,
        "CHANGES_REQUESTED" => Opinion::AsksForChanges,
        "COMMENTED" => Opinion::Comments,
        _ => return None,
    };
    let said = review.said();
    (!said.body.trim().is_empty()).then_some((opinion, said))
}
