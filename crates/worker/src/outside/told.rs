//! Records what an agent tells, within bounds: it is a claim, whatever it says.

use super::SESSION;
use crate::news::News;
use redgreen_core::claim::Claim;
use redgreen_core::work::{Budget, Spent, Stepped, Usage};
use redgreen_engine::drive::{Failing, Logbook, WorkerFailed};
use redgreen_engine::progress::Progress;
use std::path::Path;
use std::time::Duration;

/// How many pieces of news of one attempt are kept. What is spent is always counted.
const KEPT: usize = 300;

/// Characters and lines of one piece of news that are kept.
const LONG: (usize, usize) = (600, 8);

/// The shortest secret that can be told from other text.
const SECRET: usize = 8;

/// The news of one attempt.
pub(crate) struct Told<'l> {
    logbook: &'l mut dyn Logbook,
    name: String,
    root: String,
    secrets: Vec<String>,
    budget: Budget,
    kept: usize,
    last: String,
    /// The session that it named.
    pub(crate) session: Option<String>,
    /// Why it could not go on, in its own words.
    pub(crate) failed: Option<String>,
    /// What was refused so far: what it wanted, and why not.
    pub(crate) refused: Vec<(String, String)>,
}

impl<'l> Told<'l> {
    /// News of agent `name`, which works in `worktree`, for `logbook`. None of `secrets` is ever
    /// written.
    pub(crate) fn new(
        name: &str,
        logbook: &'l mut dyn Logbook,
        (worktree, secrets): (&Path, Vec<String>),
    ) -> Self {
        let is_long = |secret: &String| secret.len() >= SECRET;
        Self {
            logbook,
            name: name.to_owned(),
            root: format!("{}/", worktree.display()),
            secrets: secrets.into_iter().filter(is_long).collect(),
            budget: Budget::default(),
            kept: 0,
            last: String::new(),
            session: None,
            failed: None,
            refused: Vec::new(),
        }
    }

    /// The same for an agent that may spend no more than `budget` in its run.
    pub(crate) fn within(mut self, budget: Budget) -> Self {
        self.budget = budget;
        self
    }

    /// The longest that the agent may work, `most` at most.
    ///
    /// # Errors
    /// Where the budget is spent already: nothing more is begun.
    pub(crate) fn time_left(&self, most: Duration) -> Result<Duration, WorkerFailed> {
        self.unless_spent(Spent {
            usage: Usage {
                output: 1,
                ..Usage::default()
            },
            turns: 1,
            micros: 1,
            unpriced: 0,
            millis: 1,
        })?;
        let left = self.budget.seconds.map(|seconds| {
            let gone = Duration::from_millis(self.logbook.spent().millis);
            Duration::from_secs(seconds).saturating_sub(gone)
        });
        Ok(left.map_or(most, |left| left.min(most)))
    }

    /// Whether what was spent, and `more` that is not recorded yet, is within the budget.
    ///
    /// # Errors
    /// The bound that is passed: the agent has to be stopped.
    pub(crate) fn unless_spent(&self, more: Spent) -> Result<(), WorkerFailed> {
        let allowed = self.budget.allows(&self.logbook.spent(), &more);
        allowed.map_err(|bound| WorkerFailed {
            why: format!("{}: {bound}", self.name),
            sort: Failing::Budget,
        })
    }

    /// Takes in one piece of news.
    pub(crate) fn take(&mut self, news: News) -> Result<(), WorkerFailed> {
        match news {
            News::Session(id) => {
                if self.session.as_ref() == Some(&id) || id.is_empty() {
                    return Ok(());
                }
                self.session = Some(id.clone());
                self.record(SESSION, &id, Spent::default())
            }
            News::Said(text) => {
                let text = self.clean(&text);
                self.show(&text);
                self.last.clone_from(&text);
                self.keep("message", &text)
            }
            News::Used {
                tool,
                about,
                failed,
            } => {
                let how = if failed { " (failed)" } else { "" };
                let text = self.clean(&format!("{tool}{how}: {about}"));
                self.show(&text);
                self.keep("tool", &text)
            }
            News::Wrote { path } => {
                let text = self.clean(&path);
                self.show(&format!("wrote {text}"));
                self.keep("file", &text)
            }
            News::Spent(spent) => {
                let Usage { input, output, .. } = spent.usage;
                let text = format!("{input} tokens read, {output} written");
                self.record("usage", &text, spent)?;
                self.unless_spent(Spent::default())
            }
            News::Refused { wanted, why } => {
                let (wanted, why) = (self.clean(&wanted), self.clean(&why));
                self.show(&format!("was refused: {wanted}: {why}"));
                self.refused.push((wanted.clone(), why.clone()));
                self.kept += 1;
                if self.kept > KEPT {
                    return Ok(());
                }
                let (wanted, why) = (cut(&wanted), cut(&why));
                self.logbook.record(Stepped::Refused { wanted, why })
            }
            News::Failed(why) => {
                let why = cut(&self.clean(&why));
                self.failed = Some(why.clone());
                self.keep("error", &why)
            }
        }
    }

