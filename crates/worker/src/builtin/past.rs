//! Remembers an attempt that was stopped: its history, as far as it was kept.

use super::model::{Answer, Returned, Turn};
use redgreen_core::claim::{Link, Note};
use redgreen_core::id::TreeId;
use redgreen_core::work::Stepped;
use redgreen_engine::drive::Recorded;
use serde::{Deserialize, Serialize};

/// What is kept of a model's answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct KeptAnswer {
    /// The answer.
    pub(super) answer: Answer,
    /// How the context began; with the first answer alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) opening: Option<String>,
    /// The worktree before anything was done; with the first answer alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) tree: Option<TreeId>,
}

/// What is kept of a tool's answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct KeptResult {
    /// What the model is told.
    pub(super) text: String,
    /// Whether it could not be done.
    #[serde(default)]
    pub(super) failed: bool,
    /// Claims that were made with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) links: Vec<Link>,
    /// Notes that were made with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) notes: Vec<Note>,
}

/// An attempt so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Past {
    /// How it began.
    pub(super) opening: Option<String>,
    /// Its turns behind the opening. An answer at the end still has calls to be done.
    pub(super) turns: Vec<Turn>,
    /// What tools answered to the last answer's calls so far, where some are still to be done.
    pub(super) returned: Vec<Returned>,
    /// The worktree after the last step.
    pub(super) tree: Option<TreeId>,
    /// Claims so far.
    pub(super) links: Vec<Link>,
    /// Notes so far.
    pub(super) notes: Vec<Note>,
}

impl Past {
    /// Reads what was recorded, up to the first step whose content is lost: whatever came behind
    /// it rests on something that nobody knows any more.
    pub(super) fn of(recorded: &[Recorded]) -> Self {
        let mut past = Self::default();
        for step in recorded {
            let known = match &step.did {
                Stepped::ModelAnswered { .. } => past.answered(step.body.as_deref()),
                Stepped::ToolAnswered {
                    call, tool, tree, ..
                } => past.returned(step.body.as_deref(), (call, tool), tree.as_ref()),
                Stepped::Told { .. } | Stepped::Refused { .. } => Some(()),
            };
            if known.is_none() {
                break;
            }
        }
        past
    }

    fn answered(&mut self, body: Option<&[u8]>) -> Option<()> {
        let kept: KeptAnswer = serde_json::from_slice(body?).ok()?;
        if self.turns.is_empty() {
            self.opening = kept.opening;
            self.tree = kept.tree;
        }
        self.turns.push(Turn::Answered(kept.answer));
        Some(())
    }

    fn returned(
        &mut self,
        body: Option<&[u8]>,
        (call, tool): (&str, &str),
        tree: Option<&TreeId>,
    ) -> Option<()> {
        let kept: KeptResult = serde_json::from_slice(body?).ok()?;
        let Some(Turn::Answered(answer)) = self.turns.last() else {
            return None;
        };
        let owed = answer.calls.len();
        self.returned.push(Returned {
            call: call.to_owned(),
            tool: tool.to_owned(),
            text: kept.text,
            failed: kept.failed,
        });
        self.links.extend(kept.links);
        self.notes.extend(kept.notes);
        self.tree = tree.cloned().or(self.tree.take());
        if self.returned.len() == owed {
            self.turns
                .push(Turn::Returned(std::mem::take(&mut self.returned)));
        }
        Some(())
    }
}
