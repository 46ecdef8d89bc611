//! Keeps a logbook in memory, for tests of workers.

use redgreen_core::claim::Link;
use redgreen_core::event::QuestionAsked;
use redgreen_core::id::{Digest, TreeId};
use redgreen_core::run::OpenQuestion;
use redgreen_core::work::{Spent, Stepped};
use redgreen_engine::drive::{Logbook, Outlook, Recorded, WorkerFailed};
use redgreen_engine::progress::Progress;
use std::collections::BTreeMap;

/// A logbook that forgets everything at its end.
#[derive(Debug, Default)]
pub(crate) struct InMemory {
    /// The steps so far.
    pub(crate) steps: Vec<Stepped>,
    /// What was kept.
    pub(crate) bodies: BTreeMap<Digest, Vec<u8>>,
    /// The questions so far.
    pub(crate) questions: Vec<OpenQuestion>,
    /// What was told.
    pub(crate) told: Vec<Progress>,
    /// How the gate would judge.
    pub(crate) outlook: Option<Outlook>,
    /// The links with which it was asked.
    pub(crate) linked: Vec<Link>,
}

/// A piece of work in `worktree` for `phase`.
pub(crate) fn task(
    worktree: &std::path::Path,
    phase: redgreen_core::phase::Phase,
) -> redgreen_engine::drive::Task {
    redgreen_engine::drive::Task {
        phase,
        slice: 0,
        attempt: 1,
        title: String::new(),
        ticket: String::new(),
        criteria: Vec::new(),
        findings: Vec::new(),
        moved_aside: Vec::new(),
        worktree: worktree.to_owned(),
        bounds: redgreen_engine::drive::Bounds::default(),
        hidden: false,
        prompt: "RED: write failing tests".to_owned(),
    }
}

impl Logbook for InMemory {
    fn recorded(&mut self) -> Result<Vec<Recorded>, WorkerFailed> {
        let body = |did: &Stepped| match did {
            Stepped::ModelAnswered { answer, .. } | Stepped::ToolAnswered { answer, .. } => {
                self.bodies.get(answer).cloned()
            }
            Stepped::Told { .. } | Stepped::Refused { .. } => None,
        };
        let recorded = self.steps.iter().map(|did| Recorded {
            did: did.clone(),
            body: body(did),
        });
        Ok(recorded.collect())
    }

    fn keep(&mut self, body: &[u8]) -> Result<Digest, WorkerFailed> {
        let digest = Digest::of(body);
        self.bodies.insert(digest.clone(), body.to_owned());
        Ok(digest)
    }

    fn record(&mut self, did: Stepped) -> Result<(), WorkerFailed> {
        self.steps.push(did);
        Ok(())
    }

    fn spent(&self) -> Spent {
        let mut sum = Spent::default();
        for step in &self.steps {
            sum += step.spent();
        }
        sum
    }

    fn snapshot(&mut self) -> Result<TreeId, WorkerFailed> {
        Ok(TreeId::new("0".repeat(40)))
    }

    fn restore(&mut self, _tree: &TreeId) -> Result<(), WorkerFailed> {
        Ok(())
    }

    fn ask(&mut self, asked: QuestionAsked) -> Result<(), WorkerFailed> {
        let answered = None;
        self.questions.push(OpenQuestion { asked, answered });
        Ok(())
    }

    fn questions(&self) -> Vec<OpenQuestion> {
        self.questions.clone()
    }

    fn outlook(&mut self, links: &[Link]) -> Result<Outlook, WorkerFailed> {
        self.linked = links.to_vec();
        let known = self.outlook.clone();
        known.ok_or_else(|| WorkerFailed::because("no gate can be executed here"))
    }

    fn tell(&mut self, news: Progress) {
        self.told.push(news);
    }
}