    /// Records that it ended, how, and how long it took.
    pub(crate) fn end(&mut self, how: &str, millis: u64) -> Result<(), WorkerFailed> {
        let left_out = self.kept.saturating_sub(KEPT);
        let more = match left_out {
            0 => String::new(),
            count => format!("; {count} more pieces of news were not kept"),
        };
        let spent = Spent {
            millis,
            ..Spent::default()
        };
        let how = self.clean(how);
        self.record("end", &format!("{how}{more}"), spent)
    }

    /// What it claims: its last words.
    pub(crate) fn claim(&self) -> Claim {
        Claim {
            summary: self.last.chars().take(4000).collect(),
            ..Claim::default()
        }
    }

    /// `text` without any secret, with paths from the worktree's root.
    pub(crate) fn clean(&self, text: &str) -> String {
        let hide = |text: String, secret: &String| text.replace(secret.as_str(), "[redacted]");
        self.secrets.iter().fold(text.replace(&self.root, ""), hide)
    }

    fn keep(&mut self, sort: &str, text: &str) -> Result<(), WorkerFailed> {
        self.kept += 1;
        if self.kept > KEPT || text.trim().is_empty() {
            return Ok(());
        }
        self.record(sort, text, Spent::default())
    }

    fn record(&mut self, sort: &str, text: &str, spent: Spent) -> Result<(), WorkerFailed> {
        self.logbook.record(Stepped::Told {
            sort: sort.to_owned(),
            text: cut(text),
            spent,
        })
    }

    fn show(&mut self, text: &str) {
        let line = text.lines().find(|line| !line.trim().is_empty());
        if let Some(line) = line {
            let line: String = line.trim().chars().take(120).collect();
            self.logbook
                .tell(Progress::Note(format!("{}: {line}", self.name)));
        }
    }
}

/// The first lines of `text`, with a sign where there are more.
fn cut(text: &str) -> String {
    let lines: Vec<&str> = text.trim().lines().take(LONG.1 + 1).collect();
    let mut kept = lines[..lines.len().min(LONG.1)].join("\n");
    let is_cut = lines.len() > LONG.1 || kept.chars().count() > LONG.0;
    kept = kept.chars().take(LONG.0).collect();
    if is_cut {
        kept.push_str(" …");
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::in_memory::InMemory;

    #[test]
    fn news_is_bounded_but_what_is_spent_is_all_counted() {
        let mut logbook = InMemory::default();
        let mut told = Told::new("agent", &mut logbook, (Path::new("/tree"), Vec::new()));
        for _ in 0..400 {
            told.take(News::Said("word\n".repeat(1000))).expect("kept");
            let turns = 1;
            let spent = Spent {
                turns,
                ..Spent::default()
            };
            told.take(News::Spent(spent)).expect("kept");
        }
        told.end("exit 0", 7).expect("kept");
        assert_eq!(logbook.spent().turns, 400);
        assert_eq!(logbook.spent().millis, 7);
        let texts: Vec<String> = logbook.steps.iter().filter_map(text).collect();
        assert_eq!(
            texts.iter().filter(|text| text.starts_with("word")).count(),
            KEPT
        );
        assert!(texts.iter().all(|text| text.chars().count() <= LONG.0 + 2));
        assert_eq!(
            texts.last().expect("an end"),
            "exit 0; 100 more pieces of news were not kept"
        );
    }

    fn text(step: &Stepped) -> Option<String> {
        match step {
            Stepped::Told { text, .. } => Some(text.clone()),
            Stepped::ModelAnswered { .. }
            | Stepped::ToolAnswered { .. }
            | Stepped::Refused { .. } => None,
        }
    }

    #[test]
    fn a_secret_that_it_repeats_is_written_nowhere() {
        let mut logbook = InMemory::default();
        let secrets = vec!["sk-12345678".into(), "short".into()];
        let mut told = Told::new("agent", &mut logbook, (Path::new("/tree"), secrets));
        for news in [
            News::Said("my key is sk-12345678".into()),
            News::Failed("401 for sk-12345678".into()),
            News::Refused {
                wanted: "echo sk-12345678".into(),
                why: "short".into(),
            },
        ] {
            told.take(news).expect("kept");
        }
        assert_eq!(told.claim().summary, "my key is [redacted]");
        let all = format!("{:?}{:?}", logbook.steps, logbook.told);
        assert!(!all.contains("sk-12345678"), "{all}");
        assert!(
            all.contains("short"),
            "a short word is no secret that can be told apart"
        );
    }
}
